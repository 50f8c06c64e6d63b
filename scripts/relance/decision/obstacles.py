"""What makes a claim wait whatever its step: rule 6.9, first reason first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from relance.claims.claim import Claim
from relance.claims.on_day import OnDay
from relance.claims.payment_plans import Standing, in_words
from relance.claims.promises import last_day
from relance.decision.status_words import status_in_words
from relance.decision.unassigned import Unassigned, told
from relance.text.glyphs import missing_glyphs, named
from relance.text.locales import french_date, money
from relance.values.facts import Client
from relance.values.kinds import NoteSort
from relance.values.movement import Movement


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a claim waits, as a code and in words; `until` is its last day, None when unknown."""

    code: str
    reason: str
    until: date | None = None


# What a doubt says of an account without client better than that it has none.
_ABOUT_CLIENTS = ("plusieurs-clients", "client-inconnu")


_UNNAMED = "payée par un règlement sans référence : à affecter"
_DISPUTED = "un litige est ouvert : à régler d'abord"


class Obstacles:
    """The obstacles of the claims of a day."""

    def __init__(self, on: OnDay) -> None:
        self._on = on
        self._unassigned = Unassigned(on)
        self._announcing: dict[str, list[Movement]] = defaultdict(list)
        for later in on.announced:
            self._announcing[later.account].append(later)

    def of(self, claim: Claim) -> Obstacle | None:
        """The first reason not to write about the claim today."""
        noted = claim.client.account in self._on.notes  # most clients have no note at all
        return (
            self._doubt(claim)
            or self._exclusion(claim)
            or (self._ceded(claim) if noted else None)
            or (self._insolvency(claim) if noted else None)
            or (self._not_arrived(claim) if noted else None)
            or self._covered(claim)
            or self._paid_by_somebody(claim)
            or self._announced(claim)
            or (self._noted(claim) if noted else None)
            or self._tolerance(claim)
            or self._no_due_date(claim)
            or self.unwritable(claim)
        )

    def _noted(self, claim: Claim) -> Obstacle | None:
        return (
            self._hold(claim) or self._dispute(claim) or self._plan(claim) or self._promise(claim)
        )

    def of_remainder(self, claim: Claim) -> Obstacle | None:
        """The first reason not to ask what the paid claim left of its penalties."""
        return (
            self._doubt(claim)
            or self._exclusion(claim)
            or self._ceded(claim)
            or self._insolvency(claim)
            or self._not_arrived(claim)
            or (Obstacle("credit-non-affecte", _UNNAMED) if claim.unallocated else None)
            or self._paid_by_somebody(claim)
            or self._announced(claim)
            or self._hold(claim)
            or (Obstacle("litige", _DISPUTED) if self._on.notes.open_dispute(claim) else None)
            or self._promise(claim)
            or self.unwritable(claim)
        )

    def of_information(self, claim: Claim) -> Obstacle | None:
        """The first reason to tell its client nothing of the claim, be it paid, beside reminders:
        what the books say of it is not sure, or the firm does not write about it."""
        unnamed = Obstacle("credit-non-affecte", _UNNAMED) if claim.unallocated else None
        return self.of_statement(claim) or unnamed

    def of_statement(self, claim: Claim) -> Obstacle | None:
        """The same where the client's whole account is told, money without a reference on it."""
        return (
            self._doubt(claim)
            or self._exclusion(claim)
            or self._ceded(claim)
            or self._opened(claim)
            or self._not_arrived(claim)
            or self._paid_by_somebody(claim)
            or self._announced(claim)
            or self._hold(claim)
            or (Obstacle("litige", _DISPUTED) if self._on.notes.open_dispute(claim) else None)
            or (self._plan(claim) if claim.balance > 0 else None)
            or self._no_due_date(claim)
            or self._unprintable(claim)
        )

    def of_correction(self, claim: Claim) -> Obstacle | None:
        """The same where a letter put figures right: one that waits for its approval says them."""
        return self.of_information(claim) or self._pending(claim)

    def unwritable(self, claim: Claim) -> Obstacle | None:
        """What forbids to cite the claim in any letter, a reminder of an instalment included."""
        return self._unprintable(claim) or self._pending(claim)

    # ------------------------------------------------------------ One reason each

    def _doubt(self, claim: Claim) -> Obstacle | None:
        doubt = claim.doubt
        named = claim.client.name is not None
        if not named and (doubt is None or doubt.code not in _ABOUT_CLIENTS):
            return Obstacle("client-inconnu", "ce compte n'a pas de « client: » : à qui écrire ?")
        return Obstacle(doubt.code, doubt.reason) if doubt else None

    def _exclusion(self, claim: Claim) -> Obstacle | None:
        if claim.client.excluded:
            return Obstacle("exclu", "client exclu des relances (relance: FALSE)")
        return Obstacle("exclu", "facture exclue (relance: FALSE)") if claim.excluded else None

    def _insolvency(self, claim: Claim) -> Obstacle | None:
        """Debts born before the judgment are declared, not dunned (C. com. L622-7, L622-21)."""
        proceedings = self._on.stopped(claim)
        if proceedings is None:
            return None
        opened = french_date(proceedings.judgment)
        reason = f"procédure collective ouverte le {opened} : créance à déclarer"
        return Obstacle("procedure-collective", reason)

    def _opened(self, claim: Claim) -> Obstacle | None:
        """Proceedings against the client, whenever the claim was born."""
        proceedings = self._on.proceedings.get(claim.client.account)
        if proceedings is None:
            return None
        opened = french_date(proceedings.judgment)
        return Obstacle("procedure-collective", f"procédure collective ouverte le {opened}")

    def _ceded(self, claim: Claim) -> Obstacle | None:
        """A platform said that somebody else collects it: it is not even ours to declare."""
        note = self._on.notes.ceded(claim)
        if note is None:
            return None
        reason = f"{status_in_words(note)} : à son nouveau créancier de la recouvrer"
        return Obstacle("cedee", f"{reason} ({note.source})")

    def _not_arrived(self, claim: Claim) -> Obstacle | None:
        """A platform said that the invoice never arrived."""
        note = self._on.notes.not_arrived(claim)
        if note is None:
            return None
        reason = f"{status_in_words(note)} : le client ne l'a pas reçue"
        return Obstacle("facture-rejetee", f"{reason} ({note.source})")

    def _covered(self, claim: Claim) -> Obstacle | None:
        if claim.balance > 0:
            return None
        received = money(claim.unallocated, claim.currency)
        return Obstacle(
            "credit-non-affecte", f"couverte par {received} reçus sans référence : à affecter"
        )

    def _paid_by_somebody(self, claim: Claim) -> Obstacle | None:
        draft = self._unassigned.of(claim)
        return Obstacle("encaissement-a-affecter", told(draft)) if draft else None

    def _announced(self, claim: Claim) -> Obstacle | None:
        """Money dated later that the books know already: expected, or a slip of the date."""
        for later in self._announcing.get(claim.client.account, ()):
            if claim.invoice in later.invoices or not self._named(later):
                what = f"règlement daté du {french_date(later.date)} ({later.source})"
                return Obstacle("reglement-a-venir", f"{what} : attendez-le, ou corrigez sa date")
        return None

    def _named(self, later: Movement) -> bool:
        """Whether it names an invoice of its client."""
        claims = self._on.claims_of(later.account)
        return any(claim.invoice in later.invoices for claim in claims)

    def _hold(self, claim: Claim) -> Obstacle | None:
        note = self._on.notes.hold(claim)
        if note is None:
            return None
        if note.status:
            reason = (
                f"{status_in_words(note)} : jusqu'au statut 209 (complétée) ou une note #reprise"
            )
            return Obstacle("suspension", reason)
        end = f"jusqu'au {french_date(note.until)}" if note.until else "jusqu'à une note #reprise"
        return Obstacle("suspension", f"suspendue {end}", note.until)

    def _dispute(self, claim: Claim) -> Obstacle | None:
        if self._on.disputed(claim) < claim.balance:
            return None
        days = (self._on.day - self._on.notes.open_dispute(claim)[0].date).days
        return Obstacle("litige", f"litige ouvert depuis {days} j : à régler avant de relancer")

    def _plan(self, claim: Claim) -> Obstacle | None:
        """A payment plan holds its claims while its instalments are met (rule 4.6)."""
        if plan := self._on.payment_plans.in_another_currency(claim):
            fault = f"échéancier en {plan.currency} d'une créance en {claim.currency}"
            return Obstacle("echeancier", f"{fault} : corrigez ses notes ({plan.source})")
        state = self._on.payment_plans.of(claim)
        if state is None or state.standing is not Standing.RUNNING:
            return None
        return Obstacle("echeancier", in_words(state), state.last)

    def _promise(self, claim: Claim) -> Obstacle | None:
        note = self._on.notes.latest(claim, NoteSort.PROMISE)
        if note is None or note.due is None:
            return None
        last = last_day(note, self._on.policy)
        if self._on.day > last:
            return None
        return Obstacle("promesse", f"règlement promis pour le {french_date(note.due)}", last)

    def _tolerance(self, claim: Claim) -> Obstacle | None:
        if claim.balance - self._on.disputed(claim) > self._on.policy.tolerance_for(claim.currency):
            return None
        return Obstacle("tolerance", "reliquat dans la tolérance : à solder plutôt qu'à relancer")

    def _no_due_date(self, claim: Claim) -> Obstacle | None:
        if claim.due is not None:
            return None
        return Obstacle("sans-echeance", f"aucune échéance ni délai : {claim.source}")

    def _unprintable(self, claim: Claim) -> Obstacle | None:
        for missing, source in (
            (unprintable(claim.client), claim.client.source),
            (missing_glyphs(claim.label or ""), claim.source),
        ):
            if missing:
                what = f"la police des lettres n'a pas {named(missing)}"
                return Obstacle("caracteres-manquants", f"{what} ; translittérez ({source})")
        return None

    def _pending(self, claim: Claim) -> Obstacle | None:
        waiting = self._on.history.pending(claim)
        if waiting is None:
            return None
        days = (self._on.day - waiting.letter.date).days
        since = f"depuis {days} j" if days > 0 else "depuis aujourd'hui"
        if days < 0:
            since = f"au {french_date(waiting.letter.date)}"
        return Obstacle(
            "branche-en-attente",
            f"déjà dans {waiting.letter.id} sur {waiting.branch}, {since} : fusionnez "
            "cette branche ou supprimez-la (supprimée ailleurs : git fetch --prune)",
        )


def unprintable(client: Client) -> set[str]:
    """The signs of what letters print of a client that their font cannot draw."""
    words = (client.reader, client.reference, client.followed_by, client.phone, client.siren)
    return missing_glyphs("".join((client.label, *client.address, *filter(None, words))))
