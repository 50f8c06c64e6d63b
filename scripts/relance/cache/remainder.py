"""What is kept of the entries that a later reading leaves out: whose they are, where they stand,
how their invoices were paid."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from relance.cache.block_ranges import BlockRanges
from relance.cache.reduction import LeftAside, Reduction, TextState
from relance.ledger.books import BooksReading
from relance.ledger.settled import Closing, Posted
from relance.policy.settings import Policy
from relance.values.dates import months_after
from relance.values.facts import Settled


@dataclass(frozen=True, slots=True)
class Cut:
    """Books, and what of them can be left out: entries with where they stand, and the assertions
    of balances, which would fail of a part."""

    made: BooksReading
    policy: Policy
    blocks: BlockRanges
    left: Sequence[tuple[Any, tuple[int, int]]]
    balances: Sequence[Any]


def remainder(cut: Cut, day: dt.date, usual: str) -> Reduction:
    """What is kept of books, as a plan of that day read them, whose invoice numbers have that
    `usual` shape; who reads them next is not told yet."""
    return _Remainder(cut).reduction(day, usual)


def line_of(posted: Posted) -> int:
    """The line at which an entry begins."""
    return int(posted.entry.meta["lineno"])


class _Remainder:
    """Makes it."""

    def __init__(self, cut: Cut) -> None:
        self._cut = cut
        gone = {id(entry) for entry, _ in cut.left}
        self._gone = [line for line in cut.made.posted if id(line.entry) in gone]
        self._owners = {id(line.entry): line.account for line in self._gone}

    def reduction(self, day: dt.date, usual: str) -> Reduction:
        """All of it."""
        cut = self._cut
        numbers: dict[str, set[str]] = defaultdict(set)
        for line in self._gone:
            numbers[line.account].update(line.invoices)
        settled, sizes = self._settled(day), Counter(self._owner(entry) for entry, _ in cut.left)
        parts = {
            account: LeftAside(
                size, tuple(sorted(numbers[account])), *settled.get(account, ((), 0))
            )
            for account, size in sorted(sizes.items())
        }
        asserted: dict[str, dt.date] = {}
        for entry in cut.balances:
            asserted[entry.account] = max(entry.date, asserted.get(entry.account, dt.date.min))
        return Reduction(
            *("", self._texts([*parts]), parts, usual, tuple(parts), asserted),
            bank_dates=cut.made.books.bank_dates,
            until=cut.made.closed.until,
        )

    def _owner(self, entry: Any) -> str:
        """The client whose an entry is; "" for none."""
        return self._owners.get(id(entry), "")

    def _settled(self, day: dt.date) -> dict[str, tuple[tuple[Settled, ...], int]]:
        """How each account's invoices that are left out were paid, and how many so long ago that
        nothing else counts: all that is known of closed ones but for those that stay."""
        books, policy, closed = self._cut.made.books, self._cut.policy, self._cut.made.closed
        names, gone = closed.invoices.keys(), self._owners.keys()
        posted = (line for line in self._cut.made.posted if id(line.entry) not in gone)
        stay = [line for line in posted if not names.isdisjoint(line.invoices)]
        closing = Closing(books.clients, books.notes, self._cut.made.letters, policy)
        others = closing.of(stay, day)
        lately = months_after(closed.until, -policy.profiles.period) if closed.until else day
        parts = {}
        for account, facts in closed.settled.items():
            theirs = others.settled.get(account, ())
            late = Counter(fact for fact in theirs if fact.paid > lately)
            old = others.paid_long_ago.get(account, 0) + len(theirs) - late.total()
            before = closed.paid_long_ago.get(account, 0) - old
            parts[account] = tuple((Counter(facts) - late).elements()), before
        return parts

    def _texts(self, owners: Sequence[str]) -> dict[str, TextState]:
        cut, numbers = self._cut, {account: number for number, account in enumerate(owners)}
        places: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        for entry, (start, end) in cut.left:
            owner = numbers[self._owner(entry)]
            places[cut.blocks.name(entry)].append((start, end, owner))
        for entry in cut.balances:
            if place := cut.blocks.of_balance(entry):
                places[cut.blocks.name(entry)].append((*place, -1))
        lines: dict[str, list[Posted]] = defaultdict(list)
        for line in cut.made.posted:
            lines[line.entry.meta["filename"]].append(line)
        posted = {cut.blocks.name(x[0].entry): x for x in lines.values()}
        return {
            name: self._text(name, sorted(places[name]), posted.get(name, []))
            for name in cut.made.loaded.files
        }

    def _text(
        self, name: str, places: Sequence[tuple[int, int, int]], lines: Sequence[Posted]
    ) -> TextState:
        text = TextState(
            *self._cut.blocks.read(name),
            places=tuple(number for start, end, _ in places for number in (start, end)),
            owners=tuple(owner for _, _, owner in places),
        )
        ordered = all(line_of(one) <= line_of(other) for one, other in pairwise(lines))
        if not (places and lines and ordered):
            return text
        return replace(text, ordered=True, last=lines[-1].date)
