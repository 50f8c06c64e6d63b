"""What came in as penalties: booked as such, or beyond everything that a client owes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from relance.claims.penalty_account import PenaltyAccount
from relance.values.amounts import total

if TYPE_CHECKING:
    from relance.claims.on_day import OnDay

Where = tuple[str, str]  # an invoice, a currency


class PenaltyReceipts:
    """The money of one client that paid penalties: `named` by the invoice that it names,
    `written_off` what of booked penalties was lost. The rest is shared out."""

    def __init__(self, on: OnDay, account: str) -> None:
        self.named: dict[Where, Decimal] = defaultdict(Decimal)
        self.written_off: dict[Where, Decimal] = defaultdict(Decimal)
        self.booked: dict[str, Decimal] = defaultdict(Decimal)  # by currency
        self._pool: dict[str, Decimal] = defaultdict(Decimal)
        for income in on.penalty_income(account):
            self._add(income.invoice, income.amount.currency, income.amount.number)
        for claim in on.claims_of(account):
            if claim.penalty:
                paid = total(receipt.amount for receipt in claim.receipts if receipt.is_payment)
                self._add(claim.invoice, claim.currency, paid)
                lost = claim.received - paid
                self.written_off[claim.invoice or "", claim.currency] += lost
        for over in on.overpaid(account):
            self._pool[over.currency] += over.amount - over.unexplained

    def _add(self, invoice: str | None, currency: str, amount: Decimal) -> None:
        self.booked[currency] += amount
        if invoice and amount:
            self.named[invoice, currency] += amount
        else:
            self._pool[currency] += amount

    def shared(self, accounts: Iterable[PenaltyAccount]) -> list[PenaltyAccount]:
        """The accounts with what they get of the money that names none of them, the first
        demanded first. What named one is beyond it is shared with the rest."""
        ordered = sorted(accounts, key=_first_demanded)
        for account in ordered:
            named = self.named[account.invoice, account.currency]
            self._pool[account.currency] += named - account.paid.total
        return [self._paid(account) for account in ordered]

    def _paid(self, account: PenaltyAccount) -> PenaltyAccount:
        left = account.left
        money = min(self._pool[account.currency], left.total)
        self._pool[account.currency] -= money
        return replace(account, paid=account.paid + left.paid_by(money)) if money else account


def _first_demanded(account: PenaltyAccount) -> tuple[date, str]:
    first = account.demands[0].date if account.demands else date.max
    return (first, account.invoice)
