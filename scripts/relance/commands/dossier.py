"""`relance dossier`: the papers of one client."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from relance import console
from relance.clock import today
from relance.company import Company, read_company
from relance.filing import Papers, prepare_declaration, prepare_statement, the_client, write_papers
from relance.options import common


@click.command()
@common
@click.argument("subject", metavar="CLIENT")
@click.option(
    "--declaration", is_flag=True, help="La déclaration de créance au mandataire judiciaire."
)
@click.option(
    "--releve", "statement", is_flag=True, help="Le relevé de compte du client, aussi en CSV."
)
@click.option(
    "--complet",
    "whole",
    is_flag=True,
    help="Avec --releve : depuis la première écriture, pas depuis la plus ancienne facture due.",
)
def dossier(folder: Path, day: date | None, subject: str, **asked: bool) -> None:
    """Écrit le dossier contentieux d'un client : un PDF, ses pièces, une archive pour l'avocat.
    Avec une option, une seule pièce, en Markdown et en PDF."""
    if asked["declaration"] and asked["statement"]:
        raise click.UsageError("choisissez la pièce : --declaration ou --releve")
    if asked["whole"] and not asked["statement"]:
        raise click.UsageError("--complet va avec --releve")
    company = read_company(folder.resolve())
    day = day or today(company.policy.calendar.timezone)
    if asked["statement"]:
        _statement(company, subject, day, whole=asked["whole"])
    elif asked["declaration"]:
        _declaration(company, subject, day)
    else:
        _litigation(company, subject, day)


def _litigation(company: Company, subject: str, day: date) -> None:
    from relance.litigation.bundle import make_bundle, write_bundle
    from relance.litigation.casefile import gather

    client = the_client(company, subject)
    case = gather(company, client, day)
    bundle = make_bundle(case, company)
    write_bundle(bundle, company.root)
    console.show_warnings(bundle.warnings)
    console.say(f"{bundle.folder}/ : {len(bundle.files)} fichiers, {len(case.exhibits)} pièces")
    console.say(bundle.archive_path)
    lacking = len(case.gaps) + len(bundle.warnings)
    first = f" ; il y manque {lacking} choses, dites en première page" if lacking else ""
    console.next_thing(f"relisez {bundle.folder}/dossier.pdf{first}")


def _statement(company: Company, subject: str, day: date, *, whole: bool) -> None:
    papers = prepare_statement(company, subject, day, whole=whole)
    _write(papers, company)
    console.next_thing(
        f"relisez {papers.last} ; une fois parti, notez-le : "
        f'relance noter "{papers.client.account}" --courriel "Relevé de compte envoyé."'
    )


def _declaration(company: Company, subject: str, day: date) -> None:
    papers = prepare_declaration(company, subject, day)
    _write(papers, company)
    console.next_thing(
        f"relisez, signez et envoyez {papers.last} en recommandé, pièces jointes ; "
        f"puis notez-le : "
        f'document {papers.client.account} "pieces/….pdf" #declaration'
    )


def _write(papers: Papers, company: Company) -> None:
    write_papers(papers, company.root)
    console.show_warnings(papers.warnings)
    for name in papers.files:
        console.say(name)
