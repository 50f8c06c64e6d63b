"""Letters about closed invoices alone, set aside with these to make the books of a plan small.

The invariant is that of `settled`: a plan of what is left, and the tasks of its day, are those of
the whole books. Decisions look at letters by the claims that these cite, so a letter goes when all
of them went. It stays when it may tell more: while it may still leave or anything about it is
dated later; when its total is that of money of nobody; where accounts succeed one another; when it
is the last to its client, from which gaps are counted, or the last that was dispatched. The ids of
those that went stay: a number never names two letters.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache

from relance.ledger.settled import Closed, closed_in
from relance.policy.settings import Policy
from relance.values.facts import Books
from relance.values.issued import IssuedLetter


def for_a_plan(books: Books, policy: Policy, until: dt.date) -> Books:
    """What a plan of that day, or of a later one, needs of whole books."""
    small, closed = closed_in(books, policy, until)
    return without_letters(small, closed, policy, until)


def without_letters(books: Books, closed: Closed, policy: Policy, until: dt.date) -> Books:
    """Books in which `closed` is set aside already, without the letters about nothing else."""
    if closed.until is None:
        return books
    gone = _Going(books, closed.invoices, policy, until).gone(books.letters)
    if not gone:
        return books
    return replace(
        books,
        letters=tuple(letter for letter in books.letters if letter.id not in gone),
        letters_aside=tuple(gone),
        closed_until=max(closed.until, *gone.values()),
    )


class _Going:
    """Says which letters go."""

    def __init__(
        self, books: Books, closed: Mapping[str, str], policy: Policy, until: dt.date
    ) -> None:
        self._closed = closed
        self._tracked = policy.dispatch.tracked
        self._until = until
        self._followed = {x for moved in books.successions for x in (moved.old, moved.new)}
        self._sought = {(x.amount.currency, x.amount.number) for x in books.unsettled}
        workdays, validity = policy.workdays, policy.dispatch.validity
        self._overdue = cache(lambda day: workdays.add(day, validity) + dt.timedelta(1))

    def gone(self, letters: Iterable[IssuedLetter]) -> dict[str, dt.date]:
        """The ids of those that go, each with the day from which nothing asks for it."""
        quiet = {
            letter.id: (letter, day)
            for letter in letters
            if self._is_closed(letter) and (day := self._quiet(letter)) <= self._until
        }
        for name in _last(letter for letter, _ in quiet.values() if self._counts(letter)):
            del quiet[name]
        return {name: day for name, (_, day) in quiet.items()}

    def _is_closed(self, letter: IssuedLetter) -> bool:
        """Whether it is about closed invoices of its account, and nothing else looks for it."""
        total = letter.total
        return (
            bool(letter.citations)
            and all(self._closed.get(x.invoice) == letter.account for x in letter.citations)
            and letter.account not in self._followed
            and not (total and (total.currency, total.number) in self._sought)
            and letter.id[1:9] == f"{letter.date:%Y%m%d}"  # numbers go on after those of a day
        )

    def _quiet(self, letter: IssuedLetter) -> dt.date:
        """The day from which it can neither leave nor become void, and tells nothing new."""
        days = [self._overdue(letter.date)]
        for sent in letter.dispatches:
            days.append(sent.date)
            if sent.received:
                days.append(sent.received)
        days += [back.date for back in letter.returns]
        if letter.cancellation:
            days.append(letter.cancellation)
        return max(days)

    def _counts(self, letter: IssuedLetter) -> bool:
        """Whether it counts as written to its client."""
        void = self._tracked and not letter.dispatches
        return letter.cancelled_on is None and not void


def _last(letters: Iterable[IssuedLetter]) -> set[str]:
    """The ids of the last of each sort to each client, and of the last that was dispatched."""
    last: dict[tuple[str, str], IssuedLetter] = {}
    for letter in letters:
        for sort in _sorts(letter):
            before = last.get((letter.account, sort))
            if before is None or (before.date, before.id) < (letter.date, letter.id):
                last[letter.account, sort] = letter
    return {letter.id for letter in last.values()}


def _sorts(letter: IssuedLetter) -> Iterator[str]:
    if letter.dispatches:
        yield "dispatched"
    if not letter.informs:
        yield "before due" if letter.before_due else "late"
