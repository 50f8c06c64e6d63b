"""Typography: amounts, dates, names of countries in the language of a letter; French spaces; and
the escapes that make foreign text harmless.

The only module that imports babel, and only once something is to be said: reading needs none
of it. A language is the name of a folder of templates: « fr »,
« en », « de-CH ». U+202F is the narrow no-break space, U+00A0 the wide one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from relance.model import cents
from relance.phones import e164

if TYPE_CHECKING:
    from babel import Locale

FRENCH = "fr"
NARROW, WIDE = "\u202f", "\u00a0"
MINUS = "\u2212"
# Without a country, babel takes a language as its largest country writes it.
_EUROPEAN = {"en": "en-GB", "pt": "pt-PT"}
_TAG = re.compile("[a-z]{2,3}(?:-[A-Z]{2})?")


def is_language(tag: str) -> bool:
    """Whether a text is a language that letters can be written in."""
    if tag == FRENCH or not _TAG.fullmatch(tag):
        return tag == FRENCH
    from babel import UnknownLocaleError

    try:
        return bool(_locale(tag))
    except UnknownLocaleError:
        return False


def language_name(tag: str, language: str = FRENCH) -> str:
    """« anglais » for « en », told in another language."""
    return _parsed(tag).get_display_name(_locale(language)) or tag


def is_french(language: str) -> bool:
    """Whether it is French, of any country."""
    return language.partition("-")[0] == FRENCH


@lru_cache
def _locale(language: str) -> Locale:
    return _parsed(_EUROPEAN.get(language, language))


def _parsed(tag: str) -> Locale:
    from babel import Locale

    return Locale.parse(tag, sep="-")


def _figures(number: Decimal, pattern: str, language: str) -> str:
    from babel.numbers import format_decimal

    return format_decimal(number, pattern, locale=_locale(language))


def _dated(day: date, pattern: str, language: str) -> str:
    from babel.dates import format_date

    return format_date(day, pattern, locale=_locale(language))


# ---------------------------------------------------------------- Figures and days


@lru_cache(4096)  # papers say the same amounts and names over and over
def money(number: Decimal, currency: str, language: str = FRENCH) -> str:
    """« 1 320,00 € », « €1,320.00 »: half-up to the cent; other currencies by their code, never
    by a symbol that several share."""
    amount = cents(number)
    digits = _figures(abs(amount), "#,##0.00", language)
    symbol, sign = "€" if currency == "EUR" else currency, MINUS if amount < 0 else ""
    before, apart = _sides(language)
    if before:
        return f"{sign}{symbol}{WIDE if apart or symbol != '€' else ''}{digits}"
    return f"{sign}{digits}{WIDE}{symbol}"


@lru_cache
def _sides(language: str) -> tuple[bool, bool]:
    """Whether a language puts the symbol before the figures, and apart from them."""
    pattern = str(_locale(language).currency_formats["standard"].pattern)
    return pattern.startswith("¤"), not pattern.startswith("¤#")


def rate(percent: Decimal, language: str = FRENCH) -> str:
    """« 12,40 % », « 12.40% »: two decimals at least, as many as the rate has."""
    joined = str(_locale(language).percent_formats[None].pattern).endswith("0%")
    digits = _figures(percent, "0.00####", language)
    return f"{digits}{'' if joined else WIDE}%"


@lru_cache(4096)
def decimal(value: Decimal, language: str = FRENCH) -> str:
    """« 25,1 », « 7 »: as many decimals as it has, none for a whole number."""
    return _figures(value, "0.######", language)


@lru_cache(4096)  # a plan says the same days over and over
def long_date(day: date, language: str = FRENCH) -> str:
    """« 30 septembre 2026 », « 1er octobre 2026 », « 30 September 2026 », « 30. September 2026 »;
    the day stays with its month."""
    first, rest = _dated(day, "long", language).split(" ", 1)
    return f"{'1er' if first == '1' and is_french(language) else first}{WIDE}{rest}"


def french_date(day: date) -> str:
    """The date in words as the program says it."""
    return long_date(day)


def short_date(day: date, language: str = FRENCH) -> str:
    """« 30/09/2026 », « 30.09.2026 », for the columns of a table."""
    return _dated(day, _short_pattern(language), language)


@lru_cache
def _short_pattern(language: str) -> str:
    """The language's order and marks, always with two, two and four digits."""
    pattern = str(_locale(language).date_formats["short"].pattern)
    return re.sub("d+", "dd", re.sub("M+", "MM", re.sub("y+", "yyyy", pattern)))


def days_in_words(number: int) -> str:
    """« 1 jour », « 15 jours »."""
    return f"{number} jour{'s' if number > 1 else ''}"


def enumeration(items: Sequence[str], language: str = FRENCH) -> str:
    """« a, b et c », « a, b and c »."""
    from babel.lists import format_list

    return format_list(list(items), locale=_locale(language))


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
    abroad = e164(compact)
    if is_french(language) or abroad is None:
        return grouped(compact, 2)
    return WIDE.join([abroad[:-9], abroad[-9], grouped(abroad[-8:], 2)])


