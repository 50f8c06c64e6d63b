"""Promises to pay, judged at a date: running, kept, partly kept, broken or replaced.

A promise runs until its day (`echeance`) and the policy's grace in working days, the last one
in full. It is kept when what it promised came in from the day of its note to its last day: its
`montant`, and never more than its claims still owed; without one, all that they owed and that
falls due by the promised day. A newer promise replaces an older one about the same claims as
long as the older one runs; once broken, it stays broken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from relance.claims.claim import Claim
from relance.policy.settings import Policy
from relance.values.amounts import ZERO
from relance.values.facts import Note
from relance.values.kinds import NoteSort


class PromiseOutcome(StrEnum):
    """What became of a promise, as people read it."""

    RUNNING = "en cours"
    KEPT = "tenue"
    PARTLY_KEPT = "tenue en partie"
    BROKEN = "rompue"
    REPLACED = "remplacée"


@dataclass(frozen=True, slots=True)
class Share:
    """What a promise meant in one currency, and the payments that came of it."""

    currency: str
    promised: Decimal
    received: Decimal

    @property
    def missing(self) -> Decimal:
        """What did not come."""
        return max(self.promised - self.received, ZERO)

    def kept(self, policy: Policy) -> bool:
        """Whether all of it came; a rest within the tolerance is none."""
        tolerance = policy.tolerance_for(self.currency) if self.received else ZERO
        return self.missing <= tolerance


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise as judged: `last` is its last day, grace included, `shares` what stands on the
    day of the judgement, so that what came too late is known too."""

    note: Note
    last: date
    outcome: PromiseOutcome
    shares: tuple[Share, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether its last day passed without all of the money."""
        return self.outcome in (PromiseOutcome.PARTLY_KEPT, PromiseOutcome.BROKEN)

    def share(self, currency: str) -> Share:
        """What it is worth in a currency to date."""
        return next((s for s in self.shares if s.currency == currency), Share(currency, ZERO, ZERO))


def last_day(note: Note, policy: Policy) -> date:
    """The last day of a promise, its grace in working days included."""
    return policy.workdays.add(note.due or note.date, policy.promise.grace)


class Promises:
    """The promises of all clients as they stand on `day`."""

    def __init__(
        self, claims: Iterable[Claim], notes: Iterable[Note], policy: Policy, day: date
    ) -> None:
        self.day = day
        self._policy = policy
        self._notes: dict[str, list[Note]] = defaultdict(list)
        for note in notes:
            if note.sort is NoteSort.PROMISE and note.date <= day and note.due is not None:
                self._notes[note.account].append(note)
        self._claims: dict[str, list[Claim]] = defaultdict(list)
        for claim in claims:
            if claim.client.account in self._notes:
                self._claims[claim.client.account].append(claim)
        self._judged: dict[str, tuple[Promise, ...]] = {}

    def of(self, account: str) -> tuple[Promise, ...]:
        """Every promise of a client, in the order of the notes."""
        if account not in self._judged:
            notes = self._notes.get(account, [])
            judged = (self._judge(note, notes[n:]) for n, note in enumerate(notes, 1))
            self._judged[account] = tuple(judged)
        return self._judged[account]

    def latest(self, claim: Claim) -> Promise | None:
        """The promise that counts for a claim: the newest one about it."""
        about = [p for p in self.of(claim.client.account) if _about(p.note, claim)]
        return about[-1] if about else None

    def _judge(self, note: Note, newer: Sequence[Note]) -> Promise:
        last = last_day(note, self._policy)
        claims = self._meant(note)
        rivals = [other for other in newer if other.date <= last]
        alone = [c for c in claims if not any(_about(rival, c) for rival in rivals)]
        replaced = bool(claims) and not alone
        end = min([last, self.day, *(rival.date for rival in rivals if replaced)])
        shares = _shares(note, alone or claims, end)
        outcome = self._outcome(shares, last)
        if replaced and outcome is not PromiseOutcome.KEPT:
            outcome = PromiseOutcome.REPLACED
        return Promise(note, last, outcome, _shares(note, alone or claims, self.day))

    def _outcome(self, shares: Sequence[Share], last: date) -> PromiseOutcome:
        if all(share.kept(self._policy) for share in shares):
            return PromiseOutcome.KEPT
        if self.day <= last:
            return PromiseOutcome.RUNNING
        return (
            PromiseOutcome.PARTLY_KEPT if any(s.received for s in shares) else PromiseOutcome.BROKEN
        )

    def _meant(self, note: Note) -> list[Claim]:
        """The claims a promise speaks of: invoiced by then when it names none; without an amount
        those that fall due by its day, if any does."""
        claims = [
            claim
            for claim in self._claims[note.account]
            if _about(note, claim) and (note.invoices or claim.invoiced <= note.date)
        ]
        if note.amount is not None:
            return claims
        assert note.due is not None
        due = [claim for claim in claims if claim.due is None or claim.due <= note.due]
        return due or claims


def _about(note: Note, claim: Claim) -> bool:
    """Whether a promise speaks of a claim: another currency's amount is about another claim."""
    if note.amount is not None and note.amount.currency != claim.currency:
        return False
    return note.concerns(claim.client.account, claim.invoice)


def _shares(note: Note, claims: Iterable[Claim], end: date) -> tuple[Share, ...]:
    """What was promised and received until `end`; what the creditor took off was not owed."""
    owed: dict[str, Decimal] = defaultdict(Decimal)
    received: dict[str, Decimal] = defaultdict(Decimal)
    for claim in claims:
        owed[claim.currency] += claim.amount
        for receipt in claim.receipts:
            if receipt.date < note.date or (not receipt.is_payment and receipt.date <= end):
                owed[claim.currency] -= receipt.amount
            elif receipt.date <= end:
                received[claim.currency] += receipt.amount
    return tuple(
        Share(
            currency,
            min(balance, note.amount.number) if note.amount else balance,
            received[currency],
        )
        for currency, balance in sorted(owed.items())
    )
