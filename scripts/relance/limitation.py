"""Until when a debt can be claimed in court (law.md, "Limitation periods"). Pure.

A computation shown to the creditor, never a verdict: the last day is counted in full.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from relance.claims import Claim
from relance.model import Books, DebtorType, IssuedLetter, Note, NoteSort
from relance.register import as_of
from relance.typography import french_date

DECLARATION_MONTHS = 2  # C. com. R622-24
DECLARATION_MONTHS_ABROAD = 4


@dataclass(frozen=True, slots=True)
class Act:
    """What makes the time start again: its day and what it was, in French."""

    date: dt.date
    what: str


@dataclass(frozen=True, slots=True)
class Limitation:
    """The last day to sue for a claim.

    `original` counts from the claim alone: `years` after `start`, the day of what `basis` names.
    `moved` is the last day after the latest `act` that the ledger records, None without one.
    """

    start: dt.date
    basis: str
    years: int
    article: str
    original: dt.date
    moved: dt.date | None = None
    act: Act | None = None

    @property
    def date(self) -> dt.date:
        """The day that counts as the books stand."""
        return self.moved or self.original

    def __str__(self) -> str:
        """Both dates and where they come from, in French."""
        original = (
            f"{french_date(self.original)} ({self.years} ans, {self.article}, "
            f"depuis {self.basis} du {french_date(self.start)})"
        )
        if self.act is None or self.moved is None:
            return original
        return (
            f"{french_date(self.moved)} depuis {self.act.what} du "
            f"{french_date(self.act.date)} ; à l'origine {original}"
        )


@dataclass(frozen=True, slots=True)
class _Period:
    """How long a debtor can be sued; `from_new_year`: from the 1 January that follows."""

    years: int
    article: str
    from_new_year: bool = False

    def last_day(self, start: dt.date) -> dt.date:
        """The last day, in full, of the period that `start` sets off."""
        if self.from_new_year:
            return dt.date(start.year + self.years, 12, 31)
        return add_months(start, 12 * self.years)


_PERIODS = {
    DebtorType.PROFESSIONAL: _Period(5, "C. com. L110-4"),
    DebtorType.OTHER: _Period(5, "C. civ. 2224"),
    DebtorType.CONSUMER: _Period(2, "C. conso. L218-2"),
    DebtorType.PUBLIC: _Period(4, "loi 68-1250", from_new_year=True),
}


def limitation(claim: Claim, acts: Iterable[Act] = ()) -> Limitation | None:
    """The limitation of a claim; `acts` that come once it has run out revive nothing.

    None for a debtor of unknown type: the period depends on it, and is never guessed.
    """
    debtor = claim.client.debtor
    if debtor is None:
        return None
    period = _PERIODS[debtor]
    start, basis = _start(claim)
    original = period.last_day(start)
    moved, latest = original, None
    for act in sorted(acts, key=lambda act: act.date):
        if start <= act.date <= moved and period.last_day(act.date) > moved:
            moved, latest = period.last_day(act.date), act
    return Limitation(
        start=start,
        basis=basis,
        years=period.years,
        article=period.article,
        original=original,
        moved=moved if latest else None,
        act=latest,
    )


def _start(claim: Claim) -> tuple[dt.date, str]:
    """The earliest of service, invoice and due date: courts count from the completion of the
    work, whatever the invoice says (Cass. com. 26 Feb 2020, 18-25.036)."""
    days = [(claim.service, "la prestation"), (claim.invoiced, "la facture")]
    days.append((claim.due, "l'échéance"))
    return min(((day, basis) for day, basis in days if day), key=lambda found: found[0])


def acts(claim: Claim, books: Books, day: dt.date) -> tuple[Act, ...]:
    """What made the time of a claim start again, as the books know it at `day`.

    An acknowledgement (C. civ. 2240), a payment that names the invoice (one imputed by us
    acknowledges nothing), and against a public body a written demand (loi 68-1250, art. 2).
    """
    return (
        *(Act(n.date, "la reconnaissance") for n in books.notes if _acknowledges(n, claim, day)),
        *(
            Act(receipt.date, "le règlement")
            for receipt in claim.receipts
            if receipt.linked and not receipt.credit_note
        ),
        *_demands(claim, as_of(books.letters, day)),
    )


def _acknowledges(note: Note, claim: Claim, day: dt.date) -> bool:
    return (
        note.sort is NoteSort.ACKNOWLEDGEMENT
        and note.date <= day
        and note.concerns(claim.client.account, claim.invoice)
    )


def _demands(claim: Claim, letters: Iterable[IssuedLetter]) -> Iterator[Act]:
    """The written demands that left the house: without a dispatch note nothing proves one."""
    if claim.client.debtor is not DebtorType.PUBLIC:
        return
    for letter in letters:
        cites = any(
            (c.invoice, c.instalment) == (claim.invoice, claim.instalment) and c.rank > 0
            for c in letter.citations
        )
        if cites and letter.account == claim.client.account and letter.cancelled_on is None:
            yield from (Act(d.date, f"la demande {letter.id}") for d in letter.dispatches)


def declaration_deadline(published: dt.date, *, abroad: bool = False) -> dt.date:
    """The last day to declare a claim to the mandataire: two months after the BODACC
    publication, four for a creditor abroad (C. com. L622-24, R622-24)."""
    months = DECLARATION_MONTHS_ABROAD if abroad else DECLARATION_MONTHS
    return add_months(published, months)


def add_months(day: dt.date, months: int) -> dt.date:
    """The day of the same number so many months later, else the last of its month
    (C. proc. civ. 641)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
