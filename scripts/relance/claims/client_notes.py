"""What follow-up notes say of claims on a day: the latest of a sort, a hold, what is disputed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from relance.claims.claim import Claim
from relance.claims.history import Key, key
from relance.values.amounts import ZERO
from relance.values.facts import Note
from relance.values.kinds import NoteSort
from relance.values.lifecycle import MADE_AVAILABLE, StatusEffect


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
        """The hold under which the claim is; its last day counts in full, and may be unknown. What
        a platform says ends its own alone."""
        by_person = by_platform = None
        for note in self._heard(claim, NoteSort.HOLD, NoteSort.RESUMED):
            if note.status is None and note.sort is NoteSort.HOLD:
                by_person = note
            elif note.status is None:
                by_person = by_platform = None
            elif note.sort is NoteSort.HOLD:
                by_platform = note
            elif note.status.effect in _LIFTING:
                by_platform = None
        over = by_person and by_person.until is not None and self._day > by_person.until
        return by_platform if over else by_person or by_platform

    def open_dispute(self, claim: Claim) -> Sequence[Note]:
        """The notes of the open dispute: the first tells its age, the last its amount. What a
        platform says ends its own alone."""
        notes: list[Note] = []
        for note in self._heard(claim, NoteSort.DISPUTE, NoteSort.DISPUTE_CLOSED):
            if note.sort is NoteSort.DISPUTE:
                notes.append(note)
            elif note.status is None:
                notes = []
            elif note.status.effect is StatusEffect.APPROVED:
                notes = [other for other in notes if other.status is None]
        return notes

    def not_arrived(self, claim: Claim) -> Note | None:
        """What a platform said that kept the invoice from its client."""
        return self._standing(claim, StatusEffect.NOT_ARRIVED, StatusEffect.ARRIVED)

    def ceded(self, claim: Claim) -> Note | None:
        """What a platform said that gives the claim to somebody else to collect."""
        return self._standing(claim, StatusEffect.CEDED, StatusEffect.NOT_CEDED)

    def statuses(self, claim: Claim) -> list[Note]:
        """Everything that platforms said of the invoice, in order."""
        return [note for note in self._heard(claim) if note.status]

    def made_available(self, claim: Claim) -> date | None:
        """The day the client's platform gave it the invoice, unless it was kept from it since."""
        day = None
        for note in self.statuses(claim):
            if note.status and note.status.code == MADE_AVAILABLE:
                day = note.date
            elif note.status and note.status.effect is StatusEffect.NOT_ARRIVED:
                day = None
        return day

    def _heard(self, claim: Claim, *sorts: NoteSort) -> Iterator[Note]:
        """What platforms said of a claim, and the notes of these sorts about it."""
        account = claim.client.account
        for note in self.of(account):
            if (note.status or note.sort in sorts) and note.concerns(account, claim.invoice):
                yield note

    def _standing(self, claim: Claim, begun: StatusEffect, over: StatusEffect) -> Note | None:
        """The status that stands, unless a later one or a #reprise of this very invoice ended it:
        who lifts the hold of a whole account does not speak of it."""
        standing = None
        for note in self._heard(claim, NoteSort.RESUMED):
            if note.status is None:
                standing = None if note.invoices else standing
            elif note.status.effect is begun:
                standing = note
            elif note.status.effect is over:
                standing = None
        return standing


_LIFTING = (StatusEffect.COMPLETED, StatusEffect.APPROVED, StatusEffect.PARTLY_APPROVED)


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
        with_notes = [claim for claim in claims if claim.client.account in notes]
        invoiced: _Invoiced = defaultdict(list)
        for claim in with_notes:
            invoiced[claim.client.account, claim.invoice].append(claim)
        left: dict[Note, Decimal] = {}
        for claim in with_notes:
            if claim.balance <= 0 or not (dispute := notes.open_dispute(claim)):
                continue
            self._claims.append(claim)
            # What a person noted is not made less by what a platform says later.
            latest = {note.status is None: note for note in dispute}
            counted = [dispute[-1]] if dispute[-1].status is None else list(latest.values())
            shares = [_share(claim, note, left, invoiced) for note in counted]
            self._shares[key(claim)] = max(shares)

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


_Invoiced = dict[tuple[str, str | None], list[Claim]]  # by account and invoice


def _share(claim: Claim, note: Note, left: dict[Note, Decimal], invoiced: _Invoiced) -> Decimal:
    """What of a claim's balance a note disputes, the oldest claims first; `left` is what of each
    note no claim before took."""
    whole = _disputed(note, claim.currency, invoiced)
    if whole is None:
        return claim.balance
    share = min(left.setdefault(note, whole), claim.balance)
    left[note] -= share
    return share


def _disputed(note: Note, currency: str, invoiced: _Invoiced) -> Decimal | None:
    """The sum that a note disputes: its amount, else what of its invoice the buyer did not approve
    and no credit note has taken off since; None for all of it."""
    if note.amount is not None:
        return note.amount.number if note.amount.currency == currency else None
    approved = note.status.approved if note.status else None
    if approved is None or approved.currency != currency:
        return None
    claims = [x for name in note.invoices for x in invoiced.get((note.account, name), ())]
    invoice = [claim for claim in claims if claim.currency == currency]
    credits = (r for claim in invoice for r in claim.receipts if not r.is_payment)
    taken = sum((r.amount for r in credits if r.date >= note.date), ZERO)
    return max(sum((claim.amount for claim in invoice), ZERO) - taken - approved.number, ZERO)
