"""What a hand may change in a letter: its words, never its figures.

The measure is the letter as the books give it, derived again. Free: every word, the subject's
too; a figure of the letter said once more; leaving out what is told for information. Refused: a
value of the front matter or of the data, a figure that the letter of the books does not hold, one
put in the place of another, and the loss of what the letter is for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from relance.letters.guard_text import REMEDY, Guard
from relance.letters.letter_text import LetterText, leaves
from relance.values.letter_data import HEAD
from relance.values.problem import Problem, Source

_FREE = ("objet",)  # words, whose figures are looked at like those of the body


def check_letter(name: str, edited: str, derived: str, numbers: Iterable[str]) -> list[Problem]:
    """Every figure that a hand changed in the letter's file `name`, and what the books say.

    `derived` is the letter that the books give, `known` are all the invoice numbers of the books.
    Raises Refusal when what the edited file says of itself cannot be read at all.
    """
    if edited == derived:
        return []
    mine, theirs = LetterText.of(edited, name), LetterText.of(derived, name)
    if not mine.values.keys() - HEAD:
        what = "les données de la lettre ont été retirées de la fin de son fichier"
        return [Problem(Source(name), what, "rétablissez-les (git checkout)")]
    guard = Guard(name, theirs, numbers)
    return [*_changed_keys(mine, theirs), *guard.subject(mine), *guard.body(mine.body, mine.offset)]


def check_text(
    name: str, edited: str, derived: str, letter: str, numbers: Iterable[str]
) -> list[Problem]:
    """The same for a text that goes with a letter and has no front matter, a text message:
    `derived` and `letter`, its letter's file, are as the books give them."""
    guard = Guard(name, LetterText(LetterText.of(letter, name).front, derived, 0), numbers)
    return guard.body(edited, 0)


def _changed_keys(mine: LetterText, theirs: LetterText) -> Iterator[Problem]:
    edited, right = dict(leaves(mine.values)), dict(leaves(theirs.values))
    for trail in [*edited, *(trail for trail in right if trail not in edited)]:
        if trail[0] in _FREE or (trail in right and edited.get(trail, right) == right[trail]):
            continue
        key = ".".join(str(n + 1) if isinstance(n, int) else n for n in trail)
        place = mine.front.place(trail)
        if trail not in right:
            yield Problem(place, f"« {key} » a été ajouté : {_shown(edited[trail])}", "retirez-le")
        else:
            change = f"changé en {_shown(edited[trail])}" if trail in edited else "retiré"
            what = f"« {key} » a été {change} ; les livres disent {_shown(right[trail])}"
            yield Problem(Source(place.path, place.line), what, REMEDY)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return "rien" if value in (None, []) else str(value)
