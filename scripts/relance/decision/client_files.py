"""What the house knows of a client besides its claims: its account, everything that was said and
sent, in order.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol, TypeVar

from relance.claims.statement import Account, AccountStatement, account_statement, statements
from relance.claims.takeover import succeeded
from relance.values.amounts import Money
from relance.values.facts import Books, Client, Note
from relance.values.issued import IssuedLetter
from relance.values.kinds import NoteSort, Reason
from relance.values.register import as_of
from relance.values.terms import Terms


@dataclass(frozen=True, slots=True)
class Contact:
    """One thing said or sent; `sort` is a note's, or « relance », « envoi », « annulation ».

    A letter has its id, its step, its rank and its channels; its dispatch the day it was
    received. A note has its text, and what a promise, a dispute or a hold says besides.
    """

    date: dt.date
    sort: str
    text: str = ""
    invoices: tuple[str, ...] = ()
    letter: str | None = None
    step: str | None = None
    rank: int = 0
    channels: tuple[str, ...] = ()
    received: dt.date | None = None
    due: dt.date | None = None
    amount: Money | None = None
    reason: Reason | None = None


class _Dated(Protocol):
    @property
    def account(self) -> str: ...


T = TypeVar("T", bound=_Dated)


class ClientFiles:
    """The files of all clients; each is drawn from the books when it is asked for."""

    def __init__(self, books: Books, terms: Terms | None) -> None:
        self._books = books
        self._terms = terms
        self._own: dict[dt.date, dict[str, Books]] = {}

    def _by_client(self, books: Books) -> dict[str, Books]:
        movements, notes = _by_account(books.movements), _by_account(books.notes)
        letters = _by_account(books.letters)
        return {
            account: replace(
                books,
                successions=(),
                movements=tuple(movements[account]),
                notes=tuple(notes[account]),
                letters=tuple(letters[account]),
            )
            for account in {*movements, *notes, *letters}
        }

    def statement(self, account: Account, day: dt.date) -> AccountStatement:
        """The account in one currency since its oldest open invoice."""
        books = self._of(account.client, day)
        return account_statement(books, self._terms, account, day).since_oldest_open()

    def owed(self, client: Client, day: dt.date) -> tuple[tuple[str, Decimal, Decimal], ...]:
        """Per currency: its name, the whole balance, what of it is late."""
        accounts = statements(self._of(client, day), self._terms, client, day)
        return tuple(
            (statement.account.currency, statement.balance, statement.late)
            for statement in accounts
        )

    def contacts(self, client: Client, day: dt.date) -> tuple[Contact, ...]:
        """Everything said and sent up to that day, in order; a cancelled letter is told as such."""
        books = self._of(client, day)
        gathered = [_said(note) for note in books.notes if note.date <= day]
        for letter in as_of(books.letters, day):
            gathered.extend(_sent(letter))
        return tuple(sorted(gathered, key=lambda contact: contact.date))

    def _of(self, client: Client, day: dt.date) -> Books:
        """What is on the client's account, the same on every day when none succeeds another."""
        if (until := day if self._books.successions else dt.date.max) not in self._own:
            self._own[until] = self._by_client(succeeded(self._books, self._terms, until))
        return self._own[until].get(client.account) or Books((), ())


def _by_account(things: Iterable[T]) -> dict[str, list[T]]:
    by_account: dict[str, list[T]] = defaultdict(list)
    for thing in things:
        by_account[thing.account].append(thing)
    return by_account


def _said(note: Note) -> Contact:
    until = note.until if note.sort is NoteSort.HOLD else note.due
    return Contact(
        date=note.date,
        sort=note.sort.value,
        text=note.text,
        invoices=note.invoices,
        due=until,
        amount=note.amount,
        reason=note.reason,
    )


def _sent(letter: IssuedLetter) -> Iterator[Contact]:
    issue = Contact(
        date=letter.date,
        sort="relance",
        invoices=tuple(dict.fromkeys(citation.invoice for citation in letter.citations)),
        letter=letter.id,
        step=letter.step,
        rank=letter.rank,
        channels=letter.channels,
        amount=letter.total,
    )
    yield issue
    for dispatch in letter.dispatches:
        channels = (dispatch.channel,) if dispatch.channel else ()
        yield Contact(
            dispatch.date, "envoi", letter=letter.id, channels=channels, received=dispatch.received
        )
    if letter.cancelled_on:
        yield Contact(letter.cancelled_on, "annulation", letter=letter.id)
