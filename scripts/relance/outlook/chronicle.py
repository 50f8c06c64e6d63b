"""Everything that happened with a client, in order: what the ledger and the register say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from relance.claims.on_day import OnDay
from relance.claims.promises import Promise
from relance.text.locales import french_date
from relance.text.words import listed, told
from relance.values.amounts import Money
from relance.values.facts import Client, Commit, Document, Note
from relance.values.issued import IssuedLetter, Record
from relance.values.kinds import Information, NoteSort
from relance.values.movement import Movement
from relance.values.problem import Source


@dataclass(frozen=True, slots=True)
class ChronicleEntry:
    """Something that happened: the day, which sort of thing, in words, where it is written.

    `amount` is signed as on the client's account: a payment is negative. `path` is the file to
    open when it is not the one that tells of it; `commit` brought a letter into the branch.
    """

    date: dt.date
    sort: str
    what: str
    source: Source
    amount: Money | None = None
    path: str = ""
    commit: Commit | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose life is told, and of which invoice alone if any."""

    client: Client
    invoice: str | None = None

    def letters(self, letters: Iterable[IssuedLetter]) -> dict[str, IssuedLetter]:
        """The letters to the client, those that cite the invoice."""
        return {
            letter.id: letter
            for letter in letters
            if letter.account == self.client.account
            and (self.invoice is None or any(c.invoice == self.invoice for c in letter.citations))
        }


def chronicle(
    on: OnDay, subject: Subject, arrivals: Mapping[str, Commit] | None = None
) -> tuple[ChronicleEntry, ...]:
    """Every event up to the day, in the order of (date, path, line); what became of letters comes
    last on its day, after the letters themselves.

    `arrivals` are the commits that brought each file of the register, where git knows them.
    """
    books, day = on.books, on.day
    events = [
        *_movements(on, subject),
        *_notes(on, subject),
        *_documents(books.documents, subject),
        *_records(books.records, subject.letters(books.letters), arrivals or {}, day),
    ]
    return tuple(sorted((event for event in events if event.date <= day), key=_order))


def _order(event: ChronicleEntry) -> tuple[dt.date, int, Source]:
    fates = list(_HAPPENED)
    return event.date, fates.index(event.sort) if event.sort in fates else -1, event.source


# ---------------------------------------------------------------- The account


def _movements(on: OnDay, subject: Subject) -> Iterator[ChronicleEntry]:
    invoices = {claim.source for claim in on.claims_of(subject.client.account)}
    for movement in on.books.movements:
        if movement.account == subject.client.account and _about(movement, subject.invoice):
            sort = f"{_sort(movement, invoices)}{' (brouillon)' if movement.draft else ''}"
            named = ", ".join(name for name in movement.invoices if name not in movement.text)
            what = " · ".join(filter(None, (named, movement.text)))
            amount = Money(movement.number, movement.currency)
            yield ChronicleEntry(movement.date, sort, what, movement.source, amount)


def _about(movement: Movement, invoice: str | None) -> bool:
    return invoice is None or invoice in movement.invoices or not movement.invoices


def _sort(movement: Movement, invoices: set[Source]) -> str:
    """A debit that makes no claim takes a payment back."""
    if movement.number > 0:
        return "facture" if movement.source in invoices or movement.draft else "débit"
    if movement.credit_note:
        return "avoir"
    return "abandon" if movement.waived else "règlement"


# ---------------------------------------------------------------- What was said


_SORTS = {
    NoteSort.ANSWER: "réponse",
    NoteSort.DISPUTE_CLOSED: "litige clos",
    NoteSort.PAYMENT_PLAN: "échéancier",
    NoteSort.INSOLVENCY: "procédure",
    NoteSort.PENALTIES_WAIVED: "pénalités",
}


def _notes(on: OnDay, subject: Subject) -> Iterator[ChronicleEntry]:
    promises = {promise.note: promise for promise in on.promises.of(subject.client.account)}
    for note in on.notes.of(subject.client.account):
        if subject.invoice is None or note.concerns(note.account, subject.invoice):
            what = f"{note.text}{_more(note, promises.get(note))}"
            sort = _SORTS.get(note.sort, note.sort.value)
            yield ChronicleEntry(note.date, sort, what, note.source, note.amount)


def _more(note: Note, promise: Promise | None) -> str:
    """What a note's metadata add to its words."""
    additions = []
    if note.invoices:
        additions.append(", ".join(note.invoices))
    if note.reason:
        additions.append(f"raison : {note.reason}")
    if note.due:
        outcome = f" : {promise.outcome}" if promise else ""
        additions.append(f"pour le {french_date(note.due)}{outcome}")
    if note.until:
        additions.append(f"jusqu'au {french_date(note.until)}")
    if note.judgment:
        additions.append(f"jugement du {french_date(note.judgment)}")
    return "".join(f" ({addition})" for addition in additions)


def _documents(documents: Iterable[Document], subject: Subject) -> Iterator[ChronicleEntry]:
    for document in documents:
        if document.account == subject.client.account and (
            subject.invoice is None or subject.invoice in document.invoices
        ):
            what = " ".join(filter(None, (", ".join(sorted(document.sorts)), *document.invoices)))
            yield ChronicleEntry(document.date, "pièce", what, document.source, path=document.path)


# ---------------------------------------------------------------- The register

_HAPPENED = {"envoi": "envoi", "retour": "retour", "annulation": "annulation"}


def _records(
    records: Iterable[Record],
    letters: Mapping[str, IssuedLetter],
    arrivals: Mapping[str, Commit],
    day: dt.date,
) -> Iterator[ChronicleEntry]:
    for record in records:
        if (letter := letters.get(record.letter)) is None:
            continue
        if record.sort == "lettre":
            yield _letter(letter, record, arrivals.get(record.source.path))
        elif record.sort in _HAPPENED:
            yield ChronicleEntry(
                record.date, _HAPPENED[record.sort], _told(record, day), record.source
            )


def _letter(letter: IssuedLetter, record: Record, commit: Commit | None) -> ChronicleEntry:
    rank = f" n° {letter.rank}" if letter.rank else ""
    invoices = ", ".join(dict.fromkeys(c.invoice for c in letter.citations))
    name = Information(letter.step).french if letter.informs else f"{letter.step}{rank}"
    what = f"{letter.id} {name}, {listed(letter.channels)} : {invoices}"
    asked = None if letter.informs else letter.total
    return ChronicleEntry(letter.date, "lettre", what, record.source, asked, letter.path, commit)


def _told(record: Record, day: dt.date) -> str:
    """The words of the note, with what they leave unsaid of the letter and its receipt."""
    text = record.text if record.letter in record.text else f"{record.letter} : {record.text}"
    received = record.received if record.received and record.received <= day else None
    unsaid = [
        told(record.channel) if record.channel and not _says_channel(text, record.channel) else "",
        f"n° {record.number}" if record.number and record.number not in text else "",
        f"reçue le {french_date(received)}" if received and "reçue" not in text else "",
    ]
    more = ", ".join(filter(None, unsaid))
    return f"{text} ({more})" if more else text


def _says_channel(text: str, channel: str) -> bool:
    """« en recommandé » says « recommande »."""
    return channel[:8] in text.lower().replace("é", "e")
