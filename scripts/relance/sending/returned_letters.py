"""Which letters came back by mail: known by the id of our own message, never guessed.

A letter came back when every address of the client to which it went is given up; it is then
noted once. What is only late is told, and what may be about one of ours is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from relance.ledger.company import Company, text_of
from relance.ledger.note_sorts import RETURN
from relance.notes.note import NewNote, Value
from relance.sending.bounce import FAILED, Bounce, BouncedAddress
from relance.text import frontmatter
from relance.text.escapes import plain
from relance.text.locales import enumeration
from relance.text.typography import ordinary
from relance.values.issued import Dispatch, IssuedLetter
from relance.values.kinds import Channel, ReturnCause
from relance.values.problem import Refusal

# The address itself does not exist, or is closed (RFC 3463, 3.2 and 3.3; 5.1.10 is Exchange's).
_UNKNOWN = frozenset({"5.1.0", "5.1.1", "5.1.6", "5.1.10", "5.2.1"})
_MOST_LOOKED_AT = 200  # letters whose subject is read for a report that names none


class BounceFate(StrEnum):
    """What is done with what a report says."""

    RETURNED = "revenue"
    ALREADY = "déjà notée"
    PARTIAL = "en partie"
    DELAYED = "retardée"
    QUESTION = "à vous de dire"


@dataclass(frozen=True, slots=True)
class BounceVerdict:
    """A letter, what becomes of it, of which addresses, why; the note when one is written.

    Without a cause nobody knows why the server gave up: a person says it.
    """

    fate: BounceFate
    letter: IssuedLetter
    addresses: tuple[str, ...]
    why: str
    cause: ReturnCause | None = None
    note: NewNote | None = None


@dataclass(frozen=True, slots=True)
class ReturnedLetters:
    """What the reports say of our letters, in the order of these; `strangers` are the reports
    that speak of none."""

    verdicts: tuple[BounceVerdict, ...]
    strangers: int

    @property
    def notes(self) -> list[NewNote]:
        """The notes to write."""
        return [verdict.note for verdict in self.verdicts if verdict.note]


def look_up(company: Company, bounces: Iterable[Bounce], today: date) -> ReturnedLetters:
    """What became of the letters that these reports name."""
    clerk = _Returns(company, today)
    strangers = sum(not clerk.take(bounce) for bounce in bounces)
    return ReturnedLetters(tuple(clerk.verdicts()), strangers)


@dataclass(slots=True)
class _GivenUp:
    """The addresses of one dispatch that servers gave up."""

    letter: IssuedLetter
    dispatch: Dispatch
    day: date
    said: dict[str, BouncedAddress]


class _Returns:
    def __init__(self, company: Company, today: date) -> None:
        self._company = company
        self._today = today
        self._zone = ZoneInfo(company.policy.calendar.timezone)
        self._copies = {c.account: set(map(str.lower, c.copies)) for c in company.books.clients}
        blind = company.policy.mail.blind_copies or ()
        self._blind = {copy.address.lower() for copy in blind}
        self._by_message = {
            dispatch.message_id: letter
            for letter in company.books.letters
            for dispatch in letter.dispatches
            if dispatch.message_id
        }
        self._told: list[BounceVerdict] = []
        self._given_up: dict[tuple[str, int], _GivenUp] = {}

    def take(self, bounce: Bounce) -> bool:
        """Whether the report speaks of a letter of ours."""
        letters = [self._by_message[i] for i in bounce.message_ids if i in self._by_message]
        if letters:
            for recipient in bounce.recipients:
                self._take(letters[0], bounce, recipient)
            return True
        asked = list(self._alike(bounce))
        for letter, address in asked:
            why = "même destinataire et même objet, mais ce rapport ne rend pas notre message"
            self._told.append(BounceVerdict(BounceFate.QUESTION, letter, (address,), why))
        return bool(asked)

    def _take(self, letter: IssuedLetter, bounce: Bounce, recipient: BouncedAddress) -> None:
        why = recipient.why
        if recipient.action != FAILED:
            verdict = BounceVerdict(BounceFate.DELAYED, letter, recipient.addresses[-1:], why)
            self._told.append(verdict)
            return
        dispatch, day = self._dispatch(letter, bounce)
        addresses = [a.lower() for a in recipient.addresses]
        of_dispatch = [a for a in dispatch.addresses if a.lower() in addresses] if dispatch else []
        if dispatch is None or (dispatch.addresses and not of_dispatch):
            why = "l'adresse dite n'est pas de cet envoi (transférée ?)" if dispatch else why
            self._told.append(
                BounceVerdict(BounceFate.QUESTION, letter, recipient.addresses[-1:], why)
            )
            return
        place = (letter.id, letter.dispatches.index(dispatch))
        given_up = self._given_up.setdefault(place, _GivenUp(letter, dispatch, day, {}))
        given_up.day = max(given_up.day, day)
        given_up.said[(of_dispatch or addresses)[0].lower()] = recipient

    def _dispatch(self, letter: IssuedLetter, bounce: Bounce) -> tuple[Dispatch | None, date]:
        """The e-mail that came back, the last before the report, and the day to note: between
        that of the e-mail and today, whatever the report says. None where several may be meant."""
        mailed = [d for d in letter.dispatches if d.channel == Channel.EMAIL]
        day = bounce.at.astimezone(self._zone).date() if bounce.at else None
        before = [d for d in mailed if day and d.date <= day]
        if not before:
            before = mailed if len(mailed) == 1 else []
        if not before:
            return None, self._today
        dispatch = max(before, key=lambda d: d.date)
        return dispatch, min(max(day or self._today, dispatch.date), self._today)

    def _alike(self, bounce: Bounce) -> Iterator[tuple[IssuedLetter, str]]:
        """The letters that went to the same address under the same subject."""
        if not bounce.subject:
            return
        failed = {a.lower() for r in bounce.recipients for a in r.addresses}
        sent = [
            (letter, address)
            for letter in self._company.books.letters
            for dispatch in letter.dispatches
            for address in dispatch.addresses
            if address.lower() in failed
        ]
        for letter, address in sent[-_MOST_LOOKED_AT:]:
            if letter.gone and self._subject(letter) == _bare(bounce.subject):
                yield letter, address

    def _subject(self, letter: IssuedLetter) -> str:
        name = letter.path.rpartition(".")[0] + ".md"
        try:
            front, _ = frontmatter.front_matter(text_of(self._company.root, name), name)
        except (Refusal, OSError):
            return ""
        return _bare(str(front.get("objet") or ""))

    def verdicts(self) -> Iterator[BounceVerdict]:
        """What came back first, then what is only told."""
        for given_up in self._given_up.values():
            yield self._verdict(given_up)
        yield from dict.fromkeys(self._told)

    def _verdict(self, given_up: _GivenUp) -> BounceVerdict:
        letter, dispatch, said = given_up.letter, given_up.dispatch, given_up.said
        aside = self._blind | self._copies.get(letter.account, set())
        clients_own = {a.lower() for a in dispatch.addresses} - aside or set(said)
        why = enumeration([recipient.why for recipient in said.values()])
        head = (letter, tuple(said), why)
        if not clients_own <= said.keys():
            return BounceVerdict(BounceFate.PARTIAL, *head)
        if dispatch not in letter.gone:
            return BounceVerdict(BounceFate.ALREADY, *head)
        cause = _cause([said[address] for address in clients_own])
        return BounceVerdict(
            BounceFate.RETURNED, *head, cause, _note(given_up, cause, sorted(clients_own))
        )


def _bare(subject: str) -> str:
    """A subject whose spaces servers may have changed."""
    return " ".join(ordinary(plain(subject)).split())


def _cause(recipients: Sequence[BouncedAddress]) -> ReturnCause | None:
    """Why it came back: an address that is wrong; None where a server only gave up trying."""
    if not all(recipient.hard for recipient in recipients):
        return None
    unknown = all(recipient.status in _UNKNOWN for recipient in recipients)
    return ReturnCause.UNKNOWN if unknown else ReturnCause.ADDRESS


def _note(given_up: _GivenUp, cause: ReturnCause | None, clients_own: Sequence[str]) -> NewNote:
    """The `#retour` note. Without a cause it holds no word of the server's: words are read for
    one, and « refused » would count the letter as presented."""
    letter, said = given_up.letter, given_up.said
    reasons = (said[address].why if cause else said[address].status for address in clients_own)
    reason = enumeration([words for words in dict.fromkeys(reasons) if words])
    metadata: dict[str, Value] = {"relance": letter.id, "canal": Channel.EMAIL.value}
    if cause:
        metadata["raison"] = cause.value
    if reason:
        metadata["motif"] = reason
    text = f"{letter.id} revenue, courriel à {enumeration(list(clients_own))}."
    return NewNote(given_up.day, letter.account, text, (RETURN,), (letter.id,), metadata)
