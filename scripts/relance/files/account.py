"""What a client owes at a date in one currency: principal, interest by segment, fee.

Always: balance + interest since the start - interest paid beyond the balance = principal left +
interest still owed. The whole debt is claimed, its disputed part included and told: a court
decides of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from relance.claims.claim import Claim, Receipt
from relance.claims.insolvency import at_opening
from relance.claims.interest import Debt, Interest, accrue
from relance.claims.limitation import Limitation, limitation
from relance.claims.on_day import OnDay
from relance.claims.rates import Rates
from relance.claims.recovery_fees import RecoveryFees
from relance.values.amounts import ZERO
from relance.values.facts import Client

HOME = "EUR"  # the currency of the fee


@dataclass(frozen=True, slots=True)
class DebtLine:
    """One claim of the file: `since` is its first day of interest, `agreed` tells a rate of the
    contract from the law's, `acts` are the debtor's acknowledgements, `notice` the day its
    formal notice took effect, `undemanded` what that did not demand, `paid` the interest
    that came in beyond the balance. Without interest there is no `interest`."""

    claim: Claim
    limitation: Limitation
    disputed: Decimal = ZERO
    interest: Interest | None = None
    fee: Decimal = ZERO
    uses: tuple[SetOff, ...] = ()
    since: dt.date | None = None
    agreed: bool = False
    acts: tuple[dt.date, ...] = ()
    notice: dt.date | None = None
    undemanded: Decimal = ZERO
    paid: Decimal = ZERO

    @property
    def accrued(self) -> Decimal:
        """All interest since the start."""
        return self.interest.total if self.interest else ZERO

    @property
    def principal_left(self) -> Decimal:
        """The principal once every payment was set off."""
        if self.interest is None:
            return self.claim.balance
        return self.interest.principal_left - max(self.paid - self.interest.interest_owed, ZERO)

    @property
    def interest_owed(self) -> Decimal:
        """The interest that no payment settled."""
        return max(self.interest.interest_owed - self.paid, ZERO) if self.interest else ZERO


@dataclass(frozen=True, slots=True)
class DebtAccount:
    """The claims of one currency: `due` are sued for, `later` are not late yet or have no due
    date, `settled` were paid late, so cost interest or a fee that no letter claims any more."""

    currency: str
    day: dt.date
    due: tuple[DebtLine, ...]
    later: tuple[DebtLine, ...] = ()
    settled: tuple[DebtLine, ...] = ()

    def total(self, of: str) -> Decimal:
        """The sum of an amount over what is sued for: `accrued`, `principal_left` or `fee`."""
        return sum((getattr(line, of) for line in self.due), ZERO)

    @property
    def balance(self) -> Decimal:
        """What the ledger says is open of what is sued for."""
        return sum((line.claim.balance for line in self.due), ZERO)

    @property
    def asked(self) -> Decimal:
        """Principal left, interest owed and, in euros, the fees."""
        fee = self.total("fee") if self.currency == HOME else ZERO
        return self.total("principal_left") + self.total("interest_owed") + fee

    @property
    def stopped_on(self) -> dt.date:
        """The last day counted, earlier than the file's when a rate is unknown."""
        return min((x.interest.until for x in self.due if x.interest), default=self.day)


def accounts(on: OnDay, client: Client) -> tuple[DebtAccount, ...]:
    """One account per currency in which something is open, euros first; what was ceded is not
    sued for.

    The fee of an invoice is sued for with the first of its claims that is; a settled one only
    tells the fee of an invoice of which nothing is sued for.
    """
    reckoning, fees = _Reckoning(on), RecoveryFees(on)
    open_ = {claim.currency for claim in on.ours_of(client.account) if claim.balance > 0}
    currencies = sorted(open_, key=lambda currency: (currency != HOME, currency))
    without = [reckoning.account(currency, client) for currency in currencies]
    sued = [replace(account, due=_charged(account.due, fees)) for account in without]
    return tuple(replace(a, settled=_costly(_charged(a.settled, fees))) for a in sued)


