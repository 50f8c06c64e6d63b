"""Accounting exports that came in: which lines are new, what they become, what is told of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from relance.imports.books_so_far import BooksSoFar
from relance.imports.client_book import ClientBook
from relance.imports.directives import NewDirective
from relance.imports.fec_accounts import FecAccounts
from relance.imports.fec_additions import FecAdditions, FecTaken
from relance.imports.fec_books import FecBooks
from relance.imports.fec_clients import FecClients
from relance.imports.fec_doubts import FecDoubts
from relance.imports.fec_entries import FecEntries, MoveToWrite
from relance.imports.fec_moves import FecKind, FecMove, FecMoves, moves_of
from relance.imports.import_accounts import ImportAccounts
from relance.imports.inbox import IncomingFile
from relance.imports.lettering import LetteredShare, Lettering, lettering
from relance.incoming.fec_export import FecExport
from relance.policy.fec_settings import FecSettings
from relance.values.facts import Client
from relance.values.problem import Problem, Refusal, Source

_WORD = re.compile(r"[\w./-]*\d[\w./-]*")


@dataclass(frozen=True, slots=True)
class FecIntake:
    """Takes in accounting exports. `follow`: what was lettered otherwise since is written anew."""

    settings: FecSettings
    chart: ImportAccounts
    clients: FecClients
    entries: FecEntries
    books: FecBooks
    doubts: FecDoubts
    follow: bool = False

    def take(self, files: Sequence[IncomingFile]) -> FecTaken:
        """All of them, the oldest first; what stands against a file goes into its outcome."""
        taken = FecTaken()
        for file in sorted(files, key=lambda x: (x.facts[0].first, x.facts[0].last, x.name)):
            self._take(file, file.facts[0], taken)
        return taken

    def _take(self, file: IncomingFile, export: FecExport, taken: FecTaken) -> None:
        name = file.path.name
        moves = moves_of(export, self.settings)
        letters = lettering(moves)
        clients = dict(self._clients(file, moves, name))
        clients |= self._unread(file, export, clients, name)
        try:
            written = list(self._written(moves, letters, clients, name))
            directives = {booking.id: self.entries.of(booking) for booking in written}
            self._check(written, directives.values())
        except Refusal as refusal:
            file.outcome.refuse(*refusal.problems)
            return
        pairs = [(booking, directives[booking.id]) for booking in written]
        FecAdditions(self.books, taken, file.outcome, self.follow).add(export, pairs)
        holds = self.doubts.of(export, letters, clients, name)
        file.outcome.left.extend(line.problem for line in export.unread)
        file.outcome.remarks.extend(holds.told)
        taken.directives.update(holds.put)
        taken.gone.extend(holds.gone)
        taken.first = min(export.first, taken.first or export.first)

    # ------------------------------------------------------------ Lines to write

    def _clients(
        self, file: IncomingFile, moves: FecMoves, name: str
    ) -> Iterator[tuple[str, Client]]:
        """The client of each auxiliary account that one can be found for."""
        for number, line in moves.names.items():
            try:
                yield number, self.clients.of(number, line, Source(name, line.source.line))
            except Refusal as refusal:
                file.outcome.left.extend(refusal.problems)

    def _unread(
        self, file: IncomingFile, export: FecExport, clients: Collection[str], name: str
    ) -> Iterator[tuple[str, Client]]:
        """The clients of the books of whom this file has but lines that cannot be read."""
        lines = {line.auxiliary: line for line in reversed(export.unread) if line.auxiliary}
        for number, line in lines.items():
            if number in clients:
                continue
            try:
                client = self.clients.named(line, Source(name, line.problem.source.line))
            except Refusal as refusal:
                file.outcome.left.extend(refusal.problems)
                continue
            if client:
                yield number, client

    def _written(
        self, moves: FecMoves, letters: Lettering, clients: Mapping[str, Client], name: str
    ) -> Iterator[MoveToWrite]:
        """The entries to write: the lines of one invoice in one entry together, any other alone."""
        sold: dict[tuple[object, ...], list[FecMove]] = defaultdict(list)
        numbers: dict[str, set[str]] = defaultdict(set)
        for move in moves.moves:
            if move.number:
                sold[_invoice(move)].append(move)
                numbers[move.client].add(move.number)
        for move in moves.moves:
            client = clients.get(move.client)
            if client is None or move.id in letters.void:
                continue
            together = [move]
            if move.number:
                together = sold[_invoice(move)]
                if together[0] is not move:
                    continue
            source = Source(name, move.line.source.line)
            shares = letters.shares.get(move.id, ())
            if not shares and move.kind is FecKind.CREDIT_NOTE:
                shares = _named(move, numbers[move.client])
            yield MoveToWrite(tuple(together), client, source, shares)

    def _check(self, written: Iterable[MoveToWrite], directives: Iterable[NewDirective]) -> None:
        """Refuse what the accounts of the books would not take, each once."""
        days: dict[tuple[str, str], date] = {}
        for directive in directives:
            for posting in directive.postings:
                key = (posting.account, posting.amount.currency)
                days[key] = min(directive.date, days.get(key, directive.date))
        source = next((booking.source for booking in written), Source(""))
        problems: list[Problem] = []
        for (account, currency), day in sorted(days.items()):
            try:
                self.chart.check(account, day, currency, source)
            except Refusal as refusal:
                problems += refusal.problems
        if problems:
            raise Refusal(problems)


def _invoice(move: FecMove) -> tuple[object, ...]:
    """What the lines of one invoice in one entry have alike."""
    entry = move.entry
    place = (entry.place, entry.date, entry.occurrence)
    return (*place, move.client, move.number, move.line.currency)


def _named(move: FecMove, numbers: Iterable[str]) -> Sequence[LetteredShare]:
    """The one invoice that the words of a credit note name beside its own number."""
    words = {word.strip("./-") for word in _WORD.findall(move.line.label)}
    names = (words & set(numbers)) - {move.line.piece}
    if len(names) != 1:
        return ()
    line = move.line
    return (LetteredShare(names.pop(), -line.amount, line.currency, -line.foreign),)


def fec_intake(so_far: BooksSoFar, clients: ClientBook, *, follow: bool) -> FecIntake:
    """The intake of a company's exports."""
    importing = so_far.policy.importing
    accounts = FecAccounts(importing, so_far.chart)
    return FecIntake(
        importing.fec,
        so_far.chart,
        FecClients(clients, so_far.loaded.entries, so_far.clients, importing.fec.terms),
        FecEntries(so_far.policy.ledger, accounts),
        FecBooks(so_far, accounts.equity),
        FecDoubts(so_far.imported),
        follow,
    )
