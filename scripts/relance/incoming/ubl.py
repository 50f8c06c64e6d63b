"""Invoices and credit notes in the syntax UBL 2.1 (ISO/IEC 19845)."""

from __future__ import annotations

from dataclasses import replace

from relance.incoming import en16931, safe_xml
from relance.incoming.due_dates import DuePaths
from relance.incoming.en16931 import Syntax, unknown_root
from relance.incoming.invoice import Invoice
from relance.incoming.invoice_parties import PartyPaths
from relance.incoming.reading import Kind, Reading

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
INVOICE, CREDIT_NOTE = f"{_UBL}Invoice-2", f"{_UBL}CreditNote-2"
_PREFIXES = {
    "cac": f"{_UBL}CommonAggregateComponents-2",
    "cbc": f"{_UBL}CommonBasicComponents-2",
}
MOST_ELEMENTS = 300_000  # an invoice of 5 000 lines has 150 000


def read(content: bytes, file: str) -> Reading[Invoice]:
    """The invoice or credit note of a document; `Refusal` (2) for anything else."""
    root = safe_xml.parse(content, file, MOST_ELEMENTS)
    syntax = _ROOTS.get((root.namespace, root.name))
    if syntax is None:
        raise unknown_root(root, "UBL")
    return en16931.read(root.using(**_PREFIXES), syntax)


_PARTY = PartyPaths(
    names=("cac:PartyLegalEntity/cbc:RegistrationName", "cac:PartyName/cbc:Name"),
    trade_name="cac:PartyName/cbc:Name",
    lines=tuple(
        f"cac:PostalAddress/{line}"
        for line in ("cbc:StreetName", "cbc:AdditionalStreetName", "cac:AddressLine/cbc:Line")
    ),
    postcode="cac:PostalAddress/cbc:PostalZone",
    city="cac:PostalAddress/cbc:CityName",
    country="cac:PostalAddress/cac:Country/cbc:IdentificationCode",
    registration="cac:PartyLegalEntity/cbc:CompanyID",
    identifiers=("cac:PartyIdentification/cbc:ID", "cbc:EndpointID"),
    vat="cac:PartyTaxScheme/cbc:CompanyID",
    emails=("cac:Contact/cbc:ElectronicMail", "cbc:EndpointID[@schemeID='EM']"),
)
_TOTALS = "cac:LegalMonetaryTotal/cbc"
_INVOICED = Syntax(
    test="",
    process="cbc:ProfileID",
    number="cbc:ID",
    code="cbc:InvoiceTypeCode",
    issued="cbc:IssueDate",
    due=DuePaths(
        days=("cbc:DueDate", "cac:PaymentMeans/cbc:PaymentDueDate"),
        terms="cac:PaymentTerms",
        words="cbc:Note",
        term_day="cbc:PaymentDueDate",
        term_amount="cbc:Amount",
    ),
    delivered="cac:Delivery/cbc:ActualDeliveryDate",
    currency="cbc:DocumentCurrencyCode",
    total=f"{_TOTALS}:TaxInclusiveAmount",
    prepaid=f"{_TOTALS}:PrepaidAmount",
    rounding=f"{_TOTALS}:PayableRoundingAmount",
    payable=f"{_TOTALS}:PayableAmount",
    vat="cac:TaxTotal/cac:TaxSubtotal",
    vat_category="cac:TaxCategory/cbc:ID",
    vat_rate="cac:TaxCategory/cbc:Percent",
    vat_base="cbc:TaxableAmount",
    vat_tax="cbc:TaxAmount",
    references="cac:BillingReference/cac:InvoiceDocumentReference",
    reference_number="cbc:ID",
    reference_day="cbc:IssueDate",
    seller="cac:AccountingSupplierParty/cac:Party",
    buyer="cac:AccountingCustomerParty/cac:Party",
    means="cac:PaymentMeans/cbc:PaymentMeansCode",
    ibans="cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID",
    payee="cac:PayeeParty/cac:PartyName/cbc:Name",
    quoted="cac:PaymentMeans/cbc:PaymentID",
    mandate="cac:PaymentMeans/cac:PaymentMandate/cbc:ID",
    notes="cbc:Note",
    note="",
    subject="",
    party=_PARTY,
)
_CREDITED = replace(_INVOICED, code="cbc:CreditNoteTypeCode")
_ROOTS = {(INVOICE, "Invoice"): _INVOICED, (CREDIT_NOTE, "CreditNote"): _CREDITED}
KIND = Kind("facture UBL", lambda head: head.root in _ROOTS, read)
