"""What a line of the bank is taken for, case by case: each row of the table of grades, and what
must not pass for it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from relance.incoming.bank_statement import BankLine, Reversal
from relance.reconciliation.match import Grade, Match, StatementLine
from relance.reconciliation.reconcile import reconcile
from relance.values.problem import Source
from story import Story, company, day_of, demanding, past_letter, put_into_register

SURE, PARTIAL, PROBABLE = Grade.SURE, Grade.PARTIAL, Grade.PROBABLE
CLIENT, UNKNOWN = Grade.CLIENT, Grade.UNKNOWN
IBAN = "FR1420041010050500013M02606"

BOOKS = """
2010-01-01 open Actifs:Clients:Muller
  client: "Menuiserie Müller & Fils"
  iban-payeur: "FR14 2004 1010 0505 0001 3M02 606"
  mandat: "MND-77"
2026-01-10 * "Durand" "Facture" ^FA2026-0031
  echeance: 2026-02-10
  Actifs:Clients:Durand  100.00 EUR
  Produits:Ventes
2026-01-20 * "Durand" "Facture" ^FA2026-0032
  echeance: 2026-02-20
  Actifs:Clients:Durand  250.00 EUR
  Produits:Ventes
2026-01-25 * "Mairie" "Facture" ^FA2026-0040
  echeance: 2026-02-25
  Actifs:Clients:Mairie  400.00 EUR
  Produits:Ventes
2026-01-10 * "Müller" "Facture" ^FA2026-0051
  echeance: 2026-02-10
  Actifs:Clients:Muller  70.00 EUR
  Produits:Ventes
2026-01-11 * "Müller" "Facture" ^FA2026-0052
  echeance: 2026-02-11
  Actifs:Clients:Muller  80.00 EUR
  Produits:Ventes
2026-01-12 * "Müller" "Facture" ^FA2026-0053
  echeance: 2026-02-12
  Actifs:Clients:Muller  90.00 EUR
  Produits:Ventes
2025-12-01 * "Müller" "Facture" ^FA2025-0200
  echeance: 2025-12-31
  Actifs:Clients:Muller  60.00 EUR
  Produits:Ventes
2025-12-20 * "Müller" "Virement" ^FA2025-0200
  Actifs:Banque   60.00 EUR
  Actifs:Clients:Muller
