"""An uncertain e-mail settled by a person: it left, or it did not."""

from __future__ import annotations

from dataclasses import replace

from relance.company import Company
from relance.dispatch.journal import Attempt, Journal, State
from relance.dispatch.records import sent_note
from relance.dispatch.sorting import doubt
from relance.kinds import Channel
from relance.noting import NewNote
from relance.problem import refuse, suggest


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
