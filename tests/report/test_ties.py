"""Totals tie at any date, and a replayed day is the day itself, whatever the books."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from relance.claims.on_day import OnDay
from relance.claims.receivables import receivables
from relance.policy.settings import Policy
from relance.report import Measures, measure
from relance.report.ageing import Column
from relance.report.books_by_day import BooksByDay
from relance.values.amounts import Money
from relance.values.facts import Books, Client, Note
from relance.values.kinds import DebtorType, NoteSort
from relance.values.movement import Movement
from relance.values.problem import Source

START = date(2026, 1, 1)
DAYS = 200
POLICY = Policy.model_validate({"creancier": {"nom": "Essai", "adresse": "1 rue\n69001 LYON"}})
HERE = "ledger/main.beancount"
CURRENCIES = ("EUR", "GBP")


@st.composite
def books(draw: st.DrawFn) -> Books:
    """Clients in two currencies: instalments, part payments, credit notes, payments without a
    link or beyond the invoice, rejected debits, drafts; disputes and payment plans."""
    clients, movements, notes = [], [], []
    for number in range(draw(st.integers(1, 3))):
        account = f"Actifs:Clients:C{number}"
        clients.append(Client(account, account, Source(HERE), debtor=DebtorType.PROFESSIONAL))
        kept = draw(st.sampled_from([invoice, tidy_invoice]))  # how well its books are kept
        for index in range(draw(st.integers(0, 4))):
            name = f"F{number}-{index}"
            movements.extend(draw(kept(account, name)))
            notes.extend(draw(follow_up(account, name)))
    placed = [
        replace(m, source=Source(HERE, line), entry=line) for line, m in enumerate(movements, 1)
    ]
    placed = joined(placed)
    placed.sort(key=lambda m: (m.date, m.source.path, m.entry, m.source.line))
    return Books(tuple(clients), tuple(placed), tuple(sorted(notes, key=lambda n: n.date)))


def joined(movements: list[Movement]) -> list[Movement]:
    """Debits of one day for one invoice are postings of one entry."""
    first: dict[tuple[date, tuple[str, ...]], int] = {}
    return [
        replace(m, entry=first.setdefault((m.date, m.invoices), m.entry)) if m.number > 0 else m
        for m in movements
    ]


@st.composite
def invoice(draw: st.DrawFn, account: str, name: str) -> list[Movement]:
    day = START + timedelta(draw(st.integers(0, DAYS)))
    currency = draw(st.sampled_from(CURRENCIES))

    def movement(
        after: int, cents: int, names: tuple[str, ...], due: int | None = None
    ) -> Movement:
        on = day + timedelta(after)
        own = None if due is None else day + timedelta(due)
        number = Decimal(cents) / 100
        return Movement(on, account, number, currency, Source(HERE), names, own_due=own)

    parts = draw(st.lists(st.integers(1, 50000), min_size=1, max_size=3))
    found = [movement(0, cents, (name,), 30 * n) for n, cents in enumerate(parts)]
    for _ in range(draw(st.integers(0, 3))):
        names = draw(st.sampled_from([(), (name,)]))
        paid = movement(draw(st.integers(-5, 90)), -draw(st.integers(1, 70000)), names)
        credited, draft = draw(st.booleans()), draw(st.integers(0, 9)) == 0
        found.append(replace(paid, credit_note=credited, draft=draft))
    if draw(st.booleans()):
        found.append(movement(draw(st.integers(1, 90)), draw(st.integers(1, 50000)), (name,)))
    return found


@st.composite
def tidy_invoice(draw: st.DrawFn, account: str, name: str) -> list[Movement]:
    """One debit, and payments that name it and never exceed it."""
    day, left = START + timedelta(draw(st.integers(0, DAYS))), draw(st.integers(1, 50000))
    due = day + timedelta(30)
    bill = Movement(day, account, Decimal(left) / 100, "EUR", Source(HERE), (name,), own_due=due)
    found = [bill]
    for _ in range(draw(st.integers(0, 3))):
        paid = draw(st.integers(0, left))
        left -= paid
        on = day + timedelta(draw(st.integers(0, 120)))
        credited = replace(bill, date=on, number=-Decimal(paid) / 100, own_due=None)
        found.extend([replace(credited, credit_note=draw(st.booleans()))] if paid else [])
    return found


@st.composite
def follow_up(draw: st.DrawFn, account: str, name: str) -> list[Note]:
    found = []
    sorts = [NoteSort.DISPUTE, NoteSort.DISPUTE_CLOSED, NoteSort.PAYMENT_PLAN, NoteSort.CALL]
    for sort in draw(st.lists(st.sampled_from(sorts), max_size=2)):
        day = START + timedelta(draw(st.integers(0, DAYS)))
        amount = Money(
            Decimal(draw(st.integers(1, 50000))) / 100, draw(st.sampled_from(CURRENCIES))
        )
        due = day + timedelta(draw(st.integers(0, 60)))
        kept = amount if sort is NoteSort.PAYMENT_PLAN or draw(st.booleans()) else None
        found.append(Note(day, account, sort, "", Source(HERE), (name,), due=due, amount=kept))
    return found


days = st.integers(-10, DAYS + 100).map(lambda n: START + timedelta(n))


def figures(known: Books, day: date) -> dict[str, Measures]:
    return {own.currency: own for own in measure(OnDay(POLICY, known, day)).currencies}


@given(books(), days)
@pytest.mark.slow
def test_the_aged_balance_is_the_open_claims_is_the_accounts(known: Books, day: date) -> None:
    found = figures(known, day)
    for currency in CURRENCIES:
        entries = [m for m in known.movements if m.currency == currency and m.date <= day]
        account = sum(m.number for m in entries if not m.draft)
        claims = receivables(known, POLICY.terms, day).claims
        open_ = sum(c.balance for c in claims if c.currency == currency)
        if currency not in found:
            assert account == open_ == 0
            continue
        aged = found[currency].aged
        assert aged.balance == account
        assert aged.open == open_ == sum(aged.column(column) for column in Column)
        for row in aged.rows:
            own = [m for m in entries if m.account == row.client.account and not m.draft]
            assert row.balance == sum(m.number for m in own)


@given(books(), days)
@pytest.mark.slow
def test_every_open_cent_is_in_the_forecast_in_limitation_and_in_the_evolution(
    known: Books, day: date
) -> None:
    for own in figures(known, day).values():
        forecast = own.forecast
        expected = forecast.weeks[-1].usual_in_all if forecast.weeks else 0
        apart = forecast.unknown + forecast.disputed + forecast.stopped
        assert expected + forecast.beyond + apart == own.aged.open
        assert sum(year.amount for year in own.limitation) == own.aged.open
        assert own.evolution[-1].open == own.outstanding.open == own.aged.open
        assert sum(d.amount for d in own.disputes) == own.aged.column(Column.DISPUTED)


@given(books(), days)
@pytest.mark.slow
def test_what_each_sort_recovers_adds_up_to_the_same(known: Books, day: date) -> None:
    for own in figures(known, day).values():
        sorts = own.recoveries
        sums = {
            sum(each.paid for each in found)
            for found in (sorts.by_step, sorts.by_channel, sorts.by_tone, sorts.by_profile)
        }
        assert len(sums) == 1
        for each in sorts.by_step:
            assert each.paid <= each.asked
            assert each.within(7).paid <= each.within(7).asked


@given(books(), days)
@pytest.mark.slow
def test_a_forecast_s_range_holds_its_mean_and_only_grows(known: Books, day: date) -> None:
    for own in figures(known, day).values():
        weeks = own.forecast.weeks
        for week in weeks:
            assert 0 <= week.low_in_all <= week.usual_in_all <= week.high_in_all
        for before, after in pairwise(weeks):
            assert before.low_in_all <= after.low_in_all
            assert before.usual_in_all <= after.usual_in_all
            assert before.high_in_all <= after.high_in_all


def written(*entries: tuple[int, str, str]) -> Books:
    """Books of debits that all name F1: the day, the client and the amount of each."""
    accounts = sorted({account for _, account, _ in entries})
    debits = [
        Movement(
            *(START + timedelta(day), account, Decimal(number), "EUR", Source(HERE, line), ("F1",)),
            entry=line,
        )
        for line, (day, account, number) in enumerate(entries, 1)
    ]
    return Books(tuple(Client(a, a, Source(HERE)) for a in accounts), tuple(debits))


# A number that another debit bears again, but after the last day read.
AGAIN = written((0, "Actifs:Clients:A", "0.01"), (2, "Actifs:Clients:A", "0.01"))
# A number that another client's account names too, in an entry of nothing.
SHARED = written((0, "Actifs:Clients:A", "0.00"), (0, "Actifs:Clients:B", "0.01"))


@settings(max_examples=200)
@given(books(), days, st.integers(0, DAYS))
@example(AGAIN, START + timedelta(1), 1)
@example(SHARED, START + timedelta(1), 1)
@pytest.mark.slow
def test_a_day_replayed_is_that_day_itself(known: Books, last: date, back: int) -> None:
    day = last - timedelta(back)
    replayed = BooksByDay(OnDay(POLICY, known, last)).at(day)
    alone = OnDay(POLICY, known, day)
    for currency in CURRENCIES:
        own = tuple(claim for claim in alone.claims if claim.currency == currency)
        assert tuple(replayed.claims_in(currency)) == own
    assert replayed.receivables.overpayments == alone.receivables.overpayments
