"""Notes taken out of the file that holds them: read there, proven by loading the ledger without."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from relance.cache.book_states import proved
from relance.ledger.beancount import NoteEntry, parse
from relance.ledger.blocks import end_of_directive
from relance.ledger.company import Company
from relance.ledger.file_notes import notes_in
from relance.ledger.mirror import mirrored
from relance.ledger.note_sorts import FORMS, OF_LETTERS
from relance.notes.addition import Addition
from relance.notes.note import read, told
from relance.notes.rehearsal import rest
from relance.values.facts import Books
from relance.values.kinds import NoteSort
from relance.values.problem import refuse
from relance.values.register import FOLDER


@dataclass(frozen=True, slots=True)
class WrittenNote:
    """A note of a sort that `relance noter` writes, as a file has it."""

    path: str
    entry: NoteEntry

    @property
    def sort(self) -> str:
        """Its sort."""
        return next(tag for tag in sorted(self.entry.tags or ()) if tag in FORMS)

    @property
    def links(self) -> frozenset[str]:
        """What it names: invoices, or one letter."""
        return frozenset(self.entry.links or ())

    @property
    def letter(self) -> str:
        """The id of the letter it speaks of, "" for none."""
        return next(iter(sorted(self.links)), "") if self.sort in OF_LETTERS else ""

    @property
    def text(self) -> str:
        """What it says."""
        return str(self.entry.comment)


def written_notes(path: str, text: str) -> list[WrittenNote]:
    """The notes of a file in its order; those that only an import writes are none of ours."""
    notes = sorted(notes_in(text), key=lambda entry: int(entry.meta["lineno"]))
    return [
        WrittenNote(path, entry)
        for entry in notes
        if (entry.tags or frozenset()) & FORMS.keys() - {NoteSort.STATUS}
    ]


def beyond(notes: Iterable[WrittenNote], before: Iterable[WrittenNote]) -> list[WrittenNote]:
    """The notes that are not among those of before, in their order; of two alike, the later."""
    old = Counter(read(note.entry) for note in before)
    new = []
    for note in notes:
        old[read(note.entry)] -= 1
        if old[read(note.entry)] < 0:
            new.append(note)
    return new


def without_notes(company: Company, notes: Sequence[WrittenNote]) -> Addition:
    """The file of these notes without them, proven by loading the whole ledger again.

    Raises `Refusal` when anything else would change; writes nothing itself.
    """
    (path,) = {note.path for note in notes}
    old = (company.root / path).read_bytes().decode()
    new = _cut(old, [int(note.entry.meta["lineno"]) for note in notes])
    with mirrored(company.root, company.books.files, {path: new.encode()}) as root:
        after = proved(root).company.books
    gone = Counter(read(note.entry) for note in notes)
    before, now = (Counter(map(read, notes_in(text))) for text in (old, new))
    if before - gone != now or not _only_taken(company.books, after, notes):
        raise refuse(
            path,
            "la note ne se retirerait pas seule",
            "retirez-la vous-même de ce fichier (pushtag, pushmeta, greffon) ; rien n'est écrit",
        )
    needed = _is_needed(path, new)
    return Addition(company.root, path, old, new if needed else "", gone=not needed)


def _is_needed(path: str, text: str) -> bool:
    """Whether a file says anything yet; one of the register that says nothing was made for the
    note that goes."""
    return PurePosixPath(path).parent != PurePosixPath(FOLDER) or bool(parse(text)[0])


def _cut(text: str, starts: Iterable[int]) -> str:
    """The text without the directives that begin at these lines, nor the blank ones above them."""
    windows = text.count("\r\n") == text.count("\n") > 0
    lines = (text.replace("\r\n", "\n") if windows else text).split("\n")
    for start in sorted(starts, reverse=True):
        end, first = end_of_directive(lines, start - 1), start - 1
        while first and not lines[first - 1].strip():
            first -= 1
        del lines[first:end]
    new = "\n".join(lines)
    return new.replace("\n", "\r\n") if windows else new


def _only_taken(before: Books, after: Books, notes: Sequence[WrittenNote]) -> bool:
    """Whether the books say these notes less, and all the rest as before."""
    fates = {note.letter for note in notes} - {""}
    others = [
        [
            replace(letter, source=replace(letter.source, line=0))
            for letter in books.letters
            if letter.id not in fates
        ]
        for books in (before, after)
    ]
    lost = Counter(map(told, before.notes))
    lost.subtract(map(told, after.notes))
    number = sum(not note.letter for note in notes)
    taken = min(lost.values(), default=0) >= 0 and lost.total() == number
    return rest(before) == rest(after) and others[0] == others[1] and taken
