"""`relance expliquer`: the life of an invoice or a client, and today's reasoning."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from relance.cache.cached_books import recalled_whole
from relance.claims.on_day import OnDay
from relance.files.explanation import explain
from relance.git.past import arrivals
from relance.runs.pending import decide, waiting_letters
from relance.terminal.clock import today
from relance.terminal.options import as_json, common
from relance.terminal.views.expliquer_view import explanation_as_json, show_explanation
from relance.text.escapes import json_text
from relance.values.register import FOLDER


@click.command()
@common
@as_json
@click.argument("subject", metavar="FACTURE|CLIENT")
def expliquer(folder: Path, day: date | None, form: str, subject: str) -> None:
    """Toute la vie d'une facture ou d'un client, et le raisonnement d'aujourd'hui."""
    company = recalled_whole(folder.resolve())
    now = today(company.policy.calendar.timezone)
    day = day or now
    decided = decide(company, day, waiting_letters(company), now)
    on = OnDay(company.policy, company.books, day)
    explanation = explain(on, subject, decided, arrivals(company.root, FOLDER))
    if form == "json":
        content = explanation_as_json(explanation, day)
        click.echo(json_text(content, indent=2))
    else:
        show_explanation(explanation, day)
