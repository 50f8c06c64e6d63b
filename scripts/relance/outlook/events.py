"""What is to come, one dated event at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from relance.claims.claim import Claim
from relance.decision.outcomes import Letter
from relance.text.escapes import plain
from relance.values.amounts import ZERO, Money
from relance.values.facts import Client
from relance.values.kinds import Channel


class EventKind(StrEnum):
    """The sorts of event."""

    LETTER = "relance"
    FILE = "contentieux"
    PROMISE = "promesse"
    HOLD = "fin-de-suspension"
    INSTALMENT = "versement"
    DECLARATION = "declaration"
    LIMITATION = "prescription"


@dataclass(frozen=True, slots=True)
class Event:
    """Something expected of one client on one day, about one or several of its open claims.

    `step`, `rank` and `channels` are a letter's. `invoices` are those that a note names, none
    when it speaks of the whole account; `place` is that of an instalment in its plan, also for
    the letter that announces it.
    """

    date: dt.date
    kind: EventKind
    client: Client
    claims: tuple[Claim, ...]
    total: Money | None = None
    step: str | None = None
    rank: int = 0
    channels: tuple[Channel, ...] = ()
    invoices: tuple[str, ...] = ()
    place: int = 0
    detail: str = ""


_TITLES = {
    EventKind.PROMISE: "règlement promis",
    EventKind.HOLD: "fin de la suspension",
    EventKind.DECLARATION: "dernier jour pour déclarer les créances",
    EventKind.LIMITATION: "prescription : dernier jour pour agir",
}


def title(event: Event) -> str:
    """What is to happen, in French, without whom or what it concerns."""
    if event.kind is EventKind.FILE:
        return f"{event.step} : dossier à transmettre"
    return _TITLES.get(event.kind) or short_title(event)


def short_title(event: Event) -> str:
    """The same in a word or two, for the column of a table."""
    match event.kind:
        case EventKind.LETTER | EventKind.FILE:
            return f"{stage(event)} n° {event.rank}" if event.rank else stage(event)
        case EventKind.INSTALMENT:
            return f"versement n° {event.place}"
        case kind:
            return kind.value


def stage(event: Event) -> str:
    """The step of a letter, and which instalment it announces: that is no step of the track."""
    return f"{event.step} (versement {event.place})" if event.place else str(event.step)


def named(claim: Claim) -> str:
    """A claim by its invoice's number and its place among the instalments."""
    return plain(claim.numbered) or "sans numéro"


def of_letter(letter: Letter) -> Event:
    """The event of a letter; claims it lists for information only are no part of it."""
    return Event(
        date=letter.date,
        kind=EventKind.LETTER,
        client=letter.client,
        claims=tuple(line.claim for line in letter.lines if line.step),
        total=letter.total,
        step=letter.step.name,
        rank=letter.rank,
        channels=letter.channels,
        place=_announced(letter),
    )


def _announced(letter: Letter) -> int:
    """The place of the instalment that a letter announces, 0 when it is a reminder of its own."""
    plans = [line.plan for line in letter.lines if line.asked is not None and line.plan]
    return next((plan.instalment.place for plan in plans if plan.instalment), 0)


def owed(claims: Sequence[Claim]) -> Money | None:
    """What is open of claims, None when they are in several currencies."""
    currencies = {claim.currency for claim in claims}
    if len(currencies) != 1:
        return None
    return Money(sum((claim.balance for claim in claims), ZERO), currencies.pop())


def order(event: Event) -> tuple[dt.date, str, str, str, int, tuple[str, ...]]:
    """The order in which events are told."""
    currency = event.claims[0].currency
    named = tuple(claim.label for claim in event.claims)
    return (event.date, event.client.account, event.kind, currency, event.place, named)
