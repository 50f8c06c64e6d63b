"""A company's files as its importers see them: what each is, where it goes, what it becomes.

beangulp asks about one file several times, and of every importer; Fava does from several threads.
What was read last is kept until its file changes, the books too.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from threading import RLock
from typing import Any

from relance.imports import inbox
from relance.imports.bank_lines import bank_name
from relance.imports.books_so_far import BooksSoFar
from relance.imports.client_book import ClientBook
from relance.imports.destinations import HEADER
from relance.imports.import_run import worked_out
from relance.imports.inbox import IncomingFile, OwnForms
from relance.imports.originals import Originals
from relance.imports.outcome import FileOutcome
from relance.imports.prepared import ImportRequest, Prepared
from relance.imports.sellers import is_ours
from relance.incoming import fec
from relance.incoming.bank_statement import Statement
from relance.incoming.client_sheet import ClientRow
from relance.incoming.fec_export import FecExport
from relance.incoming.invoice import Invoice
from relance.incoming.status_message import StatusMessage
from relance.ledger.company import POLICY
from relance.ledger.handed_over import copied, directives
from relance.policy.reader import read_policy
from relance.terminal.clock import today
from relance.values.problem import Refusal, refuse

_LOG = logging.getLogger("relance")
_FILES = 8  # how many of the files read last are kept
_REFUSED = "refusé"
Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class FiledUnder:
    """Where a file belongs: the account, the day and the name."""

    account: str
    date: dt.date | None
    name: str


class CompanyFiles:
    """The files of the company whose policy is `policy`; `Refusal` (2) when that cannot be
    read."""

    def __init__(self, policy: Path) -> None:
        if policy.name != POLICY:
            what = f"une politique se nomme {POLICY}"
            raise refuse(str(policy), what, "donnez son chemin : importers('…/relance.yaml')")
        self._root = policy.absolute().parent
        read_policy(self._root / POLICY)
        self._lock = RLock()
        self._read = lru_cache(_FILES)(self._read_anew)
        self._ours: tuple[dict[Path, Stamp], BooksSoFar] | None = None
        self._theirs: tuple[Sequence[Any], int, Stamp, BooksSoFar] | None = None

    # ------------------------------------------------------------ What a file is

    def read(self, path: str) -> IncomingFile:
        """A file as it is understood; its outcome is the caller's own. Never raises."""
        file = Path(path).absolute()
        with self._lock:
            reading = self._read(file, _stamp(file), _stamp(self._root / POLICY))
        outcome = reading.outcome
        copy = FileOutcome(outcome.name, outcome.kind, remarks=list(outcome.remarks))
        copy.refuse(*outcome.faults)
        return replace(reading, outcome=copy)

    def _read_anew(self, path: Path, _file: Stamp, _policy: Stamp) -> IncomingFile:
        """The policy says what the firm's own files are like; when it cannot be read by now,
        `entries` tells."""
        try:
            forms = OwnForms.of(read_policy(self._root / POLICY).importing)
        except Refusal:
            forms = OwnForms((), fec.CLIENTS)
        return inbox.read_file(path, self._root, forms)

    def is_received(self, file: IncomingFile) -> bool:
        """Whether it holds invoices of others alone: purchases."""
        invoices = [fact for fact in file.facts if isinstance(fact, Invoice)]
        try:
            creditor = read_policy(self._root / POLICY).creditor
        except Refusal:
            return False
        return bool(invoices) and not any(is_ours(invoice.seller, creditor) for invoice in invoices)

    # ------------------------------------------------------------ Where it goes

    def filed(self, path: str) -> FiledUnder:
        """Where it belongs by the company's own books. Never raises: a file that is refused
        belongs nowhere, its name is in a folder."""
        file = self.read(path)
        try:
            if file.taken:
                with self._lock:
                    return _filed(file, self._own_books())
        except Refusal:
            pass
        return FiledUnder("", None, f"{_REFUSED}/{file.path.name}")

    def _own_books(self) -> BooksSoFar:
        """The books as they stand on the disk."""
        if self._ours is None or self._ours[0] != _stamps(self._ours[0]):
            books = BooksSoFar(self._root)
            names = [self._root / name for name in (POLICY, *books.loaded.files)]
            # A pattern includes what is added to a folder.
            self._ours = (_stamps([*names, *(name.parent for name in names)]), books)
        return self._ours[1]

    # ------------------------------------------------------------ What it becomes

    def entries(self, path: str, existing: Sequence[Any]) -> list[Any]:
        """The entries that `relance importer` writes of a file, as Beancount's own; what the books
        hold already, as they hold it. `Refusal` (2) when it is refused; what is to be told beside
        is logged."""
        file = self.read(path)
        if not file.taken:
            raise Refusal(file.outcome.faults)
        with self._lock:
            so_far = self._books_with(existing) if existing else self._own_books()
            request = ImportRequest(self._root, (), today(so_far.policy.calendar.timezone))
            prepared = worked_out(so_far, request, [replace(file)])
            filed = _filed(file, so_far) if file.taken else None
        if filed is None:
            raise Refusal(file.outcome.faults)
        for remark in (*file.outcome.left, *file.outcome.remarks, *prepared.remarks):
            _LOG.warning("%s", remark)
        there = sorted(name for name in prepared.said if name in so_far.imported)
        return [*_new(prepared, filed), *(copied(so_far.imported[name].entry) for name in there)]

    def _books_with(self, existing: Sequence[Any]) -> BooksSoFar:
        """The books that are handed over; the same list of as many entries is the same books."""
        stamp = _stamp(self._root / POLICY)
        theirs = self._theirs
        if theirs is None or theirs[0] is not existing or theirs[1:3] != (len(existing), stamp):
            theirs = (existing, len(existing), stamp, BooksSoFar(self._root, existing))
            self._theirs = theirs
        return theirs[3]


