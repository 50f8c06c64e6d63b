"""One run: what the files say, what the books hold, and what is to be written. Writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from relance.imports import import_memory, inbox, invoice_entries, sellers
from relance.imports.bank_side import BankSide
from relance.imports.books_so_far import BooksSoFar
from relance.imports.client_book import ClientBook
from relance.imports.destinations import Destinations, LedgerFile
from relance.imports.directives import NewDirective
from relance.imports.fec_additions import FecTaken
from relance.imports.fec_intake import fec_intake
from relance.imports.import_memory import ImportMemory, tell_kept_out
from relance.imports.inbox import IncomingFile, OwnForms
from relance.imports.invoice_entries import InvoiceEntries
from relance.imports.invoice_intake import InvoiceIntake
from relance.imports.known_invoices import KnownInvoices
from relance.imports.originals import Originals
from relance.imports.outcome import FileFate, FileOutcome
from relance.imports.prepared import FiledOriginal, ImportRequest, Prepared
from relance.imports.sellers import seller_id
from relance.imports.statement_intake import FileLines, StatementIntake
from relance.imports.status_entries import InvoiceInBooks
from relance.imports.status_intake import StatusesTaken, StatusIntake
from relance.incoming.bank_statement import Statement
from relance.incoming.client_sheet import ClientRow
from relance.incoming.fec_export import FecExport
from relance.incoming.invoice import Invoice
from relance.incoming.status_message import StatusMessage
from relance.ledger.company import POLICY, TEMPLATES
from relance.ledger.imported import INBOX
from relance.policy.reader import place_in_policy
from relance.text.locales import languages
from relance.values.collector import uncollected
from relance.values.facts import Books, Client
from relance.values.problem import Problem, Refusal, Source


def inbox_of(top: str) -> str:
    """Where files are dropped, from the root; `top` is the ledger's top file."""
    return (Path(top).parent / INBOX).as_posix()


def files_of(request: ImportRequest, top: str) -> list[Path]:
    """The files to read: those named, else those of the inbox, which is made if it lacks."""
    if request.places:
        return inbox.files_in(request.places)
    box = request.root / inbox_of(top)
    box.mkdir(parents=True, exist_ok=True)
    return inbox.files_in([box])


def prepare(
    request: ImportRequest,
    paths: Iterable[Path],
    on_read: Callable[[str, int], None] = lambda _name, _bytes: None,
    withheld: Sequence[Problem] = (),
) -> Prepared:
    """Read all files, check them against each other and the books, and work out what they become.

    `on_read` is told the name and the bytes of each file once it is read. Statements are `withheld`
    for what stands against all of them. Raises `Refusal` when the books or the policy cannot be
    read; what stands against a file is in its outcome.
    """
    so_far = BooksSoFar(request.root)
    forms = OwnForms.of(so_far.policy.importing)
    files: list[IncomingFile] = []
    for path in paths:
        file = inbox.read_file(path, request.root, forms)
        if withheld and any(isinstance(fact, Statement) for fact in file.facts):
            file.outcome.refuse(*withheld)
        files.append(file)
        on_read(file.name, inbox.size_of(path))
    return worked_out(so_far, request, files)


@uncollected()
def worked_out(
    so_far: BooksSoFar, request: ImportRequest, files: Sequence[IncomingFile]
) -> Prepared:
    """What files that were read become in these books, and they lose their facts on the way;
    `Refusal` (2) as `prepare`."""
    name = place_in_policy(request.root / POLICY, ("creancier", "nom"))
    if not request.founding:
        invoices = (fact for file in files for fact in file.facts if isinstance(fact, Invoice))
        sellers.named(so_far.policy, name, list(invoices))
    return _Run(so_far, request, _by_kind(files)).prepared(files)


