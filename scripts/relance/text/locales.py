"""Languages as babel knows them: amounts, dates, names of countries.

The only module that imports babel, and only once something is to be said: reading needs none of
it. A language is the name of a folder of templates: « fr », « en », « de-CH ».
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from relance.text.typography import FRENCH, WIDE, is_french
from relance.values.amounts import cents

if TYPE_CHECKING:
    from babel import Locale


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
    digits = f"{abs(amount):,.2f}".translate(_signs(language))
    symbol, sign = "€" if currency == "EUR" else currency, MINUS if amount < 0 else ""
    before, apart = _sides(language)
    if before:
        return f"{sign}{symbol}{WIDE if apart or symbol != '€' else ''}{digits}"
    return f"{sign}{digits}{WIDE}{symbol}"


@lru_cache
def _signs(language: str) -> dict[int, str]:
    """What stands between thousands and before cents. Babel writes an amount with them in a
    hundred times the time, the same."""
    from babel.numbers import get_decimal_symbol, get_group_symbol

    locale = _locale(language)
    return str.maketrans({",": get_group_symbol(locale), ".": get_decimal_symbol(locale)})


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


def weekday_date(day: date) -> str:
    """« lundi 23 novembre 2026 »."""
    return f"{_dated(day, 'EEEE', FRENCH)}{WIDE}{long_date(day)}"


def short_date(day: date, language: str = FRENCH) -> str:
    """« 30/09/2026 », « 30.09.2026 », « 30 Sept 2026 », for the columns of a table."""
    return _dated(day, _short_pattern(language), language)


@lru_cache
def _short_pattern(language: str) -> str:
    """The language's order and marks, always with two, two and four digits; in English the month
    in letters, since 11/07 is July for some and November for others."""
    if language.partition("-")[0] == "en":
        return str(_locale(language).date_formats["medium"].pattern).replace(" ", WIDE)
    pattern = str(_locale(language).date_formats["short"].pattern)
    return re.sub("d+", "dd", re.sub("M+", "MM", re.sub("y+", "yyyy", pattern)))


def enumeration(items: Sequence[str], language: str = FRENCH) -> str:
    """« a, b et c », « a, b and c »."""
    from babel.lists import format_list

    return format_list(list(items), locale=_locale(language))


_USUAL = frozenset({"EUR", "USD", "GBP", "CHF"})


def is_currency(code: str) -> bool:
    """Whether a currency has that code (ISO 4217), today's or an older one."""
    if code in _USUAL:
        return True
    from babel.core import get_global

    return code in get_global("all_currencies")


# ---------------------------------------------------------------- Countries

# The languages in which addresses name their country, in the order in which names win; at last
# what people write and babel does not.
_BESIDE = ""
_LANGUAGES = ("fr", "en", "de", "es", "it", "nl", "pt", _BESIDE)
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
    if re.search(r"\d", name):  # a town has its postcode: no need then to know the countries
        return None
    plain = bare(name)
    # A language is read when none before it has the name: French has nearly all.
    return next(filter(None, (_countries(language).get(plain) for language in _LANGUAGES)), None)


@lru_cache
def _countries(language: str) -> dict[str, str]:
    codes: dict[str, str] = {}
    for code, name in _country_names(language):
        codes.setdefault(bare(name), code)
    return codes


def _country_names(language: str) -> Iterator[tuple[str, str]]:
    if language == _BESIDE:
        for code, names in _ALSO.items():
            yield from ((code, name) for name in names.split(", "))
        return
    for code, name in _locale(language).territories.items():
        if re.fullmatch("[A-Z]{2}", code):
            yield code, str(name)


def bare(name: str) -> str:
    """A name without case, accents nor marks, so that it is found however it was written."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return " ".join(re.findall(r"\w+", "".join(c for c in letters if not unicodedata.combining(c))))


def languages(folder: Path) -> tuple[str, ...]:
    """The languages of a folder of letters: « letters/en » holds templates in English."""
    below = folder.iterdir() if folder.is_dir() else ()
    return tuple(
        sorted(
            path.name
            for path in below
            if path.is_dir() and is_language(path.name) and any(path.glob("*.md"))
        )
    )
