"""The debts to provide for or to write off, as the books tell them.

Candidates, never a verdict: whether a debt is lost is for the creditor and its accountant.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from relance.claims.claim import Claim
from relance.claims.limitation import limitation
from relance.claims.on_day import OnDay
from relance.text.locales import french_date, money
from relance.values.dates import months_after
from relance.values.facts import Document
from relance.values.kinds import NoteSort

CERTIFICATE = "irrecouvrabilite"  # the tag of the document that proves a debt to be lost
_LIQUIDATION = "liquidation"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One open claim: lost, or only doubtful; why, in words. `vat` tells a loss whose VAT comes
    back (CGI 272, 1: a liquidation judgment, a debt proved to be lost); `base` is what is to
    provide for, VAT included."""

    claim: Claim
    reasons: tuple[str, ...]
    base: Decimal
    lost: bool = False
    vat: bool = False


def candidates(on: OnDay, account: str | None = None) -> tuple[Candidate, ...]:
    """The candidates of a day, of one client if `account` is given, by client and due date."""
    judge = _Judge(on)
    open_ = (
        claim
        for claim in on.ours
        if claim.balance > on.policy.tolerance_for(claim.currency)
        if account in (None, claim.client.account)
    )
    return tuple(candidate for claim in open_ if (candidate := judge.of(claim)))


class _Judge:
    """Holds each claim against the facts of the books."""

    def __init__(self, on: OnDay) -> None:
        self._on = on
        self._liquidations = [
            note
            for note in on.books.notes
            if note.sort is NoteSort.INSOLVENCY
            and note.date <= on.day
            and _LIQUIDATION in _bare(note.text)
        ]
        self._certificates = [
            document
            for document in on.books.documents
            if CERTIFICATE in document.sorts and document.date <= on.day
        ]

    def of(self, claim: Claim) -> Candidate | None:
        """The candidate that a claim makes, if any; a loss comes before a doubt."""
        proved = [*self._liquidation(claim), *self._certificate(claim)]
        losses = [*proved, *self._barred(claim)]
        if losses:
            return Candidate(claim, tuple(losses), claim.balance, lost=True, vat=bool(proved))
        doubts = [*self._age(claim), *self._proceedings(claim)]
        disputed = self._on.disputed(claim)
        if disputed:
            sum_ = money(disputed, claim.currency)
            doubts.append(f"contestée pour {sum_}")
        if not doubts:
            return None
        only_disputed = len(doubts) == 1 and bool(disputed)
        base = disputed if only_disputed else claim.balance
        return Candidate(claim, tuple(doubts), base)

    def _barred(self, claim: Claim) -> Iterator[str]:
        if limitation(claim).last_day >= self._on.day:
            return  # what the debtor acknowledged can only put it off
        last = self._on.limitation(claim).last_day
        if last < self._on.day:
            yield f"prescrite depuis le {french_date(last)} (calcul, à faire vérifier)"

    def _liquidation(self, claim: Claim) -> Iterator[str]:
        """A note of the proceedings that names a liquidation."""
        if self._on.stopped(claim) is None:
            return
        for note in self._liquidations:
            if note.account == claim.client.account:
                opened = note.judgment or note.date
                yield f"liquidation judiciaire du {french_date(opened)}"
                return

    def _certificate(self, claim: Claim) -> Iterator[str]:
        for document in self._certificates:
            if _concerns(document, claim):
                yield f"certificat d'irrécouvrabilité du {french_date(document.date)}"
                return

    def _age(self, claim: Claim) -> Iterator[str]:
        months = self._on.policy.bad_debts.after
        if claim.due and months_after(claim.due, months) < self._on.day:
            yield f"échue le {french_date(claim.due)}, depuis plus de {months} mois"

    def _proceedings(self, claim: Claim) -> Iterator[str]:
        if proceedings := self._on.stopped(claim):
            yield f"procédure collective du {french_date(proceedings.judgment)}"


def _concerns(document: Document, claim: Claim) -> bool:
    return document.account == claim.client.account and (
        not document.invoices or claim.invoice in document.invoices
    )


def _bare(text: str) -> str:
    folded = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in folded if not unicodedata.combining(c))
