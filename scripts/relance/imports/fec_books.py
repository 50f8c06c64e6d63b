"""What the books hold of an accounting export already: imported earlier, written by a person, or
come in from another file."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from typing import Any

from relance.imports.books_so_far import BooksSoFar
from relance.imports.directives import NewDirective
from relance.imports.fec_entries import HOME, KIND, MoveToWrite
from relance.imports.fec_moves import FecKind
from relance.incoming.fec_export import FecExport
from relance.ledger.beancount import Transaction
from relance.ledger.blocks import fingerprint
from relance.ledger.imported import LETTERS, SOURCE, ImportedEntry, id_of
from relance.ledger.invoice_names import InvoiceNames
from relance.text.escapes import short
from relance.text.locales import money, short_date
from relance.values.amounts import ZERO
from relance.values.problem import Problem, Source

_NEAR = dt.timedelta(days=5)


class FecStanding(Enum):
    """How a line stands to the books."""

    NEW = "new"
    SAME = "same"
    LETTERED = "lettered"  # the same but for its lettering, or its words
    CHANGED = "changed"  # another sum, or another client
    ELSEWHERE = "elsewhere"  # an entry that no FEC brought says it


@dataclass(frozen=True, slots=True)
class _Booked:
    """An entry of the books that no FEC brought, on the account of a client."""

    date: dt.date
    amount: Decimal
    source: Source


class FecBooks:
    """Compares the lines of a FEC with the books; `opened` is the day from which the books of an
    account begin with an opening balance that a FEC told."""

    def __init__(self, so_far: BooksSoFar, equity: str) -> None:
        self._so_far = so_far
        self._known = {name: x for name, x in so_far.imported.items() if x.kind == KIND}
        self._sold: dict[tuple[str, str], list[_Booked]] = defaultdict(list)
        self._paid: dict[tuple[str, str, Decimal], list[_Booked]] = defaultdict(list)
        self._moved: dict[str, list[tuple[dt.date, Decimal]]] = defaultdict(list)
        self.opened: dict[str, dt.date] = {}
        names = InvoiceNames(so_far.policy.ledger.invoice)
        for entry in so_far.loaded.entries:
            if isinstance(entry, Transaction):
                self._read(entry, names, equity)

    def _read(self, entry: Any, names: InvoiceNames, equity: str) -> None:
        ours = id_of(entry.meta).startswith(f"{KIND}:")
        for posting in entry.postings:
            client = self._so_far.clients.of(posting.account)
            if client is None or not posting.units or not posting.units.number:
                continue
            account, weight = client.account, _weight(posting)
            self._moved[account].append((entry.date, weight))
            if ours:
                if any(other.account == equity for other in entry.postings):
                    self.opened[account] = max(entry.date, self.opened.get(account, entry.date))
                continue
            place = self._so_far.complaints.place(entry.meta)
            booked = _Booked(entry.date, posting.units.number, place)
            for name in self._numbers(entry, posting, names) if weight > 0 else ():
                self._sold[account, name].append(booked)
            if weight < 0:
                self._paid[account, posting.units.currency, posting.units.number].append(booked)

    def _numbers(self, entry: Any, posting: Any, names: InvoiceNames) -> Iterator[str]:
        keys = self._so_far.policy.ledger.invoice.meta
        for meta in (posting.meta or {}, entry.meta):
            for key in keys:
                if isinstance(meta.get(key), str):
                    yield meta[key]
                    return
        yield from names.of_line(entry, posting)

    # ------------------------------------------------------------ One line

    def compare(
        self, booking: MoveToWrite, directive: NewDirective
    ) -> tuple[FecStanding, Problem | None]:
        """How a line stands to the books, and what is told of it."""
        entry = self._known.get(booking.id)
        if entry is None:
            return self._elsewhere(booking, directive)
        if not entry.untouched:
            return self._touched(booking, entry)
        source = entry.entry.meta.get(SOURCE)
        kept = replace(directive, metadata={**directive.metadata, SOURCE: source})
        if fingerprint(kept.text) == fingerprint(entry.block.text):
            return FecStanding.SAME, None
        postings = [p for p in entry.entry.postings if p.account == booking.client.account]
        here = sum((_weight(posting) for posting in postings), ZERO)
        if not postings or here != _amount(booking):
            what = (
                f"{_told(booking)} a changé : {money(_amount(booking), HOME)} ici, dans les livres "
            )
            what += money(here, HOME) if postings else f"à {entry.entry.postings[0].account}"
            return FecStanding.CHANGED, Problem(booking.source, what, _changed(entry))
        return FecStanding.LETTERED, None

    @staticmethod
    def _touched(booking: MoveToWrite, entry: ImportedEntry) -> tuple[FecStanding, Problem | None]:
        """An entry that a person changed stays as it is; letters that it does not have are told."""
        letters = str(entry.entry.meta.get(LETTERS) or "")
        if booking.first.line.letter in ("", letters):
            return FecStanding.SAME, None
        place = Source(entry.path, entry.block.line)
        what = f"{_told(booking)} est lettrée {short(booking.first.line.letter, 20)}"
        remedy = f"vous avez changé cette écriture ({place}) : reportez-y ce qu'elle règle"
        return FecStanding.SAME, Problem(booking.source, what, remedy)

    def _elsewhere(
        self, booking: MoveToWrite, directive: NewDirective
    ) -> tuple[FecStanding, Problem | None]:
        """A line that an entry of another origin says: an invoice by its number, a credit by its
        sum within five days; each such entry is one line."""
        move, posting = booking.first, directive.postings[0]
        account = booking.client.account
        total = sum((x.amount.number for x in directive.postings if x.account == account), ZERO)
        if move.number:
            booked = self._sold.get((account, move.number))
            if not booked:
                return FecStanding.NEW, None
            sums = sum((other.amount for other in booked), ZERO)
            if sums == total:
                return FecStanding.ELSEWHERE, None
            what = f"{move.number} est de {money(total, posting.amount.currency)}, et y est saisie "
            what += f"pour {money(sums, posting.amount.currency)}"
            remedy = f"comparez avec {booked[0].source} : corrigez celle qui est fausse"
            return FecStanding.CHANGED, Problem(booking.source, what, remedy)
        if move.line.amount > 0 or move.kind is FecKind.OPENING:
            return FecStanding.NEW, None
        near = self._paid.get((account, posting.amount.currency, total), [])
        day = move.entry.date
        best = min(near, key=lambda other: abs(other.date - day), default=None)
        if best is None or abs(best.date - day) > _NEAR:
            return FecStanding.NEW, None
        near.remove(best)
        return FecStanding.ELSEWHERE, None

    # ------------------------------------------------------------ The whole file

    def vanished(
        self, export: FecExport, ids: Collection[str]
    ) -> dict[tuple[str, str], ImportedEntry]:
        """The lines imported earlier that a file of the same days and journals no longer has, by
        the place of their entry and their own in it."""
        gone: dict[tuple[str, str], ImportedEntry] = {}
        for name, entry in self._known.items():
            inside = export.first <= entry.entry.date <= export.last
            if inside and name not in ids and _journal(name) in export.journals:
                gone[place_of(name)] = entry
        return gone

    def balance(self, account: str, before: dt.date) -> Decimal | None:
        """What a client owed before a day, in the currency of a FEC; None when the books say
        nothing of it by then."""
        moved = [amount for day, amount in self._moved.get(account, ()) if day < before]
        return sum(moved, ZERO) if moved else None

    def add(self, booking: MoveToWrite) -> None:
        """Know an entry that is to be written."""
        account, day = booking.client.account, booking.first.entry.date
        self._moved[account].append((day, _amount(booking)))
        if booking.first.kind is FecKind.OPENING:
            self.opened[account] = max(day, self.opened.get(account, day))


def place_of(name: str) -> tuple[str, str]:
    """The journal and number of an id, and the place of its line."""
    head, _, tail = name.rpartition("/")
    return head, tail.rpartition(".")[2]


def _journal(name: str) -> str:
    return name.partition(":")[2].partition("/")[0]


def _weight(posting: Any) -> Decimal:
    """What a posting counts in euros, to the cent."""
    number: Decimal = posting.units.number
    if posting.price:
        number *= posting.price.number
    return number.quantize(Decimal("0.01"))


def _amount(booking: MoveToWrite) -> Decimal:
    return Decimal(booking.amount).scaleb(-2)


def _told(booking: MoveToWrite) -> str:
    move = booking.first
    return f"l'écriture {short(move.entry.place, 60)} du {short_date(move.entry.date)}"


def _changed(entry: ImportedEntry) -> str:
    place = Source(entry.path, entry.block.line)
    return (
        f"demandez à qui tient les comptes ; si ce fichier dit vrai, supprimez {place}, puis "
        "recommencez"
    )
