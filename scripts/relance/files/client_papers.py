"""The papers of a client's file: made from the books, written below `out/dossiers/`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from relance.claims.on_day import OnDay
from relance.claims.statement import statements
from relance.claims.takeover import succeeded
from relance.files.paper_names import paper_name
from relance.ledger.client_names import find_client, matching, named_like
from relance.ledger.company import Company
from relance.letters.compose import LetterSetting, setting_of
from relance.letters.declaration_letter import compose_declaration
from relance.letters.statement_letter import compose_statement, statement_csv
from relance.outlook.declaration import Declaration, declare
from relance.paper import pdf
from relance.text.escapes import short
from relance.text.locales import french_date
from relance.text.writing import write_files
from relance.values.facts import Books, Client
from relance.values.problem import Problem, Source, Status, refuse

FOLDER = "out/dossiers"


@dataclass(frozen=True, slots=True)
class ClientPapers:
    """Files by path relative to the company's folder, and what to look at before they leave."""

    client: Client
    files: dict[str, bytes]
    warnings: tuple[Problem, ...]

    @property
    def last(self) -> str:
        """The file to open: the PDF."""
        return next(name for name in reversed(self.files) if name.endswith(".pdf"))


def prepare_declaration(company: Company, subject: str, day: date) -> ClientPapers:
    """The declarations of a client's debts to the trustee, one per currency, Markdown and PDF.

    Raises `Refusal` for an unknown client and for all that forbids to declare.
    """
    client = the_client(company, subject)
    setting = LetterSetting(company.policy.creditor, company.templates, page=company.policy.page)
    files: dict[str, bytes] = {}
    declarations = declare(OnDay(company.policy, company.books, day), client)
    for declaration in declarations:
        markdown = compose_declaration(declaration, setting)
        stem = f"{FOLDER}/{paper_name(client, company.books.clients)}/{_name(declaration)}"
        files[f"{stem}.md"] = markdown.encode()
        files[f"{stem}.pdf"] = pdf.render(markdown, company.templates)
    return ClientPapers(client, files, tuple(_warnings(declarations, day)))


def prepare_statement(
    company: Company, subject: str, day: date, *, whole: bool = False
) -> ClientPapers:
    """A client's account statements, one per currency, as Markdown, PDF and CSV, since its oldest
    open invoice or, with `whole`, since the first movement.

    Raises `Refusal` for an unknown client and for an account without a movement.
    """
    client = the_client(company, subject)
    setting = setting_of(company).for_client(client)
    books = succeeded(company.books, company.policy.terms, day)
    every = statements(books, company.policy.terms, client, day)
    if not every:
        what = f"aucune écriture sur le compte de {client.label} au {french_date(day)}"
        raise refuse(client.account, what, "choisissez une date plus tardive (--au)")
    files: dict[str, bytes] = {}
    for statement in every if whole else [s.since_oldest_open() for s in every]:
        currency = statement.account.currency
        suffix = "" if currency == "EUR" else f"-{currency.lower()}"
        stem = f"{FOLDER}/{paper_name(client, company.books.clients)}/releve-{day}{suffix}"
        markdown = compose_statement(statement, setting)
        files[f"{stem}.md"] = markdown.encode()
        files[f"{stem}.csv"] = statement_csv(statement).encode()
        files[f"{stem}.pdf"] = pdf.render(markdown, company.templates)
    return ClientPapers(client, files, tuple(_drafts(books, client, day)))


def _drafts(books: Books, client: Client, day: date) -> Iterator[Problem]:
    """The drafts of an account: its statement tells what it really holds."""
    for movement in books.movements:
        if movement.account == client.account and movement.draft and movement.date <= day:
            what = f"{movement.text or 'écriture'} : en brouillon (!), hors du relevé"
            yield Problem(movement.source, what, "vérifiez, puis remplacez ! par *")


def write_papers(papers: ClientPapers, root: Path) -> None:
    """Write the files; refuses to lose a Markdown file that was changed by hand since."""
    for name, content in papers.files.items():
        path = root / name
        if path.suffix == ".md" and path.is_file() and path.read_bytes() != content:
            raise refuse(
                name,
                "ce fichier existe déjà, et il est différent",
                "renommez-le pour le garder, ou supprimez-le pour le refaire",
                Status.REFUSED_STATE,
            )
    write_files(root, papers.files)


def the_client(company: Company, subject: str) -> Client:
    """The client of that name or account. Raises `Refusal` when there is none, or several."""
    clients = company.books.clients
    client = find_client(clients, subject)
    if client is None:
        what = "plusieurs clients" if matching(clients, subject) else "aucun client"
        raise refuse(short(subject), f"{what} de ce nom", named_like(subject, clients))
    return client


def _name(declaration: Declaration) -> str:
    letter = declaration.letter
    currency = "" if letter.currency == "EUR" else f"-{letter.currency.lower()}"
    return f"declaration-{letter.date}{currency}"


def _warnings(declarations: Sequence[Declaration], day: date) -> Iterator[Problem]:
    for declaration in declarations:
        opened, letter = declaration.proceedings, declaration.letter
        yield from _about_deadline(declaration, day)
        if declaration.unproved:
            yield Problem(
                Source(letter.client.account),
                f"sans copie déclarée : {', '.join(declaration.unproved)}",
                f'AAAA-MM-JJ document {letter.client.account} "pieces/….pdf" ^F… #facture',
            )
        if letter.client.debtor is None:
            what = "type de débiteur inconnu : déclarée sans intérêts ni indemnité"
            yield Problem(letter.client.source, what, 'ajoutez type: "professionnel"')
        for claim in declaration.doubtful:
            assert claim.doubt is not None
            yield Problem(claim.source, claim.doubt.reason, "vérifiez avant de déclarer")
        if opened.trustee and "," not in opened.trustee and "\n" not in opened.trustee:
            what = f"« {opened.trustee} » n'a pas d'adresse : la lettre ne peut pas partir"
            yield Problem(opened.source, what, 'mandataire: "Me …\\n1 rue …\\n73000 CHAMBERY"')


def _about_deadline(declaration: Declaration, day: date) -> Iterator[Problem]:
    proceedings = declaration.proceedings
    if proceedings.deadline is None:
        what = "date de publication à noter : le délai de 2 mois en part (C. com. R622-24)"
        yield Problem(proceedings.source, what, "ajoutez bodacc: AAAA-MM-JJ sous la note")
    elif proceedings.deadline < day:
        what = f"délai de déclaration passé le {french_date(proceedings.deadline)}"
        remedy = "demandez au juge-commissaire un relevé de forclusion (C. com. L622-26)"
        yield Problem(proceedings.source, what, remedy)
