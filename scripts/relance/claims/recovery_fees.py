"""The recovery fee of each invoice, asked once (rule 7.10)."""

from __future__ import annotations

from decimal import Decimal

from relance.claims.claim import Claim
from relance.claims.costs import owes_fee
from relance.claims.on_day import OnDay
from relance.claims.penalty_reckoning import HOME
from relance.values.amounts import ZERO


class RecoveryFees:
    """The recovery fee of each invoice, once: whatever its instalments, its currencies and its
    letters, it is asked of the first claim that asks (rule 7.10)."""

    def __init__(self, on: OnDay) -> None:
        self._on = on
        self._asked: set[tuple[str, str | None]] = set()

    def ask(self, claim: Claim) -> Decimal:
        """The fee (EUR) of the claim's invoice; zero when it owes none, or was asked already."""
        invoice = (claim.client.account, claim.invoice)
        if invoice in self._asked or not self._owed(claim):
            return ZERO
        self._asked.add(invoice)
        fee = self._on.policy.interest.fee
        return max(fee - self._on.penalties.paid(claim, HOME).fee, ZERO)

    def _owed(self, claim: Claim) -> bool:
        on = self._on
        if on.waiver(claim):
            return False
        opened = on.proceedings.get(claim.client.account)
        return owes_fee(on.instalments(claim), on.policy.interest, opened, on.day)
