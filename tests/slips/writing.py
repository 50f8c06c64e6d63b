"""Slips: what one entry becomes under a tired hand, and what the books say then."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from random import Random

from slips.books import DAYS, Company, Entry, Move


@dataclass(frozen=True)
class Slip:
    """An entry that became others, or none.

    When `says`, the slip changed facts in a way that no program can see: letters may follow what
    the new entries mean. `like` are correct entries that mean the same, when what changed is no
    sum. With neither, letters must stay as they were, or wait. `holds` are invoices that must wait:
    somebody wrote of them what the program does not understand.
    """

    old: Entry
    new: tuple[Entry, ...]
    says: bool = False
    like: tuple[Entry, ...] | None = None
    holds: tuple[str, ...] = ()

    def __str__(self) -> str:
        written = "\n".join(entry.text.rstrip() for entry in self.new) or "(rien)"
        return f"{self.old.text.rstrip()}\n--- devient ---\n{written}"


@dataclass(frozen=True)
class Place:
    """An entry at which a slip happens, in its company; `cited` are the invoices in letters."""

    entry: Entry
    random: Random
    company: Company
    cited: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        return self.entry.text

    @property
    def day(self) -> date:
        return date.fromisoformat(self.text[:10])

    @property
    def total(self) -> Decimal:
        return sum((abs(move.number) for move in self.entry.moves), Decimal(0))

    def others(self, *kinds: str, same_client: bool = True) -> list[Entry]:
        """The other entries of these kinds."""
        return [
            entry
            for entry in self.company.of(*kinds)
            if entry is not self.entry and (entry.account == self.entry.account) is same_client
        ]

    def alone(self, invoice: str) -> bool:
        """Whether nothing else in the books or the register names the invoice."""
        return len(self.company.about(invoice)) == 1 and invoice not in self.cited

    # ------------------------------------------------------------ What the slip makes

    def becomes(self, text: str | None) -> Slip | None:
        """The entry reads otherwise; nothing new is true of it."""
        if text is None or text == self.text:
            return None
        return Slip(self.entry, (replace(self.entry, text=text),))

    def held(self, text: str | None) -> Slip | None:
        """The entry reads otherwise, and its invoice must wait until somebody says why."""
        found = self.becomes(text)
        return found and replace(found, holds=(self.entry.invoice,))

    def says(self, text: str | None, moves: Sequence[Move]) -> Slip | None:
        """The entry reads otherwise, and means these moves: the books now say so."""
        if text is None or text == self.text:
            return None
        return Slip(self.entry, (replace(self.entry, text=text, moves=tuple(moves)),), says=True)

    def like(self, text: str | None, *entries: Entry) -> Slip | None:
        """The entry reads otherwise, and the books say what these entries say correctly."""
        if text is None or text == self.text:
            return None
        return Slip(self.entry, (replace(self.entry, text=text),), like=entries)

    def twice(self, text: str) -> Slip:
        """The entry, and beside it another."""
        return Slip(self.entry, (self.entry, replace(self.entry, text=text, moves=())))

    def sub(self, pattern: str, new: str, count: int = 1) -> str | None:
        """The text with a pattern replaced, None when it has none."""
        text, found = re.subn(pattern, new, self.text, count=count, flags=re.MULTILINE)
        return text if found else None

    def with_line(self, line: str) -> str:
        """The text with one more line of metadata."""
        head, _, rest = self.text.partition("\n")
        return f"{head}\n  {line}\n{rest}"


def future(day: date) -> bool:
    """Whether no plan of ours sees that day."""
    return day > DAYS[-1]


Make = Callable[[Place], Slip | None]


@dataclass(frozen=True)
class Kind:
    """A kind of slip, at entries of some kinds."""

    name: str
    on: tuple[str, ...]
    make: Make


CATALOGUE: dict[str, Kind] = {}


def slip(*on: str) -> Callable[[Make], Make]:
    """Put a kind of slip, named by its function, into the catalogue."""

    def put(make: Make) -> Make:
        name = make.__name__.replace("_", "-")
        assert name not in CATALOGUE
        CATALOGUE[name] = Kind(name, on, make)
        return make

    return put


def each(names: Sequence[str], *on: str) -> Callable[[Callable[[Place, str], Slip | None]], None]:
    """The same for a slip with several spellings, chosen at random."""

    def put(make: Callable[[Place, str], Slip | None]) -> None:
        def chosen(place: Place) -> Slip | None:
            return make(place, place.random.choice(names))

        chosen.__name__ = make.__name__
        slip(*on)(chosen)

    return put


INVOICES = ("invoice", "invoice-by-terms", "instalments", "opening")
PAYMENTS = ("payment", "unlinked")
