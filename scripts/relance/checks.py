"""Everything that can be checked without deciding anything: `relance verifier`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from relance.company import Company, sha256
from relance.enclosures import check_separator, unreadable
from relance.languages import languages
from relance.letters.compose import LetterSetting
from relance.letters.previews import check_templates
from relance.letters.statement import check_statement
from relance.model import Document, IssuedLetter
from relance.plan import make_plan
from relance.prevention import prevent
from relance.printing import PrintSetting, check_slip
from relance.problem import Problem, Refusal, Source, suggest
from relance.receivables import receivables
from relance.rules import idle
from relance.starter import is_placeholder


def verify(company: Company, day: date) -> tuple[Problem, ...]:
    """The warnings about a company's folder and its claims at a date. Raises `Refusal` with
    every fault found."""
    faults = [*_creditor(company), *check_templates(company.templates, company.policy)]
    faults.extend(_papers(company))
    if unread := company.register_unread():
        faults.append(unread)
    for letter in company.books.letters:
        faults.extend(_letter(company.root, letter))
    if faults:
        raise Refusal(faults)
    claims = make_plan(company.policy, company.books, day).warnings
    prevention = prevent(company.policy, company.books, day)
    copies = unreadable(_open_copies(company, day), company.root).values()
    return tuple(dict.fromkeys([*claims, *_rules(company), *copies, *prevention]))


def _papers(company: Company) -> Iterator[Problem]:
    """The faults of the templates that no step names: statement, enclosures, list of a print."""
    policy, templates = company.policy, company.templates
    for language in sorted({policy.language, *languages(templates)}):
        setting = LetterSetting(policy.creditor, templates, language=language)
        yield from check_statement(setting)
        yield from check_separator(setting)
        paper = PrintSetting(policy.creditor, templates, policy.dispatch, language)
        yield from check_slip(paper)


def _open_copies(company: Company, day: date) -> Iterator[Document]:
    """The declared copies of invoices that are still open."""
    claims = receivables(company.books, company.policy.terms, day).claims
    open_ = {(claim.client.account, claim.invoice) for claim in claims if claim.balance > 0}
    for document in company.books.documents:
        if document.copy and any((document.account, name) in open_ for name in document.invoices):
            yield document


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
