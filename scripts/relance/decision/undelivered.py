"""Letters of which nobody knows that they arrived: told before all the rest (rules 6.24, 6.26)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from relance.claims.claim import Claim
from relance.claims.history import History
from relance.claims.on_day import OnDay
from relance.text.locales import french_date
from relance.values.facts import Client
from relance.values.issued import IssuedLetter, Return


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A letter about some claim that is still owed, why it may not have arrived, as a code and
    in words, and what to do about it; `unnoted` when nobody even says that it left."""

    letter: IssuedLetter
    client: Client
    code: str
    what: str
    remedy: str
    unnoted: bool = False

    def __str__(self) -> str:
        return f"{self.what} : {self.remedy}"


def undelivered(on: OnDay) -> tuple[Undelivered, ...]:
    """Every such letter, in order."""
    letters = [*_found(on), *_informing(on)]
    return tuple(sorted(letters, key=lambda letter: letter.letter.id))


def _informing(on: OnDay) -> Iterator[Undelivered]:
    """Of each client the last letter that was dispatched, if it asked for nothing and came back."""
    last: dict[str, IssuedLetter] = {}
    for letter in sorted(on.letters, key=lambda letter: (letter.date, letter.id)):
        if letter.cancelled_on is None and letter.dispatches:
            last[letter.account] = letter
    for client in on.books.clients:
        letter_back = last.get(client.account)
        if letter_back and letter_back.informs and (back := obstacle(letter_back, client)):
            yield back


def _found(on: OnDay) -> Iterator[Undelivered]:
    """Of each claim the last letter, and those before it that nobody says to have left, up to
    one that is known to have."""
    seen = set()
    for claim in on.open:
        for past in reversed(on.history.of(claim)):
            letter = past.letter
            if letter.id not in seen:
                seen.add(letter.id)
                if letter_at_fault := obstacle(letter, claim.client) or _unnoted(
                    on.history, letter, claim
                ):
                    yield letter_at_fault
            if letter.dispatches or on.history.left(letter):
                break


def obstacle(letter: IssuedLetter, client: Client) -> Undelivered | None:
    """Why a letter may not have arrived; None when nothing says so."""
    if back := letter.undelivered:
        return _returned(letter, back, client)
    return None


def unsent(letter: IssuedLetter) -> str:
    """What to do about a letter whose dispatch is not noted."""
    return f"partie, {noting(letter)} ; jamais partie, --annulation {letter.id}"


def noting(letter: IssuedLetter) -> str:
    """The command that notes a letter's dispatch, once the day is written in it: nobody else can
    tell that day, and the command refuses what is none."""
    channel = next(iter(letter.remaining), None)
    by = f" --{channel}" if channel else ""
    return f"relance noter --envoi {letter.id}{by} --le JJ/MM/AAAA"


def noting_return(letter: IssuedLetter) -> str:
    """The command that notes why a letter came back, once the reason is written in it."""
    return f"relance noter --retour {letter.id} --raison RAISON"


def _unnoted(history: History, letter: IssuedLetter, claim: Claim) -> Undelivered | None:
    if not history.unnoted(letter):
        return None
    code = "non-postee" if history.starts(letter) is None else "non-envoyee"
    what = f"{letter.step} du {french_date(letter.date)}, aucun envoi noté"
    return Undelivered(letter, claim.client, code, what, unsent(letter), unnoted=True)


def _returned(letter: IssuedLetter, back: Return, client: Client) -> Undelivered:
    came = f"{letter.id} revenue le {french_date(back.date)}"
    if back.cause is None:
        why = "refusée ou non réclamée elle compte, l'adresse étant fausse non"
        remedy = f"dites-le, {noting_return(letter)}"
        return Undelivered(letter, client, "retour-sans-motif", f"{came} sans motif, {why}", remedy)
    remedy = "trouvez la bonne adresse, puis renvoyez-la (--envoi) ou annulez-la (--annulation)"
    return Undelivered(letter, client, "adresse-a-verifier", f"{came}, adresse à vérifier", remedy)
