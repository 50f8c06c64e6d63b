"""The books before an import: as Beancount reads them, with what was imported earlier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from relance.imports.directives import NewDirective
from relance.imports.import_accounts import ImportAccounts
from relance.imports.ledger_text import new_file
from relance.ledger.bank_accounts import is_below
from relance.ledger.beancount import DocumentEntry, Loaded, OpenEntry, Transaction, load
from relance.ledger.books import read_books
from relance.ledger.clients import read_clients
from relance.ledger.company import POLICY
from relance.ledger.fields import Complaints
from relance.ledger.handed_over import handed_over
from relance.ledger.imported import FOLDER, id_of, imported
from relance.ledger.mirror import amended
from relance.ledger.statement_records import statement_records
from relance.policy.reader import read_policy
from relance.values.facts import Books


class BooksSoFar:
    """A company's books as they stand in `root`, or as another program, which has loaded them,
    hands over their `entries`; `Refusal` (2) when they cannot be read."""

    def __init__(self, root: Path, entries: Sequence[Any] = ()) -> None:
        self.root = root
        self.policy = read_policy(root / POLICY)
        self.top = self.policy.ledger.file
        top = root / self.top
        self.loaded = handed_over(entries, top, root) if entries else load(top, root)
        self.complaints = Complaints(root)
        self.imported = {entry.id: entry for entry in imported(self.loaded, root)}
        self.records = statement_records(self.loaded.entries, self.complaints)
        self.chart = ImportAccounts(self.policy, self.loaded)
        others = (x for x in self.loaded.entries if not isinstance(x, Transaction))
        # What is wrong with them is told when the books are read whole.
        self.clients = read_clients(others, self.policy, Complaints(root))

    @cached_property
    def folder(self) -> str:
        """The folder of the books, from the root."""
        return (Path(self.top).parent).as_posix()

    def path(self, name: str) -> str:
        """A path below the folder of the books, from the root."""
        folder = self.folder
        return f"{folder}/{name}" if name and folder != "." else name or folder

    @cached_property
    def books(self) -> Books:
        """What they say."""
        return self.read(self.loaded, self.root)

    def read(self, loaded: Loaded, root: Path) -> Books:
        """What books of this company say; nothing when they have no client yet."""
        prefixes = self.policy.ledger.accounts
        opened = (entry.account for entry in loaded.entries if isinstance(entry, OpenEntry))
        if not any(is_below(name, prefix) for name in opened for prefix in prefixes):
            return Books((), ())
        return read_books(self.policy, root, loaded)

    @cached_property
    def joined(self) -> frozenset[str]:
        """The invoices of which a person declared a copy."""
        documents = (
            entry
            for entry in self.loaded.entries
            if isinstance(entry, DocumentEntry) and not id_of(entry.meta)
        )
        return frozenset(
            link
            for document in documents
            if "facture" in (document.tags or ())
            for link in document.links or ()
        )

    @cached_property
    def clients_file(self) -> str:
        """Where the accounts of clients are opened: `clients.beancount`, else where most of them
        are; perhaps not there yet."""
        usual = self.path("clients.beancount")
        if usual in self.loaded.files:
            return usual
        ours = f"{self.path(FOLDER)}/"
        places = Counter(
            client.source.path
            for client in self.clients.all
            if client.source.path in self.loaded.files and not client.source.path.startswith(ours)
        )
        return places.most_common(1)[0][0] if places else usual

    def after(self, gone: Collection[int], new: Iterable[NewDirective]) -> Books:
        """What they would say without some entries, known by their `id()`, and with new ones."""
        text = f"{new_file(self.loaded.roots)}\n" + "\n\n".join(x.text for x in new) + "\n"
        path = str(self.root / self.path(FOLDER) / "nouveau.beancount")
        return self.read(amended(self.loaded, gone, text, path), self.root)

    def let_go(self) -> None:
        """Forget the entries, before the books are loaded once more: of those that were imported,
        the ids are left."""
        self.loaded = replace(self.loaded, entries=())
        self.imported = {}
        self.__dict__.pop("books", None)

    def text(self, path: str) -> str | None:
        """A file as it is, None when it is not there."""
        place = self.root / path
        return place.read_bytes().decode(errors="replace") if place.is_file() else None
