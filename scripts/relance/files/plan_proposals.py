"""Offering a payment plan: what was asked for, its claims, its instalments, what stands against
it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from relance.claims.claim import Claim
from relance.claims.instalments import Cadence, InstalmentTerms, days_of, equal_parts, parts_of
from relance.claims.on_day import OnDay
from relance.claims.payment_plans import Instalment
from relance.decision.obstacles import Obstacles
from relance.ledger.client_names import find_client, named_like
from relance.ledger.company import Company
from relance.text.escapes import short
from relance.text.locales import french_date, money
from relance.values.amounts import ZERO, Money, in_cents
from relance.values.facts import Client
from relance.values.kinds import DebtorType
from relance.values.problem import Problem, Refusal, Source, suggest

MOST = 120  # instalments of a plan
# What makes a claim wait without forbidding that its payment be put in order.
_NO_MATTER = frozenset({"suspension", "promesse", "echeancier", "tolerance", "branche-en-attente"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be offered: `count` equal instalments, or else as many of `each` as it takes.

    Without `invoices`, it is about all that the client owes. `waived`: no interest if it is kept.
    """

    client: Client
    first: date
    cadence: Cadence
    count: int | None = None
    each: Decimal | None = None
    invoices: tuple[str, ...] = ()
    waived: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """A payment plan offered on a day, and the open claims that it covers."""

    date: date
    wish: Wish
    claims: tuple[Claim, ...]
    instalments: tuple[Instalment, ...]
    bears_interest: bool = True  # whether any runs on one of its claims that day

    @property
    def currency(self) -> str:
        """The one currency of its claims."""
        return self.claims[0].currency

    @property
    def total(self) -> Money:
        """What is open on its claims, and what its instalments add up to."""
        return Money(sum((claim.balance for claim in self.claims), ZERO), self.currency)

    @property
    def remark(self) -> str:
        """What whoever sends it must know, "" for nothing."""
        if self.wish.waived and self.wish.client.debtor is DebtorType.PUBLIC:
            return (
                "renoncer aux intérêts moratoires d'une personne publique est sans effet (L2192-13)"
            )
        return ""


def wish(
    company: Company, subject: str | None, invoices: tuple[str, ...], terms: InstalmentTerms
) -> Wish:
    """What the command line asks for: whose client's name, which of his invoices, what terms.

    Raises `Refusal` for an unknown client and for what is missing, all at once.
    """
    client, problems = find_client(company.books.clients, subject or ""), []
    if client is None:
        what = (
            f"aucun client, ou plusieurs, sous « {short(subject)} »"
            if subject
            else "de quel client ?"
        )
        remedy = named_like(subject, company.books.clients) if subject else "donnez son nom"
        problems.append(_problem("client", what, remedy))
    if terms.first is None:
        problems.append(_problem("--des", "quel jour pour le premier versement ?"))
    if (terms.count is None) == (terms.each is None):
        remedy = "en tant de versements égaux, ou en versements de tel montant"
        problems.append(_problem("--echeancier", "donnez --echeancier ou --versement", remedy))
    instalment = terms.each
    if instalment is not None and (instalment <= 0 or not in_cents(instalment)):
        what = "un versement est positif, au centime près"
        problems.append(_problem("--versement", what, "par exemple 250.00"))
    if problems or client is None or terms.first is None:
        raise Refusal(problems)
    return Wish(
        client=client,
        first=terms.first,
        cadence=terms.cadence or Cadence(1, months=True),
        count=terms.count,
        each=instalment,
        invoices=invoices,
        waived=terms.waived,
    )


def propose(on: OnDay, wish: Wish) -> Proposal:
    """The plan to offer at a date. Raises `Refusal` with every reason why there can be none."""
    claims = _Covered(on, wish)
    problems = list(claims.problems())
    if wish.first < on.day:
        problems.append(_problem("--des", f"le {french_date(wish.first)} est passé"))
    if problems:
        raise Refusal(problems)
    total = sum((claim.balance for claim in claims.open), ZERO)
    amounts = parts_of(total, wish.each) if wish.each else equal_parts(total, wish.count or 1)
    if len(amounts) < 2:
        remedy = "une promesse suffit : relance noter CLIENT --promesse DATE"
        raise Refusal([_problem("--echeancier", "un seul versement n'étale rien", remedy)])
    if len(amounts) > MOST or min(amounts) <= 0:
        what = f"{money(total, claims.open[0].currency)} en {len(amounts)} versements"
        raise Refusal([_problem("--echeancier", what, f"de un centime au moins, {MOST} au plus")])
    days = days_of(wish.first, wish.cadence, len(amounts), on.policy.workdays)
    if len(set(days)) < len(days):
        what = "deux versements tombent le même jour ouvré"
        raise Refusal([_problem("--tous-les", what, "espacez-les davantage")])
    pairs = enumerate(zip(days, amounts, strict=True), 1)
    instalments = tuple(Instalment(place, due, amount) for place, (due, amount) in pairs)
    return Proposal(on.day, wish, claims.open, instalments, _runs(on, claims.open))


def _runs(on: OnDay, claims: Iterable[Claim]) -> bool:
    """Whether interest runs or will run without a notice: against a private person none does
    before one took effect (C. civ. 1344-1)."""
    return any(on.bears_interest(claim) and on.debt(claim).runs_after for claim in claims)


class _Covered:
    """The open claims that a plan would cover, and what forbids it."""

    def __init__(self, on: OnDay, wish: Wish) -> None:
        self._on = on
        self._wish = wish
        self._own = on.claims_of(wish.client.account)
        named = [claim for claim in self._own if self._asked_for(claim) and claim.balance > 0]
        self.open = tuple(claim for claim in named if wish.invoices or claim.invoiced <= on.day)

    def _asked_for(self, claim: Claim) -> bool:
        names = self._wish.invoices
        return not names or claim.invoice in names or claim.label in names

    def problems(self) -> Iterator[Problem]:
        """Every reason not to put these claims in a plan."""
        wish = self._wish
        for name in wish.invoices:
            if not any(name in (claim.invoice, claim.label) for claim in self.open):
                owed = [c.invoice or "" for c in self._own if c.balance > 0 and c.invoice]
                what = f"{wish.client.label} ne doit rien sur « {name} »"
                yield _problem("--facture", what, suggest(name, owed) if owed else "")
        if not self.open and not wish.invoices:
            yield _problem(wish.client.account, f"{wish.client.label} ne doit rien")
        if len(currencies := sorted({claim.currency for claim in self.open})) > 1:
            what = f"ces factures sont en {', '.join(currencies)}"
            yield _problem("--facture", what, "proposez un échéancier par devise")
        for claim in self.open:
            yield from self._hindrance(claim)

    def _hindrance(self, claim: Claim) -> Iterator[Problem]:
        """A dispute, an insolvency, a doubt of the books: to be settled first."""
        obstacle, disputed = Obstacles(self._on).of(claim), self._on.disputed(claim)
        remedy = "réglez ce point, ou nommez les autres factures avec --facture"
        if obstacle is not None and obstacle.code not in _NO_MATTER:
            yield Problem(claim.source, f"{claim.label} : {obstacle.reason}", remedy)
        elif disputed:
            what = f"{claim.label} est contestée pour {money(disputed, claim.currency)}"
            yield Problem(claim.source, what, remedy)


def _problem(where: str, what: str, remedy: str = "") -> Problem:
    return Problem(Source(where), what, remedy)
