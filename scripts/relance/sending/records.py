"""What happened to letters, as notes of the register, committed alone; what a person says became of
an uncertain e-mail.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

from relance.cache.book_states import read_once
from relance.cache.cached_books import keep_written
from relance.git.repository import Repository
from relance.ledger.company import Company
from relance.ledger.note_sorts import CANCELLATION, DISPATCH, RETURN
from relance.notes.addition import add_notes
from relance.notes.note import NewNote, Value
from relance.runs.pending import TRAILER
from relance.sending.attempts import Attempt, AttemptState, SendingJournal
from relance.sending.sorting import Attempts, LetterFate, LetterVerdict, doubt
from relance.text.locales import enumeration, french_date
from relance.text.typography import ordinary
from relance.text.words import count
from relance.values.issued import IssuedLetter
from relance.values.kinds import Channel
from relance.values.problem import Problem, Refusal, Source, Status, refuse, suggest


def unrecorded(company: Company, attempts: Attempts) -> list[NewNote]:
    """The notes of letters that left and whose dispatch the register does not tell yet."""
    letters = {letter.id: letter for letter in company.books.letters}
    return [
        sent_note(letter, attempt)
        for attempt in attempts.values()
        if attempt.state is AttemptState.SENT and (letter := letters.get(attempt.letter))
        if attempt.channel in letter.remaining and attempt.fits(letter)
    ]


def strangers(company: Company, attempts: Attempts) -> tuple[Attempt, ...]:
    """What the journal knows of letters that are not those of the register, though their ids
    are: a history was taken back, and the ids were given again."""
    letters = {letter.id: letter for letter in company.books.letters}
    return tuple(
        attempt
        for attempt in attempts.values()
        if attempt.state is not AttemptState.NOT_SENT and (letter := letters.get(attempt.letter))
        if attempt.channel in letter.remaining and not attempt.fits(letter)
    )


def sent_note(letter: IssuedLetter, attempt: Attempt) -> NewNote:
    """The `#envoi` note of an e-mail."""
    reached = [address for address in attempt.addresses if address not in attempt.refused]
    whom = f" à {enumeration(reached)}" if reached else ""  # unknown of another machine's
    text = f"{letter.id} envoyée par courriel{whom}."
    metadata: dict[str, Value] = {"relance": letter.id, "canal": Channel.EMAIL.value}
    if reached:
        metadata["adresse"] = ", ".join(reached)
    if attempt.message_id:
        metadata["message-id"] = attempt.message_id
    if attempt.refused:
        text += f" Refusée par le serveur pour {enumeration(attempt.refused)}."
        metadata["refuse"] = ", ".join(attempt.refused)
    return NewNote(attempt.day, letter.account, text, (DISPATCH,), (letter.id,), metadata)


def cancellations(verdicts: Iterable[LetterVerdict], day: date) -> list[NewNote]:
    """The `#annulation` notes of letters that no longer say what is true."""
    return [_cancellation(v, day) for v in verdicts if v.fate is LetterFate.CANCELLED]


def _cancellation(verdict: LetterVerdict, day: date) -> NewNote:
    letter, reason = verdict.letter, ordinary(verdict.reason)
    text = f"{letter.id} annulée avant l'envoi : {reason}."
    metadata: dict[str, Value] = {"relance": letter.id, "motif": reason}
    return NewNote(day, letter.account, text, (CANCELLATION,), (letter.id,), metadata)


def record(repository: Repository, company: Company, notes: Iterable[NewNote]) -> Company:
    """Commit the notes, a file and a commit for each day; the company read again when there are
    any. Raises Refusal when git does not take them: the next run records them then."""
    ordered = sorted(notes, key=lambda note: (note.date, note.letter))
    for day, group in groupby(ordered, key=lambda note: note.date):
        of_day = list(group)
        addition = add_notes(company, of_day)
        repository.commit_edits({addition.path: addition.edit()}, _message(of_day, day))
        company = read_once(company.root)
    if ordered:
        keep_written(company.root)
    return company


def _message(notes: Sequence[NewNote], day: date) -> str:
    """The commit's message, with a trailer per letter."""
    sent = [note for note in notes if note.sort == DISPATCH]
    dropped = [note for note in notes if note.sort == CANCELLATION]
    back = [note for note in notes if note.sort == RETURN]
    counted = [
        count(len(listed), word)
        for listed, word in ((sent, "envoyée"), (dropped, "annulée"), (back, "revenue"))
        if listed
    ]
    rows = [f"- {ordinary(note.text)}" for note in notes]
    trailers = [f"{TRAILER}: {note.letter}" for note in notes]
    subject = ordinary(f"Envois du {french_date(day)} : {', '.join(counted)}")
    return "\n".join([subject, "", *rows, "", *trailers, ""])


# ---------------------------------------------------------------- Settled by a person


def uncertain(journal: SendingJournal, letter: str, company: Company) -> Attempt:
    """The uncertain attempt of a letter. Refused when there is none."""
    letters = {issued.id: issued for issued in company.books.letters}
    doubts = {
        attempt.letter: attempt
        for (name, channel), attempt in journal.attempts.items()
        if channel == Channel.EMAIL and (issued := letters.get(name)) and doubt(attempt, issued)
    }
    if letter not in doubts:
        what = f"l'envoi de « {letter} » n'est pas incertain"
        remedy = suggest(letter, doubts) if doubts else "aucun envoi ne l'est : rien à faire"
        raise refuse("envoi", what, remedy)
    return doubts[letter]


def check_cancelled(journal: SendingJournal, letter: IssuedLetter) -> None:
    """Refuse (3) to cancel a letter that has left, or may have, as the journal knows and the
    register does not tell yet: it would leave a second time."""
    if problems := list(_unsettled(journal, letter)):
        raise Refusal(problems, Status.REFUSED_STATE)


def _unsettled(journal: SendingJournal, letter: IssuedLetter) -> Iterator[Problem]:
    for attempt in journal.attempts.values():
        if attempt.letter != letter.id or attempt.channel not in letter.remaining:
            continue
        what = f"l'envoi de {letter.id}, du {french_date(attempt.day)},"
        if reason := doubt(attempt, letter):
            remedy = f"dites-le d'abord : relance noter --envoi {letter.id} --parti, ou --non-parti"
            yield Problem(Source("annulation"), f"{what} est incertain ({reason})", remedy)
        elif attempt.state is AttemptState.SENT and attempt.fits(letter):
            remedy = "relance envoyer le note ; ce qui est parti ne s'annule plus"
            yield Problem(Source("annulation"), f"{what} a eu lieu", remedy)


def left(company: Company, attempt: Attempt) -> NewNote:
    """The `#envoi` note of a letter that did leave, of the day it was sent."""
    for letter in company.books.letters:
        if letter.id == attempt.letter:
            return sent_note(letter, attempt)
    raise refuse("envoi", f"le registre n'a pas de lettre « {attempt.letter} »")


def settle(journal: SendingJournal, attempt: Attempt, *, sent: bool) -> None:
    """Remember what became of it; a letter that did not leave may be sent again."""
    state = AttemptState.SENT if sent else AttemptState.NOT_SENT
    journal.write(replace(attempt, state=state, said="dit par une personne"))