def _charged(lines: Iterable[DebtLine], fees: RecoveryFees) -> tuple[DebtLine, ...]:
    return tuple(replace(line, fee=fees.ask(line.claim)) for line in lines)


def _costly(lines: Iterable[DebtLine]) -> tuple[DebtLine, ...]:
    return tuple(line for line in lines if line.accrued or line.fee)


class _Reckoning:
    """Reckons the claims of a client at a day, or at the judgment that stopped interest."""

    def __init__(self, on: OnDay) -> None:
        self._on = on
        self._day = on.day

    def account(self, currency: str, client: Client) -> DebtAccount:
        """The account of one currency without its fees, all its settled claims told that can
        still be sued for."""
        claims = self._on.ours_of(client.account)
        lines = [self._line(claim) for claim in claims if claim.currency == currency]
        open_ = [line for line in lines if line.claim.balance > 0]
        return DebtAccount(
            currency=currency,
            day=self._day,
            due=tuple(line for line in open_ if self._on.late(line.claim)),
            later=tuple(line for line in open_ if not self._on.late(line.claim)),
            settled=tuple(
                line
                for line in lines
                if line.claim.balance <= 0 and line.limitation.last_day >= self._day
            ),
        )

    def _line(self, claim: Claim) -> DebtLine:
        until = self._day
        disputed, acts = self._on.disputed(claim), self._on.acknowledgements(claim)
        barred = limitation(claim, acts)
        if opened := self._on.stopped(claim):
            claim, until = at_opening(claim, opened.judgment), opened.judgment
        if claim.balance <= 0 and claim.receipts:
            # Paid in the books: a remainder that imputation makes of it bears nothing since.
            until = min(until, max(receipt.date for receipt in claim.receipts))
        notice, silent = self._on.history.notice_in_effect(claim), self._on.undemanded(claim)
        if not self._on.bears_interest(claim):
            return DebtLine(claim, barred, disputed, acts=acts, notice=notice, undemanded=silent)
        debt = self._on.debt(claim)
        runs_after, interest = debt.runs_after, accrue(debt, until, self._on.rates)
        unpaid = self._on.penalties.unpaid(claim, interest)
        return DebtLine(
            claim,
            barred,
            disputed,
            interest=interest,
            uses=set_off(debt, until, self._on.rates),
            since=runs_after + dt.timedelta(1) if runs_after else None,
            agreed=debt.agreed is not None,
            acts=acts,
            notice=notice,
            undemanded=silent,
            paid=interest.total - unpaid.total,
        )


# ---------------------------------------------------------------- What each payment settled
# Interest, then principal, or the other way by agreement (C. civ. 1343-1).


@dataclass(frozen=True, slots=True)
class SetOff:
    """One receipt and the two parts it splits into; what they leave of the principal and of the
    interest on its day."""

    receipt: Receipt
    interest: Decimal
    principal: Decimal
    principal_left: Decimal
    interest_owed: Decimal


def set_off(debt: Debt, until: dt.date, rates: Rates) -> tuple[SetOff, ...]:
    """The receipts up to `until` in the order in which they count: credit notes for what never
    was owed first, then by day."""
    uses: list[SetOff] = []
    counted: tuple[Receipt, ...] = ()
    for receipt in sorted(debt.known(until), key=lambda r: _order(debt, r)):
        day = receipt.date
        # A sum that never was owed counts from the start, whatever the day of its credit note.
        counting = replace(receipt, date=dt.date.min) if debt.backdated(receipt) else receipt
        before = accrue(replace(debt, receipts=counted), day, rates)
        counted = (*counted, counting)
        after = accrue(replace(debt, receipts=counted), day, rates)
        interest = max(before.interest_owed - after.interest_owed, Decimal(0))
        if debt.backdated(receipt):
            interest = Decimal(0)
        uses.append(
            SetOff(
                receipt,
                interest,
                receipt.amount - interest,
                after.principal_left,
                after.interest_owed,
            )
        )
    return tuple(uses)


def _order(debt: Debt, receipt: Receipt) -> tuple[bool, dt.date, bool]:
    return (not debt.backdated(receipt), receipt.date, not receipt.credit_note)
