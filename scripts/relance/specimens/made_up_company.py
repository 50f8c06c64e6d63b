"""The made-up company of company/: its books read and its letters decided like anyone's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from relance.claims.on_day import OnDay
from relance.claims.receivables import receivables
from relance.claims.statement import Account, AccountStatement, account_statement
from relance.decision.client_files import ClientFiles
from relance.decision.outcomes import Letter
from relance.decision.planner import make_plan
from relance.ledger.company import Company, read_company
from relance.policy.settings import Creditor
from relance.values.facts import Books, Client, Document
from relance.values.kinds import DebtorType

# What the days of its ledger are for.
INSTALMENT_NEAR = date(2026, 11, 6)  # the second instalment of a payment plan is to come
DAY = date(2026, 11, 23)  # it was missed: a letter with claims of every sort
JUDGED = date(2026, 12, 14)  # insolvency proceedings are open
OVERPAID = date(2026, 12, 31)  # too much money has come


def company(debtor: DebtorType = DebtorType.PROFESSIONAL) -> Company:
    """The company, its client being of that type: all the rest is the same for each."""
    return _company(debtor)  # however it was asked for, it is one


@cache
def _company(debtor: DebtorType) -> Company:
    if debtor is not DebtorType.PROFESSIONAL:
        whole = company()
        clients = (replace(x, debtor=debtor) for x in whole.books.clients if x.name)
        return replace(whole, books=replace(whole.books, clients=tuple(clients)))
    return read_company(Path(__file__).with_name("company"))


def creditor() -> Creditor:
    """A creditor of whom everything is known."""
    return company().policy.creditor


def client(debtor: DebtorType = DebtorType.PROFESSIONAL) -> Client:
    """The client of whom nearly everything is known."""
    return next(
        debtor_client for debtor_client in company(debtor).books.clients if debtor_client.name
    )


@cache
def on_day(debtor: DebtorType, day: date) -> OnDay:
    """The company's books on one of the days above."""
    made_up = company(debtor)
    return OnDay(made_up.policy, made_up.books, day)


@cache
def letter(debtor: DebtorType, day: date) -> Letter:
    """The one letter that the client gets on that day."""
    (decided,) = make_plan(on_day(debtor, day)).letters
    return decided


def bare_client() -> Client:
    """The client of whom nothing is known, not even a name; it owes one invoice, late on `DAY`."""
    (claim,) = (x for x in receivables(_books(), None, DAY).claims if x.client.name is None)
    return claim.client


def documents() -> tuple[Document, ...]:
    """The declared documents, copies of invoices among them."""
    return _books().documents


def files() -> ClientFiles:
    """The client's account, all that was said and sent; what was said later is known on `DAY`."""
    notes = tuple(replace(note, date=min(note.date, DAY)) for note in _books().notes)
    return ClientFiles(replace(_books(), notes=notes), company().policy.terms)


def accounts() -> Iterator[AccountStatement]:
    """Statements of everything that an account can hold, in euros and in pounds, then of an
    overpaid one and of an empty one."""
    for currency in ("EUR", "GBP"):
        moved = tuple(replace(movement, currency=currency) for movement in _books().movements)
        books = replace(_books(), movements=moved)
        account, terms = Account(client(), currency), company().policy.terms
        whole = account_statement(books, terms, account, DAY)
        yield whole.since_oldest_open() if currency == "EUR" else whole
        yield account_statement(books, terms, account, OVERPAID)
        yield replace(whole, rows=(), claims=(), drafts=(), overpaid=Decimal(0))


def _books() -> Books:
    return company().books
