"""Everything that a report measures, currency by currency: the front door of the figures.

Nothing is ever converted nor added across currencies. Stocks (aged balance, disputes,
limitation, forecast) stand on the day of the report; flows (delays, recovery, promises) are
those of its period, judged by all that is known on that day.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from itertools import dropwhile

from relance.claims.claim import Claim
from relance.claims.on_day import OnDay
from relance.decision.planner import make_plan
from relance.decision.remainders import open_remainders
from relance.report.actions import ActionEffect, effects
from relance.report.ageing import AgedBalance, Column, aged_balance
from relance.report.books_by_day import BooksByDay
from relance.report.collected_penalties import CollectedPenalties, collected
from relance.report.delays import (
    Delays,
    SalesOutstanding,
    delays,
    paid_in,
    sales_by_day,
    sales_outstanding,
    settlements,
    sold_in,
)
from relance.report.forecast import BackTest, Forecast, Forecaster
from relance.report.key_figures import KeyFigure, key_figures
from relance.report.obligations import (
    Disputed,
    Exposure,
    LimitationYear,
    PromisesKept,
    disputes,
    exposures,
    limitation_years,
    promises_kept,
)
from relance.report.period import Period, last_months, month_ends
from relance.report.priorities import Priorities, Priority, oldest
from relance.report.recovery import Inaction, Recoveries, inaction, recoveries

MONTHS = 12  # of evolution, and of trials of the forecast
TRIED_WEEKS = (4, 13)
FEWEST = 10  # observations behind a figure that is compared


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """One point of the evolution: stocks at the end of `day`, flows of its month until then."""

    day: dt.date
    open: Decimal
    late: Decimal
    beyond: Decimal  # more than 90 days late
    outstanding: SalesOutstanding
    sold: Decimal
    paid: Decimal


@dataclass(frozen=True, slots=True)
class Measures:
    """Every figure of one currency."""

    currency: str
    observed: int  # claims that are open, or were settled in the period
    key_figures: tuple[KeyFigure, ...]
    priorities: tuple[Priority, ...]
    oldest: Claim | None  # of the late ones
    aged: AgedBalance
    exposures: tuple[Exposure, ...]
    outstanding: SalesOutstanding
    delays: Delays
    delays_before: Delays  # of the period as long just before
    recoveries: Recoveries
    inaction: Inaction
    penalties: CollectedPenalties
    promises: PromisesKept
    disputes: tuple[Disputed, ...]
    limitation: tuple[LimitationYear, ...]
    forecast: Forecast
    back_tests: tuple[BackTest, ...]
    evolution: tuple[MonthEnd, ...]

    @property
    def scant(self) -> bool:
        """Whether there is too little in this currency for a report of its own."""
        return self.observed < FEWEST

    @property
    def months(self) -> tuple[MonthEnd, ...]:
        """The evolution from the first month in which there was anything."""
        return tuple(dropwhile(lambda m: not (m.open or m.sold or m.paid), self.evolution))


@dataclass(frozen=True, slots=True)
class Report:
    """What the books say on a day, with the flows of a period; no currency: empty books."""

    day: dt.date
    period: Period
    currencies: tuple[Measures, ...]

    @property
    def in_order(self) -> tuple[Measures, ...]:
        """The currencies, the one with the most claims first."""
        return tuple(sorted(self.currencies, key=lambda measures: -measures.observed))

    @property
    def at_length(self) -> tuple[Measures, ...]:
        """Those that are told at length: the first, and any other with enough in it."""
        return tuple(m for place, m in enumerate(self.in_order) if place == 0 or not m.scant)

    @property
    def in_a_line(self) -> tuple[Measures, ...]:
        """The others, for each of which a line is enough."""
        return tuple(m for m in self.in_order[1:] if m.scant)


def measure(on: OnDay, period: Period | None = None) -> Report:
    """Measure the books as they stood on a day; without a period, twelve months until then."""
    period = period or last_months(MONTHS, on.day)
    measuring = _Measuring(BooksByDay(on), effects(on), period)
    return Report(on.day, period, tuple(measuring.of(currency) for currency in on.currencies))


class _Measuring:
    """Measures one currency after the other from the same days."""

    def __init__(self, days: BooksByDay, done: tuple[ActionEffect, ...], period: Period) -> None:
        self._days = days
        self._now = days.now
        self._done = done
        self._remainders = open_remainders(days.now)
        self._priorities = Priorities(days.now, make_plan(days.now, files=False))
        self._period = period

    def of(self, currency: str) -> Measures:
        """Every figure of one currency."""
        now, policy, period = self._now, self._now.policy, self._period
        claims = now.claims_in(currency)
        brought = [effect for effect in self._done if effect.action.claim[3] == currency]
        aged, settled = aged_balance(now, currency), settlements(claims, policy)
        forecaster = Forecaster(self._days, currency)
        ends = month_ends(now.day, MONTHS + 1)
        delays_now = delays(settled, period)
        return Measures(
            currency=currency,
            observed=delays_now.count + sum(claim.balance > 0 for claim in claims),
            key_figures=key_figures(self._days, currency, period, settled),
            priorities=self._priorities.first(currency, (effect.action for effect in brought)),
            oldest=oldest(now, currency),
            aged=aged,
            exposures=exposures(aged, now),
            outstanding=sales_outstanding(claims, now.day, sales_by_day(claims)),
            delays=delays_now,
            delays_before=delays(settled, period.before),
            recoveries=recoveries(
                (effect for effect in brought if effect.action.day in period), policy, now.day
            ),
            inaction=inaction(now, currency, brought, period),
            penalties=collected(now, currency, self._remainders),
            promises=promises_kept(now, currency, period),
            disputes=disputes(now, currency),
            limitation=limitation_years(now, currency),
            forecast=forecaster.forecast(now.day),
            back_tests=tuple(forecaster.back_test(ends, n, now.day) for n in TRIED_WEEKS),
            evolution=tuple(self._month_end(currency, end) for end in ends),
        )

    def _month_end(self, currency: str, end: dt.date) -> MonthEnd:
        on = self._days.at(end)
        claims, aged = on.claims_in(currency), aged_balance(on, currency)
        month, sales = Period(end.replace(day=1), end), sales_by_day(claims)
        return MonthEnd(
            day=end,
            open=aged.open,
            late=aged.late,
            beyond=aged.column(Column.BEYOND),
            outstanding=sales_outstanding(claims, end, sales),
            sold=sold_in(sales, month),
            paid=paid_in(claims, month),
        )
