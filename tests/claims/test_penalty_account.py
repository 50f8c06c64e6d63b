"""The penalty account of an invoice, by hand: accrued, demanded, paid, given up, left."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from relance.claims.penalties import Penalties, shares
from relance.claims.penalty_account import PenaltyAccount
from relance.decision.planner import make_plan
from relance.files.explanation import explain
from relance.text.typography import ordinary
from relance.values.amounts import Money
from story import (
    EVERY_DAY,
    Story,
    company,
    day_of,
    issue,
    only_letter,
    outcome,
    past_letter,
    plan,
    posted,
)

# 1 500 owed by a trader since 1 July: 12.40 % since then, so 0.509589 a day.
INVOICE = """
2026-06-01 * "Durand" "Facture" ^F1
  echeance: 2026-07-01
  Actifs:Clients:Durand  1500.00 EUR
  Produits:Ventes
"""
OTHER = """
2026-08-20 * "Durand" "Facture" ^F2
  echeance: 2026-12-31
  Actifs:Clients:Durand  300.00 EUR
  Produits:Ventes
"""
INCOME = "\n2010-01-01 open Produits:Penalites-de-retard\n"
RUNS = ("2026-07-08", "2026-07-16", "2026-07-31")  # relance-1, relance-2, the formal notice
WAIVER = '\n2026-08-20 note Actifs:Clients:Durand "Geste" ^F1 #abandon-penalites\n'


def paid(day: str, amount: str, link: str = " ^F1") -> str:
    return f"""
{day} * "Durand" "Virement"{link}
  Actifs:Banque           {amount} EUR
  Actifs:Clients:Durand  -{amount} EUR
"""


def booked(amount: str, day: str = "2026-08-05") -> str:
    return f"""
{day} * "Durand" "Pénalités" ^F1
  Actifs:Clients:Durand           {amount} EUR
  Produits:Penalites-de-retard   -{amount} EUR
