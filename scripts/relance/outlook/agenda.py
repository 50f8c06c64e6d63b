"""The dates that the books already hold: promises, holds, instalments, the law's deadlines.

They are told as they stand on the day of the plan, whatever comes of them.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from relance.claims.claim import Claim
from relance.claims.insolvency import ToDeclare
from relance.claims.on_day import OnDay
from relance.claims.payment_plans import PaymentPlans, Standing
from relance.claims.promises import Promise, PromiseOutcome
from relance.decision.notices import opened, time_barred
from relance.decision.outcomes import Plan
from relance.outlook.events import Event, EventKind, owed
from relance.values.amounts import ZERO, Money
from relance.values.facts import Note


def agenda(on: OnDay, plan: Plan) -> tuple[Event, ...]:
    """The dated commitments and deadlines of open claims, from the plan's day on."""
    expected = (
        *_promises(on),
        *_holds(on),
        *_instalments(on.payment_plans),
        *_declarations(on.ours, plan.declarations),
        *(event for claim in on.ours for event in _limitations(claim, on)),
    )
    return tuple(event for event in expected if event.date >= on.day)


def _promises(on: OnDay) -> Iterator[Event]:
    running: dict[Promise, list[Claim]] = defaultdict(list)
    for claim in on.open:
        promise = on.promises.latest(claim)
        if promise is not None and promise.outcome is PromiseOutcome.RUNNING:
            running[promise].append(claim)
    for promise, concerned in running.items():
        note, shares = promise.note, promise.shares
        assert note.due
        event = _noted(note, note.due, EventKind.PROMISE, concerned)
        if len(shares) == 1:
            event = replace(event, total=Money(shares[0].missing, shares[0].currency))
        yield event


def _holds(on: OnDay) -> Iterator[Event]:
    notes: dict[Note, list[Claim]] = defaultdict(list)
    for claim in on.open:
        if (note := on.notes.hold(claim)) and note.until:
            notes[note].append(claim)
    for note, concerned in notes.items():
        assert note.until
        yield _noted(note, note.until, EventKind.HOLD, concerned)


def _instalments(plans: PaymentPlans) -> Iterator[Event]:
    """What the plans in good standing still expect; credit notes shorten them from their end."""
    for plan in plans.in_force():
        claims = tuple(claim for claim in plans.covered(plan) if claim.balance > 0)
        state = plans.of(claims[0]) if claims else None
        if state is None or state.standing is not Standing.RUNNING or state.instalment is None:
            continue
        left = sum((claim.balance for claim in claims), ZERO)
        for instalment in plan.instalments[state.instalment.place - 1 :]:
            whole = state.missing if instalment == state.instalment else instalment.amount
            amount = min(whole, left)
            left -= amount
            if amount > 0:
                yield Event(
                    date=instalment.due,
                    kind=EventKind.INSTALMENT,
                    client=claims[0].client,
                    claims=claims,
                    total=Money(amount, plan.currency),
                    invoices=plan.invoices,
                    place=instalment.place,
                )


def _noted(note: Note, day: dt.date, kind: EventKind, claims: Sequence[Claim]) -> Event:
    total = note.amount or owed(claims)
    return Event(day, kind, claims[0].client, tuple(claims), total, invoices=note.invoices)


def _declarations(claims: Sequence[Claim], due: Iterable[ToDeclare]) -> Iterator[Event]:
    """One per client under insolvency proceedings, whatever the number of its claims."""
    for declaration in due:
        of_client = [claim for claim in claims if claim.client == declaration.client]
        stopped = tuple(claim for claim in of_client if declaration.proceedings.stops(claim))
        if declaration.proceedings.deadline is not None and stopped:
            yield Event(
                date=declaration.proceedings.deadline,
                kind=EventKind.DECLARATION,
                client=declaration.client,
                claims=stopped,
                total=declaration.totals[0] if len(declaration.totals) == 1 else None,
                detail=opened(declaration),
            )


def _limitations(claim: Claim, on: OnDay) -> Iterator[Event]:
    if claim.invoice is not None:
        barred = on.limitation(claim)
        detail, total = time_barred(barred), owed([claim])
        one = (claim,)
        yield Event(barred.last_day, EventKind.LIMITATION, claim.client, one, total, detail=detail)
