"""Today at a glance: what a person must do, deadlines of the law and money first.

Decides nothing: it reads the plan of the day and the books again with one question, « who must
act? », and names for each answer the one command that does it.
"""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from relance.claims.on_day import OnDay
from relance.decision import notices
from relance.decision.outcomes import Plan
from relance.outlook.agenda import agenda
from relance.outlook.claim_tasks import claim_tasks
from relance.outlook.events import named, title
from relance.outlook.letter_tasks import letter_tasks
from relance.outlook.task import TITLES, Task, TaskKind, UnderReview
from relance.text.locales import french_date
from relance.values.amounts import ZERO, Money
from relance.values.problem import Problem

_BARRED_SOON = 90  # days before a claim is time-barred: enough to instruct someone


@dataclass(frozen=True, slots=True)
class NextDate:
    """The first day after today on which something is expected, and what."""

    date: dt.date
    what: str


@dataclass(frozen=True, slots=True)
class Today:
    """A day at a glance: what a person must do, by kind, then by deadline and amount; `coming` is
    what is expected next, if anything is."""

    date: dt.date
    tasks: tuple[Task, ...]
    coming: NextDate | None = None

    def of(self, kind: TaskKind) -> tuple[Task, ...]:
        """The tasks of one kind."""
        return tuple(task for task in self.tasks if task.kind is kind)


def at_a_glance(
    on: OnDay, plan: Plan, review: UnderReview | None = None, faults: Iterable[Problem] = ()
) -> Today:
    """The day of the plan; what is under `review` in these very books may not leave yet, and no
    letter can be written for the `faults` of the company."""
    kinds = list(TaskKind)
    ordered = sorted(
        (*map(_repair, faults), *_all(on, plan, review)),
        key=lambda task: (kinds.index(task.kind), *_order(task)),
    )
    return Today(plan.date, tuple(ordered), _coming(on, plan))


def in_short(today: Today) -> str:
    """The whole day in a line: « À déclarer avant qu'il soit trop tard 1 · À écrire 1 »."""
    if not today.tasks:
        return nothing_to_do(today)
    numbers = {kind: len(today.of(kind)) for kind in TaskKind}
    return " · ".join(f"{TITLES[kind]} : {number}" for kind, number in numbers.items() if number)


def nothing_to_do(today: Today) -> str:
    """The calm line of a day that asks nothing."""
    coming = today.coming
    if coming is None:
        return "Rien à faire aujourd'hui, et rien d'attendu."
    return f"Rien à faire aujourd'hui. Ensuite, le {french_date(coming.date)} : {coming.what}."


def _coming(on: OnDay, plan: Plan) -> NextDate | None:
    expected = [
        NextDate(wait.next_date, f"{wait.next_step} : {wait.claim.client.label}")
        for wait in plan.waits
        if wait.next_date and wait.next_date > plan.date
    ]
    expected += [
        NextDate(event.date, f"{title(event)} : {event.client.label}")
        for event in agenda(on, plan)
        if event.date > plan.date
    ]
    return min(expected, key=lambda coming: (coming.date, coming.what), default=None)


def _order(task: Task) -> tuple[dt.date, Decimal, str]:
    largest = max((amount.number for amount in task.totals), default=ZERO)
    return (task.deadline or dt.date.max, -largest, task.who)


def _repair(fault: Problem) -> Task:
    return Task(
        kind=TaskKind.REPAIR,
        who=str(fault.source),
        what=f"{fault.what} : {fault.remedy}",
        command="relance verifier",
        source=fault.source,
    )


def _all(on: OnDay, plan: Plan, review: UnderReview | None) -> Iterator[Task]:
    yield from _declarations(plan)
    yield from _limitations(on, plan)
    yield from _bank(plan)
    yield from letter_tasks(on, plan, review)
    yield from claim_tasks(on, plan)


def _declarations(plan: Plan) -> Iterator[Task]:
    for debts in plan.declarations:
        yield Task(
            kind=TaskKind.DECLARATION,
            who=debts.client.label,
            what=notices.deadline(debts),
            command=notices.declaration_command(debts),
            totals=tuple(debts.totals),
            client=debts.client,
            since=debts.proceedings.judgment,
            deadline=debts.proceedings.deadline,
            source=debts.proceedings.source,
        )


def _limitations(on: OnDay, plan: Plan) -> Iterator[Task]:
    """The claims that can soon no longer be brought to court; those that insolvency stopped are
    declared instead."""
    soon = plan.date + dt.timedelta(_BARRED_SOON)
    for claim in on.ours:
        if claim.invoice is None or claim.client.excluded or claim.excluded or on.stopped(claim):
            continue
        barred = on.limitation(claim)
        if plan.date <= barred.last_day <= soon:
            yield Task(
                kind=TaskKind.LIMITATION,
                who=claim.client.label,
                what=f"{named(claim)} : {notices.time_barred(barred)}",
                command=f"relance dossier {shlex.quote(claim.client.account)}",
                totals=(Money(claim.balance, claim.currency),),
                client=claim.client,
                since=claim.due,
                deadline=barred.last_day,
                invoices=(claim.invoice,),
                source=claim.source,
            )


def _bank(plan: Plan) -> Iterator[Task]:
    for waiting in plan.unsettled:
        draft = waiting.draft
        yield Task(
            kind=TaskKind.BANK,
            who=waiting.who or "payeur inconnu",
            what=f"{notices.bank_words(waiting)}, le {french_date(draft.date)}",
            command=notices.SETTLE,
            totals=(draft.amount,),
            client=waiting.client,
            since=draft.date,
            invoices=draft.invoices,
            source=draft.source,
        )
    if stale := next((wait for wait in plan.waits if wait.code == "banque-ancienne"), None):
        yield Task(TaskKind.BANK, "relevés de banque", stale.reason, "relance importer")
