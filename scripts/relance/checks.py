"""Everything that can be checked without deciding anything: `relance verifier`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from relance.claims import receivables
from relance.company import Company, read_company, sha256
from relance.letters.compose import check_templates
from relance.model import Client, IssuedLetter
from relance.payment_plans import PaymentPlans, discrepancies
from relance.problem import Problem, Refusal, Source
from relance.starter import is_placeholder


def verify(root: Path) -> tuple[Problem, ...]:
    """The warnings about a company's folder. Raises `Refusal` with every fault found."""
    company = read_company(root)
    faults = [*_creditor(company), *check_templates(company.templates, company.policy)]
    if unread := company.register_unread():
        faults.append(unread)
    faults.extend(fault for letter in company.books.letters for fault in _letter(root, letter))
    if faults:
        raise Refusal(faults)
    clients = (problem for client in company.books.clients for problem in _client(client))
    return tuple(dict.fromkeys([*company.books.warnings, *clients, *_plans(company)]))


def _creditor(company: Company) -> Iterator[Problem]:
    if is_placeholder(company.policy.creditor.name):
        yield Problem(
            Source("relance.yaml"),
            "le créancier est encore celui du modèle",
            "remplissez creancier: nom, adresse, siren, iban…",
        )


def _letter(root: Path, letter: IssuedLetter) -> Iterator[Problem]:
    """A letter whose files are not those that the register fingerprints."""
    for name, expected in _files(letter):
        path = root / name
        if not path.is_file():
            yield Problem(
                Source(name), f"fichier manquant de la lettre {letter.id}", "rétablissez-le (git)"
            )
        elif expected and sha256(path.read_bytes()) != expected:
            yield Problem(
                Source(name),
                f"ce fichier n'est plus celui que le registre atteste ({letter.id})",
                f"rétablissez-le (git checkout -- {name})",
            )


def _files(letter: IssuedLetter) -> Iterable[tuple[str, str | None]]:
    markdown = str(Path(letter.path).with_suffix(".md"))
    yield markdown, letter.markdown_sha256
    if letter.path != markdown:
        yield letter.path, letter.pdf_sha256


def _plans(company: Company) -> list[Problem]:
    """Payment plans that do not add up to what they cover, as the books stand in the end."""
    books, policy = company.books, company.policy
    claims = receivables(books, policy.terms, date.max).claims
    plans = PaymentPlans(claims, books.notes, policy, date.max)
    return discrepancies(books, plans.in_force(), policy.terms)


def _client(client: Client) -> Iterator[Problem]:
    """What will make this client's letters wait one day."""
    lacks = {
        "type": (client.debtor, "ni pénalités ni mise en demeure"),
        "adresse": (client.address, "aucune lettre recommandée"),
        "courriel": (client.emails, "aucun courriel"),
    }
    for key, (value, effect) in lacks.items():
        if not value and not client.excluded:
            yield Problem(
                client.source,
                f"{client.label} n'a pas de « {key} » : {effect}",
                f'ajoutez {key}: "…"',
            )
