"""After the last reminder: the clients whose file goes to a lawyer, a bailiff, an agency. Pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from relance.claims import Claim
from relance.history import History
from relance.interest import Interest
from relance.limitation import Limitation, acknowledgements, limitation
from relance.model import ZERO, Client, DebtorType, Note

Charged = set[tuple[str, str | None]]  # the invoices whose fee is counted already
Cost = Callable[[Claim, Charged], tuple[Interest | None, Decimal]]  # interest, fee in EUR


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
        for each in self.claims:
            currency = each.claim.currency
            sum_ = totals.get(currency, Total(currency, ZERO, ZERO, ZERO))
            totals[currency] = replace(
                sum_,
                principal=sum_.principal + each.principal,
                interest=sum_.interest + each.interest,
                fee=sum_.fee + each.fee,
            )
        return tuple(totals[currency] for currency in sorted(totals))

    @property
    def limitation(self) -> Limitation:
        """The first claim to be time-barred."""
        return min((each.limitation for each in self.claims), key=lambda x: x.last_day)


class Counter:
    """Where files are made ready: it knows what each claim costs and when it is time-barred."""

    def __init__(self, cost: Cost, history: History, notes: tuple[Note, ...], day: dt.date) -> None:
        self._cost = cost
        self._history = history
        self._notes = notes
        self._day = day

    def handovers(self, claims: Iterable[tuple[Claim, Decimal]]) -> tuple[Handover, ...]:
        """The clients to hand over, by account, of claims with what is asked of each."""
        own: dict[str, list[HandedOver]] = defaultdict(list)
        charged: Charged = set()
        for claim, principal in claims:
            own[claim.client.account].append(self._handed_over(claim, principal, charged))
        return tuple(Handover(own[a][0].claim.client, tuple(own[a])) for a in sorted(own))

    def _handed_over(self, claim: Claim, principal: Decimal, charged: Charged) -> HandedOver:
        interest, fee = self._cost(claim, charged)
        acts = (*acknowledgements(claim, self._notes, self._day), *self._demands(claim))
        total = interest.total if interest else ZERO
        return HandedOver(claim, principal, total, fee, limitation(claim, acts))

    def _demands(self, claim: Claim) -> list[dt.date]:
        """The letters known to have left, when they count: a written demand interrupts the
        limitation against a public body alone (law 68-1250, article 2)."""
        if claim.client.debtor is not DebtorType.PUBLIC:
            return []
        return [
            dispatch.date for past in self._history.of(claim) for dispatch in past.letter.dispatches
        ]
