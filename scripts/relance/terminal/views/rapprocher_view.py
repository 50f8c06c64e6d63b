"""`relance rapprocher` on the terminal: each entry with the ways to read it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from relance.reconciliation.match import PossibleMatch
from relance.settling.open_questions import OpenQuestion
from relance.terminal.views.console import borderless, out
from relance.terminal.views.json_text import Json, amount_text
from relance.terminal.views.plan_json import unsettled_as_json
from relance.terminal.views.rows import Rows
from relance.text.escapes import plain, short
from relance.text.locales import money, short_date

_OTHER_WAYS = (
    ("f", "d'autres factures, une ou plusieurs"),
    ("c", "à un client, sans facture"),
    ("x", "pas un client : un autre compte"),
    ("p", "plus tard"),
    ("q", "arrêter"),
)
_WORDS = 200  # signs shown of what the bank wrote


def show_question(question: OpenQuestion, place: int, number: int) -> None:
    """One entry, the ways to read it, the other answers."""
    _show_head(question, f"{place}/{number}  ")
    out.put(_ways(question), left=4)


def show_list(questions: Sequence[OpenQuestion]) -> None:
    """Every entry with the ways to read it."""
    for question in questions:
        _show_head(question, "")
        table = borderless(("", 0))
        for match in question.matches:
            table.add_row(_way(match, question))
        out.put(table, left=4)


def _show_head(question: OpenQuestion, place: str) -> None:
    draft = question.waiting.draft
    amount = money(draft.amount.number, draft.amount.currency)
    who = plain(draft.payer) or "(payeur inconnu)"
    out.print()
    head = Text.assemble((place, "dim"), f"{short_date(draft.date)}  ", (amount, "bold"))
    out.put(head.append(f"  {who}", "not bold"), hang=4)
    for words, style in ((draft.text, ""), (draft.reason, "yellow"), (str(draft.source), "dim")):
        if words:
            out.put(Text(plain(short(words, _WORDS)), style), left=4)


def _ways(question: OpenQuestion) -> Rows:
    table = borderless(("r", 2), ("", 0))
    for number, match in enumerate(question.matches, 1):
        table.add_row(Text(str(number), "bold"), _way(match, question))
    for key, words in _OTHER_WAYS:
        table.add_row(Text(key, "bold"), Text(words, "dim"))
    return table


def _way(match: PossibleMatch, question: OpenQuestion) -> Text:
    sums = question.sums(match)
    return Text.assemble(
        (plain(match.client.label), "bold"),
        f"  {sums}" if sums else "",
        (f"  {plain(match.reason)}", "dim"),
    )


def questions_as_json(questions: Sequence[OpenQuestion]) -> Json:
    """One object: every entry, and under `propositions` the ways to read it."""
    return {
        "a_rapprocher": [
            unsettled_as_json(question.waiting)
            | {"propositions": [_proposed(match) for match in question.matches]}
            for question in questions
        ]
    }


def _proposed(match: PossibleMatch) -> Json:
    return {
        "compte": match.client.account,
        "client": match.client.label,
        "parts": [
            {"facture": part.invoice, "montant": amount_text(part.amount)} for part in match.parts
        ],
        "penalites": amount_text(match.surplus),
        "raison": match.reason,
    }
