"""The penalty account of an invoice: what its lateness cost, what letters demanded of that, what
was paid, given up, left (rules 7.16 to 7.18).

Nothing of it need be booked. Always: demanded = paid + waived + left. The ledger's balance is no
part of it; the principal that interest-first imputation leaves is told beside.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from relance.claims.claim import Claim
from relance.claims.penalties import NOTHING, Penalties, PenaltyDemand
from relance.values.amounts import ZERO, total
from relance.values.facts import Client, Note


@dataclass(frozen=True, slots=True)
class PenaltyAccount:
    """What one invoice owes for its lateness, in one currency, at the end of a day.

    `accrued` runs until the day, the last payment, the judgment or the waiver; `demanded` is what
    letters asked of it, never more than accrued; `paid` came in beyond the ledger's `balance`;
    `waiver` is the note that gave up the rest. `settled_on` is the day of the last payment, None
    while something of the invoice is open. `set_off` is the interest that payments settled
    first, so what they left of the principal (C. civ. 1343-1).
    """

    client: Client
    invoice: str
    currency: str
    claims: tuple[Claim, ...] = ()
    settled_on: date | None = None
    accrued: Penalties = NOTHING
    demands: tuple[PenaltyDemand, ...] = ()
    demanded: Penalties = NOTHING
    paid: Penalties = NOTHING
    waived: Penalties = NOTHING
    waiver: Note | None = None
    set_off: Decimal = ZERO

    @property
    def label(self) -> str:
        """The number that letters print."""
        return self.claims[0].label if self.claims else self.invoice

    @property
    def balance(self) -> Decimal:
        """What the ledger says is open of the invoice in this currency."""
        in_currency = (claim for claim in self.claims if claim.currency == self.currency)
        return total(claim.balance for claim in in_currency)

    @property
    def left(self) -> Penalties:
        """What was demanded, and neither paid nor waived."""
        return self.demanded - self.paid - self.waived

    @property
    def due(self) -> Penalties:
        """What is owed of all that accrued, demanded or not."""
        return self.left if self.waiver else self.accrued - self.paid - self.waived

    @property
    def principal(self) -> Decimal:
        """The principal left by the payments imputed; with `interest`, balance and interest due."""
        return self.balance + min(self.set_off, self.due.interest)

    @property
    def interest(self) -> Decimal:
        """The interest left by the payments imputed."""
        return max(self.due.interest - self.set_off, ZERO)

    def credited(self, money: Decimal) -> PenaltyAccount:
        """The same with so much more booked as paid, of all that accrued: what is paid is as good
        as demanded. Any more is left out."""
        paid = self.accrued.paid_by(self.paid.total + money)
        return replace(self, paid=paid, demanded=self.demanded.at_least(paid))

    @property
    def notice(self) -> PenaltyDemand | None:
        """The last formal notice that demanded the invoice."""
        return next((demand for demand in reversed(self.demands) if demand.notice), None)
