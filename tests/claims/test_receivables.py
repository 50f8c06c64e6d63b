"""What is open: how payments, credit notes and rejections meet invoices and their instalments."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.claims.receivables import receivables
from relance.decision.planner import make_plan
from relance.runs.pending import decide as decide_at
from relance.text.typography import ordinary
from relance.values.amounts import Money
from relance.values.facts import Books, Client
from relance.values.movement import Movement
from relance.values.problem import Refusal, Source
from relance.values.terms import Terms
from story import (
    balances,
    claims,
    company,
    day_of,
    decide,
    issue,
    ledger_of,
    only_letter,
    outcome,
    plan,
    wait_of,
)

# F1 of 100 due 10 March, F2 of 200 due 31 March, both Durand's.
TWO_INVOICES = """
2026-02-10 * "Durand" "Facture" ^F1
  echeance: 2026-03-10
  Actifs:Clients:Durand  100.00 EUR
  Produits:Ventes

2026-02-28 * "Durand" "Facture" ^F2
  echeance: 2026-03-31
  Actifs:Clients:Durand  200.00 EUR
  Produits:Ventes
"""

TWO_INSTALMENTS = """
2026-02-10 * "Durand" "Facture" ^F1
  Actifs:Clients:Durand  100.00 EUR
    echeance: 2026-03-10
  Actifs:Clients:Durand  200.00 EUR
    echeance: 2026-04-10
  Produits:Ventes
"""


def moved(day: str, amount: str, links: str = "", more: str = "") -> str:
    """A movement on Durand's account: a credit when negative."""
    return f"""
{day} * "Durand" "Mouvement" {links}
  Actifs:Clients:Durand  {amount} EUR{more}
  {"Produits:Ventes" if "#avoir" in links else "Actifs:Banque"}
"""


@pytest.mark.parametrize(
    ("story", "left"),
    [
        ("", {"F1": "100.00", "F2": "200.00"}),
        (moved("2026-03-01", "-100.00", "^F1"), {"F2": "200.00"}),
        (moved("2026-03-01", "-40.00", "^F2"), {"F1": "100.00", "F2": "160.00"}),
        # without a link: the oldest due first, and on to the next
        (moved("2026-03-01", "-40.00"), {"F1": "60.00", "F2": "200.00"}),
        (moved("2026-03-01", "-140.00"), {"F2": "160.00"}),
        # after all linked ones, whatever the order of the days
        (
            moved("2026-03-01", "-100.00") + moved("2026-03-05", "-100.00", "^F1"),
            {"F2": "100.00"},
        ),
        # a posting's own number wins over the links of its entry
        (
            moved("2026-03-01", "-40.00", "^F1 ^F2", '\n    facture: "F2"'),
            {"F1": "100.00", "F2": "160.00"},
        ),
        # one credit for two links: the oldest due first among them
        (moved("2026-03-01", "-150.00", "^F1 ^F2"), {"F2": "150.00"}),
        (moved("2026-03-01", "-150.00", "^F2 ^F1"), {"F2": "150.00"}),
        # what a linked payment leaves goes on to the oldest due: never claimed, never lost
        (moved("2026-03-01", "-130.00", "^F1"), {"F2": "170.00"}),
        # links that are no invoice's name nothing
        (moved("2026-03-01", "-40.00", "^VIR-12"), {"F1": "60.00", "F2": "200.00"}),
    ],
)
def test_imputation(tmp_path: Path, story: str, left: dict[str, str]) -> None:
    assert balances(company(tmp_path, TWO_INVOICES + story), "2026-04-15") == left


@pytest.mark.parametrize(
    ("story", "left"),
    [
        (moved("2026-03-01", "-100.00", "^F1"), {"F1/2": "200.00"}),
        (moved("2026-03-01", "-150.00", "^F1"), {"F1/2": "150.00"}),
        (moved("2026-03-01", "-30.00", "^F1"), {"F1": "70.00", "F1/2": "200.00"}),
        (moved("2026-03-01", "-300.00", "^F1"), {}),
        # 150 paid, 100 rejected: 50 stay, on the first instalment
        (
            moved("2026-03-01", "-150.00", "^F1") + moved("2026-03-12", "100.00", "^F1"),
            {"F1": "50.00", "F1/2": "200.00"},
        ),
    ],
)
def test_instalments_are_paid_in_order(tmp_path: Path, story: str, left: dict[str, str]) -> None:
    assert balances(company(tmp_path, TWO_INSTALMENTS + story), "2026-04-15") == left


