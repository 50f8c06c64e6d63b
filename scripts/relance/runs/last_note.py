"""The last note that may be taken back: nobody has it yet, and nothing was decided on it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from relance.git.base import Base, base_branch, contains
from relance.git.program import fields, refused
from relance.git.repository import Repository
from relance.ledger.company import Company
from relance.ledger.note_sorts import DISPATCH
from relance.notes.removal import WrittenNote, beyond, written_notes
from relance.runs.pending import PREFIX, pending_letters
from relance.values.issued import IssuedLetter
from relance.values.kinds import NoteSort
from relance.values.problem import Problem, Refusal, Source, Status

_DIRECTIVE = "^[0-9]{4}-[0-9]{2}-[0-9]{2} note "


@dataclass(frozen=True, slots=True)
class LastNote:
    """The notes to take back, one or those of one payment plan, and the commit that brought them,
    None when git does not have them yet."""

    notes: tuple[WrittenNote, ...]
    commit: str | None


def last_note(company: Company, repository: Repository, account: str | None) -> LastNote:
    """The last note of a client, or of anyone: one that is not committed yet, else the last that
    the base branch does not have, or where the base is checked out, its remote.

    Refused (3) when there is none, and when a letter or what happened to one rests on it.
    """
    last = _search(company, repository, account)
    if faults := list(_resting(company, repository, last)):
        raise Refusal(faults, Status.REFUSED_STATE)
    return last


def _search(company: Company, repository: Repository, account: str | None) -> LastNote:
    def wanted(notes: Sequence[WrittenNote]) -> list[WrittenNote]:
        return [note for note in notes if account in {None, note.entry.account}]

    here = {path: _notes_here(company, path) for path in _files(company, repository)}
    head = {path: _notes_at(repository, "HEAD", path) for path in here}
    new = {path: wanted(beyond(here[path], head[path])) for path in here}
    if files := [path for path in new if new[path]]:
        latest = max(files, key=lambda path: (company.root / path).stat().st_mtime_ns)
        return LastNote(_whole(new[latest]), None)
    shared = _shared(repository)
    for commit, paths in _commits(repository, list(here), shared):
        for path in paths:
            added = beyond(
                _notes_at(repository, commit, path), _notes_at(repository, f"{commit}^", path)
            )
            others = beyond(here[path], added)
            if standing := wanted(beyond(here[path], others)):
                return LastNote(_whole(standing), commit)
    where = f" : {shared[0]} a toutes celles qui sont là" if shared else ""
    what = f"aucune note à retirer{where}"
    remedy = "notez le contraire : --reprise, --litige-clos, une autre --promesse…"
    raise refused(what, remedy, "annuler")


def _whole(notes: Sequence[WrittenNote]) -> tuple[WrittenNote, ...]:
    """The last of these notes; of a payment plan, with all that was agreed on with it."""
    last = notes[-1]
    if last.sort != NoteSort.PAYMENT_PLAN:
        return (last,)
    key = (last.path, last.sort, last.entry.account, last.entry.date, last.links)
    return tuple(
        note
        for note in notes
        if (note.path, note.sort, note.entry.account, note.entry.date, note.links) == key
    )


# ---------------------------------------------------------------- What files and git hold


def _files(company: Company, repository: Repository) -> Iterator[str]:
    """The books' own files that lie in the repository."""
    for path in company.books.files:
        if not repository.from_top(path).startswith("../"):
            yield path


def _notes_here(company: Company, path: str) -> list[WrittenNote]:
    return written_notes(path, (company.root / path).read_bytes().decode())


def _notes_at(repository: Repository, commit: str, path: str) -> list[WrittenNote]:
    """The notes of a file as a commit has it; none where it has no such file."""
    done = repository.git.attempt("show", f"{commit}:{repository.from_top(path)}")
    return [] if done.returncode else written_notes(path, done.stdout.decode("utf-8", "replace"))


def _commits(
    repository: Repository, paths: Sequence[str], shared: Sequence[str]
) -> Iterator[tuple[str, list[str]]]:
    """The commits that changed notes, the latest first, with the files of ours that they change."""
    names = {repository.from_top(path): path for path in paths}
    asked = ("log", "--format=%H", "-E", f"-G{_DIRECTIVE}", "HEAD", *(f"^{x}" for x in shared))
    for commit in os.fsdecode(repository.git.run(*asked, "--", *names)).split():
        listed = ("diff-tree", "--root", "--no-commit-id", "--name-only", "-r", "-z", commit)
        changed = fields(repository.git.run(*listed))
        yield commit, [names[name] for name in changed if name in names]


def _shared(repository: Repository) -> list[str]:
    """The branches that others have: the base, of another branch; the base's twins on remotes."""
    base = base_branch(repository.git, PREFIX)
    if repository.branch() != base.home:
        return [base.name]
    return _twins(repository, base)


def _twins(repository: Repository, base: Base) -> list[str]:
    form = "--format=%(refname:short)"
    listed = repository.git.run("for-each-ref", form, f"refs/remotes/*/{base.home}")
    return os.fsdecode(listed).split()


# ---------------------------------------------------------------- What rests on a note


def _resting(company: Company, repository: Repository, last: LastNote) -> Iterator[Problem]:
    """Why these notes stay: a letter was decided on books that had them, a letter came back by
    that dispatch, the program itself sent it."""
    for note in last.notes:
        where = Source(note.path, int(note.entry.meta["lineno"]))
        if note.sort == DISPATCH and "message-id" in note.entry.meta:
            what = f"relance envoyer a envoyé {note.letter}, cette note en est la preuve"
            yield Problem(where, what, "elle reste ; revenue, notez-le : --retour")
        letters = {letter.id: letter for letter in company.books.letters}
        returned = note.sort == DISPATCH and letters[note.letter].returns
        if returned:
            what = f"{note.letter} est revenue depuis : son retour repose sur cet envoi"
            yield Problem(where, what, "retirez d'abord la note du retour")
        if last.commit and (letter := _decided_on(company, repository, note, last.commit)):
            what = f"{letter.id} a été décidée sur des livres qui ont cette note"
            remedy = "notez le contraire (--reprise, --litige-clos…)"
            away = f" ; pas encore approuvée, retirez-la d'abord : relance retirer {letter.id}"
            yield Problem(where, what, remedy + away)


def _decided_on(
    company: Company, repository: Repository, note: WrittenNote, commit: str
) -> IssuedLetter | None:
    """A letter, here or on a branch, to whomever, whose books had the note: that run decided who
    waits, too."""
    waiting = (pending.letter for pending in pending_letters(repository, company))
    letters = (*company.books.letters, *waiting)
    return next((x for x in letters if _had(repository, x, commit, note)), None)


def _had(repository: Repository, letter: IssuedLetter, commit: str, note: WrittenNote) -> bool:
    """Whether the books of a letter had the commit; of one without known books, by their days."""
    if letter.base and repository.holds(letter.base):
        return contains(repository.git, letter.base, commit)
    return letter.date >= note.entry.date
