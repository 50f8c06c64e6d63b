"""Closed invoices that nothing can concern any more, set aside to make books small.

The invariant: a plan of what is left is the plan of the whole books, on the day `closed_until`
and on every later one. So an invoice goes only when its own movements pay it to the cent, none of
them is a draft or out of the ordinary, and no note may ask again who owed what when. What later
stages still ask of it stays in the books: `settled` (when it was paid, how late, how much) for
the client's profile, `paid_long_ago` for how many there were. A stage that begins to ask more
must keep it here first: `tests/cache/test_cached_books.py` draws books and compares the plans.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, NamedTuple

from relance.policy.settings import Policy
from relance.values.amounts import ZERO
from relance.values.dates import months_after
from relance.values.facts import Books, Client, Document, Note, Settled
from relance.values.issued import IssuedLetter
from relance.values.kinds import Information, NoteSort
from relance.values.movement import Movement

# What is about settled claims as well as open ones. A promise that names invoices only is about
# these, and so is a dispute that says how much: was it owed that day? Before a payment plan, money
# without a reference may have paid any claim of the account.
_OF_ACCOUNTS = frozenset({NoteSort.INSOLVENCY, NoteSort.PAYMENT_PLAN})


class Posted(NamedTuple):
    """A posting on a client account, read no further than closing an invoice takes: a debit when
    `number` > 0. `plain` tells one that is certain, and says nothing unusual of its invoice.

    Books have as many as they have movements, and nearly all are let go: a tuple is made four
    times faster than a dataclass. `entry` and `posting` are what the movement is read from.
    """

    date: dt.date
    account: str
    number: Decimal
    currency: str
    invoices: tuple[str, ...]
    plain: bool
    credit_note: bool
    waived: bool
    own_due: dt.date | None
    entry: Any
    posting: Any


class Skipped(NamedTuple):
    """A posting on the account of a client that moves no money: of nothing, or of what is none.
    `account` is empty when several share it."""

    account: str
    entry: Any
    posting: Any


@dataclass(frozen=True, slots=True)
class Closed:
    """What was set aside: each closed invoice with its account, how each account's were paid,
    how many more were paid so long ago that nothing else of them counts, the day of the last of
    their movements, or the last day on which a letter may still tell of one."""

    invoices: Mapping[str, str] = field(default_factory=dict)
    settled: Mapping[str, tuple[Settled, ...]] = field(default_factory=dict)
    paid_long_ago: Mapping[str, int] = field(default_factory=dict)
    until: dt.date | None = None

    def left(self, posted: Iterable[Posted]) -> Iterator[Posted]:
        """The postings that are kept."""
        closed = self.invoices.keys()
        return (line for line in posted if closed.isdisjoint(line.invoices))

    def kept(self, document: Document) -> bool:
        """Whether a document is about more than closed invoices of its own account."""
        names = [self.invoices.get(name) for name in document.invoices]
        return not names or any(account != document.account for account in names)


class _End(NamedTuple):
    """The day of an invoice's last movement, and how it was paid: None when nothing was paid, too
    much was given up, or it has no due date; whether some of it was `credited`."""

    day: dt.date
    settled: Settled | None
    credited: bool


class _Told(NamedTuple):
    """How long after the end of a reminded invoice a letter may still tell something of it."""

    thanks: dt.timedelta
    correction: dt.timedelta

    def of(self, end: _End) -> dt.timedelta:
        """How long, of an invoice that ended so."""
        return max(self) if end.credited else self.thanks


class Closing:
    """Sets aside what is closed."""

    def __init__(
        self,
        clients: Iterable[Client],
        notes: Iterable[Note],
        letters: Iterable[IssuedLetter],
        policy: Policy,
    ) -> None:
        self._terms = {client.account: client.terms or policy.terms for client in clients}
        self._accounts, self._named = _concerned(notes)
        self._named |= set(_charged(letters, policy))
        self._reminded = _reminded(letters)
        self._told = _Told(
            dt.timedelta(policy.information_span(Information.THANKS) if policy.thanks else 0),
            dt.timedelta(policy.information_span(Information.CORRECTION)),
        )
        self._period = policy.profiles.period
        self._tolerance = policy.tolerance_for
        self._until = dt.date.max

    def of(self, posted: Iterable[Posted], until: dt.date) -> Closed:
        """Each quiet invoice that its own movements close by the day `until`."""
        self._until = until
        groups: dict[str, list[Posted]] = defaultdict(list)
        for line in posted:
            for name in line.invoices:
                groups[name].append(line)
        invoices: dict[str, str] = {}
        settled: dict[str, list[Settled]] = defaultdict(list)
        last = dt.date.min
        while groups:  # let go of one by one, so that what comes of them takes their place
            name, movements = groups.popitem()
            account = movements[0].account
            if not self._is_quiet(name, account) or (end := self._end(movements)) is None:
                continue
            quiet = end.day + self._told.of(end) if name in self._reminded else end.day
            if quiet > until:
                continue
            invoices[name] = account
            last = max(last, quiet)
            if end.settled:
                settled[account].append(end.settled)
        if not invoices:
            return Closed()
        # No plan of these books looks further back: none is of an earlier day than the last.
        lately = months_after(last, -self._period)
        kept = {
            account: tuple(fact for fact in facts if fact.paid > lately)
            for account, facts in sorted(settled.items())
        }
        before = {account: len(settled[account]) - len(facts) for account, facts in kept.items()}
        return Closed(invoices, kept, before, last)

    def _is_quiet(self, name: str, account: str) -> bool:
        return account in self._terms and account not in self._accounts and name not in self._named

    def _end(self, movements: Sequence[Posted]) -> _End | None:
        """How an invoice ended; None unless its movements are one debit and the credits that pay
        it to the cent, all of them plain: of one account and currency, naming this invoice alone,
        none later than the day."""
        account, currency = movements[0].account, movements[0].currency
        bill, last, paid = None, dt.date.min, dt.date.min
        left = credited = waived = ZERO
        for posted in movements if len(movements) > 1 else ():
            of_the_account = posted.account == account and posted.currency == currency
            if not posted.plain or not of_the_account or len(posted.invoices) != 1:
                return None
            if posted.number > ZERO:
                if bill:
                    return None
                bill = posted
            elif posted.credit_note:
                credited -= posted.number
            elif posted.waived:
                waived -= posted.number
            else:
                paid = max(paid, posted.date)
            left += posted.number
            last = max(last, posted.date)
        if bill is None or left or last > self._until:
            return None
        by_payment = paid > dt.date.min and waived <= self._tolerance(currency)
        settled = self._settled(bill, paid, credited + waived) if by_payment else None
        return _End(last, settled, bool(credited))

    def _settled(self, bill: Posted, paid: dt.date, taken_off: Decimal) -> Settled | None:
        terms = self._terms[bill.account]
        due = bill.own_due or (terms.due(bill.date) if terms else None)
        if due is None:
            return None
        return Settled(bill.currency, paid, max((paid - due).days, 0), bill.number - taken_off)


def pruned(books: Books, policy: Policy, until: dt.date) -> Books:
    """Whole books with each quiet invoice, closed by `until`, reduced to how it was paid. They
    hold from the day `closed_until` on."""
    return closed_in(books, policy, until)[0]


def closed_in(books: Books, policy: Policy, until: dt.date) -> tuple[Books, Closed]:
    """The same with what was set aside."""
    posted = list(map(_posted, books.movements))
    closed = Closing(books.clients, books.notes, books.letters, policy).of(posted, until)
    small = replace(
        books,
        movements=tuple(line.entry for line in closed.left(posted)),
        documents=tuple(filter(closed.kept, books.documents)),
        settled=closed.settled,
        paid_long_ago=closed.paid_long_ago,
        closed_until=closed.until,
    )
    return small, closed


def _posted(movement: Movement) -> Posted:
    return Posted(
        date=movement.date,
        account=movement.account,
        number=movement.number,
        currency=movement.currency,
        invoices=movement.invoices,
        plain=not (movement.draft or movement.padding or movement.invoiced),
        credit_note=movement.credit_note,
        waived=movement.waived,
        own_due=movement.own_due,
        entry=movement,
        posting=None,
    )


def _charged(letters: Iterable[IssuedLetter], policy: Policy) -> Iterator[str]:
    """The invoices whose penalties a letter demanded, or that a formal notice cites: paid, they
    may still owe these."""
    notices = {name for name, step in policy.steps.items() if step.formal_notice}
    for letter in letters:
        if letter.step in notices or any(m and m.number for m in (letter.interest, letter.fee)):
            yield from (citation.invoice for citation in letter.citations)


def _reminded(letters: Iterable[IssuedLetter]) -> frozenset[str]:
    """The invoices that a reminder cites: a letter may tell of them once they are closed."""
    reminders = (letter for letter in letters if letter.rank)
    return frozenset(citation.invoice for x in reminders for citation in x.citations)


def _concerned(notes: Iterable[Note]) -> tuple[set[str], set[str]]:
    """The accounts and the invoices to keep whole because of a note."""
    accounts: set[str] = set()
    named: set[str] = set()
    for note in notes:
        kept = note.sort is NoteSort.PROMISE or (note.sort is NoteSort.DISPUTE and note.amount)
        if note.sort in _OF_ACCOUNTS or (kept and not note.invoices):
            accounts.add(note.account)
        elif kept:
            named.update(note.invoices)
    return accounts, named
