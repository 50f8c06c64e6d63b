"""The reminders to come if nobody pays: the plan of every working day, one after the other.

Every letter is taken to leave on its day, a formal notice to be posted then and received three
working days later. Clients are followed one by one, and only on the days on which something
can happen to them; those who share an invoice number go together, because it makes them wait.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Protocol, TypeVar

from relance.claims.claim import Claim
from relance.claims.history import Key, key, next_day
from relance.claims.on_day import OnDay
from relance.decision.outcomes import Letter, Plan, Wait
from relance.decision.planner import make_plan
from relance.decision.recording import recorded
from relance.ledger.settled import pruned
from relance.outlook.agenda import agenda
from relance.outlook.events import Event, EventKind, of_letter, order, owed
from relance.policy.settings import Policy
from relance.values.dates import LONGEST_REST
from relance.values.facts import Books, DoubtfulEntry
from relance.values.issued import Dispatch, IssuedLetter
from relance.values.kinds import NoteSort
from relance.values.problem import Problem
from relance.values.register import as_of

# What a rule may look at that changes on known days only: a due date, so many days from one, the
# end of what makes a claim wait. A profile changes on any day: then no day is left out.
_STEADY = frozenset(
    {"balance_max", "balance_min", "claim_max", "claim_min", "claims_max", "claims_min"}
    | {"days_max", "days_min", "currencies", "debtors", "clients", "tags"}
)


@dataclass(frozen=True, slots=True)
class Span:
    """From the day of the decision to the last day looked at, both included."""

    start: date
    until: date


@dataclass(frozen=True, slots=True)
class Timeline:
    """The events of a span in order; `beyond` are the commitments and deadlines after it,
    `undated` the claims that wait for something that has no date."""

    span: Span
    events: tuple[Event, ...]
    beyond: tuple[Event, ...]
    undated: tuple[Wait, ...]
    warnings: tuple[Problem, ...] = ()


def foresee(on: OnDay, until: date) -> Timeline:
    """The timeline from a day on, as the books know things on that day."""
    policy = with_bank_up_to_date(on.policy)
    books = pruned(known_at(on.books, on.day), policy, on.day)
    on = replace(on, policy=policy, books=books, imputed=None)
    events: list[Event] = []
    undated: list[Wait] = []
    warnings = list(books.warnings)
    for family in _families(on):
        plans = tuple(run(family, until))
        expected = [*told(plans), *agenda(family, plans[0])]
        events.extend(expected)
        undated.extend(_without_date(plans[0], expected))
        warnings.extend(warning for plan in plans for warning in plan.warnings)
    events.sort(key=order)
    return Timeline(
        span=Span(on.day, until),
        events=tuple(event for event in events if event.date <= until),
        beyond=tuple(event for event in events if event.date > until),
        undated=tuple(undated),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def known_at(books: Books, day: date) -> Books:
    """The books without anything dated later."""
    return replace(
        books,
        movements=tuple(m for m in books.movements if m.date <= day),
        notes=tuple(n for n in books.notes if n.date <= day),
        documents=tuple(d for d in books.documents if d.date <= day),
        letters=as_of(books.letters, day),
    )


def with_bank_up_to_date(policy: Policy) -> Policy:
    """The policy of someone who will have entered the bank statements by then."""
    ledger = policy.ledger.model_copy(update={"bank": None})
    return policy.model_copy(update={"ledger": ledger})


# ---------------------------------------------------------------- Day after day


def run(on: OnDay, until: date) -> Iterator[Plan]:
    """The plan of each day on which something can happen, its letters issued in between; what
    is open never changes, the books holding nothing later than the first day."""
    days = _Days(on)
    while on.day <= until:
        plan = make_plan(on, files=False)
        yield plan
        if (day := days.after(plan)) is None:
            return
        letters = (*on.books.letters, *map(left, plan.letters))
        books = replace(on.books, letters=letters)
        on = replace(on, day=day, books=books, imputed=on.receivables)


def left(letter: Letter) -> IssuedLetter:
    """The letter as the register will tell it, dispatched on its day."""
    dispatch = Dispatch(letter.date, letter.channels[0])
    return replace(recorded(letter, f"{letter.id}.md"), dispatches=(dispatch,))


class _Days:
    """The days on which a decision can change."""

    def __init__(self, on: OnDay) -> None:
        policy = on.policy
        self._workdays = policy.workdays
        self._every = any(rule.condition.model_fields_set - _STEADY for rule in policy.rules)
        shorter = [*(rule.gap for rule in policy.rules), *(s.gap for s in policy.steps.values())]
        self._gap = min([policy.gap, *filter(None, shorter)])
        self._turning = sorted({*_due_dates(on), *_ends(policy, on.books)})

    def after(self, plan: Plan) -> date | None:
        """The next working day worth a plan; None when nothing more is expected."""
        day = plan.date
        if self._every or (plan.letters and _held(plan)):
            return self._workdays.on_or_after(next_day(day))
        expected = [wait.next_date for wait in plan.waits if wait.next_date]
        expected += [remainder.earliest for remainder in plan.remainders if remainder.earliest]
        expected += [paid.earliest for paid in plan.thanks if paid.earliest]
        expected += map(self._followed, plan.letters)
        later = [day_ahead for day_ahead in (*expected, *self._turning) if day_ahead > day]
        return self._workdays.on_or_after(min(later)) if later else None

    def _followed(self, letter: Letter) -> date:
        """The first day on which a letter, or a file, may follow about what a reminder cites: past
        the shortest gap and the days that it gives. An instalment's has its own turning days."""
        return letter.date + timedelta(max(self._gap, (letter.days_given or 0) + 1))


