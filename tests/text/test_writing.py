"""Files written for the user: whole folders, full disks, tables no spreadsheet may run."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from relance.text.writing import as_csv, write_files
from relance.values.problem import Refusal, Status


def test_files_are_written_below_their_folder_in_place_of_others(tmp_path: Path) -> None:
    for content in (b"un", b"deux"):
        write_files(tmp_path / "a", {"b/c.md": content, "d.pdf": b"%PDF"})
    assert (tmp_path / "a/b/c.md").read_bytes() == b"deux"
    assert (tmp_path / "a/d.pdf").read_bytes() == b"%PDF"


def test_a_folder_that_is_a_file_takes_none(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("un fichier")
    with pytest.raises(Refusal) as refusal:
        write_files(tmp_path / "out/bilans", {"bilan.md": b"texte"})
    (problem,) = refusal.value.problems
    assert refusal.value.status is Status.REFUSED_STATE
    assert problem.source.path.startswith(str(tmp_path / "out"))
    assert problem.what.startswith("écriture impossible : «")
    assert "rendez le dossier accessible" in problem.remedy


# ---------------------------------------------------------------- Tables


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
