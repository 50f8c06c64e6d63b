"""An uncertain e-mail settled by a person: it left, or it did not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from relance.ledger.company import Company
from relance.notes.note import NewNote
from relance.sending.journal import Attempt, Journal, State
from relance.sending.records import sent_note
from relance.sending.sorting import doubt, remaining
from relance.text.locales import french_date
from relance.values.issued import IssuedLetter
from relance.values.kinds import Channel
from relance.values.problem import Problem, Refusal, Source, Status, refuse, suggest


def uncertain(journal: Journal, letter: str, company: Company) -> Attempt:
    """The uncertain attempt of a letter. Refused when there is none."""
    letters = {each.id: each for each in company.books.letters}
    doubts = {
        attempt.letter: attempt
        for (name, channel), attempt in journal.attempts.items()
        if channel == Channel.EMAIL and (own := letters.get(name)) and doubt(attempt, own)
    }
    if letter not in doubts:
        what = f"l'envoi de « {letter} » n'est pas incertain"
        remedy = suggest(letter, doubts) if doubts else "aucun envoi ne l'est : rien à faire"
        raise refuse("envoi", what, remedy)
    return doubts[letter]


def check_cancelled(journal: Journal, letter: IssuedLetter) -> None:
    """Refuse (3) to cancel a letter that has left, or may have, as the journal knows and the
    register does not tell yet: it would leave a second time."""
    if problems := list(_unsettled(journal, letter)):
        raise Refusal(problems, Status.REFUSED_STATE)


def _unsettled(journal: Journal, letter: IssuedLetter) -> Iterator[Problem]:
    for attempt in journal.attempts.values():
        if attempt.letter != letter.id or attempt.channel not in remaining(letter):
            continue
        what = f"l'envoi de {letter.id}, du {french_date(attempt.day)},"
        if said := doubt(attempt, letter):
            remedy = f"dites-le d'abord : relance noter --envoi {letter.id} --parti, ou --non-parti"
            yield Problem(Source("annulation"), f"{what} est incertain ({said})", remedy)
        elif attempt.state is State.SENT and attempt.fits(letter):
            remedy = "relance envoyer le note ; ce qui est parti ne s'annule plus"
            yield Problem(Source("annulation"), f"{what} a eu lieu", remedy)


def left(company: Company, attempt: Attempt) -> NewNote:
    """The `#envoi` note of a letter that did leave, of the day it was sent."""
    for letter in company.books.letters:
        if letter.id == attempt.letter:
            return sent_note(letter, attempt)
    raise refuse("envoi", f"le registre n'a pas de lettre « {attempt.letter} »")


def settle(journal: Journal, attempt: Attempt, *, sent: bool) -> None:
    """Remember what became of it; a letter that did not leave may be sent again."""
    state = State.SENT if sent else State.NOT_SENT
    journal.write(replace(attempt, state=state, said="dit par une personne"))
