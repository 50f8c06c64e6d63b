"""What lateness costs: interest by segments, and the recovery fee (rules 7.1 to 7.11)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from relance.claims.claim import Receipt
from relance.claims.rates import Rates
from relance.values.amounts import ZERO, cents
from relance.values.kinds import CreditNotes, DebtorType, Imputation
from relance.values.terms import Rate

_DAY = timedelta(1)


@dataclass(frozen=True, slots=True)
class Segment:
    """Days with one rate (percent a year) and one principal; `start` and `end` both count."""

    start: date
    end: date
    days: int
    principal: Decimal
    rate: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Interest:
    """Interest accrued since the start; always principal left + interest owed = balance + total.

    `until` is the last day counted ("arrêté au"): earlier than asked when the next half-year's
    rate is unknown, and then `unknown_from` is its first day. `never_owed` is what credit notes
    took off the principal from the start.
    """

    segments: tuple[Segment, ...]
    total: Decimal
    principal_left: Decimal
    interest_owed: Decimal
    until: date
    unknown_from: date | None = None
    never_owed: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Unnoticed:
    """A part of a debt that bears no interest through the day `until`, on which a later notice
    that demands it took effect; None: no notice demands it yet (C. civ. 1231-6)."""

    amount: Decimal
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Debt:
    """A sum due, VAT included, and what came in on it.

    `due` is the last day to pay. `runs_from` is the day a formal notice took effect; only
    private persons and the like need it, and without it nothing runs against them
    (C. civ. 1344-1), nor on the parts `unnoticed`. `agreed` is the contract's rate, None for the
    law's.
    """

    debtor: DebtorType
    amount: Decimal
    due: date
    receipts: tuple[Receipt, ...] = ()
    runs_from: date | None = None
    agreed: Rate | None = None
    imputation: Imputation = Imputation.INTEREST
    credit_notes: CreditNotes = CreditNotes.ORIGIN
    unnoticed: tuple[Unnoticed, ...] = ()

    @property
    def runs_after(self) -> date | None:
        """The last day without interest, the next being the first counted; None: none runs."""
        if self.debtor.commercial:
            return self.due
        return self.runs_from and max(self.due, self.runs_from)

    def known(self, until: date) -> tuple[Receipt, ...]:
        """What had come in by that day."""
        return tuple(r for r in self.receipts if r.date <= until)

    def backdated(self, receipt: Receipt) -> bool:
        """Whether it is a credit note for a sum that never was owed, so bore no interest."""
        return receipt.credit_note and self.credit_notes is CreditNotes.ORIGIN


@dataclass(slots=True)
class _Account:
    """The debt while its days pass: what is left, what bore interest, what interest was paid."""

    imputation: Imputation
    principal: Decimal
    silent: Decimal = ZERO  # what bears no interest yet
    paid: Decimal = ZERO
    segments: list[Segment] = field(default_factory=list)

    @property
    def accrued(self) -> Decimal:
        return sum((segment.amount for segment in self.segments), ZERO)

    def bear(self, start: date, end: date, rate: Decimal) -> None:
        """Count those days, in the segment before them when neither rate nor principal moved.

        Growing a segment never lowers its rounded amount, so interest once paid stays accrued.
        """
        last = self.segments[-1] if self.segments else None
        if last and (last.principal, last.rate) == (self.principal, rate):
            start = self.segments.pop().start
        self.segments.append(_segment(start, end, self.principal, rate))

    def take(self, receipts: Iterable[Receipt]) -> None:
        """What came in on one day; the credit notes first, since they pay no interest."""
        for receipt in sorted(receipts, key=lambda r: not r.credit_note):
            if receipt.credit_note:
                self._pay_principal(receipt.amount)
            else:
                self._pay(receipt.amount)

    def _pay(self, amount: Decimal) -> None:
        if self.imputation is Imputation.INTEREST:
            self._pay_principal(self._pay_interest(amount))
        else:
            self._pay_interest(self._pay_principal(amount))

    def _pay_interest(self, amount: Decimal) -> Decimal:
        """Settle interest owed; returns the rest of `amount`."""
        used = min(amount, self.accrued - self.paid)
        self.paid += used
        return amount - used

    def _pay_principal(self, amount: Decimal) -> Decimal:
        """Settle principal; returns the rest of `amount`."""
        used = min(amount, self.principal)
        self.principal -= used
        rest = min(amount - used, self.silent)
        self.silent -= rest
        return amount - used - rest

    def awaken(self, amount: Decimal) -> None:
        """Let what is left of a silent part bear interest."""
        part = min(amount, self.silent)
        self.silent -= part
        self.principal += part


def accrue(debt: Debt, until: date, rates: Rates) -> Interest:
    """The interest accrued on a debt at the end of the day `until`, receipts up to it counted.

    Balance + total = principal left + interest owed holds as long as no more came in than
    `debt.amount` (what the claims guarantee); beyond principal and interest a surplus is
    left out, and the principal is never negative. No interest on interest (C. civ. 1343-2).
    """
    receipts = [r for r in debt.known(until) if not debt.backdated(r)]
    start = min(debt.runs_after or until, until)
    owed = max(debt.amount - _never_owed(debt, until), ZERO)
    silent = min(sum((part.amount for part in debt.unnoticed), ZERO), owed)
    account = _Account(debt.imputation, owed - silent, silent)
    for day in sorted({r.date for r in receipts if r.date <= start}):
        account.take(r for r in receipts if r.date == day)
    stopped = until
    unknown = None
    cuts = {r.date for r in receipts} | {part.until for part in debt.unnoticed if part.until}
    for first, last in _spans(start, until, cuts):
        if account.principal and unknown is None:
            rate = _rate(debt, first, rates)
            if rate is None:
                stopped, unknown = first - _DAY, _anchor(debt, first)
            else:
                account.bear(first, last, rate)
        account.take(r for r in receipts if r.date == last)
        account.awaken(sum((x.amount for x in debt.unnoticed if x.until == last), ZERO))
    return replace(_result(account, stopped, unknown), never_owed=_never_owed(debt, until))


def was_late(debt: Debt, until: date) -> bool:
    """Whether some of it was still owed after its due date, seen from `until`."""
    if until <= debt.due:
        return False
    in_time = (r.amount for r in debt.known(until) if r.date <= debt.due or debt.backdated(r))
    return debt.amount > sum(in_time, ZERO)


def recovery_fee(debt: Debt, until: date, fee: Decimal) -> Decimal:
    """`fee` (EUR, once per invoice whatever its instalments) when paid late, else zero.

    C. com. D441-5, C. commande publique D2192-35; none against anyone else.
    """
    return fee if debt.debtor.commercial and was_late(debt, until) else ZERO


def floor(debt: Debt, rates: Rates) -> Decimal | None:
    """The floor, in percent, that the contract's rate is under, else None.

    3 × the legal rate (C. com. L441-10 II), read when interest starts: at what date it is
    tested is unsettled, hence a matter for a warning only. The law's own rate is never raised.
    """
    if debt.agreed is None or debt.debtor is not DebtorType.PROFESSIONAL:
        return None
    start = Rates.half_year(debt.due + _DAY)
    legal, agreed = rates.legal(start), rates.yearly(debt.debtor, debt.agreed, start)
    if legal is None or agreed is None or agreed >= 3 * legal:
        return None
    return 3 * legal


def below_the_law(debt: Debt, rates: Rates) -> Decimal | None:
    """The law's rate, in percent, that a public body's own is under and that counts in its place
    (C. commande publique L2192-14), else None; the rate of the first day of interest, which holds
    for all of them."""
    if debt.agreed is None or debt.debtor is not DebtorType.PUBLIC:
        return None
    start = Rates.half_year(debt.due + _DAY)
    law, agreed = rates.yearly(debt.debtor, None, start), rates.of(debt.agreed, start)
    return law if law is not None and agreed is not None and agreed < law else None


def _never_owed(debt: Debt, until: date) -> Decimal:
    return sum((r.amount for r in debt.known(until) if debt.backdated(r)), ZERO)


def _spans(start: date, until: date, days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """The days after `start` up to `until`, cut after each half-year and each of these days."""
    years = range(start.year, until.year + 1)
    cuts = {date(y, month, day) for y in years for month, day in ((6, 30), (12, 31))}
    cuts |= {*days, until}
    for last in sorted(cut for cut in cuts if start < cut <= until):
        yield start + _DAY, last
        start = last


def _anchor(debt: Debt, day: date) -> date:
    """The half-year whose rate holds on `day`: a public body's never moves (R2192-31)."""
    if debt.debtor is DebtorType.PUBLIC:
        return Rates.half_year(debt.due + _DAY)
    return Rates.half_year(day)


def _rate(debt: Debt, day: date, rates: Rates) -> Decimal | None:
    return rates.yearly(debt.debtor, debt.agreed, _anchor(debt, day))


def _segment(start: date, end: date, principal: Decimal, rate: Decimal) -> Segment:
    """365 days a year, leap years too, half-up to the cent (rules 7.1 and 7.2)."""
    days = (end - start).days + 1
    return Segment(start, end, days, principal, rate, cents(principal * rate * days / 36500))


def _result(account: _Account, until: date, unknown_from: date | None) -> Interest:
    return Interest(
        segments=tuple(account.segments),
        total=account.accrued,
        principal_left=account.principal + account.silent,
        interest_owed=account.accrued - account.paid,
        until=until,
        unknown_from=unknown_from,
    )
