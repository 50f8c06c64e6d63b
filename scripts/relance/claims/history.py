"""What the register says of each claim at a date (rules 6.5 to 6.8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from relance.claims.claim import Claim
from relance.policy.settings import Policy
from relance.policy.step_settings import REMAINDER
from relance.values.issued import Citation, IssuedLetter, PendingLetter
from relance.values.kinds import Information

POSTAL_DAYS = 3  # working days between posting and receipt when no receipt is recorded

Key = tuple[str, str | None, int, str]


def key(claim: Claim) -> Key:
    """What makes a claim the same from run to run, whatever its due date becomes."""
    return (claim.client.account, claim.invoice, claim.instalment, claim.currency)


@dataclass(frozen=True, slots=True)
class Past:
    """One letter that cited a claim, with the words of the register about this claim."""

    letter: IssuedLetter
    citation: Citation


class History:
    """The letters that count on a day: neither cancelled nor, when dispatch is tracked, void;
    `letters` are the register as it stood that day."""

    def __init__(
        self,
        letters: Iterable[IssuedLetter],
        pending: Iterable[PendingLetter],
        policy: Policy,
        day: date,
    ) -> None:
        self._policy = policy
        self.day = day
        self._past: dict[Key, list[Past]] = defaultdict(list)
        self._announced: dict[Key, set[date]] = defaultdict(set)
        self._remainders: dict[Key, IssuedLetter] = {}
        self._informed: dict[tuple[str, Key], list[Past]] = defaultdict(list)
        self._pending: dict[Key, PendingLetter] = {}
        self._runs: dict[tuple[str, bool], date] = {}
        for letter in letters:
            if letter.cancelled_on is None and not self._void(letter):
                self._count(letter)
                for citation in letter.citations:
                    self._remember(letter, citation)
        for waiting in pending:
            self._count(waiting.letter)
            for citation in waiting.letter.citations:
                if not citation.informs:
                    self._pending[cited(waiting.letter, citation)] = waiting
                if citation.instalment_due or citation.informs:
                    self._remember(waiting.letter, citation)

    def of(self, claim: Claim) -> tuple[Past, ...]:
        """The letters that cited the claim by a step of its track, in order."""
        past = self._past.get(key(claim)) if self._past else None
        return tuple(sorted(past, key=lambda p: (p.letter.date, p.letter.id))) if past else ()

    def announced(self, claim: Claim, instalment: date) -> bool:
        """Whether a reminder of the plan's instalment of that day already cited the claim."""
        return instalment in self._announced.get(key(claim), ())

    def remainder(self, claim: Claim) -> IssuedLetter | None:
        """The last letter that asked what the paid claim left of penalties."""
        return self._remainders.get(key(claim)) if self._remainders else None

    def informed(self, kind: Information, claim: Claim) -> tuple[Past, ...]:
        """The letters of a kind that only told something of the claim, in order; those that wait
        on a branch among them, since one is never written twice."""
        past = self._informed.get((kind, key(claim)), ()) if self._informed else ()
        return tuple(sorted(past, key=lambda p: (p.letter.date, p.letter.id)))

    def pending(self, claim: Claim) -> PendingLetter | None:
        """The letter about the claim that waits on a branch for its approval."""
        return self._pending.get(key(claim)) if self._pending else None

    def last_run(self, account: str, *, before_due: bool) -> date | None:
        """The last day on which the client was written to, reminders before the due date apart."""
        return self._runs.get((account, before_due))

    def starts(self, letter: IssuedLetter) -> date | None:
        """The day from which a letter counts: its issue, and for a formal notice its receipt,
        else three working days after its posting; None while it is not posted, or if it came
        back without having been presented (rule 6.6)."""
        step = self._policy.steps.get(letter.step)
        if step is None or not step.formal_notice:
            return letter.date
        if received := [d.received for d in letter.dispatches if d.received is not None]:
            return min(received)
        if not letter.presented:
            return None
        posted = letter.presented[0].date
        return self._policy.workdays.add(posted, POSTAL_DAYS)

    def undispatched(self, letter: IssuedLetter) -> bool:
        """Whether a tracked letter still waits for its dispatch note."""
        return self._policy.dispatch.tracked and not letter.dispatches

    def left_on(self, letter: IssuedLetter) -> date | None:
        """The day a letter is known to have left; None while nobody knows."""
        if not self.left(letter):
            return None
        return letter.presented[0].date if letter.presented else letter.date

    def left(self, letter: IssuedLetter) -> bool:
        """Whether a letter is known to have left: a dispatch was presented, or the firm says that
        it notes none (rule 6.26)."""
        return bool(letter.presented) or (self._policy.dispatch.assumed and not letter.dispatches)

    def unnoted(self, letter: IssuedLetter) -> bool:
        """Whether nobody says that a letter left, though the days to send it are over."""
        return self.awaited(letter) and not letter.dispatches and self._expired(letter)

    def awaited(self, letter: IssuedLetter) -> bool:
        """Whether its dispatch is to be noted: a formal notice's always is, any other's unless the
        firm notes none."""
        return not self._policy.dispatch.assumed or self._is_notice(letter.step)

    def notice_in_effect(self, claim: Claim) -> date | None:
        """The day the first posted formal notice about the claim took effect (C. civ. 1344)."""
        starts = (self.starts(past.letter) for past in self.notices(claim))
        return next((start for start in starts if start), None)

    def notices(self, claim: Claim) -> list[Past]:
        """The formal notices that demanded the claim, in order."""
        return [past for past in self.of(claim) if self.is_notice(past.citation)]

    def is_notice(self, citation: Citation) -> bool:
        """Whether a letter gave formal notice of the claim it cites."""
        return self._is_notice(citation.step)

    def _is_notice(self, name: str) -> bool:
        step = self._policy.steps.get(name)
        return step is not None and step.formal_notice

    def penalty_demands(self, claim: Claim) -> Iterator[Past]:
        """The letters that demanded the claim's penalties, in order: those that left, as far as
        anybody knows."""
        for past in self.of(claim):
            arrived = self.starts(past.letter) and not past.letter.undelivered
            if arrived and past.citation in self.charged(past.letter):
                yield past

    def charged(self, letter: IssuedLetter) -> list[Citation]:
        """The claims whose penalties are in a letter's sum: a notice leaves out lower steps."""
        step = self._policy.steps.get(letter.step)
        notice = step is not None and step.formal_notice
        return [
            citation
            for citation in letter.citations
            if self._claims_penalties(citation) and (not notice or self.is_notice(citation))
        ]

    def _claims_penalties(self, citation: Citation) -> bool:
        step = self._policy.steps.get(citation.step)
        stated = citation.interest or citation.fee
        return bool(stated) or (step is not None and step.interest and not citation.instalment_due)

    def _remember(self, letter: IssuedLetter, citation: Citation) -> None:
        """A reminder of an instalment is kept apart, one of what a paid invoice left, and what only
        told something: they move no claim in its track."""
        if citation.informs:
            self._informed[citation.step, cited(letter, citation)].append(Past(letter, citation))
        elif citation.step == REMAINDER:
            self._remainders[cited(letter, citation)] = letter
        elif citation.instalment_due:
            self._announced[cited(letter, citation)].add(citation.instalment_due)
        else:
            self._past[cited(letter, citation)].append(Past(letter, citation))

    def _void(self, letter: IssuedLetter) -> bool:
        return self.undispatched(letter) and self._expired(letter)

    def _expired(self, letter: IssuedLetter) -> bool:
        last = self._policy.workdays.add(letter.date, self._policy.dispatch.validity)
        return self.day > last

    def _count(self, letter: IssuedLetter) -> None:
        if letter.informs:
            return
        where = (letter.account, letter.before_due)
        self._runs[where] = max(self._runs.get(where, letter.date), letter.date)


def cited(letter: IssuedLetter, citation: Citation) -> Key:
    """The key of a claim that a letter cites."""
    return (letter.account, citation.invoice, citation.instalment, citation.balance.currency)


def next_day(day: date) -> date:
    """The day after."""
    return day + timedelta(1)
