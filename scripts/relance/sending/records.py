"""What happened to letters, as notes of the register, committed alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from relance.git.repository import Repository
from relance.ledger.company import Company, read_company
from relance.notes.addition import add_notes
from relance.notes.note import CANCELLATION, DISPATCH, NewNote, Value
from relance.runs.pending import TRAILER
from relance.sending.journal import Attempt, State
from relance.sending.sorting import Attempts, Fate, Verdict, remaining
from relance.text.locales import enumeration, french_date
from relance.text.typography import ordinary
from relance.text.words import count
from relance.values.issued import IssuedLetter
from relance.values.kinds import Channel


def unrecorded(company: Company, attempts: Attempts) -> list[NewNote]:
    """The notes of letters that left and whose dispatch the register does not tell yet."""
    letters = {letter.id: letter for letter in company.books.letters}
    return [
        sent_note(letter, attempt)
        for attempt in attempts.values()
        if attempt.state is State.SENT and (letter := letters.get(attempt.letter))
        if attempt.channel in remaining(letter) and attempt.fits(letter)
    ]


def strangers(company: Company, attempts: Attempts) -> tuple[Attempt, ...]:
    """What the journal knows of letters that are not those of the register, though their ids
    are: a history was taken back, and the ids were given again."""
    letters = {letter.id: letter for letter in company.books.letters}
    return tuple(
        attempt
        for attempt in attempts.values()
        if attempt.state is not State.NOT_SENT and (letter := letters.get(attempt.letter))
        if attempt.channel in remaining(letter) and not attempt.fits(letter)
    )


def sent_note(letter: IssuedLetter, attempt: Attempt) -> NewNote:
    """The `#envoi` note of an e-mail."""
    reached = [address for address in attempt.addresses if address not in attempt.refused]
    text = f"{letter.id} envoyée par courriel à {enumeration(reached)}."
    metadata: dict[str, Value] = {
        "relance": letter.id,
        "canal": Channel.EMAIL.value,
        "adresse": ", ".join(reached),
        "message-id": attempt.message_id,
    }
    if attempt.refused:
        text += f" Refusée par le serveur pour {enumeration(attempt.refused)}."
        metadata["refuse"] = ", ".join(attempt.refused)
    return NewNote(attempt.day, letter.account, text, (DISPATCH,), (letter.id,), metadata)


def cancellations(verdicts: Iterable[Verdict], day: date) -> list[NewNote]:
    """The `#annulation` notes of letters that no longer say what is true."""
    return [_cancellation(v, day) for v in verdicts if v.fate is Fate.CANCELLED]


def _cancellation(verdict: Verdict, day: date) -> NewNote:
    letter, reason = verdict.letter, ordinary(verdict.reason)
    text = f"{letter.id} annulée avant l'envoi : {reason}."
    metadata: dict[str, Value] = {"relance": letter.id, "motif": reason}
    return NewNote(day, letter.account, text, (CANCELLATION,), (letter.id,), metadata)


def record(repository: Repository, company: Company, notes: Iterable[NewNote]) -> Company:
    """Commit the notes, a file and a commit for each day; the company read again when there are
    any. Raises Refusal when git does not take them: the next run records them then."""
    ordered = sorted(notes, key=lambda note: (note.date, note.letter))
    for day, group in groupby(ordered, key=lambda note: note.date):
        own = list(group)
        addition = add_notes(company, own)
        repository.commit_edit(addition.edit(_message(own, day)), addition.write)
        company = read_company(company.root)
    return company


def _message(notes: Sequence[NewNote], day: date) -> str:
    """The commit's message, with a trailer per letter."""
    sent = [note for note in notes if note.sort == DISPATCH]
    dropped = [note for note in notes if note.sort == CANCELLATION]
    counted = [
        count(len(found), word)
        for found, word in ((sent, "envoyée"), (dropped, "annulée"))
        if found
    ]
    rows = [f"- {ordinary(note.text)}" for note in notes]
    trailers = [f"{TRAILER}: {note.letter}" for note in notes]
    subject = ordinary(f"Envois du {french_date(day)} : {', '.join(counted)}")
    return "\n".join([subject, "", *rows, "", *trailers, ""])
