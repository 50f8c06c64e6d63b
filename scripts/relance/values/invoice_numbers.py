"""How invoice numbers resemble each other: what people confuse is spelt nearly alike."""

from __future__ import annotations

import re

_LETTERS = re.compile(r"[^\W\d_]*")


def prefix(number: str) -> str:
    """The letters that a number begins with, in small ones: « fa » of FA2026-0031."""
    found = _LETTERS.match(number)
    return found[0].casefold() if found else ""
