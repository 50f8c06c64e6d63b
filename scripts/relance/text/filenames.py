"""Names of files made from what people are called."""

from __future__ import annotations

import re
import unicodedata

_SLUG_LENGTH = 40


def slug(name: str) -> str:
    """A client's name as a file name: ASCII, at most 40 characters."""
    ascii_ = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_)[:_SLUG_LENGTH].strip("-") or "client"
