"""camt.053, .052 and .054: batches, returns, other currencies, what is not booked."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from bankfiles import IBAN, Month, Paid, camt
from relance.incoming.camt import read
from relance.values.problem import Refusal

DAY = dt.date(2026, 2, 2)


def document(entries: str, balances: str = "", version: str = "053.001.02") -> bytes:
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{version}"><BkToCstmrStmt><Stmt>'
        f"<Id>S1</Id><Acct><Id><IBAN>{IBAN}</IBAN></Id></Acct>{balances}{entries}"
        "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def entry(
    details: str = "", amount: str = "300.00", sign: str = "CRDT", before: str = "", **more: str
) -> str:
    day = more.get("day", "2026-02-02")
    state = more.get("state", "BOOK")
    currency = more.get("currency", "EUR")
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{before}'
        f"<Sts>{state}</Sts><BookgDt><Dt>{day}</Dt></BookgDt>"
        f"<AcctSvcrRef>B1</AcctSvcrRef><NtryDtls>{details}</NtryDtls>"
        "<AddtlNtryInf>LIBELLE DE LA BANQUE</AddtlNtryInf></Ntry>"
    )


def payment(amount: str, inside: str = "", currency: str = "EUR") -> str:
    return f'<TxDtls><Amt Ccy="{currency}">{amount}</Amt>{inside}</TxDtls>'


def test_one_entry_of_two_payers_is_two_lines() -> None:
    references = [
        f"<RmtInf><Strd><CdtrRefInf><Ref>RF{n}</Ref></CdtrRefInf></Strd></RmtInf>" for n in (1, 2)
    ]
    details = payment("187.00", references[0]) + payment("113.00", references[1])
    reading = read(document(entry(details)), "r.xml")
    lines = reading.facts[0].lines
    assert [(line.amount, line.structured) for line in lines] == [
        (Decimal(187), ("RF1",)),
        (Decimal(113), ("RF2",)),
    ]
    assert [line.batch for line in lines] == [0, 0]
    assert reading.remarks == ()


def test_a_batch_without_details_is_one_line_and_told() -> None:
    batch = "<Btch><NbOfTxs>12</NbOfTxs></Btch>"
    reading = read(document(entry(batch)), "r.xml")
    (line,) = reading.facts[0].lines
    assert (line.amount, line.batch) == (Decimal(300), 12)
    assert line.labels == ("LIBELLE DE LA BANQUE",)
    assert "12 paiements" in reading.remarks[0].what


@pytest.mark.parametrize(
    "details",
    [
        payment("187.00") + payment("100.00"),  # 287.00 are not 300.00
        payment("187.00") + payment("113.00", currency="USD"),
    ],
)
def test_details_that_do_not_make_the_sum_are_one_line_and_told(details: str) -> None:
    reading = read(document(entry(details)), "r.xml")
    (line,) = reading.facts[0].lines
    assert (line.amount, line.batch) == (Decimal(300), 2)
    (remark,) = reading.remarks
    assert "ne fait pas son total" in remark.what


def test_a_single_payment_counts_for_what_the_account_received() -> None:
    reading = read(document(entry(payment("310.00"))), "r.xml")  # the bank kept its fee
    assert [line.amount for line in reading.facts[0].lines] == [Decimal(300)]


def test_returned_collections_say_why_and_which() -> None:
    month = Month(
        Decimal(1000),
        (
            Paid(DAY, Decimal("-564.05"), "PRLV F1", "NADIA ETIENNE", IBAN, "E1", "B1", "AC06"),
            Paid(DAY, Decimal("-100.00"), "PRLV F2", "SCI TILLEULS", IBAN, "E2", "B1", "AM04"),
        ),
        DAY,
        DAY,
    )
    reading = read(camt(month, batch=True), "r.xml")
    first, second = reading.facts[0].lines
    assert [first.amount, second.amount] == [Decimal("-564.05"), Decimal("-100.00")]
    assert (first.party, second.party) == ("NADIA ETIENNE", "SCI TILLEULS")
    assert first.reversal
    assert (first.reversal.code, first.reversal.original) == ("AC06", "E1")
    assert first.reversal.reason == "compte bloqué"
    assert second.reversal
    assert second.reversal.reason == "provision insuffisante"


@pytest.mark.parametrize(
    "before",
    [
        "<RvslInd>true</RvslInd>",
        "<BkTxCd><Domn><Fmly><SubFmlyCd>UPDD</SubFmlyCd></Fmly></Domn></BkTxCd>",
    ],
)
def test_a_reversal_without_a_reason_is_one(before: str) -> None:
    line = read(document(entry(sign="DBIT", before=before)), "r.xml").facts[0].lines[0]
    assert line.reversal
    assert line.amount == Decimal(-300)


def test_a_report_and_a_notification_have_no_balances() -> None:
    month = Month(
        Decimal(0), (Paid(DAY, Decimal(5), "F1", structured="RF18539007547034"),), DAY, DAY
    )
    for sort in ("052", "054"):
        (statement,) = read(camt(month, sort=sort, version="08"), "r.xml").facts
        assert (statement.form, statement.opening, statement.gap) == (f"camt.{sort}", None, None)
        assert statement.lines[0].structured == ("RF18539007547034",)


def test_what_is_not_booked_is_left_and_told() -> None:
    reading = read(document(entry(state="PDNG") + entry()), "r.xml")
    assert len(reading.facts[0].lines) == 1
    assert "pas encore passés : 1" in reading.remarks[0].what


BALANCE = (
    "<Bal><Tp><CdOrPrtry><Cd>{}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{}</Amt>"
    "<CdtDbtInd>{}</CdtDbtInd><Dt><Dt>2026-02-02</Dt></Dt></Bal>"
)


def test_a_statement_that_does_not_tie_is_told_and_taken() -> None:
    balances = BALANCE.format("PRCD", "100.00", "DBIT") + BALANCE.format("CLBD", "250.00", "CRDT")
    reading = read(document(entry(), balances), "r.xml")
    # -100.00 + 300.00 = 200.00, and the bank says 250.00
    assert reading.facts[0].gap == Decimal(50)
    assert "ne tombe pas juste" in reading.remarks[0].what
    assert len(reading.facts[0].lines) == 1


ENTRIES = {
    entry(day="2026-02-31"): "sa date « 2026-02-31 » n'existe pas",
    entry(day=""): "sa date manque",
    entry(amount="12,5"): "n'est pas un nombre",
    entry(amount="1.123456789012345"): "fractions de centime",
    entry(amount=""): "son montant manque",
    entry(sign="X"): "au crédit ou au débit",
    entry(currency="USD") + entry(): "il est en EUR, et le compte en USD",
}


@pytest.mark.parametrize(("entries", "expected"), ENTRIES.items())
def test_an_entry_that_cannot_be_taken_is_told(entries: str, expected: str) -> None:
    reading = read(document(entries), "r.xml")
    (fault,) = reading.faults
    assert expected in fault.what
    assert "LIBELLE DE LA BANQUE" in fault.what
    assert (fault.source.line, bool(fault.remedy)) == (1, True)


def test_another_message_is_refused_another_version_is_read_and_told() -> None:
    with pytest.raises(Refusal, match=r"n'est pas un relevé camt"):
        read(document("").replace(b"camt.053", b"pain.008"), "r.xml")
    with pytest.raises(Refusal, match="aucun relevé de compte"):
        read(document("").replace(b"Stmt>", b"Other>"), "r.xml")
    reading = read(document(entry(), version="053.001.14"), "r.xml")
    assert "version 14" in reading.remarks[0].what


def test_a_file_cut_in_the_middle_is_refused() -> None:
    content = document(entry() + entry())
    with pytest.raises(Refusal, match="coupé"):
        read(content[: len(content) // 2], "r.xml")
