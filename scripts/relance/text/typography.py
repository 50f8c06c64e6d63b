"""Typography: the spaces and apostrophes of each language, numbers in groups.

A language is the name of a folder of templates: « fr », « en », « de-CH ». U+202F is the narrow
no-break space, U+00A0 the wide one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from relance.text.addresses import dialled

FRENCH = "fr"
NARROW, WIDE = "\u202f", "\u00a0"


def is_french(language: str) -> bool:
    """Whether it is French, of any country."""
    return language.partition("-")[0] == FRENCH


def grouped(number: str, size: int = 4) -> str:
    """An IBAN in groups of four, a SIREN in groups of three, as they are printed."""
    compact = "".join(number.split())
    return WIDE.join(compact[i : i + size] for i in range(0, len(compact), size))


def phone(number: str, language: str = FRENCH) -> str:
    """A French number in pairs, from abroad with its +33 in the other languages; any other
    number as it was written."""
    compact = "".join(number.split())
    if not re.fullmatch(r"0\d{9}", compact):
        return number.replace(" ", WIDE)
    abroad = dialled(compact)
    if is_french(language) or abroad is None:
        return grouped(compact, 2)
    return WIDE.join([abroad[:-9], abroad[-9], grouped(abroad[-8:], 2)])


def apostrophes(text: str) -> str:
    """A name with the apostrophes of print, however it was typed: « L’Épi d’Or »."""
    return re.sub(r"(?<=\w)'(?=\w)", "’", text)


def as_printed(person: Mapping[str, object]) -> dict[str, object]:
    """Who owes or is owed, as papers name them; numbers and electronic addresses stay as they
    are, and so does the name that a bank must know."""
    return {key: _printed(value) if key in _NAMES else value for key, value in person.items()}


_NAMES = ("nom", "contact", "personne", "adresse", "signataire")


def _printed(value: object) -> object:
    if isinstance(value, list | tuple):
        return [_printed(line) for line in value]
    return apostrophes(value) if isinstance(value, str) else value


_KEPT = (
    r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}"  # the template engine's own
    r"|(?P<ticks>`+).*?(?P=ticks)"
    r"|https?://[^\s<>]+|\]\([^)\n]*\)|<[^>\n]*>|[\w.+-]+@[\w.-]+"
)
_UNITS = r"(?:€|EUR|%|jours?|mois|ans?|heures?|mm|km)(?!\w)"
_AFTER = r"(?=[\s»)*_|.,…]|$)"
_WIDE = (
    rf" (?=:{_AFTER}|»)|(?<=[\d}}]) (?={_UNITS})"
    r"|(?<=«) |(?<=n°) |(?<=\bMme) |(?<=\bM\.) |(?<=\barticle) |(?<=\barticles) "
)
_FRENCH = re.compile(
    rf"(?P<keep>{_KEPT})|(?P<narrow> (?=[;!?]{_AFTER}))|(?P<wide>{_WIDE})"
    r"|(?P<apostrophe>(?<=\w)'(?=[\w{«*]))",
    re.DOTALL,
)


def french(text: str) -> str:
    """Ordinary text with the spaces and apostrophes of good French.

    Left alone: URLs, e-mail addresses, code between back quotes, and what stands in the
    template engine's own marks. Doing it twice changes nothing.
    """

    def replaced(match: re.Match[str]) -> str:
        marks = {"narrow": NARROW, "wide": WIDE, "apostrophe": "’"}
        return next((mark for name, mark in marks.items() if match[name]), match[0])

    return _FRENCH.sub(replaced, text)


_OTHERWISE = re.compile(
    rf"(?P<keep>{_KEPT})|(?P<wide>(?<=\bNo\.) |(?<=\bNr\.) |(?<=\barticle) |(?<=\bArt\.) "
    r"|(?<=\barticles) |(?<=\bArtikel) |(?<=[\d}])"
    r" (?=(?:days?|working|invoices|Tagen?|Werktage?|Rechnungen|EUR|€)(?!\w)))"
    r"|(?P<apostrophe>(?<=\w)'(?=[\w{«*]))",
    re.DOTALL,
)


def composed(text: str, language: str) -> str:
    """Ordinary text of a template with the spaces and apostrophes of its language: French ones,
    elsewhere only what keeps a number with its name."""
    if is_french(language):
        return french(text)

    def replaced(match: re.Match[str]) -> str:
        return WIDE if match["wide"] else "’" if match["apostrophe"] else match[0]

    return _OTHERWISE.sub(replaced, text)


def ordinary(text: str) -> str:
    """The reverse of `french` and `locales.money`: spaces and quotes that any telephone knows."""
    return text.translate({0x202F: " ", 0xA0: " ", 0x2019: "'", 0x2212: "-"})
