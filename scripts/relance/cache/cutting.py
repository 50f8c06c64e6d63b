"""Which entries of books just read can be left out the next time.

Left out is an entry of which nothing can be asked again unless its client is touched: all its
lines are of closed invoices, or none is a client's. What questions about whole books look at is
kept in, so that they are answered as by the whole; `_why_whole` tells the books of which that
cannot be said.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from relance.cache.block_ranges import BlockRanges
from relance.cache.plain_numbers import Numbers, is_of_its_year
from relance.cache.reduction import ReadWhole, Reduction, Whole
from relance.cache.remainder import Cut, line_of, remainder
from relance.ledger.beancount import (
    BalanceEntry,
    DocumentEntry,
    NoteEntry,
    PadEntry,
    Transaction,
)
from relance.ledger.books import BooksReading
from relance.ledger.invoice_names import InvoiceNames
from relance.ledger.settled import Posted
from relance.policy.settings import Policy

ADDED = 1000  # lines of clients at most by which books may grow before they are read whole
_CURRENCY = 20  # lines of each currency, beside which another one is a slip
_LATEST = 11  # entries, beside which the last may be of another year
_SELDOM = 50  # one of so many out of the order of dates makes a file disorderly
_WORTH = 4  # of so many entries one must go


def reduction(made: BooksReading, policy: Policy, root: Path, day: dt.date) -> Reduction:
    """What can be left out of these books, as a plan of that day read them. Raises `ReadWhole` when
    nothing can."""
    if why := _why_whole(made, policy):
        raise ReadWhole(why)
    cutting = _Cutting(made, policy, root)
    numbers = Numbers.of(made.posted, ADDED)
    cutting.keep(numbers.kept)
    if not cutting.balances_can_go:
        raise ReadWhole(Whole.ASSERTION)
    left = cutting.left()
    if len(left) * _WORTH < cutting.size:
        raise ReadWhole(Whole.FEW)
    cut = Cut(made, policy, cutting.blocks, left, cutting.balances)
    return remainder(cut, day, numbers.usual)


def _why_whole(made: BooksReading, policy: Policy) -> Whole | None:
    """Why such books cannot be read in part."""
    loaded = made.loaded
    costs = (
        posting.cost
        for entry in loaded.entries
        if type(entry) is Transaction
        for posting in entry.postings
    )
    reasons = (
        (Whole.PLUGIN, loaded.plugins),
        (Whole.FOLDERS, loaded.folders),
        (Whole.SHARED, policy.ledger.client),
        (Whole.SUCCESSION, made.books.successions),
        (Whole.PAD, any(type(entry) is PadEntry for entry in loaded.entries)),
        (Whole.COST, any(costs)),
        (Whole.YEARS, not all(map(is_of_its_year, made.posted))),
    )
    return next((why for why, is_so in reasons if is_so), None)


class _Cutting:
    """Finds what can be left out of books."""

    def __init__(self, made: BooksReading, policy: Policy, root: Path) -> None:
        self._made, self._policy = made, policy
        self._names = InvoiceNames(policy.ledger.invoice)
        self.blocks = BlockRanges(root)
        for name in made.loaded.files:
            self.blocks.read(name)
        self._lines: dict[int, list[Posted]] = defaultdict(list)
        by_path: dict[str, list[Posted]] = defaultdict(list)
        for line in made.posted:
            self._lines[id(line.entry)].append(line)
            by_path[line.entry.meta["filename"]].append(line)
        self._by_file = {self.blocks.name(lines[0].entry): lines for lines in by_path.values()}
        self._entries = [x for x in made.loaded.entries if type(x) is Transaction]
        self.balances = [x for x in made.loaded.entries if type(x) is BalanceEntry]
        self._kept = {id(entry) for entry in self._looked_at()}
        self._apart = self._not_for_clients()
        self._asked = self._in_question()
        self._told = {
            (problem.source.path, problem.source.line)
            for problem in (*made.books.warnings, *made.books.ignored)
        }

    @property
    def size(self) -> int:
        """How many entries there are."""
        return len(self._entries)

    @property
    def balances_can_go(self) -> bool:
        """Whether no assertion of a balance, which would fail of a part, must stay."""
        return all(map(self.blocks.of_balance, self.balances))

    def keep(self, lines: Iterable[Posted]) -> None:
        """Leave the entries of these lines in."""
        self._kept.update(id(line.entry) for line in lines)

    # ------------------------------------------------------------ What is looked at

    def _looked_at(self) -> Iterator[Any]:
        """The entries that questions about whole books look at: the last ones, the first of each
        currency and of each account to which clients pay, those that make a file disorderly."""
        kinds = (Transaction, NoteEntry, DocumentEntry)
        entries = self._made.loaded.entries
        yield from islice((x for x in reversed(entries) if type(x) in kinds), _LATEST)
        seen: Counter[str] = Counter()
        paid: set[str] = set()
        for line in self._made.posted:
            entry, currency = line.entry, line.currency
            seen[currency] += 1
            if seen[currency] <= _CURRENCY:
                yield entry
            if line.number < 0 and (into := _paid_into(line) - paid):
                paid |= into
                yield entry
        for lines in self._by_file.values():
            yield from _disorder(lines)

    def _not_for_clients(self) -> frozenset[str]:
        """The accounts whose every entry is looked at: of penalties, of money that waits."""
        root_of = self._made.loaded.root_of
        return frozenset({*self._made.penalties, self._policy.importing.suspense_account(root_of)})

    def _in_question(self) -> tuple[set[str], set[str]]:
        """The accounts and the invoices about which something is asked or said: doubts, letters,
        notes, entries of other accounts that name them, entries of two clients."""
        books = self._made.books
        accounts = {doubt.account for doubt in books.doubtful if doubt.account}
        names = {name for doubt in books.doubtful for name in doubt.invoices}
        names.update(name for note in books.notes for name in note.invoices)
        names.update(x.invoice for letter in self._made.letters for x in letter.citations)
        for entry in self._entries:
            lines = self._lines.get(id(entry))
            if not lines:
                names.update(self._names.of(entry))
            elif len(lines) > 1 and len(theirs := {line.account for line in lines}) > 1:
                accounts |= theirs
        return accounts, names

    # ------------------------------------------------------------ What can go

    def left(self) -> list[tuple[Any, tuple[int, int]]]:
        """The entries that can be left out, with where they stand: each with all the others of
        its invoices."""
        closed = self._made.closed.invoices
        ranges = {id(x): place for x in self._entries if (place := self._range(x))}
        by_name: dict[str, list[int]] = defaultdict(list)
        for key, lines in self._lines.items():
            for line in lines:
                for name in line.invoices if len(line.invoices) == 1 else ():
                    by_name[name].append(key)
        waiting = [key for key in self._lines if key not in ranges]
        stay = {*waiting}
        while waiting:
            for line in self._lines[waiting.pop()]:
                for name in line.invoices:
                    others = [x for x in by_name.pop(name, ()) if name in closed and x not in stay]
                    stay.update(others)
                    waiting.extend(others)
        return [
            (entry, ranges[id(entry)])
            for entry in self._entries
            if id(entry) in ranges and id(entry) not in stay
        ]

    def _range(self, entry: Any) -> tuple[int, int] | None:
        """Where an entry stands, if it alone could go."""
        key = id(entry)
        if key in self._kept or entry.flag != "*" or entry.tags or not self._is_plain(entry):
            return None
        if lines := self._lines.get(key):
            links = len(entry.links or ())
            if any(links > len(line.invoices) or not self._is_quiet(line) for line in lines):
                return None
        elif self._names.of(entry):
            return None
        place = self.blocks.of(entry)
        return None if place and self._told and self._is_told(entry) else place

    def _is_plain(self, entry: Any) -> bool:
        """Whether an entry only moves money, and the lines of clients in it are all read."""
        clients, apart = self._made.clients.known, self._apart
        of_clients = 0
        for posting in entry.postings:
            if posting.price is not None or posting.flag is not None or posting.units is None:
                return False
            if posting.account in apart:
                return False
            of_clients += clients.get(posting.account) is not None
        return of_clients == len(self._lines.get(id(entry), ()))

    def _is_quiet(self, line: Posted) -> bool:
        """Whether it is of one closed invoice of which nothing is asked."""
        names = line.invoices
        if len(names) != 1 or names[0] not in self._made.closed.invoices:
            return False
        return names[0] not in self._asked[1] and line.account not in self._asked[0]

    def _is_told(self, entry: Any) -> bool:
        """Whether something is told at a line of an entry."""
        name, first = self.blocks.name(entry), entry.meta["lineno"]
        last = max((p.meta or {}).get("lineno", first) for p in entry.postings)
        return any((name, line) in self._told for line in range(first, last + 1))


def _paid_into(line: Posted) -> set[str]:
    """The accounts to which an entry brings money from the client's of this credit."""
    sides = {p.account: p.units.number for p in line.entry.postings if p.units}
    pays = sides.get(line.posting.account, 0) < 0
    return {name for name, number in sides.items() if pays and number and number > 0}


def _disorder(lines: Sequence[Posted]) -> Iterator[Any]:
    """The entries that make plain of a file, by date, that nobody keeps it in order, however it
    grows; all of them when that is not plain; none of a file in order."""
    pairs = [pair for pair in pairwise(lines) if line_of(pair[0]) > line_of(pair[1])]
    enough = max(1, (len(lines) + ADDED) // _SELDOM) + 1
    for line in lines if pairs and len(pairs) < enough else ():
        yield line.entry
    for pair in pairs[:enough]:
        yield from (line.entry for line in pair)
