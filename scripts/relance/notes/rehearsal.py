"""The proof before writing: the whole ledger loaded once more, with the note in place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING

from relance.cache.book_states import proved
from relance.ledger.company import Company
from relance.ledger.file_notes import notes_in
from relance.ledger.mirror import mirrored
from relance.ledger.note_sorts import CANCELLATION, DISPATCH
from relance.notes.note import NewNote, dispatched, read, told
from relance.values.facts import Books
from relance.values.problem import refuse

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def rehearse(company: Company, path: str, old: str, new: str, notes: Sequence[NewNote]) -> None:
    """Refuse when the ledger with the file's `new` text would not read back as these notes beside
    the `old` and nothing else: the whole ledger must load, every other fact stand, and each note be
    as it was given.
    """
    with mirrored(company.root, company.books.files, {path: new.encode()}) as root:
        rehearsed = proved(root, notes_of=path)
    after, state = rehearsed.company.books, rehearsed.state
    before = Counter(map(read, notes_in(old)))
    now = Counter(map(read, state.notes if state.plain else notes_in(new)))
    as_written = now == before + Counter(note.as_read() for note in notes)
    is_read = path in after.files
    if not (is_read and as_written and _only_added(company.books, after, notes)):
        raise refuse(
            path,
            "la note ne se relirait pas comme elle est écrite, ou changerait autre chose",
            "vérifiez ce fichier (pushtag, pushmeta, greffon, include) ; rien n'est écrit",
        )


def _only_added(before: Books, after: Books, notes: Sequence[NewNote]) -> bool:
    """Whether the books say these notes more, and all the rest as before."""
    follow_up = Counter(note.as_told() for note in notes if not note.of_letter)
    expected = Counter(map(told, before.notes)) + follow_up
    fates = all(_recorded(after, note) for note in notes if note.of_letter)
    same = rest(before) == rest(after) and expected == Counter(map(told, after.notes))
    return same and fates


def rest(books: Books) -> tuple[object, ...]:
    """Every fact but the notes, whatever line it has moved to."""
    return (
        _but(books.clients, "source"),
        _but(books.movements, "source", "entry"),
        _but(books.documents, "source"),
        _but(books.letters, "dispatches", "returns", "cancellation"),
        books.bank_dates,
    )


def _but(facts: Sequence[DataclassInstance], *names: str) -> list[object]:
    """What each fact says, but for these of its fields."""
    if not facts:
        return []
    compared = (field.name for field in fields(facts[0]) if field.compare)
    return list(map(attrgetter(*(name for name in compared if name not in names)), facts))


def _recorded(books: Books, note: NewNote) -> bool:
    """Whether the register says of the letter what the note says."""
    (letter,) = (letter for letter in books.letters if letter.id == note.letter)
    if note.sort == CANCELLATION:
        return letter.cancelled_on == note.date
    dispatches = list(map(dispatched, letter.dispatches))
    return note.sort != DISPATCH or note.as_dispatch() in dispatches
