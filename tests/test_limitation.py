"""Limitation dates, each one counted by hand from the calendar."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from relance.claims import Claim, Receipt
from relance.company import read_company
from relance.explain import explain
from relance.limitation import Act, acts, add_months, declaration_deadline, limitation
from relance.model import Client, DebtorType
from relance.plan import make_plan
from relance.problem import Source
from stories import Story, claims, company, issue, posted

HERE = Source("ledger/main.beancount", 1)


def day(text: str) -> date:
    return date.fromisoformat(text)


def claim(
    debtor: DebtorType | None,
    invoiced: str,
    due: str = "2030-01-01",
    service: str = "",
    receipts: tuple[Receipt, ...] = (),
) -> Claim:
    client = Client("Actifs:Clients:A", "A", HERE, debtor=debtor)
    return Claim(
        client=client,
        invoice="F1",
        label="F1",
        instalment=1,
        instalments=1,
        amount=Decimal(100),
        currency="EUR",
        invoiced=day(invoiced),
        due=day(due),
        source=HERE,
        receipts=receipts,
        service=day(service) if service else None,
    )


PRO, PUBLIC, CONSUMER, OTHER = (
    DebtorType.PROFESSIONAL,
    DebtorType.PUBLIC,
    DebtorType.CONSUMER,
    DebtorType.OTHER,
)


@pytest.mark.parametrize(
    ("debtor", "invoiced", "due", "service", "last", "basis"),
    [
        (PRO, "2026-02-10", "2026-03-12", "", "2031-02-10", "la facture"),
        (OTHER, "2026-02-10", "2026-03-12", "", "2031-02-10", "la facture"),
        (CONSUMER, "2026-02-10", "2026-03-12", "", "2028-02-10", "la facture"),
        # The work was done before it was invoiced: the invoice's date gains nothing.
        (PRO, "2026-02-10", "2026-03-12", "2026-01-20", "2031-01-20", "la prestation"),
        # A deposit due before the invoice, or a service still to come.
        (PRO, "2026-02-10", "2026-02-01", "", "2031-02-01", "l'échéance"),
        (PRO, "2026-02-10", "2026-03-12", "2026-04-02", "2031-02-10", "la facture"),
        # From the 1 January that follows: the years 2027 to 2030, whole.
        (PUBLIC, "2026-02-10", "2026-03-12", "", "2030-12-31", "la facture"),
        (PUBLIC, "2026-12-31", "2027-01-30", "", "2030-12-31", "la facture"),
        (PUBLIC, "2027-01-05", "2027-02-04", "2026-12-28", "2030-12-31", "la prestation"),
        # There is no 29 February five years, or two, after a leap year's.
        (PRO, "2024-02-29", "2024-03-30", "", "2029-02-28", "la facture"),
        (CONSUMER, "2024-02-29", "2024-03-30", "", "2026-02-28", "la facture"),
    ],
)
def test_the_last_day(
    debtor: DebtorType, invoiced: str, due: str, service: str, last: str, basis: str
) -> None:
    found = limitation(claim(debtor, invoiced, due, service))
    assert found is not None
    assert (found.original, found.moved, found.date) == (day(last), None, day(last))
    assert found.basis == basis


def test_an_unknown_debtor_has_none() -> None:
    assert limitation(claim(None, "2026-02-10")) is None


@pytest.mark.parametrize(
    ("debtor", "events", "moved"),
    [
        (PRO, ["2027-05-03"], "2032-05-03"),
        (CONSUMER, ["2026-05-03"], "2028-05-03"),
        (PUBLIC, ["2027-05-03"], "2031-12-31"),
        (PUBLIC, ["2026-05-03"], None),  # the same 1 January follows
        (CONSUMER, ["2028-02-10"], "2030-02-10"),  # on the very last day
        (CONSUMER, ["2028-02-11"], None),  # a day too late revives nothing
        (CONSUMER, ["2029-06-01", "2027-12-01"], "2031-06-01"),  # the first opens for the second
        (CONSUMER, ["2026-01-05"], None),  # before the debt was born
    ],
)
def test_an_act_moves_it(debtor: DebtorType, events: list[str], moved: str | None) -> None:
    owed = claim(debtor, "2026-02-10", "2026-03-12")
    found = limitation(owed, [Act(day(event), "la reconnaissance") for event in events])
    assert found is not None
    assert found.moved == (day(moved) if moved else None)
    assert found.original == (day("2030-12-31") if debtor is PUBLIC else found.original)


def test_both_dates_are_told() -> None:
    owed = claim(PRO, "2026-02-10", "2026-03-12")
    found = limitation(owed, [Act(day("2027-05-03"), "le règlement")])
    assert str(found).replace("\u00a0", " ") == (
        "3 mai 2032 depuis le règlement du 3 mai 2027 ; à l'origine 10 février 2031 "
        "(5 ans, C. com. L110-4, depuis la facture du 10 février 2026)"
    )


# ---------------------------------------------------------------- What the ledger records

LEDGER = """
2026-02-10 * "Durand" "Facture" ^F1
  echeance: 2026-03-10
  Actifs:Clients:Durand  100.00 EUR
  Produits:Ventes

