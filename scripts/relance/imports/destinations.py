"""Which file each entry goes to, and in which order files may appear."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from relance.imports.books_so_far import BooksSoFar
from relance.imports.directives import NewDirective
from relance.imports.ledger_text import includes, new_file, with_directives, with_include
from relance.ledger.imported import FOLDER

HEADER = f"{FOLDER}/0000-entete.beancount"
ACCOUNTS = "comptes"
HEADER_TEXT = """\
;; -*- mode: beancount; coding: utf-8; -*-
;; Les écritures de relance importer sont dans ce dossier. Cet en-tête n'est jamais vide : la ligne
;; include "importe/*.beancount" du grand livre y trouve toujours un fichier.
"""


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """A file of the ledger before and after; `old` is None for one to be made."""

    path: str
    old: str | None
    new: str


class Destinations:
    """The files of the ledger that an import changes; `first` is the day from which accounts that
    it opens take entries."""

    def __init__(self, so_far: BooksSoFar, first: date) -> None:
        self._so_far = so_far
        self._first = first
        self._put: dict[str, list[NewDirective]] = defaultdict(list)
        self._gone: dict[str, list[str]] = defaultdict(list)

    def add(self, directives: Iterable[NewDirective], name: Callable[[NewDirective], str]) -> None:
        """Put entries where they stand already, else into the file of that name."""
        openable = self._so_far.chart.own
        for directive in directives:
            entry = self._so_far.imported.get(directive.id)
            path = name(directive)
            if not path.endswith(".beancount"):
                path = self._so_far.path(f"{FOLDER}/{path}.beancount")
            self._put[entry.path if entry else path].append(directive)
            for posting in directive.postings:
                if posting.account in openable:
                    self._open(posting.account)

    def _open(self, account: str) -> None:
        """Open an account that nobody opened; ours moves with the first day of the books."""
        name = f"compte:{account}"
        entry = self._so_far.imported.get(name)
        opened = self._so_far.chart.opened.get(account)
        path = self._so_far.path(f"{FOLDER}/{ACCOUNTS}.beancount")
        if any(directive.id == name for directive in self._put[path]):
            return
        if opened is None or (entry and entry.untouched and opened.since > self._first):
            self._put[path].append(NewDirective(self._first, name, f"open {account}"))

    @property
    def directives(self) -> list[NewDirective]:
        """All that is put."""
        return [directive for directives in self._put.values() for directive in directives]

    def remove(self, names: Iterable[str]) -> None:
        """Take entries out."""
        for name in names:
            self._gone[self._so_far.imported[name].path].append(name)

    def files(self) -> list[LedgerFile]:
        """The files that change, in an order in which the books can be read after each: accounts
        before entries, money before what it pays, invoices before what is noted of them."""
        changed = [
            path for path in {*self._put, *self._gone} if self._put[path] or self._gone[path]
        ]
        written = [self._file(path) for path in sorted(changed, key=self._order)]
        written = [file for file in written if file.new != file.old]
        before = list(self._included(file.path for file in written))
        clients = [file for file in written if file.path == self._so_far.clients_file]
        if before and clients and clients[0].path == before[-1].path:
            top = before.pop()  # the top file is also where clients are: both changes in one
            clients = [LedgerFile(top.path, top.old, self._file(top.path, top.new).new)]
        others = [file for file in written if file.path != self._so_far.clients_file]
        heads = [file for file in before if file.path != self._so_far.top]
        tops = [file for file in before if file.path == self._so_far.top]
        return [*heads, *clients, *tops, *others]

    def _order(self, path: str) -> tuple[int, str]:
        name = path.rpartition("/")[2]
        places = {ACCOUNTS: 0, "factures-": 2, "statuts-": 3}
        return (next((at for start, at in places.items() if name.startswith(start)), 1), path)

    def _file(self, path: str, text: str | None = None) -> LedgerFile:
        so_far = self._so_far
        old = so_far.text(path) if text is None else text
        start = new_file(so_far.loaded.roots) if old is None else old
        ours = path.startswith(f"{so_far.path(FOLDER)}/")
        new = with_directives(start, self._put[path], self._gone[path], formatted=ours)
        return LedgerFile(path, old, new)

    def _included(self, paths: Iterable[str]) -> Iterator[LedgerFile]:
        """The header of the folder and the top file, when the books do not read these files yet."""
        so_far = self._so_far
        lacking = [path for path in paths if path not in so_far.loaded.files]
        text = old = so_far.text(so_far.top) or ""
        folder = so_far.path(FOLDER)
        if any(path.startswith(f"{folder}/") for path in lacking):
            reads = any(path.startswith(f"{folder}/") for path in so_far.loaded.files)
            header = so_far.path(HEADER)
            if not reads and not includes(text, so_far.top, header):
                if so_far.text(header) is None:
                    yield LedgerFile(header, None, HEADER_TEXT)
                text = with_include(text, f"{FOLDER}/*.beancount")
        if so_far.clients_file in lacking:
            text = with_include(text, so_far.clients_file.rpartition("/")[2])
        if text != old:
            yield LedgerFile(so_far.top, old, text)