def test_what_came_in_is_told_receipt_by_receipt(tmp_path: Path) -> None:
    story = company(
        tmp_path,
        TWO_INVOICES
        + moved("2026-03-01", "-30.00", "^F1")
        + moved("2026-03-02", "-20.00", "^F1 ^A1 #avoir")
        + moved("2026-03-03", "-10.00"),
    )
    receipts = claims(story, "2026-04-15")["F1", 1].receipts
    assert [(r.date.day, r.amount, r.credit_note, r.linked) for r in receipts] == [
        (1, Decimal("30.00"), False, True),
        (2, Decimal("20.00"), True, True),
        (3, Decimal("10.00"), False, False),
    ]


# ---------------------------------------------------------------- Rejections


def test_a_rejected_debit_undoes_the_latest_credit_first(tmp_path: Path) -> None:
    """100 = 30 + 70 paid; 70 rejected: the 30 of 1 March stay, the claim keeps its due date."""
    story = company(
        tmp_path,
        TWO_INVOICES
        + moved("2026-03-01", "-30.00", "^F1")
        + moved("2026-03-05", "-70.00", "^F1")
        + moved("2026-03-12", "70.00", "^F1"),
    )
    claim = claims(story, "2026-04-15")["F1", 1]
    assert [(r.date.day, r.amount) for r in claim.receipts] == [(1, Decimal("30.00"))]
    assert (claim.due, str(claim.balance), claim.rejected) == (date(2026, 3, 10), "70.00", True)
    assert [c.invoice for c in claims(story, "2026-04-15").values()].count("F1") == 1


def test_a_part_rejected_leaves_the_rest_of_that_credit(tmp_path: Path) -> None:
    story = company(
        tmp_path,
        TWO_INVOICES + moved("2026-03-01", "-100.00", "^F1") + moved("2026-03-12", "40.00", "^F1"),
    )
    claim = claims(story, "2026-04-15")["F1", 1]
    assert [r.amount for r in claim.receipts] == [Decimal("60.00")]
    assert str(claim.balance) == "40.00"


def test_before_the_rejection_the_claim_is_paid(tmp_path: Path) -> None:
    story = company(
        tmp_path,
        TWO_INVOICES + moved("2026-03-01", "-100.00", "^F1") + moved("2026-03-12", "100.00", "^F1"),
    )
    assert balances(story, "2026-03-11") == {"F2": "200.00"}
    assert balances(story, "2026-03-12") == {"F1": "100.00", "F2": "200.00"}


def test_rejected_then_paid_again(tmp_path: Path) -> None:
    story = company(
        tmp_path,
        TWO_INVOICES
        + moved("2026-03-01", "-100.00", "^F1")
        + moved("2026-03-12", "100.00", "^F1")
        + moved("2026-03-20", "-100.00", "^F1"),
    )
    claim = claims(story, "2026-04-15")["F1", 1]
    assert claim.balance == 0
    assert [r.date for r in claim.receipts] == [date(2026, 3, 20)]


def test_a_rejection_fee_is_not_claimed_as_the_invoice(tmp_path: Path) -> None:
    """100 paid, 115 taken back, the bank's 15 included: costs of recovery stay with the creditor
    (CPCE L111-8), so F1 asks for 100 however long one waits."""
    story = company(
        tmp_path,
        TWO_INVOICES + moved("2026-03-01", "-100.00", "^F1") + moved("2026-03-12", "115.00", "^F1"),
    )
    for day in ("2026-03-17", "2026-06-15"):
        asked = [
            x for letter in plan(story, day)["lettres"] for x in letter["factures"] if x["etape"]
        ]
        assert [x["solde"] for x in asked if x["facture"] == "F1"] == ["100.00"]


def test_a_rejection_fee_is_no_second_part_of_the_invoice(tmp_path: Path) -> None:
    """Nor does it number its parts anew: the fee of 15 has no due date, and comes last."""
    paid = moved("2026-03-01", "-100.00", "^F1") + moved("2026-03-12", "115.00", "^F1")
    story = company(tmp_path, TWO_INVOICES + paid)
    found = claims(story, "2026-04-15")
    assert [claims_.numbered for key, claims_ in found.items() if key[0] == "F1"] == ["F1", "F1"]
    (line, _) = only_letter(plan(story, "2026-04-07"))["factures"]
    assert (line["facture"], line["tranche"], line["solde"]) == ("F1", 1, "100.00")
    paid = moved("2026-03-01", "-300.00", "^F1") + moved("2026-03-12", "315.00", "^F1")
    story = company(tmp_path / "deux", TWO_INSTALMENTS + paid)
    parts = [claim.numbered for claim in claims(story, "2026-04-15").values()]
    assert parts == ["F1 (1/2)", "F1 (2/2)", "F1"]


