"""Closed invoices that nothing can concern any more, set aside to make books small. Pure.

A plan made of what is left is the same: it asks of a settled claim only how it was paid, and of
movements only what they do to open claims.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from relance.model import ZERO, Books, Document, Movement, Note, NoteSort, Settled, Terms

# What is about settled claims as well as open ones. A promise that names invoices only is about
# these; before a payment plan, money without a reference may have paid any claim of the account.
_OF_ACCOUNTS = frozenset({NoteSort.INSOLVENCY, NoteSort.PAYMENT_PLAN})


def pruned(books: Books, terms: Terms | None, until: date) -> Books:
    """The books with each quiet invoice, closed by `until`, reduced to how it was paid.

    `terms` are the policy's. They hold from the day `closed_until` on.
    """
    closed = dict(_closed(books, until))
    clients = {client.account: client for client in books.clients}
    settled: dict[str, list[Settled]] = defaultdict(list)
    for own in closed.values():
        account = own[0].account
        if fact := _settled(own, clients[account].terms or terms):
            settled[account].append(fact)
    return replace(
        books,
        movements=tuple(m for m in books.movements if closed.keys().isdisjoint(m.invoices)),
        documents=tuple(d for d in books.documents if not _of_closed(d, closed)),
        settled={account: tuple(facts) for account, facts in sorted(settled.items())},
        closed_until=max((m.date for own in closed.values() for m in own), default=None),
    )


def _closed(books: Books, until: date) -> Iterator[tuple[str, Sequence[Movement]]]:
    """The movements of each quiet invoice that they close."""
    clients = {client.account for client in books.clients}
    accounts, named = _concerned(books.notes)
    groups: dict[str, list[Movement]] = defaultdict(list)
    for movement in books.movements:
        for name in movement.invoices:
            groups[name].append(movement)
    for name, own in groups.items():
        account = own[0].account
        quiet = account in clients and account not in accounts and name not in named
        if quiet and _is_closed(own) and max(m.date for m in own) <= until:
            yield name, own


def _concerned(notes: Iterable[Note]) -> tuple[set[str], set[str]]:
    """The accounts and the invoices to keep whole because of a note."""
    accounts: set[str] = set()
    named: set[str] = set()
    for note in notes:
        if note.sort in _OF_ACCOUNTS or (note.sort is NoteSort.PROMISE and not note.invoices):
            accounts.add(note.account)
        elif note.sort is NoteSort.PROMISE:
            named.update(note.invoices)
    return accounts, named


def _is_closed(own: Sequence[Movement]) -> bool:
    """Whether they are one debit and the credits that pay it to the cent, all of them plain: of
    one account and currency, naming this invoice alone, no draft among them."""
    first = own[0]
    plain = all(
        len(m.invoices) == 1
        and m.account == first.account
        and m.currency == first.currency
        and not m.draft
        and not m.padding
        for m in own
    )
    one = sum(m.number > 0 for m in own) == 1 and all(m.number for m in own)
    return plain and one and not sum(m.number for m in own)


def _settled(own: Iterable[Movement], terms: Terms | None) -> Settled | None:
    """How it was paid; None when credit notes alone closed it, or it has no due date."""
    debit = next(m for m in own if m.number > 0)
    due = debit.own_due or (terms.due(debit.invoiced or debit.date) if terms else None)
    payments = [m for m in own if m.number < 0 and not m.credit_note]
    if due is None or not payments:
        return None
    last, amount = max(m.date for m in payments), sum((-m.number for m in payments), ZERO)
    return Settled(debit.currency, last, max((last - due).days, 0), amount)


def _of_closed(document: Document, closed: Mapping[str, Sequence[Movement]]) -> bool:
    """Whether a document only speaks of closed invoices of its own account."""
    named = [closed.get(name) for name in document.invoices]
    return bool(named) and all(own and own[0].account == document.account for own in named)
