"""What a template may name: every variable that really reaches one, with an example.

`variables` finds them in the values that really reach the templates, with made-up letters: one
without a meaning in `meanings`, or a meaning without its variable, fails the tests. The guide
prints them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from relance.decision.outcomes import Letter
from relance.decision.steps import INSTALMENT_LETTER
from relance.letters.client_facts import file_facts, statement_facts
from relance.letters.compose import (
    CALL_SHEET,
    PROPOSAL,
    STATEMENT,
    LetterSetting,
    facts_of,
    values_of,
)
from relance.letters.declaration_letter import TEMPLATE as DECLARATION
from relance.letters.declaration_letter import declaration_values
from relance.letters.letter_facts import Facts
from relance.letters.variables import call_sheet
from relance.policy.settings import Policy
from relance.policy.step_settings import REMAINDER
from relance.specimens import informing, made_up_company, reminders
from relance.specimens.meanings import MEANINGS
from relance.specimens.papers import declarations
from relance.text.typography import FRENCH
from relance.values.kinds import Information

EVERYWHERE = ""
# These lists have rows of the same kind: they are told once.
_LIKE = {"demandees": "factures", "hors_somme": "factures", "information": "factures"}


@dataclass(frozen=True, slots=True)
class Variable:
    """A name that templates may use: a value it had, the templates that know it."""

    name: str
    example: str
    where: tuple[str, ...]


def variables(folder: Path) -> tuple[Variable, ...]:
    """Every variable that really reaches a template of `folder` (`letters/`), in the order in
    which they are told."""
    variables_by_name: dict[str, Variable] = {}
    for where, values in _contexts(folder):
        for name, value in _named(values):
            variable = variables_by_name.get(name, Variable(name, "", ()))
            places = variable.where if where in variable.where else (*variable.where, where)
            variables_by_name[name] = Variable(name, variable.example or _written(value), places)
    order = {name: place for place, name in enumerate(MEANINGS)}
    return tuple(sorted(variables_by_name.values(), key=lambda v: order.get(v.name, len(order))))


def _contexts(folder: Path) -> Iterator[tuple[str, Facts]]:
    """The values of each kind of template, with the fullest letters."""
    policy = Policy(creditor=made_up_company.creditor())
    notice = policy.steps["mise-en-demeure"]
    letter, creditor = next(reminders.specimens(notice))
    setting = LetterSetting(creditor, folder, made_up_company.documents())
    yield EVERYWHERE, _values(letter, setting)
    instalment, _ = next(reminders.reminders_of_instalments(policy.steps["rappel"]))
    yield INSTALMENT_LETTER, _values(instalment, setting)
    remainder, _ = next(reminders.remainders(policy.remainder_step))
    yield REMAINDER, _values(remainder, setting)
    thanks, _ = next(informing.thanks(policy.information_step(Information.THANKS)))
    yield Information.THANKS, _values(thanks, setting)
    correction, _ = next(informing.corrections(policy.information_step(Information.CORRECTION)))
    yield Information.CORRECTION, _values(correction, setting)
    abroad = replace(letter, client=replace(letter.client, language="en"))
    yield CALL_SHEET, call_sheet(abroad, FRENCH) | file_facts(abroad, made_up_company.files())
    account, *_ = made_up_company.accounts()
    yield STATEMENT, {"releve": statement_facts(account)}
    yield PROPOSAL, {"proposition": reminders.proposal(letter)}
    declaration, _ = next(declarations())
    yield DECLARATION, declaration_values(declaration, setting)


def _values(letter: Letter, setting: LetterSetting) -> Facts:
    return values_of(facts_of(letter, setting), letter, setting)


def _named(values: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Every name below some values: « creancier.nom », « factures[].solde »."""
    for key, value in values.items():
        name = f"{prefix}{key}"
        yield name, value
        if isinstance(value, dict) and name != "debiteur":
            yield from _named(value, f"{name}.")
        elif isinstance(value, list):
            for row in value:
                if isinstance(row, dict):
                    yield from _named(row, f"{_LIKE.get(name, name)}[].")


def _written(value: object) -> str:
    """A value as an example, short; nothing for what is told field by field."""
    match value:
        case None | dict():
            return ""
        case bool():
            return "vrai" if value else "faux"
        case list():
            return "" if any(isinstance(v, dict) for v in value) else ", ".join(map(str, value))
        case Decimal() | int() | date():
            return str(value)
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()}…"


_LONGEST = 40
