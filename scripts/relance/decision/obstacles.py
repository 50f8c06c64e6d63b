"""What makes a claim wait whatever its step: rule 6.9, first reason first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from relance.claims.history import History, Key, key
from relance.claims.insolvency import Proceedings, proceedings_of
from relance.claims.model import Claim
from relance.claims.payment_plans import PaymentPlans, Standing, in_words
from relance.claims.promises import last_day
from relance.decision.model import Dispute
from relance.policy.model import Policy
from relance.text.glyphs import missing_glyphs
from relance.text.locales import french_date, money
from relance.values.amounts import ZERO
from relance.values.facts import Note
from relance.values.kinds import NoteSort


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a claim waits, as a code and in words; `until` is its last day, None when unknown."""

    code: str
    reason: str
    until: date | None = None


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
        own = (note for notes in self._notes.values() for note in notes)
        self.payment_plans = PaymentPlans(self.claims, own, policy, day)
        self._disputed = self._share_disputes()

    def disputed(self, claim: Claim) -> Decimal:
        """The part of the balance that is disputed."""
        noted = claim.client.account in self._notes
        return self._disputed.get(key(claim), ZERO) if noted else ZERO

    def of(self, claim: Claim, history: History) -> Obstacle | None:
        """The first reason not to write about the claim today."""
        noted = claim.client.account in self._notes  # most clients have no note at all
        return (
            self._doubt(claim)
            or self._exclusion(claim)
            or (self._insolvency(claim) if noted else None)
            or self._covered(claim)
            or (self._noted(claim) if noted else None)
            or self._tolerance(claim)
            or self._no_due_date(claim)
            or self.unwritable(claim, history)
        )

    def _noted(self, claim: Claim) -> Obstacle | None:
        return (
            self._hold(claim) or self._dispute(claim) or self._plan(claim) or self._promise(claim)
        )

    def unwritable(self, claim: Claim, history: History) -> Obstacle | None:
        """What forbids to cite the claim in any letter, a reminder of an instalment included."""
        return self._unprintable(claim) or self._pending(claim, history)

    def disputes(self) -> tuple[Dispute, ...]:
        """The disputed part of every open claim, the oldest dispute first."""
        alert = self._policy.dispute.alert
        found = []
        for claim in self.claims if self._disputed else ():
            amount = self.disputed(claim)
            if amount > 0 and (notes := self._dispute_notes(claim)):
                days = (self._day - notes[0].date).days
                late = days > alert
                found.append(Dispute(claim, amount, notes[0].date, days, notes[-1].text, late))
        return tuple(sorted(found, key=lambda dispute: dispute.opened))

    def insolvency(self, claim: Claim) -> Proceedings | None:
        """The insolvency proceedings, if the books know any: they concern the whole client,
        whatever invoice their note names."""
        return proceedings_of(self._notes.get(claim.client.account, ()))

    def hold(self, claim: Claim) -> Note | None:
        """The hold under which the claim is, when its last day is known."""
        note = self._latest(claim, NoteSort.HOLD, NoteSort.RESUMED)
        held = note and note.sort is NoteSort.HOLD and note.until and note.until >= self._day
        return note if held else None

    def sums(self) -> tuple[Note, ...]:
        """The disputes and promises that count for an open claim, and that say how much."""
        found = [
            note
            for claim in self.claims
            if claim.balance > 0 and claim.client.account in self._notes
            for note in (self._open_dispute(claim), self._latest(claim, NoteSort.PROMISE))
            if note and note.amount
        ]
        return tuple(dict.fromkeys(found))

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
        days = (self._day - self._dispute_notes(claim)[0].date).days
        return Obstacle("litige", f"litige ouvert depuis {days} j : à régler avant de relancer")

    def _plan(self, claim: Claim) -> Obstacle | None:
        """A payment plan holds its claims while its instalments are met (rule 4.6)."""
        if plan := self.payment_plans.in_another_currency(claim):
            fault = f"échéancier en {plan.currency} d'une créance en {claim.currency}"
            return Obstacle("echeancier", f"{fault} : corrigez ses notes ({plan.source})")
        state = self.payment_plans.of(claim)
        if state is None or state.standing is not Standing.RUNNING:
            return None
        return Obstacle("echeancier", in_words(state), state.last)

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
        since = f"depuis {days} j" if days > 0 else "depuis aujourd'hui"
        if days < 0:
            since = f"au {french_date(waiting.letter.date)}"
        return Obstacle(
            "branche-en-attente",
            f"déjà dans {waiting.letter.id} sur {waiting.branch}, {since} : fusionnez "
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
        notes = self._dispute_notes(claim)
        return notes[-1] if notes else None

    def _dispute_notes(self, claim: Claim) -> list[Note]:
        """The notes of the open dispute: the first tells its age, the last its amount."""
        found: list[Note] = []
        for note in self._concerning(claim, NoteSort.DISPUTE, NoteSort.DISPUTE_CLOSED):
            found = [] if note.sort is NoteSort.DISPUTE_CLOSED else [*found, note]
        return found

    def _share_disputes(self) -> dict[Key, Decimal]:
        """The disputed part of each claim; an amount shared by several goes to the oldest first,
        so that less is claimed rather than more."""
        left: dict[Note, Decimal] = {}
        shares: dict[Key, Decimal] = {}
        for claim in self.claims:
            if claim.balance <= 0 or claim.client.account not in self._notes:
                continue
            note = self._open_dispute(claim)
            if note is None:
                continue
            if note.amount is None or note.amount.currency != claim.currency:
                shares[key(claim)] = claim.balance
            else:
                rest = left.setdefault(note, note.amount.number)
                shares[key(claim)] = min(rest, claim.balance)
                left[note] -= shares[key(claim)]
        return shares


def _over(last: date | None, day: date) -> bool:
    """Whether a last day, counted in full, has passed."""
    return last is not None and day > last
