"""What was done about each claim: letters that left and telephone calls, and what it brought.

A payment is put down to the last thing done about its claim before the payment's day, and to
that alone: nothing is counted twice, and what came in on the very day of a letter was sent
before it was read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from relance.claims.claim import Claim, Receipt
from relance.claims.history import Key, cited, key
from relance.claims.on_day import OnDay
from relance.claims.profile import Relation, judge
from relance.claims.promises import Promises
from relance.policy.settings import Policy
from relance.policy.step_settings import REMAINDER
from relance.values.amounts import ZERO, total
from relance.values.issued import IssuedLetter
from relance.values.kinds import Channel, NoteSort
from relance.values.register import as_of

CALL = "appel"  # a noted call, where a letter has its step
UNKNOWN = "inconnu"  # the tone of a letter whose register does not say it


@dataclass(frozen=True, slots=True)
class Action:
    """One letter or call about one claim: the day it left, by which channels (in order), in
    which tone, to what profile of client, and the claim's balance that it asked for."""

    claim: Key
    day: date
    step: str
    channels: tuple[str, ...]
    tone: str
    profile: str
    asked: Decimal

    @property
    def channel(self) -> str:
        """Its channels in one word: « courriel », « courriel + telephone »."""
        return " + ".join(self.channels)


@dataclass(frozen=True, slots=True)
class ActionEffect:
    """An action and what it brought: payments as (days after it, amount), in order, together
    never more than it asked for."""

    action: Action
    payments: tuple[tuple[int, Decimal], ...] = ()

    def within(self, days: int) -> Decimal:
        """What came in within so many days."""
        return total(amount for after, amount in self.payments if after <= days)


def effects(on: OnDay) -> tuple[ActionEffect, ...]:
    """Everything done up to the day with what it brought until then, by claim and day."""
    claims = {key(claim): claim for claim in on.claims}
    brought: list[ActionEffect] = []
    for where, done in actions(on).items():
        brought.extend(_effects(claims[where], done))
    return tuple(brought)


def _effects(claim: Claim, acts: tuple[Action, ...]) -> Iterator[ActionEffect]:
    payments = [receipt for receipt in claim.receipts if receipt.is_payment]
    for n, action in enumerate(acts):
        until = acts[n + 1].day if n + 1 < len(acts) else date.max
        brought = [receipt for receipt in payments if action.day < receipt.date <= until]
        yield ActionEffect(action, tuple(_capped(action, brought)))


def _capped(action: Action, payments: Iterable[Receipt]) -> Iterator[tuple[int, Decimal]]:
    left = action.asked
    for receipt in sorted(payments, key=lambda receipt: (receipt.date, receipt.amount)):
        if taken := min(receipt.amount, left):
            left -= taken
            yield (receipt.date - action.day).days, taken


def actions(on: OnDay) -> Mapping[Key, tuple[Action, ...]]:
    """What was done about each claim, in order, one action a day."""
    claims = {key(claim): claim for claim in on.claims}
    profiles = _Profiles(on)
    by_claim: dict[Key, list[Action]] = defaultdict(list)
    letters = (*_of_letters(on), *_of_calls(on))
    for action in letters:
        if action.claim in claims:
            by_claim[action.claim].append(action)
    return {
        where: tuple(replace(a, profile=profiles.on(where[0], a.day)) for a in _by_day(done))
        for where, done in by_claim.items()
    }


def _by_day(done: Iterable[Action]) -> list[Action]:
    """One action a day: a call on the day of its letter makes its channel one of the letter's."""
    days: dict[date, Action] = {}
    for action in done:  # letters come first
        first = days.get(action.day)
        if first is None:
            days[action.day] = action
        else:
            channels = tuple(sorted({*first.channels, *action.channels}))
            days[action.day] = replace(first, channels=channels)
    return [days[day] for day in sorted(days)]


# ---------------------------------------------------------------- Letters and calls


def _of_letters(on: OnDay) -> Iterator[Action]:
    """The citations of letters that left; those about an instalment of a payment plan ask for
    it, not for the claim, those about a paid invoice for its penalties, others for nothing: they
    are no step."""
    for letter in sorted(on.letters, key=lambda x: (x.date, x.id)):
        left = _left(letter, on.policy)
        if left is None:
            continue
        for citation in letter.citations:
            moves = citation.step != REMAINDER and not citation.informs
            if citation.instalment_due is None and moves:
                yield Action(
                    cited(letter, citation),
                    left,
                    citation.step,
                    _channels(letter),
                    letter.tone or UNKNOWN,
                    "",
                    citation.balance.number,
                )


def _left(letter: IssuedLetter, policy: Policy) -> date | None:
    """The day a letter left: that of its dispatch note, else of its issue. None when it was
    cancelled, or when it needs a dispatch note and has none."""
    if letter.cancelled_on is not None:
        return None
    if letter.dispatches:
        return min(dispatch.date for dispatch in letter.dispatches)
    step = policy.steps.get(letter.step)
    needed = policy.dispatch.tracked or (step is not None and step.formal_notice)
    return None if needed else letter.date


def _channels(letter: IssuedLetter) -> tuple[str, ...]:
    """How it really left, where its dispatch says so."""
    noted = {dispatch.channel for dispatch in letter.dispatches if dispatch.channel}
    return tuple(sorted(noted or letter.channels))


def _of_calls(on: OnDay) -> Iterator[Action]:
    """Noted calls, about each claim that was late and open on their day, a call that names no
    invoice about all of its client's."""
    calls = [n for n in on.books.notes if n.sort is NoteSort.CALL and n.date <= on.day]
    for note in calls:
        for claim in on.claims_of(note.account):
            balance = balance_on(claim, note.date)
            if (
                claim.late_on(note.date)
                and balance > 0
                and note.concerns(note.account, claim.invoice)
            ):
                channels = (Channel.PHONE.value,)
                yield Action(key(claim), note.date, CALL, channels, UNKNOWN, "", balance)


def balance_on(claim: Claim, day: date) -> Decimal:
    """What was open on a claim at the end of an earlier day; nothing before its invoice."""
    if claim.invoiced > day:
        return ZERO
    return claim.amount - total(r.amount for r in claim.receipts if r.date <= day)


# ---------------------------------------------------------------- Profiles of the time


class _Profiles:
    """What kind of payer a client was on the day of an action, by what was known then."""

    def __init__(self, on: OnDay) -> None:
        self._now = on
        self._known: dict[tuple[str, date], str] = {}

    def on(self, account: str, day: date) -> str:
        """The profile, by its French name."""
        if (account, day) not in self._known:
            self._known[account, day] = self._judged(account, day)
        return self._known[account, day]

    def _judged(self, account: str, day: date) -> str:
        now, policy = self._now, self._now.policy
        claims = tuple(c.as_of(day) for c in now.claims_of(account) if c.invoiced <= day)
        notes = tuple(note for note in now.notes.of(account) if note.date <= day)
        relation = Relation(
            client=now.claims_of(account)[0].client,
            claims=claims,
            notes=notes,
            letters=as_of(now.letters_of(account), day),
            promises=Promises(claims, notes, policy, day).of(account),
        )
        return judge(relation, policy, day).profile.value
