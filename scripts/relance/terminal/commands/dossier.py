"""`relance dossier`: the papers of one client."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from relance.claims.on_day import OnDay
from relance.files.client_papers import (
    ClientPapers,
    prepare_declaration,
    prepare_statement,
    the_client,
    write_papers,
)
from relance.ledger.company import Company, read_company
from relance.terminal.clock import today
from relance.terminal.options import common, filled
from relance.terminal.views.console import next_thing, say, show_warnings
from relance.text.locales import french_date, money
from relance.text.words import count


@dataclass(frozen=True, slots=True)
class PapersOptions:
    """What `dossier` was asked for: the client and one paper, or the whole file without any."""

    folder: Path
    day: date | None
    subject: str | None
    declaration: bool
    statement: bool
    loss: bool
    whole: bool
    dividers: bool


@click.command()
@common
@click.argument("subject", metavar="CLIENT", required=False)
@click.option(
    "--declaration", is_flag=True, help="La déclaration de créance au mandataire judiciaire."
)
@click.option(
    "--releve", "statement", is_flag=True, help="Le relevé de compte du client, aussi en CSV."
)
@click.option(
    "--perte",
    "loss",
    is_flag=True,
    help="Créances douteuses et perdues : écritures à coller, duplicatas ; sans CLIENT, la liste.",
)
@click.option(
    "--complet",
    "whole",
    is_flag=True,
    help="Avec --releve : depuis la première écriture, pas depuis la plus ancienne facture due.",
)
@click.option(
    "--intercalaires",
    "dividers",
    is_flag=True,
    help="Dossier entier : une feuille numérotée devant chaque pièce.",
)
@filled(PapersOptions)
def dossier(asked: PapersOptions) -> None:
    """Écrit le dossier contentieux d'un client : un PDF, ses pièces, une archive pour l'avocat.
    Avec une option, une seule pièce, en Markdown et en PDF."""
    _check(asked)
    subject = asked.subject
    if subject is None and not asked.loss:
        raise click.UsageError("nommez le client ; seul --perte sait s'en passer")
    company = read_company(asked.folder.resolve())
    day = asked.day or today(company.policy.calendar.timezone)
    if subject is None:
        _list_losses(company, day)
    elif asked.loss:
        _losses(company, subject, day)
    elif asked.statement:
        _statement(company, subject, day, whole=asked.whole)
    elif asked.declaration:
        _declaration(company, subject, day)
    else:
        _litigation(company, subject, day, dividers=asked.dividers)


def _check(asked: PapersOptions) -> None:
    """Refuse options that do not go together."""
    papers = sum((asked.declaration, asked.statement, asked.loss))
    if papers > 1:
        raise click.UsageError("choisissez la pièce : --declaration, --releve ou --perte")
    if asked.whole and not asked.statement:
        raise click.UsageError("--complet va avec --releve")
    if asked.dividers and papers:
        raise click.UsageError("--intercalaires va avec le dossier entier")


def _litigation(company: Company, subject: str, day: date, *, dividers: bool) -> None:
    from relance.files.bundle import make_bundle, write_bundle
    from relance.files.casefile import gather

    client = the_client(company, subject)
    case = gather(OnDay(company.policy, company.books, day), client)
    bundle = make_bundle(case, company, dividers=dividers)
    write_bundle(bundle, company.root)
    show_warnings(bundle.warnings)
    made = f"{count(len(bundle.files), 'fichier')}, {count(len(case.exhibits), 'pièce')}"
    say(f"{bundle.folder}/ : {made}")
    say(bundle.archive_path)
    lacking = len(case.gaps) + len(bundle.warnings)
    first = f" ; il y manque {lacking} choses, dites en première page" if lacking else ""
    next_thing(f"relisez {bundle.folder}/dossier.pdf{first}")


def _list_losses(company: Company, day: date) -> None:
    """The candidates of all clients, the losses first."""
    from relance.files.bad_debts import candidates

    doubtful = candidates(OnDay(company.policy, company.books, day))
    for lost, title in ((True, "À passer en perte"), (False, "À déprécier")):
        of_kind = [candidate for candidate in doubtful if candidate.lost is lost]
        if of_kind:
            say(f"{title} : {count(len(of_kind), 'créance')}")
        for candidate in of_kind:
            sum_ = money(candidate.claim.balance, candidate.claim.currency)
            name = f"{candidate.claim.client.label}  {candidate.claim.numbered or 'sans numéro'}"
            say(f"  {name}  {sum_} · {' ; '.join(candidate.reasons)}")
    if doubtful:
        next_thing("relance dossier CLIENT --perte écrit les écritures et les duplicatas.")
    else:
        next_thing(f"aucune créance douteuse ni perdue au {french_date(day)}.")


def _losses(company: Company, subject: str, day: date) -> None:
    from relance.files.loss_papers import prepare_losses

    papers = prepare_losses(company, subject, day)
    _write(papers, company)
    next_thing("relisez ces écritures avec votre comptable, puis collez-les dans le grand livre")


def _statement(company: Company, subject: str, day: date, *, whole: bool) -> None:
    papers = prepare_statement(company, subject, day, whole=whole)
    _write(papers, company)
    next_thing(
        f"relisez {papers.last} ; une fois parti, notez-le : "
        f'relance noter "{papers.client.account}" --courriel "Relevé de compte envoyé."'
    )


def _declaration(company: Company, subject: str, day: date) -> None:
    papers = prepare_declaration(company, subject, day)
    _write(papers, company)
    next_thing(
        f"relisez, signez et envoyez {papers.last} en recommandé, pièces jointes ; "
        f"puis notez-le : "
        f'{day} document {papers.client.account} "pieces/….pdf" #declaration'
    )


def _write(papers: ClientPapers, company: Company) -> None:
    write_papers(papers, company.root)
    show_warnings(papers.warnings)
    for name in papers.files:
        say(name)
