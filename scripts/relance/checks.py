"""Everything that can be checked without deciding anything: `relance verifier`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from relance import attested
from relance.company import Company
from relance.letters.previews import check_templates
from relance.plan import make_plan
from relance.prevention import prevent
from relance.problem import Problem, Refusal, Source, suggest
from relance.rules import idle
from relance.starter import is_placeholder


def verify(company: Company, day: date) -> tuple[Problem, ...]:
    """The warnings about a company's folder and its claims at a date. Raises `Refusal` with
    every fault found."""
    faults = [*_creditor(company), *check_templates(company.templates, company.policy)]
    if unread := company.register_unread():
        faults.append(unread)
    faults.extend(attested.faults(company))
    if faults:
        raise Refusal(faults)
    claims = make_plan(company.policy, company.books, day).warnings
    prevention = prevent(company.policy, company.books, day)
    return tuple(dict.fromkeys([*claims, *_rules(company), *prevention]))


def _rules(company: Company) -> Iterator[Problem]:
    """The rules that can never match: contradictory, hidden by another, about nobody."""
    where = Source("relance.yaml")
    for place, reason in idle(company.policy.rules):
        yield Problem(
            where, f"la règle {place} ne joue jamais : {reason}", "corrigez ou retirez-la"
        )
    known = {name for c in company.books.clients for name in (c.account, c.name)}
    for place, rule in enumerate(company.policy.rules, 1):
        for name in set(rule.condition.clients or ()) - known:
            what = f"la règle {place} nomme « {name} », qui n'est pas un client"
            yield Problem(where, what, suggest(name, sorted(filter(None, known))))


def _creditor(company: Company) -> Iterator[Problem]:
    if is_placeholder(company.policy.creditor.name):
        yield Problem(
            Source("relance.yaml"),
            "le créancier est encore celui du modèle",
            "remplissez creancier: nom, adresse, siren, iban…",
        )
