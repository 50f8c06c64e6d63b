"""The bank's side of a run: old lines and new ones matched together, statements, balances."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property

from relance.claims.on_day import OnDay
from relance.imports import balances, bank_lines
from relance.imports.balances import Moved
from relance.imports.bank_entries import BankEntries
from relance.imports.bank_lines import BookLine, bank_name, read_back
from relance.imports.bank_plan import BankPlan, BankWritten
from relance.imports.books_so_far import BooksSoFar
from relance.imports.directives import NewDirective
from relance.imports.hand_entries import HandEntry, hand_entries
from relance.imports.import_memory import ImportMemory
from relance.imports.statement_intake import FileLines, best
from relance.ledger.bank_accounts import is_below
from relance.ledger.beancount import Transaction
from relance.ledger.blocks import fingerprint
from relance.ledger.imported import SOURCE, ImportedEntry
from relance.ledger.invoice_names import InvoiceNames
from relance.ledger.statement_records import StatementRecord, gaps
from relance.policy.importing import BankLines
from relance.text.locales import money, short_date
from relance.values.facts import Books
from relance.values.problem import Problem, Source


@dataclass(slots=True)
class BankChanges:
    """What the bank's side changes: entries put and gone, those matched otherwise than before,
    and what is told of it; `said` are the ids of all that the files tell."""

    said: set[str]
    put: list[NewDirective] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    rematched: int = 0
    remarks: list[Problem] = field(default_factory=list)


class BankSide:
    """The lines of the bank in the books, and what becomes of them with new ones."""

    def __init__(self, so_far: BooksSoFar, memory: ImportMemory) -> None:
        self._so_far = so_far
        self._memory = memory
        names = {
            bank_name(account): account for account in sorted(so_far.chart.opened, reverse=True)
        }
        entries = (x for x in so_far.imported.values() if x.kind == bank_lines.KIND)
        read = ((entry, read_back(entry, names)) for entry in entries)
        self._entries: dict[str, ImportedEntry] = {}
        self.known: dict[str, BookLine] = {}
        for entry, line in read:
            if line is not None:
                self._entries[line.id], self.known[line.id] = entry, line

    def changes(self, files: Sequence[FileLines], new: Sequence[NewDirective]) -> BankChanges:
        """With the lines of these files, and the other entries that are new."""
        taken = [lines for lines in files if lines.file.taken]
        incoming = (x for lines in taken for x in lines.lines.values())
        left_in = (line for line in incoming if not self._memory.took_out(line.id))
        pool = best([*self.known.values(), *left_in])
        statements = [document for lines in taken for document in lines.documents]
        documents = [
            document
            for document in statements
            if document.id not in self._so_far.imported
            if not self._memory.took_out(document.id)
        ]
        said = {document.id for document in statements}.union(*(lines.lines for lines in taken))
        changes = BankChanges(said)
        if not (new or documents or pool.keys() - self.known.keys()):
            self._count(taken, BankWritten({}, (), {}))
            return changes
        records = [*self._so_far.records, *(record for lines in taken for record in lines.records)]
        written = self._plan(pool, records, new).write(pool.values())
        changes.put = documents
        self._compare(written, changes)
        self._balance(written, records, changes)
        self._count(taken, written)
        accounts = {account for lines in taken for account in lines.accounts}
        lacking = (gap for gap in gaps(records) if gap.before.account in accounts)
        changes.remarks = [gap.told() for gap in lacking]
        return changes

    # ------------------------------------------------------------ Matching

    @cached_property
    def _open(self) -> Mapping[str, ImportedEntry]:
        """The entries that nobody changed, by id: they are written anew each time."""
        return {name: entry for name, entry in self._entries.items() if entry.untouched}

    def _plan(
        self,
        pool: Mapping[str, BookLine],
        records: Sequence[StatementRecord],
        new: Sequence[NewDirective],
    ) -> BankPlan:
        so_far = self._so_far
        accounts = {line.account for line in pool.values()}
        names = InvoiceNames(so_far.policy.ledger.invoice)

        def by_hand() -> list[HandEntry]:
            # With nothing new beside the lines, one reading of the books is enough.
            books = so_far.books if new else after()
            owners: dict[tuple[str, int], set[str]] = defaultdict(set)
            for movement in books.movements:
                owners[movement.source.path, movement.entry].add(movement.account)

            def clients_at(place: Source) -> Iterable[str]:
                return owners.get((place.path, place.line), ())

            entries = so_far.loaded.entries
            return list(hand_entries(entries, accounts, clients_at, names, so_far.complaints))

        gone = {id(entry.entry) for entry in self._open.values()}
        replaced = {directive.id for directive in new}
        gone |= {id(x.entry) for name, x in so_far.imported.items() if name in replaced}
        last = max((line.date for line in pool.values()), default=date.min)

        @cache
        def after() -> Books:
            return so_far.after(gone, new)

        def on() -> OnDay:
            books = after()
            days = (movement.date for movement in books.movements)
            return OnDay(so_far.policy, books, max([last, *days]))

        entries = BankEntries(so_far.policy.ledger, so_far.chart)
        return BankPlan(on, entries, by_hand, records)

    def _compare(self, written: BankWritten, changes: BankChanges) -> None:
        """Put what is new or other than it stands; take out what repeats another line by now."""
        for name, directive in written.directives.items():
            entry = self._open.get(name)
            if _differs(entry, directive):
                changes.put.append(directive)
                changes.rematched += entry is not None
        changes.gone += [name for name in self._open if name not in written.directives]

    # ------------------------------------------------------------ Balances

    def _balance(
        self, written: BankWritten, records: Iterable[StatementRecord], changes: BankChanges
    ) -> None:
        """The balances of the statements, written where every line is, and nowhere else."""
        old = {x.id: x for x in self._so_far.imported.values() if x.kind == balances.KIND}
        wanted: dict[str, NewDirective] = {}
        if self._so_far.policy.importing.lines is BankLines.ALL:
            records = list(records)
            accounts = {record.account for record in records}
            moved = [*self._moved(accounts), *_moved_by(written.directives.values())]
            asserted = balances.balances(records, moved)
            wanted = {x.id: x for x in asserted if not self._memory.took_out(x.id)}
        changes.put += [x for name, x in wanted.items() if _differs(old.get(name), x)]
        changes.gone += [x.id for x in old.values() if x.untouched and x.id not in wanted]

    def _moved(self, accounts: Iterable[str]) -> Iterator[Moved]:
        """What the entries that stay move on these accounts."""
        names, written = tuple(accounts), {id(entry.entry) for entry in self._open.values()}
        for entry in self._so_far.loaded.entries:
            if isinstance(entry, Transaction) and id(entry) not in written:
                for posting in entry.postings:
                    for account in names:
                        units = posting.units
                        if units and units.number and is_below(posting.account, account):
                            yield Moved(account, units.currency, entry.date, units.number)

    # ------------------------------------------------------------ What is told

    def _count(self, taken: Sequence[FileLines], written: BankWritten) -> None:
        """How many lines of each file came in, and what a person must know of them."""
        for lines in taken:
            outcome, counted = lines.file.outcome, set[str]()
            for name, line in lines.lines.items():
                directive = written.directives.get(name)
                if directive is None or name in self.known:
                    continue
                if directive.metadata[SOURCE] == str(line.line.source):
                    counted.add(name)
            outcome.came = len(counted - written.by_hand.keys())
            outcome.known = len(lines.lines) - outcome.came
            outcome.pending = len(counted & set(written.drafts))
            for name in sorted(counted & written.by_hand.keys()):
                line, entry = lines.lines[name], written.by_hand[name]
                what = f"{money(line.amount, line.currency)} du {short_date(line.date)}"
                remedy = f"si c'en est une autre, corrigez le jour ou la somme de {entry.told}"
                if entry.date != line.date:
                    problem = Problem(line.line.source, f"{what} : déjà saisi à la main", remedy)
                    outcome.remarks.append(problem)
            outcome.kept_out += self._kept_out(lines)

    def _kept_out(self, lines: FileLines) -> Iterator[str]:
        """What of a file a person took out of the books, as it is told."""
        for document in lines.documents:
            if self._memory.took_out(document.id):
                yield "le relevé lui-même"
        for name, line in lines.lines.items():
            if self._memory.took_out(name):
                yield f"{money(line.amount, line.currency)} du {short_date(line.date)}"


def _differs(entry: ImportedEntry | None, directive: NewDirective) -> bool:
    """Whether a directive is new, or other than it stands where nobody changed it."""
    if entry is None:
        return True
    return entry.untouched and fingerprint(entry.block.text) != fingerprint(directive.text)


def _moved_by(directives: Iterable[NewDirective]) -> Iterator[Moved]:
    for directive in directives:
        if directive.postings:
            posting = directive.postings[0]
            yield Moved(
                posting.account, posting.amount.currency, directive.date, posting.amount.number
            )
