"""Invoices in the syntax CII: Cross Industry Invoice D16B, in which Factur-X and ZUGFeRD 2 are
written, and its forerunner of ZUGFeRD 1."""

from __future__ import annotations

from relance.incoming import en16931, safe_xml
from relance.incoming.due_dates import DuePaths
from relance.incoming.en16931 import Syntax, unknown_root
from relance.incoming.invoice import Invoice
from relance.incoming.invoice_parties import PartyPaths
from relance.incoming.reading import Kind, Reading

D16B = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
ZUGFERD_1 = "urn:ferd:CrossIndustryDocument:invoice:1p0"
MOST_ELEMENTS = 300_000  # an invoice of 5 000 lines has 200 000
_DATA = "urn:un:unece:uncefact:data:standard:"
_OF_D16B = {
    "ram": f"{_DATA}ReusableAggregateBusinessInformationEntity:100",
    "udt": f"{_DATA}UnqualifiedDataType:100",
    "qdt": f"{_DATA}QualifiedDataType:100",
}
_OF_ZUGFERD_1 = {
    "ram": f"{_DATA}ReusableAggregateBusinessInformationEntity:12",
    "udt": f"{_DATA}UnqualifiedDataType:15",
    "qdt": f"{_DATA}QualifiedDataType:12",
}


def read(content: bytes, file: str) -> Reading[Invoice]:
    """The invoice of a document of one of the two versions; `Refusal` (2) for anything else."""
    root = safe_xml.parse(content, file, MOST_ELEMENTS)
    version = _VERSIONS.get((root.namespace, root.name))
    if version is None:
        raise unknown_root(root, "CII")
    prefixes, syntax = version
    return en16931.read(root.using(**prefixes), syntax)


_PARTY = PartyPaths(
    names=("ram:Name",),
    trade_name="ram:SpecifiedLegalOrganization/ram:TradingBusinessName",
    lines=tuple(f"ram:PostalTradeAddress/ram:Line{n}" for n in ("One", "Two", "Three")),
    postcode="ram:PostalTradeAddress/ram:PostcodeCode",
    city="ram:PostalTradeAddress/ram:CityName",
    country="ram:PostalTradeAddress/ram:CountryID",
    registration="ram:SpecifiedLegalOrganization/ram:ID",
    identifiers=("ram:GlobalID", "ram:URIUniversalCommunication/ram:URIID"),
    vat="ram:SpecifiedTaxRegistration/ram:ID[@schemeID='VA']",
    emails=(
        "ram:DefinedTradeContact/ram:EmailURIUniversalCommunication/ram:URIID",
        "ram:URIUniversalCommunication/ram:URIID[@schemeID='EM']",
    ),
)


def _syntax(context: str, document: str, transaction: str, header: str, sums: str) -> Syntax:
    """The paths; the two versions differ in the names of what holds the fields."""
    agreement, delivery, settlement = (
        f"{transaction}/ram:Applicable{header}Trade{part}"
        for part in ("Agreement", "Delivery", "Settlement")
    )
    totals = f"{settlement}/ram:SpecifiedTradeSettlement{sums}MonetarySummation"
    means = f"{settlement}/ram:SpecifiedTradeSettlementPaymentMeans"
    rate = "ram:RateApplicablePercent" if header == "Header" else "ram:ApplicablePercent"
    return Syntax(
        test=f"{context}/ram:TestIndicator/udt:Indicator",
        process=f"{context}/ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID",
        number=f"{document}/ram:ID",
        code=f"{document}/ram:TypeCode",
        issued=f"{document}/ram:IssueDateTime/udt:DateTimeString",
        due=DuePaths(
            days=(),
            terms=f"{settlement}/ram:SpecifiedTradePaymentTerms",
            words="ram:Description",
            term_day="ram:DueDateDateTime/udt:DateTimeString",
            term_amount="ram:PartialPaymentAmount",
        ),
        delivered=f"{delivery}/ram:ActualDeliverySupplyChainEvent"
        "/ram:OccurrenceDateTime/udt:DateTimeString",
        currency=f"{settlement}/ram:InvoiceCurrencyCode",
        total=f"{totals}/ram:GrandTotalAmount",
        prepaid=f"{totals}/ram:TotalPrepaidAmount",
        rounding=f"{totals}/ram:RoundingAmount",
        payable=f"{totals}/ram:DuePayableAmount",
        vat=f"{settlement}/ram:ApplicableTradeTax",
        vat_category="ram:CategoryCode",
        vat_rate=rate,
        vat_base="ram:BasisAmount",
        vat_tax="ram:CalculatedAmount",
        references=f"{settlement}/ram:InvoiceReferencedDocument",
        reference_number="ram:IssuerAssignedID",
        reference_day="ram:FormattedIssueDateTime/qdt:DateTimeString",
        seller=f"{agreement}/ram:SellerTradeParty",
        buyer=f"{agreement}/ram:BuyerTradeParty",
        means=f"{means}/ram:TypeCode",
        ibans=f"{means}/ram:PayeePartyCreditorFinancialAccount/ram:IBANID",
        payee=f"{settlement}/ram:PayeeTradeParty/ram:Name",
        quoted=f"{settlement}/ram:PaymentReference",
        mandate=f"{settlement}/ram:SpecifiedTradePaymentTerms/ram:DirectDebitMandateID",
        notes=f"{document}/ram:IncludedNote",
        note="ram:Content",
        subject="ram:SubjectCode",
        party=_PARTY,
    )


_CURRENT = _syntax(
    "ExchangedDocumentContext",
    "ExchangedDocument",
    "SupplyChainTradeTransaction",
    "Header",
    "Header",
)
_FIRST = _syntax(
    "SpecifiedExchangedDocumentContext",
    "HeaderExchangedDocument",
    "SpecifiedSupplyChainTradeTransaction",
    "SupplyChain",
    "",
)
_VERSIONS = {
    (D16B, "CrossIndustryInvoice"): (_OF_D16B, _CURRENT),
    (ZUGFERD_1, "CrossIndustryDocument"): (_OF_ZUGFERD_1, _FIRST),
}
KIND = Kind("facture CII", lambda head: head.root in _VERSIONS, read)
