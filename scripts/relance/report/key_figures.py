"""The five figures that a report begins with, each beside what it was a period earlier.

Stocks (open, late, DSO) stand on the day, and as many days earlier as the period counts; flows
(days late, money that came in) are those of the period, and of the one as long just before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from relance.report.ageing import aged_balance
from relance.report.books_by_day import BooksByDay
from relance.report.delays import (
    Settlement,
    delays,
    paid_in,
    sales_by_day,
    sales_outstanding,
)
from relance.report.period import Period
from relance.report.units import Unit


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure and what it was before; None for what cannot be told."""

    name: str
    unit: Unit
    value: Decimal | None
    before: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """By how much it grew, negative when it fell, of the figures as they are shown."""
        if self.value is None or self.before is None:
            return None
        return self.unit.rounded(self.value) - self.unit.rounded(self.before)


def key_figures(
    days: BooksByDay, currency: str, period: Period, settled: Sequence[Settlement]
) -> tuple[KeyFigure, ...]:
    """The five figures of one currency, of which these claims are settled by now; a figure of
    before is known once something was invoiced."""
    now, before = days.now.day, days.now.day - timedelta(period.days)
    stocks, stocks_before = (_stocks(days, currency, day) for day in (now, before))
    flows, flows_before = (
        _flows(days, currency, part, settled) for part in (period, period.before)
    )
    names = (
        *(("encours", Unit.AMOUNT), ("en-retard", Unit.AMOUNT), ("dso", Unit.DAYS)),
        *(("retard-moyen", Unit.DAYS), ("encaisse", Unit.AMOUNT)),
    )
    values = zip(names, (*stocks, *flows), (*stocks_before, *flows_before), strict=True)
    return tuple(KeyFigure(name, unit, value, then) for (name, unit), value, then in values)


def _stocks(days: BooksByDay, currency: str, day: date) -> tuple[Decimal | None, ...]:
    if not _invoiced_by(days, currency, day):
        return (None,) * 3
    on = days.at(day)
    claims, aged = on.claims_in(currency), aged_balance(on, currency)
    return aged.open, aged.late, sales_outstanding(claims, day, sales_by_day(claims)).simple


def _flows(
    days: BooksByDay, currency: str, period: Period, settled: Sequence[Settlement]
) -> tuple[Decimal | None, ...]:
    if not _invoiced_by(days, currency, period.end):
        return (None,) * 2
    return delays(settled, period).average, paid_in(days.now.claims_in(currency), period)


def _invoiced_by(days: BooksByDay, currency: str, day: date) -> bool:
    return any(claim.invoiced <= day for claim in days.now.claims_in(currency))
