"""The clients that somebody must act on first: those whose lateness weighs most, by the plan.

Only money that a letter or a person can bring nearer counts: what is disputed, in a payment plan,
ceded, or stopped by proceedings is left out, and so is what waits by itself (a promise that runs,
a letter that has just left).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from relance.claims.claim import Claim
from relance.claims.history import Key, key
from relance.claims.on_day import OnDay
from relance.decision.outcomes import Plan
from relance.decision.planwords import title
from relance.decision.urgency import Urgency, urgency
from relance.report.actions import Action
from relance.report.ageing import LATE, parts
from relance.values.amounts import total
from relance.values.facts import Client

SHOWN_FIRST = 3


@dataclass(frozen=True, slots=True)
class Priority:
    """A client to act on in one currency: what of its lateness waits for somebody, the days late
    of its oldest claim, the last thing done about it, and what the plan says of the largest."""

    client: Client
    late: Decimal
    days: int
    last: Action | None
    awaited: str


class Priorities:
    """Sorts out the clients to act on, from the plan of the day."""

    def __init__(self, on: OnDay, plan: Plan) -> None:
        self._on = on
        self._awaited = dict(_awaited(plan))

    def first(self, currency: str, done: Iterable[Action]) -> tuple[Priority, ...]:
        """The three clients of a currency whose late claims weigh most."""
        owed: dict[str, list[tuple[Claim, Decimal]]] = defaultdict(list)
        for claim in self._on.claims_in(currency):
            late = self._late(claim)
            if late and key(claim) in self._awaited:
                owed[claim.client.account].append((claim, late))
        last = {action.claim[0]: action for action in sorted(done, key=lambda a: a.day)}
        clients = [self._client(claims, last) for claims in owed.values()]
        clients.sort(key=lambda priority: (-priority.late, priority.client.account))
        return tuple(clients[:SHOWN_FIRST])

    def _late(self, claim: Claim) -> Decimal:
        if claim.balance <= 0 or self._on.stopped(claim):
            return Decimal(0)
        return total(amount for column, amount in parts(claim, self._on) if column in LATE)

    def _client(
        self, claims: Sequence[tuple[Claim, Decimal]], last: Mapping[str, Action]
    ) -> Priority:
        largest = max(claims, key=lambda pair: pair[1])[0]
        client = largest.client
        dues = [claim.due for claim, _ in claims if claim.due]
        return Priority(
            client=client,
            late=total(late for _, late in claims),
            days=(self._on.day - min(dues)).days,
            last=last.get(client.account),
            awaited=self._awaited[key(largest)],
        )


def _awaited(plan: Plan) -> Iterator[tuple[Key, str]]:
    """What the plan asks of somebody about a claim: its letter, or what makes it wait."""
    for wait in plan.waits:
        if urgency(wait.code) is not Urgency.PATIENT:
            yield key(wait.claim), wait.reason
    for letter in plan.letters:
        for line in letter.lines:
            if line.step:
                yield key(line.claim), f"{title(letter)} : à émettre"


def oldest(on: OnDay, currency: str) -> Claim | None:
    """The late claim of a currency that waits the longest, what is not to be asked apart."""
    late = [
        claim
        for claim in on.claims_in(currency)
        if claim.balance > on.policy.tolerance_for(currency)
        if not on.stopped(claim) and any(column in LATE for column, _ in parts(claim, on))
    ]
    return min(late, key=lambda claim: (claim.due or date.max, claim.invoice or ""), default=None)
