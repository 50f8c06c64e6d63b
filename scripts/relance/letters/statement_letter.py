"""The account statement in a client's words: a paper of its own, or the last page of a letter."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from relance.claims.statement import AccountStatement, Row
from relance.letters.client_facts import statement_facts
from relance.letters.compose import LetterSetting, assemble, sheet_facts
from relance.letters.letter_facts import Facts, creditor_facts, recipient
from relance.text.writing import Cell, as_csv
from relance.values.amounts import cents

TEMPLATE = "releve"


def reference(statement: AccountStatement) -> str:
    """« RC20261121 », its currency after it when it is not the euro."""
    currency = statement.account.currency
    return f"RC{statement.day:%Y%m%d}{'' if currency == 'EUR' else f'-{currency}'}"


def compose_statement(statement: AccountStatement, setting: LetterSetting) -> str:
    """The statement as a whole Markdown file. Raises Refusal for the template's faults."""
    client = statement.account.client
    facts: Facts = {
        "relance": reference(statement),
        "date": statement.day,
        "compte": client.account,
        "canal": ["courrier"],
        "devise": statement.account.currency,
        "destinataire": recipient(client),
        "creancier": creditor_facts(setting.creditor),
        "depuis": statement.rows[0].date if statement.rows else None,
        "solde": cents(statement.balance),
    } | sheet_facts(setting.page)
    values: Facts = {"releve": statement_facts(statement), "annexe": False, "copies": []}
    return assemble(TEMPLATE, facts, facts | values | {"langue": setting.language}, setting)


_HEAD = (
    *("compte", "client", "devise", "date", "sorte", "factures", "du", "echeance"),
    *("debit", "credit", "solde", "reste"),
)


def statement_csv(statement: AccountStatement) -> str:
    """One line per movement, with what came before in a first line « report »."""
    account = statement.account
    who = (account.client.account, account.client.label, account.currency)
    rows = [_opening(statement)] if statement.opening else []
    rows += [_cells(row) for row in statement.rows]
    return as_csv(_HEAD, [(*who, *row) for row in rows])


def _opening(statement: AccountStatement) -> Sequence[Cell]:
    first = statement.rows[0].date if statement.rows else statement.day
    return (first, "report", "", None, "", None, None, cents(statement.opening), None)


def _cells(row: Row) -> Sequence[Cell]:
    return (
        row.date,
        row.kind.value,
        " ".join(row.numbers),
        row.invoiced,
        " ".join(day.isoformat() for day in row.dues),
        _unless_zero(row.debit),
        _unless_zero(row.credit),
        cents(row.balance),
        _unless_zero(row.left),
    )


def _unless_zero(amount: Decimal) -> Decimal | None:
    return cents(amount) if amount else None
