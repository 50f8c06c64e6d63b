"""The stocks and delays of a report, each added up by hand on a small ledger."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from relance.claims.on_day import OnDay
from relance.claims.promises import PromiseOutcome
from relance.report import Measures, Period, Report, measure, parse_period
from relance.report.ageing import Column
from relance.report.delays import count_back
from relance.report.period import month_ends
from story import EVERY_DAY, Story, company

DAY = "2026-07-01"


def invoice(
    link: str, day: str, amount: str, due: str = "", account: str = "Durand", currency: str = "EUR"
) -> str:
    """An invoice of that day, and its due date."""
    term = f"  echeance: {due}\n" if due else ""
    return (
        f'\n{day} * "Facture" ^{link}\n{term}'
        f"  Actifs:Clients:{account}  {amount} {currency}\n  Produits:Ventes\n"
    )


def payment(
    link: str, day: str, amount: str, account: str = "Durand", currency: str = "EUR"
) -> str:
    """A payment; without a link when the link is empty."""
    named = f" ^{link}" if link else ""
    return (
        f'\n{day} * "Virement"{named}\n'
        f"  Actifs:Banque  {amount} {currency}\n  Actifs:Clients:{account}\n"
    )


def credit_note(link: str, day: str, amount: str) -> str:
    return (
        f'\n{day} * "Avoir" ^{link} #avoir\n'
        f"  Produits:Ventes  {amount} EUR\n  Actifs:Clients:Durand\n"
    )


def note(day: str, sort: str, link: str = "", more: str = "") -> str:
    named = f" ^{link}" if link else ""
    return f'\n{day} note Actifs:Clients:Durand "Note" #{sort}{named}\n{more}'


def report(story: Story, day: str = DAY, period: str = "12m") -> Report:
    on = date.fromisoformat(day)
    return measure(OnDay(story.policy, story.books, on), parse_period(period, on))


def measured(folder: Path, ledger: str, day: str = DAY, period: str = "12m") -> Measures:
    """The figures of the only currency."""
    (own,) = report(company(folder, ledger, EVERY_DAY), day, period).currencies
    return own


def told(*values: object) -> tuple[object, ...]:
    """Figures side by side, numbers of any kind."""
    return values


def tenth(number: Decimal | None) -> str:
    """As it is read: to a tenth."""
    assert number is not None
    return f"{number:.1f}"


# ---------------------------------------------------------------- The aged balance

# On 1 July 2026, days late: F1 -1 (not late), F2 0 (due that day: not late), F3 1, F4 30, F5 31,
# F6 60, F7 61, F8 90, F9 91.
AGES = "".join(
    invoice(f"F{n}", "2026-01-02", f"{n}.00", due)
    for n, due in enumerate(
        (
            *("2026-07-02", "2026-07-01", "2026-06-30", "2026-06-01", "2026-05-31"),
            *("2026-05-02", "2026-05-01", "2026-04-02", "2026-04-01"),
        ),
        1,
    )
)


def columns(own: Measures) -> dict[str, str]:
    return {c.value: f"{own.aged.column(c):.2f}" for c in Column if own.aged.column(c)}


def test_each_claim_stands_at_its_age(tmp_path: Path) -> None:
    own = measured(tmp_path, AGES)
    # 1 + 2; 3 + 4; 5 + 6; 7 + 8; 9: 45 in all
    assert columns(own) == {
        "non-echu": "3.00",
        "1-30": "7.00",
        "31-60": "11.00",
        "61-90": "15.00",
        "plus-de-90": "9.00",
    }
    assert told(own.aged.open, own.aged.late, own.aged.balance) == (45, 42, 45)


PART = """
2026-06-10 note Actifs:Clients:Durand "Contesté" #litige ^F1
  montant: 30.00 EUR
"""
PLAN = """
2026-06-10 note Actifs:Clients:Durand "Accord" #echeancier ^F2
  echeance: 2026-07-10
  montant: 50.00 EUR
2026-06-10 note Actifs:Clients:Durand "Accord" #echeancier ^F2
  echeance: 2026-08-10
  montant: 50.00 EUR
