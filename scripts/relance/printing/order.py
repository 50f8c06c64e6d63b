"""The order of the post: home first, then country by country, by postcode. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_POSTCODE = re.compile(r"(?P<code>(?:[A-Z]{1,2}-)?\d{4,5})\s+(?P<town>\S.*)", re.IGNORECASE)
_HOME = "FRANCE"


@dataclass(frozen=True, slots=True)
class Destination:
    """The end of an address: `country` is empty at home, `postcode` when none is recognised and
    then `town` is the whole line."""

    country: str
    postcode: str
    town: str

    @property
    def order(self) -> tuple[str, bool, str, str]:
        """By country, home first, then by postcode; a line without one comes after the others."""
        return (_folded(self.country), not self.postcode, self.postcode, _folded(self.town))


def destination(address: Sequence[str]) -> Destination:
    """Where an address as printed sends its letter: the country is the line after the town's, or
    a last line without figure."""
    lines = [line.strip() for line in address if line.strip()]
    found = [n for n, line in enumerate(lines) if _POSTCODE.fullmatch(line)]
    if not found and len(lines) > 1 and not re.search(r"\d", lines[-1]):
        return Destination(lines[-1], "", lines[-2])
    if not found:
        return Destination("", "", lines[-1] if lines else "")
    match = _POSTCODE.fullmatch(lines[found[-1]])
    assert match is not None
    country = " ".join(lines[found[-1] + 1 :])
    return Destination("" if _folded(country) == _HOME else country, match["code"], match["town"])


def _folded(text: str) -> str:
    """Without accents, in capitals, as the post reads it."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return plain.upper().strip()
