"""The « fichier des écritures comptables » that every French accounting program exports (LPF A47
A-1), read line by line: what is kept are the entries with a line on an account of clients.

A line that cannot be taken is told, and named to whom it may concern; the others go in.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from relance.incoming.bank_text import clean
from relance.incoming.fec_cells import (
    HOME,
    SIGNS,
    cents,
    counterpart,
    day_of,
    day_or_none,
    lines_of,
)
from relance.incoming.fec_columns import FecColumns, columns_of, is_fec
from relance.incoming.fec_export import Counterpart, FecEntry, FecExport, FecLine, UnreadLine
from relance.incoming.reading import Kind, Reading
from relance.text.escapes import short
from relance.text.locales import is_currency, money
from relance.values.problem import Problem, Source

NAME = "FEC"
CLIENTS = ("411", "416")
DOUBTFUL = "416"
MOST_BYTES = 512 * 2**20
_NO_NUMBER = {"", "-", "/", "0"}
_CORRECT = "corrigez cette écriture dans le logiciel comptable, puis exportez de nouveau le FEC"


def kind_of(clients: Collection[str]) -> Kind[FecExport]:
    """A FEC in which the accounts of clients begin so: « 411 »."""

    def read_known(content: bytes, file: str) -> Reading[FecExport]:
        return read(content, file, clients)

    return Kind(NAME, is_fec, read_known)


def read(content: bytes, file: str, clients: Collection[str] = CLIENTS) -> Reading[FecExport]:
    """A file as one fact, none when it has no entry of clients; `Refusal` (2) for a header that
    cannot be read by."""
    lines = lines_of(content)
    columns, remarks = columns_of(next(lines, ""), file)
    reader = _FecReader(columns, file, tuple(clients))
    for number, line in enumerate(lines, 2):
        if line and not line.isspace():
            reader.read(number, line)
    return reader.reading(remarks)


_Key = tuple[str, str, dt.date]


@dataclass(slots=True)
class _OpenEntry:
    """An entry while its lines are read: its raw names, the number of its first line."""

    key: _Key
    journal_name: str
    nth: int
    line: int
    lines: list[FecLine] = field(default_factory=list)
    answers: dict[Counterpart, int] = field(default_factory=dict)
    balance: int = 0
    count: int = 0
    left: bool = False

    def read(self) -> FecEntry:
        """It as a fact."""
        journal, number, day = self.key
        names = (_journal(journal), clean(self.journal_name), clean(number))
        return FecEntry(*names, day, self.nth, tuple(self.lines), self.answers)


class _FecReader:
    def __init__(self, columns: FecColumns, file: str, clients: tuple[str, ...]) -> None:
        self._columns = columns
        self._file = file
        self._clients = clients
        self._entries: list[_OpenEntry] = []
        self._at: dict[_Key, _OpenEntry] = {}
        self._times: dict[_Key, int] = defaultdict(int)
        self._current: _OpenEntry | None = None
        self._unread: list[UnreadLine] = []
        self._broken: set[tuple[str, str]] = set()  # entries of which a line cannot be taken
        self._journals: set[str] = set()
        self._days: tuple[dt.date, dt.date] | None = None
        place = columns.place
        self._journal, self._journal_name = place("JournalCode"), place("JournalLib")
        self._number, self._day = place("EcritureNum"), place("EcritureDate")
        self._account, self._piece = place("CompteNum"), place("PieceRef")
        sides = ("Montant", "Sens") if columns.signed else ("Debit", "Credit")
        self._first, self._second = map(place, sides)

    # ------------------------------------------------------------ One line

    def read(self, number: int, line: str) -> None:
        """Take in a line of the file."""
        cells = self._columns.cells(line)
        try:
            self._columns.check(cells)
            day = day_of(cells[self._day])
            entry = self._entry(cells, day, number)
            entry.count += 1
            amount = self._amount(cells)
            account = cells[self._account].strip()
            if account.startswith(self._clients):
                entry.lines.append(self._line(cells, amount, entry.count, number))
            else:
                side = counterpart(account[:3])
                entry.answers[side] = entry.answers.get(side, 0) + amount
        except ValueError as why:
            self._leave(cells, Source(self._file, number), str(why))
            return
        entry.balance += amount

    def _entry(self, cells: list[str], day: dt.date, line: int) -> _OpenEntry:
        """The entry of a line: its journal, number and day. Once one is whole and another begins,
        the same names begin a further entry."""
        journal, number = self._names(cells)
        key = (journal, number, day)
        entry = self._at.get(key)
        if entry is None or (entry.left and not entry.balance):
            name = self._cell(cells, self._journal_name)
            entry = self._at[key] = _OpenEntry(key, name, self._times[key], line)
            self._times[key] += 1
            self._entries.append(entry)
            self._journals.add(journal)
            first, last = self._days or (day, day)
            self._days = (min(first, day), max(last, day))
        if self._current is not entry:
            if self._current is not None:
                self._current.left = True
            self._current = entry
        return entry

    def _names(self, cells: list[str]) -> tuple[str, str]:
        """The journal and the number of a line's entry."""
        number = cells[self._number].strip() or cells[self._piece].strip()
        return cells[self._journal].strip(), number

    def _amount(self, cells: list[str]) -> int:
        """The cents of a line, a debit above zero."""
        if not self._columns.signed:
            return cents(cells[self._first]) - cents(cells[self._second])
        side = cells[self._second].strip().upper()
        if side not in SIGNS:
            raise ValueError(f"son sens « {short(side, 20)} » n'est ni D ni C")
        return SIGNS[side] * cents(cells[self._first])

    def _line(self, cells: list[str], amount: int, rank: int, number: int) -> FecLine:
        cell, place = self._cell, self._columns.place
        piece = clean(cells[self._piece])
        auxiliary, client = self._client(cells)
        currency = cell(cells, place("Idevise")).strip().upper()
        foreign = cents(cell(cells, place("Montantdevise"))) if currency not in HOME else 0
        if foreign and not is_currency(currency):
            raise ValueError(f"sa devise « {short(currency, 20)} » n'est pas connue")
        return FecLine(
            rank,
            auxiliary,
            client,
            cells[self._account].strip().startswith(DOUBTFUL),
            "" if piece in _NO_NUMBER else piece,
            day_of(day) if (day := cells[place("PieceDate")].strip()) else None,
            clean(cells[place("EcritureLib")]),
            amount,
            clean(cells[place("EcritureLet")]),
            currency if foreign else "",
            # The sign of a sum in another currency is that of the debit, as some write it, or none.
            abs(foreign) if amount > 0 else -abs(foreign),
            Source(self._file, number),
        )

    def _client(self, cells: list[str]) -> tuple[str, str]:
        """The client's own account and name: the auxiliary one, else what the account of the chart
        says after its class; a collective account names nobody."""
        place = self._columns.place
        auxiliary = clean(cells[place("CompAuxNum")])
        name = clean(cells[place("CompAuxLib")])
        account = cells[self._account].strip()
        if not auxiliary:
            prefix = next(x for x in self._clients if account.startswith(x))
            rest = account[len(prefix) :]
            auxiliary = clean(rest) if rest.strip("0") else ""
        return auxiliary, name or clean(self._cell(cells, place("CompteLib")))

    @staticmethod
    def _cell(cells: list[str], place: int) -> str:
        return cells[place] if place >= 0 else ""

    def _leave(self, cells: list[str], source: Source, why: str) -> None:
        """Tell of a line that cannot be taken; its entry is whole no more."""
        day, auxiliary, client = None, "", ""
        if len(cells) > max(
            self._columns.place("CompAuxLib"), self._account, self._day, self._piece
        ):
            day = day_or_none(cells[self._day])
            if cells[self._account].strip().startswith(self._clients):
                auxiliary, client = self._client(cells)
            self._broken.add(self._names(cells))
        problem = Problem(source, f"cette ligne n'est pas prise : {why}", _CORRECT)
        self._unread.append(UnreadLine(auxiliary, client, day, problem))

    # ------------------------------------------------------------ The whole

    def reading(self, remarks: list[Problem]) -> Reading[FecExport]:
        """Everything that was read."""
        all_remarks = [*remarks, *self._unbalanced(), *self._again()]
        filled = [entry for entry in self._entries if entry.lines]
        if self._days is None or not (filled or self._unread):
            begin = ", ".join(self._clients)
            what = f"aucune écriture de client : aucun compte ne commence par {begin}"
            remedy = "nommez vos comptes de clients dans importer.fec.comptes"
            fault = Problem(Source(self._file), what, remedy)
            return Reading(
                (), (*(line.problem for line in self._unread), fault), tuple(all_remarks)
            )
        filled.sort(key=lambda entry: entry.key[2])
        entries = tuple(entry.read() for entry in filled)
        journals = frozenset(map(_journal, self._journals))
        export = FecExport(entries, tuple(self._unread), *self._days, journals)
        return Reading((export,), (), tuple(all_remarks))

    def _unbalanced(self) -> Iterator[Problem]:
        for entry in self._entries:
            broken = entry.key[:2] in self._broken
            if entry.balance and not broken:
                gap = money(Decimal(abs(entry.balance)).scaleb(-2), "EUR")
                side = "débit" if entry.balance > 0 else "crédit"
                what = f"l'écriture {_told(entry)} a {gap} de trop au {side}"
                yield Problem(Source(self._file, entry.line), what, _BALANCE)

    def _again(self) -> Iterator[Problem]:
        """Entries of one number: on several days, or twice on one."""
        first: dict[tuple[str, str], _OpenEntry] = {}
        for entry in self._entries:
            other = first.setdefault(entry.key[:2], entry)
            if other is not entry and entry.lines:
                same = other.key[2] == entry.key[2]
                when = "le même jour" if same else f"ligne {other.line}"
                what = f"le numéro d'écriture {_told(entry)} sert déjà ({when})"
                yield Problem(Source(self._file, entry.line), what, _ONE_NUMBER)


_BALANCE = "elle entre telle quelle : comparez-la avec le logiciel comptable"
_ONE_NUMBER = "les deux entrent : vérifiez que ce n'est pas la même écriture deux fois"


def _told(entry: _OpenEntry) -> str:
    return f"{short(entry.key[0], 20)} {short(entry.key[1], 40)}"


def _journal(code: str) -> str:
    """The code of a journal as ids spell it: its number comes after a bar."""
    return clean(code).replace("/", "-")
