"""What another policy would change, claim by claim, on the same books and register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from relance.claims.claim import Claim
from relance.claims.history import Key, key
from relance.decision.outcomes import Plan
from relance.outlook.events import Event, EventKind, stage
from relance.outlook.timeline import Timeline
from relance.values.amounts import ZERO

_Steps = dict[tuple[Key, str], tuple[Claim, dt.date]]


@dataclass(frozen=True, slots=True)
class PolicyOutcome:
    """What a plan decides about one claim: its step in a letter, or its wait.

    `step` is the letter's for the claim, or the one that would follow the wait, on `date` when
    it is known. `code` and `reason` are the wait's. `interest` is in the claim's currency, `fee`
    in EUR, both zero when the letter claims none.
    """

    step: str | None
    date: dt.date | None
    code: str = ""
    reason: str = ""
    channels: tuple[str, ...] = ()
    claimed: Decimal = ZERO
    interest: Decimal = ZERO
    fee: Decimal = ZERO
    days_given: int | None = None
    tone: str | None = None

    @property
    def is_letter(self) -> bool:
        """Whether a letter goes out."""
        return not self.code


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """A claim about which two policies decide otherwise; a side is None when it does not know
    the claim. `what` names the differences, among `decision etape canal ton montant delai
    motif date`."""

    claim: Claim
    before: PolicyOutcome | None
    after: PolicyOutcome | None
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shift:
    """A step of a claim whose day is not the same, or that only one policy comes to."""

    claim: Claim
    step: str
    before: dt.date | None
    after: dt.date | None


def compare(before: Plan, after: Plan) -> tuple[PolicyChange, ...]:
    """The claims on which two plans of one day differ, by client and due date."""
    old, new = _outcomes(before), _outcomes(after)
    changes = []
    for identity, claim in (_claims(after) | _claims(before)).items():
        one, other = old.get(identity), new.get(identity)
        if what := _differences(one, other):
            changes.append(PolicyChange(claim, one, other, what))
    return tuple(sorted(changes, key=lambda change: _place(change.claim)))


def _claims(plan: Plan) -> dict[Key, Claim]:
    cited = (line.claim for letter in plan.letters for line in letter.lines if line.step)
    return {key(claim): claim for claim in (*cited, *(wait.claim for wait in plan.waits))}


def _outcomes(plan: Plan) -> dict[Key, PolicyOutcome]:
    outcomes = {
        key(line.claim): PolicyOutcome(
            step=line.step.name,
            date=letter.date,
            channels=tuple(channel.value for channel in letter.channels),
            claimed=line.claimed,
            interest=line.interest.total if line.interest else ZERO,
            fee=line.fee,
            days_given=letter.days_given,
            tone=letter.tone.value,
        )
        for letter in plan.letters
        for line in letter.lines
        if line.step
    }
    for wait in plan.waits:
        outcomes[key(wait.claim)] = PolicyOutcome(
            wait.next_step, wait.next_date, wait.code, wait.reason
        )
    return outcomes


def _differences(before: PolicyOutcome | None, after: PolicyOutcome | None) -> tuple[str, ...]:
    """What of two outcomes is not the same; once a letter has become a wait, that says it all."""
    if before is None or after is None or before.is_letter is not after.is_letter:
        return () if before is after else ("decision",)
    pairs = {
        "etape": (before.step, after.step),
        "canal": (before.channels, after.channels),
        "ton": (before.tone, after.tone),
        "montant": (_sums(before), _sums(after)),
        "delai": (before.days_given, after.days_given),
        "motif": ((before.code, before.reason), (after.code, after.reason)),
        "date": (before.date, after.date),
    }
    return tuple(name for name, (one, other) in pairs.items() if one != other)


def _sums(outcome: PolicyOutcome) -> tuple[Decimal, ...]:
    return (outcome.claimed, outcome.interest, outcome.fee)


def compare_ahead(before: Timeline, after: Timeline) -> tuple[Shift, ...]:
    """The steps to come that another policy moves, adds or takes away, in the same order."""
    old, new = _steps(before.events), _steps(after.events)
    shifts = [
        Shift(claim, step[1], _day(old, step), _day(new, step))
        for step, (claim, _) in (new | old).items()
    ]
    moved = [shift for shift in shifts if shift.before != shift.after]
    return tuple(sorted(moved, key=_order))


def _day(steps: _Steps, step: tuple[Key, str]) -> dt.date | None:
    return steps[step][1] if step in steps else None


def _steps(events: Iterable[Event]) -> _Steps:
    return {
        (key(claim), stage(event)): (claim, event.date)
        for event in events
        if event.kind in (EventKind.LETTER, EventKind.FILE) and event.step
        for claim in event.claims
    }


def _order(shift: Shift) -> tuple[tuple[str, dt.date, str, int], dt.date, str]:
    day = shift.before or shift.after or dt.date.max
    return (_place(shift.claim), day, shift.step)


def _place(claim: Claim) -> tuple[str, dt.date, str, int]:
    due = claim.due or dt.date.max
    return (claim.client.account, due, claim.invoice or "", claim.instalment)
