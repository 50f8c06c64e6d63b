"""When a letter's fate may be noted: once the letter is approved, once the thing has happened.

A formal notice takes effect from its posting or receipt: neither may be told in advance.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from relance.git.repository import Repository
from relance.ledger.company import Company
from relance.ledger.note_sorts import CANCELLATION, OF_LETTERS
from relance.notes.note import NewNote
from relance.notes.request import Asked
from relance.runs.pending import waiting_letters
from relance.runs.unmerged import review_of
from relance.text.locales import french_date
from relance.values.problem import Problem, Refusal, Source, Status


def check_approved(company: Company, asked: Asked) -> None:
    """Refuse (3) the dispatch or return of a letter that only an unmerged branch holds, and the
    cancellation of one that only another branch holds."""
    sort = next((sort for sort in OF_LETTERS if sort in asked.options), None)
    if sort is None:
        return
    letter = asked.options[sort]
    if branch := _holding_branch(company, letter, here=sort != CANCELLATION):
        what = f"{letter} n'est pas encore approuvée : seule la branche {branch} la porte"
        approve = f"approuvez-la (relance approuver {branch}), puis notez"
        remedy = f"{approve} ; jamais à envoyer : relance retirer {letter}"
        raise Refusal([Problem(Source(sort), what, remedy)], Status.REFUSED_STATE)


def _holding_branch(company: Company, letter: str, *, here: bool) -> str | None:
    """The unmerged branch that alone holds the letter, the one checked out only when `here`."""
    if letter not in {issued.id for issued in company.books.letters}:
        waiting = {pending.letter.id: pending.branch for pending in waiting_letters(company)}
        return waiting.get(letter)
    try:
        repository = Repository.at(company.root)
    except Refusal:  # a folder outside git has no branches
        return None
    review = review_of(repository, company) if here else None
    return review.branch if review and letter in {one.id for one in review.letters} else None


def check_happened(note: NewNote, today: date) -> None:
    """Refuse a letter's fate dated after today."""
    if note.of_letter and (problems := list(_to_come(note, today))):
        raise Refusal(problems)


def _to_come(note: NewNote, today: date) -> Iterator[Problem]:
    received = note.metadata.get("recu")
    days = {"le": note.date} | ({"recu": received} if isinstance(received, date) else {})
    for key, day in days.items():
        if day > today:
            what = f"le {french_date(day)} est à venir"
            yield Problem(Source(key), what, "vérifiez l'année ; notez-le une fois fait")
