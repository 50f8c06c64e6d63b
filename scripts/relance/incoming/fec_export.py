"""The accounting entries of a FEC that move money on accounts of clients, as the file states them.

Sums are whole cents, debits above zero, in the currency of the books; what a line says in another
currency stands beside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from relance.values.problem import Problem, Source


class Counterpart(StrEnum):
    """What answers the lines of clients in an entry, by the class of the French chart of accounts
    (PCG art. 931-1): 7, 445, 5, 6, and all else."""

    SALES = "ventes"
    VAT = "tva"
    BANK = "banque"
    LOSS = "pertes"
    OTHER = "autres"


@dataclass(frozen=True, slots=True)
class FecLine:
    """A line on an account of clients. `rank` is its place in its entry, from 1; `auxiliary` the
    client's own account ("" when none is named), `doubtful` whether the account is one of doubtful
    clients."""

    rank: int
    auxiliary: str
    client: str
    doubtful: bool
    piece: str  # PieceRef, "" for « - »
    piece_date: date | None
    label: str
    amount: int
    letter: str  # EcritureLet
    currency: str  # Idevise, "" for that of the books
    foreign: int  # Montantdevise, signed as `amount`
    source: Source


@dataclass(frozen=True, slots=True)
class FecEntry:
    """An entry with lines of clients. `occurrence` counts the entries of its journal, number and
    day before it in the file; `answers` sums its other lines."""

    journal: str
    journal_name: str
    number: str
    date: date
    occurrence: int
    lines: tuple[FecLine, ...]
    answers: Mapping[Counterpart, int]

    def id_of(self, line: FecLine) -> str:
        """What one of its lines is known by: journal, number, day and its place."""
        again = f"-{self.occurrence + 1}" if self.occurrence else ""
        return f"{self.place}/{self.date}{again}.{line.rank}"

    @property
    def place(self) -> str:
        """Its journal and number."""
        return f"{self.journal}/{self.number}"


@dataclass(frozen=True, slots=True)
class UnreadLine:
    """A line that cannot be taken and may be of a client: of the one named, or of nobody known."""

    auxiliary: str
    client: str
    day: date | None
    problem: Problem


@dataclass(frozen=True, slots=True)
class FecExport:
    """A whole file: its entries of clients by day, and the lines that cannot be taken."""

    entries: tuple[FecEntry, ...]
    unread: tuple[UnreadLine, ...]
    first: date
    last: date
    journals: frozenset[str]