class _Run:
    def __init__(
        self,
        so_far: BooksSoFar,
        request: ImportRequest,
        by_kind: Mapping[type, list[IncomingFile]],
    ) -> None:
        self._so_far = so_far
        self._request = request
        self._by_kind = by_kind
        policy = so_far.policy
        seller = seller_id(policy.creditor, sorted(so_far.imported))
        prefix = policy.ledger.accounts[0]
        opened = so_far.chart.opened
        self._clients = ClientBook(so_far.clients.all, so_far.imported.values(), opened, prefix)
        self._originals = Originals(so_far.root / so_far.folder)
        listed = so_far.text(so_far.path(import_memory.LIST))
        self._memory = ImportMemory(listed, so_far.imported, restored=request.restored)
        # Lines of the bank alone have the books read as they will be, once is enough.
        books = Books((), ()) if by_kind.keys() == {Statement} else so_far.books
        self._invoices = InvoiceIntake(
            policy,
            self._clients,
            KnownInvoices(so_far.imported.values(), books, policy.ledger, seller),
            InvoiceEntries(policy.ledger, so_far.chart, seller),
            self._originals,
            so_far.joined,
            self._memory,
            request.today,
        )
        self._bank = BankSide(so_far, self._memory)
        self._fec = fec_intake(so_far, self._clients, follow=request.follow_lettering)
        self._filed: dict[str, str] = {}

    def prepared(self, files: Sequence[IncomingFile]) -> Prepared:
        """What all the files become."""
        so_far = self._so_far
        self._rows(self._by_kind[ClientRow])
        taken = self._invoices.take(self._by_kind[Invoice])
        self._let_go(Invoice)
        self._filed |= taken.filed
        lines = list(self._statements(self._by_kind[Statement]))
        self._let_go(Statement)
        fec = self._exports()
        letter_languages = languages(so_far.root / TEMPLATES)
        day = min(so_far.chart.first_day, fec.first or date.max)
        openings = list(self._clients.openings(day, letter_languages))
        invoices = [directive for directive in taken.directives if self._is_new(directive)]
        booked = list(fec.directives.values())
        changes = self._bank.changes(lines, [*openings, *invoices, *booked])
        statuses = self._statuses(taken.invoices | fec.invoices, changes.put)
        destinations = Destinations(so_far, day)
        destinations.add(openings, lambda _each: so_far.clients_file)
        destinations.add(invoices, lambda invoice: f"factures-{invoice.date.year}")
        destinations.add(booked, lambda entry: f"fec-{entry.date.year}")
        destinations.add(
            changes.put, lambda directive: f"{_bank_of(directive)}-{directive.date.year}"
        )
        destinations.add(statuses.directives, lambda status: f"statuts-{status.date.year}")
        gone = [*changes.gone, *fec.gone]
        destinations.remove(gone)
        put = destinations.directives
        return Prepared(
            so_far,
            [self._judged(file) for file in files],
            self._remembered(destinations.files(), put, gone),
            list(self._moves(files)),
            put,
            gone,
            taken.said | fec.said | changes.said | statuses.said,
            changes.rematched,
            changes.remarks,
        )

    def _exports(self) -> FecTaken:
        """What the accounting exports become."""
        exports, intake = self._by_kind[FecExport], self._fec
        taken = intake.take(exports) if exports else FecTaken()
        del self._fec
        self._let_go(FecExport)
        return taken

    def _let_go(self, kind: type) -> None:
        """The facts of files that are taken: what they become needs the room."""
        for file in self._by_kind[kind]:
            file.facts = ()

    def _is_new(self, directive: NewDirective) -> bool:
        """Whether an entry is not there, or not as it would be written now."""
        entry = self._so_far.imported.get(directive.id)
        return entry is None or (
            entry.untouched and not directive.id.startswith(invoice_entries.ORIGINAL)
        )

    def _rows(self, files: Sequence[IncomingFile]) -> None:
        """The clients that sheets add."""
        for file in sorted(files, key=lambda file: file.name):
            path = self._originals.of_clients(file)
            clients: list[tuple[Client, ClientRow, Source]] = []
            for row in file.facts:
                source = Source(path.rpartition("/")[2], row.source.line)
                try:
                    clients.append((self._clients.row(row, source), row, source))
                except Refusal as refusal:
                    file.outcome.refuse(*refusal.problems)
            if not file.taken:
                continue
            self._filed[str(file.path)] = path
            for client, row, source in clients:
                self._clients.says(client.account, row.party, row.keys, source)
            file.outcome.came = sum(self._clients.is_new(client) for client, _, _ in clients)
            file.outcome.known = len(clients) - file.outcome.came

    def _statuses(
        self, invoices: Collection[InvoiceInBooks], bank: Sequence[NewDirective]
    ) -> StatusesTaken:
        """The notes of what platforms say of invoices, those that are new with this run among
        them, of whatever file they come."""
        files = self._by_kind[StatusMessage]
        if not files:
            return StatusesTaken()
        paid = {
            posting.account
            for entry in bank
            for posting in entry.postings
            if posting.amount.number < 0
        }
        intake = StatusIntake(
            self._so_far,
            self._originals,
            self._memory,
            invoices,
            paid,
            self._request.today,
        )
        taken = intake.take(files)
        self._filed |= taken.filed
        return taken

    def _statements(self, files: Sequence[IncomingFile]) -> Iterator[FileLines]:
        intake = StatementIntake(
            self._so_far.chart,
            self._originals,
            self._bank.known,
            self._so_far.policy.importing.lines,
            self._request.today,
            self._request.bank,
        )
        for file in sorted(files, key=lambda file: file.name):
            taken, path = intake.take(file)
            if file.taken:
                self._filed[str(file.path)] = path
            yield taken

    def _remembered(
        self, changed: list[LedgerFile], put: Sequence[NewDirective], gone: Collection[str]
    ) -> list[LedgerFile]:
        """The files that change, and the list of what was imported after them."""
        path = self._so_far.path(import_memory.LIST)
        old = self._so_far.text(path)
        new = self._memory.text_after([directive.id for directive in put], gone)
        return [*changed, LedgerFile(path, old, new)] if changed and new != old else changed

    def _judged(self, file: IncomingFile) -> FileOutcome:
        outcome = file.outcome
        filed = self._so_far.path(self._filed.get(str(file.path), ""))
        tell_kept_out(outcome, Source(file.name), filed)
        if outcome.fate is FileFate.TAKEN and outcome.known and not outcome.came:
            outcome.fate = FileFate.KNOWN
        return outcome

    def _moves(self, files: Iterable[IncomingFile]) -> Iterator[FiledOriginal]:
        """The originals of what is taken, and where each goes."""
        box = self._so_far.root / inbox_of(self._so_far.top)
        for file in files:
            target = self._filed.get(str(file.path))
            stays = file.outcome.fate in (FileFate.ASIDE, FileFate.PARTLY)
            if target and file.taken and not stays:
                place = self._so_far.path(target)
                yield FiledOriginal(file.path, place, file.sha256, file.path.is_relative_to(box))


def _by_kind(files: Iterable[IncomingFile]) -> Mapping[type, list[IncomingFile]]:
    """The files that were read, by what they hold."""
    sorted_: dict[type, list[IncomingFile]] = defaultdict(list)
    for file in files:
        if file.taken:
            sorted_[type(file.facts[0])].append(file)
    return sorted_


def _bank_of(directive: NewDirective) -> str:
    """The account that an entry of the bank's side is of, as files call it."""
    return directive.id.partition(":")[2].partition("/")[0]
