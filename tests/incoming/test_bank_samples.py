"""Real bank files, known by their content and read by value: the sums were added by hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from bankfiles import camt, cfonb, csv_export, made_up, mt940, ofx
from relance.incoming.bank_statement import Statement
from relance.incoming.csv_profiles import CsvProfile, known_banks
from relance.incoming.reading import Reading
from relance.incoming.recognition import recognise
from relance.values.problem import Refusal

SAMPLES = Path(__file__).parent / "samples"


def read_sample(name: str) -> Reading[Statement]:
    content = (SAMPLES / name).read_bytes()
    reading: Reading[Statement] = recognise(content, name).read(content, name)
    return reading


def amounts(statement: Statement) -> list[str]:
    return [f"{line.amount}" for line in statement.lines]


def ends(statement: Statement) -> tuple[str, str]:
    return (
        f"{statement.opening.amount}" if statement.opening else "",
        f"{statement.closing.amount}" if statement.closing else "",
    )


def test_cfonb_of_two_accounts_with_blank_lines_and_a_bank_code_that_changes() -> None:
    reading = read_sample("cfonb120-pennylane-example.txt")
    first, second = reading.facts
    assert reading.faults == reading.remarks == ()
    assert (first.account.number, second.account.number) == ("98765432100", "00123456789")
    assert ends(first) == ("-190.40", "-241.21")
    assert amounts(first) == ["-32.21", "-10.70", "-7.90"]
    assert ends(second) == ("-241.21", "-163.72")
    assert amounts(second) == ["97.49", "-12.10", "-7.90"]
    assert first.gap == second.gap == 0
    assert first.lines[1].reference == "REFERENCE"
    assert f"{first.lines[2].value_date}" == "2019-05-15"
    assert first.lines[0].party == "INTERNET SFR"
    assert "INTERNETI CCC" in first.lines[0].labels  # of a qualifier that nobody knows


def test_mt940_of_two_statements_that_do_not_tie() -> None:
    reading = read_sample("mt940-jejik-abnamro.sta")
    first, second = reading.facts
    assert ends(first) == ("3236.28", "876.84")
    assert len(first.lines) == 8
    assert sum(line.amount for line in first.lines) == Decimal("-321.44")
    assert ends(second) == ("2876.84", "1849.75")
    assert amounts(second) == ["-9.49", "-15.00"]
    assert len(reading.remarks) == 2
    assert reading.faults == ()


def test_ofx_in_sgml_of_a_french_bank() -> None:
    (statement,) = read_sample("ofx-pynynab-fr-sgml.ofx").facts
    account = statement.account
    assert (account.bank, account.branch, account.number) == ("11706", "41029", "00012345678")
    (line,) = statement.lines
    assert (f"{line.date}", f"{line.amount}") == ("2013-03-12", "-491.09")
    assert "chèque n° 0003445" in line.labels
    assert ends(statement) == ("", "-6348.01")


def test_ofx_of_two_accounts_without_a_line() -> None:
    reading = read_sample("ofx-ofxparse-multi.ofx")
    assert [each.account.number for each in reading.facts] == ["9100", "9200"]
    assert [ends(each)[1] for each in reading.facts] == ["111.00", "222.00"]


def test_ofx_whose_dates_cannot_be() -> None:
    reading = read_sample("ofx-ofxparse-date-missing.ofx")
    assert reading.facts[0].lines == ()
    assert [fault.source.line for fault in reading.faults] == [33, 40, 48]
    told = [fault.what.rpartition(": ")[2] for fault in reading.faults]
    assert told == ["sa date manque", "sa date manque", "sa date « 20120231 » n'existe pas"]


def test_csv_with_lines_above_and_labels_over_several_lines() -> None:
    reading = read_sample("csv-compose-credit-agricole.csv")
    (statement,) = reading.facts
    assert reading.faults == reading.remarks == ()
    assert statement.account.number == "00012345678"
    assert amounts(statement) == ["1320.00", "-300.00", "150.00", "2400.00", "-86.40"]
    assert "FACTURE F2026-0031" in statement.lines[0].labels
    assert "F2026-0024 F2026-0025" in statement.lines[3].labels
    assert statement.lines[4].reversal
    assert ends(statement) == ("", "3815.86")


def files() -> dict[str, bytes]:
    month = made_up(2, 5)
    written = {"camt.052": camt(month, sort="052"), "camt.053": camt(month), "OFX": ofx(month)}
    written |= {"CFONB 120": cfonb(month), "MT940": mt940(month)}
    written |= {f"CSV {each.bank}": csv_export(month, each) for each in known_banks()}
    return written


@pytest.mark.parametrize("form", files())
def test_each_file_is_known_by_its_content(form: str) -> None:
    content = files()[form]
    kind = recognise(content, "releve.pdf")
    (statement,) = kind.read(content, "releve.pdf").facts
    assert statement.form == form
    assert len(statement.lines) == 5


def test_a_firm_s_own_columns_come_before_the_known_ones() -> None:
    text = "Quand;Quoi;Combien\n01/02/2026;VIR F2026-0031;5,00\n"
    with pytest.raises(Refusal, match=r"importer\.csv"):
        recognise(text.encode(), "e.csv")
    own = CsvProfile("la-mienne", "quand", ("quoi",), amount="combien")
    kind = recognise(text.encode(), "e.csv", [own])
    assert kind.read(text.encode(), "e.csv").facts[0].lines[0].amount == Decimal(5)
