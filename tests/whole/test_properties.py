"""What must always hold, whatever the books: found by random companies run day after day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relance.claims.history import key
from relance.claims.on_day import OnDay
from relance.claims.receivables import receivables
from relance.decision.outcomes import Letter, Plan
from relance.decision.planner import make_plan
from relance.policy.settings import Policy
from relance.runs.letter_files import Prints, issued_letter
from relance.values.amounts import Money
from relance.values.facts import Books, Client, Note
from relance.values.issued import Dispatch, IssuedLetter
from relance.values.kinds import DebtorType, Information, NoteSort
from relance.values.movement import Movement
from relance.values.problem import Source

START = date(2026, 3, 2)
POLICY = Policy.model_validate({"creancier": {"nom": "Essai", "adresse": "1 rue\n69001 LYON"}})
LATE_STEPS = ["relance-1", "relance-2", "mise-en-demeure"]
FEW = settings(max_examples=20)  # each example runs the program for weeks
HERE = Source("ledger/main.beancount", 1)


@st.composite
def companies(draw: st.DrawFn) -> Books:
    """One to three clients with invoices, payments linked or not, and follow-up notes."""
    clients, movements, notes = [], [], []
    for number in range(draw(st.integers(1, 3))):
        client = draw(some_client(f"Actifs:Clients:C{number}"))
        clients.append(client)
        for index in range(draw(st.integers(1, 4))):
            name = f"F{number}-{index}"
            movements.extend(draw(invoice(client.account, name)))
            notes.extend(draw(follow_up(client.account, name)))
    return Books(
        clients=tuple(clients),
        movements=tuple(sorted(movements, key=lambda m: m.date)),
        notes=tuple(sorted(notes, key=lambda n: n.date)),
    )


@st.composite
def some_client(draw: st.DrawFn, account: str) -> Client:
    return Client(
        account=account,
        name=account,
        source=HERE,
        address=draw(st.sampled_from([(), ("1 rue", "69001 LYON")])),
        emails=("a@b.example",),
        debtor=draw(st.sampled_from([None, *DebtorType])),
        excluded=draw(st.integers(0, 9)) == 0,
    )


@st.composite
def invoice(draw: st.DrawFn, account: str, name: str) -> list[Movement]:
    day = START - timedelta(draw(st.integers(0, 90)))
    amount = Decimal(draw(st.integers(1, 300000))) / 100
    due = day + timedelta(draw(st.integers(0, 45)))
    found = [Movement(day, account, amount, "EUR", HERE, (name,), own_due=due)]
    for _ in range(draw(st.integers(0, 2))):
        paid = Decimal(draw(st.integers(1, 300000))) / 100
        found.append(
            Movement(
                date=day + timedelta(draw(st.integers(0, 120))),
                account=account,
                number=-min(paid, amount),
                currency="EUR",
                source=HERE,
                invoices=draw(st.sampled_from([(), (name,)])),
                credit_note=draw(st.booleans()),
                waived=draw(st.booleans()),
                draft=draw(st.integers(0, 9)) == 0,
            )
        )
    return found


@st.composite
def follow_up(draw: st.DrawFn, account: str, name: str) -> list[Note]:
    sorts = [
        NoteSort.DISPUTE,
        NoteSort.DISPUTE_CLOSED,
        NoteSort.PROMISE,
        NoteSort.HOLD,
        NoteSort.INSOLVENCY,
    ]
    found = []
    for sort in draw(st.lists(st.sampled_from(sorts), max_size=2)):
        day = START + timedelta(draw(st.integers(-60, 60)))
        part = draw(st.sampled_from([None, Money(Decimal("5.00"), "EUR")]))
        until = day + timedelta(draw(st.integers(0, 30)))
        found.append(
            Note(
                day,
                account,
                sort,
                "",
                HERE,
                (name,),
                due=until,
                amount=part,
                until=until,
                judgment=day,
            )
        )
    return found


def recorded(letter: Letter, day: date) -> IssuedLetter:
    """The letter as it stands in the register, posted the same day."""
    issued = issued_letter(letter, Prints(f"out/{letter.id}.md", "", ""), "", "")
    return replace(issued, dispatches=(Dispatch(day, "courriel"),))


def after(books: Books, plan: Plan) -> Books:
    letters = (*books.letters, *(recorded(letter, plan.date) for letter in plan.letters))
    return replace(books, letters=letters)


def daily(books: Books, days: int) -> tuple[Books, list[Plan]]:
    """Run every day for so many days."""
    plans = []
    for offset in range(days):
        plans.append(make_plan(OnDay(POLICY, books, START + timedelta(offset))))
        books = after(books, plans[-1])
    return books, plans


@pytest.mark.slow
@given(companies())
def test_every_open_claim_has_exactly_one_decision(books: Books) -> None:
    plan = make_plan(OnDay(POLICY, books, START))
    decided = [key(line.claim) for letter in plan.letters for line in letter.lines if line.step]
    decided += [key(wait.claim) for wait in plan.waits]
    claims = receivables(books, POLICY.terms, START).claims
    assert sorted(decided) == sorted(key(c) for c in claims if c.balance > 0 or c.unallocated > 0)


@pytest.mark.slow
@given(companies())
def test_balances_and_overpayments_add_up_to_the_accounts(books: Books) -> None:
    ledger = receivables(books, POLICY.terms, START)
    for client in books.clients:
        account = sum(
            m.number
            for m in books.movements
            if m.account == client.account and m.date <= START and not m.draft
        )
        open_ = sum(c.balance for c in ledger.claims if c.client == client)
        over = sum(o.amount for o in ledger.overpayments if o.client == client)
        assert account == open_ - over


@pytest.mark.slow
@FEW
@given(companies())
def test_what_must_not_be_dunned_is_in_no_letter(books: Books) -> None:
    for plan in daily(books, 30)[1]:
        for line in (line for letter in plan.letters for line in letter.lines):
            assert line.claimed > POLICY.tolerance_for("EUR")
            assert not line.claim.client.excluded
            assert line.claim.doubt is None
            assert not any(
                note.sort is NoteSort.INSOLVENCY
                and note.date <= plan.date
                and note.concerns(line.claim.client.account, line.claim.invoice)
                and line.claim.invoiced <= (note.judgment or note.date)
                for note in books.notes
            )


@FEW
@given(companies())
@pytest.mark.slow
def test_steps_never_skip_nor_go_back_and_two_runs_of_a_day_equal_one(books: Books) -> None:
    taken: dict[object, list[str]] = defaultdict(list)
    for offset in range(75):
        plan = make_plan(OnDay(POLICY, books, START + timedelta(offset)))
        books = after(books, plan)
        assert not make_plan(OnDay(POLICY, books, plan.date)).letters
        for letter in plan.letters:
            for line in letter.lines:
                if line.step and not line.step.before_due:
                    taken[key(line.claim)].append(line.step.name)
    for steps in taken.values():
        assert steps == LATE_STEPS[: len(steps)]


@FEW
@given(companies())
@pytest.mark.slow
def test_a_client_is_never_written_to_twice_within_the_gap(books: Books) -> None:
    runs: dict[tuple[str, bool], list[date]] = defaultdict(list)
    for plan in daily(books, 60)[1]:
        for letter in plan.letters:
            runs[letter.client.account, letter.step.before_due].append(plan.date)
    for days in runs.values():
        distinct = sorted(set(days))
        assert all((b - a).days >= POLICY.client_gap for a, b in pairwise(distinct))


@FEW
@given(companies())
def test_no_line_of_a_demand_changes_with_what_asks_for_nothing(books: Books) -> None:
    """Day after day, whatever was told before: the demands, the waits and all else. Nobody is
    thanked on a day on which something else is written to him."""
    telling = POLICY.model_copy(update={"thanks": True, "correction": True})
    thanked = books
    for day in (START + timedelta(offset) for offset in range(30)):
        plan = make_plan(OnDay(POLICY, books, day))
        same = make_plan(OnDay(telling, thanked, day))
        asking = tuple(letter for letter in same.letters if not letter.informs)
        assert replace(same, letters=asking, thanks=(), corrections=plan.corrections) == plan
        written_to = [letter.client.account for letter in same.letters]
        assert all(
            written_to.count(x.client.account) == 1
            for x in same.letters
            if x.step.name == Information.THANKS
        )
        books, thanked = after(books, plan), after(thanked, same)


@FEW
@given(companies())
@pytest.mark.slow
def test_a_run_every_day_writes_what_runs_on_due_days_write(books: Books) -> None:
    _, plans = daily(books, 92)
    wanted = [plan for plan in plans if plan.letters]
    for plan in wanted:
        again = make_plan(OnDay(POLICY, books, plan.date))
        assert again.letters == plan.letters
        books = after(books, again)


@given(companies(), st.integers(1, 200000))
@pytest.mark.slow
def test_a_payment_never_brings_a_step_earlier_or_asks_for_more(books: Books, cents: int) -> None:
    paid = Movement(START, books.clients[0].account, -Decimal(cents) / 100, "EUR", HERE)
    poorer = make_plan(OnDay(POLICY, books, START))
    richer = make_plan(OnDay(POLICY, replace(books, movements=(*books.movements, paid)), START))
    before = {
        key(line.claim): line for letter in poorer.letters for line in letter.lines if line.step
    }
    for line in (line for letter in richer.letters for line in letter.lines if line.step):
        assert before[key(line.claim)].step == line.step
        assert before[key(line.claim)].claimed >= line.claimed


@pytest.mark.parametrize("days", [1, 6])
def test_a_corrected_due_date_never_restarts_a_claim(days: int) -> None:
    client = Client(
        "Actifs:Clients:A", "A", HERE, emails=("a@b.example",), debtor=DebtorType.PROFESSIONAL
    )
    bill = Movement(
        date(2026, 1, 5),
        client.account,
        Decimal(100),
        "EUR",
        HERE,
        ("F1",),
        own_due=date(2026, 2, 4),
    )
    books, plans = daily(Books((client,), (bill,)), 1)
    assert plans[0].letters[0].step.name == "relance-1"
    moved = replace(books, movements=(replace(bill, own_due=date(2026, 2, 4) + timedelta(days)),))
    following = make_plan(OnDay(POLICY, moved, START + timedelta(21)))
    assert following.letters[0].step.name == "relance-2"