2026-02-11 * "Mairie" "Facture" ^F2
  echeance: 2026-03-11
  Actifs:Clients:Mairie  100.00 EUR
  Produits:Ventes
"""


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return company(tmp_path, LEDGER)


def moved_by(story: Story, at: str, invoice: str = "F1") -> list[tuple[str, str]]:
    found = acts(claims(story, at)[invoice, 1], story.books, day(at))
    return [(str(act.date), act.what) for act in found]


def payment(date_: str, link: str, tag: str = "") -> str:
    return (
        f'\n{date_} * "Durand" "Virement" {link} {tag}\n'
        "  Actifs:Banque  10.00 EUR\n  Actifs:Clients:Durand\n"
    )


def test_a_payment_that_names_the_invoice_moves_it(story: Story) -> None:
    story.add(payment("2026-05-04", "^F1"))
    assert moved_by(story, "2026-06-01") == [("2026-05-04", "le règlement")]


def test_a_payment_we_imputed_ourselves_acknowledges_nothing(story: Story) -> None:
    story.add(payment("2026-05-04", ""))
    assert claims(story, "2026-06-01")["F1", 1].balance == 90
    assert moved_by(story, "2026-06-01") == []


def test_a_credit_note_is_the_creditor_s_own_act(story: Story) -> None:
    story.add(payment("2026-05-04", "^F1", "#avoir"))
    assert claims(story, "2026-06-01")["F1", 1].balance == 90
    assert moved_by(story, "2026-06-01") == []


def test_an_acknowledgement_counts_once_it_is_written(story: Story) -> None:
    story.add('\n2026-05-04 note Actifs:Clients:Durand "Reconnaît" #reconnaissance ^F1\n')
    assert moved_by(story, "2026-05-03") == []
    assert moved_by(story, "2026-05-04") == [("2026-05-04", "la reconnaissance")]
    assert moved_by(story, "2026-05-04", "F2") == []


def test_a_written_demand_counts_against_a_public_body_once_it_left(story: Story) -> None:
    letters = issue(story, "2026-03-18")["lettres"]
    ids = {letter["compte"].rpartition(":")[2]: letter["id"] for letter in letters}
    assert moved_by(story, "2026-06-01", "F2") == []
    posted(story, ids["Mairie"], "2026-03-19")
    posted(story, ids["Durand"], "2026-03-19")
    assert moved_by(story, "2026-06-01", "F2") == [("2026-03-19", f"la demande {ids['Mairie']}")]
    assert moved_by(story, "2026-06-01", "F1") == []


def test_expliquer_tells_it_for_open_claims(story: Story) -> None:
    facts = read_company(story.root)
    plan = make_plan(facts.policy, facts.books, day("2026-06-01"))
    (told,) = [f for f in explain(facts, "F1", plan).facts if "prescription" in f]
    assert told.replace("\u00a0", " ") == (
        "F1 : prescription 10 février 2031 (5 ans, C. com. L110-4, depuis la facture du "
        "10 février 2026) (calcul, à vérifier)"
    )


# ---------------------------------------------------------------- Months


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-10-06", 2, "2026-12-06"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2027-12-31", 2, "2028-02-29"),
        ("2026-11-30", 1, "2026-12-30"),
        ("2026-01-15", 12, "2027-01-15"),
    ],
)
def test_months_end_on_the_same_number(start: str, months: int, end: str) -> None:
    assert add_months(day(start), months) == day(end)


def test_the_declaration_has_two_months_and_four_abroad() -> None:
    assert declaration_deadline(day("2026-10-31")) == day("2026-12-31")
    assert declaration_deadline(day("2026-10-31"), abroad=True) == day("2027-02-28")
