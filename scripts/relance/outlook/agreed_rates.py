"""Rates of contracts that are less than the law allows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from relance.claims import interest
from relance.claims.claim import Claim
from relance.claims.interest import Debt
from relance.claims.on_day import OnDay
from relance.outlook.hindrances import Finding
from relance.text.locales import rate
from relance.values.amounts import ZERO
from relance.values.facts import Client
from relance.values.kinds import DebtorType
from relance.values.problem import Source
from relance.values.terms import Rate

# A rate, the day from which it counts, whose it is, where it is written.
_Agreed = tuple[Rate | None, dt.date, str | None, Source]


def below_floor(on: OnDay, clients: Iterable[Client], claims: Iterable[Claim]) -> Iterator[Finding]:
    """Agreed rates under three times the legal rate (C. com. L441-10 II): the policy's and the
    clients' as they stand today, an invoice's own as it starts to run."""
    policy = (on.policy.interest.rate, on.day, "relance.yaml", Source("relance.yaml"))
    kind = "{n} taux de contrat sous le plancher de 3 fois le taux légal (C. com. L441-10)"
    remedy = "relevez-le, ou laissez celui de la loi"
    debtor = DebtorType.PROFESSIONAL
    for agreed, start, name, source in (policy, *_agreed(on, clients, claims, debtor)):
        limit = interest.floor(Debt(debtor, ZERO, start, agreed=agreed), on.rates)
        if limit is not None:
            yield Finding(kind, f"{name}, plancher {rate(limit)}", source, remedy)


def below_the_law(
    on: OnDay, clients: Iterable[Client], claims: Iterable[Claim]
) -> Iterator[Finding]:
    """Rates agreed with public bodies under the law's, which then counts: a client's as it stands
    today, an invoice's own as it starts to run."""
    kind = (
        "{n} taux de contrat sous celui de la loi envers une personne publique, réputé non "
        "écrit (C. commande publique L2192-14)"
    )
    remedy = "retirez « taux » : les lettres prennent déjà celui de la loi"
    debtor = DebtorType.PUBLIC
    for agreed, start, name, source in _agreed(on, clients, claims, debtor):
        law = interest.below_the_law(Debt(debtor, ZERO, start, agreed=agreed), on.rates)
        if law is not None:
            yield Finding(kind, f"{name}, loi {rate(law)}", source, remedy)


def _agreed(
    on: OnDay, clients: Iterable[Client], claims: Iterable[Claim], debtor: DebtorType
) -> Iterator[_Agreed]:
    """The rates agreed with clients of a type, and for their invoices."""
    for client in clients:
        if client.debtor is debtor and client.rate:
            yield client.rate, on.day, client.label, client.source
    for claim in claims:
        if claim.due and claim.client.debtor is debtor and claim.rate:
            yield claim.rate, claim.due, claim.label, claim.source