"""


def line(amount: str, label: str = "", day: str = "2026-03-02", **more: Any) -> StatementLine:
    """A line of the bank; its id counts within a test."""
    own = {"id": "1", "currency": "EUR"} | {k: more.pop(k) for k in ("id", "currency") if k in more}
    labels = tuple(filter(None, label.split("|")))
    when = date.fromisoformat(day)
    return StatementLine(
        line=BankLine(when, Decimal(amount), labels, Source("r.xml"), **more), **own
    )


def matches(story: Story, *lines: StatementLine, on: str = "2026-12-31") -> tuple[Match, ...]:
    found = reconcile(lines, day_of(story, on))
    for match in found:
        assert match.reason
        assert match.rest >= 0
    return found


def told(match: Match) -> str:
    """« Durand: FA2026-0031 100.00 »: what a match does with the money."""
    parts = [f"{part.invoice} {part.amount}" for part in match.parts]
    parts += [f"pénalités {match.surplus}"] if match.surplus else []
    parts += [f"reste {match.rest}"] if match.rest else []
    name = match.client.account.rpartition(":")[2] if match.client else "?"
    return f"{name}: {', '.join(parts)}"


ALL_MULLER = "FA2026-0051 70.00, FA2026-0052 80.00, FA2026-0053 90.00"


@pytest.mark.parametrize(
    ("amount", "label", "more", "grade", "does"),
    [
        # sûr: the numbers of open invoices of one client, to the cent
        ("100.00", "VIR SEPA FA2026-0031", {}, SURE, "Durand: FA2026-0031 100.00"),
        ("100.00", "VIR FA 2026 0031 MERCI", {}, SURE, "Durand: FA2026-0031 100.00"),
        ("100.00", "fa20260031", {}, SURE, "Durand: FA2026-0031 100.00"),
        ("100.00", "VIR INST REGLT FA2026-00|31 DURAND", {}, SURE, "Durand: FA2026-0031 100.00"),
        (
            "350.00",
            "FA2026-0031/FA2026-0032",
            {},
            SURE,
            "Durand: FA2026-0031 100.00, FA2026-0032 250.00",
        ),
        ("100.00", "", {"end_to_end": "FA2026-0031"}, SURE, "Durand: FA2026-0031 100.00"),
        ("100.00", "", {"structured": ("RF18FA20260031",)}, SURE, "Durand: FA2026-0031 100.00"),
        # the end of a number, by the one who owes it
        ("70.00", "FACT 51", {"party_iban": IBAN}, SURE, "Muller: FA2026-0051 70.00"),
        (
            "90.00",
            "FACT. N° 53 DU 12/01/2026",
            {"party": "MENUISERIE MULLER ET FILS SARL"},
            SURE,
            "Muller: FA2026-0053 90.00",
        ),
        # a mandate of ours
        ("80.00", "PRLV", {"mandate": "MND-77"}, SURE, "Muller: FA2026-0052 80.00"),
        ("85.00", "PRLV", {"mandate": "MND-77"}, CLIENT, "Muller: reste 85.00"),
        # sûr en partie: less, the oldest due first
        ("40.00", "ACOMPTE FA2026-0031", {}, PARTIAL, "Durand: FA2026-0031 40.00"),
        (
            "300.00",
            "FA2026-0031 FA2026-0032",
            {},
            PARTIAL,
            "Durand: FA2026-0031 100.00, FA2026-0032 200.00",
        ),
        # less, and another reading of it
        ("250.00", "FA2026-0031 FA2026-0032", {}, CLIENT, "Durand: reste 250.00"),
        ("80.00", "FA2026-0053", {}, CLIENT, "Muller: reste 80.00"),
        # probable: the payer is known, the amount fits
        ("80.00", "VIREMENT", {"party_iban": IBAN}, PROBABLE, "Muller: FA2026-0052 80.00"),
        (
            "150.00",
            "VIREMENT",
            {"party_iban": IBAN},
            PROBABLE,
            "Muller: FA2026-0051 70.00, FA2026-0052 80.00",
        ),
        (
            "240.00",
            "VIREMENT",
            {"party": "menuiserie müller et fils"},
            PROBABLE,
            f"Muller: {ALL_MULLER}",
        ),
        (
            "80.00",
            "VIR SEPA RECU /DE MENUISERIE MULLER ET FILS",
            {},
            PROBABLE,
            "Muller: FA2026-0052 80.00",
        ),
        ("250.00", "VIR DURAND SARL", {}, PROBABLE, "Durand: FA2026-0032 250.00"),
        # probable: one digit off, or the end of a number by who knows whom
        ("100.00", "VIR FA2026-0931", {}, PROBABLE, "Durand: FA2026-0031 100.00"),
        ("400.00", "FACTURE 40", {}, PROBABLE, "Mairie: FA2026-0040 400.00"),
        # quoted of one, paid by another
        ("100.00", "FA2026-0031", {"party_iban": IBAN}, PROBABLE, "Durand: FA2026-0031 100.00"),
        ("80.00", "FA2026-0031", {"party_iban": IBAN}, UNKNOWN, "?: reste 80.00"),
        # client seul: the amount fits nothing, or what is quoted is paid already
        ("33.00", "VIREMENT", {"party_iban": IBAN}, CLIENT, "Muller: reste 33.00"),
        ("60.00", "FA2025-0200", {}, CLIENT, "Muller: reste 60.00"),
        ("105.00", "FA2026-0031", {}, CLIENT, "Durand: reste 105.00"),
        ("150.00", "FA2026-0051", {}, PROBABLE, "Muller: FA2026-0051 70.00, FA2026-0052 80.00"),
        # inconnu
        ("100.00", "VIREMENT", {}, UNKNOWN, "?: reste 100.00"),
        ("500.00", "FA2026-0031 FA2026-0040", {}, UNKNOWN, "?: reste 500.00"),
        ("100.00", "REMISE", {"batch": 4}, UNKNOWN, "?: reste 100.00"),
        ("100.00", "REMISE FA2026-0031", {"batch": 4}, UNKNOWN, "?: reste 100.00"),
        ("100.00", "VIR RETOUR", {"reversal": Reversal("AC04")}, UNKNOWN, "?: reste 100.00"),
        # no number at all
        ("100.00", "TEL 01 20 26 00 31", {}, UNKNOWN, "?: reste 100.00"),
        ("100.00", "FR7620260031202600312026031", {}, UNKNOWN, "?: reste 100.00"),
        ("100.00", "FA2026-00310", {}, UNKNOWN, "?: reste 100.00"),
        ("100.00", "XFA2026-0031", {}, UNKNOWN, "?: reste 100.00"),
        ("100.00", "FACTURE 2026", {}, UNKNOWN, "?: reste 100.00"),
        ("100.00", "VIR DU 31/01/2026", {}, UNKNOWN, "?: reste 100.00"),
        ("100.00", "CLIENT 31 CONTRAT 31", {}, UNKNOWN, "?: reste 100.00"),
    ],
)
def test_a_line_is_taken_for(
    tmp_path: Path, amount: str, label: str, more: dict[str, Any], grade: Grade, does: str
) -> None:
    (match,) = matches(company(tmp_path, BOOKS), line(amount, label, **more))
    assert (match.grade, told(match)) == (grade, does), match.reason


# ---------------------------------------------------------------- One after the other


def test_each_line_takes_its_money_off_the_claims(tmp_path: Path) -> None:
    story = company(tmp_path, BOOKS)
    first, second = matches(
        story,
        line("40.00", "FA2026-0031", id="a"),
        line("60.00", "FA2026-0031", id="b"),
    )
    assert (first.grade, second.grade) == (PARTIAL, SURE)


def test_two_equal_credits_of_one_day_are_two_payments(tmp_path: Path) -> None:
    story = company(tmp_path, BOOKS)
    one, two = matches(
        story, line("100.00", "FA2026-0031", id="a"), line("100.00", "FA2026-0031", id="a#2")
    )
    assert (one.grade, two.grade) == (SURE, CLIENT)
    assert "payée deux fois" in two.reason
    one, two = matches(
        story,
        line("80.00", id="a", party_iban=IBAN),
        line("80.00", id="a#2", party_iban=IBAN),
    )
    assert (one.grade, two.grade) == (PROBABLE, CLIENT)


def test_lines_come_in_the_order_of_their_days_then_of_their_ids(tmp_path: Path) -> None:
    story = company(tmp_path, BOOKS)
    early, late = line("100.00", "FA2026-0031", "2026-03-01", id="z"), line("100.00", "FA2026-0031")
    assert [m.line.id for m in matches(story, late, early)] == ["z", "1"]
    assert [m.grade for m in matches(story, late, early)] == [SURE, CLIENT]


def test_a_certain_payment_is_not_hindered_by_a_draft(tmp_path: Path) -> None:
    guessed, quoted = matches(
        company(tmp_path, BOOKS),
        line("80.00", "VIREMENT", "2026-03-01", party_iban=IBAN),
        line("80.00", "FA2026-0052", "2026-03-02"),
    )
    assert (guessed.grade, quoted.grade) == (PROBABLE, SURE)


def test_no_invoice_of_a_later_day_is_paid(tmp_path: Path) -> None:
    story = company(tmp_path, BOOKS)
    early = line("100.00", "FA2026-0031", "2026-01-09")
    (match,) = matches(story, early)
    assert (match.grade, told(match)) == (CLIENT, "Durand: reste 100.00")
    (match,) = matches(story, line("80.00", "VIR", "2026-01-10", party_iban=IBAN))
    assert match.grade is CLIENT


def test_no_invoice_in_another_currency_is_paid(tmp_path: Path) -> None:
    story = company(tmp_path, BOOKS)
    (match,) = matches(story, line("100.00", "FA2026-0031", currency="USD"))
    assert (match.grade, told(match)) == (CLIENT, "Durand: reste 100.00")
    (match,) = matches(story, line("80.00", "VIR", currency="USD", party_iban=IBAN))
    assert match.grade is CLIENT


def test_a_later_credit_note_changes_nothing_of_an_earlier_payment(tmp_path: Path) -> None:
    story = company(tmp_path, BOOKS)
    story.add("""
