"""`relance dossier`: the papers of one client."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from relance import console
from relance.clock import today
from relance.company import read_company
from relance.filing import prepare_declaration, write_papers
from relance.options import common


@click.command()
@common
@click.argument("subject", metavar="CLIENT")
@click.option(
    "--declaration",
    is_flag=True,
    required=True,
    expose_value=False,  # the only paper there is so far
    help="La déclaration de créance au mandataire judiciaire.",
)
def dossier(folder: Path, day: date | None, subject: str) -> None:
    """Écrit une pièce du dossier d'un client, en Markdown et en PDF."""
    company = read_company(folder.resolve())
    day = day or today(company.policy.calendar.timezone)
    papers = prepare_declaration(company, subject, day)
    write_papers(papers, company.root)
    console.show_warnings(papers.warnings)
    for name in papers.files:
        console.say(name)
    console.next_thing(
        f"relisez, signez et envoyez {papers.last} en recommandé, pièces jointes ; puis notez-le : "
        f'document {papers.client.account} "pieces/….pdf" #declaration'
    )
