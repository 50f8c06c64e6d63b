"""One number in two entries: pasted twice, or given to two sales, it holds; money given back, a
credit note cancelled, an opening balance, a part that says so do not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from relance.claims.statement import statements
from story import balances, claims, company, outcome, plan, wait_of

DAY = "2026-05-29"
DATE = date.fromisoformat(DAY)
CHARGES = "2010-01-01 open Charges:Banque\n2010-01-01 open Passifs:TVA\n"


def debit(day: str, *lines: str, due: str = "", tags: str = "") -> str:
    """A debit of F1 on Durand's account, and what answers it."""
    said = f"  echeance: {due}\n" if due else ""
    return f'\n{day} * "Durand" "…" ^F1{tags}\n{said}' + "".join(f"  {line}\n" for line in lines)


SALE = ("Actifs:Clients:Durand  500.00 EUR", "Produits:Ventes")
F1 = debit("2026-02-10", *SALE, due="2026-03-10")
PAID = debit("2026-03-05", "Actifs:Banque  500.00 EUR", "Actifs:Clients:Durand")
CREDITED = debit(
    "2026-03-05", "Produits:Ventes  500.00 EUR", "Actifs:Clients:Durand", tags=" #avoir"
)


@pytest.mark.parametrize(
    "second",
    [
        F1,  # pasted twice
        debit("2026-02-10", *SALE),  # and its due date forgotten
        debit("2026-03-02", *SALE, due="2026-03-10"),
        debit("2026-03-02", *SALE, due="2026-04-10"),
        debit("2026-03-02", "Actifs:Clients:Durand  450.00 EUR", "Produits:Ventes"),
        debit("2026-03-02", "Actifs:Clients:Durand  700.00 EUR", "Produits:Ventes"),
        debit(
            "2026-03-02",
            "Actifs:Clients:Durand  120.00 EUR",
            "Produits:Ventes  -100.00 EUR",
            "Passifs:TVA  -20.00 EUR",
        ),
        debit("2026-03-02", "Actifs:Clients:Durand  500.00 EUR", "Capitaux:Reprise"),
    ],
)
@pytest.mark.parametrize("before", ["", PAID, CREDITED], ids=["open", "paid", "credited"])
def test_a_second_sale_under_one_number_holds(tmp_path: Path, second: str, before: str) -> None:
    """Whatever became of the first: what is open of either is asked of nobody."""
    ledger = CHARGES + F1 + before.replace("2026-03-05", "2026-02-20") + second
    found = plan(company(tmp_path, ledger, "delai: 30\n"), DAY)
    assert found["lettres"] == []
    assert {wait["code"] for wait in found["attentes"]} == {"doublon"}


def test_what_the_books_show_is_the_ledger_s_sum(tmp_path: Path) -> None:
    """500 + 450 less 500: 450 held, not 500 and 450."""
    sold = debit("2026-04-25", "Actifs:Clients:Durand  450.00 EUR", "Produits:Ventes")
    story = company(tmp_path, F1 + PAID + sold, "delai: 30\n")
    assert balances(story, "2026-06-15") == {"F1/2": "450.00"}


def test_the_words_name_both_lines_and_the_way_out(tmp_path: Path) -> None:
    story = company(tmp_path, F1 + F1)
    motif = next(wait for wait in plan(story, DAY)["attentes"])["motif"]
    assert motif.count("ledger/main.beancount:") == 2
    assert "tranche: TRUE" in motif


@pytest.mark.parametrize("due", ["", "2026-03-20"])
def test_a_part_that_says_so_is_another_instalment(tmp_path: Path, due: str) -> None:
    """The first is due on 10 March, the second on the 20th, or on 1 April: 2 March + 30 days."""
    part = debit("2026-03-02", "tranche: TRUE", *SALE, due=due)
    story = company(tmp_path, F1 + part, "delai: 30\n")
    assert outcome(story, "2026-04-07") == "relance-1"
    assert str(claims(story, DAY)["F1", 2].due) == (due or "2026-04-01")
    assert balances(story, DAY) == {"F1": "500.00", "F1/2": "500.00"}


@pytest.mark.parametrize(
    "back",
    [
        debit("2026-03-12", "Actifs:Clients:Durand  500.00 EUR", "Actifs:Banque"),
        debit(
            "2026-03-12",
            "Actifs:Clients:Durand  515.00 EUR",
            "Actifs:Banque  -500.00 EUR",
            "Charges:Banque  -15.00 EUR",
        ),
        debit(
            "2026-03-12",
            "Actifs:Clients:Durand  515.00 EUR",
            "Actifs:Banque  -500.00 EUR",
            "Produits:Ventes  -15.00 EUR",
        ),
    ],
)
def test_money_given_back_is_a_rejection(tmp_path: Path, back: str) -> None:
    story = company(tmp_path, CHARGES + F1 + PAID + back)
    assert outcome(story, "2026-03-17") == "relance-1"
    row = statements(story.books, None, story.books.clients[1], DATE)[0].rows[-1]
    assert row.kind == "rejet"


def test_money_given_back_from_below_a_bank_that_the_policy_names(tmp_path: Path) -> None:
    """An overdraft is a debt in the books, and a bank's account by the policy."""
    opened = "2010-01-01 open Passifs:Banque:Découvert\n"
    back = debit("2026-03-12", "Actifs:Clients:Durand  500.00 EUR", "Passifs:Banque:Découvert")
    policy = "grand-livre: {banque: {comptes: [Actifs:Banque, Passifs:Banque]}}\n"
    story = company(tmp_path, opened + F1 + PAID + back, policy)
    row = statements(story.books, None, story.books.clients[1], DATE)[0].rows[-1]
    assert row.kind == "rejet"


def test_a_rejection_with_a_due_date_is_asked_about(tmp_path: Path) -> None:
    back = debit(
        "2026-03-12", "Actifs:Clients:Durand  500.00 EUR", "Actifs:Banque", due="2026-03-31"
    )
    assert outcome(company(tmp_path, F1 + PAID + back), DAY, instalment=2) == "doublon"


def test_a_debit_moved_between_accounts_of_the_client_is_no_sale(tmp_path: Path) -> None:
    opened = "2010-01-01 open Actifs:Clients:Durand:Litiges\n"
    moved = debit(
        "2026-03-12", "Actifs:Clients:Durand:Litiges  500.00 EUR", "Actifs:Clients:Durand"
    )
    story = company(tmp_path, opened + F1 + moved)
    assert outcome(story, "2026-03-17") == "relance-1"


def test_money_given_back_when_the_invoice_was_paid_twice_is_a_refund(tmp_path: Path) -> None:
    """Paid twice, 500 given back: F1 stays paid, and nothing was rejected."""
    again = PAID.replace("2026-03-05", "2026-03-09")
    back = debit("2026-03-12", "Actifs:Clients:Durand  500.00 EUR", "Actifs:Banque")
    story = company(tmp_path, F1 + PAID + again + back)
    assert outcome(story, DAY) is None
    (told,) = statements(story.books, None, story.books.clients[1], DATE)
    assert [row.kind for row in told.rows] == ["facture", "reglement", "reglement", "remboursement"]
    assert told.balance == 0


def test_a_debit_marked_as_a_credit_note_opens_no_claim(tmp_path: Path) -> None:
    story = company(tmp_path, debit("2026-02-10", *SALE, due="2026-03-10", tags=" #avoir"))
    assert wait_of(plan(story, DAY))["code"] == "debit-inexplique"