"""


def dunned(tmp_path: Path, ledger: str = "", policy: str = "", client: str = "Durand") -> Story:
    """A company whose formal notice of 31 July was received on 3 August."""
    story = company(tmp_path, INVOICE.replace("Durand", client) + ledger, f"{EVERY_DAY}{policy}\n")
    for day in RUNS:
        issue(story, day)
    posted(story, "R20260731-01", "2026-08-01", "2026-08-03")
    return story


def account(story: Story, day: str, currency: str = "") -> PenaltyAccount:
    on = day_of(story, day)
    claim = next(claim for claim in on.claims if claim.invoice == "F1" and claim.due)
    return on.penalties.of(claim, currency)


def sums(story: Story, day: str) -> list[str]:
    """Accrued, demanded, paid, waived, left."""
    of = account(story, day)
    assert of.demanded == of.paid + of.waived + of.left
    parts = (of.accrued, of.demanded, of.paid, of.waived, of.left)
    return [f"{part.total:.2f}" for part in parts]


def test_from_the_letter_to_its_end(tmp_path: Path) -> None:
    """15 d: 7.64; 30 d: 15.29; 40 d: 20.38; each with 40. A notice demands once it is posted;
    what ran since it is not asked: the client paid what the letter said, or less."""
    story = dunned(tmp_path, paid("2026-08-10", "1500.00") + paid("2026-09-01", "55.29"))
    assert sums(story, "2026-07-15") == ["47.13", "0.00", "0.00", "0.00", "0.00"]
    assert sums(story, "2026-07-16") == ["47.64", "47.64", "0.00", "0.00", "47.64"]
    assert sums(story, "2026-07-31") == ["55.29", "47.64", "0.00", "0.00", "47.64"]
    assert sums(story, "2026-08-01") == ["55.80", "55.29", "0.00", "0.00", "55.29"]
    assert sums(story, "2026-08-10") == ["60.38", "55.29", "0.00", "0.00", "55.29"]
    assert sums(story, "2026-08-31") == ["60.38", "55.29", "0.00", "0.00", "55.29"]
    assert sums(story, "2026-09-01") == ["60.38", "55.29", "55.29", "0.00", "0.00"]
    assert [demand.letter for demand in account(story, "2026-09-01").demands] == [
        "R20260716-01",
        "R20260731-01",
    ]


def test_what_the_letter_asks_paid_at_once(tmp_path: Path) -> None:
    story = dunned(tmp_path, paid("2026-08-10", "1555.29"))
    assert sums(story, "2026-08-10") == ["60.38", "55.29", "55.29", "0.00", "0.00"]
    assert account(story, "2026-08-10").settled_on


def test_money_to_the_cent_of_a_letter_stays_with_it(tmp_path: Path) -> None:
    """A later invoice takes nothing of what paid the letter, with or without a reference; any
    other surplus pays what else is owed first, as before."""
    for number, (link, amount, left) in enumerate(
        ((" ^F1", "1555.29", "300.00"), ("", "1555.29", "300.00"), (" ^F1", "1550.00", "250.00"))
    ):
        story = dunned(tmp_path / str(number), paid("2026-08-10", amount, link) + OTHER)
        (other,) = (c for c in day_of(story, "2026-08-20").claims if c.invoice == "F2")
        assert str(other.balance) == left
    assert sums(story, "2026-08-19")[2:] == ["50.00", "0.00", "5.29"]
    assert sums(story, "2026-08-20")[2:] == ["0.00", "0.00", "55.29"]


def test_interest_first_shows_one_line(tmp_path: Path) -> None:
    """1 000 on 31 July, 30 d: 15.29 of interest first, 984.71 of 1 500: 515.29 left. Then 31 d
    to 31 August on 515.29: 5.43. The ledger: 500 + 15.29 + 5.43 = 515.29 + 5.43."""
    story = dunned(tmp_path, paid("2026-07-31", "1000.00"))
    of = account(story, "2026-08-31")
    assert f"{of.balance:.2f} {of.set_off:.2f}" == "500.00 15.29"
    assert [f"{x:.2f}" for x in (of.principal, of.interest, of.due.fee)] == [
        "515.29",
        "5.43",
        "40.00",
    ]
    first = dunned(
        tmp_path / "2", paid("2026-07-31", "1000.00"), "penalites: {imputation: principal}"
    )
    of = account(first, "2026-08-31")
    assert f"{of.principal:.2f} {of.set_off:.2f}" == "500.00 0.00"


def test_what_is_booked_is_not_counted_twice(tmp_path: Path) -> None:
    """A debit against income from penalties is no sale, holds nothing and is not dunned; what
    pays it pays the account."""
    story = dunned(tmp_path, INCOME + booked("55.29") + paid("2026-08-10", "1555.29"))
    assert outcome(story, "2026-08-08") != "doublon"
    waits = {(w["facture"], w["tranche"]): w["code"] for w in plan(story, "2026-08-08")["attentes"]}
    assert waits["F1", 2] == "penalites"
    assert sums(story, "2026-08-09") == ["59.87", "55.29", "0.00", "0.00", "55.29"]
    assert sums(story, "2026-08-10") == ["60.38", "55.29", "55.29", "0.00", "0.00"]
    assert day_of(story, "2026-08-10").receivables.overpayments == ()


def test_booked_penalties_given_back_or_written_off(tmp_path: Path) -> None:
    back = booked("-55.29", "2026-08-12").replace("--", "")
    story = dunned(tmp_path, INCOME + booked("55.29") + paid("2026-08-10", "1500.00") + back)
    assert sums(story, "2026-08-12")[2:] == ["0.00", "55.29", "0.00"]
    loss = """
2026-08-12 * "Durand" "Perte" ^F1
  Charges:Pertes          55.29 EUR
  Actifs:Clients:Durand
"""
    lost = dunned(tmp_path / "2", INCOME + booked("55.29") + paid("2026-08-10", "1500.00") + loss)
    assert sums(lost, "2026-08-12")[2:] == ["0.00", "55.29", "0.00"]


@pytest.mark.parametrize("client", ["  Actifs:Clients:Durand  -1500.00 EUR\n", ""])
def test_income_received_beside_the_account(tmp_path: Path, client: str) -> None:
    """With the payment, or alone under the invoice's number."""
    received = f"""
2026-08-10 * "Durand" "Virement" ^F1
  Actifs:Banque                  {"1555.29" if client else "55.29"} EUR
{client}  Produits:Penalites-de-retard    -55.29 EUR
"""
    story = dunned(tmp_path, INCOME + received)
    assert sums(story, "2026-08-10")[1:] == ["55.29", "55.29", "0.00", "0.00"]
    if not client:
        assert sums(story, "2026-08-31") == ["71.08", "55.29", "55.29", "0.00", "0.00"]


@pytest.mark.parametrize(
    ("policy", "income", "left"),
    [
        ("", "Penalites-de-retard", "0.00"),  # its name says so
        ("", "Divers", "55.29"),
        ("penalites: {comptes: [Produits:Divers]}", "Divers", "0.00"),
        ("penalites: {comptes: [Produits:Divers]}", "Divers:Clients", "0.00"),
        ("penalites: {comptes: [Produits:Divers]}", "Penalites-de-retard", "55.29"),
    ],
)
def test_the_accounts_of_penalties_are_those_that_the_policy_names(
    tmp_path: Path, policy: str, income: str, left: str
) -> None:
    """1 555.29 come in, 1 500 of them for the invoice: the rest pays what the notice demanded when
    its account is one of penalties."""
    opened = "".join(
        f"2010-01-01 open Produits:{name}\n"
        for name in ("Penalites-de-retard", "Divers", "Divers:Clients")
    )
    received = f"""
2026-08-10 * "Durand" "Virement" ^F1
  Actifs:Banque           1555.29 EUR
  Actifs:Clients:Durand  -1500.00 EUR
  Produits:{income}  -55.29 EUR
"""
    story = dunned(tmp_path, f"\n{opened}{received}", policy)
    assert account(story, "2026-08-10").left.total == Decimal(left)


