"""What a letter claimed of an invoice that was credited since, and what is owed (rule 18.3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from relance.claims.claim import Claim, Receipt
from relance.claims.history import Past
from relance.claims.interest import Interest
from relance.claims.penalties import NOTHING, Penalties
from relance.values.amounts import ZERO, total


@dataclass(frozen=True, slots=True)
class Correction:
    """A claim of which a letter asked `claimed`, `past` being the last that told its figures, and
    that was credited since: `credits` are the credit notes it did not know, `received` what else
    came in since. `penalties` are what the last letter that asked any asked of the invoice,
    `interest` and `fee` (EUR) what of them the books give now.

    A code and a reason say why its client is not told: `rectification` is to be done by hand, or
    by the policy. Without a code it is in a letter of the day.
    """

    claim: Claim
    past: Past
    claimed: Decimal
    credits: tuple[Receipt, ...]
    received: Decimal
    penalties: Penalties = NOTHING
    interest: Interest | None = None
    fee: Decimal = ZERO
    formal_notice: bool = False
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
