"""The templates of account statements and of rectified duplicates, tried on made-up ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from relance.claims.model import Claim
from relance.claims.statement import Statement
from relance.files import loss_papers
from relance.files.loss_papers import Duplicate, compose_duplicate
from relance.letters import statement as statements
from relance.letters.compose import LetterSetting, faults
from relance.letters.statement import compose_statement
from relance.specimens import books
from relance.specimens.proofs import Proofs
from relance.specimens.reminders import WHOLE
from relance.text.typography import FRENCH
from relance.values.facts import Client
from relance.values.kinds import DebtorType
from relance.values.problem import Problem, Source


def check_statement(setting: LetterSetting, proofs: Proofs | None = None) -> list[Problem]:
    """The faults of the template, tried on made-up accounts; none without one."""
    if not (setting.folder / f"{statements.TEMPLATE}.md").is_file():
        return []
    check = (proofs or Proofs(setting.templates)).check

    def tried(statement: Statement) -> None:
        check(compose_statement(statement, setting))

    found = (problem for each in books.accounts() for problem in faults(tried, each))
    return list(dict.fromkeys(found))


def check_duplicate(setting: LetterSetting) -> list[Problem]:
    """The faults of its template, tried on made-up invoices; none without one."""
    if not (setting.templates / FRENCH / f"{loss_papers.TEMPLATE}.md").is_file():
        return []
    setting = replace(setting, creditor=WHOLE)
    day, source = date(2026, 11, 23), Source("specimen")
    client = Client("Actifs:Clients:Specimen", "Exemple", source, debtor=DebtorType.PROFESSIONAL)
    amount = Decimal(1200)
    claim = Claim(client, "S1", "S1", 1, 2, amount, "EUR", day, None, source)
    tried = (claim, replace(claim, instalments=1, due=day))
    made = (Duplicate(each, amount, Decimal(200), Decimal(200)) for each in tried)
    return list(
        dict.fromkeys(p for each in made for p in faults(compose_duplicate, each, day, setting))
    )
