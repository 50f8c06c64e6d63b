"""Invoices from strangers: each bad file is refused with its place and a remedy, soon."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from random import Random

import pikepdf
import pytest

from bombs import swelling
from electronic import Bill, Firm, cii, facturx, pdf, ubl
from relance.incoming import cii as cii_reader
from relance.incoming import facturx as facturx_reader
from relance.incoming import ubl as ubl_reader
from relance.incoming.invoice import Invoice
from relance.incoming.reading import Reading
from relance.incoming.recognition import recognise
from relance.values.problem import Problem, Refusal

BILL = Bill("F2026-0031", date(2026, 3, 2), date(2026, 4, 1))
Edit = Callable[[bytes], bytes]


def problems(content: bytes, file: str) -> tuple[Problem, ...]:
    """Why a file is not taken; every problem has a place and a remedy."""
    try:
        reading: Reading[Invoice] = recognise(content, file).read(content, file)
    except Refusal as refusal:
        told = refusal.problems
    else:
        assert not (reading.faults and reading.facts)
        told = reading.faults
    assert all(problem.source.path.startswith(file) and problem.remedy for problem in told)
    return told


def swap(old: str, new: str) -> Edit:
    def edit(content: bytes) -> bytes:
        assert old.encode() in content
        return content.replace(old.encode(), new.encode())

    return edit


BAD_CII = [
    (swap("<ram:DuePayableAmount>1320", "<ram:DuePayableAmount>1320,"), "s'écrit avec un point"),
    (swap("<ram:DuePayableAmount>1320", "<ram:DuePayableAmount>1 320"), "« 1 320.00 » n'est pas"),
    (swap("<ram:DuePayableAmount>1320", "<ram:DuePayableAmount>\u22121320"), "n'est pas un nombre"),
    (swap("<ram:DuePayableAmount>1320", "<ram:DuePayableAmount>1e3"), "n'est pas un nombre"),
    (swap("<ram:DuePayableAmount>1320", "<ram:DuePayableAmount>NaN"), "n'est pas un nombre"),
    (
        swap("<ram:DuePayableAmount>1320.00", "<ram:DuePayableAmount>1320.123456789012345"),
        "centimes",
    ),
    (
        swap("<ram:DuePayableAmount>1320", f"<ram:DuePayableAmount>{'9' * 30}"),
        "n'est pas une somme",
    ),
    (swap("<ram:DuePayableAmount>1320", "<ram:DuePayableAmount>1420"), "n'est pas le total TTC"),
    (
        swap("<ram:GrandTotalAmount>", "<ram:GrandTotalAmount currencyID='USD'>"),
        "en USD, la facture",
    ),
    (swap("<ram:GrandTotalAmount>1320.00</ram:GrandTotalAmount>", ""), "le total TTC manque"),
    (
        swap("<ram:DuePayable", "<ram:DuePayableAmount>9</ram:DuePayableAmount>\n<ram:DuePayable"),
        "le net à payer est là deux fois",
    ),
    (swap("<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>", ""), "la devise manque"),
    (swap(">EUR<", ">euros<"), "« euros » n'est pas une devise"),
    (swap(">20260302<", ">20260231<"), "« 20260231 » n'existe pas au calendrier"),
    (swap(">20260302<", ">02/03/2026<"), "« 02/03/2026 » n'est pas une date"),
    (swap(">20260302<", ">20262<"), "n'est pas une date"),
    (swap(">20260302<", ">02620302<"), "n'est pas de notre siècle"),
    (swap(">20260401<", ">20260431<"), "n'existe pas au calendrier"),
    (swap(">380<", ">325<"), "n'est ni facture ni avoir"),
    (swap(">F2026-0031</ram:ID>", "></ram:ID>"), "le numéro de facture manque"),
    (swap(">F2026-0031</ram:ID>", f">{'F' * 500}</ram:ID>"), "plus de 200 caractères"),
    (swap(">Menuiserie Dupont<", "><"), "le nom manque : le client"),
    (swap("CrossIndustryInvoice:100", "CrossIndustryInvoice:99"), "CrossIndustryInvoice:99"),
    (swap(":ID>S1<", ":ID>S2<"), "la dit déjà payée"),
]


@pytest.mark.parametrize(("edit", "words"), BAD_CII, ids=[words for _, words in BAD_CII])
def test_a_bad_cii_invoice_is_refused(edit: Edit, words: str) -> None:
    told = problems(edit(cii(BILL)), "f.xml")
    assert [words in str(problem) for problem in told] == [True]
    inside = problems(pdf({"factur-x.xml": edit(cii(BILL))}), "f.pdf")
    assert len(inside) == 1


def test_every_fault_is_told_at_once_each_at_its_line() -> None:
    content = swap(">2026-03-02<", ">hier<")(
        swap(">1320.00</cbc:Pay", ">1,320</cbc:Pay")(ubl(BILL))
    )
    assert [str(problem).partition(")\n")[0] for problem in problems(content, "f.xml")] == [
        "f.xml:6: « hier » n'est pas une date (élément IssueDate",
        "f.xml:60: « 1,320 » n'est pas un nombre, qui s'écrit avec un point (élément PayableAmount",
    ]


def test_a_negative_credit_note_and_a_negative_deposit_are_refused() -> None:
    negative = replace(BILL, code="381", bases={"20": "-100.00"})
    assert "cet avoir est négatif" in str(problems(ubl(negative), "f")[0])
    assert "n'est pas le total TTC" in str(problems(ubl(replace(BILL, prepaid="-5.00")), "f")[0])


BOMB = '<!DOCTYPE a [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;&a;">]>'
BAD_XML: list[tuple[Edit, str]] = [
    (lambda c: c[: len(c) // 2], "coupé ou mal formé"),
    (lambda c: c.replace(b"?>\n", b"?>\n" + BOMB.encode(), 1), "un DOCTYPE précède"),
    (lambda c: c.replace(b"F2026-0031", b"&mine;"), "une entité y est appelée"),
    (lambda c: c.replace(b"F2026-0031", b"F\xe9"), "un caractère n'est pas dans l'encodage"),
    (lambda c: c.replace(b"UTF-8", b"EBCDIC-CP-FR"), "« ebcdic-cp-fr », qui n'est pas lu"),
    (lambda c: c.replace(b"<cbc:ID>1<", b"<cbc:ID/>" * 1_000_000 + b"<cbc:ID>1<"), "éléments"),
    (lambda c: c.replace(b">F2026-0031<", b">" + b"<a>" * 300, 1), "mesure"),
    (lambda c: c.replace(b":Invoice-2", b":Invoice-3"), "n'est pas connu"),
    (lambda _: b"", "ce fichier est vide"),
    (lambda _: b"\0\1\2\3" * 1000, "n'est d'aucune sorte connue"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("edit", "words"), BAD_XML, ids=[words for _, words in BAD_XML])
def test_a_bad_xml_is_refused(edit: Edit, words: str) -> None:
    told = problems(edit(ubl(BILL)), "f.xml")
    assert [words in str(problem) for problem in told] == [True]


@pytest.mark.parametrize("write", [cii, ubl])
def test_every_encoding_gives_the_same_invoice(write: Callable[[Bill], bytes]) -> None:
    text = write(replace(BILL, buyer=Firm("Bœuf & Été", "404833048"))).decode()
    head, body = text.split("?>", 1)
    for content in (
        b"\xef\xbb\xbf" + text.encode(),
        text.replace("UTF-8", "UTF-16").encode("utf-16"),
        text.replace("UTF-8", "windows-1252").encode("cp1252"),
        (head + "?>\r\n<!-- <x> -->" + body.replace("\n", "\r\n")).encode(),
    ):
        reading = recognise(content, "f").read(content, "f")
        assert reading.facts[0].buyer.name == "Bœuf & Été"


HOSTILE = 'x" \n\n2026-01-01 open Actifs:Vol\n\x1b[31m\u202egnp.exe {{ 7*7 }} <script>'


@pytest.mark.parametrize("write", [cii, ubl])
def test_hostile_words_come_in_on_one_line_without_marks(write: Callable[[Bill], bytes]) -> None:
    # XML allows no escape character, so that is left to the readers of other formats.
    text = HOSTILE.replace("\x1b", "&#x9b;")
    hostile = replace(BILL, number=f"F1 {text}", buyer=Firm(text, street=text), note=text)
    content = write(hostile).replace(b"&amp;#x9b;", b"&#x9b;")
    (invoice,) = recognise(content, "f").read(content, "f").facts
    for kept in (invoice.number, invoice.buyer.name, *invoice.buyer.address, *invoice.notes):
        assert kept.isprintable()
        assert '"' in kept


# ---------------------------------------------------------------- PDFs


def object_bomb(mib: int, layers: int) -> bytes:
    """A PDF whose catalogue lies in an object stream that inflates to so many MiB."""
    data = swelling(b" " * 2**20, mib, head=b"9 0 <</Type/Catalog/Pages 2 0 R>>")
    for _ in range(layers - 1):
        data = zlib.compress(data, 9)
    written = b"%PDF-1.5\n"
    starts = [0]
    for body in (
        b"1 0 obj <</Type/ObjStm/N 1/First 4/Filter[%s]/Length %d>> stream\n%s\nendstream endobj\n"
        % (b"/FlateDecode " * layers, len(data), data),
        b"2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n",
        b"3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>> endobj\n",
    ):
        starts.append(len(written))
        written += body
    rows = [(0, 0), *((1, start) for start in starts[1:]), (1, len(written)), (2, 1)]
    table = b"".join(bytes([sort]) + at.to_bytes(4, "big") + b"\0" for sort, at in rows)
    return written + (
        b"4 0 obj <</Type/XRef/Size 10/Index[0 5 9 1]/W[1 4 1]/Root 9 0 R/Length %d>> stream\n%s"
        b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % (len(table), table, len(written))
    )


def attached_bomb(mib: int) -> bytes:
    data = swelling(b" " * 2**20, mib)
    document = pikepdf.new()
    document.add_blank_page()
    stream = pikepdf.Stream(document, data, Filter=pikepdf.Name.FlateDecode)
    names = [
        pikepdf.String("factur-x.xml"),
        pikepdf.Dictionary(F="factur-x.xml", EF={"/F": stream}),
    ]
    document.Root.Names = pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary(Names=names))
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


GOOD = facturx(BILL)
BAD_PDF = [
    (pdf({"factur-x.xml": cii(BILL)}, password=BILL.number), "protégé par un mot de passe"),
    (GOOD[: len(GOOD) // 2], "endommagé"),
    (GOOD.replace(b"startxref", b"startnull"), "endommagé"),
    (b"%PDF-1.7\n" + b"\0" * 100_000, "endommagé"),
    (b"%PDF-1.7\n" + b" " * 51 * 2**20, "dépasse 50 Mio"),
    (GOOD.replace(b"%%EOF", b"/LZ#57Decode %%EOF"), "LZW"),
    (object_bomb(200, 1), "se déploie hors de toute mesure"),
    (object_bomb(200, 2), "se déploie hors de toute mesure"),
    (attached_bomb(200), "se déploie hors de toute mesure"),
    (pdf({}), "aucun fichier en pièce jointe"),
    (
        pdf({"facture.xml": cii(BILL), "cgv\u202e.pdf": b"x"}),
        "(cgv.pdf, facture.xml en pièce jointe)",
    ),
    (
        pdf({"factur-x.xml": cii(BILL), "ZUGFeRD-invoice.xml": cii(replace(BILL, number="F2"))}),
        "plusieurs factures électroniques",
    ),
    (pdf({"factur-x.xml": b"%PDF-1.7"}), "coupé ou mal formé"),
    (pdf({"factur-x.xml": ubl(BILL)}), "n'est pas une facture CII"),
]


@pytest.mark.parametrize(("content", "words"), BAD_PDF, ids=range(len(BAD_PDF)))
def test_a_bad_pdf_is_refused(content: bytes, words: str) -> None:
    before = pikepdf.settings.get_qpdf_limits()
    told = problems(content, "f.pdf")
    assert [words in str(problem) for problem in told] == [True]
    assert pikepdf.settings.get_qpdf_limits() == before


def test_nothing_is_said_but_by_us(caplog: pytest.LogCaptureFixture) -> None:
    written = io.BytesIO()
    pikepdf.open(io.BytesIO(GOOD)).save(
        written, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False
    )
    problems(swap("/Kids [ 6 0 R ]", "/Kids [ null  ]")(written.getvalue()), "f.pdf")
    assert caplog.records == []


def test_an_object_stream_within_bounds_is_read() -> None:
    assert "aucun fichier en pièce jointe" in str(problems(object_bomb(1, 1), "f.pdf"))


def test_the_invoice_is_found_by_its_name_in_any_case_and_place() -> None:
    for attachments in (
        {"a.xml": ubl(BILL), "Factur-X.xml": cii(BILL), "z.pdf": b"x"},
        {"factur-x.xml": cii(BILL), "ZUGFeRD-invoice.xml": cii(BILL)},
    ):
        (invoice,) = facturx_reader.read(pdf(attachments), "f.pdf").facts
        assert invoice.number == "F2026-0031"
        assert invoice.source.path.startswith("f.pdf (")


def test_an_invoice_that_is_only_associated_is_found() -> None:
    document = pikepdf.open(io.BytesIO(GOOD))
    files = document.Root.Names.EmbeddedFiles.Names
    document.Root.AF = pikepdf.Array([files[1]])
    del document.Root.Names
    written = io.BytesIO()
    document.save(written)
    assert facturx_reader.read(written.getvalue(), "f.pdf").facts[0].number == "F2026-0031"


# ---------------------------------------------------------------- Whatever the bytes are


@pytest.mark.parametrize(
    ("content", "read"),
    [
        (GOOD, facturx_reader.read),
        (cii(BILL), cii_reader.read),
        (ubl(BILL), ubl_reader.read),
    ],
    ids=["pdf", "cii", "ubl"],
)
def test_a_reader_raises_nothing_but_refusals(
    content: bytes, read: Callable[[bytes, str], Reading[Invoice]]
) -> None:
    random = Random(15)
    for _ in range(400):
        hurt = bytearray(content)
        for _ in range(random.choice([1, 1, 2, 8])):
            at, length = random.randrange(len(hurt)), random.choice([1, 1, 4, 60])
            hurt[at : at + length] = random.choice(
                [b"", random.randbytes(length), b"<>", b"/AF", b"0" * length, hurt[:length]]
            )
        try:
            reading = read(bytes(hurt), "f")
        except Refusal:
            continue
        assert reading.facts or reading.faults


def test_what_stands_against_a_party_is_told_of_every_file_that_names_it() -> None:
    odd = replace(BILL, buyer=replace(BILL.buyer, city="V" * 201))
    for name in ("a.xml", "b.xml"):
        (problem,) = problems(ubl(odd), name)
        assert problem.source.path == name
        assert "plus de 200 caractères" in problem.what
    assert problems(ubl(BILL), "c.xml") == ()