def _held(plan: Plan) -> bool:
    """Whether the letters of a day may have kept back others, which go as soon as they can."""
    return bool(plan.remainders or plan.thanks or plan.corrections)


def _due_dates(on: OnDay) -> Iterator[date]:
    """A claim leaves the steps before its due date on that day, and is late on the next; rules
    may count other days from it."""
    conditions = [rule.condition for rule in on.policy.rules]
    counted = {condition.days_min for condition in conditions}
    counted |= {c.days_max + 1 for c in conditions if c.days_max is not None}
    days = {0, 1} | {number for number in counted if number is not None}
    for claim in on.open:
        if claim.due is not None:
            yield from (claim.due + timedelta(number) for number in days)


def _ends(policy: Policy, books: Books) -> Iterator[date]:
    """The day after the last one of a hold, a promise, an instalment, or an unsent letter; and
    the days on which the reminder of an instalment can go."""
    workdays, announced = policy.workdays, _days_ahead(policy)
    for note in books.notes:
        if note.until is not None:
            yield next_day(note.until)
        if note.due is not None:
            for grace in (policy.promise.grace, policy.payment_plan.grace):
                yield next_day(workdays.add(note.due, grace))
        if note.due is not None and note.sort is NoteSort.PAYMENT_PLAN:
            yield from (note.due - timedelta(number) for number in range(announced + 1))
    if policy.dispatch.tracked:
        for letter in books.letters:
            yield next_day(workdays.add(letter.date, policy.dispatch.validity))


def _days_ahead(policy: Policy) -> int:
    """How long before its day an instalment can be announced, days off around it included."""
    before = [-step.after for step in policy.steps.values() if step.after and step.before_due]
    return max(before, default=0) + LONGEST_REST


# ---------------------------------------------------------------- What the plans tell


def told(plans: Iterable[Plan]) -> Iterator[Event]:
    """The letters of plans that follow each other, and the files to hand over, each once."""
    filed: set[Key] = set()
    for plan in plans:
        yield from map(of_letter, plan.letters)
        new: dict[tuple[str, str, str], list[Claim]] = defaultdict(list)
        for wait in plan.waits:
            claim = wait.claim
            if wait.code == "contentieux" and key(claim) not in filed:
                filed.add(key(claim))
                new[claim.client.account, claim.currency, wait.next_step or ""].append(claim)
        for (_, _, step), claims in new.items():
            total = owed(claims)
            yield Event(
                plan.date, EventKind.FILE, claims[0].client, tuple(claims), total, step=step
            )


def _without_date(plan: Plan, events: Iterable[Event]) -> list[Wait]:
    """The waits of which no event tells the end; the law's deadlines end none."""
    told_of = {
        key(claim)
        for event in events
        if event.kind not in (EventKind.LIMITATION, EventKind.DECLARATION)
        for claim in event.claims
    }
    return [w for w in plan.waits if w.next_date is None and key(w.claim) not in told_of]


# ---------------------------------------------------------------- Client by client


class _Owned(Protocol):
    """A fact that belongs to one client account."""

    @property
    def account(self) -> str: ...


Fact = TypeVar("Fact", bound=_Owned)


def _families(on: OnDay) -> Iterator[OnDay]:
    """The books of clients whose decisions do not depend on any other's."""
    books = on.books
    movements = _by_account(books.movements)
    notes, letters = _by_account(books.notes), _by_account(books.letters)
    documents = _by_account(books.documents)
    clients = {client.account: client for client in books.clients}
    doubtful: dict[str, list[DoubtfulEntry]] = defaultdict(list)
    for entry in books.doubtful:
        for account in [entry.account] if entry.account else movements:
            doubtful[account].append(entry)
    for accounts in _bound(books):
        of_accounts = [movement for account in accounts for movement in movements[account]]
        of_accounts.sort(key=lambda m: (m.date, m.source.path, m.entry, m.source.line))
        family = Books(
            clients=tuple(clients[name] for name in accounts if name in clients),
            movements=tuple(of_accounts),
            notes=tuple(note for name in accounts for note in notes[name]),
            documents=tuple(document for name in accounts for document in documents[name]),
            letters=tuple(letter for name in accounts for letter in letters[name]),
            settled={a: books.settled[a] for a in accounts if a in books.settled},
            paid_long_ago={a: books.paid_long_ago.get(a, 0) for a in accounts},
            closed_until=books.closed_until,
            doubtful=tuple(x for name in accounts for x in doubtful[name]),
            penalty_income=tuple(x for x in books.penalty_income if x.account in accounts),
            successions=books.successions,
        )
        pending = tuple(waiting for waiting in on.pending if waiting.letter.account in accounts)
        announced = tuple(later for later in on.announced if later.account in accounts)
        yield OnDay(on.policy, family, on.day, pending, announced=announced)


def _by_account(facts: Iterable[Fact]) -> Mapping[str, list[Fact]]:
    by_account: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        by_account[fact.account].append(fact)
    return by_account


def _bound(books: Books) -> list[list[str]]:
    """The accounts, those that share an invoice number together, or of which one has what the
    other had."""
    groups: dict[str, set[str]] = {}
    sharing: dict[str, set[str]] = defaultdict(set)
    for movement in books.movements:
        groups.setdefault(movement.account, {movement.account})
        for name in movement.invoices:
            sharing[name].add(movement.account)
    moved = ({succession.old, succession.new} & groups.keys() for succession in books.successions)
    for accounts in (sharers for sharers in (*sharing.values(), *moved) if len(sharers) > 1):
        whole = set[str]().union(*(groups[account] for account in accounts))
        groups.update(dict.fromkeys(whole, whole))
    return [sorted(group) for name, group in sorted(groups.items()) if name == min(group)]
