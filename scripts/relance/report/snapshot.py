"""The books as they stood at the end of a day, with what was paid later left out.

A claim of that day knows nothing that came after it: no payment, no note, no letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from relance.claims.model import Claim, Overpayment
from relance.claims.payment_plans import Standing, State
from relance.decision.obstacles import Obstacles
from relance.values.amounts import ZERO


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Claims of a day by currency, settled ones included, those on which something is open
    apart; what was overpaid; what the notes of that day say of the claims."""

    day: date
    by_currency: Mapping[str, tuple[Claim, ...]]
    open_by_currency: Mapping[str, tuple[Claim, ...]]
    overpayments: tuple[Overpayment, ...]
    obstacles: Obstacles

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Every claim."""
        return self.obstacles.claims

    def of(self, currency: str) -> tuple[Claim, ...]:
        """The claims in a currency."""
        return self.by_currency.get(currency, ())

    def open(self, currency: str) -> tuple[Claim, ...]:
        """Those of them on which something is open."""
        return self.open_by_currency.get(currency, ())

    def disputed(self, claim: Claim) -> Decimal:
        """The part of the balance that is disputed."""
        return self.obstacles.disputed(claim)

    def plan(self, claim: Claim) -> State | None:
        """The payment plan in good standing that covers the claim."""
        state = self.obstacles.payment_plans.of(claim)
        return state if state and state.standing is Standing.RUNNING else None

    def stopped(self, claim: Claim) -> bool:
        """Whether insolvency proceedings forbid to pay the claim (C. com. L622-7)."""
        known = self.obstacles.insolvency(claim)
        return known is not None and known.stops(claim)


def currencies(snapshot: Snapshot) -> tuple[str, ...]:
    """The currencies of everything that was ever owed or overpaid."""
    overpaid = {over.currency for over in snapshot.overpayments}
    return tuple(sorted(snapshot.by_currency.keys() | overpaid))


# ---------------------------------------------------------------- Arithmetic shared by figures


def total(amounts: Iterable[Decimal]) -> Decimal:
    """A sum, exact."""
    return sum(amounts, ZERO)


def ratio(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """A part of a whole, between 0 and 1 as a rule, exact; None when there is no whole."""
    return Decimal(part) / Decimal(whole) if whole else None
