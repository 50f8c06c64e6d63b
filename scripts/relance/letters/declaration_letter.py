"""The declaration to the trustee as a Markdown file, by the machinery of letters."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from relance.claims.insolvency import Proceedings
from relance.decision.outcomes import Line
from relance.letters.compose import LetterSetting, assemble, values_of
from relance.letters.letter_facts import Facts, front, invoice_facts
from relance.outlook.declaration import Declaration, Exhibit, falls_due_later, principal
from relance.text.typography import FRENCH

TEMPLATE = "declaration"
# What a front matter of a reminder says that a declaration has no use for.
_OF_REMINDERS = ("etape", "rang", "parcours", "sous", "echeance")


def compose_declaration(declaration: Declaration, setting: LetterSetting) -> str:
    """The declaration as a whole Markdown file, in French whatever the client reads: a French
    trustee does. Raises Refusal for the template's faults."""
    setting = replace(setting, language=FRENCH)
    values = declaration_values(declaration, setting)
    return assemble(TEMPLATE, _front(declaration, setting), values, setting)


def declaration_values(declaration: Declaration, setting: LetterSetting) -> Facts:
    """What the template of a declaration may name."""
    facts = _front(declaration, setting)
    return values_of(facts, declaration.letter, setting) | _variables(declaration)


def _front(declaration: Declaration, setting: LetterSetting) -> Facts:
    letter, proceedings = declaration.letter, declaration.proceedings
    facts = front(letter, setting.creditor, ())
    return (
        facts
        | dict.fromkeys(_OF_REMINDERS)
        | {
            "destinataire": _trustee(proceedings),
            "debiteur": facts["destinataire"],
            "jugement": proceedings.judgment,
            "bodacc": proceedings.published,
            "factures": [_invoice(line, proceedings) for line in letter.lines],
            "arrete-au": _stopped_on(declaration),
            "pieces": [exhibit.path for exhibit in declaration.exhibits],
        }
    )


def _trustee(proceedings: Proceedings) -> Facts:
    """« Me Odile Garance, 73000 Chambéry » as a name and the lines of an address."""
    parts = re.split(r"\s*(?:,|\n)\s*", proceedings.trustee or "")
    name, *address = [part for part in parts if part]
    return {"nom": name, "adresse": address}


def _invoice(line: Line, proceedings: Proceedings) -> Facts:
    later = falls_due_later(line.claim, proceedings.judgment)
    of_reminders = dict.fromkeys(("etape", "rang", "demande"))
    facts = invoice_facts(line) | of_reminders | {"situation": "a-echoir" if later else "echue"}
    return {key: value for key, value in facts.items() if value is not None or key == "echeance"}


def _stopped_on(declaration: Declaration) -> date:
    """The judgment, or the last day before it whose rate is known."""
    judgment = declaration.proceedings.judgment
    untils = [line.interest.until for line in declaration.letter.lines if line.interest]
    return min(untils, default=judgment)


def _variables(declaration: Declaration) -> Facts:
    return {
        "principal_echu": principal(declaration, later=False),
        "principal_a_echoir": principal(declaration, later=True),
        "bordereau": [_exhibit(exhibit) for exhibit in declaration.exhibits],
    }


def _exhibit(exhibit: Exhibit) -> Facts:
    return {
        "sorte": exhibit.sort,
        "date": exhibit.date,
        "chemin": exhibit.path,
        "numeros": list(exhibit.numbers),
        "lettre": exhibit.letter,
        "etape": exhibit.step,
    }
