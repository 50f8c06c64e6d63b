"""A platform's status as a note of the ledger: its words, its tags, what it says besides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from relance.imports.directives import NewDirective, marks
from relance.incoming.status_message import PAID, REFUSED_SUM, StatusMessage
from relance.ledger import syntax
from relance.ledger.imported import SOURCE
from relance.policy.settings import Policy
from relance.values.amounts import Money
from relance.values.kinds import NoteSort
from relance.values.lifecycle import STATUSES, StatusEffect
from relance.values.problem import Source

KIND = "statut"
USUAL_DELAY = 5  # working days until a payment sent is on the account, when nobody says its day
_SORTS = {
    StatusEffect.DISPUTED: NoteSort.DISPUTE,
    StatusEffect.PARTLY_APPROVED: NoteSort.DISPUTE,
    StatusEffect.HELD: NoteSort.HOLD,
    StatusEffect.PROMISED: NoteSort.PROMISE,
}


@dataclass(frozen=True, slots=True)
class InvoiceInBooks:
    """An invoice as the books know it: the account of its client, its name there."""

    account: str
    name: str


@dataclass(frozen=True, slots=True)
class StatusToWrite:
    """A status, its invoice, and its place in the file as that will be filed."""

    message: StatusMessage
    invoice: InvoiceInBooks
    source: Source

    @property
    def id(self) -> str:
        """Its stable id: that of the message."""
        return f"{KIND}:{self.message.id}"

    def directive(self, policy: Policy) -> NewDirective:
        """The note."""
        name = self.invoice.name
        sort = _SORTS.get(self.message.status.effect)
        tags = [NoteSort.STATUS, sort] if sort else [NoteSort.STATUS]
        spelt = syntax.spells(name)
        head = f"note {self.invoice.account} {syntax.text(self.text)} " + marks(
            [name] if spelt else [], [tag.value for tag in tags]
        )
        keys = {SOURCE: str(self.source), "facture": None if spelt else name}
        return NewDirective(self.message.day, self.id, head, keys | dict(self._keys(policy)))

    def _keys(self, policy: Policy) -> Iterator[tuple[str, object]]:
        message, status = self.message, self.message.status
        yield "statut", message.code
        yield "heure", message.hour.isoformat() if message.hour else None
        yield "motif", message.reason or None
        match status.effect:
            case StatusEffect.DISPUTED | StatusEffect.PARTLY_APPROVED:
                refused = message.sum_of(REFUSED_SUM)
                yield "montant", refused
                yield "approuve", None if refused else status.approved
            case StatusEffect.PROMISED:
                yield "montant", message.sum_of(PAID)
                sent = message.day_of(PAID)
                usual = policy.workdays.add(message.day, USUAL_DELAY)
                yield "echeance", max(sent, message.day) if sent else usual

    @property
    def disputed_in_part(self) -> Money | None:
        """The sum that tells the disputed part, None when all of the invoice is."""
        return self.message.sum_of(REFUSED_SUM) or self.message.status.approved

    @property
    def text(self) -> str:
        """« Facture en litige (207) : Taux de TVA erroné »."""
        message = self.message
        form = STATUSES.get(message.code)
        called = f"Facture {form.words}" if form else f"Statut inconnu « {message.name or '?'} »"
        why = " ; ".join(map(str, message.reasons))
        return f"{called} ({message.code}){f' : {why}' if why else ''}"