def _stamp(path: Path) -> Stamp:
    """What changes when a file is written; zeroes for one that is not there."""
    try:
        status = path.stat()
    except OSError:
        return (0, 0, 0)
    return (status.st_mtime_ns, status.st_size, status.st_ino)


def _stamps(paths: Iterable[Path]) -> dict[Path, Stamp]:
    return {path: _stamp(path) for path in paths}


def _filed(file: IncomingFile, so_far: BooksSoFar) -> FiledUnder:
    """Where a file belongs; `Refusal` (2) when no account is its own."""
    originals = Originals(so_far.root / so_far.folder)
    account, day = so_far.policy.ledger.accounts[0], None
    first = file.facts[0]
    if isinstance(first, Statement):
        account = so_far.chart.bank(first)
        path = originals.of_statements(file, bank_name(account), first)
        days = [line.date for statement in file.facts for line in statement.lines]
        days += [statement.closing.date for statement in file.facts if statement.closing]
        day = max(days, default=None)
    elif isinstance(first, ClientRow):
        path = originals.of_clients(file)
    elif isinstance(first, StatusMessage):
        path, day = originals.of_statuses(file), max(message.day for message in file.facts)
    elif isinstance(first, FecExport):
        path, day = file.path.name, first.last
    else:
        path = originals.of_invoices(file, file.facts)
        day = max(invoice.issued for invoice in file.facts)
        if len(file.facts) == 1:
            opened = so_far.chart.opened
            clients = ClientBook(so_far.clients.all, so_far.imported.values(), opened, account)
            account = clients.buyer(first, first.source).account
    return FiledUnder(account, day, path.rpartition("/")[2])


def _new(prepared: Prepared, filed: FiledUnder) -> list[Any]:
    """What the books do not hold yet. Where they have a folder for documents, a document is said
    to be where beangulp's `archive` puts its file."""
    so_far = prepared.so_far
    new = (directive for directive in prepared.put if directive.id not in so_far.imported)
    texts = (directive.text for directive in sorted(new, key=lambda new: new.order))
    original = None
    if so_far.loaded.folders and filed.date:
        parts = (*filed.account.split(":"), f"{filed.date}.{filed.name}")
        original = (so_far.root / so_far.loaded.folders[0]).joinpath(*parts)
    place, top = so_far.root / so_far.path(HEADER), so_far.root / so_far.top
    return directives(texts, place, top, so_far.loaded.roots, original)