"""
TWO = invoice("F1", "2026-05-01", "100.00", "2026-06-01") + invoice(
    "F2", "2026-05-01", "100.00", "2026-06-01"
)


def test_disputed_parts_and_kept_plans_stand_apart(tmp_path: Path) -> None:
    own = measured(tmp_path, TWO + PART + PLAN)
    # F1: 30 disputed, 70 thirty days late; F2 in a running plan
    assert columns(own) == {"1-30": "70.00", "litige": "30.00", "echeancier": "100.00"}


def test_a_broken_plan_is_late_again(tmp_path: Path) -> None:
    own = measured(tmp_path, TWO + PART + PLAN, "2026-08-01")
    # 61 days late; the instalment of 10 July never came
    assert columns(own) == {"61-90": "170.00", "litige": "30.00"}


def test_a_past_date_knows_nothing_of_what_came_later(tmp_path: Path) -> None:
    later = (
        payment("F1", "2026-06-20", "100.00")
        + note("2026-06-20", "litige", "F2")
        + invoice("F3", "2026-06-15", "40.00")
    )
    own = measured(tmp_path, TWO + later, "2026-06-14")
    assert columns(own) == {"1-30": "200.00"}
    assert own.evolution[-1].open == own.aged.open


def test_what_is_overpaid_is_told_apart_and_the_balance_is_the_account_s(tmp_path: Path) -> None:
    other = invoice("F9", "2026-05-01", "60.00", "2026-06-01", "Martin")
    own = measured(tmp_path, TWO + payment("F1", "2026-06-02", "230.00") + other)
    # Durand owes 200 and paid 230; Mme Martin owes 60
    assert [told(r.client.label, r.open, r.overpaid, r.balance) for r in own.aged.rows] == [
        ("Mme Martin", 60, 0, 60),
        ("Durand SARL", 0, 30, -30),
    ]
    assert told(own.aged.open, own.aged.overpaid, own.aged.balance) == (60, 30, 30)


def test_a_claim_without_due_date_has_no_age(tmp_path: Path) -> None:
    story = company(tmp_path, invoice("F1", "2026-05-01", "100.00"), "delai: null\n")
    (own,) = report(story).currencies
    assert columns(own) == {"sans-echeance": "100.00"}
    assert own.forecast.unknown == 100


def test_currencies_are_never_mixed(tmp_path: Path) -> None:
    pounds = invoice("F9", "2026-05-01", "80.00", "2026-06-01", "Club", "GBP")
    found = report(company(tmp_path, TWO + pounds)).currencies
    assert [told(own.currency, own.aged.open) for own in found] == [("EUR", 200), ("GBP", 80)]


# ---------------------------------------------------------------- Days late

# Settled in the year before 1 July 2026: F1 10 days late, F2 on the day, F3 5 days early, F4 30
# late. F5 was settled before, F6 by a credit note alone, F7 but for a rest within the tolerance,
# 2 days late; F8 is open.
PAID = (
    invoice("F1", "2026-01-02", "300.00", "2026-02-01")
    + payment("F1", "2026-02-11", "300.00")
    + invoice("F2", "2026-01-02", "100.00", "2026-02-01")
    + payment("F2", "2026-02-01", "100.00")
    + invoice("F3", "2026-01-02", "200.00", "2026-02-01")
    + payment("F3", "2026-01-27", "200.00")
    + invoice("F4", "2026-01-02", "100.00", "2026-02-01")
    + payment("F4", "2026-02-10", "60.00")
    + payment("F4", "2026-03-03", "40.00")
    + invoice("F5", "2025-01-02", "500.00", "2025-02-01")
    + payment("F5", "2025-02-04", "500.00")
    + invoice("F6", "2026-01-02", "70.00", "2026-02-01")
    + credit_note("F6", "2026-03-20", "70.00")
    + invoice("F7", "2026-01-02", "100.50", "2026-02-01")
    + payment("F7", "2026-02-03", "100.00")
    + invoice("F8", "2026-01-02", "900.00", "2026-02-01")
)


def test_days_late_simple_weighted_and_on_time(tmp_path: Path) -> None:
    own = measured(tmp_path, PAID)
    found, before = own.delays, own.delays_before
    assert told(found.count, found.amount) == (5, 800)  # 300 + 100 + 200 + 100 + 100
    assert tenth(found.average) == "8.4"  # (10 + 0 + 0 + 30 + 2) / 5
    assert tenth(found.weighted) == "7.8"  # (3000 + 3000 + 200) / 800 = 7.75
    assert (found.on_time, found.share) == (2, Decimal("0.4"))
    assert found.share_of_amount == Decimal("0.375")  # (100 + 200) / 800
    assert told(before.count, before.average) == (1, 3)


def test_the_period_chooses_what_was_settled(tmp_path: Path) -> None:
    own = measured(tmp_path, PAID, period="2026-02")
    # F1 (10), F2 (0), F7 (2) in February; none in the 28 days before but F3
    assert told(own.delays.count, own.delays.average) == (3, 4)
    assert own.delays_before.count == 1


# ---------------------------------------------------------------- DSO

# Sales: April 3000, May 3100, June 1500 less a credit note of 300 in June: 7300. Open on 30 June:
# April 0, May 2480, June 1200 (of which F3, 600, not late): 3680.
SALES = (
    invoice("F1", "2026-04-01", "3000.00", "2026-04-30")
    + payment("F1", "2026-05-10", "3000.00")
    + invoice("F2", "2026-05-01", "3100.00", "2026-05-31")
    + payment("F2", "2026-06-10", "620.00")
    + invoice("F3", "2026-06-15", "600.00", "2026-07-15")
    + invoice("F4", "2026-06-02", "900.00", "2026-06-12")
    + credit_note("F4", "2026-06-20", "300.00")
)


def test_days_of_sales_outstanding(tmp_path: Path) -> None:
    dso = measured(tmp_path, SALES, "2026-06-30").outstanding
    # The books begin on 1 April: 91 days.
    assert told(dso.open, dso.sales, dso.days) == (3680, 7300, 91)
    assert tenth(dso.simple) == "45.9"  # 3680 / 7300 × 91 = 45.87
    assert tenth(dso.best) == "7.5"  # 600 / 7300 × 91 = 7.48
    # June: 1200 ≤ 3680, 30 days, 2480 left; May: 2480 / 3100 × 31 = 24.8
    assert tenth(dso.count_back) == "54.8"


@pytest.mark.parametrize(
    ("owed", "sales", "days"),
    [
        ("0", {(2026, 6): "100"}, "0.0"),
        ("50", {(2026, 6): "100"}, "7.5"),  # 15 days × 50 / 100
        ("100", {(2026, 6): "100", (2026, 5): "100"}, "15.0"),
        ("150", {(2026, 6): "100", (2026, 4): "100"}, "61.0"),  # 15 + 31 + 30 × 50 / 100
        ("150", {(2026, 6): "100", (2026, 7): "999", (2026, 4): "100"}, "61.0"),
    ],
)
def test_count_back_goes_month_by_month(
    owed: str, sales: dict[tuple[int, int], str], days: str
) -> None:
    known = {month: Decimal(amount) for month, amount in sales.items()}
    assert tenth(count_back(Decimal(owed), known, date(2026, 6, 15))) == days


def test_without_sales_there_is_no_dso(tmp_path: Path) -> None:
    dso = measured(tmp_path, payment("", "2026-06-01", "10.00")).outstanding
    assert (dso.simple, dso.best, dso.count_back) == (None, None, None)


def test_the_evolution_stands_at_each_end_of_month(tmp_path: Path) -> None:
    months = {m.day.isoformat(): m for m in measured(tmp_path, SALES, "2026-06-30").evolution}
    assert len(months) == 13 and min(months) == "2025-06-30"
    april, may, june = (months[day] for day in ("2026-04-30", "2026-05-31", "2026-06-30"))
    assert [told(m.open, m.sold, m.paid) for m in (april, may, june)] == [
        (3000, 3000, 0),
        (3100, 3100, 3000),
        (3680, 1200, 620),
    ]
    # F1 is due on 30 April, which is not late; in June F2 (2480) and F4 (600) are.
    assert [m.late for m in (april, may, june)] == [0, 0, 3080]


# ---------------------------------------------------------------- Promises, disputes, limitation


def test_promises_by_outcome(tmp_path: Path) -> None:
    ledger = (
        TWO
        + invoice("F3", "2026-05-01", "80.00", "2026-06-01")
        + invoice("F4", "2026-05-01", "90.00", "2026-06-01")
        + note("2026-06-05", "promesse", "F1", "  echeance: 2026-06-10\n")
        + payment("F1", "2026-06-09", "100.00")
        + note("2026-06-05", "promesse", "F2", "  echeance: 2026-06-10\n")
        + payment("F2", "2026-06-08", "40.00")
        + note("2026-06-05", "promesse", "F3", "  echeance: 2026-06-10\n")
        + note("2026-06-30", "promesse", "F4", "  echeance: 2026-07-10\n")
    )
    kept = measured(tmp_path, ledger).promises
    assert kept.outcomes == {
        PromiseOutcome.KEPT: 1,
        PromiseOutcome.PARTLY_KEPT: 1,
        PromiseOutcome.BROKEN: 1,
        PromiseOutcome.RUNNING: 1,
    }
    assert kept.promised == {
        PromiseOutcome.KEPT: 100,
        PromiseOutcome.PARTLY_KEPT: 100,
        PromiseOutcome.BROKEN: 80,
        PromiseOutcome.RUNNING: 90,
    }
    assert kept.received[PromiseOutcome.PARTLY_KEPT] == 40
    assert (kept.judged, kept.share) == (3, Decimal(1) / 3)


def test_disputes_by_reason_and_age(tmp_path: Path) -> None:
    ledger = (
        TWO
        + invoice("F3", "2026-01-02", "80.00", "2026-02-01")
        + note("2026-06-01", "litige", "F1", "  montant: 30.00 EUR\n")  # 30 days
        + note("2026-05-31", "litige", "F2")  # 31 days
        + note("2026-03-01", "litige", "F3")  # 122 days
        + note("2026-06-02", "appel", "F2", '  raison: "facture-non-recue"\n')
        + note("2026-06-03", "reponse", "F2", '  raison: "litige"\n')
        + note("2026-07-02", "reponse", "F3", '  raison: "tresorerie"\n')  # not yet known
    )
    found = measured(tmp_path, ledger).disputes
    assert [told(d.reason, d.age, d.count, d.amount) for d in found] == [
        ("litige", "31-60", 1, 100),
        ("non dite", "0-30", 1, 30),
        ("non dite", "plus-de-90", 1, 80),
    ]


def test_limitation_by_year(tmp_path: Path) -> None:
    ledger = (
        # A trader: five years from the invoice, here the first of the days: 2 January 2031.
        invoice("F1", "2026-01-02", "100.00", "2026-02-01")
        # A part paid on 3 March moves it to 3 March 2031.
        + invoice("F2", "2026-02-02", "100.00", "2026-03-01")
        + payment("F2", "2026-03-03", "40.00")
        # A private person: two years, 5 May 2028.
        + invoice("F3", "2026-05-05", "70.00", "2026-06-04", "Martin")
        # Two years from 1 June 2024: over since 1 June 2026.
        + invoice("F4", "2024-06-01", "30.00", "2024-07-01", "Martin")
    )
    found = measured(tmp_path, ledger).limitation
    assert [told(y.year, y.count, y.amount, y.moved, y.over) for y in found] == [
        (2026, 1, 30, 0, 1),
        (2028, 1, 70, 0, 0),
        (2031, 2, 160, 1, 0),
    ]
    assert found[-1].first == date(2031, 1, 2)


def test_the_largest_debtors(tmp_path: Path) -> None:
    other = invoice("F9", "2026-06-15", "50.00", "2026-07-15", "Martin")
    first, second = measured(tmp_path, TWO + other).exposures
    # 200 of 250, thirty days late at each end; nothing of Mme Martin is late.
    assert told(first.client.label, first.open, first.share, first.late, first.delay) == (
        "Durand SARL",
        200,
        Decimal("0.8"),
        200,
        30,
    )
    assert told(second.client.label, second.share, second.late, second.delay) == (
        "Mme Martin",
        Decimal("0.2"),
        0,
        None,
    )


# ---------------------------------------------------------------- Periods


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("12m", "2025-07-02", "2026-07-01"),
        ("1m", "2026-06-02", "2026-07-01"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-T1", "2026-01-01", "2026-03-31"),
        ("2026-T4", "2026-10-01", "2026-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-01-15:2026-02-14", "2026-01-15", "2026-02-14"),
        *((text, None, None) for text in ("", "0m", "2026-13", "2026-T5", "26", "0000", "12 mois")),
        *((text, None, None) for text in ("2026-02-14:2026-01-15", "2026-01-15", ":", "1000m")),
        ("0001-01-01:2026-06-30", None, None),  # as many days before it is no date
    ],
)
def test_periods_are_read(text: str, start: str | None, end: str | None) -> None:
    found = parse_period(text, date(2026, 7, 1))
    assert (found and (found.start.isoformat(), found.end.isoformat())) == (start and (start, end))


def test_the_period_before_is_as_long() -> None:
    march = Period(date(2026, 3, 1), date(2026, 3, 31))
    assert march.before == Period(date(2026, 1, 29), date(2026, 2, 28))
    assert march.before.days == march.days == 31
    assert march.until(date(2026, 2, 28)) is None
    assert march.until(date(2026, 3, 10)) == Period(date(2026, 3, 1), date(2026, 3, 10))


def test_ends_of_months_end_with_the_day_itself() -> None:
    assert month_ends(date(2026, 3, 30), 3) == (
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 30),
    )
    assert month_ends(date(2026, 3, 31), 2) == (date(2026, 2, 28), date(2026, 3, 31))