# ---------------------------------------------------------------- Countries

# The languages in which addresses name their country, in the order in which names win.
_TOLD_IN = ("fr", "en", "de", "es", "it", "nl", "pt")
# What people write and babel does not.
_ALSO = {
    "GB": "UK, Grande-Bretagne, Great Britain, Angleterre, England, Écosse, Scotland, "
    "Pays de Galles, Wales, Irlande du Nord, Northern Ireland",
    "US": "USA, U.S.A., États-Unis d'Amérique, United States of America",
    "NL": "Hollande, Holland, The Netherlands",
    "CZ": "République tchèque, Czech Republic",
}


def country_name(code: str, language: str = FRENCH) -> str:
    """« Allemagne » for « DE »."""
    return str(_locale(language).territories[code])


def country_code(name: str) -> str | None:
    """« DE » for « Allemagne », « GERMANY », « Deutschland »; None for anything else."""
    # A town has its postcode: no need then to know all the countries.
    return None if re.search(r"\d", name) else _countries().get(bare(name))


@lru_cache(1)
def _countries() -> dict[str, str]:
    found: dict[str, str] = {}
    for code, name in _country_names():
        found.setdefault(bare(name), code)
    return found


def _country_names() -> Iterator[tuple[str, str]]:
    for language in _TOLD_IN:
        for code, name in _locale(language).territories.items():
            if re.fullmatch("[A-Z]{2}", code):
                yield code, str(name)
    for code, names in _ALSO.items():
        yield from ((code, name) for name in names.split(", "))


def bare(name: str) -> str:
    """A name without case, accents nor marks, so that it is found however it was written."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return " ".join(re.findall(r"\w+", "".join(c for c in letters if not unicodedata.combining(c))))


# ---------------------------------------------------------------- Spaces and apostrophes

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
    """The reverse of `french` and `money`: the spaces and quotes that any telephone knows."""
    return text.translate({0x202F: " ", 0xA0: " ", 0x2019: "'", 0x2212: "-"})


_BLANKS = re.compile(r"[ \t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
_LOOKALIKES = {0x2011: "-", 0x2010: "-"}


def plain(text: str) -> str:
    """Foreign text on one line: composed (NFC), without control, formatting or direction marks."""
    text = _BLANKS.sub(" ", unicodedata.normalize("NFC", text)).translate(_LOOKALIKES)
    return "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs")).strip(" ")


_ENTITIES = {ord(c): f"&#{ord(c)};" for c in "\\`|~$"} | {ord("<"): "&lt;", ord(">"): "&gt;"}
_BACKSLASHED = {ord(c): f"\\{c}" for c in "*_[]"}
_AMPERSAND = re.compile(r"&(?=[#\w]|$)")
_WEB = re.compile(r"\b(www)\.", re.IGNORECASE)  # some readers make links of such words
_LEADING = re.compile(r"^(?:[#+=-]|\d+[.)](?=[ \t]|$))", re.ASCII)


@lru_cache(4096)
def markdown(text: str) -> str:
    """Foreign text that Markdown shows as it is: in a sentence, a cell, at a line's start.

    Entities where a backslash is not understood by every reader; dashes and full stops are
    touched only where they could begin a list or a rule, so that numbers stay readable.
    """
    text = _AMPERSAND.sub("&amp;", plain(text)).translate(_ENTITIES | _BACKSLASHED)
    text = _LEADING.sub(lambda found: f"{found[0][:-1]}&#{ord(found[0][-1])};", text)
    text = _WEB.sub(lambda found: f"{found[1]}&#46;", text)
    return text.replace("://", "&#58;//")


_LINK = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]+)?([/?#][!#$%&'()*+,./0-9:;=?@A-Z_a-z~-]*)?")


def is_link(text: str) -> bool:
    """Whether it is the https address of a page, in characters that are no mark of any format."""
    return _LINK.fullmatch(text) is not None


def link(address: str) -> str:
    """An address that Markdown makes a link, when `is_link`; else shown as text."""
    return f"<{address}>" if is_link(address) else markdown(address)


def code(text: str) -> str:
    """Foreign text that Markdown shows verbatim: a code span, or a code block for several lines."""
    if "\n" in text:
        lines = text.split("\n")
        return "\n".join(
            f"    {line[: len(line) - len(line.lstrip(' '))]}{plain(line)}" for line in lines
        )
    text = plain(text)
    ticks = "`" * (max(map(len, re.findall(r"`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


_CALLS = re.compile(r"@|(?<!&)#|!(?=\d)|GH-(?=\d)|&#58;//", re.IGNORECASE)


def quiet(text: str, length: int = 120) -> str:
    """Foreign text in a request for review: as `markdown` writes it, cut, calling nobody.

    On a server `@name` calls people and `#12` closes issues, even written as entities; a
    zero-width space after the sign undoes it, and nobody sees it.
    """
    text = plain(text)
    short = text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
    return _CALLS.sub(lambda found: f"{found[0]}&#8203;", markdown(short))
