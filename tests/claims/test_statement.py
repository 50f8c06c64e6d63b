"""The account statement: rows and running balance by hand, and totals that tie with the ledger."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relance.claims.statement import AccountStatement, MovementKind, statements
from relance.values.amounts import ZERO
from story import Story, company, ledger_of

DURAND = "Actifs:Clients:Durand"


def of(story: Story, day: str, account: str = DURAND) -> tuple[AccountStatement, ...]:
    (client,) = [c for c in story.books.clients if c.account == account]
    return statements(story.books, story.policy.terms, client, date.fromisoformat(day))


def only(story: Story, day: str) -> AccountStatement:
    (statement,) = of(story, day)
    return statement


def told(statement: AccountStatement) -> list[tuple[str, str, str, str, str]]:
    """Rows as (day, kind, numbers, amount with its sign, balance)."""
    return [
        (
            str(row.date)[5:],
            str(row.kind),
            " ".join(row.numbers),
            str(row.debit - row.credit),
            str(row.balance),
        )
        for row in statement.rows
    ]


def invoice(day: str, link: str, amount: str, more: str = "") -> str:
    return f'{day} * "Facture" ^{link}{more}\n  {DURAND}  {amount}\n  Produits:Ventes\n\n'


def receipt(day: str, link: str, amount: str, against: str = "Actifs:Banque") -> str:
    return f'{day} * "Reçu" {link}\n  {DURAND}  -{amount}\n  {against}\n\n'


# The year of one client: 100 + 250 - 40 - 60 + 60 - 30 - 70 = 210, of which 30 + 70 settle F2
# down to 150 and the rejected 60 of F1 is owed again: 150 + 60 = 210.
YEAR = (
    invoice("2026-01-05", "F1", "100.00 EUR")
    + invoice("2026-02-05", "F2", "250.00 EUR")
    + receipt("2026-02-10", "^F1", "40.00 EUR")
    + receipt("2026-02-20", "^F1", "60.00 EUR")
    + f'2026-02-25 * "Rejet" ^F1\n  {DURAND}  60.00 EUR\n  Actifs:Banque\n\n'
    + receipt("2026-03-01", "^F2 #avoir", "30.00 EUR", "Produits:Ventes")
    + receipt("2026-03-02", "^F2", "70.00 EUR", "Charges:Pertes")
)


def test_every_movement_has_its_row_and_its_balance(tmp_path: Path) -> None:
    statement = only(company(tmp_path, YEAR), "2026-03-10")
    assert told(statement) == [
        ("01-05", "facture", "F1", "100.00", "100.00"),
        ("02-05", "facture", "F2", "250.00", "350.00"),
        ("02-10", "reglement", "F1", "-40.00", "310.00"),
        ("02-20", "reglement", "F1", "-60.00", "250.00"),
        ("02-25", "rejet", "F1", "60.00", "310.00"),
        ("03-01", "avoir", "F2", "-30.00", "280.00"),
        ("03-02", "abandon", "F2", "-70.00", "210.00"),
    ]
    assert [row.left for row in statement.rows[:2]] == [Decimal("60.00"), Decimal("150.00")]
    assert (statement.debits, statement.credits) == (Decimal("410.00"), Decimal("200.00"))


def test_what_is_late_and_what_falls_due_later_add_up_to_the_balance(tmp_path: Path) -> None:
    """F1 fell due on 4 February, F2 falls due on 7 March (30 days): the last day is not late."""
    story = company(tmp_path, YEAR)
    on_the_day, the_day_after = only(story, "2026-03-07"), only(story, "2026-03-08")
    assert (on_the_day.late, on_the_day.falling_due) == (Decimal("60.00"), Decimal("150.00"))
    assert (the_day_after.late, the_day_after.falling_due) == (Decimal("210.00"), ZERO)
    assert (on_the_day.undated, on_the_day.overpaid) == (ZERO, ZERO)


def test_any_past_day_has_the_balance_of_that_day(tmp_path: Path) -> None:
    story = company(tmp_path, YEAR)
    balances = {"2026-02-19": "310.00", "2026-02-20": "250.00", "2026-02-25": "310.00"}
    assert {day: str(only(story, day).balance) for day in balances} == balances
    assert of(story, "2026-01-04") == ()


def test_it_begins_at_the_oldest_open_invoice_with_what_came_before_in_one_sum(
    tmp_path: Path,
) -> None:
    """F0 is settled, F2 is open: the statement begins on the day of F2."""
    books = (
        invoice("2026-01-02", "F0", "20.00 EUR")
        + receipt("2026-01-20", "^F0", "20.00 EUR")
        + invoice("2026-02-05", "F2", "250.00 EUR")
        + receipt("2026-02-06", "^F2", "50.00 EUR")
    )
    statement = only(company(tmp_path, books), "2026-03-10").since_oldest_open()
    assert statement.opening == ZERO
    assert told(statement) == [
        ("02-05", "facture", "F2", "250.00", "250.00"),
        ("02-06", "reglement", "F2", "-50.00", "200.00"),
    ]


def test_a_settled_account_is_told_whole(tmp_path: Path) -> None:
    books = invoice("2026-01-05", "F1", "100.00 EUR") + receipt("2026-02-10", "^F1", "130.00 EUR")
    statement = only(company(tmp_path, books), "2026-03-10").since_oldest_open()
    assert len(statement.rows) == 2
    assert (statement.balance, statement.overpaid) == (Decimal("-30.00"), Decimal("30.00"))
    assert (statement.late, statement.falling_due, statement.undated) == (ZERO, ZERO, ZERO)


def test_the_opening_sum_holds_what_was_owed_before(tmp_path: Path) -> None:
    """A balance taken over without an invoice (600) is no open invoice: it comes in one sum."""
    books = (
        "2025-12-30 pad Actifs:Clients:Durand Capitaux:Reprise\n"
        "2026-01-01 balance Actifs:Clients:Durand  600.00 EUR\n\n"
        + invoice("2026-02-05", "F2", "250.00 EUR")
    )
    whole = only(company(tmp_path, books), "2026-03-10")
    assert told(whole)[0][1:] == ("reprise", "", "600.00", "600.00")
    statement = whole.since_oldest_open()
    assert (statement.opening, statement.balance) == (Decimal("600.00"), Decimal("850.00"))
    assert statement.undated == Decimal("600.00")


def test_one_transfer_for_two_invoices_is_one_row_as_on_the_bank_s_statement(
    tmp_path: Path,
) -> None:
    books = (
        invoice("2026-01-05", "F1", "100.00 EUR")
        + invoice("2026-01-06", "F2", "50.00 EUR")
        + f"""2026-02-10 * "Virement" ^F1 ^F2
  {DURAND}  -100.00 EUR
    facture: "F1"
  {DURAND}  -50.00 EUR
    facture: "F2"
  Actifs:Banque
