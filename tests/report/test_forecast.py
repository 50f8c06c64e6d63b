"""Habits and forecasts, worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from relance.claims.on_day import OnDay
from relance.report import measure
from relance.report.forecast import BackTest, Trial
from relance.report.habits import NEVER, Precedent, chances_after
from report.test_figures import invoice, measured, note, payment, told
from story import EVERY_DAY, company

TODAY = date(2026, 7, 1)
OLD = date(2026, 2, 1)  # 150 days before: what became of it in 91 days is known whatever the wait


def past(*delays: int, due: date = OLD) -> list[Precedent]:
    return [Precedent("Actifs:Clients:Durand", due, days) for days in delays]


def by_week(known: list[Precedent], waited: int) -> list[str]:
    found = chances_after(known, {waited}, TODAY)[waited]
    return [f"{share:.2f}" for share in found.by_week]


def test_chances_are_the_share_of_precedents_paid_by_then() -> None:
    # Of five still open on the due date: paid 3, 7, 8 and 20 days later, one never.
    weeks = by_week(past(3, 7, 8, 20, NEVER), 0)
    assert weeks == ["0.40", "0.60", "0.80"] + ["0.80"] * 10


def test_only_precedents_that_waited_as_long_count() -> None:
    known = past(3, 3, 3, 10, 12, 15, 20, NEVER)
    # After 5 days without a payment: 10, 12 (within 7 days), 15 (within 14), 20 (15 later), never
    assert by_week(known, 5)[:4] == ["0.40", "0.60", "0.80", "0.80"]
    assert chances_after(known, {5}, TODAY)[5].count == 5


def test_precedents_too_young_to_tell_are_left_out() -> None:
    # Thirteen weeks before 1 July is 1 April. After a wait of 10 days, 22 March is the last due
    # date of which they are over.
    young, ripe = past(11, due=date(2026, 3, 23)), past(11, due=date(2026, 3, 22))
    assert chances_after([*past(20, 20, 20, 20), *young], {10}, TODAY)[10].count == 4
    assert chances_after([*past(20, 20, 20, 20), *ripe], {10}, TODAY)[10].count == 5


def test_fewer_than_five_precedents_are_no_habit() -> None:
    assert chances_after(past(1, 2, 3, 4), {0}, TODAY)[0].by_week == ()


# Durand settled four claims 3 days late and never paid a fifth; all fell due on 1 February.
HABIT = "".join(
    invoice(f"F{n}", "2026-01-02", "10.00", "2026-02-01") + payment(f"F{n}", "2026-02-04", "10.00")
    for n in range(1, 5)
) + invoice("F5", "2026-01-02", "10.00", "2026-02-01")
NEXT = invoice("F9", "2026-06-02", "100.00", "2026-07-02")  # due on the morrow of 1 July


def test_a_claim_comes_in_as_its_client_usually_pays(tmp_path: Path) -> None:
    own = measured(tmp_path, HABIT + NEXT)
    first = own.forecast.weeks[0]
    # On 1 July F9 has waited -1 day. Four of five precedents were paid within 7 days of such a
    # wait: 100 × 4/5. F5 has waited 150 days: no precedent.
    assert told(first.end, first.usual, first.usual_in_all) == told(date(2026, 7, 8), 80, 80)
    assert told(own.forecast.beyond, own.forecast.unknown) == told(20, 10)
    # Spread: 100² × 0.8 × 0.2 = 1600, and for n = 5: (100 × √(0.16/5))² = 320; √1920 = 43.82;
    # × 1.2816 = 56.16. At most all of it.
    assert told(first.low_in_all, first.high_in_all) == told(Decimal("23.84"), 100)
    assert [week.usual for week in own.forecast.weeks[1:]] == [0] * 12


def test_a_client_without_habit_pays_like_the_house(tmp_path: Path) -> None:
    other = invoice("F9", "2026-06-02", "100.00", "2026-07-02", "Martin")
    own = measured(tmp_path, HABIT + other)
    assert own.forecast.weeks[0].usual == 80


def test_with_too_few_precedents_there_is_no_forecast(tmp_path: Path) -> None:
    own = measured(tmp_path, NEXT)
    assert told(own.forecast.weeks, own.forecast.unknown) == ((), 100)
    assert all(test.trials == () for test in own.back_tests)


def test_what_is_disputed_or_stopped_is_not_expected(tmp_path: Path) -> None:
    part = note("2026-06-10", "litige", "F9", "  montant: 25.00 EUR\n")
    other = invoice("F8", "2026-06-02", "70.00", "2026-07-02", "Martin")
    stopped = """
