"""The dated rate tables against the anchors of rule 7.4, and what is not known."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest

from relance.claims.rates import Rates
from relance.values.kinds import DebtorType
from relance.values.terms import Rate

PRO, PUBLIC = DebtorType.PROFESSIONAL, DebtorType.PUBLIC
H1, H2, NEXT = date(2026, 1, 1), date(2026, 7, 1), date(2027, 1, 1)

ANCHORS = """
2022-07-01 0.00 10.00  8.00 0.77 3.15
2023-01-01 2.50 12.50 10.50 2.06 4.47
2023-07-01 4.00 14.00 12.00 4.22 6.82
2024-01-01 4.50 14.50 12.50 5.07 8.01
2024-07-01 4.25 14.25 12.25 4.92 8.16
2025-01-01 3.15 13.15 11.15 3.71 7.21
2025-07-01 2.15 12.15 10.15 2.76 6.65
2026-01-01 2.15 12.15 10.15 2.62 6.67
2026-07-01 2.40 12.40 10.40 2.75 6.84
"""


@pytest.mark.parametrize("line", ANCHORS.split("\n")[1:-1])
def test_the_anchors_of_each_half_year(line: str) -> None:
    first, ecb, professional, public, legal, individual = line.split()
    start, rates = date.fromisoformat(first), Rates.known()
    assert rates.ecb(start) == Decimal(ecb)
    assert rates.yearly(PRO, None, start) == Decimal(professional)
    assert rates.yearly(PUBLIC, None, start) == Decimal(public)
    assert rates.yearly(DebtorType.CONSUMER, None, start) == Decimal(legal)
    assert rates.yearly(DebtorType.OTHER, None, start) == Decimal(legal)
    assert _individual_column()[start] == Decimal(individual)


def _individual_column() -> Mapping[date, Decimal]:
    text = files("relance").joinpath("data", "legal_interest.csv").read_text(encoding="utf-8")
    return {
        date.fromisoformat(row["semester_start"]): Decimal(row["rate_individual_creditor_percent"])
        for row in csv.DictReader(text.splitlines())
    }


@pytest.mark.parametrize(
    ("day", "start"),
    [
        (date(2026, 1, 1), H1),
        (date(2026, 6, 30), H1),
        (date(2026, 7, 1), H2),
        (date(2026, 12, 31), H2),
    ],
)
def test_half_year(day: date, start: date) -> None:
    assert Rates.half_year(day) == start


def test_a_decision_inside_a_half_year_waits_for_the_next_one() -> None:
    assert Rates.known(ecb={NEXT: Decimal("2.65")}).ecb(H2) == Decimal("2.40")  # 2.65 since 16 Sept


def test_before_the_tables_start_nothing_is_known() -> None:
    rates = Rates.known()
    assert rates.ecb(date(1998, 7, 1)) is None
    assert rates.ecb(date(1999, 1, 1)) == Decimal("3.00")
    assert rates.legal(date(2008, 7, 1)) is None
    assert rates.legal(date(2009, 1, 1)) == Decimal("3.79")


def _given(**rates: str) -> dict[date, Decimal]:
    return {date.fromisoformat(day[1:].replace("_", "-")): Decimal(r) for day, r in rates.items()}


@pytest.mark.parametrize(
    ("given", "start", "expected"),
    [
        ({}, NEXT, None),
        (_given(d2027_01_01="2.65"), NEXT, "2.65"),
        (_given(d2027_01_01="2.65"), date(2027, 7, 1), None),
        # another decision may fall between 16 December and 1 January
        (_given(d2026_12_16="2.90"), NEXT, None),
        # nor does a later one say what the rate was on 1 January: never the last one in silence
        (_given(d2026_12_16="2.90", d2027_02_03="3.15"), NEXT, None),
        # a half-year stated outright says nothing of the one before it
        (_given(d2027_07_01="3.00"), NEXT, None),
        (_given(d2027_07_01="3.00"), date(2027, 7, 1), "3.00"),
        # the policy has the last word
        (_given(d2026_07_01="2.45"), H2, "2.45"),
        (_given(d2026_07_01="2.45"), H1, "2.15"),
    ],
)
def test_ecb_extensions(given: Mapping[date, Decimal], start: date, expected: str | None) -> None:
    assert Rates.known(ecb=given).ecb(start) == (expected and Decimal(expected))


def test_legal_extensions() -> None:
    rates = Rates.known(legal=_given(d2027_01_01="2.62"))
    assert Rates.known().legal(NEXT) is None
    assert rates.legal(NEXT) == Decimal("2.62")
    assert rates.legal(H2) == Decimal("2.75")
    assert rates.legal(date(2027, 7, 1)) is None
    assert rates.ecb(NEXT) is None


@pytest.mark.parametrize(
    ("debtor", "agreed", "start", "expected"),
    [
        (PRO, "10", H2, "10"),
        (PRO, "10", NEXT, "10"),  # written in the contract, so never unknown
        (PRO, "bce + 12", H2, "14.40"),
        (PRO, "bce + 12", NEXT, None),
        (PRO, "3 x taux legal", H2, "8.25"),
        (PRO, "3 x taux legal", NEXT, None),
        (PUBLIC, "12.5", H2, "12.5"),
        (PUBLIC, "5", H2, "10.40"),  # 2.40 + 8: less is unwritten
        (PUBLIC, "bce + 7", H2, "10.40"),
        (PUBLIC, "bce + 9", H2, "11.40"),
        (PUBLIC, "5", NEXT, None),  # nothing to hold it against
        (DebtorType.CONSUMER, "12.5", H2, "2.75"),
        (DebtorType.OTHER, "bce + 12", H2, "2.75"),
        (DebtorType.OTHER, "12.5", NEXT, None),
        (PRO, "0", H2, "0"),
    ],
)
def test_yearly_with_an_agreed_rate(
    debtor: DebtorType, agreed: str, start: date, expected: str | None
) -> None:
    rate = Rates.known().yearly(debtor, Rate.parse(agreed), start)
    assert rate == (expected and Decimal(expected))