"""
    )
    rows = told(only(company(tmp_path, books), "2026-03-10"))
    assert rows[-1] == ("02-10", "reglement", "F1 F2", "-150.00", "0.00")


def test_an_invoice_in_instalments_is_one_row_with_its_days(tmp_path: Path) -> None:
    books = f"""2026-01-05 * "Facture" ^F1
  {DURAND}  60.00 EUR
    echeance: 2026-02-04
  {DURAND}  40.00 EUR
    echeance: 2026-03-06
  Produits:Ventes
"""
    (row,) = only(company(tmp_path, books), "2026-02-10").rows
    assert (row.debit, row.dues) == (Decimal("100.00"), (date(2026, 2, 4), date(2026, 3, 6)))


def test_drafts_are_in_no_balance_and_only_payments_are_told(tmp_path: Path) -> None:
    draft = receipt("2026-02-10", "^F1", "100.00 EUR").replace(" * ", " ! ")
    more = invoice("2026-02-11", "F2", "80.00 EUR").replace(" * ", " ! ")
    books = invoice("2026-01-05", "F1", "100.00 EUR") + draft + more
    statement = only(company(tmp_path, books), "2026-03-10")
    assert statement.balance == Decimal("100.00")
    assert [(row.kind, row.credit) for row in statement.drafts] == [
        (MovementKind.PAYMENT, Decimal("100.00"))
    ]


def test_each_currency_has_its_own_statement_euros_first(tmp_path: Path) -> None:
    books = invoice("2026-01-05", "F1", "100.00 CHF") + invoice("2026-01-06", "F2", "50.00 EUR")
    both = of(company(tmp_path, books), "2026-03-10")
    assert [(s.account.currency, s.balance) for s in both] == [
        ("EUR", Decimal("50.00")),
        ("CHF", Decimal("100.00")),
    ]


def test_an_invoice_taken_over_keeps_its_number_and_its_date(tmp_path: Path) -> None:
    books = f"""2026-01-01 * "À-nouveau" ^F2025-0018
  numero: "FA 2025 018"
  date-facture: 2025-05-05
  echeance: 2025-06-04
  {DURAND}  600.00 EUR
  Capitaux:Reprise
"""
    (row,) = only(company(tmp_path, books), "2026-03-10").rows
    assert (row.numbers, row.invoiced) == (("FA 2025 018",), date(2025, 5, 5))


AMOUNTS = st.integers(1, 90_000).map(lambda cents: Decimal(cents).scaleb(-2))
SORTS = st.sampled_from(["facture", "reglement", "libre", "avoir", "rejet", "brouillon", "abandon"])


@pytest.mark.slow
@pytest.mark.parametrize("day", ["2026-01-20", "2026-02-10", "2026-12-31"])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(SORTS, AMOUNTS, st.integers(0, 3)), max_size=12))
def test_the_balance_is_the_ledger_s_at_any_day(
    tmp_path: Path, day: str, made: list[tuple[str, Decimal, int]]
) -> None:
    """The sum of all postings, drafts apart; and open claims less what was paid too much."""
    ledger, total = "", ZERO
    for n, (sort, amount, number) in enumerate(made):
        written = date(2026, 1, 2 + 3 * n) if n < 9 else date(2026, 2, 3 * n - 25)
        sign = 1 if sort in {"facture", "rejet"} else -1
        link = "" if sort == "libre" else f"^F{number}"
        tag = " #avoir" if sort == "avoir" else ""
        due = "\n  echeance: 2026-03-01" if sort == "facture" else ""
        flag = "!" if sort == "brouillon" else "*"
        against = "Charges:Pertes" if sort == "abandon" else "Actifs:Banque"
        ledger += f'{written} {flag} "x" {link}{tag}{due}\n  {DURAND}  {sign * amount} EUR\n'
        ledger += f"  {against}\n\n"
        if flag == "*" and str(written) <= day:
            total += sign * amount
    story = company(tmp_path, ledger)
    for statement in of(story, day):
        assert statement.balance == total
        assert statement.since_oldest_open().balance == total
        book = ledger_of(story, day)
        open_ = sum((claim.balance for claim in book.claims), ZERO)
        over = sum((each.amount for each in book.overpayments), ZERO)
        assert statement.balance == open_ - over
        parts = statement.late + statement.falling_due + statement.undated - statement.overpaid
        assert statement.balance == parts
        assert statement.undated >= ZERO
