"""What each line of a client in a FEC is: a sale, a payment, an opening balance, and whose.

The same client on an account of doubtful clients (416) is the same client: what moves a claim there
changes nothing of what is owed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from relance.incoming import bank_text
from relance.incoming.csv_profiles import column_word
from relance.incoming.fec_export import Counterpart, FecEntry, FecExport, FecLine
from relance.policy.fec_settings import FecDueDate, FecNumber, FecSettings
from relance.text.firms import bare


class FecKind(StrEnum):
    """What a line does to the account of its client."""

    OPENING = "reprise"
    SALE = "vente"
    CREDIT_NOTE = "avoir"
    PAYMENT = "règlement"
    RETURN = "rejet"
    LOSS = "perte"
    OTHER = "autre"


@dataclass(frozen=True, slots=True)
class FecMove:
    """A line of a client and what it is; `number` is that of the invoice it makes, "" for none,
    `client` whose it is in the file."""

    id: str
    entry: FecEntry
    line: FecLine
    kind: FecKind
    client: str
    number: str
    due: dt.date | None

    @property
    def order(self) -> tuple[dt.date, int]:
        """By day, then as they stand in the file."""
        return (self.entry.date, self.line.source.line)

    @property
    def invoiced(self) -> dt.date:
        """The day of the invoice: of its document, else the one that the label of an opening
        balance tells, else that of the entry."""
        day = self.line.piece_date
        if self.kind is FecKind.OPENING and day in (None, self.entry.date):
            return _day_in(_DATED, self.line.label, dt.date.min, self.entry.date) or self.entry.date
        return day or self.entry.date


@dataclass(frozen=True, slots=True)
class FecMoves:
    """The moves of a file; apart from them the `transfers` between two accounts of one client, by
    entry: what was lettered before one and after it belongs together. `names` are a line of each
    client, that names it."""

    moves: tuple[FecMove, ...]
    transfers: tuple[tuple[FecMove, ...], ...]
    names: Mapping[str, FecLine]


def moves_of(export: FecExport, settings: FecSettings) -> FecMoves:
    """Every line of clients as what it is."""
    clients = _clients(export.entries)
    rules = _Rules(settings)
    moves: list[FecMove] = []
    transfers: list[tuple[FecMove, ...]] = []
    names: dict[str, FecLine] = {}
    for entry in export.entries:
        of_entry = [rules.move(entry, line, clients[line.auxiliary]) for line in entry.lines]
        for move in of_entry:
            names.setdefault(move.client, move.line)
        moved = list(_moved(of_entry))
        transfers += moved
        gone = {move.id for group in moved for move in group}
        moves += [move for move in of_entry if move.id not in gone]
    return FecMoves(tuple(moves), tuple(transfers), names)


def _clients(entries: Iterable[FecEntry]) -> Mapping[str, str]:
    """The client of each auxiliary account: itself, but for one of doubtful clients alone that
    bears the name of exactly one other client."""
    usual: dict[str, set[str]] = defaultdict(set)
    doubtful: dict[str, str] = {}
    clients: dict[str, str] = {}
    for line in (line for entry in entries for line in entry.lines):
        clients[line.auxiliary] = line.auxiliary
        if line.doubtful:
            doubtful[line.auxiliary] = bare(line.client)
        else:
            usual[bare(line.client)].add(line.auxiliary)
    on_both = {account for accounts in usual.values() for account in accounts}
    for account, name in doubtful.items():
        if account not in on_both and len(others := usual.get(name, ())) == 1:
            clients[account] = next(iter(others))
    return clients


def _moved(moves: list[FecMove]) -> Iterable[tuple[FecMove, ...]]:
    """The lines of an entry that move a client's claims to the account of doubtful ones, or back,
    to the cent."""
    if len(moves) < 2 or not any(move.line.doubtful for move in moves):
        return
    by_client: dict[str, list[FecMove]] = defaultdict(list)
    for move in moves:
        by_client[move.client].append(move)
    for of_client in by_client.values():
        both = len({move.line.doubtful for move in of_client}) > 1
        if both and not sum(move.line.amount for move in of_client):
            yield tuple(of_client)


class _Rules:
    def __init__(self, settings: FecSettings) -> None:
        self._settings = settings
        journals = settings.journals
        self._openings = {code.casefold() for code in journals.openings or ()}
        self._sales = {code.casefold() for code in journals.sales or ()}
        self._bank = {code.casefold() for code in journals.bank or ()}

    def move(self, entry: FecEntry, line: FecLine, client: str) -> FecMove:
        """A line as what it is."""
        kind = self._kind(entry, line)
        move = FecMove(entry.id_of(line), entry, line, kind, client, "", None)
        if line.amount < 0 or kind is FecKind.RETURN:
            return move
        due = None
        if self._settings.due is FecDueDate.LABEL:
            last = move.invoiced + _LONGEST
            due = _day_in(_DUE, line.label, move.invoiced, last)
        return replace(move, number=self._number(entry, line, kind), due=due)

    def _kind(self, entry: FecEntry, line: FecLine) -> FecKind:
        if self._is_opening(entry):
            return FecKind.OPENING
        side, journal = _facing(entry, line), entry.journal.casefold()
        if journal in self._sales:
            side = Counterpart.SALES
        if journal in self._bank:
            side = Counterpart.BANK
        if line.amount > 0:
            if side is Counterpart.BANK:
                return FecKind.RETURN
            return FecKind.SALE if side else FecKind.OTHER
        return _CREDITS.get(side or Counterpart.OTHER, FecKind.OTHER)

    def _is_opening(self, entry: FecEntry) -> bool:
        if self._openings:
            return entry.journal.casefold() in self._openings
        words = {column_word(entry.journal), column_word(entry.journal_name)}
        return not words.isdisjoint(_OPENING)

    def _number(self, entry: FecEntry, line: FecLine, kind: FecKind) -> str:
        if self._settings.number is FecNumber.ENTRY and kind is FecKind.SALE:
            return entry.number
        return line.piece or (entry.number if kind is FecKind.SALE else "")


_OPENING = {"an", "ano", "anx", "ran", "rn", "rnx", "ouv", "anouv", "anouveau", "anouveaux"}
_OPENING |= {"nouveaux", "reportanouveau", "reportsanouveau", "reports", "ouverture"}
_OPENING |= {"balanceinitiale", "bilandouverture", "journaldanouveaux", "journaldesanouveaux"}
_OPENING |= {"anouveauxgeneraux", "openingbalance", "soldesinitiaux", "reprise", "reprisedesoldes"}
_CREDITS = {
    Counterpart.SALES: FecKind.CREDIT_NOTE,
    Counterpart.VAT: FecKind.CREDIT_NOTE,
    Counterpart.BANK: FecKind.PAYMENT,
    Counterpart.LOSS: FecKind.LOSS,
}


def _facing(entry: FecEntry, line: FecLine) -> Counterpart | None:
    """What most of a line is answered by; None when nothing stands on the other side."""
    sums = {side: total for side, total in entry.answers.items() if total * line.amount < 0}
    return max(sums, key=lambda side: abs(sums[side])) if sums else None


_LONGEST = dt.timedelta(366)
_WRITTEN_DAY = r"(\d\d?[/.-]\d\d?[/.-]\d{2,4})"
_DUE = re.compile(
    rf"\b[ée]ch(?:[ée]ances?|[ée]an)?\b\.?\s*(?:le|au|du|:)?\s*{_WRITTEN_DAY}", re.IGNORECASE
)
_DATED = re.compile(rf"\b(?:du|le)\s+{_WRITTEN_DAY}", re.IGNORECASE)


def _day_in(pattern: re.Pattern[str], label: str, since: dt.date, until: dt.date) -> dt.date | None:
    """The day that a label tells so, unless it is out of these bounds."""
    match = pattern.search(label)
    if match is None:
        return None
    try:
        day = bank_text.day(match[1])
    except ValueError:
        return None
    return day if since <= day <= until else None
