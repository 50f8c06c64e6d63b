"""CSV files: what a spreadsheet must read, and what it must never run."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal

import pytest

from relance.text.csvfile import as_csv


def test_amounts_and_dates_are_plain() -> None:
    table = as_csv(["client", "solde", "jour"], [["Müller", Decimal("-12.50"), date(2026, 1, 2)]])
    assert table == "client,solde,jour\r\nMüller,-12.50,2026-01-02\r\n"


@pytest.mark.parametrize(
    "name", ["=1+1", "+33 1", "-2", "@SUM(A1)", "\t=1", " =HYPERLINK(1)", "\r=1"]
)
def test_a_text_is_never_a_formula(name: str) -> None:
    _, row = csv.reader(as_csv(["client"], [[name]]).splitlines(keepends=True))
    assert row == [f"'{name}"]


def test_separators_quotes_and_lines_stay_in_their_cell() -> None:
    name = 'Dupont, "Père"\net fils'
    table = as_csv(["a", "b"], [[name, 1]])
    assert list(csv.reader(table.splitlines(keepends=True))) == [["a", "b"], [name, "1"]]


def test_a_text_has_no_hidden_marks() -> None:
    """U+202E would show « Durand » backwards; alone before a formula, it would hide it."""
    table = as_csv(["a", "b"], [["\u202eDurand\u200b", "\u202e=1+1\x07"]])
    assert table == "a,b\r\nDurand,'=1+1\r\n"


def test_nothing_is_an_empty_cell() -> None:
    assert as_csv(["a", "b"], [[None, 0]]) == "a,b\r\n,0\r\n"
