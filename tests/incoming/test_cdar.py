"""Lifecycle messages: what is read of them, what is refused, alone and in an archive."""

from __future__ import annotations

import io
import zipfile
from datetime import date, time
from decimal import Decimal

import pytest

from lifecycle import Message, cdar, zipped
from relance.incoming import status_archive
from relance.incoming.cdar import read
from relance.incoming.reading import Reading
from relance.incoming.recognition import recognise
from relance.incoming.status_message import StatusMessage, StatusReason
from relance.incoming.xml_values import Unreadable, moment
from relance.values.amounts import Money
from relance.values.problem import Refusal

# The message of the association that wrote the standard, in our words: same elements, same places.
DEPOSITED = """\ufeff<?xml version="1.0" encoding="UTF-8"?>
<CrossDomainAcknowledgementAndResponse
 xmlns="urn:un:unece:uncefact:data:standard:CrossDomainAcknowledgementAndResponse:100"
 xmlns:r="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
 xmlns:u="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"
 xmlns:q="urn:un:unece:uncefact:data:standard:QualifiedDataType:100">
 <ExchangedDocument><r:ID>M-1</r:ID>
  <r:IssueDateTime><u:DateTimeString format="204">20250701151500</u:DateTimeString>
  </r:IssueDateTime></ExchangedDocument>
 <AcknowledgementDocument><r:TypeCode>305</r:TypeCode>
  <r:ReferenceReferencedDocument>
   <r:IssuerAssignedID>F202500003</r:IssuerAssignedID><r:StatusCode>10</r:StatusCode>
   <r:TypeCode>380</r:TypeCode>
   <r:FormattedIssueDateTime><q:DateTimeString format="102">20250701</q:DateTimeString>
   </r:FormattedIssueDateTime>
   <r:ProcessConditionCode>200</r:ProcessConditionCode> <!-- a comment -->
   <r:ProcessCondition>Déposée</r:ProcessCondition>
   <r:IssuerTradeParty><r:GlobalID schemeID="0002">100000009</r:GlobalID></r:IssuerTradeParty>
  </r:ReferenceReferencedDocument></AcknowledgementDocument>
</CrossDomainAcknowledgementAndResponse>"""


def only(reading: Reading[StatusMessage]) -> StatusMessage:
    (status,) = reading.facts
    assert reading.faults == ()
    return status


def test_what_a_message_says() -> None:
    status = only(read(DEPOSITED.encode(), "m.xml"))
    assert (status.id, status.number, status.code, status.name) == (
        *("M-1", "F202500003", "200", "Déposée"),
    )
    # Without the day of the status itself, that of the message counts.
    assert (status.day, status.hour) == (date(2025, 7, 1), time(15, 15))
    assert (status.sellers, status.issued) == (("100000009",), date(2025, 7, 1))
    assert status.source.line == 11


def test_the_day_of_the_status_comes_before_that_of_the_message() -> None:
    status = only(read(cdar(Message("F1", "203", at="20260915101500")), "m.xml"))
    assert (status.day, status.hour) == (date(2026, 9, 15), time(10, 15))


def test_reasons_comments_and_sums() -> None:
    message = Message(
        "F1",
        "207",
        reasons={"QUALITE_ERR": "Qualité incorrecte", "TX_TVA_ERR": "Taux de TVA erroné"},
        comment="Tout est inondé",
        amounts={"MNATTC": "200.00", "MAPTTC": "1000"},
    )
    status = only(read(cdar(message), "m.xml"))
    assert status.reasons == (
        StatusReason("QUALITE_ERR", "Qualité incorrecte", "Tout est inondé"),
        StatusReason("TX_TVA_ERR", "Taux de TVA erroné"),
    )
    assert status.sum_of("MNATTC") == Money(Decimal("200.00"), "EUR")
    assert status.status.approved == Money(Decimal(1000), "EUR")
    assert status.sum_of("MPA") is None


@pytest.mark.parametrize("amount", ["-5.00", "0", "0.001"])
def test_a_sum_of_no_use_is_none(amount: str) -> None:
    status = only(read(cdar(Message("F1", "207", amounts={"MNATTC": amount})), "m.xml"))
    assert status.sum_of("MNATTC") is None


@pytest.mark.parametrize("currency", ["", "eur", "ÉÉÉ", "DOL"])
def test_a_sum_in_no_currency_is_none(currency: str) -> None:
    content = cdar(Message("F1", "207", amounts={"MNATTC": "200.00"}))
    assert b'currencyID="EUR"' in content
    odd = content.replace(b'currencyID="EUR"', f'currencyID="{currency}"'.encode())
    assert only(read(odd, "m.xml")).sum_of("MNATTC") is None


