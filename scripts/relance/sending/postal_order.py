"""The order of the post: home first, then country by country, by postcode."""

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
    """Where an address as printed sends its letter: the town is on the last line, or on the one
    before a last line without figure, which is the country. A figure further up is a street's."""
    lines = [line.strip() for line in address if line.strip()]
    if not lines:
        return Destination("", "", "")
    abroad = len(lines) > 1 and not re.search(r"\d", lines[-1])
    country, last = (lines[-1], lines[-2]) if abroad else ("", lines[-1])
    match = _POSTCODE.fullmatch(last)
    code, town = (match["code"], match["town"]) if match else ("", last)
    return Destination("" if _folded(country) == _HOME else country, code, town)


def _folded(text: str) -> str:
    """Without accents, in capitals, as the post reads it."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return plain.upper().strip()
