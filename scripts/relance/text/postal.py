"""Postal addresses: their country and town, and the lines that the French post reads.

The country is the last line, in capitals and in French, the language of the country that sends
(Universal Postal Union, S42); an address in France has none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from relance.text.locales import country_code, country_name

# France and what its post serves at home: the postcode says it all.
_HOME = {"FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "NC", "PF", "WF", "TF", "MC"}
# The letters that some put before a postcode are those of cars.
_CARS = {"A": "AT", "B": "BE", "D": "DE", "E": "ES", "F": "FR", "FIN": "FI", "FL": "LI"}
_CARS |= {"I": "IT", "L": "LU", "N": "NO", "P": "PT", "S": "SE"}
_PREFIX = re.compile(r"(?P<letters>[A-Z]{1,3})-\d{4,5}\s+\S.*")


def known_country(text: str) -> str | None:
    """The two letters of « DE » or « Allemagne »; None for no country."""
    code = text.strip().upper()
    return code if _is_code(code) else country_code(text)


def _is_code(code: str) -> bool:
    try:
        return bool(re.fullmatch("[A-Z]{2}", code)) and country_code(country_name(code)) == code
    except KeyError:
        return False


def country_in(address: Sequence[str]) -> str | None:
    """The country that an address names: in its last line, or by the letters of its postcode."""
    last = address[-1].strip() if address else ""
    if prefix := _PREFIX.fullmatch(last):
        code = _CARS.get(prefix["letters"], prefix["letters"])
        return code if _is_code(code) else None
    return country_code(last)


def at_home(address: Sequence[str], country: str | None = None) -> bool:
    """Whether an address is served by the French post, as one without country is."""
    return (country_in(address) or country or "FR") in _HOME


def to_post(address: Sequence[str], country: str | None = None) -> tuple[str, ...]:
    """The lines to print: the country last, unless it is France; `country` says it when the
    address itself does not."""
    lines, code = tuple(address), country_in(address) or country
    if not lines or code is None:
        return lines
    if country_code(lines[-1]) and code not in _HOME - {"FR"}:
        lines = lines[:-1]
    return lines if code in _HOME else (*lines, country_name(code).upper())


_LOCALITY = re.compile(
    r"(?:[A-Z]{1,2}-)?\d{4,5}\s+(?P<town>\S.*?)(?:\s+CEDEX(?:\s+\d+)?)?", re.IGNORECASE
)


def town(address: Sequence[str]) -> str | None:
    """The town of « 67000 Strasbourg », without CEDEX; None when no line begins with a postcode."""
    localities = [match for line in address if (match := _LOCALITY.fullmatch(line.strip()))]
    return _in_small_letters(localities[-1]["town"]) if localities else None


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
