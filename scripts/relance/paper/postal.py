"""What an address says: its town, and the lines that the post wants in capitals (NF Z 10-011)."""

from __future__ import annotations

import re
from collections.abc import Sequence

_LOCALITY = re.compile(
    r"(?:[A-Z]{1,2}-)?\d{4,5}\s+(?P<town>\S.*?)(?:\s+CEDEX(?:\s+\d+)?)?", re.IGNORECASE
)


def town(address: Sequence[str]) -> str | None:
    """The town of « 67000 Strasbourg », without CEDEX; None when no line begins with a postcode."""
    found = [match for line in address if (match := _LOCALITY.fullmatch(line.strip()))]
    return _in_small_letters(found[-1]["town"]) if found else None


_SMALL = {
    "d",
    "l",
    "sur",
    "sous",
    "en",
    "de",
    "du",
    "des",
    "la",
    "le",
    "les",
    "lès",
    "lez",
    "aux",
    "et",
}


def _in_small_letters(town: str) -> str:
    """« Aix-en-Provence » for a town written in capitals alone, any other as it is."""
    if not town.isupper():
        return town
    first, *rest = re.split("([-' ’])", town.lower())
    return first.capitalize() + "".join(w if w in _SMALL else w.capitalize() for w in rest)


def capitals_from(address: Sequence[str]) -> int:
    """The place of the first line to print in capitals: the postcode's, else the last one."""
    places = [n for n, line in enumerate(address) if _LOCALITY.fullmatch(line.strip())]
    return places[-1] if places else max(len(address) - 1, 0)
