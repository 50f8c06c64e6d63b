"""What is missing before each kind of letter can leave, and how much money waits for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from relance.claims.claim import Claim
from relance.claims.on_day import OnDay
from relance.policy.creditor import PLACEHOLDER, Creditor
from relance.policy.settings import Policy
from relance.values.amounts import Money
from relance.values.facts import Client
from relance.values.problem import Source

_HOME = "EUR"


@dataclass(frozen=True, slots=True)
class Lack:
    """What one client's account does not say, and what he owes by currency."""

    client: Client
    sums: tuple[Money, ...]

    @property
    def source(self) -> Source:
        """Where it is to be added."""
        return self.client.source


@dataclass(frozen=True, slots=True)
class Lacking:
    """What is missing before a kind of letter: `what` in words that follow a colon; the clients
    concerned, who owes most first, none when it is the creditor; the `sums` at stake."""

    before: str
    what: str
    lacks: tuple[Lack, ...]
    sums: tuple[Money, ...]


def lacking(on: OnDay) -> tuple[Lacking, ...]:
    """Everything that is missing, what stops most letters first; about open claims alone."""
    by_client: dict[str, list[Claim]] = defaultdict(list)
    for claim in on.ours:
        if not (claim.client.excluded or claim.excluded):
            by_client[claim.client.account].append(claim)
    if not by_client:
        return ()
    groups = (_group(kind, by_client.values(), on.policy) for kind in _KINDS)
    return (*_of_creditor(on.policy.creditor, by_client.values()), *filter(None, groups))


@dataclass(frozen=True, slots=True)
class _Kind:
    before: str
    what: str
    concerns: Callable[[Client, Sequence[Claim], Policy], bool]


def _by_default(client: Client, claims: Sequence[Claim], policy: Policy) -> bool:
    """Whether the due date of a claim is that of the policy's delay, which nobody agreed on."""
    terms = policy.terms
    return bool(client.terms is None and terms) and any(
        claim.due == terms.due(claim.invoiced) for claim in claims if terms
    )


_KINDS = (
    _Kind(
        "toute lettre",
        "courriel, telephone ou adresse",
        lambda client, _claims, _policy: not (client.mailed or client.phone or client.address),
    ),
    _Kind(
        "un courriel",
        "courriel",
        lambda client, _claims, _policy: bool(
            not client.mailed and (client.phone or client.address)
        ),
    ),
    _Kind(
        "les pénalités et la mise en demeure",
        "type (professionnel, public, particulier, autre)",
        lambda client, _claims, _policy: client.debtor is None,
    ),
    _Kind(
        "une lettre recommandée, un dossier",
        "adresse",
        lambda client, _claims, _policy: not client.address,
    ),
    _Kind(
        "la première relance, à confirmer",
        "delai (échéances au délai de la politique)",
        _by_default,
    ),
)


def _group(kind: _Kind, groups: Iterable[Sequence[Claim]], policy: Policy) -> Lacking | None:
    concerned = [claims for claims in groups if kind.concerns(claims[0].client, claims, policy)]
    if not concerned:
        return None
    lacks = (Lack(claims[0].client, sums_of(claims)) for claims in concerned)
    ordered = tuple(sorted(lacks, key=lambda lack: (_weight(lack.sums), lack.client.label)))
    whole = sums_of(claim for claims in concerned for claim in claims)
    return Lacking(kind.before, kind.what, ordered, whole)


def _of_creditor(creditor: Creditor, groups: Iterable[Sequence[Claim]]) -> Iterator[Lacking]:
    """What no letter says of who is owed."""
    absent = ["nom et adresse"] if creditor.name == PLACEHOLDER else []
    absent += [] if creditor.iban else ["iban"]
    absent += [] if creditor.email or creditor.phone else ["courriel ou telephone"]
    if absent:
        whole = sums_of(claim for claims in groups for claim in claims)
        yield Lacking("toute lettre", f"{', '.join(absent)} du créancier", (), whole)


def sums_of(claims: Iterable[Claim]) -> tuple[Money, ...]:
    """What is owed by currency, the euro first."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for claim in claims:
        sums[claim.currency] += claim.balance
    ordered = sorted(sums, key=lambda currency: (currency != _HOME, currency))
    return tuple(Money(sums[currency], currency) for currency in ordered)


def _weight(sums: Sequence[Money]) -> tuple[Decimal, tuple[Decimal, ...]]:
    """Less for more money: in euros first, then in the other currencies as they come."""
    euros = sum((money.number for money in sums if money.currency == _HOME), Decimal(0))
    others = tuple(-money.number for money in sums if money.currency != _HOME)
    return -euros, others