2026-06-20 note Actifs:Clients:Martin "Liquidation" #procedure-collective
  jugement: 2026-06-15
"""
    own = measured(tmp_path, HABIT + NEXT + part + other + stopped)
    assert own.forecast.weeks[0].usual == 60  # 75 × 4/5
    assert told(own.forecast.disputed, own.forecast.stopped) == told(25, 70)


def test_instalments_of_a_kept_plan_come_on_their_days(tmp_path: Path) -> None:
    plan = "".join(
        note("2026-06-10", "echeancier", "F9", f"  echeance: {day}\n  montant: 50.00 EUR\n")
        for day in ("2026-07-08", "2026-07-09")
    )
    weeks = measured(tmp_path, HABIT + NEXT + plan).forecast.weeks
    # 8 July ends the first week, 9 July begins the second; both are certain.
    assert [week.usual for week in weeks[:3]] == [50, 50, 0]
    assert told(weeks[1].low_in_all, weeks[1].high_in_all) == told(100, 100)


def test_every_open_cent_is_somewhere(tmp_path: Path) -> None:
    part = note("2026-06-10", "litige", "F9", "  montant: 25.00 EUR\n")
    own = measured(tmp_path, HABIT + NEXT + part)
    found = own.forecast
    there = found.weeks[-1].usual_in_all + found.beyond + found.unknown + found.disputed
    assert there + found.stopped == own.aged.open == 110


# ---------------------------------------------------------------- The back-test


def test_the_back_test_sets_forecasts_against_what_came(tmp_path: Path) -> None:
    late = invoice("F9", "2026-05-02", "100.00", "2026-06-01") + payment(
        "F9", "2026-06-10", "60.00"
    )
    own = measured(tmp_path, HABIT + late, "2026-07-01")
    (four, thirteen) = own.back_tests
    (trial,) = [t for t in four.trials if t.made == date(2026, 5, 31)]
    # On 31 May: 80 expected of F9 within four weeks; 60 came, on 10 June. The forecast of June
    # is not over, and thirteen weeks from May neither.
    assert told(trial.usual, trial.received, trial.hit) == told(80, 60, True)
    assert max(t.made for t in four.trials) == date(2026, 5, 31)
    assert all(t.made <= date(2026, 3, 31) for t in thirteen.trials)


def test_a_forecast_knows_nothing_of_what_came_after_it(tmp_path: Path) -> None:
    before = measured(tmp_path / "a", HABIT + NEXT, "2026-06-15")
    paid = payment("F9", "2026-06-20", "100.00") + note("2026-06-20", "litige", "F5")
    after = measured(tmp_path / "b", HABIT + NEXT + paid, "2026-06-15")
    assert before.forecast == after.forecast


def test_the_error_is_what_was_missed_of_what_came() -> None:
    def trial(usual: int, received: int) -> Trial:
        amounts = map(Decimal, (usual - 10, usual, usual + 10, received))
        return Trial(OLD + timedelta(usual), 4, *amounts)

    test = BackTest(4, (trial(100, 90), trial(50, 110)))
    # (10 + 60) / 200; 90 lies in 90..110, 110 not in 40..60
    assert told(test.error, test.hits) == told(Decimal("0.35"), 1)
    assert BackTest(4, ()).error is None


def test_one_currency_s_habits_are_not_another_s(tmp_path: Path) -> None:
    pounds = invoice("F9", "2026-06-02", "100.00", "2026-07-02", "Durand", "GBP")
    story = company(tmp_path, HABIT + pounds, EVERY_DAY)
    euros, sterling = measure(OnDay(story.policy, story.books, TODAY)).currencies
    assert told(sterling.forecast.weeks, sterling.forecast.unknown) == ((), 100)
    assert euros.forecast.unknown == 10
