"""Everything that can be checked without deciding anything: `relance verifier`."""

from __future__ import annotations

from collections.abc import Iterator

from relance.claims.on_day import OnDay
from relance.decision.planner import make_plan
from relance.decision.rules import idle
from relance.ledger.columns import lines_below, placed
from relance.ledger.company import POLICY, Company
from relance.outlook.prevention import prevent
from relance.policy.reader import place_in_policy
from relance.runs.enclosures import unreadable
from relance.runs.original_check import check_originals
from relance.specimens.soundness import sound, store_of
from relance.values.facts import Document
from relance.values.problem import Problem, Source, suggest


def verify(company: Company, on: OnDay) -> tuple[Problem, ...]:
    """The warnings about a company's folder and its claims on a day. Raises `Refusal` with
    every fault found."""
    return warnings(sound(company), on)


def warnings(company: Company, on: OnDay) -> tuple[Problem, ...]:
    """What is worth saying of a company whose folder has no fault."""
    claims = make_plan(on).warnings
    copies = unreadable(_open_copies(on), company, store_of(company)).values()
    problems = [
        *claims,
        *company.books.ignored,
        *check_originals(company).warnings,
        *_unsaid(company),
        *_rules(company),
        *copies,
        *prevent(on),
    ]
    return tuple(dict.fromkeys(placed(problems, lines_below(company.root))))


def _open_copies(on: OnDay) -> Iterator[Document]:
    """The declared copies of invoices that are still open."""
    open_ = {(claim.client.account, claim.invoice) for claim in on.open}
    for document in on.books.documents:
        if document.copy and any((document.account, name) in open_ for name in document.invoices):
            yield document


def _unsaid(company: Company) -> Iterator[Problem]:
    """What clients look for in a letter, and the policy does not say."""
    creditor = company.policy.creditor
    where = place_in_policy(company.root / POLICY, ("creancier",))
    if not creditor.iban:
        remedy = "ajoutez creancier.iban : emettre refuse une lettre sans aucun moyen de payer"
        yield Problem(where, "aucune lettre ne dit où virer l'argent", remedy)
    if not creditor.phone and not creditor.email:
        remedy = "ajoutez creancier.telephone ou creancier.courriel"
        yield Problem(where, "aucune lettre ne dit à qui répondre", remedy)


def _rules(company: Company) -> Iterator[Problem]:
    """The rules that can never match: contradictory, hidden by another, about nobody."""

    def where(place: int) -> Source:
        return place_in_policy(company.root / POLICY, ("regles", place - 1))

    for place, reason in idle(company.policy.rules):
        what = f"la règle {place} ne joue jamais : {reason}"
        yield Problem(where(place), what, "corrigez ou retirez-la")
    names = {name for c in company.books.clients for name in (c.account, c.name)}
    for place, rule in enumerate(company.policy.rules, 1):
        for name in set(rule.condition.clients or ()) - names:
            what = f"la règle {place} nomme « {name} », qui n'est pas un client"
            yield Problem(where(place), what, suggest(name, sorted(filter(None, names))))
