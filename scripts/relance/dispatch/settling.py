"""An uncertain e-mail settled by a person: it left, or it did not."""

from __future__ import annotations

from dataclasses import replace

from relance.company import Company
from relance.dispatch.journal import Attempt, Journal, State
from relance.dispatch.records import sent_note
from relance.model import Channel
from relance.noting import NewNote
from relance.problem import refuse, suggest


def uncertain(journal: Journal, letter: str) -> Attempt:
    """The uncertain attempt of a letter. Refused when there is none."""
    attempts = journal.attempts
    found = attempts.get((letter, Channel.EMAIL.value))
    if found is None or not found.state.doubtful:
        names = [name for (name, _), attempt in attempts.items() if attempt.state.doubtful]
        what = f"l'envoi de « {letter} » n'est pas incertain"
        remedy = suggest(letter, names) if names else "aucun envoi ne l'est : rien à faire"
        raise refuse("envoi", what, remedy)
    return found


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
