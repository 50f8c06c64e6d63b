"""How long money takes: days late of what was settled, and days of sales outstanding."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from relance.claims.claim import Claim
from relance.policy.settings import Policy
from relance.report.period import Period, last_months
from relance.values.amounts import ZERO, ratio, total
from relance.values.dates import end_of_month, months_after

Month = tuple[int, int]


# ---------------------------------------------------------------- Days late


@dataclass(frozen=True, slots=True)
class Settlement:
    """A claim that payments closed: the day of the last one, its days after the due date
    (negative when early), and all that was paid, in the claim's currency."""

    claim: Claim
    day: dt.date
    days: int
    amount: Decimal

    @property
    def late(self) -> int:
        """Days late; early counts 0."""
        return max(self.days, 0)


def settlements(claims: Iterable[Claim], policy: Policy) -> tuple[Settlement, ...]:
    """The claims closed by payments, a rest within the tolerance counting as closed.

    Left out: claims without a due date, those closed by credit notes alone, which say nothing of
    how the client pays, and those given up.
    """
    settled = []
    for claim in claims:
        if claim.due and (last := closed_on(claim, policy)):
            amount = total(receipt.amount for receipt in claim.receipts if receipt.is_payment)
            settled.append(Settlement(claim, last, (last - claim.due).days, amount))
    return tuple(settled)


def closed_on(claim: Claim, policy: Policy) -> dt.date | None:
    """The day of the last payment of a claim that payments closed; None of any other."""
    paid = [receipt.date for receipt in claim.receipts if receipt.is_payment]
    if not paid or claim.unpaid > policy.tolerance_for(claim.currency):
        return None
    return max(paid)


@dataclass(frozen=True, slots=True)
class Delays:
    """How the settled claims of a period were paid.

    `count` claims for `amount`; of them `on_time` (on the due date or before) for
    `amount_on_time`. In days late, early counting 0: `average` = Σ days / count, `weighted`
    = Σ (days × amount) / Σ amount. None when nothing was settled.
    """

    count: int
    amount: Decimal
    on_time: int
    amount_on_time: Decimal
    average: Decimal | None
    weighted: Decimal | None

    @property
    def share(self) -> Decimal | None:
        """Claims on time / settled claims, from 0 to 1."""
        return ratio(self.on_time, self.count)

    @property
    def share_of_amount(self) -> Decimal | None:
        """Amount on time / amount settled, from 0 to 1."""
        return ratio(self.amount_on_time, self.amount)


def delays(settled: Iterable[Settlement], period: Period) -> Delays:
    """The delays of the claims whose last payment lies in the period."""
    return delays_of([s for s in settled if s.day in period])


def delays_of(settled: Sequence[Settlement]) -> Delays:
    """The delays of these settled claims."""
    amount = total(s.amount for s in settled)
    in_time = [s for s in settled if s.late == 0]
    return Delays(
        count=len(settled),
        amount=amount,
        on_time=len(in_time),
        amount_on_time=total(s.amount for s in in_time),
        average=ratio(sum(s.late for s in settled), len(settled)),
        weighted=ratio(total(s.late * s.amount for s in settled), amount),
    )


# ---------------------------------------------------------------- Days of sales outstanding


@dataclass(frozen=True, slots=True)
class SalesOutstanding:
    """Days of sales outstanding (DSO) on a day, all in days; None when nothing was sold.

    `sales` are the sales incl. VAT of the last `days` days, less credit notes: twelve months,
    or the time since the first invoice when the books are younger.

    - `simple` = open claims / sales × days;
    - `best` = open claims not yet late / sales × days: what it would be if all paid in time;
    - `count_back`: see `count_back`.
    """

    open: Decimal
    sales: Decimal
    days: int
    simple: Decimal | None
    best: Decimal | None
    count_back: Decimal | None


def sales_outstanding(
    claims: Sequence[Claim], day: dt.date, by_day: Mapping[dt.date, Decimal]
) -> SalesOutstanding:
    """The DSO of one currency's claims of a day, from their sales."""
    window = _window(by_day, day)
    sales = total(amount for sold, amount in by_day.items() if sold in window)
    owed = total(claim.balance for claim in claims)
    current = total(c.balance for c in claims if not c.late_on(day))
    return SalesOutstanding(
        open=owed,
        sales=sales,
        days=window.days,
        simple=_outstanding(owed, sales, window.days),
        best=_outstanding(current, sales, window.days),
        count_back=count_back(owed, _by_month(by_day), day),
    )


def count_back(owed: Decimal, sales: Mapping[Month, Decimal], day: dt.date) -> Decimal | None:
    """DSO by count-back, in days: the sales of each month are taken off what is open, the
    latest month first; a month that they cover whole counts all its days (up to `day`), the
    first that they do not cover counts its days × what is left / its sales.

    None without sales. Sales of later months, dated ahead, are left out.
    """
    first = min(sales, default=None)
    last, left, days = day, owed, ZERO
    if first is None or first > (day.year, day.month):
        return None
    while left > 0 and (last.year, last.month) >= first:
        sold = sales.get((last.year, last.month), ZERO)
        if sold > left:
            return days + last.day * left / sold
        days, left = days + last.day, left - sold
        last = end_of_month(months_after(last.replace(day=1), -1))
    return days


def _window(by_day: Mapping[dt.date, Decimal], day: dt.date) -> Period:
    year = last_months(12, day)
    first = min((sold for sold in by_day if sold <= day), default=day)
    return Period(max(year.start, first), day)


def sales_by_day(claims: Iterable[Claim]) -> Mapping[dt.date, Decimal]:
    """Invoices by their date, credit notes taken off on theirs."""
    sold: dict[dt.date, Decimal] = defaultdict(Decimal)
    for claim in claims:
        sold[claim.invoiced] += claim.amount
        for receipt in claim.receipts:
            if receipt.credit_note:
                sold[receipt.date] -= receipt.amount
    return sold


def _by_month(by_day: Mapping[dt.date, Decimal]) -> Mapping[Month, Decimal]:
    months: dict[Month, Decimal] = defaultdict(Decimal)
    for day, amount in by_day.items():
        months[day.year, day.month] += amount
    return months


def _outstanding(owed: Decimal, sales: Decimal, days: int) -> Decimal | None:
    return owed * days / sales if sales > 0 else None


def sold_in(by_day: Mapping[dt.date, Decimal], period: Period) -> Decimal:
    """Sales incl. VAT of a period, less the credit notes of the period."""
    return total(amount for day, amount in by_day.items() if day in period)


def paid_in(claims: Iterable[Claim], period: Period) -> Decimal:
    """Payments of a period that settled claims; credit notes and losses are none."""
    return total(
        receipt.amount
        for claim in claims
        for receipt in claim.receipts
        if receipt.date in period and receipt.is_payment
    )
