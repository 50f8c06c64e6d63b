"""The reader of the books: a Beancount ledger in the convention of rules 2.1 to 4.9 → facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from relance.ledger import mistyped_keys, successions
from relance.ledger.bank_accounts import is_below
from relance.ledger.beancount import DocumentEntry, Loaded, Transaction, load
from relance.ledger.clients import Clients, read_clients
from relance.ledger.columns import lines_below, placed
from relance.ledger.doubtful import Doubtful
from relance.ledger.fields import Complaints
from relance.ledger.files import relative
from relance.ledger.imported import id_of
from relance.ledger.invoice_names import InvoiceNames
from relance.ledger.markers import Markers
from relance.ledger.notes import NoteReader
from relance.ledger.odd_clients import check_somebody
from relance.ledger.oddities import Oddities
from relance.ledger.parties import Parties
from relance.ledger.payees import Payees
from relance.ledger.penalty_income import PenaltyReader, penalty_accounts
from relance.ledger.postings import UNCERTAIN, PostingReader
from relance.ledger.register_reader import RegisterLines
from relance.ledger.register_records import check_records, read_records
from relance.ledger.settled import Closed, Closing, Posted
from relance.ledger.settled_letters import without_letters
from relance.ledger.shared_accounts import SharedAccounts
from relance.ledger.statement_records import gaps, known_until, statement_records, untied
from relance.ledger.successions import LastAccounts, Transfers
from relance.ledger.unsettled import UnsettledReader
from relance.policy.settings import LedgerSettings, Policy
from relance.values.bank_drafts import BankDraft
from relance.values.collector import uncollected
from relance.values.facts import Books, Document, DoubtfulEntry
from relance.values.issued import IssuedLetter, Record
from relance.values.problem import Refusal


@uncollected(lasting=True)
def read_books(policy: Policy, root: Path, loaded: Loaded | None = None) -> Books:
    """Read every fact of the ledger named by the policy, `root` being the repository's folder.

    `loaded` is that ledger when it is loaded already.
    Raises `Refusal` with all the faults of the ledger at once.
    """
    loaded = loaded or load(root / policy.ledger.file, root)
    return facts(loaded, policy, root)


def facts(loaded: Loaded, policy: Policy, root: Path, closed_by: date | None = None) -> Books:
    """The same of a loaded ledger; what `settled` can set aside on the day `closed_by` is read no
    further than that."""
    return reading(loaded, policy, root, closed_by).books


class BooksReading(NamedTuple):
    """Books, and what they were read from: the ledger, whose its accounts are, the postings on
    clients' accounts, all letters, what was set aside, the accounts of income from penalties."""

    books: Books
    loaded: Loaded
    clients: Clients
    posted: Sequence[Posted]
    letters: tuple[IssuedLetter, ...]
    closed: Closed
    penalties: frozenset[str]


def reading(
    loaded: Loaded, policy: Policy, root: Path, closed_by: date | None = None
) -> BooksReading:
    """The same with what it was read from."""
    reader = _BooksReader(loaded, policy, root)
    books = reader.books(closed_by)
    if reader.complaints.faults:
        raise Refusal(placed(reader.complaints.told(), lines_below(root)))
    return reader.read_from(books)


