"""Accounts below a client's own, and due dates that cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from story import balances, company, ledger_of, outcome

DAY = "2026-05-29"
PARTS = """
2010-01-01 open Actifs:Clients:Durand:INV-001
2010-01-01 open Actifs:Clients:Durand:INV-002
2026-02-10 * "Durand" "Facture" ^INV-001
  Actifs:Clients:Durand:INV-001  100.00 EUR
  Produits:Ventes
2026-02-20 * "Durand" "Facture" ^INV-002
  Actifs:Clients:Durand:INV-002  200.00 EUR
  Produits:Ventes
"""


def paid(account: str, amount: str) -> str:
    posting = f"  Actifs:Clients:Durand{account}  -{amount} EUR"
    return f'2026-03-10 * "Durand" "Virement"\n  Actifs:Banque\n{posting}\n'


@pytest.mark.parametrize(
    ("account", "amount", "left"),
    [
        (":INV-002", "200.00", {"INV-001": "100.00"}),
        (":INV-001", "100.00", {"INV-002": "200.00"}),
        (":INV-002", "50.00", {"INV-001": "100.00", "INV-002": "150.00"}),
        (":INV-002", "250.00", {"INV-001": "50.00"}),  # the rest, to the oldest due
        ("", "200.00", {"INV-002": "100.00"}),  # the account of all of them: the oldest due
    ],
)
def test_money_on_the_account_of_an_invoice_pays_that_invoice(
    tmp_path: Path, account: str, amount: str, left: dict[str, str]
) -> None:
    story = company(tmp_path, PARTS + paid(account, amount), "delai: 30\n")
    assert balances(story, DAY) == left


RETENTION = """
2010-01-01 open Actifs:Clients:Durand:Retenue
2026-01-05 * "Durand" "Facture" ^F1
  Actifs:Clients:Durand          95.00 EUR
    echeance: 2026-02-05
  Actifs:Clients:Durand:Retenue   5.00 EUR
    echeance: 2026-04-05
  Produits:Ventes
"""


@pytest.mark.parametrize("link", [" ^F1", ""], ids=["linked", "not linked"])
def test_money_on_the_account_of_an_instalment_pays_that_instalment(
    tmp_path: Path, link: str
) -> None:
    story = company(tmp_path, RETENTION + paid(":Retenue", "5.00").replace('"\n', f'"{link}\n', 1))
    assert [(c.instalment, str(c.balance)) for c in ledger_of(story, DAY).claims] == [
        (1, "95.00"),
        (2, "0.00"),
    ]


def due(day: str, more: str = "", answer: str = "Produits:Ventes") -> str:
    """F1 of 100.00 entered on 10 February."""
    said = f"  echeance: {day}\n{more}  Actifs:Clients:Durand  100.00 EUR\n  {answer}\n"
    return f'2026-02-10 * "Durand" "Facture" ^F1\n{said}'


@pytest.mark.parametrize("day", ["2025-03-10", "2026-02-09"])
def test_a_due_date_before_the_invoice_is_asked_about(tmp_path: Path, day: str) -> None:
    assert outcome(company(tmp_path, due(day)), DAY) == "echeance-avant-facture"


@pytest.mark.parametrize("day", ["2026-02-10", "2026-03-10"])
def test_a_due_date_on_the_day_of_the_invoice_is_one(tmp_path: Path, day: str) -> None:
    assert outcome(company(tmp_path, due(day)), DAY) == "relance-1"


def test_an_opening_balance_may_be_overdue(tmp_path: Path) -> None:
    """It was entered later than it was invoiced; when it says when, that must fit."""
    opening = due("2025-12-20", answer="Capitaux:Reprise")
    assert outcome(company(tmp_path, opening), DAY) == "relance-1"
    dated = due("2025-12-20", "  date-facture: 2025-12-31\n", "Capitaux:Reprise")
    (tmp_path / "b").mkdir()
    assert outcome(company(tmp_path / "b", dated), DAY) == "echeance-avant-facture"
