"""What came in as penalties: booked as such, or beyond everything that a client owes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from relance.claims.penalty_account import PenaltyAccount
from relance.values.amounts import ZERO, total

if TYPE_CHECKING:
    from relance.claims.on_day import OnDay

Where = tuple[str, str]  # an invoice, a currency


class PenaltyReceipts:
    """The money of one client that paid penalties: `named` by the invoice that it names,
    `unnamed` booked as penalties of none that the client has, the rest beyond all its claims.
    `written_off` is what of booked penalties was lost."""

    def __init__(self, on: OnDay, account: str) -> None:
        self.named: dict[Where, Decimal] = defaultdict(Decimal)
        self.unnamed: dict[str, Decimal] = defaultdict(Decimal)
        self.written_off: dict[Where, Decimal] = defaultdict(Decimal)
        self._invoices = {claim.invoice for claim in on.claims_of(account)}
        self._surplus = {x.currency: x.amount - x.unexplained for x in on.overpaid(account)}
        for income in on.penalty_income(account):
            self._add(income.invoice, income.amount.currency, income.amount.number)
        for claim in on.claims_of(account):
            if claim.penalty:
                paid = total(receipt.amount for receipt in claim.receipts if receipt.is_payment)
                self._add(claim.invoice, claim.currency, paid)
                lost = claim.received - paid
                self.written_off[claim.invoice or "", claim.currency] += lost

    def _add(self, invoice: str | None, currency: str, amount: Decimal) -> None:
        if invoice in self._invoices:
            self.named[invoice or "", currency] += amount
        else:
            self.unnamed[currency] += amount

    @property
    def has_any(self) -> bool:
        """Whether anything was booked as penalties and received."""
        return any(self.named.values()) or any(self.unnamed.values())

    @property
    def may_pay(self) -> bool:
        """Whether anything came in that may have paid penalties: without, nothing of them is."""
        return self.has_any or any(self._surplus.values())

    def booked(self, currency: str) -> Decimal:
        """All that was booked as penalties and received."""
        named = (number for (_, other), number in self.named.items() if other == currency)
        return total(named) + self.unnamed[currency]

    def shared(self, accounts: Iterable[PenaltyAccount]) -> list[PenaltyAccount]:
        """The accounts with what they get: each what names it; then, the oldest due first, what
        names none, of all that accrued, and what is beyond all claims, of what was demanded."""
        unnamed, surplus = dict(self.unnamed), dict(self._surplus)
        paid = []
        for account in sorted(accounts, key=_oldest_due):
            currency = account.currency
            named = max(self.named[account.invoice, currency], ZERO)
            unnamed[currency] = unnamed.get(currency, ZERO) + named
            paid.append(account.credited(named))
            unnamed[currency] -= paid[-1].paid.total
        for place, account in enumerate(paid):
            currency, before = account.currency, account.paid.total
            credited = account.credited(max(unnamed[currency], ZERO))
            unnamed[currency] -= credited.paid.total - before
            money = min(surplus.get(currency, ZERO), credited.left.total)
            surplus[currency] = surplus.get(currency, ZERO) - money
            paid[place] = replace(credited, paid=credited.paid + credited.left.paid_by(money))
        return paid


def _oldest_due(account: PenaltyAccount) -> tuple[date, str]:
    due = min((claim.due for claim in account.claims if claim.due), default=date.max)
    return (due, account.invoice)
