"""What should come in over the next weeks, with a range, and how right that was before.

Only what is already invoiced: each open claim, less its disputed part, as likely as its
client's habit makes it; instalments of running payment plans on their days. Nothing is expected
of what proceedings forbid to pay.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from relance.claims.claim import Claim
from relance.claims.history import Key, key
from relance.claims.on_day import OnDay
from relance.claims.payment_plans import PaymentPlan
from relance.report.books_by_day import BooksByDay
from relance.report.habits import WEEKS, Chances, Habits, precedents
from relance.values.amounts import ZERO, cents, ratio, total

# Eight times out of ten a sum of independent payments lies so many standard deviations at most
# from its mean, as the normal distribution has it.
_EIGHT_OF_TEN = Decimal("1.2816")
Receipts = Mapping[Key, Sequence[tuple[dt.date, Decimal]]]


@dataclass(frozen=True, slots=True)
class Expected:
    """An amount, and how likely it is to be there by the end of each week."""

    amount: Decimal
    chances: Chances


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the forecast, `end` being its last day: `usual` is the mean of what should
    come in during the week, `usual_in_all` by its end; eight times out of ten what has come in
    by then should lie from `low_in_all` to `high_in_all`."""

    number: int
    end: dt.date
    usual: Decimal
    low_in_all: Decimal
    usual_in_all: Decimal
    high_in_all: Decimal


@dataclass(frozen=True, slots=True)
class Forecast:
    """Thirteen weeks from a day. Of what is open: `beyond` is the mean of what should come in
    later or never, `unknown` has no precedent (or no due date), `disputed`,
    `stopped` (insolvency) and `ceded` are left out. No week at all when the claims of the past are
    too few."""

    day: dt.date
    weeks: tuple[Week, ...]
    beyond: Decimal
    unknown: Decimal
    disputed: Decimal
    stopped: Decimal
    ceded: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Trial:
    """What a forecast made at the end of a month said of the weeks to come, and what came."""

    made: dt.date
    weeks: int
    low: Decimal
    usual: Decimal
    high: Decimal
    received: Decimal

    @property
    def hit(self) -> bool:
        """Whether what came lies in the range."""
        return self.low <= self.received <= self.high


@dataclass(frozen=True, slots=True)
class BackTest:
    """The forecasts that the last twelve ends of months would have made of the same number of
    weeks: `error` = Σ |received − usual| / Σ received; None when nothing came or no trial."""

    weeks: int
    trials: tuple[Trial, ...]

    @property
    def error(self) -> Decimal | None:
        """The mean error, as a part of what came in."""
        missed = total(abs(trial.received - trial.usual) for trial in self.trials)
        return ratio(missed, total(trial.received for trial in self.trials))

    @property
    def hits(self) -> int:
        """How many times what came lay in the range."""
        return sum(trial.hit for trial in self.trials)


