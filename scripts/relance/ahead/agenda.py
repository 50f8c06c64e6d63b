"""The dates that the books already hold: promises, holds, instalments, the law's deadlines. Pure.

They are told as they stand on the day of the plan, whatever comes of them.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence

from relance.ahead.events import Event, Kind, owed
from relance.claims import Claim
from relance.decision import Plan
from relance.limitation import acts, declaration_deadline, limitation
from relance.model import Books, Money, Note
from relance.obstacles import Instalment, Obstacles
from relance.plan import Case
from relance.policy import Policy
from relance.typography import french_date

_Notes = dict[Note, list[Claim]]


def agenda(case: Case, plan: Plan) -> tuple[Event, ...]:
    """The dated commitments and deadlines of open claims, from the plan's day on."""
    day, policy, books, claims = plan.date, case.policy, case.books, case.ledger.claims
    obstacles = Obstacles(claims, books.notes, policy, day)
    open_ = [claim for claim in claims if claim.balance > 0]
    found = (
        *_promises(open_, obstacles),
        *_holds(open_, obstacles),
        *_instalments(open_, obstacles),
        *_declarations(policy, plan, obstacles),
        *(event for claim in open_ for event in _limitations(claim, books, day)),
    )
    return tuple(event for event in found if event.date >= day)


def _promises(claims: Sequence[Claim], obstacles: Obstacles) -> Iterator[Event]:
    notes: _Notes = defaultdict(list)
    for claim in claims:
        if note := obstacles.promise(claim):
            notes[note].append(claim)
    for note, concerned in notes.items():
        assert note.due
        yield _noted(note, note.due, Kind.PROMISE, concerned)


def _holds(claims: Sequence[Claim], obstacles: Obstacles) -> Iterator[Event]:
    notes: _Notes = defaultdict(list)
    for claim in claims:
        if note := obstacles.hold(claim):
            notes[note].append(claim)
    for note, concerned in notes.items():
        assert note.until
        yield _noted(note, note.until, Kind.HOLD, concerned)


def _instalments(claims: Sequence[Claim], obstacles: Obstacles) -> Iterator[Event]:
    expected: dict[Instalment, list[Claim]] = defaultdict(list)
    for claim in claims:
        for instalment in obstacles.instalments(claim):
            expected[instalment].append(claim)
    for instalment, concerned in expected.items():
        note = instalment.note
        assert note.due and note.amount
        yield Event(
            date=note.due,
            kind=Kind.INSTALMENT,
            client=concerned[0].client,
            claims=tuple(concerned),
            total=Money(instalment.left, note.amount.currency),
            invoices=note.invoices,
            place=instalment.place,
        )


def _noted(note: Note, day: dt.date, kind: Kind, claims: Sequence[Claim]) -> Event:
    total = note.amount or owed(claims)
    return Event(day, kind, claims[0].client, tuple(claims), total, invoices=note.invoices)


def _declarations(policy: Policy, plan: Plan, obstacles: Obstacles) -> Iterator[Event]:
    """One per client under insolvency proceedings, whatever the number of its claims."""
    insolvent: dict[str, list[Claim]] = defaultdict(list)
    for wait in plan.waits:
        if wait.code == "procedure-collective":
            insolvent[wait.claim.client.account].append(wait.claim)
    for claims in insolvent.values():
        note = obstacles.insolvency(claims[0])
        if note is None or note.published is None:
            continue
        published = french_date(note.published)
        yield Event(
            date=declaration_deadline(note.published, abroad=policy.calendar.country != "FR"),
            kind=Kind.DECLARATION,
            client=claims[0].client,
            claims=tuple(claims),
            total=owed(claims),
            detail=f"jugement publié au BODACC le {published}, C. com. R622-24",
        )


def _limitations(claim: Claim, books: Books, day: dt.date) -> Iterator[Event]:
    computed = limitation(claim, acts(claim, books, day))
    if computed is not None and claim.invoice is not None:
        total = owed([claim])
        detail = str(computed)
        one = (claim,)
        yield Event(computed.date, Kind.LIMITATION, claim.client, one, total, detail=detail)
