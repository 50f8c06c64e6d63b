"""Whose client it is: a plan or a list of risks as one person of the house sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from relance.decision.outcomes import Plan
from relance.outlook.risks import Risk
from relance.values.facts import Client
from relance.values.problem import refuse, suggest


class Follower:
    """One person of the house, by the name in `suivi-par`, whatever its case."""

    def __init__(self, name: str, clients: Iterable[Client]) -> None:
        """Raises `Refusal` when no client is followed by someone of that name."""
        names = {client.followed_by for client in clients if client.followed_by}
        self._name = name.strip().casefold()
        if self._name not in {other.casefold() for other in names}:
            remedy = suggest(name, sorted(names)) if names else 'ajoutez suivi-par: "…" aux clients'
            raise refuse("--suivi-par", f"aucun client n'est suivi par « {name} »", remedy)

    def follows(self, client: Client) -> bool:
        """Whether the client is theirs."""
        return (client.followed_by or "").casefold() == self._name

    def plan(self, plan: Plan) -> Plan:
        """The same decisions, those about other people's clients left out."""
        return only(plan, self.follows)

    def risks(self, risks: Iterable[Risk]) -> tuple[Risk, ...]:
        """The risks of their clients."""
        return tuple(risk for risk in risks if self.follows(risk.client))


def only(plan: Plan, wanted: Callable[[Client], bool]) -> Plan:
    """The same decisions, those about other clients left out; money of nobody is everybody's."""
    return replace(
        plan,
        letters=tuple(x for x in plan.letters if wanted(x.client)),
        waits=tuple(x for x in plan.waits if wanted(x.claim.client)),
        declarations=tuple(x for x in plan.declarations if wanted(x.client)),
        handovers=tuple(x for x in plan.handovers if wanted(x.client)),
        disputes=tuple(x for x in plan.disputes if wanted(x.claim.client)),
        undelivered=tuple(x for x in plan.undelivered if wanted(x.client)),
        remainders=tuple(x for x in plan.remainders if wanted(x.account.client)),
        corrections=tuple(x for x in plan.corrections if wanted(x.claim.client)),
        thanks=tuple(x for x in plan.thanks if wanted(x.claims[0].client)),
        unsettled=tuple(x for x in plan.unsettled if x.client is None or wanted(x.client)),
    )
