"""`relance expliquer`: the life of an invoice or a client, and today's reasoning."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from relance import console
from relance.clock import today
from relance.company import read_company
from relance.explain import explain
from relance.options import common
from relance.pending import waiting_letters
from relance.plan import make_plan


@click.command()
@common
@click.argument("subject", metavar="FACTURE|CLIENT")
def expliquer(folder: Path, day: date | None, subject: str) -> None:
    """Toute la vie d'une facture ou d'un client, et le raisonnement d'aujourd'hui."""
    company = read_company(folder.resolve())
    day = day or today(company.policy.calendar.timezone)
    decided = make_plan(company.policy, company.books, day, waiting_letters(company))
    console.show_explanation(explain(company, subject, decided), day)