def test_a_message_about_several_invoices() -> None:
    content = cdar(Message("F1", "203", id="M-7"), Message("F2", "213"))
    first, second = read(content, "m.xml").facts
    assert (first.id, first.number, first.code) == ("M-7/1", "F1", "203")
    assert (second.id, second.number, second.code) == ("M-7/2", "F2", "213")


def test_a_message_without_number_of_its_own_is_known_by_what_it_says() -> None:
    content = cdar(Message("F1", "203", id="M-7")).replace(b"<ram:ID>M-7</ram:ID>", b"")
    assert only(read(content, "m.xml")).id == "F1_203_20260915101500"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (cdar(Message("", "203")), "le numéro de la facture manque"),
        (cdar(Message("F1", "")), "le code du statut manque"),
        (cdar(Message("F1", "203", at="20261315101500")), "n'existe pas au calendrier"),
        (cdar(Message("F1", "203", at="20260915251500")), "n'a pas d'heure qui existe"),
        (cdar(Message("F1", "203", at="hier")), "n'est pas une date"),
        (cdar(Message("F1", "203", at="")).replace(b"20261120080000", b""), "la date du statut"),
        (cdar(Message("F" * 201, "203")), "plus de 200 caractères"),
        (cdar(Message("F1", "207", amounts={"MPA": "12,50"})), "n'est pas un nombre"),
    ],
)
def test_what_cannot_be_taken_is_told_at_its_place(content: bytes, what: str) -> None:
    reading = read(content, "m.xml")
    assert reading.facts == ()
    (fault,) = reading.faults
    assert what in fault.what
    assert fault.source.line > 1
    assert "relance noter" in fault.remedy


def test_one_invoice_at_fault_keeps_no_other_out() -> None:
    reading = read(cdar(Message("F1", "203"), Message("", "213"), Message("F3", "205")), "m.xml")
    assert [fact.number for fact in reading.facts] == ["F1", "F3"]
    assert len(reading.faults) == 1
    assert reading.divisible


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (cdar(Message("F1", "203"), head='<!DOCTYPE a [<!ENTITY b "c">]>'), "DOCTYPE"),
        (cdar(Message("F1", "203"))[:-40], "coupé ou mal formé"),
        (b"<Autre/>", "n'est pas celle d'un statut"),
        (
            cdar(Message("F1", "203")).replace(
                b"<ram:BusinessProcess",
                b"<ram:TestIndicator><udt:Indicator>true</udt:Indicator></ram:TestIndicator>"
                b"<ram:BusinessProcess",
                1,
            ),
            "message d'essai",
        ),
    ],
)
def test_what_is_no_message_is_refused(content: bytes, what: str) -> None:
    with pytest.raises(Refusal, match=what):
        read(content, "m.xml")


def test_a_message_about_nothing() -> None:
    content = cdar(Message("F1", "203"))
    start, end = content.index(b"  <ram:Ref"), content.index(b" </rsm:Ack")
    (fault,) = read(content[:start] + content[end:], "m.xml").faults
    assert "ne parle d'aucune facture" in fault.what


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20260915", (date(2026, 9, 15), None)),
        ("202609151430", (date(2026, 9, 15), time(14, 30))),
        ("20260915143005", (date(2026, 9, 15), time(14, 30, 5))),
        ("2026-09-15T14:30:05.123Z", (date(2026, 9, 15), time(14, 30, 5))),
        ("2026-09-15T14:30+02:00", (date(2026, 9, 15), time(14, 30))),
    ],
)
def test_moments(text: str, expected: tuple[date, time | None]) -> None:
    assert moment(text) == expected


@pytest.mark.parametrize("text", ["", "20260230", "202609151", "20260915 1430", "2026-09-15T1:3"])
def test_no_moments(text: str) -> None:
    with pytest.raises(Unreadable):
        moment(text)


# ---------------------------------------------------------------- In an archive


def test_an_archive_is_known_by_what_is_in_it() -> None:
    content = zipped({"lisez-moi.txt": b"bonjour", "a/1.bin": cdar(Message("F1", "203"))})
    kind = recognise(content, "export.zip")
    assert kind.name == "archive de statuts"
    reading = kind.read(content, "export.zip")
    assert [fact.number for fact in reading.facts] == ["F1"]
    assert str(reading.facts[0].source).startswith("export.zip/a/1.bin:")
    (fault,) = reading.faults  # what is no message is told
    assert fault.source.path == "export.zip/lisez-moi.txt"


