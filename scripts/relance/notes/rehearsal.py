"""The proof before writing: the whole ledger loaded once more, with the note in place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from relance.cache.book_states import proved
from relance.ledger.beancount import NoteEntry, parse
from relance.ledger.company import Company
from relance.ledger.mirror import mirrored
from relance.ledger.note_sorts import CANCELLATION, DISPATCH
from relance.notes.note import NewNote, dispatched, read, told
from relance.values.facts import Books
from relance.values.problem import Source, refuse


def rehearse(company: Company, path: str, old: str, new: str, notes: Sequence[NewNote]) -> None:
    """Refuse when the ledger with the file's `new` text would not read back as these notes beside
    the `old` and nothing else: the whole ledger must load, every other fact stand, and each note be
    as it was given.
    """
    with mirrored(company.root, company.books.files, {path: new.encode()}) as root:
        rehearsed = proved(root, notes_of=path)
    after, state = rehearsed.company.books, rehearsed.state
    before = Counter(map(read, _notes(old)))
    now = Counter(map(read, state.notes if state.plain else _notes(new)))
    as_written = now == before + Counter(note.as_read() for note in notes)
    is_read = path in after.files
    if not (is_read and as_written and _only_added(company.books, after, notes)):
        raise refuse(
            path,
            "la note ne se relirait pas comme elle est écrite, ou changerait autre chose",
            "vérifiez ce fichier (pushtag, pushmeta, greffon, include) ; rien n'est écrit",
        )


def _notes(text: str) -> Iterator[NoteEntry]:
    entries, _lines = parse(text)
    return (entry for entry in entries if isinstance(entry, NoteEntry))


def _only_added(before: Books, after: Books, notes: Sequence[NewNote]) -> bool:
    """Whether the books say these notes more, and all the rest as before."""
    follow_up = Counter(note.as_told() for note in notes if not note.of_letter)
    expected = Counter(map(told, before.notes)) + follow_up
    fates = all(_recorded(after, note) for note in notes if note.of_letter)
    same = rest(before) == rest(after) and expected == Counter(map(told, after.notes))
    return same and fates


def rest(books: Books) -> tuple[object, ...]:
    """Every fact but the notes, whatever line it has moved to."""
    nowhere = Source("")
    return (
        [replace(client, source=nowhere) for client in books.clients],
        [replace(movement, source=nowhere, entry=0) for movement in books.movements],
        [replace(document, source=nowhere) for document in books.documents],
        [replace(letter, dispatches=(), returns=(), cancellation=None) for letter in books.letters],
        books.bank_dates,
    )


def _recorded(books: Books, note: NewNote) -> bool:
    """Whether the register says of the letter what the note says."""
    (letter,) = (letter for letter in books.letters if letter.id == note.letter)
    if note.sort == CANCELLATION:
        return letter.cancelled_on == note.date
    dispatches = list(map(dispatched, letter.dispatches))
    return note.sort != DISPATCH or note.as_dispatch() in dispatches
