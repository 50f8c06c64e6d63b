"""`relance dossier`: the papers of one client."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from relance import console
from relance.clock import today
from relance.company import Company, read_company
from relance.filing import Papers, prepare_declaration, prepare_statement, write_papers
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
    """Écrit une pièce du dossier d'un client, en Markdown et en PDF."""
    if asked["declaration"] == asked["statement"]:
        raise click.UsageError("choisissez la pièce : --declaration ou --releve")
    if asked["whole"] and not asked["statement"]:
        raise click.UsageError("--complet va avec --releve")
    company = read_company(folder.resolve())
    day = day or today(company.policy.calendar.timezone)
    if asked["statement"]:
        papers = prepare_statement(company, subject, day, whole=asked["whole"])
    else:
        papers = prepare_declaration(company, subject, day)
    _write(papers, company)
    if asked["declaration"]:
        console.next_thing(
            f"relisez, signez et envoyez {papers.last} en recommandé, pièces jointes ; "
            f"puis notez-le : "
            f'document {papers.client.account} "pieces/….pdf" #declaration'
        )
    else:
        console.next_thing(
            f"relisez {papers.last} ; une fois parti, notez-le : "
            f'relance noter "{papers.client.account}" --courriel "Relevé de compte envoyé."'
        )


def _write(papers: Papers, company: Company) -> None:
    write_papers(papers, company.root)
    console.show_warnings(papers.warnings)
    for name in papers.files:
        console.say(name)