2026-03-20 * "Durand" "Avoir" ^FA2026-0031 #avoir
  Actifs:Clients:Durand  -30.00 EUR
  Produits:Ventes
""")
    (before,) = matches(story, line("100.00", "FA2026-0031", "2026-03-02"))
    (after,) = matches(story, line("70.00", "FA2026-0031", "2026-03-20"))
    assert (before.grade, after.grade) == (SURE, SURE)


def test_an_instalment_is_a_part_of_its_invoice(tmp_path: Path) -> None:
    story = company(
        tmp_path,
        """
2026-01-10 * "Durand" "Facture" ^F7
  Actifs:Clients:Durand  100.00 EUR
    echeance: 2026-02-10
  Actifs:Clients:Durand  150.00 EUR
    echeance: 2026-03-10
  Produits:Ventes
""",
    )
    guessed, quoted = matches(
        story,
        line("100.00", "VIR DURAND SARL", "2026-02-09"),
        line("100.00", "FACTURE F7", "2026-02-10"),
    )
    assert (guessed.grade, told(guessed)) == (PROBABLE, "Durand: F7 100.00")
    assert (quoted.grade, told(quoted)) == (PARTIAL, "Durand: F7 100.00")


def test_equal_invoices_are_paid_the_oldest_first_but_never_surely(tmp_path: Path) -> None:
    story = company(
        tmp_path,
        "".join(
            f"""