def test_a_debit_that_undoes_nothing_holds_its_invoice(tmp_path: Path) -> None:
    """A payment written with the wrong sign: 100 came in, and the books say that 200 are due."""
    story = company(tmp_path, TWO_INVOICES + moved("2026-03-12", "100.00", "^F1"))
    assert outcome(story, "2026-03-11", "F1") == "apres"
    assert outcome(story, "2026-03-17", "F1") == "debit-inexplique"
    assert outcome(story, "2026-03-17", "F1", 2) == "sans-echeance"
    wait = next(w for w in plan(story, "2026-03-17")["attentes"] if w["code"] == "debit-inexplique")
    assert "un débit de 100.00 EUR sans échéance (ledger/main.beancount:" in wait["motif"]
    assert outcome(story, "2026-04-07", "F2") == "relance-1"


# 1 000 GBP, and 1 150 EUR that say nothing.
POUNDS = """
2026-02-10 * "Durand" "Facture" ^F1
  echeance: 2026-03-10
  Actifs:Clients:Durand  1000.00 GBP @ 1.15 EUR
  Produits:Ventes
"""


@pytest.mark.parametrize(
    ("links", "more", "expected"),
    [
        ("", "", "autre-devise"),
        ("", "2026-02-11", "relance-1"),  # it paid an invoice of its own currency
        ("^D7", "", "relance-1"),  # it says what it is for
    ],
)
def test_money_of_another_currency_that_names_nothing_may_have_paid(
    tmp_path: Path, links: str, more: str, expected: str
) -> None:
    other = moved(more, "1150.00", "^F9", "\n    echeance: 2026-12-31") if more else ""
    story = company(tmp_path, POUNDS + other + moved("2026-03-05", "-1150.00", links))
    assert outcome(story, "2026-03-17") == expected


@pytest.mark.parametrize("amount", ["100.005", "0.001", "1" + 15 * "0", 40 * "9"])
def test_a_note_tells_whole_cents(tmp_path: Path, amount: str) -> None:
    note = f"""
2026-03-01 note Actifs:Clients:Durand "Conteste" #litige ^F1
  montant: {amount} EUR
"""
    with pytest.raises(Refusal, match="« montant » n'est pas une somme au centime"):
        plan(company(tmp_path, TWO_INVOICES + note), "2026-03-17")


@pytest.mark.parametrize(
    ("named", "held"),
    [("^F1", {"F1"}), ("^F1 #avoir", {"F1"}), ("", {"F1", "F2"}), ("^F9", {"F1", "F2"})],
)
def test_money_dated_later_holds_what_it_may_pay(
    tmp_path: Path, named: str, held: set[str]
) -> None:
    """Money of 5 March 2026, entered under 2027; F9 is no invoice of Durand's."""
    story = company(tmp_path, TWO_INVOICES + moved("2027-03-05", "-100.00", named))
    plan_of_the_run = make_plan(day_of(story, "2026-03-17").foreseeing())
    waits = {(w.claim.invoice, w.code) for w in plan_of_the_run.waits}
    assert {(name, "reglement-a-venir") for name in held} == {
        wait for wait in waits if wait[1] == "reglement-a-venir"
    }
    cited = {line.claim.invoice for x in plan_of_the_run.letters for line in x.lines if line.step}
    assert not cited & held


def test_a_day_of_the_past_is_replayed_without_later_money(tmp_path: Path) -> None:
    """Planned on 18 March for the 17th, it was known; planned since, it was not, but is told."""
    story = company(tmp_path, TWO_INVOICES + moved("2026-03-20", "-100.00", "^F1"))
    day = date(2026, 3, 17)
    own, since = (decide_at(story.facts, day, (), today) for today in (day, date(2026, 3, 21)))
    assert not [line for x in own.letters for line in x.demanded if line.claim.invoice == "F1"]
    assert [line for x in since.letters for line in x.demanded if line.claim.invoice == "F1"]
    assert (own.foreseen, since.foreseen) == (True, False)


def test_a_payment_dated_after_the_day_is_told_beside_the_letter(tmp_path: Path) -> None:
    """The year is a slip of the pen; the books at the day know nothing of it."""
    story = company(tmp_path, TWO_INVOICES + moved("2027-03-05", "-100.00", "^F1"))
    decided = decide(story, "2026-03-17")
    assert [letter.total for letter in decided.letters] == [Money(Decimal("100.00"), "EUR")]
    (warning,) = decided.warnings
    assert ordinary(warning.what) == "règlement daté du 5 mars 2027, après cette relance : F1"
    assert decide(story, "2026-02-20").warnings == ()