@pytest.mark.parametrize("files", [{"a.txt": b"bonjour"}, {"a.xml": b"<a/>"}, {}])
def test_any_other_archive_is_none_of_ours(files: dict[str, bytes]) -> None:
    with pytest.raises(Refusal, match="d'aucune sorte connue"):
        recognise(zipped(files), "export.zip")


def test_a_message_is_known_by_its_root_whatever_its_name() -> None:
    assert recognise(cdar(Message("F1", "203")), "facture.pdf").name == "statut de facture"


def test_a_damaged_archive() -> None:
    content = zipped({"1.xml": cdar(Message("F1", "203")), "2.xml": cdar(Message("F2", "203"))})
    with pytest.raises(Refusal, match="ne s'ouvre pas"):
        status_archive.read(content[:-30], "a.zip")
    at = content.index(b"2.xml") + 20  # inside what is packed
    broken = (
        content[:at] + bytes(byte ^ 0xFF for byte in content[at : at + 40]) + content[at + 40 :]
    )
    reading = status_archive.read(broken, "a.zip")
    assert [fact.number for fact in reading.facts] == ["F1"]
    assert ["abîmé" in fault.what for fault in reading.faults] == [True]


def test_an_archive_with_a_password() -> None:
    content = bytearray(zipped({"1.xml": cdar(Message("F1", "203"))}))
    content[content.index(b"PK\x01\x02") + 8] |= 1  # says that it is encrypted
    content[6] |= 1
    (fault,) = status_archive.read(bytes(content), "a.zip").faults
    assert "mot de passe" in fault.what


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, 93])
def test_a_compression_that_platforms_do_not_use_is_not_undone(method: int) -> None:
    """LZMA and Zstandard (93, which Python reads since 3.14) ask for memory as the file says, and
    fail in ways of their own."""
    content = bytearray(zipped({"1.xml": cdar(Message("F1", "203")), "2.xml": b"<a/>"}))
    listed = content.index(b"PK\x01\x02")
    for place in (8, listed + 10):  # where the file and the list of files say it of the first
        content[place : place + 2] = method.to_bytes(2, "little")
    (packed, other) = status_archive.read(bytes(content), "a.zip").faults
    assert (packed.source.path, "comprimé" in packed.what) == ("a.zip/1.xml", True)
    assert other.source.path == "a.zip/2.xml"


@pytest.mark.slow
def test_bombs_are_unpacked_no_further_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status_archive, "MOST_BYTES", 20_000)
    monkeypatch.setattr(status_archive, "MOST_IN_ALL", 50_000)
    bomb = b" " * 10_000_000
    content = zipped({f"{n}.xml": bomb for n in range(9)} | {"z.xml": cdar(Message("F1", "203"))})
    assert len(content) < 100_000
    reading = status_archive.read(content, "a.zip")
    # 20 001 bytes of three files are 60 003: the fourth and all that follow are not opened.
    told = [fault.what for fault in reading.faults]
    assert [("dépasse 0 Mio" in what, "rien n'en est lu" in what) for what in told] == (
        [(True, False)] * 3 + [(False, True)]
    )


def test_an_archive_of_too_many_files_is_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status_archive, "MOST_FILES", 3)
    content = zipped({f"{n}.xml": b"" for n in range(4)})
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(Refusal, match="plus de 3 fichiers"):
        status_archive.read(content, "a.zip")


def test_an_archive_in_an_archive_is_not_opened() -> None:
    inside = zipped({"1.xml": cdar(Message("F1", "203"))})
    content = zipped({"2.xml": cdar(Message("F2", "203")), "inside.zip": inside})
    reading = status_archive.read(content, "a.zip")
    assert [fact.number for fact in reading.facts] == ["F2"]
    assert len(reading.faults) == 1


def test_a_size_that_lies_is_not_believed() -> None:
    """The directory says 10 bytes; what is packed there is longer, and cut: told, not taken."""
    content = bytearray(zipped({"1.xml": cdar(Message("F1", "203"))}))
    entry = content.index(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = (10).to_bytes(4, "little")
    reading = status_archive.read(bytes(content), "a.zip")
    assert reading.facts == ()
    assert len(reading.faults) == 1


def test_any_bytes_are_read_or_refused() -> None:
    content = zipped({"1.xml": cdar(Message("F1", "203")), "2.xml": cdar(Message("F2", "207"))})
    for place in range(0, len(content), 7):
        broken = bytearray(content)
        broken[place] ^= 0x55
        try:
            status_archive.read(bytes(broken), "a.zip")
        except Refusal:
            continue


def test_an_archive_made_by_hand_is_read() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.mkdir("dossier")
        archive.writestr("dossier/é.xml", cdar(Message("F1", "203")))
    assert only(status_archive.read(packed.getvalue(), "a.zip")).number == "F1"
