"""Accounts, ids of lines, dates to come, amounts as people write them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from relance.incoming import bank_text
from relance.incoming.bank_statement import (
    MOST_LINES,
    BankAccount,
    BankLine,
    Statement,
    bound,
    dated_after,
    read_as,
)
from relance.incoming.line_ids import LineId, line_ids
from relance.incoming.rejects import reversal_in
from relance.values.problem import Problem, Refusal, Source

IBAN = "FR7630001007941234567890185"


def line(amount: str = "5", label: str = "VIR", reference: str = "", day: int = 2) -> BankLine:
    date = dt.date(2026, 2, day)
    return BankLine(date, Decimal(amount), (label,), Source("r", 3), reference=reference)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (BankAccount.named("FR76 3000 1007 9412 3456 7890 185"), True),
        (BankAccount.named("12345678901", "30001", "00794"), True),
        (BankAccount.named("012345678901"), True),
        (BankAccount.named("12345678901", "30001", "00795"), False),
        (BankAccount.named("12345678901", "30002"), False),
        (BankAccount.named("99345678901"), False),
        (BankAccount.named("FR7630004008280001234567676"), False),
        (BankAccount.named("DE89370400440532013000"), False),
        (BankAccount(), False),
    ],
)
def test_an_iban_is_the_account_of_its_bank_branch_and_number(
    other: BankAccount, same: bool
) -> None:
    assert BankAccount.named(IBAN).may_be(other) is same
    assert other.may_be(BankAccount.named(IBAN)) is same


def test_equal_lines_on_one_day_are_two_payments() -> None:
    first, second, third = map(str, line_ids([line(), line(), line(day=3)]))
    assert len({first, second, third}) == 3
    assert second == f"{first}#2"


def test_the_bank_s_reference_marks_a_line_and_a_changed_one() -> None:
    (before,), (after,) = line_ids([line("5", "A", "R1")]), line_ids([line("6", "B", "R1")])
    assert (str(before), before.mark) == ("R1@2026-02-02=5.00", "R1")
    assert before.mark == after.mark
    assert before != after


def test_a_reference_used_again_is_another_payment() -> None:
    ids = line_ids([line(reference="1", day=2), line(reference="1", day=3)])
    assert len(set(ids)) == 2


@pytest.mark.parametrize("reference", ["", "NONREF", "0000000", "NOTPROVIDED"])
def test_without_a_reference_the_label_marks_a_line(reference: str) -> None:
    (first,) = line_ids([line("5", "VIR  Dupont", reference)])
    (second,) = line_ids([line("5", "vir dupont")])
    (other,) = line_ids([line("5", "vir durand")])
    assert first == second != other


def test_an_id_can_be_read_again_whatever_the_bank_s_reference() -> None:
    texts = ["R1", "a@b=c#2", "é\n;", "x" * 500]
    for each in line_ids([line(reference=text) for text in texts] * 2):
        assert LineId.parse(str(each)) == each
        assert len(str(each)) < 90
    assert LineId.parse("F2026-0031") is None


def test_a_line_of_a_day_to_come_is_told() -> None:
    lines = (line(), BankLine(dt.date(2062, 2, 2), Decimal(5), (), Source("r", 9)))
    statement = Statement("OFX", BankAccount(), "EUR", lines, Source("r"))
    (problem,) = dated_after(statement, dt.date(2026, 3, 1))
    assert (problem.source.line, "02/02/2062" in problem.what) == (9, True)


AMOUNTS = {
    "1 320,00": "1320",
    "1\u202f320,00\u00a0€": "1320",
    "1.320,00": "1320",
    "1,320.00": "1320",
    "1'320.00": "1320",
    "-80": "-80",
    "80,5-": "-80.5",
    "\u2212 80": "-80",
    "+12": "12",
    "EUR 12,00": "12",
    "1.50000": "1.5",
    "0,00": "0",
}


@pytest.mark.parametrize(("text", "expected"), AMOUNTS.items())
def test_amounts_as_people_write_them(text: str, expected: str) -> None:
    assert bank_text.amount(text) == Decimal(expected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "--5",
        "1,320",
        "12.3.4",
        "1,23,456.00",
        "1E5",
        "NaN",
        "٣",
        "0x1F",
        "1" * 17,
        "5.001",
    ],
)
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match="son montant"):
        bank_text.amount(text)


@pytest.mark.parametrize(
    ("label", "back"),
    [
        ("REJET DE PRELEVEMENT SALLE EQUILIBRE", True),
        ("PRLV IMPAYE NADIA ETIENNE", True),
        ("RETOUR VIREMENT SEPA AC04", True),
        ("CHEQUE IMPAYE 0003445", True),
        ("COM REJET PRELEVEMENT", False),
        ("FRAIS PRLV IMP 97 49EUR", False),
        ("PRLV SEPA EDF", False),
        ("VIR LOCATION RETOUR MATERIEL", False),
    ],
)
def test_a_label_says_that_a_payment_came_back(label: str, back: bool) -> None:
    assert (reversal_in([label], Decimal(-5)) is not None) is back
    assert reversal_in([label], Decimal(5)) is None


def test_a_file_of_too_many_lines_is_refused_and_too_many_faults_are_counted() -> None:
    with pytest.raises(Refusal, match="découpez-le"):
        bound(MOST_LINES + 1, "r")
    faults = [Problem(Source("r", n), "faux", "corrigez") for n in range(1, 1001)]
    told = read_as((), faults, ()).faults
    assert len(told) == 51
    assert "950 autres" in told[-1].what
