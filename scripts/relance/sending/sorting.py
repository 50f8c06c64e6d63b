"""Which letters may leave today, by which channels, and why the others may not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from relance.claims.on_day import OnDay
from relance.decision.planner import stale_bank
from relance.ledger.company import Company
from relance.sending.attempts import Attempt, AttemptState
from relance.sending.letterfile import LetterFile, read_letter
from relance.sending.validity import Validity, too_near
from relance.text.locales import french_date
from relance.values.facts import Client
from relance.values.issued import IssuedLetter
from relance.values.kinds import Channel
from relance.values.problem import Refusal, refuse, suggest

Attempts = Mapping[tuple[str, str], Attempt]


class LetterFate(StrEnum):
    """What becomes of a letter that was not dispatched by all its channels.

    `LAPSED`: no longer to be dispatched, yet a person may have done so already, so that it
    cannot be cancelled here.
    """

    READY = "prête"
    CANCELLED = "annulée"
    LAPSED = "sans objet"
    KEPT = "retenue"
    UNCERTAIN = "incertaine"
    EXPIRED = "trop ancienne"


@dataclass(frozen=True, slots=True)
class LetterVerdict:
    """A letter, what becomes of it and why; `channels` are those that remain."""

    letter: IssuedLetter
    client: Client
    channels: tuple[Channel, ...]
    fate: LetterFate = LetterFate.READY
    reason: str = ""
    read: LetterFile | None = None

    @property
    def file(self) -> LetterFile:
        """The files of a letter that is ready."""
        assert self.read is not None
        return self.read

    def but(self, fate: LetterFate, reason: str) -> LetterVerdict:
        """The same letter with another fate."""
        return replace(self, fate=fate, reason=reason)


def sort_out(
    company: Company, day: date, today: date, attempts: Attempts, only: Iterable[str] = ()
) -> tuple[LetterVerdict, ...]:
    """A verdict for each letter of the register with a channel left, by letter id.

    On `day`, that of the dispatch, every claim must stand as printed; what was paid since, until
    `today`, is not asked for either. `only` keeps these letters; refused when the register has no
    such one.
    """
    clerk = _Clerk(company, day, today, attempts)
    wanted = _ids_of(company, only)
    return tuple(
        clerk.verdict(letter, channels)
        for letter in company.books.letters
        if letter.id in wanted and letter.date <= day and letter.cancellation is None
        if (channels := letter.remaining)
    )


def doubt(attempt: Attempt, letter: IssuedLetter) -> str:
    """Why the letter may have left already, "" when nothing says so.

    What another client was sent says nothing of this one; but the same client, under the same
    id, was sent another text, and only a person can tell whether that was a reminder of this.
    """
    if not attempt.same_client(letter):
        return ""
    if attempt.state is AttemptState.SENT and not attempt.fits(letter):
        return "un autre texte de même numéro est parti au même client"
    reason = attempt.said or "interrompu avant la réponse du serveur"
    return reason if attempt.state.doubtful else ""


def _ids_of(company: Company, only: Iterable[str]) -> frozenset[str]:
    ids = [letter.id for letter in company.books.letters]
    wanted = frozenset(only)
    for name in sorted(wanted - set(ids)):
        remedy = suggest(name, ids[-20:]) if ids else "fusionnez d'abord sa branche"
        raise refuse("seulement", f"le registre n'a pas de lettre « {name} »", remedy)
    return wanted or frozenset(ids)


class _Clerk:
    """Looks at one letter at a time; the books are worked out once a day."""

    def __init__(self, company: Company, day: date, today: date, attempts: Attempts) -> None:
        self._company = company
        self._day = day
        self._attempts = attempts
        policy, books = company.policy, company.books
        now = OnDay(policy, books, today)
        # On one day, the claims are the same: they are worked out once.
        then = OnDay(policy, books, day) if day != today else now.awaiting(())
        self._then = Validity(then if day < today else then.foreseeing())
        self._now = Validity(now)
        self._clients = {client.account: client for client in company.books.clients}
        self._bank = stale_bank(company.policy, company.books, day)

    def verdict(self, letter: IssuedLetter, channels: tuple[Channel, ...]) -> LetterVerdict:
        """What becomes of a letter, the surest reason first."""
        client = self._clients.get(letter.account)
        verdict = LetterVerdict(
            letter, client or Client(letter.account, None, letter.source), channels
        )
        if reason := self._doubt(letter, channels):
            return verdict.but(LetterFate.UNCERTAIN, reason)
        last = self._company.policy.workdays.add(
            letter.date, self._company.policy.dispatch.validity
        )
        if self._day > last:
            return verdict.but(LetterFate.EXPIRED, f"à envoyer avant le {french_date(last)} inclus")
        if client is None:  # nor could its cancellation be noted
            return verdict.but(
                LetterFate.KEPT, "ce compte n'a plus de « client: » : rétablissez-le"
            )
        try:
            verdict = replace(verdict, read=read_letter(self._company, letter))
        except Refusal as refusal:
            problem = refusal.problems[0]
            return verdict.but(LetterFate.KEPT, f"{problem.source} : {problem.what}")
        return self._in_time(verdict)

    def _in_time(self, verdict: LetterVerdict) -> LetterVerdict:
        reason = next(self._out_of_date(verdict), "")
        if reason:
            return verdict.but(
                LetterFate.LAPSED if self._may_have_left(verdict) else LetterFate.CANCELLED, reason
            )
        return verdict.but(LetterFate.KEPT, self._bank) if self._bank else verdict

    def _out_of_date(self, verdict: LetterVerdict) -> Iterator[str]:
        yield from filter(None, (self._then.fault(verdict.file), self._now.settled(verdict.file)))
        if reason := too_near(verdict.file, self._day):
            yield reason

    def _doubt(self, letter: IssuedLetter, channels: Iterable[Channel]) -> str:
        for channel in channels:
            attempt = self._attempts.get((letter.id, channel))
            if attempt and (reason := doubt(attempt, letter)):
                return f"envoi du {french_date(attempt.day)} : {reason}"
        return ""

    def _may_have_left(self, verdict: LetterVerdict) -> bool:
        """Whether it left by another channel, or lies in the hands of who posts and calls."""
        letter = verdict.letter
        recorded = (self._attempts.get((letter.id, channel)) for channel in letter.channels)
        past = (attempt for attempt in recorded if attempt and attempt.same_client(letter))
        return bool(letter.dispatches) or any(a.state is not AttemptState.NOT_SENT for a in past)
