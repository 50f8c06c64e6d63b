"""The life of an invoice or of a client, with today's decision."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from rich.text import Text

from relance.terminal.views.console import borderless, indented, out
from relance.text.escapes import plain
from relance.text.locales import french_date, money, short_date

if TYPE_CHECKING:
    from relance.files.explanation import Explanation
    from relance.outlook.chronicle import Event


def show_explanation(explanation: Explanation, day: date) -> None:
    """The life of an invoice or a client, and today's decision."""
    out.print(Text(f"\n{plain(explanation.title)}", "bold"))
    for fact in explanation.facts:
        out.print(indented(Text(plain(fact)), 2))
    out.print("\n[bold]Ce qui s'est passé[/]")
    table = borderless(("", 10), ("", 0), ("", 0), ("r", 12))
    table.columns[2].overflow = "fold"  # a path cut short opens nothing
    for event in explanation.events:
        amount = money(event.amount.number, event.amount.currency) if event.amount else ""
        told = Text.assemble(plain(event.what), (_where(event), "dim"))
        table.add_row(short_date(event.date), event.sort, told, amount)
    out.print(indented(table, 2))
    out.print(f"\n[bold]Décision au {french_date(day)}[/]")
    for decision in explanation.decisions:
        out.print(indented(Text(plain(decision)), 2))


def _where(event: Event) -> str:
    """The place where it is written, or the file to open; who approved it, and when."""
    commit = event.commit
    where = f"\n{plain(event.path)}" if event.path else f"  {plain(str(event.source))}"
    if commit is None:
        return where
    return f"{where}\ncommit {commit.short} du {short_date(commit.day)}, {plain(commit.author)}"
