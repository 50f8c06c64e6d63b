"""Amounts and days as electronic documents write them: read exactly, or refused."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, time
from decimal import Decimal
from functools import lru_cache

from relance.values.amounts import in_cents

_DECIMAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_YEARS = range(1990, 2100)  # outside, a year is a slip of the keyboard


class Unreadable(ValueError):
    """A value that cannot be taken; its text says why, in French."""


def decimal(text: str) -> Decimal:
    """A number with a point, as XML writes it; `Unreadable` for any other."""
    if len(text) > 40 or not _DECIMAL.fullmatch(text):
        raise Unreadable("n'est pas un nombre, qui s'écrit avec un point")
    return Decimal(text)


def amount(text: str) -> Decimal:
    """A sum in whole cents; `Unreadable` for any other text."""
    value = decimal(text)
    if not in_cents(value):
        raise Unreadable("n'est pas une somme en centimes entiers")
    return value


@lru_cache(4096)
def day(text: str) -> date:
    """A day written 2026-01-31 or 20260131, with or without time or zone; else `Unreadable`."""
    match = _DAY.fullmatch(text)
    if not match:
        raise Unreadable("n'est pas une date")
    return _day(int(match["year"]), int(match["month"]), int(match["day"]))


_DAY = re.compile(
    r"(?P<year>\d{4})(?P<dash>-?)(?P<month>\d\d)(?P=dash)(?P<day>\d\d)"
    r"(?:T?(?P<hour>[\d:.]{4,15}))?(?:Z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)


def moment(text: str) -> tuple[date, time | None]:
    """A day, written as `day` reads it, and the hour if one follows: 20260131143000,
    2026-01-31T14:30; else `Unreadable`."""
    match = _DAY.fullmatch(text)
    hour = match["hour"] if match else None
    if not hour:
        return day(text), None
    digits = hour.partition(".")[0].replace(":", "")
    if len(digits) not in (4, 6):
        raise Unreadable("n'est pas une date et son heure")
    date_ = day(text)
    try:
        return date_, time(int(digits[:2]), int(digits[2:4]), int(digits[4:] or 0))
    except ValueError as error:
        raise Unreadable("n'a pas d'heure qui existe") from error


def _day(year: int, month: int, number: int) -> date:
    if year not in _YEARS:
        raise Unreadable("n'est pas de notre siècle")
    try:
        return date(year, month, number)
    except ValueError as error:
        raise Unreadable("n'existe pas au calendrier") from error


_MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
_IN_WORDS = (
    re.compile(r"\b(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)\b", re.ASCII),
    re.compile(r"\b(?P<day>\d\d?)(?P<s>[./-])(?P<month>\d\d?)(?P=s)(?P<year>\d{4})\b", re.ASCII),
    re.compile(
        rf"\b(?P<day>\d\d?)(?:er)? (?P<month>{_MONTHS.replace(' ', '|')}) (?P<year>\d{{4}})\b"
    ),
)
# What else terms may speak of: a delay, or a day that is only that of a discount.
_OTHER_TERMS = re.compile(
    r"\d\s*(?:j\b|jours?|days?|tag)|fin de mois|mois|escompte|skonto|discount|remise|avant|before"
)


def day_in_words(text: str, since: date) -> date | None:
    """The one day, not before `since`, that payment terms name; None when they name none or
    several, or speak of a delay or of a discount too."""
    rest = text.casefold()
    days: set[date] = set()
    for pattern in _IN_WORDS:
        days |= set(_days(pattern.finditer(rest)))
        rest = pattern.sub("", rest)
    days = {candidate for candidate in days if candidate >= since}
    return days.pop() if len(days) == 1 and not _OTHER_TERMS.search(rest) else None


def _days(matches: Iterable[re.Match[str]]) -> Iterable[date]:
    for match in matches:
        month = match["month"]
        number = int(month) if month.isdigit() else _MONTHS.split().index(month) + 1
        with suppress(Unreadable):
            yield _day(int(match["year"]), number, int(match["day"]))
