"""Penalties that letters demanded, in the report: one account given up, one paid, one left."""

from __future__ import annotations

from pathlib import Path

from claims.test_penalty_account import WAIVER, dunned, paid
from relance.report import measure
from relance.report.printed import markdown
from relance.text.typography import ordinary
from story import day_of


def figures(tmp_path: Path, ledger: str, day: str) -> list[str]:
    story = dunned(tmp_path, ledger)
    (measures,) = measure(day_of(story, day)).currencies
    own = measures.penalties
    assert own.demanded == own.received + own.waived + own.left
    sums = (own.demanded, own.received, own.waived, own.left)
    return [*(f"{x:.2f}" for x in sums), f"{own.paid}/{own.letters}", str(own.to_decide)]


def test_demanded_received_given_up_left(tmp_path: Path) -> None:
    """Two letters demanded some, relance-2 and the notice: 55.29 in all."""
    whole, part = paid("2026-08-10", "1555.29"), paid("2026-08-10", "1500.00")
    assert figures(tmp_path / "1", "", "2026-07-10") == ["0.00"] * 4 + ["0/0", "0"]
    assert figures(tmp_path / "2", whole, "2026-09-30") == [
        *("55.29", "55.29", "0.00", "0.00"),
        *("2/2", "0"),
    ]
    assert figures(tmp_path / "3", part, "2026-09-30") == [
        *("55.29", "0.00", "0.00", "55.29"),
        *("0/2", "1"),
    ]
    assert figures(tmp_path / "4", part + WAIVER, "2026-09-30") == [
        *("55.29", "0.00", "55.29", "0.00"),
        *("0/2", "0"),
    ]


def test_what_is_to_decide_comes_before_the_figures(tmp_path: Path) -> None:
    story = dunned(tmp_path, paid("2026-08-10", "1500.00"))
    text = ordinary(markdown(measure(day_of(story, "2026-09-30")), "Atelier"))
    told = "**À décider** : 1 facture payée laisse 55,29 de pénalités"
    assert text.index(told) < text.index("## Ce que disent les chiffres")
