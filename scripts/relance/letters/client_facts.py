"""What a statement and a client's file know, by the French names that templates use."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from relance.claims.statement import AccountStatement, Row
from relance.decision.client_files import ClientFiles, Contact
from relance.decision.outcomes import Letter
from relance.letters.letter_facts import Facts
from relance.text.glyphs import replaced
from relance.values.amounts import cents


def statement_facts(statement: AccountStatement) -> Facts:
    """The variable `releve`; amounts are in the statement's currency."""
    debited = statement.account.client.direct_debit
    rejected = dict.fromkeys(x.numbered for x in statement.claims if debited and x.rejected)
    return {
        "report": cents(statement.opening),
        "mouvements": [_movement(row) for row in statement.rows],
        "debits": cents(statement.debits),
        "credits": cents(statement.credits),
        "solde": cents(statement.balance),
        "echu": cents(statement.late),
        "a_echoir": cents(statement.falling_due),
        "sans_echeance": cents(statement.undated),
        "trop_percu": cents(statement.overpaid),
        "preleve": debited and not all(claim.rejected for claim in statement.claims),
        "rejetees": list(rejected),
        "en_attente": [
            {"date": row.date, "montant": cents(row.credit)} for row in statement.drafts
        ],
    }


def _movement(row: Row) -> Facts:
    return {
        "date": row.date,
        "sorte": row.kind.value,
        "numeros": list(row.numbers),
        "du": row.invoiced,
        "echeances": list(row.dues),
        "debit": cents(row.debit),
        "credit": cents(row.credit),
        "solde": cents(row.balance),
        "reste": cents(row.left),
    }


def file_facts(letter: Letter, files: ClientFiles | None) -> Facts:
    """What the sheet of whoever calls says besides the letter: `encours` per currency, every
    earlier `contacts`, and how `noter` is told of whom and of what."""
    client, day = letter.client, letter.date
    earlier = files.contacts(client, day) if files else ()
    owed = files.owed(client, day) if files else ()
    names = dict.fromkeys(line.claim.invoice or "" for line in letter.demanded)
    return {
        "encours": [
            {"devise": currency, "solde": cents(balance), "echu": cents(late)}
            for currency, balance, late in owed
            if balance
        ],
        "contacts": [_contact(contact) for contact in earlier if contact.letter != letter.id],
        "noter": {
            "client": shlex.quote(client.account),
            "factures": _options(name for name in names if name),
        },
    }


def _options(names: Iterable[str]) -> str:
    return "".join(f" --facture {shlex.quote(name)}" for name in names)


def _contact(contact: Contact) -> Facts:
    amount = contact.amount
    return {
        "date": contact.date,
        "sorte": contact.sort,
        "texte": replaced(contact.text),
        "factures": list(contact.invoices),
        "lettre": contact.letter,
        "etape": contact.step,
        "rang": contact.rank,
        "canal": list(contact.channels),
        "recu": contact.received,
        "jour": contact.due,
        "montant": cents(amount.number) if amount else None,
        "devise": amount.currency if amount else None,
        "raison": contact.reason.value if contact.reason else None,
    }
