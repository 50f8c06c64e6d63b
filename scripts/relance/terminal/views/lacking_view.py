"""What is missing before each kind of letter, with the money that waits for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from relance.outlook.lacking import Lacking
from relance.terminal.views.console import borderless, out
from relance.text.escapes import plain, short
from relance.text.locales import money
from relance.text.words import count
from relance.values.amounts import Money

_SHOWN = 10  # clients of one kind; the others are counted


def show_lacking(groups: Sequence[Lacking]) -> None:
    """One paragraph for each kind of letter, its clients below it."""
    if not groups:
        return
    out.put(Text("Ce qui manque, et l'argent qui en dépend :", "bold"))
    for group in groups:
        number = f" ; {count(len(group.lacks), 'client')}" if group.lacks else ""
        what = f"Avant {group.before} : {group.what}{number}, {_sums(group.sums)}"
        out.put(Text(what), left=2, hang=4)
        table = borderless(("r", 14), ("", 0), ("", 0))
        for row in _rows(group):
            table.add_row(*map(Text, row))
        if group.lacks:
            out.put(table, left=4)
    out.print()


def _rows(group: Lacking) -> Iterator[tuple[str, str, str]]:
    for lack in group.lacks[:_SHOWN]:
        yield _sums(lack.sums), short(lack.client.label, 40), plain(str(lack.source))
    more = len(group.lacks) - _SHOWN
    if more > 0:
        yield "", f"et {count(more, 'autre')}", ""


def _sums(sums: Sequence[Money]) -> str:
    return ", ".join(money(amount.number, amount.currency) for amount in sums)