class _BooksReader:
    """Reads the facts of one ledger, in the order in which one needs another: the clients, their
    postings, each on the account of whose it is, the register, the notes, then what is odd."""

    def __init__(self, loaded: Loaded, policy: Policy, root: Path) -> None:
        self._loaded, self._policy = loaded, policy
        self.complaints = complaints = Complaints(root)
        complaints.warnings.extend(loaded.missing)
        others = [entry for entry in loaded.entries if not isinstance(entry, Transaction)]
        self._others = others
        self._clients = clients = read_clients(others, policy, complaints)
        self._penalties = penalty_accounts(policy, loaded, complaints)
        self._postings = PostingReader(policy, loaded, complaints, self._penalties)
        self._shared = shared = SharedAccounts(clients, policy.ledger, complaints)
        self._posted = posted = shared.attributed(list(self._postings.posted(clients)))
        if not policy.ledger.client:
            check_somebody(others, clients, complaints, busy=bool(posted))
        self._register = RegisterLines(others, complaints)
        self._letters = letters = self._register.letters()
        handed_over = tuple(successions.declared(others, clients.all, complaints))
        self._last = last = LastAccounts(handed_over)
        self._transfers = Transfers(posted, clients.all, last, complaints)
        moved = (*self._transfers.successions(letters), *shared.letters(letters))
        self._moved = (*handed_over, *moved)
        self._note_reader = NoteReader(clients, policy.ledger, complaints)
        self._notes = self._note_reader.read(others, shared)
        self._note_reader.check_invoices(self._notes, posted, last)
        self._note_reader.check_documents(others)
        self._doubtful = Doubtful(last.postings(posted), policy.ledger, complaints)
        self._closed = Closed()

    def read_from(self, books: Books) -> BooksReading:
        """These books of it, with all that they were read from."""
        read = (self._clients, self._posted, self._letters, self._closed, self._penalties)
        return BooksReading(books, self._loaded, *read)

    def books(self, closed_by: date | None) -> Books:
        """All of them; faults are told in the `complaints`."""
        policy, complaints, posted = self._policy, self.complaints, self._posted
        doubts = list(self._doubts())
        tags = {tag for rule in policy.rules for tag in rule.condition.tags or ()}
        read = (*tags, *(policy.ledger.other_keys or ()))
        markers = Markers(InvoiceNames(policy.ledger.invoice), read, complaints)
        documents = self._shared.documents(_documents(self._others, self._clients, complaints))
        income = PenaltyReader(policy, self._clients, posted, complaints)
        documents = successions.on_both_accounts(documents, self._moved)
        bank_dates = _read_bank_dates(self._loaded.entries, policy.ledger, complaints)
        if closed_by:
            closing = Closing(self._clients.all, self._notes, self._letters, policy)
            self._closed = closing.of(posted, closed_by)
        closed = self._closed
        doubts += markers.flagged(posted)
        books = Books(
            clients=self._clients.all,
            movements=self._postings.movements(closed.left(posted)),
            notes=self._notes,
            documents=tuple(filter(closed.kept, documents)),
            letters=self._letters,
            records=self._records(whole=closed_by is None),
            bank_dates=bank_dates,
            files=self._loaded.files,
            roots=self._loaded.roots,
            warnings=tuple(complaints.warnings),
            ignored=tuple(markers.unread(posted)),
            doubtful=tuple(
                sorted(doubts, key=lambda doubt: (doubt.date, doubt.source, doubt.what))
            ),
            penalty_income=tuple(
                income.read(self._loaded.entries, self._penalties, self._doubtful.owners)
            ),
            successions=self._moved,
            unsettled=_read_unsettled(self._loaded, policy, self._clients, complaints),
            settled=closed.settled,
            paid_long_ago=closed.paid_long_ago,
            closed_until=closed.until,
        )
        return without_letters(books, closed, policy, closed_by) if closed_by else books

    def _records(self, *, whole: bool) -> tuple[Record, ...]:
        """The lines of the register; of what is not read `whole`, what is wrong with them."""
        keys = mistyped_keys.Watch(mistyped_keys.RECORD, self._policy.ledger, self.complaints)
        if whole:
            return read_records(self._register.lines, keys)
        check_records(self._register.lines, keys)
        return ()

    def _doubts(self) -> Iterator[DoubtfulEntry]:
        """What is asked about entries because it is odd, but for their flags."""
        loaded, settings, complaints = self._loaded, self._policy.ledger, self.complaints
        posted, last, shared, doubtful = self._posted, self._last, self._shared, self._doubtful
        parties = Parties(last.placed(self._clients.all), doubtful.sold, complaints)
        sold = [line for line in posted if not self._transfers.moved(line)]
        unshared = (line for line in sold if not shared.is_shared(line.posting.account))
        described = [line for line in sold if not shared.is_stranger(line.account)]
        letters = successions.on_new_accounts(self._letters, self._moved)
        oddities = Oddities(loaded, self._others, self._clients, settings)
        yield from shared.doubtful
        yield from self._note_reader.questions(posted)
        yield from doubtful.entries(last.placed(letters))
        yield from oddities.of(posted, self._postings, doubtful, complaints)
        yield from parties.entries(last.postings(described))
        yield from Payees(self._clients.all, complaints).entries(unshared)
        yield from parties.outside(loaded, posted, settings, self._penalties)


# ---------------------------------------------------------------- Documents and the bank


def _documents(entries: Iterable[Any], clients: Clients, complaints: Complaints) -> list[Document]:
    """The declared documents of clients, the register's letters apart."""
    documents = [
        Document(
            date=entry.date,
            account=client.account,
            path=relative(entry.filename, complaints.root),
            source=complaints.place(entry.meta),
            invoices=tuple(sorted(entry.links or ())),
            sorts=frozenset(entry.tags or ()),
        )
        for entry in entries
        if isinstance(entry, DocumentEntry)
        and "relance" not in (entry.tags or ())
        and (client := clients.of(entry.account))
        and Path(entry.filename).is_file()
    ]
    return sorted(documents, key=lambda d: (d.date, d.source.path, d.source.line))


def _read_bank_dates(
    entries: Iterable[Any], settings: LedgerSettings, complaints: Complaints
) -> tuple[date, ...]:
    """The days on which the bank is known: that of an entry on one of its accounts, drafts apart,
    or the last of a statement; what was imported counts as far as no statement lacks, nor a line
    of one."""
    records = statement_records(entries, complaints)
    for problem in (
        *(gap.told() for gap in gaps(records)),
        *(record.untied() for record in untied(records)),
    ):
        complaints.warn(problem.source, problem.what, problem.remedy)
    if settings.bank is None:
        return ()
    prefixes, until = settings.bank.accounts, known_until(records)
    days = {
        entry.date
        for entry in entries
        if isinstance(entry, Transaction) and entry.flag not in UNCERTAIN
        for posting in entry.postings
        if any(is_below(posting.account, prefix) for prefix in prefixes)
        and not (id_of(entry.meta) and entry.date > until.get(posting.account, date.max))
    }
    for record in records:
        end = min(record.last, until.get(record.account, record.last))
        below = any(is_below(record.account, prefix) for prefix in prefixes)
        if below and record.whole and record.first <= end:
            days.add(end)
    return tuple(sorted(days))


def _read_unsettled(
    loaded: Loaded, policy: Policy, clients: Clients, complaints: Complaints
) -> tuple[BankDraft, ...]:
    suspense = policy.importing.suspense_account(loaded.root_of)
    links = InvoiceNames(policy.ledger.invoice)
    return UnsettledReader(suspense, links, complaints).read(loaded.entries, clients)