def test_a_debit_with_its_own_due_date_is_no_rejection(tmp_path: Path) -> None:
    """A second instalment written in an entry of its own, which says so."""
    story = company(
        tmp_path,
        TWO_INVOICES
        + moved("2026-03-01", "-100.00", "^F1")
        + moved("2026-03-12", "50.00", "^F1", "\n    echeance: 2026-04-01\n    tranche: TRUE"),
    )
    assert balances(story, "2026-04-15") == {"F1/2": "50.00", "F2": "200.00"}


# ---------------------------------------------------------------- Credit notes, overpayments


def test_a_credit_note_above_the_invoice_is_an_overpayment(tmp_path: Path) -> None:
    story = company(tmp_path, TWO_INVOICES[: TWO_INVOICES.index("2026-02-28")])
    story.add(moved("2026-03-01", "-120.00", "^F1 ^A1 #avoir"))
    told = ledger_of(story, "2026-04-15")
    assert [(o.client.name, o.amount, o.currency) for o in told.overpayments] == [
        ("Durand SARL", Decimal("20.00"), "EUR")
    ]


@pytest.mark.parametrize("links", ["^F1", ""])
def test_an_overpayment_is_reported_never_dunned(tmp_path: Path, links: str) -> None:
    story = company(tmp_path, TWO_INVOICES[: TWO_INVOICES.index("2026-02-28")])
    story.add(moved("2026-03-01", "-130.00", links))
    result = plan(story, "2026-04-15")
    assert result["lettres"] == []
    assert any("30,00" in text and "Durand" in text for text in result["avertissements"])


def test_a_client_who_only_paid_in_advance_gets_nothing(tmp_path: Path) -> None:
    result = plan(company(tmp_path, moved("2026-03-01", "-50.00")), "2026-04-15")
    assert result["lettres"] == [] and result["attentes"] == []
    assert any("50,00" in text for text in result["avertissements"])


def test_a_write_off_closes_the_claim(tmp_path: Path) -> None:
    story = company(tmp_path, TWO_INVOICES)
    story.add("""
2026-03-01 * "Durand" "Abandon" ^F1
  Actifs:Clients:Durand  -100.00 EUR
  Charges:Pertes
""")
    assert balances(story, "2026-04-15") == {"F2": "200.00"}


# ---------------------------------------------------------------- Boundaries


def test_an_unlinked_credit_stays_with_its_client(tmp_path: Path) -> None:
    story = company(tmp_path, TWO_INVOICES)
    story.add(moved("2026-03-01", "-100.00").replace("Clients:Durand", "Clients:Mairie"))
    assert balances(story, "2026-04-15") == {"F1": "100.00", "F2": "200.00"}


def test_an_unlinked_credit_stays_in_its_currency(tmp_path: Path) -> None:
    """50 USD against claims of 300 EUR and 60 USD: 10 USD are left, the euros untouched."""
    dollars = moved("2026-02-10", "60.00", "^F3", "\n    echeance: 2026-03-10").replace(
        " EUR", " USD"
    )
    credit = moved("2026-03-01", "-50.00").replace(" EUR", " USD")
    story = company(tmp_path, TWO_INVOICES + dollars + credit)
    assert balances(story, "2026-04-15") == {"F1": "100.00", "F2": "200.00", "F3": "10.00"}


def test_a_debit_with_two_numbers_waits(tmp_path: Path) -> None:
    """Which of the two is it? Asking costs a line, guessing a wrong letter."""
    story = company(tmp_path, TWO_INVOICES.replace("^F1", "^F1 ^F7"))
    (wait,) = [w for w in plan(story, "2026-04-15")["attentes"] if w["code"] == "sans-numero"]
    assert wait["solde"] == "100.00"


def test_a_payment_that_names_another_clients_invoice_pays_nobody_silently(tmp_path: Path) -> None:
    """The mairie's 100 name F1, which is Durand's: told, and F1 is not dunned meanwhile."""
    story = company(tmp_path, TWO_INVOICES)
    story.add(moved("2026-03-01", "-100.00", "^F1").replace("Clients:Durand", "Clients:Mairie"))
    result = plan(story, "2026-03-17")
    assert "F1" in str([*result["avertissements"], *[w["motif"] for w in result["attentes"]]])
    assert outcome(story, "2026-03-17") == "numero-en-double"


