"""Money that the bank says came in, and that nobody has settled yet."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from relance.values.amounts import Money
from story import ONE_INVOICE, Story, company, outcome, past_letter, plan, put_into_register

DAY = "2026-03-30"
OPEN = "2010-01-01 open Actifs:Attente\n"
OTHERS = """
2026-02-20 * "Durand" "Facture" ^FA2026-0002
  echeance: 2026-03-20
  Actifs:Clients:Durand  30.00 EUR
  Produits:Ventes
2026-02-20 * "Mairie" "Facture" ^FA2026-0003
  echeance: 2026-03-20
  Actifs:Clients:Mairie  70.00 EUR
  Produits:Ventes
"""
HELD = "encaissement-a-affecter"


def received(amount: str, text: str = "VIREMENT", *lines: str, day: str = "2026-03-25") -> str:
    meta = "".join(f"  {line}\n" for line in lines)
    return (
        f'{day} ! "{text}"\n  import: "banque:1/x@2026-03-25={amount}"\n{meta}'
        f"  Actifs:Banque  {amount}\n  Actifs:Attente\n"
    )


def story_with(folder: Path, *entries: str) -> Story:
    return company(folder, OPEN + ONE_INVOICE + OTHERS + "".join(entries))


@pytest.mark.parametrize(
    ("entry", "held"),
    [
        (received("100.00 EUR"), {"F1"}),  # its balance
        (received("130.00 EUR"), {"F1", "FA2026-0002"}),  # all that its client owes
        (received("55.00 EUR", "VIR FA2026-0002"), {"FA2026-0002"}),  # it quotes it
        (received("55.00 EUR", "VIR DURAND SARL"), {"F1", "FA2026-0002"}),  # it comes from him
        (received("55.00 EUR", "VIR", 'payeur: "Durand"'), {"F1", "FA2026-0002"}),
        (received("70.00 EUR", day="2026-02-20"), {"FA2026-0003"}),  # the invoice's own day
    ],
)
def test_money_of_nobody_holds_what_it_may_pay(tmp_path: Path, entry: str, held: set[str]) -> None:
    story = story_with(tmp_path, entry)
    numbers = ("F1", "FA2026-0002", "FA2026-0003")
    assert {number for number in numbers if outcome(story, DAY, number) == HELD} == held


@pytest.mark.parametrize(
    "entry",
    [
        received("99.99 EUR"),
        received("100.00 USD"),
        received("100.00 EUR", day="2026-02-09"),  # before the invoice
        received("100.00 EUR", day="2026-03-31"),  # not yet
        received("-100.00 EUR"),
    ],
)
def test_money_of_nobody_holds_nothing_else(tmp_path: Path, entry: str) -> None:
    assert outcome(story_with(tmp_path, entry), DAY) == "relance-1"


def test_money_of_nobody_holds_what_a_letter_demanded_in_all(tmp_path: Path) -> None:
    story = story_with(tmp_path, received("141.23 EUR"))
    assert outcome(story, DAY) == "relance-1"
    letter = replace(
        past_letter("R20260317-01", "relance-1", "F1"), total=Money(Decimal("141.23"), "EUR")
    )
    put_into_register(story, "2026-03-17", [letter])
    assert outcome(story, DAY) == HELD


def test_money_taken_from_the_account_of_nobody_holds_nothing_more(tmp_path: Path) -> None:
    moved = """
2026-03-27 * "Ce n'est pas un client"
  Actifs:Attente  100.00 EUR
  Produits:Ventes
"""
    story = story_with(tmp_path, received("100.00 EUR"), moved)
    assert outcome(story, "2026-03-26") == HELD
    assert outcome(story, DAY) == "relance-1"
    story = story_with(tmp_path / "deux", received("100.00 EUR"), received("100.00 EUR"), moved)
    assert outcome(story, DAY) == HELD


def test_a_payment_come_back_of_nobody_is_told_and_holds_nothing(tmp_path: Path) -> None:
    story = story_with(tmp_path, received("-100.00 EUR", "REJET FA2026-0002"))
    (told,) = plan(story, DAY)["a_rapprocher"]
    assert told["montant"] == "-100.00"
    assert outcome(story, DAY, "FA2026-0002") == "relance-1"


def test_the_account_of_nobody_is_the_policys(tmp_path: Path) -> None:
    elsewhere = received("100.00 EUR").replace("Actifs:Attente", "Passifs:Attente")
    books = "2010-01-01 open Passifs:Attente\n" + ONE_INVOICE + elsewhere
    assert outcome(company(tmp_path / "un", books), DAY) == "relance-1"
    policy = "importer: {attente: Passifs:Attente}\n"
    assert outcome(company(tmp_path / "deux", books, policy), DAY) == HELD


def test_a_draft_of_more_than_its_invoice_can_take_holds_the_client(tmp_path: Path) -> None:
    draft = """
2026-03-25 ! "Durand" "Virement" ^F1
  import: "banque:1/x@2026-03-25={0}"
  Actifs:Banque  {0} EUR
  Actifs:Clients:Durand  -{0} EUR
"""
    exact = story_with(tmp_path / "un", draft.format("100.00"))
    assert outcome(exact, DAY, "FA2026-0002") == "relance-1"
    more = story_with(tmp_path / "deux", draft.format("100.01"))
    assert outcome(more, DAY, "FA2026-0002") == "reglement-brouillon"
    twice = story_with(tmp_path / "trois", draft.format("60.00"), draft.format("60.00"))
    assert outcome(twice, DAY, "FA2026-0002") == "reglement-brouillon"


def test_the_plan_begins_with_what_the_bank_says(tmp_path: Path) -> None:
    draft = """
2026-03-24 ! "DURAND SARL" "VIR SEPA" ^F1
  import: "banque:1/y@2026-03-24=100.00"
  rapprochement: "probable : payeur connu par son nom, et le montant est le solde de F1"
  Actifs:Banque  100.00 EUR
  Actifs:Clients:Durand  -100.00 EUR
"""
    by_hand = draft.replace("  import:", "  autre:").replace("2026-03-24", "2026-03-23")
    result = plan(story_with(tmp_path, received("12.00 EUR"), draft, by_hand), DAY)
    assert list(result)[1] == "a_rapprocher"
    known, unknown = result["a_rapprocher"]
    assert (known["date"], known["montant"], known["client"], known["factures"]) == (
        "2026-03-24",
        "100.00",
        "Durand SARL",
        ["F1"],
    )
    assert known["raison"].startswith("probable : ")
    assert (unknown["client"], unknown["compte"]) == (None, "Actifs:Attente")
