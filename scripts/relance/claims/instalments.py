"""Spreading a sum over days: how many payments, how much each, on which days."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from relance.values.amounts import ZERO, cents
from relance.values.dates import Workdays

_CADENCE = re.compile(r"(?P<number>[1-9]\d{0,2})(?P<unit>[mj])")


@dataclass(frozen=True, slots=True)
class Cadence:
    """The time between two payments: so many months, or so many days."""

    number: int
    months: bool

    @classmethod
    def parse(cls, text: str) -> Cadence | None:
        """Read "1m" or "15j"; None when it is neither."""
        match = _CADENCE.fullmatch(text.strip().lower())
        return cls(int(match["number"]), match["unit"] == "m") if match else None

    def after(self, first: date, times: int) -> date:
        """The day so many times later, counted from the first one: months keep its day, or end
        where it does not exist (31 January, 28 February, 31 March)."""
        if not self.months:
            return first + timedelta(times * self.number)
        years, month = divmod(first.month - 1 + times * self.number, 12)
        year, month = first.year + years, month + 1
        return date(year, month, min(first.day, calendar.monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class InstalmentTerms:
    """How a debt is to be paid off, as far as it was said: in `count` equal parts or in parts of
    `each`, the first on the day `first`, a cadence apart; `waived`: no interest if it is kept."""

    count: int | None
    each: Decimal | None
    first: date | None
    cadence: Cadence | None
    waived: bool


def equal_parts(total: Decimal, count: int) -> tuple[Decimal, ...]:
    """`count` equal amounts, half-up to the cent; the last one takes the rest."""
    part = cents(total / count)
    return (*[part] * (count - 1), total - part * (count - 1))


def parts_of(total: Decimal, part: Decimal) -> tuple[Decimal, ...]:
    """As many payments of `part` as it takes; the last one is what remains (100 by 30: 30, 30,
    30, 10)."""
    whole, rest = divmod(total, part)
    return (*[part] * int(whole), *([rest] if rest > ZERO else []))


def days_of(first: date, cadence: Cadence, count: int, workdays: Workdays) -> tuple[date, ...]:
    """The days of `count` payments, each moved to the next working day on its own."""
    return tuple(workdays.on_or_after(cadence.after(first, n)) for n in range(count))
