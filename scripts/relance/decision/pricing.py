"""What each line of a letter claims besides its balance: interest and recovery fee."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from relance.claims.history import Key, key
from relance.claims.interest import Interest, accrue
from relance.claims.model import Claim
from relance.claims.on_day import OnDay
from relance.decision.model import Line
from relance.values.amounts import ZERO


class Pricing:
    """Prices the claims of a day by each one's own step (rules 6.17 and 7.10)."""

    def __init__(self, on: OnDay) -> None:
        # The fee is due once per invoice, whatever its instalments and letters: the oldest
        # late instalment that is open carries it.
        self._carriers: dict[tuple[str, str | None], Key] = {}
        for claim in on.open:
            if on.late(claim):
                self._carriers.setdefault((claim.client.account, claim.invoice), key(claim))
        self._on = on

    def price(self, line: Line) -> Line:
        """The line with its interest and, when it carries its invoice's, the fee."""
        if line.step is None or not line.step.interest:
            return line
        interest, fee = self.cost(line.claim)
        return replace(line, interest=interest, fee=fee)

    def cost(self, claim: Claim) -> tuple[Interest | None, Decimal]:
        """The interest of a claim, None when it bears none, and the fee (EUR) when it
        carries its invoice's."""
        if not self._on.bears_interest(claim):
            return None, ZERO
        carries = self._carriers.get((claim.client.account, claim.invoice)) == key(claim)
        return self.interest(claim), self._fee(claim) if carries else ZERO

    def interest(self, claim: Claim) -> Interest:
        """All interest accrued on the undisputed part, from the law's start to the day."""
        undisputed = replace(self._on.debt(claim), amount=claim.amount - self._on.disputed(claim))
        return accrue(undisputed, self._on.day, self._on.rates)

    def _fee(self, claim: Claim) -> Decimal:
        """40 EUR for a trader or a public body (D441-5, D2192-35), none for a debt that falls due
        once insolvency proceedings are open (L441-10 II)."""
        assert claim.client.debtor is not None and claim.due is not None
        known = self._on.proceedings.get(claim.client.account)
        if known is not None and claim.due >= known.judgment:
            return ZERO
        return self._on.policy.interest.fee if claim.client.debtor.commercial else ZERO
