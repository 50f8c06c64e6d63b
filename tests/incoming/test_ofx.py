"""OFX as banks write it: SGML without closing tags, XML, several accounts, bad dates."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from relance.incoming.ofx import read
from relance.values.problem import Refusal

# A French bank's OFX 1.02: no closing tags, characters of Windows in spite of « USASCII ».
SGML = """OFXHEADER:100
DATA:OFXSGML
ENCODING:USASCII
CHARSET:1252

<OFX>
<BANKMSGSRSV1><STMTTRNRS><TRNUID>00012345678
<STMTRS>
<CURDEF>EUR
<BANKACCTFROM>
<BANKID>11706
<BRANCHID>41029
<ACCTID>00012345678
<ACCTTYPE>CHECKING
</BANKACCTFROM>
<BANKTRANLIST>
<DTSTART>20260101
<DTEND>20260131
<STMTTRN>
<TRNTYPE>CHECK
<DTPOSTED>20260112
<TRNAMT>-491.09
<FITID>1307109978
<CHECKNUM>0003445
<NAME>CHEQUE
<MEMO>
</STMTTRN>
<STMTTRN>
<TRNTYPE>CREDIT
<DTPOSTED>20260115120000.000[+1:CET]
<DTAVAIL>20260116
<TRNAMT>+1320,00
<FITID>1307109979
<NAME>VIR MENUISERIE D\N{LATIN CAPITAL LETTER E WITH ACUTE}SIR\N{LATIN CAPITAL LETTER E WITH ACUTE}
<MEMO>FACTURE F2026-0031 &amp; ACOMPTE
</STMTTRN>
</BANKTRANLIST>
<LEDGERBAL>
<BALAMT>-6348.01
<DTASOF>20260131
</LEDGERBAL>
<AVAILBAL>
<BALAMT>0.00
<DTASOF>20260131
</AVAILBAL>
</STMTRS></STMTTRNRS></BANKMSGSRSV1>
</OFX>
"""

# OFX 2: several lists in one statement, a card without a movement, a second account.
XML = """<?xml version="1.0" encoding="UTF-8"?>
<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>
<OFX><BANKMSGSRSV1>
<STMTTRNRS><STATUS><CODE>0</CODE></STATUS><STMTRS><CURDEF>EUR</CURDEF>
<BANKACCTFROM><BANKID>30001</BANKID><BRANCHID>00794</BRANCHID><ACCTID>12345678901</ACCTID>
<ACCTTYPE>CHECKING</ACCTTYPE></BANKACCTFROM>
<BANKTRANLIST><DTSTART>20260101</DTSTART>
<STMTTRN><TRNTYPE>POS</TRNTYPE><DTPOSTED>20260124080000</DTPOSTED><TRNAMT>-80</TRNAMT>
<FITID>219378</FITID><NAME>Papeterie</NAME></STMTTRN></BANKTRANLIST>
<BANKTRANLIST>
<STMTTRN><TRNTYPE>XFER</TRNTYPE><DTPOSTED>20260125</DTPOSTED><TRNAMT>90.50</TRNAMT>
<FITID>219379</FITID><PAYEE><NAME>Nadia Étienne</NAME><CITY>Lyon</CITY></PAYEE>
<BANKACCTTO><BANKID>30004</BANKID><ACCTID>FR7630004008280001234567676</ACCTID></BANKACCTTO>
<MEMO><![CDATA[F2026-0002 <3 merci]]></MEMO></STMTTRN></BANKTRANLIST>
<LEDGERBAL><BALAMT>2156.56</BALAMT><DTASOF>20260131165153</DTASOF></LEDGERBAL>
</STMTRS></STMTTRNRS>
<STMTTRNRS><STMTRS><CURDEF>EUR</CURDEF>
<BANKACCTFROM><BANKID>30001</BANKID><ACCTID>FR7630001007941234567890185</ACCTID></BANKACCTFROM>
<LEDGERBAL><BALAMT>222</BALAMT><DTASOF>20260131</DTASOF></LEDGERBAL></STMTRS></STMTTRNRS>
</BANKMSGSRSV1><CREDITCARDMSGSRSV1><CCSTMTTRNRS><CCSTMTRS><CURDEF>EUR</CURDEF>
<CCACCTFROM><ACCTID>123412341234</ACCTID></CCACCTFROM><BANKTRANLIST></BANKTRANLIST>
<LEDGERBAL><BALAMT>-562.00</BALAMT><DTASOF>20260131</DTASOF></LEDGERBAL>
</CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1></OFX>
"""

ONE = "<OFX><STMTRS><CURDEF>EUR<BANKACCTFROM><ACCTID>1</BANKACCTFROM>{}</STMTRS></OFX>"


def one(movement: str) -> bytes:
    return ONE.format(f"<BANKTRANLIST><STMTTRN>{movement}</STMTTRN></BANKTRANLIST>").encode()


def test_a_french_bank_s_sgml() -> None:
    reading = read(SGML.encode("cp1252"), "banque.ofx")
    (statement,) = reading.facts
    account = statement.account
    assert (account.bank, account.branch, account.number) == ("11706", "41029", "00012345678")
    assert (statement.currency, statement.opening) == ("EUR", None)
    assert statement.closing
    assert (statement.closing.date, statement.closing.amount) == (
        dt.date(2026, 1, 31),
        Decimal("-6348.01"),
    )
    cheque, transfer = statement.lines
    assert (cheque.date, cheque.amount) == (dt.date(2026, 1, 12), Decimal("-491.09"))
    assert cheque.labels == ("CHEQUE", "chèque n° 0003445")
    assert cheque.reference == "1307109978"
    assert str(cheque.source) == "banque.ofx:19"
    assert (transfer.date, transfer.value_date) == (dt.date(2026, 1, 15), dt.date(2026, 1, 16))
    assert transfer.amount == Decimal("1320.00")
    assert transfer.labels == ("VIR MENUISERIE DÉSIRÉ", "FACTURE F2026-0031 & ACOMPTE")
    assert (reading.faults, reading.remarks) == ((), ())


def test_xml_with_several_lists_and_three_accounts() -> None:
    reading = read(XML.encode(), "banque.qfx")
    first, second, card = reading.facts
    assert [line.amount for line in first.lines] == [Decimal(-80), Decimal("90.50")]
    transfer = first.lines[1]
    assert transfer.labels == ("Nadia Étienne", "F2026-0002 <3 merci")
    assert transfer.party == "Nadia Étienne"
    assert transfer.party_iban == "FR7630004008280001234567676"
    assert second.account.iban == "FR7630001007941234567890185"
    assert (second.account.branch, second.account.number) == ("00794", "12345678901")
    assert (second.lines, card.lines) == ((), ())
    assert card.closing
    assert card.closing.amount == Decimal("-562.00")
    assert reading.faults == ()


MOVEMENTS = {
    "<TRNAMT>-80.00<FITID>1<NAME>A": "« A » n'est pas pris : sa date manque",
    "<DTPOSTED><TRNAMT>200<NAME>A": "sa date manque",
    "<DTPOSTED>20260231<TRNAMT>200<NAME>A": "sa date « 20260231 » n'existe pas",
    "<DTPOSTED>20260201<NAME>A": "son montant manque",
    "<DTPOSTED>20260201<TRNAMT>12.3<TRNAMT>4.5": "son montant « 12.3 4.5 » n'est pas un nombre",
    "<DTPOSTED>20260201<TRNAMT>1.123456789012345": "a des fractions de centime",
    "<DTPOSTED>20260201<TRNAMT>1,320": "peut se lire de deux façons",
    "<DTPOSTED>20260201<TRNAMT>1E5": "n'est pas un nombre",
    "<DTPOSTED>20260201<TRNAMT>NaN": "n'est pas un nombre",
    "<DTPOSTED>20260201<TRNAMT>5<CURRENCY><CURSYM>USD</CURRENCY>": "il est en USD",
    "<DTPOSTED>20260201<TRNAMT>5<CORRECTFITID>77": "corrige le mouvement 77",
}


@pytest.mark.parametrize(("movement", "expected"), MOVEMENTS.items())
def test_a_movement_that_cannot_be_taken_is_told(movement: str, expected: str) -> None:
    reading = read(one(movement), "b.ofx")
    assert reading.facts[0].lines == ()
    (fault,) = reading.faults
    assert expected in fault.what
    assert fault.source.line == 1
    assert fault.remedy


def test_the_other_movements_are_taken() -> None:
    text = SGML.replace("<DTPOSTED>20260112", "<DTPOSTED>20260231")
    reading = read(text.encode("cp1252"), "b.ofx")
    assert [line.amount for line in reading.facts[0].lines] == [Decimal("1320.00")]
    assert [str(fault.source) for fault in reading.faults] == ["b.ofx:19"]


def test_a_file_cut_in_the_middle_is_told() -> None:
    cut = SGML[: SGML.index("<FITID>1307109979")]
    reading = read(cut.encode("cp1252"), "b.ofx")
    assert "coupé" in reading.faults[0].what
    assert reading.facts[0].closing is None


def test_pending_operations_are_left_and_told() -> None:
    text = ONE.format("<BANKTRANLISTP><STMTTRNP><TRNAMT>5</STMTTRNP></BANKTRANLISTP>")
    reading = read(text.encode(), "b.ofx")
    assert reading.facts[0].lines == ()
    assert "en attente" in reading.remarks[0].what


@pytest.mark.parametrize("text", ["", "<OFX></OFX>", "<OFX><STMTRS><CURDEF>EUR</STMTRS></OFX>"])
def test_a_file_without_an_account_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="aucun relevé de compte"):
        read(text.encode(), "b.ofx")


def test_hostile_text_stays_text() -> None:
    movement = '<DTPOSTED>20260201<TRNAMT>5<NAME>2026-01-01 * "X" \x1b[31m&#x202e;tcaf\x07{{ 7 }}'
    line = read(one(movement), "b.ofx").facts[0].lines[0]
    assert line.labels == ('2026-01-01 * "X" [31mtcaf{{ 7 }}',)


def test_a_rejected_debit_is_a_reversal_its_fee_is_not() -> None:
    rejected = "<DTPOSTED>20260201<TRNAMT>-86.40<NAME>REJET DE PRELEVEMENT<MEMO>MARTIN AM04"
    reversal = read(one(rejected), "b.ofx").facts[0].lines[0].reversal
    assert reversal
    assert (reversal.code, reversal.reason) == ("AM04", "provision insuffisante")
    fee = "<DTPOSTED>20260201<TRNAMT>-12.10<NAME>FRAIS REJET DE PRELEVEMENT"
    assert read(one(fee), "b.ofx").facts[0].lines[0].reversal is None
