"""Limitation periods: the last day to go to court about a claim (rules 11.1 to 11.4).

A computation to be shown, never a verdict.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from relance.claims.claim import Claim
from relance.values.dates import months_after
from relance.values.facts import Note
from relance.values.issued import IssuedLetter
from relance.values.kinds import DebtorType, NoteSort
from relance.values.terms import LimitationPeriod

YEARS = 5  # C. com. L110-4; C. civ. 2224
CONSUMER_YEARS = 2  # C. conso. L218-2
PUBLIC_YEARS = 4  # law 68-1250, article 1: from the 1 January that follows


@dataclass(frozen=True, slots=True)
class Limitation:
    """The last day to act: as it stood at first, and as acts of the debtor moved it, if any;
    `period` is the one that was written for it, if it ends before the law's for its debtor."""

    original: dt.date
    moved: dt.date | None = None
    period: LimitationPeriod | None = None

    @property
    def last_day(self) -> dt.date:
        """The last day to act, all acts counted."""
        return self.moved or self.original


def limitation(claim: Claim, acknowledgements: Sequence[dt.date] = ()) -> Limitation:
    """The limitation of a claim; `acknowledgements` are the days on which the debtor
    acknowledged the debt (C. civ. 2240), in any order.

    Time runs from the earliest of the work, the invoice and the due date, whatever the invoice
    says (Cass. com. 18-25.036). Each acknowledgement, and each payment of a part that names the
    invoice, starts the period anew (C. civ. 2231), provided that it came before its end. The
    books' own imputation of a payment without reference is no act of the debtor, nor is a loss
    that the creditor enters.
    """
    start = min(filter(None, (claim.born, claim.due)))
    original = last = _last_day(start, claim)
    paid = (r.date for r in claim.receipts if r.linked and r.is_payment)
    for act in sorted((*acknowledgements, *paid)):
        if start <= act <= last:
            last = max(last, _last_day(act, claim))
    written = claim.limitation if shortens(claim, start) else None
    return Limitation(original, last if last > original else None, written)


def shortens(claim: Claim, start: dt.date) -> bool:
    """Whether the period that is written for the claim ends before the law's for its debtor; a
    longer one never counts."""
    written = claim.limitation
    law = _of_the_law(start, claim.client.debtor)
    return written is not None and months_after(start, written.months) < law


def acknowledgements(
    claim: Claim, notes: Iterable[Note], letters: Iterable[IssuedLetter]
) -> tuple[dt.date, ...]:
    """What its client's notes and letters know of acts that start the period of a claim anew:
    notes `#reconnaissance` and, against a public body alone, written demands known to have left
    (law 68-1250, article 2; elsewhere not even a registered one counts, Cass. com. 20-23.204)."""
    about = (claim.client.account, claim.invoice)
    days = [
        note.date
        for note in notes
        if note.sort is NoteSort.ACKNOWLEDGEMENT and note.concerns(*about)
    ]
    if claim.client.debtor is DebtorType.PUBLIC:
        days += _demands(claim, letters)
    return tuple(days)


def _demands(claim: Claim, letters: Iterable[IssuedLetter]) -> list[dt.date]:
    """The days on which letters that cite the claim were sent, the cancelled ones left out."""
    return [
        dispatch.date
        for letter in letters
        if letter.account == claim.client.account and letter.cancelled_on is None
        if not letter.informs
        if any(
            (c.invoice, c.instalment) == (claim.invoice, claim.instalment) for c in letter.citations
        )
        for dispatch in letter.dispatches
    ]


def _last_day(start: dt.date, claim: Claim) -> dt.date:
    """The last day of the period that is written, else of the law's: one year for the carriage of
    goods (C. com. L133-6) and electronic communications (CPCE postes L34-2), whoever owes."""
    if claim.limitation and shortens(claim, start):
        return months_after(start, claim.limitation.months)
    return _of_the_law(start, claim.client.debtor)


def _of_the_law(start: dt.date, debtor: DebtorType | None) -> dt.date:
    """The period's last day; a debtor of unknown type gets the shortest, which is the safest."""
    if debtor is DebtorType.PUBLIC:
        return dt.date(start.year + PUBLIC_YEARS, 12, 31)
    short = debtor in (DebtorType.CONSUMER, None)
    return months_after(start, 12 * (CONSUMER_YEARS if short else YEARS))
