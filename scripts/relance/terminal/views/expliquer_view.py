"""The life of an invoice or of a client, with today's decision."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from rich.text import Text

from relance.terminal.views.console import borderless, out
from relance.text.escapes import plain
from relance.text.locales import french_date, money, short_date

if TYPE_CHECKING:
    from relance.files.explanation import Explanation
    from relance.outlook.chronicle import ChronicleEntry


def show_explanation(explanation: Explanation, day: date) -> None:
    """The life of an invoice or a client, and today's decision."""
    out.put(Text(f"\n{plain(explanation.title)}", "bold"), hang=4)
    for fact in explanation.facts:
        out.put(Text(plain(fact)), left=2, hang=2)
    out.print("\n[bold]Ce qui s'est passé[/]")
    table = borderless(("", 10), ("", 0), ("", 0), ("r", 12))
    for event in explanation.events:
        amount = money(event.amount.number, event.amount.currency) if event.amount else ""
        table.add_row(short_date(event.date), event.sort, plain(event.what), amount)
        for line in _where(event):
            table.add_below(2, Text(line, "dim"))
    out.put(table, left=2)
    out.print(f"\n[bold]Décision au {french_date(day)}[/]")
    for decision in explanation.decisions:
        reason = plain(decision).startswith("parce que")
        out.put(Text(plain(decision)), left=4 if reason else 2, hang=2)


def _where(event: ChronicleEntry) -> Iterator[str]:
    """The place where it is written, or the file to open; who approved it, and when."""
    yield plain(event.path or str(event.source))
    if commit := event.commit:
        yield f"commit {commit.short} du {short_date(commit.day)}, {plain(commit.author)}"


def explanation_as_json(explanation: Explanation, day: date) -> dict[str, object]:
    """One object; amounts are strings with two decimals, signed as on the client's account."""
    return {
        "date": day.isoformat(),
        "titre": explanation.title,
        "faits": list(explanation.facts),
        "evenements": [_event_as_json(event) for event in explanation.events],
        "decisions": [decision.strip() for decision in explanation.decisions],
    }


def _event_as_json(event: ChronicleEntry) -> dict[str, object]:
    amount, commit = event.amount, event.commit
    return {
        "date": event.date.isoformat(),
        "sorte": event.sort,
        "texte": event.what,
        "montant": f"{amount.number:.2f}" if amount else None,
        "devise": amount.currency if amount else None,
        "fichier": event.source.path,
        "ligne": event.source.line,
        "piece": event.path or None,
        "commit": commit.hash if commit else None,
        "commit_date": commit.day.isoformat() if commit else None,
        "commit_auteur": commit.author if commit else None,
    }
