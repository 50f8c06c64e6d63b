"""After the last reminder: the clients whose file goes to a lawyer, a bailiff, an agency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from relance.claims.claim import Claim
from relance.claims.interest import Interest
from relance.claims.limitation import Limitation
from relance.claims.on_day import OnDay
from relance.values.amounts import ZERO
from relance.values.facts import Client

Cost = Callable[[Claim], tuple[Interest | None, Decimal]]  # interest, fee in EUR


@dataclass(frozen=True, slots=True)
class HandedOver:
    """One claim to hand over: what is asked of it, its interest and fee (EUR) at the date."""

    claim: Claim
    principal: Decimal
    interest: Decimal
    fee: Decimal
    limitation: Limitation


@dataclass(frozen=True, slots=True)
class Total:
    """What one client owes in one currency; the fee is in EUR whatever the currency."""

    currency: str
    principal: Decimal
    interest: Decimal
    fee: Decimal


@dataclass(frozen=True, slots=True)
class Handover:
    """One client to hand over, with all its claims that have come to that."""

    client: Client
    claims: tuple[HandedOver, ...]

    @property
    def totals(self) -> tuple[Total, ...]:
        """The sums by currency: never mixed, never converted."""
        totals: dict[str, Total] = {}
        for claim in self.claims:
            currency = claim.claim.currency
            sum_ = totals.get(currency, Total(currency, ZERO, ZERO, ZERO))
            totals[currency] = replace(
                sum_,
                principal=sum_.principal + claim.principal,
                interest=sum_.interest + claim.interest,
                fee=sum_.fee + claim.fee,
            )
        return tuple(totals[currency] for currency in sorted(totals))

    @property
    def limitation(self) -> Limitation:
        """The first claim to be time-barred."""
        return min((claim.limitation for claim in self.claims), key=lambda x: x.last_day)


def handovers(
    claims: Iterable[tuple[Claim, Decimal]], cost: Cost, on: OnDay
) -> tuple[Handover, ...]:
    """The clients to hand over, by account, of claims with what is asked of each."""
    by_client: dict[str, list[HandedOver]] = defaultdict(list)
    for claim, principal in claims:
        interest, fee = cost(claim)
        total = interest.total if interest else ZERO
        by_client[claim.client.account].append(
            HandedOver(claim, principal, total, fee, on.limitation(claim))
        )
    return tuple(
        Handover(by_client[a][0].claim.client, tuple(by_client[a])) for a in sorted(by_client)
    )