2026-0{month}-01 * "Durand" "Abonnement" ^ABO-2026-{month}
  Actifs:Clients:Durand  49.90 EUR
  Produits:Ventes
"""
            for month in (1, 2, 3)
        ),
    )
    (match,) = matches(story, line("49.90", "VIR DURAND SARL", "2026-03-02"))
    assert (match.grade, told(match)) == (PROBABLE, "Durand: ABO-2026-1 49.90")
    (match,) = matches(story, line("49.90", "FACT ABO-2026-2", "2026-03-02"))
    assert (match.grade, told(match)) == (SURE, "Durand: ABO-2026-2 49.90")
    (match,) = matches(story, line("99.80", "VIR DURAND SARL", "2026-03-02"))
    assert told(match) == "Durand: ABO-2026-1 49.90, ABO-2026-2 49.90"


def test_two_ways_to_read_an_amount_leave_the_client_alone(tmp_path: Path) -> None:
    story = company(tmp_path, BOOKS)
    story.add("""
2026-02-01 * "Müller" "Facture" ^FA2026-0060
  echeance: 2026-03-01
  Actifs:Clients:Muller  150.00 EUR
  Produits:Ventes
""")
    (match,) = matches(story, line("150.00", "VIR", party_iban=IBAN))
    assert (match.grade, told(match)) == (CLIENT, "Muller: reste 150.00")
    assert [c.parts[0].invoice for c in match.candidates if c.parts][:2] == [
        "FA2026-0060",
        "FA2026-0051",
    ]


def test_a_number_cut_by_the_bank_is_not_a_shorter_one(tmp_path: Path) -> None:
    story = company(tmp_path, BOOKS)
    story.add("""
2026-01-02 * "Mairie" "Facture" ^FA2026-003
  Actifs:Clients:Mairie  100.00 EUR
  Produits:Ventes
""")
    (match,) = matches(story, line("100.00", "VIR SEPA RECU REGLEMENT FA2026-003"))
    assert match.grade is not SURE
    (match,) = matches(story, line("100.00", "FA2026-003 MERCI"))
    assert (match.grade, told(match)) == (SURE, "Mairie: FA2026-003 100.00")


@pytest.mark.parametrize("label", ["FACT 10420", "VIR FACTURE N 10420 DUPONT"])
def test_a_number_without_letters_is_one_after_the_word(tmp_path: Path, label: str) -> None:
    story = company(tmp_path, PLAIN)
    (match,) = matches(story, line("100.00", label))
    assert (match.grade, told(match)) == (SURE, "Durand: 10420 100.00")


@pytest.mark.parametrize(
    "label",
    [
        "VIR 10420",
        "COMMANDE 10420",
        "75001 10420 33 12",
        "FACT 10420 1042",
        "FACT 10/10420",
        "FACTURE DU 20260131",
        "FACT 732829320",
        "SIRET 73282932000074",
    ],
)
def test_plain_figures_are_never_sure(tmp_path: Path, label: str) -> None:
    story = company(tmp_path, PLAIN)
    for amount in ("100.00", "200.00", "300.00"):
        (match,) = matches(story, line(amount, label))
        assert not match.grade.certain, match.reason


PLAIN = "".join(
    f"""
2026-01-02 * "Durand" "Facture"
  facture: "{number}"
  Actifs:Clients:{account}  {amount}.00 EUR
  Produits:Ventes
