"""Movements of the bank that a person wrote in the books before the bank's file came in.

One line is one entry at most. Which line it is must be clear: by the client, or because no other
line of that day and amount can be it.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from relance.imports.bank_lines import BookLine
from relance.imports.fec_entries import KIND as FEC
from relance.imports.repeats import telling, telling_text
from relance.ledger.beancount import Transaction
from relance.ledger.fields import Complaints
from relance.ledger.imported import id_of
from relance.ledger.invoice_names import InvoiceNames
from relance.ledger.statement_records import StatementRecord
from relance.reconciliation.match import Match
from relance.text.locales import short_date
from relance.values.problem import Source

_NEAR = dt.timedelta(days=5)
Key = tuple[str, str, Decimal]  # account, currency, amount


@dataclass(frozen=True, slots=True)
class HandEntry:
    """A posting on a bank account in an entry that a person wrote, here or in an accounting
    program; `clients` are the accounts of the clients in it."""

    account: str
    currency: str
    amount: Decimal
    date: dt.date
    clients: frozenset[str]
    invoices: frozenset[str]
    words: frozenset[str]
    source: Source

    @property
    def told(self) -> str:
        """« l'écriture du 12/03/2026 (ledger/2026.beancount:120) »."""
        return f"l'écriture du {short_date(self.date)} ({self.source})"


def hand_entries(
    entries: Iterable[object],
    accounts: Collection[str],
    clients_at: Callable[[Source], Iterable[str]],
    names: InvoiceNames,
    complaints: Complaints,
) -> Iterator[HandEntry]:
    """Those on these bank accounts; `clients_at` says whose the entry of a place is (by their
    accounts, on an account of several clients too), `names` which invoices an entry names."""
    for entry in entries:
        if not isinstance(entry, Transaction) or entry.flag == "P":
            continue
        if (name := id_of(entry.meta)) and not name.startswith(f"{FEC}:"):
            continue  # an accounting export tells what a person booked
        for posting in entry.postings:
            if posting.account in accounts and posting.units and posting.units.number:
                place = complaints.place(entry.meta)
                yield HandEntry(
                    posting.account,
                    posting.units.currency,
                    posting.units.number,
                    entry.date,
                    frozenset(clients_at(place)),
                    frozenset(names.of(entry)),
                    telling_text(f"{entry.payee or ''} {entry.narration or ''}"),
                    place,
                )


@dataclass(frozen=True, slots=True)
class Typed:
    """The lines that a person wrote already, each with its entry, by id; the doubt, in words,
    about others."""

    entries: Mapping[str, HandEntry]
    doubts: Mapping[str, str]


def typed(
    lines: Sequence[BookLine],
    matches: Mapping[str, Match],
    by_hand: Iterable[HandEntry],
    records: Collection[StatementRecord],
) -> Typed:
    """Which lines are which entries; a statement must tell the day of an entry of another day
    than its line's."""
    entries: dict[Key, list[HandEntry]] = defaultdict(list)
    for entry in by_hand:
        entries[entry.account, entry.currency, entry.amount].append(entry)
    groups: dict[Key, list[BookLine]] = defaultdict(list)
    for line in lines:
        key = (line.account, line.currency, line.amount)
        if key in entries and not line.settled:
            groups[key].append(line)
    pairing = _Pairing(matches, records)
    for key, group in groups.items():
        pairing.pair(group, entries[key])
    return Typed(pairing.entries, pairing.doubts)


class _Pairing:
    def __init__(self, matches: Mapping[str, Match], records: Collection[StatementRecord]) -> None:
        self._matches = matches
        self._records = records
        self.entries: dict[str, HandEntry] = {}
        self.doubts: dict[str, str] = {}

    def pair(self, lines: Sequence[BookLine], entries: Sequence[HandEntry]) -> None:
        """Pair the lines of one account and amount with its entries: by client, then by words,
        then by day alone."""
        left = _Left(entries)
        self._by(self._of_client, lines, left)
        self._by(self._of_words, lines, left)
        days: dict[dt.date, list[BookLine]] = defaultdict(list)
        for line in lines:
            if self._is_open(line) and self._is_of_nobody(line):
                days[line.date].append(line)
        for day, unpaired in days.items():
            same = left.between(day, day)
            if len(unpaired) <= len(same):
                for line, entry in zip(unpaired, same, strict=False):
                    self._take(line, entry, left)
        for line in filter(self._is_open, lines):
            if near := left.between(line.date - _NEAR, line.date + _NEAR):
                self.doubts[line.id] = f"peut-être {near[0].told}"

    def _by(
        self, agrees: Callable[[BookLine, HandEntry], bool], lines: Sequence[BookLine], left: _Left
    ) -> None:
        pairs = [
            (abs(entry.date - line.date), line.date, line.id, entry.date, entry.source, line, entry)
            for line in filter(self._is_open, lines)
            for entry in left.between(line.date - _NEAR, line.date + _NEAR)
            if self._is_told(line, entry) and agrees(line, entry)
        ]
        for *_, line, entry in sorted(pairs, key=lambda pair: pair[:5]):
            if self._is_open(line) and entry in left:
                self._take(line, entry, left)

    def _take(self, line: BookLine, entry: HandEntry, left: _Left) -> None:
        self.entries[line.id] = entry
        left.take(entry)

    def _is_told(self, line: BookLine, entry: HandEntry) -> bool:
        """Whether a statement tells the entry's own day, if that is another than the line's."""
        return entry.date == line.date or any(
            record.account == entry.account and record.first <= entry.date <= record.last
            for record in self._records
        )

    def _is_open(self, line: BookLine) -> bool:
        return line.id not in self.entries

    def _is_of_nobody(self, line: BookLine) -> bool:
        match = self._matches.get(line.id)
        return match is None or match.client is None

    def _of_client(self, line: BookLine, entry: HandEntry) -> bool:
        match = self._matches.get(line.id)
        if match is None or match.client is None or match.client.account not in entry.clients:
            return False
        paid = {part.invoice for part in match.parts} if match.grade.certain else set()
        return not (paid and entry.invoices) or not paid.isdisjoint(entry.invoices)

    def _of_words(self, line: BookLine, entry: HandEntry) -> bool:
        return self._is_of_nobody(line) and not telling(line).isdisjoint(entry.words)


class _Left:
    """The entries of one account and amount that are no line yet, by day."""

    def __init__(self, entries: Iterable[HandEntry]) -> None:
        self._entries = sorted(entries, key=lambda entry: (entry.date, entry.source))
        self._days = [entry.date for entry in self._entries]
        self._gone: set[int] = set()

    def between(self, first: dt.date, last: dt.date) -> list[HandEntry]:
        """Those of these days."""
        start, end = bisect_left(self._days, first), bisect_right(self._days, last)
        return [entry for entry in self._entries[start:end] if entry in self]

    def __contains__(self, entry: HandEntry) -> bool:
        return id(entry) not in self._gone

    def take(self, entry: HandEntry) -> None:
        """It is a line."""
        self._gone.add(id(entry))
