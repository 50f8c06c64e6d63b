"""What follow-up notes say of claims on a day: the latest of a sort, a hold, what is disputed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from relance.claims.claim import Claim
from relance.claims.history import Key, key
from relance.values.amounts import ZERO
from relance.values.facts import Note
from relance.values.kinds import NoteSort


class ClientNotes:
    """The notes written until a day, by client."""

    def __init__(self, notes: Iterable[Note], day: date) -> None:
        self._day = day
        self._notes: dict[str, list[Note]] = defaultdict(list)
        for note in notes:
            if note.date <= day:
                self._notes[note.account].append(note)

    def __contains__(self, account: str) -> bool:
        return account in self._notes

    def of(self, account: str) -> Sequence[Note]:
        """The notes about one client, in the ledger's order."""
        return self._notes.get(account, ())

    def about(self, claim: Claim, *sorts: NoteSort) -> list[Note]:
        """Those of these sorts about a claim, which its whole account's are too."""
        account = claim.client.account
        return [
            note
            for note in self.of(account)
            if note.sort in sorts and note.concerns(account, claim.invoice)
        ]

    def latest(self, claim: Claim, *sorts: NoteSort) -> Note | None:
        """The latest note of those sorts wins."""
        notes = self.about(claim, *sorts)
        return notes[-1] if notes else None

    def hold(self, claim: Claim) -> Note | None:
        """The hold under which the claim is; its last day counts in full, and may be unknown."""
        note = self.latest(claim, NoteSort.HOLD, NoteSort.RESUMED)
        if note is None or note.sort is NoteSort.RESUMED:
            return None
        return None if note.until is not None and self._day > note.until else note

    def open_dispute(self, claim: Claim) -> Sequence[Note]:
        """The notes of the open dispute: the first tells its age, the last its amount."""
        notes: list[Note] = []
        for note in self.about(claim, NoteSort.DISPUTE, NoteSort.DISPUTE_CLOSED):
            notes = [] if note.sort is NoteSort.DISPUTE_CLOSED else [*notes, note]
        return notes


@dataclass(frozen=True, slots=True)
class Dispute:
    """The disputed part of a claim, open since `opened` for `days`; `text` is its last note's.

    `alert` when it is open for longer than the policy allows: it must be settled, not chased.
    """

    claim: Claim
    amount: Decimal
    opened: date
    days: int
    text: str
    alert: bool


class Disputes:
    """The disputed part of each open claim on a day; an amount shared by several goes to the
    oldest first, so that less is claimed rather than more."""

    def __init__(self, claims: Iterable[Claim], notes: ClientNotes) -> None:
        self._notes = notes
        self._claims: list[Claim] = []
        self._shares: dict[Key, Decimal] = {}
        left: dict[Note, Decimal] = {}
        for claim in claims:
            if claim.balance <= 0 or claim.client.account not in notes:
                continue
            if not (dispute := notes.open_dispute(claim)):
                continue
            self._claims.append(claim)
            note, share = dispute[-1], claim.balance
            if note.amount is not None and note.amount.currency == claim.currency:
                share = min(left.setdefault(note, note.amount.number), share)
                left[note] -= share
            self._shares[key(claim)] = share

    def part(self, claim: Claim) -> Decimal:
        """The part of the balance that is disputed."""
        return self._shares.get(key(claim), ZERO) if self._shares else ZERO

    def listed(self, day: date, alert: int) -> tuple[Dispute, ...]:
        """Every one, the oldest first; those of more than `alert` days are told apart."""
        disputes = []
        for claim in self._claims:
            if (amount := self.part(claim)) > 0:
                notes = self._notes.open_dispute(claim)
                days = (day - notes[0].date).days
                opening = (notes[0].date, days, notes[-1].text, days > alert)
                disputes.append(Dispute(claim, amount, *opening))
        return tuple(sorted(disputes, key=lambda dispute: dispute.opened))
