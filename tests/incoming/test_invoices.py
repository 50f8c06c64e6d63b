"""Electronic invoices: what real and made-up files say, read by value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import pytest

from electronic import BUYER, MINIMUM, Bill, Firm, bills, cii, facturx, pdf, ubl
from relance.incoming.invoice import DocumentKind, Invoice, Party, Reference
from relance.incoming.recognition import recognise

SAMPLES = Path(__file__).parent / "samples"
BILL = Bill("FA-2017-0010", date(2017, 11, 13), date(2017, 12, 13))
BOTH = pytest.mark.parametrize("write", [cii, ubl])


def read(content: bytes, file: str = "f") -> Invoice:
    reading = recognise(content, file).read(content, file)
    assert reading.faults == ()
    (invoice,) = reading.facts
    assert isinstance(invoice, Invoice)
    return invoice


def remarks(content: bytes, file: str = "f") -> list[str]:
    return [str(remark) for remark in recognise(content, file).read(content, file).remarks]


def sums(invoice: Invoice) -> tuple[str, str, str]:
    """The total, what was paid before, what is due for payment; "" for what is not known."""
    paid = invoice.prepaid
    return f"{invoice.total.value}", f"{paid.value if paid else ''}", f"{invoice.payable.value}"


# ---------------------------------------------------------------- Real files


def test_a_real_ubl_invoice_whose_payment_reference_is_a_date() -> None:
    invoice = read((SAMPLES / "ubl-akretion-en16931.xml").read_bytes())
    assert (invoice.number, invoice.issued, invoice.due) == (
        "F124212",
        date(2026, 6, 17),
        date(2026, 7, 16),
    )
    assert sums(invoice) == ("308.03", "100.00", "208.03")
    assert str(invoice.payable.source) == "f:271"
    assert invoice.payable.element == "PayableAmount"
    assert invoice.delivered == date(2026, 6, 14)
    assert [f"{line.rate} {line.base.value} {line.tax.value}" for line in invoice.vat] == [
        "20.00 138.00 27.6",
        "5.50 135.00 7.43",
    ]
    assert invoice.vat_ties
    assert invoice.buyer == Party(
        "Ma jolie boutique SARL",
        "Ma jolie Trading Brand",
        ("35 rue de la République", "La presqu'île", "69001 Lyon"),
        "FR",
        "787878784",
        "78787878400018",
        "FR19787878784",
        "laetita.durand@jolieboutique.com",
    )
    assert invoice.seller.siren == "999999998"
    assert invoice.seller.address[2] == "ZAC du Mont Ventoux"
    assert invoice.refers_to == (
        Reference("F124211", date(2025, 12, 30)),
        Reference("F124210", None),
    )
    assert invoice.payment.ibans == ("FR2012421242124212421242124",)
    assert invoice.payment.reference == "2026-06-17 00:00:00"
    assert invoice.payment.mandate == "RUM_9083209"
    assert invoice.payment.means == ("30",)
    assert invoice.terms == "30 jours net"
    assert invoice.notes[2] == "note sans sujet !"
    assert invoice.notes[3].startswith("#PMT#Indemnité forfaitaire")


EXTENDED = (SAMPLES / "cii-akretion-extended.xml").read_bytes()


@pytest.mark.parametrize(
    "content",
    [EXTENDED, pdf({"Bon_de_livraison.pdf": pdf({}), "factur-x.xml": EXTENDED})],
    ids=["xml", "pdf"],
)
def test_a_real_cii_invoice_with_bom_alone_and_as_second_attachment(content: bytes) -> None:
    invoice = read(content)
    assert (invoice.number, invoice.issued, invoice.due, invoice.currency) == (
        "F20260023",
        date(2026, 1, 31),
        date(2026, 3, 2),
        "EUR",
    )
    assert sums(invoice) == ("104.90", "0.00", "104.90")
    assert (invoice.buyer.name, invoice.buyer.siren) == ("LE CLIENT", "987654321")
    assert invoice.buyer.vat == "FR05987654321"
    assert invoice.refers_to == (Reference("F20260003", date(2026, 1, 1)),)
    assert invoice.payment.reference == "F20260023BUYER"
    assert invoice.payment.payee == "PAYEE NAME"
    assert invoice.assigned
    assert ["PAYEE NAME, non au vendeur" in remark for remark in remarks(content)] == [True]


def test_a_real_zugferd_1_invoice_of_other_names() -> None:
    content = (SAMPLES / "zugferd1-akretion-comfort.xml").read_bytes()
    invoice = read(content)
    assert (invoice.number, invoice.issued, invoice.due) == (
        "471102",
        date(2013, 3, 5),
        date(2013, 4, 4),
    )
    assert sums(invoice) == ("529.87", "0.00", "529.87")
    assert [line.rate for line in invoice.vat] == [7, 19]
    assert invoice.buyer.name == "Kunden AG Mitte"
    assert invoice.buyer.address == ("Kundenstraße 15", "69876 Frankfurt")
    assert ["se dit un essai" in remark for remark in remarks(content)] == [True]


# ---------------------------------------------------------------- The traits of others


@pytest.mark.parametrize("write", [cii, ubl, facturx])
def test_what_is_due_is_what_remains_after_the_deposit(write: Callable[[Bill], bytes]) -> None:
    bill = replace(BILL, bases={"20": "400.00", "5.5": "181.18"}, prepaid="201.00")
    invoice = read(write(bill))
    assert sums(invoice) == ("671.14", "201.00", "470.14")  # 480.00 + 191.14
    assert invoice.kind is DocumentKind.INVOICE
    assert invoice.source.line > 0


def test_the_smallest_profile_says_neither_deposit_nor_due_date() -> None:
    content = facturx(replace(BILL, bases={"0": "671.15"}, prepaid="201.00"), MINIMUM)
    invoice = read(content, "a.pdf")
    assert sums(invoice) == ("671.15", "201.00", "470.15")
    assert (invoice.due, invoice.buyer.address, invoice.vat) == (None, (), ())
    told = remarks(content, "a.pdf")
    assert len(told) == 2
    assert "a.pdf (factur-x.xml):" in told[0]
    assert "201,00 €" in told[0].replace("\u00a0", " ").replace("\u202f", " ")
    assert "la facture ne date pas son échéance" in told[1]


@BOTH
def test_a_credit_note_has_positive_amounts_and_names_its_invoice(
    write: Callable[[Bill], bytes],
) -> None:
    bill = replace(BILL, number="AV-2017-0005", code="381", refers_to="FA-2017-0010", due=None)
    invoice = read(write(bill))
    assert invoice.kind is DocumentKind.CREDIT_NOTE
    assert sums(invoice)[2] == "1320.00"
    assert invoice.refers_to == (Reference("FA-2017-0010", None),)
    assert remarks(write(bill)) == []


@BOTH
def test_a_negative_invoice_is_a_credit_note(write: Callable[[Bill], bytes]) -> None:
    invoice = read(write(replace(BILL, bases={"20": "-100.00"})))
    assert invoice.kind is DocumentKind.CREDIT_NOTE
    assert invoice.total.value == invoice.payable.value == 120
    assert [f"{line.base.value} {line.tax.value}" for line in invoice.vat] == ["100.00 20.00"]


@BOTH
@pytest.mark.parametrize(
    ("terms", "due"),
    [
        ("Payment within 30 days", None),
        ("À payer le 15/12/2017", date(2017, 12, 15)),
        ("payable au 15 décembre 2017, conditions générales du 01/01/2016", date(2017, 12, 15)),
        ("2 % d'escompte avant le 20/11/2017", None),
        ("30 jours, soit le 13/12/2017", None),
        ("15/12/2017 ou 31/12/2017", None),
        ("le 31/02/2018", None),
        ("", None),
    ],
)
def test_a_due_date_in_words_counts_when_it_is_the_only_thing_they_say(
    write: Callable[[Bill], bytes], terms: str, due: date | None
) -> None:
    content = write(replace(BILL, due=None, terms=terms))
    invoice = read(content)
    assert (invoice.due, invoice.terms) == (due, terms)
    assert ["ne date pas son échéance" in told for told in remarks(content)] == [True][: not due]


def test_a_number_with_spaces_and_slash_stays_as_it_is() -> None:
    invoice = read(ubl(replace(BILL, number="018304 / 28865", currency="SEK")))
    assert (invoice.number, invoice.currency) == ("018304 / 28865", "SEK")


@BOTH
def test_a_siret_says_the_siren_under_whichever_scheme(write: Callable[[Bill], bytes]) -> None:
    content = write(replace(BILL, buyer=replace(BUYER, siren="40483304800022")))
    buyer = read(content).buyer
    assert (buyer.siren, buyer.siret) == ("404833048", "40483304800022")
    bare = content.replace(b' schemeID="0002"', b"")
    assert read(bare).buyer.siret == "40483304800022"
    foreign = write(replace(BILL, buyer=Firm("Muller GmbH", "404833048", country="DE")))
    assert read(foreign.replace(b' schemeID="0002"', b"")).buyer.siren == ""


TERMS = b"<ram:SpecifiedTradePaymentTerms>%s</ram:SpecifiedTradePaymentTerms>"
DUE = (
    b'<ram:DueDateDateTime><udt:DateTimeString format="102">%s</udt:DateTimeString>'
    b"</ram:DueDateDateTime>"
)
PART = b"<ram:PartialPaymentAmount>%s</ram:PartialPaymentAmount>"


def with_terms(*terms: bytes) -> bytes:
    whole = cii(BILL)
    start = whole.index(b"<ram:SpecifiedTradePaymentTerms>")
    end = whole.index(b"<ram:SpecifiedTradeSettlementHeader")
    return whole[:start] + b"".join(TERMS % term for term in terms) + whole[end:]


def test_instalments_that_make_what_is_due_are_kept() -> None:
    invoice = read(
        with_terms(
            DUE % b"20180113" + PART % b"320.00",
            DUE % b"20171213" + PART % b"1000.00",
        )
    )
    assert [f"{part.day} {part.amount.value}" for part in invoice.instalments] == [
        "2017-12-13 1000.00",
        "2018-01-13 320.00",
    ]
    assert invoice.due == date(2018, 1, 13)


def test_of_several_due_dates_the_last_counts_and_it_is_said() -> None:
    content = with_terms(DUE % b"20180113" + PART % b"300.00", DUE % b"20171213")
    assert read(content).due == date(2018, 1, 13)
    assert read(content).instalments == ()
    assert ["plusieurs échéances" in told for told in remarks(content)] == [True]


def test_a_due_date_before_the_invoice_or_far_away_is_said() -> None:
    assert read(with_terms(DUE % b"20171112")).due is None
    assert "précède la facture" in remarks(with_terms(DUE % b"20171112"))[0]
    assert "plus de deux ans" in remarks(with_terms(DUE % b"20621112"))[0]


def test_a_corrected_and_a_factored_invoice_say_so() -> None:
    corrected = cii(replace(BILL, code="384", refers_to="F1"))
    assert read(corrected).corrects
    assert "facture rectificative de F1" in remarks(corrected)[0]
    assert read(cii(replace(BILL, code="393"))).assigned
    assert "affactureur" in remarks(cii(replace(BILL, code="393")))[0]


@BOTH
def test_a_claim_that_a_note_assigns_to_a_factor_says_so(write: Callable[[Bill], bytes]) -> None:
    clause = "#ACC#Pour être libératoire, le paiement est à faire à Affacto"
    content = write(replace(BILL, note=clause))
    assert read(content).assigned
    coded = b"<ram:Content>Pour</ram:Content><ram:SubjectCode>ACC</ram:SubjectCode>"
    whole = cii(replace(BILL, note="Pour")).replace(b"<ram:Content>Pour</ram:Content>", coded)
    assert read(whole).notes == ("#ACC#Pour",)
    assert read(whole).assigned


@BOTH
@pytest.mark.parametrize(("means", "drawn"), [("59", True), ("49", True), ("30", False)])
def test_an_invoice_that_the_seller_draws_says_so(
    write: Callable[[Bill], bytes], means: str, drawn: bool
) -> None:
    content = write(replace(BILL, means=means))
    assert read(content).direct_debit is drawn
    assert ["à prélever" in told for told in remarks(content)] == [True] * drawn


def test_a_payee_of_the_seller_s_own_name_is_the_seller() -> None:
    payee = (
        b"<cac:PayeeParty><cac:PartyName><cbc:Name>%s</cbc:Name></cac:PartyName></cac:PayeeParty>"
    )
    content = ubl(BILL).replace(
        b"<cac:Delivery>", payee % b"ATELIER LUMEN SARL" + b"<cac:Delivery>"
    )
    assert not read(content).assigned


def test_a_breakdown_that_does_not_tie_is_said_and_the_total_stands() -> None:
    content = cii(BILL).replace(b"<ram:BasisAmount>1100.00", b"<ram:BasisAmount>1000.00")
    assert not read(content).vat_ties
    assert sums(read(content))[2] == "1320.00"
    assert ["ne fait pas le total TTC" in told for told in remarks(content)] == [True]


def test_elements_of_strange_namespaces_are_not_seen() -> None:
    content = ubl(BILL).replace(
        b"<cac:LegalMonetaryTotal>",
        b'<cac:LegalMonetaryTotal><x:PayableAmount xmlns:x="urn:x">9999.00</x:PayableAmount>',
    )
    assert sums(read(content))[2] == "1320.00"


@pytest.mark.slow
def test_a_generated_company_is_read_as_it_was_written() -> None:
    for bill in bills(Random(15), 60):
        for content in (cii(bill), ubl(bill), facturx(bill)):
            invoice = read(content)
            assert (invoice.number, invoice.issued, invoice.due) == (
                bill.number,
                bill.issued,
                bill.due,
            )
            assert (invoice.total.value, invoice.payable.value) == (bill.total, bill.payable)
            assert (invoice.buyer.name, invoice.buyer.siren) == (bill.buyer.name, bill.buyer.siren)
            assert invoice.vat_ties
            assert invoice.code == bill.code
            assert [each.number for each in invoice.refers_to] == [bill.refers_to] * bool(
                bill.refers_to
            )
