"""How invoice numbers resemble each other: what people confuse is spelt nearly alike."""

from __future__ import annotations

import re

_LETTERS = re.compile(r"[^\W\d_]*")


def prefix(number: str) -> str:
    """The letters that a number begins with, in small ones: « fa » of FA2026-0031."""
    letters = _LETTERS.match(number)
    return letters[0].casefold() if letters else ""


_SEPARATORS = str.maketrans("", "", "-_./ ")
_DIGITS = str.maketrans("0123456789", "9" * 10)


def shape(number: str) -> str:
    """How a number is built, whatever its digits: F9999-9999."""
    return number.translate(_DIGITS)


def bare(number: str) -> str:
    """A number without regard to case and separators: f20260031."""
    return number.translate(_SEPARATORS).casefold()


def alike(one: str, other: str) -> bool:
    """Whether two numbers differ by case, separators, or by the letters before the digits which
    only one of them has."""
    one, other = bare(one), bare(other)
    letters = {prefix(one), prefix(other)}
    same = one.removeprefix(prefix(one)) == other.removeprefix(prefix(other))
    return one == other or (same and "" in letters)