class Forecaster:
    """Forecasts in one currency, from the books on any day, each worked out once."""

    def __init__(self, days: BooksByDay, currency: str) -> None:
        self._days = days
        self._currency = currency
        self._made: dict[dt.date, tuple[Forecast, Sequence[Claim]]] = {}

    def forecast(self, day: dt.date) -> Forecast:
        """What should come in over the thirteen weeks after `day`."""
        return self._forecast(day)[0]

    def _forecast(self, day: dt.date) -> tuple[Forecast, Sequence[Claim]]:
        """The forecast, and the claims it is about, by what may come in of them."""
        if day not in self._made:
            on = self._days.at(day)
            free, stopped, disputed = self._sorted(on)
            mine = (c for c in on.open if c.currency == self._currency)
            ceded = total(c.balance for c in mine if on.ceded(c))
            expected, unknown = self._expected(on, free)
            weeks = tuple(_weeks(expected, day)) if expected else ()
            beyond = total(e.amount for e in expected)
            beyond -= weeks[-1].usual_in_all if weeks else ZERO
            self._made[day] = (
                Forecast(day, weeks, beyond, unknown, disputed, stopped, ceded),
                free,
            )
        return self._made[day]

    def back_test(self, ends: Iterable[dt.date], weeks: int, day: dt.date) -> BackTest:
        """Set the forecasts of these days against what came, those whose weeks are over."""
        over = [end for end in ends if end + timedelta(7 * weeks) <= day]
        receipts = self._receipts(day) if over else {}
        trials = []
        for made in over:
            forecast, claims = self._forecast(made)
            if forecast.weeks:
                week = forecast.weeks[weeks - 1]
                came = _came(claims, made, week.end, receipts)
                range_ = (week.low_in_all, week.usual_in_all, week.high_in_all)
                trials.append(Trial(made, weeks, *range_, came))
        return BackTest(weeks, tuple(trials))

    # ------------------------------------------------------------ What is expected

    def _sorted(self, on: OnDay) -> tuple[list[Claim], Decimal, Decimal]:
        """The open claims that may come in, by their undisputed part; what may not."""
        free, stopped, disputed = [], ZERO, ZERO
        for claim in on.ours:
            if claim.currency != self._currency:
                continue
            if on.stopped(claim):
                stopped += claim.balance
                continue
            held = on.disputed(claim)
            disputed += held
            if claim.balance > held:
                # What is not disputed of it, as a claim of its own.
                free.append(replace(claim, amount=claim.amount - held) if held else claim)
        return free, stopped, disputed

    def _expected(self, on: OnDay, claims: Sequence[Claim]) -> tuple[list[Expected], Decimal]:
        """What is expected, and the sum of which nobody can say when it comes."""
        planned: dict[PaymentPlan, Decimal] = {}
        free = []
        for claim in claims:
            if state := on.running_plan(claim):
                planned[state.plan] = planned.get(state.plan, ZERO) + claim.balance
            else:
                free.append(claim)
        past = precedents(on.claims_in(self._currency), on.policy, on.day)
        chances = Habits(past, on.day).chances(free)
        payments = [Expected(claim.balance, likely) for claim, likely in chances if likely]
        for plan, balance in planned.items():
            payments.extend(_instalments(plan, balance, on.day))
        owed = total(claim.balance for claim in claims)
        return payments, owed - total(expected.amount for expected in payments)

    # ------------------------------------------------------------ What came

    def _receipts(self, day: dt.date) -> Receipts:
        return {
            key(claim): [(r.date, r.amount) for r in claim.receipts if r.is_payment]
            for claim in self._days.at(day).claims_in(self._currency)
        }


def _came(claims: Iterable[Claim], made: dt.date, end: dt.date, receipts: Receipts) -> Decimal:
    """What came after `made` and until `end` on the claims that might come in then."""
    came = ZERO
    for claim in claims:
        paid = total(a for day, a in receipts.get(key(claim), ()) if made < day <= end)
        came += min(paid, claim.balance) if paid else ZERO
    return came


def _instalments(plan: PaymentPlan, balance: Decimal, day: dt.date) -> Iterator[Expected]:
    """The last instalments of a plan that make up what is still open of it, each on its day, an
    overdue one in the first week."""
    left = balance
    for instalment in reversed(plan.instalments):
        if amount := min(instalment.amount, left):
            left -= amount
            first = max(-(-(instalment.due - day).days // 7), 1)
            by_week = (Decimal(week >= first) for week in range(1, WEEKS + 1))
            yield Expected(amount, Chances(0, tuple(by_week), doubt=(ZERO,) * WEEKS))


def _weeks(expected: Sequence[Expected], day: dt.date) -> Iterator[Week]:
    all_ = total(e.amount for e in expected)
    before = low = high = ZERO
    for number in range(1, WEEKS + 1):
        mean, spread = _mean_and_spread(expected, number)
        # What has come in by a day only grows.
        low = max(low, cents(mean - _EIGHT_OF_TEN * spread))
        high = max(high, min(cents(mean + _EIGHT_OF_TEN * spread), all_))
        end = day + timedelta(7 * number)
        yield Week(number, end, mean - before, low, mean, high)
        before = mean


def _mean_and_spread(expected: Iterable[Expected], week: int) -> tuple[Decimal, Decimal]:
    """The mean of what is there by the end of a week, and its standard deviation.

    With p the chance of an amount a, its mean is Σ a p. Two things spread it: each payment may
    come or not, Σ a² p (1 - p); and the chances are only known from n precedents, those of one
    owner wrong together, Σ over owners of (Σ a √(p (1 - p) / n))².
    """
    mean = chance = ZERO
    wrong: dict[str, Decimal] = defaultdict(Decimal)
    for payment in expected:
        amount, chances = payment.amount, payment.chances
        p = chances.by_week[week - 1]
        mean += amount * p
        if doubt := chances.doubt[week - 1]:
            chance += amount * amount * p * (1 - p)
            wrong[chances.owner] += amount * doubt
    return cents(mean), (chance + total(amount * amount for amount in wrong.values())).sqrt()
