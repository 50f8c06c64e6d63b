"""MT940 as banks write it: free text, subfields, codes between slashes, envelopes."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from relance.incoming.mt940 import read
from relance.values.problem import Refusal

FREE = """ABNANL2A
940
ABNANL2A
:20:BANQUE
:25:123456789
:28:19321/1
:60F:C260122EUR3236,28
:61:2601240124D9,N192NONREF
:86:GIRO   428428 OPERATEUR          BETALINGSKENM.  000000042188659
5314606715                       FACTUUR D.D. 20-01-2026
:61:2512310102D11,8N426NONREF//B-12

:62F:C260123EUR876,84
-
ABNANL2A
940
:20:BANQUE
:25:123456789
:28C:19322/1
:60M:C260123EUR100,00
:62M:D260124EUR100,00
-
"""

SUBFIELDS = """{1:F01BANKDEFFXXXX0000000000}{2:I940BANKDEFFXXXXN}{4:
:20:1234567
:25:10020030/1234567EUR
:28C:5/1
:60F:C260101EUR2187,95
:61:2601020102DR800,NSTONONREF//55555
:86:008?00DAUERAUFTRAG?100599?20Miete?3010020030?31234567?32MUELLER
:61:2601020102CR3000,NTRFF-99//55555
:86:166?00GUTSCHRIFT?20EREF+E2E-7?21MREF+M-1?22SVWZ+FACTURE F202
6-0031?30COBADEFF?31DE89370400440532013000?32SCHREINEREI M
ÜLLER?33 GMBH
:61:2601030103RC120,00NRTINONREF
:86:/RTRN/AC04//EREF/E2E-9//NAME/NADIA ETIENNE//IBAN/FR7630004008280001234567676/
/REMI/F2026-0002/
:62F:C260131EUR4267,95
-}
"""

ONE = ":20:X\n:25:1\n:60F:C260101EUR0,\n{}\n:62F:C260101EUR0,\n"


def test_free_text_and_two_statements_of_one_account() -> None:
    reading = read(FREE.encode(), "b.sta")
    first, second = reading.facts
    assert [first.number, second.number] == ["19321/1", "19322/1"]
    assert [line.amount for line in first.lines] == [Decimal(-9), Decimal("-11.80")]
    line = first.lines[0]
    assert line.date == dt.date(2026, 1, 24)
    assert line.reference == ""
    assert line.labels == (
        "GIRO 428428 OPERATEUR BETALINGSKENM. 000000042188659",
        "5314606715 FACTUUR D.D. 20-01-2026",
    )
    # booked on 2 January: of the year after the value date
    assert (first.lines[1].value_date, first.lines[1].date) == (
        dt.date(2025, 12, 31),
        dt.date(2026, 1, 2),
    )
    assert first.lines[1].reference == "B-12"
    # 3 236.28 - 9.00 - 11.80 = 3 215.48, and the bank says 876.84; 100.00 and -100.00
    assert first.gap == Decimal("-2338.64")
    assert second.gap == Decimal("-200.00")
    assert ["ne tombe pas juste" in remark.what for remark in reading.remarks] == [True, True]
    assert reading.faults == ()


def test_subfields_of_field_86() -> None:
    reading = read(SUBFIELDS.encode(), "b.sta")
    (statement,) = reading.facts
    assert (statement.account.bank, statement.account.number) == ("10020030", "1234567")
    assert reading.faults == reading.remarks == ()
    assert statement.gap == 0
    rent, transfer, rejected = statement.lines
    assert (rent.amount, rent.party) == (Decimal(-800), "MUELLER")
    assert transfer.labels == ("GUTSCHRIFT", "FACTURE F2026-0031", "F-99")
    assert (transfer.end_to_end, transfer.mandate) == ("E2E-7", "M-1")
    assert transfer.party == "SCHREINEREI MÜLLER GMBH"
    assert transfer.party_iban == "DE89370400440532013000"
    assert transfer.reference == "55555"
    assert rejected.amount == Decimal("-120.00")
    assert rejected.party == "NADIA ETIENNE"
    assert rejected.reversal
    assert (rejected.reversal.code, rejected.reversal.original) == ("AC04", "E2E-9")
    assert rejected.reversal.reason == "compte clos"
    assert rejected.labels == ("F2026-0002",)


def test_a_line_that_is_full_goes_on_within_a_number() -> None:
    full = "FACTURE ".ljust(59, "X") + "F2026-"
    line = (
        read(ONE.format(f":61:260102C5,NTRF\n:86:{full}\n0031").encode(), "b.sta").facts[0].lines[0]
    )
    assert line.labels[0].endswith("F2026-0031")


MOVEMENTS = {
    ":61:260231C5,NTRFX": "sa date « 260231 » n'existe pas",
    ":61:2601020231C5,NTRFX": "sa date « 0231 » n'existe pas",
    ":61:260102C5,123NTRFX": "fractions de centime",
    ":61:260102X5,NTRFX": "forme d'un mouvement",
    ":61:260102EC5,NTRFX": "seulement annoncé",
    ":61:": "forme d'un mouvement",
}


@pytest.mark.parametrize(("movement", "expected"), MOVEMENTS.items())
def test_a_movement_that_cannot_be_taken_is_told(movement: str, expected: str) -> None:
    reading = read(ONE.format(movement).encode(), "b.sta")
    assert reading.facts[0].lines == ()
    (fault,) = reading.faults
    assert expected in fault.what
    assert fault.source.line == 4


def test_a_statement_cut_in_the_middle_is_told() -> None:
    reading = read(SUBFIELDS[: SUBFIELDS.index(":62F:")].encode(), "b.sta")
    assert "coupé" in reading.faults[0].what
    assert len(reading.facts[0].lines) == 3


def test_a_balance_that_cannot_be_read_is_told() -> None:
    reading = read(ONE.format("").replace("C260101EUR0,", "C260231EUR0,", 1).encode(), "b.sta")
    assert "n'est pas lisible" in reading.faults[0].what
    assert reading.facts[0].opening is None


@pytest.mark.parametrize("text", ["", ":20:X\n:61:260102C5,NTRFX\n"])
def test_a_file_without_an_account_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="aucun relevé de compte"):
        read(text.encode(), "b.sta")


def test_an_iban_with_its_currency() -> None:
    text = ONE.format("").replace(":25:1", ":25:FR76 3000 1007 9412 3456 7890 185 EUR")
    assert read(text.encode(), "b.sta").facts[0].account.iban == "FR7630001007941234567890185"
