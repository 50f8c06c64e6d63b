"""Letters taken out of their unmerged branch: `relance retirer`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath

from relance.decision.outcomes import Letter, Line, Wait
from relance.git.repository import Repository
from relance.git.transaction import NewCommit
from relance.git.worktree import worktree
from relance.ledger.company import Company
from relance.notes import wording
from relance.notes.addition import Addition, add_notes
from relance.notes.note import NewNote, naming, spells
from relance.notes.placing import file_for
from relance.runs.derivation import Derived, again, only
from relance.runs.run_files import sum_up
from relance.runs.unmerged import Unmerged, files_of, without
from relance.text.locales import french_date
from relance.text.words import count
from relance.values.issued import IssuedLetter
from relance.values.kinds import NoteSort
from relance.values.problem import Status, refuse

Holds = dict[tuple[str, str], date | None]  # the last day of each claim's hold


@dataclass(frozen=True, slots=True)
class Removal:
    """The letters that go, those that stay, and the files that change (None: that go)."""

    gone: tuple[IssuedLetter, ...]
    left: tuple[IssuedLetter, ...]
    files: dict[str, bytes | None]
    additions: tuple[Addition, ...] = ()


def holds(letters: Iterable[IssuedLetter], day: date, until: date) -> list[NewNote]:
    """The notes that hold back what these letters cite; one for each invoice that a link cannot
    spell. Refused when the hold would be over already."""
    if until < day:
        what = f"le {french_date(until)} est déjà passé au {french_date(day)}"
        raise refuse("--jusqu-au", what, "donnez le dernier jour de la suspension, à venir")
    return [
        replace(note, text=wording.default(note))
        for letter in letters
        for note in _notes(letter, day, until)
    ]


def _notes(letter: IssuedLetter, day: date, until: date) -> Iterator[NewNote]:
    cited = list(dict.fromkeys(citation.invoice for citation in letter.citations))
    plain = [invoice for invoice in cited if spells(invoice)]
    groups = [plain] if plain else []
    groups += [[invoice] for invoice in cited if invoice not in plain]
    for group in groups:
        links, metadata = naming(group)
        keys = metadata | {"jusqu-au": until}
        yield NewNote(day, letter.account, "", (NoteSort.HOLD.value,), links, keys)


def remove(
    repository: Repository,
    run: Unmerged,
    company: Company,
    gone: Sequence[IssuedLetter],
    notes: Sequence[NewNote],
) -> Removal:
    """What taking these letters out changes, with the notes that hold them back; `company` is as
    the run's branch has it.

    Raises Refusal when a note cannot be written, or the rest cannot be summed up again.
    """
    names = {letter.id for letter in gone}
    left = tuple(letter for letter in run.letters if letter.id not in names)
    files: dict[str, bytes | None] = {
        path: None for letter in gone for path in files_of(letter, company.root)
    }
    register = (company.root / run.register).read_text(encoding="utf-8")
    files[run.register] = without(register, names).encode() if left else None
    if left or (company.root / run.summary).is_file():
        files[run.summary] = None
    if left:
        texts = {path: (company.root / path).read_bytes() for path in map(_markdown, left)}
        files[run.summary] = _summary(repository, run, left, texts, _holds(company, notes))
    additions = _additions(company, notes)
    files |= {addition.path: addition.new.encode() for addition in additions}
    return Removal(tuple(gone), left, files, additions)


def _additions(company: Company, notes: Iterable[NewNote]) -> tuple[Addition, ...]:
    """The notes placed, the file of each client's follow-up once."""
    files: dict[str, list[NewNote]] = defaultdict(list)
    for note in notes:
        files[file_for(company, note)].append(note)
    return tuple(add_notes(company, group) for group in files.values())


def _holds(company: Company, notes: Iterable[NewNote]) -> Holds:
    """What is held back on this branch, by these notes or earlier ones."""
    held: Holds = {
        (note.account, invoice): note.until
        for note in company.books.notes
        if note.sort is NoteSort.HOLD
        for invoice in note.invoices
    }
    for note in notes:
        until = note.metadata["jusqu-au"]
        assert isinstance(until, date)
        held |= {(note.account, invoice): until for invoice in note.invoices}
    return held


def _markdown(letter: IssuedLetter) -> str:
    return str(PurePosixPath(letter.path).with_suffix(".md"))


def _summary(
    repository: Repository,
    run: Unmerged,
    left: Sequence[IssuedLetter],
    texts: Mapping[str, bytes],
    held: Holds,
) -> bytes:
    """The summary of what is left, in its own `texts`, the claims of letters taken out being told
    among the waits."""
    with worktree(repository, run.books) as tree:
        derived = again(repository, run, tree)
        lost = [letter.id for letter in left if letter.id not in derived.letters]
        if lost:
            what = f"{', '.join(lost)} : ne se retrouve pas à partir des livres"
            remedy = "relance rafraichir la refait, puis recommencez"
            raise refuse(run.register, what, remedy, Status.REFUSED_STATE)
        kept = [derived.letters[letter.id] for letter in left]
        waits = [_wait(letter, line, held) for letter, line in _taken_out(derived, kept)]
        plan = only(derived.plan, kept)
        return sum_up(replace(plan, waits=(*waits, *plan.waits)), derived.company, left, texts)


def _taken_out(derived: Derived, kept: Sequence[Letter]) -> Iterator[tuple[Letter, Line]]:
    """The lines of the plan's letters that are not among those kept."""
    lines = [letter.lines for letter in kept]
    for letter in derived.plan.letters:
        if letter.lines not in lines:
            yield from ((letter, line) for line in letter.lines if line.step)


def _wait(letter: Letter, line: Line, held: Holds) -> Wait:
    where = (letter.client.account, line.claim.invoice or "")
    if where not in held:
        return Wait(line.claim, "retiree", "lettre retirée à la relecture")
    until = held[where]
    end = f" jusqu'au {french_date(until)}" if until else ""
    return Wait(line.claim, "suspension", f"lettre retirée à la relecture, suspendue{end}")


def rewrite(removal: Removal, base: str) -> NewCommit:
    """What git is asked to commit."""
    ids = [letter.id for letter in removal.gone]
    number = count(len(ids), "lettre")
    rows = [f"- {letter.id} {letter.account}" for letter in removal.gone]
    rows += [f"- suspension notée dans {addition.path}" for addition in removal.additions]
    message = "\n".join([f"Retrait à la relecture : {number}", "", *rows, ""])
    return NewCommit(removal.files, message, base)
