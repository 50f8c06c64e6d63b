"""The calculator's answer as the public JSON of `penalites`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from click import BadParameter
from click.testing import CliRunner

from relance.claims.calculator import as_json, calculate, rate_text
from relance.claims.claim import Receipt
from relance.claims.interest import Debt
from relance.claims.rates import Rates
from relance.terminal import cli
from relance.terminal.options import Number
from relance.values.kinds import DebtorType, Imputation
from relance.values.problem import Refusal
from relance.values.terms import Rate

RATES = Rates.known()
PAID = Receipt(date(2026, 7, 1), Decimal(4000))
OWED = Debt(DebtorType.PROFESSIONAL, Decimal(10000), date(2026, 5, 1), (PAID,))


def answer(debt: Debt, until: date) -> dict[str, object]:
    return as_json(calculate(debt, until, RATES))


def test_example_9_whole() -> None:
    assert answer(OWED, date(2026, 9, 1)) == {
        "principal": "6203.13",
        "total_penalites": "333.79",
        "indemnite": "40.00",
        "segments": [
            {
                "du": "2026-05-02",
                "au": "2026-06-30",
                "jours": 60,
                "principal": "10000.00",
                "taux": "12.15",
                "montant": "199.73",
            },
            {
                "du": "2026-07-01",
                "au": "2026-07-01",
                "jours": 1,
                "principal": "10000.00",
                "taux": "12.40",
                "montant": "3.40",
            },
            {
                "du": "2026-07-02",
                "au": "2026-09-01",
                "jours": 62,
                "principal": "6203.13",
                "taux": "12.40",
                "montant": "130.66",
            },
        ],
        "arrete_au": "2026-09-01",
        "solde": "6000.00",
        "penalites_dues": "130.66",
        "total_du": "6373.79",
        "taux_inconnu_depuis": None,
        "plancher": None,
    }


def test_example_5_still_due_principal_interest_and_fee() -> None:
    debt = replace(
        OWED,
        due=date(2025, 3, 31),
        receipts=(Receipt(date(2025, 9, 28), Decimal(4000)),),
        agreed=Rate("fixed", Decimal(10)),
        imputation=Imputation.PRINCIPAL,
    )
    found = answer(debt, date(2026, 3, 31))
    assert found["principal"] == "6000.00"
    assert found["total_penalites"] == found["penalites_dues"] == "798.36"
    assert found["indemnite"] == "40.00"
    assert found["total_du"] == "6838.36"
    assert found["plancher"] == "11.13"  # 3 × 3.71 on 1 April 2025


def test_example_12_paid_on_the_due_date() -> None:
    debt = replace(OWED, receipts=(Receipt(OWED.due, Decimal(10000)),))
    found = answer(debt, date(2026, 9, 1))
    assert (found["principal"], found["total_penalites"]) == ("0.00", "0.00")
    assert (found["indemnite"], found["segments"]) == ("0.00", [])


def test_not_due_yet() -> None:
    found = answer(replace(OWED, receipts=()), OWED.due)
    assert (found["total_penalites"], found["indemnite"]) == ("0.00", "0.00")
    assert (found["principal"], found["arrete_au"]) == ("10000.00", "2026-05-01")


def test_a_private_person_owes_no_fee() -> None:
    debt = Debt(DebtorType.CONSUMER, Decimal(1500), date(2026, 6, 30), runs_from=date(2026, 9, 1))
    found = answer(debt, date(2026, 10, 16))
    assert (found["total_penalites"], found["indemnite"]) == ("5.09", "0.00")


def test_the_stop_before_an_unknown_half_year_is_said() -> None:
    found = answer(replace(OWED, receipts=()), date(2027, 2, 1))
    assert found["arrete_au"] == "2026-12-31"
    assert found["taux_inconnu_depuis"] == "2027-01-01"


def test_a_payment_to_come_does_not_count() -> None:
    found = answer(OWED, date(2026, 6, 30))
    assert (found["principal"], found["solde"]) == ("10000.00", "10000.00")


def test_too_much_paid_shows_in_the_balance_only() -> None:
    debt = replace(OWED, receipts=(Receipt(date(2026, 4, 30), Decimal(10001)),))
    found = answer(debt, date(2026, 9, 1))
    assert (found["principal"], found["total_du"], found["solde"]) == ("0.00", "0.00", "-1.00")


def test_the_far_end_of_the_calendar() -> None:
    debt = replace(OWED, agreed=Rate("fixed", Decimal(10)), receipts=())
    assert answer(debt, date.max)["arrete_au"] == "9999-12-31"
    assert answer(replace(debt, due=date.max), date.max)["segments"] == []


@pytest.mark.parametrize(
    ("rate", "expected"),
    [("10", "10.00"), ("12.4", "12.40"), ("12.150", "12.15"), ("12.125", "12.125"), ("0", "0.00")],
)
def test_rates_have_two_decimals_at_least(rate: str, expected: str) -> None:
    assert rate_text(Decimal(rate)) == expected


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1 32", "1e3", "mille"])
def test_an_amount_is_a_number(text: str) -> None:
    with pytest.raises(BadParameter, match="montant incompris"):
        Number().convert(text, None, None)


def test_every_impossible_amount_is_named_at_once() -> None:
    debt = replace(
        OWED,
        amount=Decimal("NaN"),
        receipts=(Receipt(OWED.due, Decimal(-5)), Receipt(OWED.due, Decimal("1e30"), True)),
    )
    with pytest.raises(Refusal) as refusal:
        calculate(debt, date(2026, 9, 1), RATES)
    assert [p.source.path for p in refusal.value.problems] == ["MONTANT", "--reglement", "--avoir"]
    assert "-5" in refusal.value.problems[1].what


@pytest.mark.parametrize("amount", ["-1", "-15.50", "-15,50"])
def test_an_amount_below_zero_is_refused_as_an_amount(amount: str) -> None:
    words = ("penalites", amount, "--echeance", "2026-05-01", "--debiteur", "professionnel")
    refusal = CliRunner().invoke(cli.relance, words).exception
    assert isinstance(refusal, Refusal)
    assert str(refusal).startswith(f"MONTANT: le montant {amount} n'est pas une somme possible")


def test_an_unknown_option_is_no_amount() -> None:
    words = ("penalites", "10", "-z", "--echeance", "2026-05-01", "--debiteur", "professionnel")
    result = CliRunner().invoke(cli.relance, words)
    assert result.exit_code == 2
    assert "-z" in result.output
