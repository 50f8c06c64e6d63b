"""CFONB 120: balances, overpunched signs, complements, rejects, files that are cut."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from relance.incoming.bank_statement import Statement
from relance.incoming.cfonb import read
from relance.values.problem import Refusal


def balance(code: str, day: str, amount: str, currency: str = "EUR2", account: str = "1") -> str:
    number = account.rjust(11, "0")
    return f"{code}30002    00447{currency:4} {number}  {day}".ljust(90) + amount.rjust(14, "0")


def movement(amount: str, label: str = "VIR", **more: str) -> str:
    zones = {"date": "020226", "value": "030226", "reject": "  ", "reference": "", "bank": "30002"}
    zones |= more
    head = f"04{zones['bank']}012300447EUR2 0000000000105{zones['date']}{zones['reject']}"
    text = f"{head}{zones['value']:6}{label:31}"
    return text.ljust(90) + amount.rjust(14, "0") + zones["reference"]


def complement(qualifier: str, text: str) -> str:
    return f"0530002012300447EUR2 0000000000105020226     {qualifier}{text}"


def read_one(*records: str) -> Statement:
    records = (balance("01", "010226", "10000{"), *records, balance("07", "280226", "10000{"))
    reading = read("\r\n".join(records).encode("cp1252"), "r.cfo")
    assert reading.faults == ()
    return reading.facts[0]


# Zones counted by hand in the norm: 91 to 104 is the amount, its last figure bears the sign.
SIGNS = {
    "123D": "12.34",
    "123M": "-12.34",
    "1200{": "120.00",
    "1200}": "-120.00",
    "1200é": "120.00",
    "1200è": "-120.00",
    "12345": "123.45",
    "0000000000322J": "-32.21",
}


@pytest.mark.parametrize(("zone", "expected"), SIGNS.items())
def test_the_last_figure_bears_the_sign(zone: str, expected: str) -> None:
    assert read_one(movement(zone)).lines[0].amount == Decimal(expected)


def test_a_statement_that_ties_with_a_bank_code_that_changes() -> None:
    statement = read_one(
        movement("132000{", "VIR SEPA MENUISERIE DESIRE", reference="REF16"),
        "",
        complement("LIB", "FACTURE F2026-0031"),
        complement("NPY", "MENUISERIE DESIRE SARL"),
        complement("CPY", "FR7630004008280001234567676"),
        complement("RCN", f"{'E2E-77':35}SALA"),
        complement("LCC", "F2026-0031 SUR DEUX LIGNES DE SOIXANTE-DIX CARACTERES ET F2026-00"[:70]),
        complement("LC2", "45 LA FIN"),
        complement("RUM", f"{'MANDAT-9':35}RCUR"),
        complement("MMO", "USD20000000150000"),
        complement("ZZZ", "NOUVEAU QUALIFIANT"),
        movement("132000}", "PRLV SEPA EDF", bank="30003", value=""),
    )
    assert statement.gap == 0
    assert statement.account.number == "00000000001"
    assert (statement.account.bank, statement.account.branch) == ("30002", "00447")
    assert statement.opening
    assert (statement.opening.date, statement.opening.amount) == (
        dt.date(2026, 2, 1),
        Decimal("1000.00"),
    )
    line = statement.lines[0]
    assert (line.date, line.value_date) == (dt.date(2026, 2, 2), dt.date(2026, 2, 3))
    assert line.labels[:2] == ("VIR SEPA MENUISERIE DESIRE", "FACTURE F2026-0031")
    assert "NOUVEAU QUALIFIANT" in line.labels
    assert line.party == "MENUISERIE DESIRE SARL"
    assert line.party_iban == "FR7630004008280001234567676"
    assert (line.end_to_end, line.mandate, line.reference) == ("E2E-77", "MANDAT-9", "REF16")
    assert not any("USD" in label for label in line.labels)
    assert str(line.source) == "r.cfo:2"
    assert statement.lines[1].value_date is None


def test_a_text_cut_at_seventy_characters_is_one_text() -> None:
    first = "A" * 64 + "F2026-"
    line = read_one(movement("1{"), complement("LCC", first), complement("LC2", "0031")).lines[0]
    assert line.labels[1] == "A" * 64 + "F2026-0031"


def test_a_reject_says_its_code_and_what_it_undoes() -> None:
    statement = read_one(movement("8640}", reject="10"), complement("RCN", "E2E-12"))
    reversal = statement.lines[0].reversal
    assert reversal
    assert (reversal.code, reversal.reason, reversal.original) == ("10", "", "E2E-12")
    assert read_one(movement("8640}", reject="00")).lines[0].reversal is None


@pytest.mark.parametrize(
    ("code", "reason"),
    [("20", "provision insuffisante"), ("14", "compte clôturé"), ("58", "sur ordre du client")],
)
def test_a_reject_says_in_words_what_its_two_figures_mean(code: str, reason: str) -> None:
    reversal = read_one(movement("8640}", reject=code)).lines[0].reversal
    assert reversal
    assert (reversal.code, reversal.reason) == (code, reason)


def test_a_gap_is_told_and_the_lines_are_taken() -> None:
    records = [
        balance("01", "160926", "8{", currency=""),
        movement("20000}"),
        movement("40000{"),
        balance("07", "160926", "118711D", currency=""),
    ]
    reading = read("\n".join(records).encode(), "r.cfo")
    (statement,) = reading.facts
    assert statement.currency == "EUR"  # the balances do not say it, the movements do
    assert [line.amount for line in statement.lines] == [Decimal(-2000), Decimal(4000)]
    # 0.80 + 2 000.00 = 2 000.80; 11 871.14 - 2 000.80 = 9 870.34
    assert statement.gap == Decimal("9870.34")
    assert reading.faults == ()
    told = reading.remarks[0].what.replace("\u202f", " ").replace("\u00a0", " ")
    assert "2 000,80 €" in told
    assert "écart : 9 870,34 €" in told


def test_records_without_line_ends() -> None:
    records = [balance("01", "010226", "0{"), movement("5{"), balance("07", "020226", "5{")]
    reading = read("".join(record.ljust(120) for record in records).encode(), "r.cfo")
    assert [line.amount for line in reading.facts[0].lines] == [Decimal("0.50")]
    assert str(reading.facts[0].lines[0].source) == "r.cfo:1:121"


FAULTS = {
    (balance("01", "010226", "0{"), movement("5{")): "coupé",
    (balance("01", "010226", "0{"), balance("01", "010226", "0{")): "coupé",
    (movement("5{"),): "ne suit aucun solde de départ",
    (complement("LIB", "X"),): "ne suit aucun mouvement",
    (balance("01", "310226", "0{"),): "sa date « 310226 » n'existe pas",
    (balance("01", "010226", "0?"),): "n'est pas lisible",
    (balance("01", "010226", "0{"), "n'importe quoi"): "n'est pas un enregistrement",
    (balance("01", "010226", "0{"), balance("07", "010226", "0{", account="2")): "au milieu",
    (balance("01", "010226", "0{"), movement("5{", date="310226")): "sa date « 310226 »",
    (balance("01", "010226", "0{", currency="USD2"), movement("5{")): "il est en EUR",
}


@pytest.mark.parametrize(("records", "expected"), FAULTS.items())
def test_what_is_not_taken_is_told_at_its_line(records: tuple[str, ...], expected: str) -> None:
    try:
        faults = read("\n".join(records).encode(), "r.cfo").faults
    except Refusal as refusal:
        faults = refusal.problems
    assert any(expected in fault.what for fault in faults)
    assert all(fault.source.path == "r.cfo" and fault.remedy for fault in faults)
