"""What a letter claimed of an invoice that was credited since, and what is owed (rule 18.3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from relance.claims.claim import Claim, Receipt
from relance.claims.history import Past
from relance.claims.interest import Interest
from relance.claims.penalties import PenaltyDemand
from relance.values.amounts import ZERO, total


@dataclass(frozen=True, slots=True)
class Correction:
    """A claim of which a letter asked `claimed`, `past` being the last that told its figures, and
    that was credited since: `credits` are the credit notes it did not know, `received` what else
    reduced it since, `waived` what of that was given up. `beside` is another claim of a credited
    invoice, told with it.

    `demand` is the last that asked penalties of the claim, `interest` and `fee` (EUR) what of
    them the books give now, once for the invoice; `undecided` instead, without a demand, what a
    settled invoice left of them and the policy does not ask. `notice` is the last formal notice
    of it that left, `others` the invoices still open that the letters which claimed it claim too.

    A code and a reason say why its client is not told: `rectification` is to be done by hand, or
    by the policy. Without a code it is in a letter of the day.
    """

    claim: Claim
    past: Past
    claimed: Decimal
    credits: tuple[Receipt, ...]
    received: Decimal
    waived: Decimal = ZERO
    beside: bool = False
    demand: PenaltyDemand | None = None
    interest: Interest | None = None
    fee: Decimal = ZERO
    undecided: Decimal = ZERO
    notice: Past | None = None
    others: frozenset[str] = frozenset()
    code: str = ""
    reason: str = ""

    @property
    def credited(self) -> Decimal:
        """The sum of the credit notes."""
        return total(receipt.amount for receipt in self.credits)

    @property
    def ready(self) -> bool:
        """Whether a letter may tell it today."""
        return not self.code

    def held(self, code: str, reason: str) -> Correction:
        """The same that no letter tells, unless it is held already."""
        return replace(self, code=code, reason=reason) if self.ready else self