"""
    for number, amount, account in [
        ("10420", 100, "Durand"),
        ("20260131", 200, "Mairie"),
        ("732829320", 300, "Martin"),
    ]
)


# ---------------------------------------------------------------- Letters and their totals


def test_the_total_that_a_letter_demanded_is_balance_and_penalties(tmp_path: Path) -> None:
    story = company(tmp_path, BOOKS)
    letter = demanding(past_letter("R20260301-07", "relance-2", "FA2026-0031"), "1.23", "40.00")
    put_into_register(story, "2026-03-01", [letter])
    for label in ("R20260301-07", "VIR R20260301 07", "FA2026-0031"):
        (match,) = matches(story, line("141.23", label))
        assert (match.grade, told(match)) == (SURE, "Durand: FA2026-0031 100.00, pénalités 41.23")
    (match,) = matches(story, line("100.00", "R20260301-07"))
    assert (match.grade, told(match)) == (SURE, "Durand: FA2026-0031 100.00")
    (match,) = matches(story, line("60.00", "R20260301-07"))
    assert (match.grade, told(match)) == (PARTIAL, "Durand: FA2026-0031 60.00")
    (match,) = matches(story, line("141.23", "VIR DURAND SARL"))
    assert (match.grade, told(match)) == (PROBABLE, "Durand: FA2026-0031 100.00, pénalités 41.23")
    (match,) = matches(story, line("141.24", "R20260301-07"))
    assert match.grade is CLIENT
    (match,) = matches(story, line("141.23", "FA2026-0031", "2026-02-28"))  # before the letter
    assert match.grade is CLIENT


# ---------------------------------------------------------------- Who paid


def test_a_name_or_an_iban_of_two_clients_tells_nobody(tmp_path: Path) -> None:
    story = company(tmp_path, BOOKS)
    story.add("""
2010-01-01 open Actifs:Clients:Muller2
  client: "Menuiserie Muller et fils SAS"
  iban-payeur: "FR1420041010050500013M02606"
""")
    for more in ({"party_iban": IBAN}, {"party": "MENUISERIE MULLER & FILS"}):
        (match,) = matches(story, line("80.00", "VIR", **more))
        assert match.grade is UNKNOWN
        assert {c.client.account[-7:] for c in match.candidates} >= {":Muller", "Muller2"}


def test_an_iban_and_a_name_that_contradict_each_other_tell_nobody(tmp_path: Path) -> None:
    story = company(tmp_path, BOOKS)
    (match,) = matches(story, line("80.00", "VIR", party_iban=IBAN, party="Durand"))
    assert match.grade is UNKNOWN


# ---------------------------------------------------------------- What came back


def test_a_returned_debit_undoes_the_payment_that_it_names(tmp_path: Path) -> None:
    story = company(tmp_path, BOOKS)
    back = Reversal("AM04", "provision insuffisante", "FA2026-0031")
    paid, returned, again = matches(
        story,
        line("100.00", "PRLV", "2026-03-02", id="a", end_to_end="FA2026-0031"),
        line("-100.00", "REJET PRLV", "2026-03-06", id="b", reversal=back),
        line("100.00", "FA2026-0031", "2026-03-09", id="c"),
    )
    assert (returned.grade, told(returned), returned.undoes) == (
        SURE,
        "Durand: FA2026-0031 100.00",
        "a",
    )
    assert "provision insuffisante" in returned.reason
    assert (paid.grade, again.grade) == (SURE, SURE)


def test_a_returned_debit_undoes_a_payment_in_the_books(tmp_path: Path) -> None:
    story, back = company(tmp_path, BOOKS), Reversal()
    (match,) = matches(story, line("-60.00", "REJET PRLV FA2025-0200", reversal=back))
    assert (match.grade, told(match)) == (SURE, "Muller: FA2025-0200 60.00")
    assert match.undoes.startswith("ledger/main.beancount:")
    (match,) = matches(story, line("-60.00", "REJET PRLV", party_iban=IBAN, reversal=back))
    assert (match.grade, told(match)) == (PROBABLE, "Muller: FA2025-0200 60.00")
    (match,) = matches(story, line("-60.00", "REJET PRLV", reversal=back))
    assert (match.grade, told(match)) == (UNKNOWN, "?: reste 60.00")
    assert [c.client.account for c in match.candidates] == ["Actifs:Clients:Muller"]
    (match,) = matches(story, line("-61.00", "REJET", party_iban=IBAN, reversal=back))
    assert (match.grade, told(match)) == (CLIENT, "Muller: reste 61.00")


def test_a_debit_of_ours_is_not_matched(tmp_path: Path) -> None:
    assert matches(company(tmp_path, BOOKS), line("-60.00", "PRLV EDF FA2025-0200")) == ()


def test_a_payment_comes_back_once(tmp_path: Path) -> None:
    story, back = company(tmp_path, BOOKS), Reversal()
    first, second = matches(
        story,
        line("-60.00", "REJET FA2025-0200", id="a", reversal=back),
        line("-60.00", "REJET FA2025-0200", id="b", reversal=back),
    )
    assert (first.grade, second.grade) == (SURE, CLIENT)
