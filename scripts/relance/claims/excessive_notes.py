"""Disputes and promises of more than was owed on the day of their note.

Nothing is lost by one: a share never goes beyond its claim. But a wrong amount is more often a
slip, or penalties counted in, than the truth; and what is too much of an account's dispute would
fall on its later invoices.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from relance.claims.claim import Claim
from relance.claims.on_day import OnDay
from relance.text.locales import enumeration, french_date, money
from relance.values.amounts import ZERO, Money
from relance.values.facts import Note
from relance.values.kinds import NoteSort
from relance.values.problem import Problem

SUMS = (NoteSort.PROMISE, NoteSort.DISPUTE)


def excessive(on: OnDay) -> list[Problem]:
    """The disputes and promises that count for an open claim and are of more than was owed."""
    notes = dict.fromkeys(
        note
        for claim in on.open
        if claim.client.account in on.notes
        for note in (*on.notes.open_dispute(claim)[-1:], on.notes.latest(claim, NoteSort.PROMISE))
        if note and note.amount
    )
    return [problem for note in notes for problem in examine(note, on.claims_of(note.account))]


def examine(note: Note, claims: Sequence[Claim]) -> list[Problem]:
    """The problem of a dispute or promise of too much, if it is one."""
    amount = note.amount
    if note.sort not in SUMS or amount is None or amount.number <= (most := _owed(note, claims)):
        return []
    what = f"{note.sort} de {money(amount.number, amount.currency)} : {_too_much(note, most)}"
    return [Problem(note.source, what, _remedy(note, Money(most, amount.currency)))]


def _owed(note: Note, claims: Iterable[Claim]) -> Decimal:
    """What the claims a note speaks of owed in its currency, before the payments of its day:
    these may well be what was promised. An account's note is about what it was invoiced by then."""
    assert note.amount
    return sum(
        (
            claim.amount - sum((r.amount for r in claim.receipts if r.date < note.date), ZERO)
            for claim in claims
            if claim.currency == note.amount.currency
            and note.concerns(claim.client.account, claim.invoice)
            and (note.invoices or claim.invoiced <= note.date)
        ),
        ZERO,
    )


def _too_much(note: Note, most: Decimal) -> str:
    assert note.amount
    who = enumeration(note.invoices) if note.invoices else "le compte"
    verb = "devaient" if len(note.invoices) > 1 else "devait"
    currency = note.amount.currency
    sum_ = f"que {money(most, currency)}" if most > ZERO else f"rien en {currency}"
    return f"{who} ne {verb} {sum_} le {french_date(note.date)}"


def _remedy(note: Note, most: Money) -> str:
    if most.number <= ZERO:
        return "vérifiez la facture et la devise, ou retirez le montant"
    extras = " : pénalités et indemnité n'en sont pas" if note.sort is NoteSort.PROMISE else ""
    return f"écrivez au plus {most}{extras}"
