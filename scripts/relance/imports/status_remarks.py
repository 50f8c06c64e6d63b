"""What a person should know of a status that comes in, although it is taken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from relance.imports.books_so_far import BooksSoFar
from relance.imports.status_entries import InvoiceInBooks, StatusToWrite
from relance.text.escapes import short
from relance.text.locales import short_date
from relance.values.facts import Note
from relance.values.lifecycle import COLLECTED, DEPOSITED, STATUSES, InvoiceStatus, StatusEffect
from relance.values.problem import Problem


class StatusRemarks:
    """Weighs statuses against the books; `paid` are the accounts that the lines of the bank
    credit which come in with them."""

    def __init__(self, so_far: BooksSoFar, paid: Collection[str]) -> None:
        self._so_far = so_far
        self._paid = paid

    def of(self, status: StatusToWrite) -> Iterator[Problem]:
        """What a person should know of a status that comes in."""
        message, number = status.message, short(status.message.number, 40)
        effect = message.status.effect
        if message.code not in STATUSES:
            what = f"{number} : statut « {short(message.code, 20)} » inconnu, gardé sans effet"
            remedy = "voyez sur votre plateforme ce qu'il veut dire, et notez-le s'il retient"
            yield Problem(message.source, what, remedy)
        if message.code == DEPOSITED and effect is StatusEffect.NOT_ARRIVED:
            what = f"{number} n'a pas été transmise : son client n'a pas de plateforme"
            remedy = f"envoyez-la autrement, puis {_resumed(status)}"
            yield Problem(message.source, what, remedy)
        if effect is StatusEffect.PARTLY_APPROVED and status.disputed_in_part is None:
            what = f"{number} : approuvée en partie, sans montant TTC : toute la facture attend"
            remedy = "notez ce qui est contesté : relance noter --litige … --montant …"
            yield Problem(message.source, what, remedy)
        if message.code == COLLECTED and not self._is_paid(status.invoice):
            what = f"{number} est encaissée le {short_date(message.day)}, pas dans les livres"
            yield Problem(message.source, what, "importez le relevé de banque de ce jour")
        yield from self._order(status)

    def _is_paid(self, invoice: InvoiceInBooks) -> bool:
        """Whether the books know money that may have paid it."""
        return invoice.account in self._paid or not self._credited.isdisjoint(
            {(invoice.account, invoice.name), (invoice.account, "")}
        )

    @cached_property
    def _credited(self) -> frozenset[tuple[str, str]]:
        """What money came in for: accounts and invoices, "" for money that names none."""
        return frozenset(
            (movement.account, name)
            for movement in self._so_far.books.movements
            if movement.number < 0 and not movement.credit_note
            for name in movement.invoices or ("",)
        )

    def _order(self, status: StatusToWrite) -> Iterator[Problem]:
        """Dates out of order: before the invoice, or after what came in since."""
        message, number = status.message, short(status.message.number, 40)
        if message.issued and message.day < message.issued:
            what = f"{number} : statut {message.code} daté du {short_date(message.day)}"
            remedy = f"la facture n'est que du {short_date(message.issued)} : comparez"
            yield Problem(message.source, what, remedy)
        later = [
            note
            for note in self._noted.get(status.invoice, ())
            if (note.date, note.status.order) > (message.day, message.status.order)
        ]
        if later and _acts(message.status):
            last = later[-1]
            what = (
                f"{number} : « {message.status.form.words} » du {short_date(message.day)} arrive"
                f" après « {last.status.form.words} » du {short_date(last.date)}"
            )
            remedy = f"chacun compte à sa date : relance expliquer {status.invoice.name}"
            yield Problem(message.source, what, remedy)

    @cached_property
    def _noted(self) -> Mapping[InvoiceInBooks, Sequence[_Stated]]:
        """What the books hold of statuses that do something, by invoice and in order."""
        noted: dict[InvoiceInBooks, list[_Stated]] = defaultdict(list)
        for note in self._so_far.books.notes:
            if note.status and _acts(note.status):
                for name in note.invoices:
                    noted[InvoiceInBooks(note.account, name)].append(_Stated(note, note.status))
        return noted


@dataclass(frozen=True, slots=True)
class _Stated:
    """A note of the books with its status."""

    note: Note
    status: InvoiceStatus

    @property
    def date(self) -> date:
        return self.note.date


def _acts(status: InvoiceStatus) -> bool:
    return status.effect not in (StatusEffect.NOTHING, StatusEffect.ARRIVED)


def _resumed(status: StatusToWrite) -> str:
    account, name = status.invoice.account, status.invoice.name
    return f'relance noter {account} --facture {name} --reprise "envoyée par courriel"'
