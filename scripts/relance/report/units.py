"""Measures, their units and figures: as programs get them, and as people read them in French."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from relance.text.locales import decimal, money, short_date
from relance.text.typography import WIDE
from relance.text.words import told
from relance.values.amounts import cents

T = TypeVar("T")
U = TypeVar("U")
Number = Decimal | int | None
NONE = "–"  # a figure that cannot be told
_PLACES = {"jours": Decimal("0.1"), "part": Decimal("0.0001"), "nombre": Decimal(1)}


class Unit(StrEnum):
    """By the names they have in the open table; a share lies between 0 and 1."""

    DAYS = "jours"
    SHARE = "part"
    COUNT = "nombre"
    AMOUNT = "montant"

    def rounded(self, number: Decimal | int) -> Decimal:
        """For programs, half-up: cents, tenths of days, four decimals of shares."""
        exact = Decimal(number)
        return cents(exact) if self is Unit.AMOUNT else _half_up(exact, _PLACES[self])

    def written(self, number: Decimal | int) -> str:
        """For people: « 1 320,00 », « 12,8 », « 41 % », « 7 »."""
        return _WRITTEN[self](Decimal(number))


@dataclass(frozen=True, slots=True)
class Measure(Generic[T]):
    """A measure of something: its name, its unit, how to take it; None when it cannot be told."""

    name: str
    unit: Unit
    take: Callable[[T], Number]

    def part(self, inner: Callable[[U], T], suffix: str) -> Measure[U]:
        """The same measure, of a thing that has it in a part."""
        return Measure(f"{self.name}{suffix}", self.unit, lambda thing: self.take(inner(thing)))


@dataclass(frozen=True, slots=True)
class MeasuredFigure:
    """A measure that was taken."""

    name: str
    unit: Unit
    value: Number

    @property
    def rounded(self) -> Decimal | None:
        """For programs, half-up."""
        return None if self.value is None else self.unit.rounded(self.value)

    @property
    def written(self) -> str:
        """In French, for paper."""
        return NONE if self.value is None else self.unit.written(self.value)

    @property
    def short(self) -> str:
        """In French, for a screen: whole units of money."""
        if self.unit is Unit.AMOUNT and self.value is not None:
            return whole(Decimal(self.value))
        return self.written


@dataclass(frozen=True, slots=True)
class FigureRow:
    """The figures of one thing: what or whom they are about (`cle`, and `compte` for a client).
    `listed`: one of several rows, whose keys the books give."""

    key: str | dt.date
    figures: tuple[MeasuredFigure, ...]
    account: str = ""
    listed: bool = False

    @property
    def name(self) -> str:
        """What they are about, in French; a client's name as it is."""
        if not isinstance(self.key, str):
            return short_date(self.key)
        return self.key if self.account else told(self.key)

    def short(self, name: str) -> str:
        """One of its figures for a screen."""
        return next(figure.short for figure in self.figures if figure.name == name)


# ---------------------------------------------------------------- As people read them


def amount(number: Decimal) -> str:
    """« 1 320,00 »: the currency stands at the head of the table."""
    return money(number, "EUR").removesuffix(f"{WIDE}€")


def whole(number: Decimal) -> str:
    """« 1 320 »: half-up to the unit, where a screen or a drawing has no room for more."""
    unit = _half_up(number, Decimal(1)) + 0  # no minus zero
    return amount(unit).removesuffix(",00")


def cell(number: Decimal) -> str:
    """An amount, nothing for zero."""
    return amount(number) if number else ""


def percent(share: Decimal | None) -> str:
    """« 41 % », half-up."""
    return NONE if share is None else f"{decimal(_half_up(100 * share, Decimal(1)))}{WIDE}%"


def days(number: Decimal | int | None) -> str:
    """« 12,8 », to a tenth, half-up."""
    return NONE if number is None else decimal(_half_up(Decimal(number), Decimal("0.1")))


def _half_up(number: Decimal, place: Decimal) -> Decimal:
    return number.quantize(place, ROUND_HALF_UP)


_WRITTEN: Mapping[Unit, Callable[[Decimal], str]] = {
    Unit.DAYS: days,
    Unit.SHARE: percent,
    Unit.COUNT: str,
    Unit.AMOUNT: amount,
}
