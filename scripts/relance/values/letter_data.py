"""What a letter's file says of itself, and what of it goes without saying.

An invoice's line has sixteen figures, of which most say what is usual: one instalment, nothing
received, the letter's own step. They are left out of the file, and put back when it is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

# Above the words, as on the page: what the letter is, whom it goes to and how. All else is data,
# at the end.
HEAD = ("relance", "objet", "page", "date", "canal", "destinataire")
_NIL = Decimal("0.00")

Facts = Mapping[str, object]


def shortened(facts: Facts) -> dict[str, object]:
    """The facts of a front matter without what goes without saying; `completed` puts it back."""
    short = _without(facts, _usual(facts))
    rows = facts.get("factures")
    if isinstance(rows, list):
        short["factures"] = [
            _without(row, _usual_row(facts, row)) if isinstance(row, dict) else row for row in rows
        ]
    return short


def completed(facts: Facts) -> dict[str, object]:
    """The facts of a front matter with what went without saying."""
    whole = {**_usual(facts), **facts}
    rows = facts.get("factures")
    if isinstance(rows, list):
        whole["factures"] = [
            {**_usual_row(whole, row), **row} if isinstance(row, dict) else row for row in rows
        ]
    return whole


def _usual(facts: Facts) -> dict[str, object]:
    """What a reminder says of itself unless it says otherwise; other papers say all."""
    if "etape" not in facts:
        return {}
    repeated = {"principal": facts.get("total"), "arrete-au": facts.get("date")}
    return {**_there(repeated), "penalites": _NIL, "indemnite": _NIL}


def _usual_row(facts: Facts, row: Facts) -> dict[str, object]:
    """The same of an invoice in a reminder."""
    if "etape" not in facts:
        return {}
    repeated = {
        "facture": row.get("numero"),
        "solde": row.get("montant"),
        "etape": facts["etape"],
        "rang": facts.get("rang"),
    }
    fixed = {"tranche": 1, "tranches": 1, "demande": True}
    nil = dict.fromkeys(("recu", "conteste", "penalites", "indemnite"), _NIL)
    return {**_there(repeated), **fixed, **nil}


def _there(values: Facts) -> dict[str, object]:
    return {key: value for key, value in values.items() if value is not None}


def _without(facts: Facts, others: Facts) -> dict[str, object]:
    """The facts, but for those that `others` say in the very same words."""
    return {key: value for key, value in facts.items() if not _same(others, key, value)}


def _same(others: Facts, key: str, value: object) -> bool:
    return key in others and (type(value), str(value)) == (type(others[key]), str(others[key]))
