"""What makes a claim wait whatever its step: design §6.6, first reason first. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from relance.claims import Claim
from relance.fonts import missing_glyphs
from relance.history import History, Key, key
from relance.insolvency import Proceedings, proceedings_of
from relance.model import ZERO, Note, NoteSort
from relance.policy import Policy
from relance.promises import last_day
from relance.typography import french_date, money


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a claim waits, as a code and in words; `until` is its last day, None when unknown."""

    code: str
    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Instalment:
    """A payment agreed in a payment plan: its place in it, its note, what of it is unpaid."""

    place: int
    note: Note
    left: Decimal


class Obstacles:
    """The obstacles of the claims of a day."""

    def __init__(
        self, claims: Iterable[Claim], notes: Iterable[Note], policy: Policy, day: date
    ) -> None:
        self._policy = policy
        self._day = day
        self._notes: dict[str, list[Note]] = {}
        for note in notes:
            if note.date <= day:
                self._notes.setdefault(note.account, []).append(note)
        self.claims = tuple(claims)
        self._disputed = self._share_disputes()

    def disputed(self, claim: Claim) -> Decimal:
        """The part of the balance that is disputed."""
        return self._disputed.get(key(claim), ZERO)

    def of(self, claim: Claim, history: History) -> Obstacle | None:
        """The first reason not to write about the claim today."""
        return (
            self._doubt(claim)
            or self._exclusion(claim)
            or self._insolvency(claim)
            or self._covered(claim)
            or self._hold(claim)
            or self._dispute(claim)
            or self._plan(claim)
            or self._promise(claim)
            or self._tolerance(claim)
            or self._no_due_date(claim)
            or self._unprintable(claim)
            or self._pending(claim, history)
        )

    def insolvency(self, claim: Claim) -> Proceedings | None:
        """The insolvency proceedings, if the books know any: they concern the whole client,
        whatever invoice their note names."""
        return proceedings_of(self._notes.get(claim.client.account, ()))

    def hold(self, claim: Claim) -> Note | None:
        """The hold under which the claim is, when its last day is known."""
        note = self._latest(claim, NoteSort.HOLD, NoteSort.RESUMED)
        held = note and note.sort is NoteSort.HOLD and note.until and note.until >= self._day
        return note if held else None

    def instalments(self, claim: Claim) -> tuple[Instalment, ...]:
        """What its payment plan, in good standing, still expects for the claim, by date."""
        if self._plan(claim) is None:
            return ()
        notes = self._plan_notes(claim)
        paid = self._paid_since(notes)
        found = []
        for place, note in enumerate(notes, 1):
            assert note.amount
            left = max(note.amount.number - max(paid, ZERO), ZERO)
            paid -= note.amount.number
            if left:
                found.append(Instalment(place, note, left))
        return tuple(found)

    # ------------------------------------------------------------ One reason each

    def _doubt(self, claim: Claim) -> Obstacle | None:
        if claim.client.name is None:
            return Obstacle("client-inconnu", "ce compte n'a pas de « client: » : à qui écrire ?")
        doubt = claim.doubt
        return Obstacle(doubt.code, doubt.reason) if doubt else None

    def _exclusion(self, claim: Claim) -> Obstacle | None:
        if claim.client.excluded:
            return Obstacle("exclu", "client exclu des relances (relance: FALSE)")
        return Obstacle("exclu", "facture exclue (relance: FALSE)") if claim.excluded else None

    def _insolvency(self, claim: Claim) -> Obstacle | None:
        """Debts born before the judgment are declared, not dunned (C. com. L622-7, L622-21)."""
        known = self.insolvency(claim)
        if known is None or not known.stops(claim):
            return None
        opened = french_date(known.judgment)
        reason = f"procédure collective ouverte le {opened} : créance à déclarer"
        return Obstacle("procedure-collective", reason)

    def _covered(self, claim: Claim) -> Obstacle | None:
        if claim.balance > 0:
            return None
        received = money(claim.unallocated, claim.currency)
        return Obstacle(
            "credit-non-affecte", f"couverte par {received} reçus sans référence : à affecter"
        )

    def _hold(self, claim: Claim) -> Obstacle | None:
        note = self._latest(claim, NoteSort.HOLD, NoteSort.RESUMED)
        if note is None or note.sort is NoteSort.RESUMED or _over(note.until, self._day):
            return None
        end = f"jusqu'au {french_date(note.until)}" if note.until else "jusqu'à une note #reprise"
        return Obstacle("suspension", f"suspendue {end}", note.until)

    def _dispute(self, claim: Claim) -> Obstacle | None:
        if self.disputed(claim) < claim.balance:
            return None
        note = self._open_dispute(claim)
        assert note is not None
        days = (self._day - note.date).days
        return Obstacle("litige", f"litige ouvert depuis {days} j : à régler avant de relancer")

    def _plan(self, claim: Claim) -> Obstacle | None:
        """A payment plan holds its claims while its instalments are met (design §6.6)."""
        notes = self._plan_notes(claim)
        if not notes:
            return None
        paid = self._paid_since(notes)
        for note in notes:
            assert note.due and note.amount
            paid -= note.amount.number
            if paid < 0:
                last = self._policy.workdays.add(note.due, self._policy.payment_plan.grace)
                if self._day > last:
                    return None
                reason = f"échéancier en cours, prochain versement le {french_date(note.due)}"
                return Obstacle("echeancier", reason, last)
        return None

    def _promise(self, claim: Claim) -> Obstacle | None:
        note = self._latest(claim, NoteSort.PROMISE)
        if note is None or note.due is None:
            return None
        last = last_day(note, self._policy)
        if _over(last, self._day):
            return None
        return Obstacle("promesse", f"règlement promis pour le {french_date(note.due)}", last)

    def _tolerance(self, claim: Claim) -> Obstacle | None:
        if claim.balance - self.disputed(claim) > self._policy.tolerance_for(claim.currency):
            return None
        return Obstacle("tolerance", "reliquat dans la tolérance : à solder plutôt qu'à relancer")

    def _no_due_date(self, claim: Claim) -> Obstacle | None:
        if claim.due is not None:
            return None
        return Obstacle("sans-echeance", f"aucune échéance ni délai : {claim.source}")

    def _unprintable(self, claim: Claim) -> Obstacle | None:
        client = claim.client
        words = (client.contact, client.reference, client.followed_by, client.phone, client.siren)
        printed = (client.label, claim.label, *client.address, *filter(None, words))
        missing = missing_glyphs("".join(printed))
        if not missing:
            return None
        signs = " ".join(sorted(missing))
        reason = f"la police des lettres n'a pas : {signs} ; translittérez ({client.source})"
        return Obstacle("caracteres-manquants", reason)

    def _pending(self, claim: Claim, history: History) -> Obstacle | None:
        waiting = history.pending(claim)
        if waiting is None:
            return None
        days = (self._day - waiting.letter.date).days
        return Obstacle(
            "branche-en-attente",
            f"déjà dans {waiting.letter.id} sur {waiting.branch}, depuis {days} j : fusionnez "
            "cette branche ou supprimez-la (supprimée ailleurs : git fetch --prune)",
        )

    # ------------------------------------------------------------ Reading the notes

    def _concerning(self, claim: Claim, *sorts: NoteSort) -> list[Note]:
        return [
            note
            for note in self._notes.get(claim.client.account, ())
            if note.sort in sorts and note.concerns(claim.client.account, claim.invoice)
        ]

    def _latest(self, claim: Claim, *sorts: NoteSort) -> Note | None:
        """The latest note of those sorts wins."""
        notes = self._concerning(claim, *sorts)
        return notes[-1] if notes else None

    def _open_dispute(self, claim: Claim) -> Note | None:
        note = self._latest(claim, NoteSort.DISPUTE, NoteSort.DISPUTE_CLOSED)
        return None if note is None or note.sort is NoteSort.DISPUTE_CLOSED else note

    def _share_disputes(self) -> dict[Key, Decimal]:
        """The disputed part of each claim; an amount shared by several goes to the oldest first,
        so that less is claimed rather than more."""
        left: dict[Note, Decimal] = {}
        shares: dict[Key, Decimal] = {}
        for claim in self.claims:
            note = self._open_dispute(claim)
            if note is None or claim.balance <= 0:
                continue
            if note.amount is None or note.amount.currency != claim.currency:
                shares[key(claim)] = claim.balance
            else:
                rest = left.setdefault(note, note.amount.number)
                shares[key(claim)] = min(rest, claim.balance)
                left[note] -= shares[key(claim)]
        return shares

    def _plan_notes(self, claim: Claim) -> list[Note]:
        """The instalments of the latest plan: the notes written on its day."""
        notes = self._concerning(claim, NoteSort.PAYMENT_PLAN)
        latest = [n for n in notes if n.date == notes[-1].date and n.invoices == notes[-1].invoices]
        return sorted(latest, key=lambda note: (note.due or date.max, note.source))

    def _paid_since(self, notes: list[Note]) -> Decimal:
        """What came in since the plan on all that it covers."""
        return sum(
            (
                receipt.amount
                for claim in self.claims
                if notes[0].concerns(claim.client.account, claim.invoice)
                for receipt in claim.receipts
                if receipt.date >= notes[0].date
            ),
            ZERO,
        )


def _over(last: date | None, day: date) -> bool:
    """Whether a last day, counted in full, has passed."""
    return last is not None and day > last
