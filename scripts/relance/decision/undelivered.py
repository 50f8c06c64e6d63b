"""Letters of which nobody knows that they arrived: told before all the rest (rule 6.24)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from relance.claims.on_day import OnDay
from relance.text.locales import french_date
from relance.values.facts import Client
from relance.values.issued import IssuedLetter, Return


@dataclass(frozen=True, slots=True)
class Undelivered:
    """The last letter about some claim that is still owed, why it may not have arrived, as a
    code and in words, and what to do about it."""

    letter: IssuedLetter
    client: Client
    code: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.what} : {self.remedy}"


def undelivered(on: OnDay) -> tuple[Undelivered, ...]:
    """Every such letter, in order."""
    return tuple(sorted(_found(on), key=lambda each: each.letter.id))


def _found(on: OnDay) -> Iterator[Undelivered]:
    known = set()
    for claim in on.open:
        past = on.history.of(claim)
        if past and past[-1].letter.id not in known:
            letter = past[-1].letter
            known.add(letter.id)
            if told := obstacle(letter, claim.client):
                yield told


def obstacle(letter: IssuedLetter, client: Client) -> Undelivered | None:
    """Why a letter may not have arrived; None when nothing says so."""
    if back := letter.undelivered:
        return _returned(letter, back, client)
    return None


def _returned(letter: IssuedLetter, back: Return, client: Client) -> Undelivered:
    came = f"{letter.id} revenue le {french_date(back.date)}"
    if back.cause is None:
        why = "refusée ou non réclamée elle compte, l'adresse étant fausse non"
        remedy = f"dites-le, relance noter --retour {letter.id} --raison …"
        return Undelivered(letter, client, "retour-sans-motif", f"{came} sans motif, {why}", remedy)
    remedy = "trouvez la bonne adresse, puis renvoyez-la (--envoi) ou annulez-la (--annulation)"
    return Undelivered(letter, client, "adresse-a-verifier", f"{came}, adresse à vérifier", remedy)