def test_a_letter_asks_only_what_was_not_paid(tmp_path: Path) -> None:
    """7.64 and 40 paid after relance-2, as income alone: the notice asks 15.29 - 7.64."""
    story = company(tmp_path, INVOICE + INCOME, EVERY_DAY)
    for day in RUNS[:2]:
        issue(story, day)
    story.add(
        """
2026-07-20 * "Durand SARL" "Pénalités"
  Actifs:Banque                 47.64 EUR
  Produits:Penalites-de-retard
"""
    )
    letter = only_letter(plan(story, RUNS[2]))
    asked = (letter["penalites"], letter["indemnite"], letter["total"])
    assert asked == ("7.65", "0.00", "1507.65")


def test_a_waiver_ends_the_account(tmp_path: Path) -> None:
    """Given up on 20 August: nothing accrues, nothing is asked, and what comes in later is too
    much paid."""
    story = dunned(tmp_path, WAIVER + paid("2026-09-01", "1555.80"))
    assert sums(story, "2026-08-19")[1:] == ["55.29", "0.00", "0.00", "55.29"]
    assert sums(story, "2026-08-20")[1:] == ["55.29", "0.00", "55.29", "0.00"]
    assert sums(story, "2026-09-02")[1:] == ["55.29", "0.00", "55.29", "0.00"]
    on = day_of(story, "2026-08-31")
    (claim,) = on.open
    assert not on.bears_interest(claim)


def test_a_private_person_owes_what_runs_from_the_notice(tmp_path: Path) -> None:
    """2.75 %, from 4 August (received on the 3rd): 0.113014 a day. The notice gives 15 days, to
    the 18th: paid by then, nothing is asked; on 2 September, 30 d: 3.39, and never a fee."""
    payment = paid("2026-09-02", "1500.00").replace("Durand", "Martin")
    story = dunned(tmp_path, payment, client="Martin")
    assert sums(story, "2026-08-18")[1:] == ["0.00", "0.00", "0.00", "0.00"]
    assert sums(story, "2026-09-02") == ["3.39", "3.39", "0.00", "0.00", "3.39"]
    assert account(story, "2026-12-31").accrued.fee == 0


def test_expliquer_tells_the_account(tmp_path: Path) -> None:
    """In place of a bare « soldée »."""
    story = dunned(tmp_path, paid("2026-08-10", "1500.00"))
    on = day_of(story, "2026-08-12")
    told = explain(on, "F1", make_plan(on))
    left = "55,29 € (pénalités 15,29 €, indemnité 40,00 €)"
    account, *demands = [ordinary(line) for line in told.facts[-3:]]
    assert account.endswith(
        "courues ; demandé 55,29 €, reçu 0,00 €, abandonné 0,00 €, reste 55,29 €"
    )
    assert demands[1] == f"R20260731-01 du 31 juillet 2026 en demandait {left}"
    (decision,) = map(ordinary, told.decisions)
    assert decision == (
        f"F1 : soldée le 10 août 2026 ; reste {left} de pénalités demandées : à abandonner, ou à "
        "demander (penalites.reliquat) (relance noter --abandon-penalites F1)"
    )


def test_an_older_register_tells_sums_alone() -> None:
    """10.01 shared as 2 to 1 to the cent, one fee for each invoice."""
    citations = past_letter("R20260731-01", "relance-2", "F1", "F2").citations
    old = replace(
        past_letter("R20260731-01", "relance-2"),
        interest=Money(Decimal("10.01"), "EUR"),
        fee=Money(Decimal(80), "EUR"),
    )
    first, second = shares(old, citations, [Decimal(2), Decimal(1)])
    assert (first, second) == (
        Penalties(Decimal("6.67"), Decimal(40)),
        Penalties(Decimal("3.34"), Decimal(40)),
    )


def test_a_waiver_names_its_invoices(tmp_path: Path) -> None:
    story = company(tmp_path, INVOICE + WAIVER.replace("^F1 ", ""))
    with pytest.raises(Exception, match="ne nomme aucune facture"):
        day_of(story, "2026-08-20")
