"""One note to be added to the books, and its form in Beancount."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from relance.ledger import syntax
from relance.ledger.beancount import Amount, NoteEntry
from relance.ledger.note_sorts import FORMS, OF_LETTERS
from relance.text.escapes import one_line
from relance.values.amounts import Money
from relance.values.facts import Note
from relance.values.issued import Dispatch
from relance.values.register import LETTER_ID

Value = str | dt.date | Money | Decimal


@dataclass(frozen=True, slots=True)
class NewNote:
    """A follow-up note on a client's account, or what happened to a letter.

    `tags` hold exactly one sort, of `FORMS`. `links` are invoice
    numbers, or the one letter's id; an invoice that a link cannot spell is the `facture` of
    `metadata` (see `naming`).
    """

    date: dt.date
    account: str
    text: str
    tags: tuple[str, ...]
    links: tuple[str, ...] = ()
    metadata: Mapping[str, Value] = field(default_factory=dict)

    @property
    def sort(self) -> str:
        """Its one sort; none or several is the caller's bug."""
        (sort,) = (tag for tag in self.tags if tag in FORMS)
        return sort

    @property
    def of_letter(self) -> bool:
        """Whether it tells what happened to a letter, and belongs to the register."""
        return self.sort in OF_LETTERS

    @property
    def letter(self) -> str:
        """The id of the letter it speaks of, "" for none."""
        return next((link for link in self.links if self.of_letter), "")

    @property
    def invoices(self) -> tuple[str, ...]:
        """The invoices it names, as the reader of the books will find them."""
        if self.of_letter:
            return ()
        written = self.metadata.get("facture")
        return (one_line(str(written)),) if written is not None else tuple(sorted(self.links))

    def as_directive(self) -> str:
        """The directive, one line and one per key, as `bean-format` leaves it."""
        tags, links = " ".join(f"#{tag}" for tag in self.tags), syntax.links(self.links)
        marks = f"{tags} {links}" if self.of_letter else f"{links} {tags}".strip()
        head = f"{self.date} note {self.account} {syntax.text(self.text)} {marks}"
        return head + syntax.metadata(self.metadata) + "\n"

    def as_read(self) -> tuple[object, ...]:
        """What Beancount must read back, in the order of `read`."""
        values = {key: _read_value(value) for key, value in self.metadata.items()}
        marks = (frozenset(self.tags), frozenset(self.links))
        return (self.date, self.account, one_line(self.text), *marks, frozenset(values.items()))

    def as_told(self) -> tuple[object, ...]:
        """What the books must say of a follow-up note, in the order of `told`."""
        head = (self.date, self.account, self.sort, one_line(self.text), self.invoices)
        return (*head, *self._values(*_TOLD))

    def _values(self, *keys: str) -> Iterator[object]:
        values = (self.metadata.get(key) for key in keys)
        return (one_line(value) if isinstance(value, str) else value for value in values)

    def as_dispatch(self) -> tuple[object, ...]:
        """Its day, channel, number, day of receipt and message, as the register says a dispatch."""
        return (self.date, *self._values("canal", "numero", "recu", "message-id"))


# What the books say of a note beside its text, in the order of `told`.
_TOLD = ("echeance", "montant", "jusqu-au", "jugement", "bodacc", "mandataire", "motif")


def dispatched(dispatch: Dispatch) -> tuple[object, ...]:
    """A dispatch of the register, in the order of `as_dispatch`."""
    return (
        dispatch.date,
        dispatch.channel,
        dispatch.number,
        dispatch.received,
        dispatch.message_id,
    )


def told(note: Note) -> tuple[object, ...]:
    """What the books say of a follow-up note, its place apart."""
    head = (note.date, note.account, str(note.sort), note.text, note.invoices)
    values = (note.due, note.amount, note.until, note.judgment, note.published, note.trustee)
    return (*head, *values, note.motive)


def read(entry: NoteEntry) -> tuple[object, ...]:
    """A note directive as Beancount read it, its place apart."""
    values = {key: value for key, value in entry.meta.items() if key not in _PLACE}
    marks = (frozenset(entry.tags or ()), frozenset(entry.links or ()))
    return (entry.date, entry.account, entry.comment, *marks, frozenset(values.items()))


_PLACE = ("filename", "lineno")


def naming(invoices: Sequence[str]) -> tuple[tuple[str, ...], dict[str, Value]]:
    """The links and the metadata that name invoices; only one may need the metadata."""
    if all(spells(invoice) for invoice in invoices):
        return tuple(invoices), {}
    (invoice,) = invoices
    return (), {"facture": invoice}


def spells(invoice: str) -> bool:
    """Whether a link names the invoice; one that looks like a letter's id would name a letter."""
    return syntax.spells(invoice) and not LETTER_ID.fullmatch(invoice)


def _read_value(value: Value) -> object:
    if isinstance(value, Money):
        return Amount(value.number, value.currency)
    return one_line(value) if isinstance(value, str) else value
