"""Days and numbers as people write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from relance.values.amounts import readings, written_number, written_sum
from relance.values.dates import written_day


@pytest.mark.parametrize("text", ["2026-11-03", "03/11/2026", "3/11/2026", " 03.11.2026 "])
def test_a_day(text: str) -> None:
    assert written_day(text) == date(2026, 11, 3)


@pytest.mark.parametrize(
    "text", ["11/23/2026", "31/02/2026", "03/11/26", "03/11.2026", "2026-W45-2", "20261103", ""]
)
def test_what_is_no_day(text: str) -> None:
    assert written_day(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1320", "1320"),
        ("1320,5", "1320.5"),
        ("1320.50", "1320.50"),
        ("1 320,50", "1320.50"),
        ("1\xa0320,50", "1320.50"),
        ("12\u202f345\u202f678,90", "12345678.90"),
        ("1'320.50", "1320.50"),
        ("1.320,50", "1320.50"),
        ("1,320.50", "1320.50"),
        ("0,50", "0.50"),
    ],
)
def test_a_number(text: str, number: str) -> None:
    assert written_number(text) == Decimal(number)
    assert not readings(text)


@pytest.mark.parametrize(
    ("text", "ways"),
    [("1.440", "1440.00 ou 1.44"), ("1,440 €", "1440.00 ou 1.44"), ("12.345 euros", "12345.00")],
)
def test_a_number_of_two_readings(text: str, ways: str) -> None:
    assert readings(text) == ways
    assert written_number(text.split(maxsplit=1)[0]) is None


@pytest.mark.parametrize("text", ["", "mille", "1 32", "1 3200", "1,2,3", "-5", "1e3", "1..5"])
def test_what_is_no_number(text: str) -> None:
    assert written_number(text) is None


@pytest.mark.parametrize(
    ("text", "number", "currency"),
    [
        ("1 320,50 €", "1320.50", "EUR"),
        ("1320€", "1320", "EUR"),
        ("50 euros", "50", "EUR"),
        ("0,50 eur", "0.50", "EUR"),
        ("820.00 GBP", "820.00", "GBP"),
        ("820", "820", ""),
    ],
)
def test_a_sum_and_its_currency(text: str, number: str, currency: str) -> None:
    assert written_sum(text) == (Decimal(number), currency)


@pytest.mark.parametrize("text", ["€", "eur", "1.440 €", "12 EURO", "-5 €", "5 € 3"])
def test_what_is_no_sum(text: str) -> None:
    assert written_sum(text) is None
