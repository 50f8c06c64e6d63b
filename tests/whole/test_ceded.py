"""A receivable that was ceded is not ours: it counts nowhere that the firm asks for money.

F1, 1 000.00 EUR, and F2, 500.00 EUR, were due on 31 August 2026; on 10 September the platform says
that F2 is factored (225).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from relance.claims.instalments import Cadence
from relance.claims.on_day import OnDay
from relance.files.account import accounts
from relance.files.bad_debts import candidates
from relance.files.casefile import gather
from relance.files.plan_proposals import Wish, propose
from relance.outlook.agenda import agenda
from relance.outlook.declaration import declare
from relance.outlook.lacking import lacking
from relance.report.ageing import Column, aged_balance
from relance.report.books_by_day import BooksByDay
from relance.report.forecast import Forecaster
from relance.report.obligations import disputes, limitation_years
from relance.values.facts import Client
from relance.values.problem import Refusal
from story import Story, company, day_of, decide, outcome

BOOKS = """
2026-08-01 * "Durand" "Facture" ^F1
  echeance: 2026-08-31
  Actifs:Clients:Durand  1000.00 EUR
  Produits:Ventes

2026-08-01 * "Durand" "Facture" ^F2
  echeance: 2026-08-31
  Actifs:Clients:Durand  500.00 EUR
  Produits:Ventes

2026-09-10 note Actifs:Clients:Durand "Affacturée (225)" ^F2 #statut
  statut: "225"
"""
TAKEN_BACK = '\n2026-10-01 note Actifs:Clients:Durand "rétrocédée" ^F2 #reprise\n'
DISPUTED = '\n2026-09-12 note Actifs:Clients:Durand "Non conforme" ^F2 #litige\n'
JUDGMENT = """
2026-09-20 note Actifs:Clients:Durand "Redressement judiciaire" #procedure-collective
  jugement: 2026-09-15
  bodacc: 2026-09-18
  mandataire: "Me Odile Garance\\n1 rue Neuve\\n73000 CHAMBERY"
"""
DAY = "2026-10-20"


def story_of(root: Path, more: str = "") -> Story:
    return company(root, BOOKS + more)


def on_day(root: Path, more: str = "", day: str = DAY) -> tuple[OnDay, Client]:
    on = day_of(story_of(root, more), day)
    return on, next(c for c in on.books.clients if c.account == "Actifs:Clients:Durand")


def sum_of(on: OnDay, client: Client) -> Decimal:
    return sum((account.balance for account in accounts(on, client)), Decimal(0))


def test_the_report_counts_it_apart(tmp_path: Path) -> None:
    on, _ = on_day(tmp_path, DISPUTED)
    aged = aged_balance(on, "EUR")
    assert (aged.open, aged.balance) == (Decimal(1500), Decimal(1500))  # the accounts' balance
    assert {c: aged.column(c) for c in Column if aged.column(c)} == {
        Column.TO_60: Decimal(1000),  # 50 days late
        Column.CEDED: Decimal(500),
    }
    forecast = Forecaster(BooksByDay(on), "EUR").forecast(date(2026, 10, 20))
    sums = (forecast.ceded, forecast.unknown, forecast.disputed)
    assert sums == (Decimal(500), Decimal(1000), Decimal(0))
    assert [year.amount for year in limitation_years(on, "EUR")] == [Decimal(1000)]
    assert disputes(on, "EUR") == ()
    assert {money.number for group in lacking(on) for money in group.sums} == {Decimal(1000)}


def test_taken_back_it_counts_again(tmp_path: Path) -> None:
    on, client = on_day(tmp_path, TAKEN_BACK)
    assert aged_balance(on, "EUR").column(Column.CEDED) == 0
    assert [year.amount for year in limitation_years(on, "EUR")] == [Decimal(1500)]
    assert sum_of(on, client) == Decimal(1500)


def test_a_declaration_leaves_it_to_its_new_creditor(tmp_path: Path) -> None:
    story = story_of(tmp_path, JUDGMENT)
    assert (outcome(story, DAY, "F1"), outcome(story, DAY, "F2")) == (
        "procedure-collective",
        "cedee",
    )
    (debts,) = decide(story, DAY).declarations
    assert [money.number for money in debts.totals] == [Decimal(1000)]
    on = day_of(story, DAY)
    (declaration,) = declare(on, debts.client)
    assert [line.claim.invoice for line in declaration.letter.lines] == ["F1"]
    totals = {event.total.number for event in agenda(on, decide(story, DAY)) if event.total}
    assert totals == {Decimal(1000)}


def test_a_file_asks_for_the_rest(tmp_path: Path) -> None:
    on, client = on_day(tmp_path)
    case = gather(on, client)
    (account,) = case.accounts
    assert [line.claim.invoice for line in (*account.due, *account.later)] == ["F1"]
    assert account.balance == Decimal(1000)
    assert not any("F2" in moment.event.what for moment in case.moments)


def test_a_file_of_nothing_else_is_refused(tmp_path: Path) -> None:
    paid = (
        '\n2026-09-01 * "Durand" "Virement" ^F1\n'
        "  Actifs:Banque  1000.00 EUR\n  Actifs:Clients:Durand\n"
    )
    on, client = on_day(tmp_path, paid)
    with pytest.raises(Refusal, match="aucune créance échue et impayée"):
        gather(on, client)


def test_it_is_no_bad_debt_of_ours(tmp_path: Path) -> None:
    on, _ = on_day(tmp_path, day="2028-10-20")
    assert [candidate.claim.invoice for candidate in candidates(on)] == ["F1"]


def test_no_payment_plan_covers_it(tmp_path: Path) -> None:
    on, client = on_day(tmp_path)
    wish = Wish(client, date(2026, 11, 15), Cadence(1, months=True), count=2)
    with pytest.raises(Refusal, match="à son nouveau créancier de la recouvrer"):
        propose(on, wish)