def test_an_excluded_invoice_waits_alone(tmp_path: Path) -> None:
    story = company(
        tmp_path,
        TWO_INVOICES.replace("  echeance: 2026-03-10", "  relance: FALSE\n  echeance: 2026-03-10"),
    )
    result = plan(story, "2026-04-15")
    assert wait_of(result, "F1")["code"] == "exclu"
    assert outcome(story, "2026-04-15", "F2") == "relance-1"


def test_two_lines_of_one_invoice_on_one_day_are_owed_together(tmp_path: Path) -> None:
    """Goods and carriage on two debit postings, one due date for the entry: 130 in all."""
    story = company(tmp_path, "")
    story.add("""
2026-02-10 * "Durand" "Facture" ^F1
  echeance: 2026-03-10
  Actifs:Clients:Durand  100.00 EUR
  Actifs:Clients:Durand   30.00 EUR
  Produits:Ventes
""")
    (letter,) = plan(story, "2026-03-17")["lettres"]
    assert letter["total"] == "130.00"


# ---------------------------------------------------------------- Rules without exception

DURAND = Client("Actifs:Clients:Durand", "Durand", Source("x"))
DAY = date(2026, 6, 1)

amounts = st.integers(-300, 300).filter(bool).map(lambda cents: Decimal(cents).scaleb(-1))
numbers = st.sampled_from([(), ("F1",), ("F2",), ("F1", "F2")])
days = st.integers(0, 90).map(lambda n: date(2026, 2, 1) + timedelta(n))


@st.composite
def movement(draw: st.DrawFn) -> Movement:
    day, number = draw(days), draw(amounts)
    own = draw(st.none() | days) if number > 0 else None
    return Movement(
        date=day,
        account=DURAND.account,
        number=number,
        currency="EUR",
        source=Source("x"),
        invoices=draw(numbers),
        credit_note=number < 0 and draw(st.booleans()),
        own_due=own,
        entry=draw(st.integers(1, 5)),
    )


@given(st.lists(movement(), max_size=8))
def test_every_cent_is_somewhere(movements: list[Movement]) -> None:
    """What is open less what is overpaid is the ledger's balance, and nothing is paid twice."""
    placed = [replace(m, source=Source("x", line)) for line, m in enumerate(movements, 1)]
    ordered = sorted(placed, key=lambda m: (m.date, m.source))
    told = receivables(Books((DURAND,), tuple(ordered)), Terms(30), DAY)
    owed = sum((claim.balance for claim in told.claims), Decimal(0))
    over = sum((o.amount for o in told.overpayments), Decimal(0))
    assert owed - over == sum((m.number for m in movements), Decimal(0))
    assert all(0 <= claim.balance <= claim.amount for claim in told.claims)
    assert all(receipt.amount > 0 for claim in told.claims for receipt in claim.receipts)


def test_a_draft_payment_whose_link_is_no_invoice_holds_the_client(tmp_path: Path) -> None:
    draft = moved("2026-03-01", "-100.00", "^VIR-77").replace("2026-03-01 *", "2026-03-01 !")
    story = company(tmp_path, TWO_INVOICES + draft)
    assert plan(story, "2026-03-17")["lettres"] == []


def test_a_corrected_due_date_leaves_each_instalment_its_steps(tmp_path: Path) -> None:
    """400 due first had its letters; moved behind the 600 it keeps them, and the 600 starts."""
    ledger = """
2026-01-01 * "Facture" ^F1
  Actifs:Clients:Durand  400.00 EUR
    echeance: 2026-02-02
  Actifs:Clients:Durand  600.00 EUR
    echeance: 2026-03-10
  Produits:Ventes
"""
    story = company(tmp_path, ledger)
    issue(story, "2026-02-10")
    story.replace("echeance: 2026-02-02", "echeance: 2026-03-12")
    result = plan(story, "2026-03-27")
    steps = {x["solde"]: x["etape"] for x in only_letter(result)["factures"]}
    assert steps == {"400.00": "relance-2", "600.00": "relance-1"}


def test_a_numbered_pad_and_the_credit_that_names_it_are_no_claim(tmp_path: Path) -> None:
    """An entry flagged P is a balance without an invoice, whatever its link; what names it is
    money without a reference."""
    padded = """
2026-02-10 P "Reprise" ^F1
  Actifs:Clients:Durand  100.00 EUR
  Capitaux:Reprise
2026-02-20 * "Virement" ^F1
  Actifs:Clients:Durand  -30.00 EUR
  Actifs:Banque
"""
    story = company(tmp_path, padded)
    assert balances(story, "2026-04-01") == {}
    (over,) = ledger_of(story, "2026-04-01").overpayments
    assert str(over.amount) == "30.00"
