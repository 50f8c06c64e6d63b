"""A made-up firm's invoices as electronic files: UBL, CII, and Factur-X in a PDF."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from xml.sax.saxutils import escape

import pikepdf

CENT = Decimal("0.01")
DATA = "urn:un:unece:uncefact:data:standard:"
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
EN16931 = "urn:cen.eu:en16931:2017"
MINIMUM = "urn:factur-x.eu:1p0:minimum"


@dataclass(frozen=True)
class Firm:
    """One side of a bill; the numbers are made up, their check digits right."""

    name: str
    siren: str = ""
    vat: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "FR"
    email: str = ""


SELLER = Firm(
    "Atelier Lumen",
    "732829320",
    "FR44732829320",
    "12 rue des Lanternes",
    "69004",
    "LYON",
    email="compta@lumen.example",
)
BUYER = Firm(
    "Menuiserie Dupont",
    "404833048",
    "FR83404833048",
    "3 quai des Bois",
    "38000",
    "GRENOBLE",
    email="factures@dupont.example",
)


@dataclass(frozen=True)
class Bill:
    """An invoice or a credit note; `bases` are the sums before VAT by rate in percent."""

    number: str
    issued: date
    due: date | None = None
    buyer: Firm = BUYER
    seller: Firm = SELLER
    bases: Mapping[str, str] = field(default_factory=lambda: {"20": "1100.00"})
    code: str = "380"
    prepaid: str = ""
    delivered: date | None = None
    refers_to: str = ""
    terms: str = ""
    iban: str = "FR7630006000011234567890189"
    currency: str = "EUR"
    process: str = "S1"
    note: str = ""
    means: str = "30"  # a transfer

    @property
    def vat(self) -> dict[str, tuple[Decimal, Decimal]]:
        """Base and tax by rate."""
        return {
            rate: (
                Decimal(base),
                (Decimal(base) * Decimal(rate) / 100).quantize(CENT, ROUND_HALF_UP),
            )
            for rate, base in self.bases.items()
        }

    @property
    def net(self) -> Decimal:
        return sum((base for base, _ in self.vat.values()), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return sum((tax for _, tax in self.vat.values()), Decimal(0))

    @property
    def total(self) -> Decimal:
        return self.net + self.tax

    @property
    def payable(self) -> Decimal:
        return self.total - Decimal(self.prepaid or 0)


def tag(name: str, *content: str, **attributes: str) -> str:
    """An element around elements; nothing when there is nothing to put in it."""
    inside = "".join(content)
    given = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{given}>{inside}</{name}>\n" if inside else ""


def text(name: str, value: object, **attributes: str) -> str:
    """An element around a text; nothing for an empty one."""
    return tag(name, escape(str(value)), **attributes) if value not in ("", None) else ""


# ---------------------------------------------------------------- CII


def cii(bill: Bill, profile: str = EN16931) -> bytes:
    """The bill as Cross Industry Invoice D16B; MINIMUM says hardly anything."""
    whole = profile != MINIMUM
    agreement = _cii_party("Seller", bill.seller, whole) + _cii_party("Buyer", bill.buyer, whole)
    delivered = tag(
        "ram:ActualDeliverySupplyChainEvent", _cii_day("ram:OccurrenceDateTime", bill.delivered)
    )
    body = (
        "".join(_cii_lines(bill) if whole else ())
        + tag("ram:ApplicableHeaderTradeAgreement", agreement)
        + ((tag("ram:ApplicableHeaderTradeDelivery", delivered) if whole else "") or DELIVERY)
        + tag("ram:ApplicableHeaderTradeSettlement", _cii_settlement(bill, whole))
    )
    process = tag(
        "ram:BusinessProcessSpecifiedDocumentContextParameter", text("ram:ID", bill.process)
    )
    guideline = tag("ram:GuidelineSpecifiedDocumentContextParameter", text("ram:ID", profile))
    document = (
        text("ram:ID", bill.number)
        + text("ram:TypeCode", bill.code)
        + _cii_day("ram:IssueDateTime", bill.issued)
        + (tag("ram:IncludedNote", text("ram:Content", bill.note)) if whole else "")
    )
    root = (
        f'<rsm:CrossIndustryInvoice xmlns:rsm="{DATA}CrossIndustryInvoice:100"'
        f' xmlns:ram="{DATA}ReusableAggregateBusinessInformationEntity:100"'
        f' xmlns:udt="{DATA}UnqualifiedDataType:100" xmlns:qdt="{DATA}QualifiedDataType:100">\n'
        + tag("rsm:ExchangedDocumentContext", process, guideline)
        + tag("rsm:ExchangedDocument", document)
        + tag("rsm:SupplyChainTradeTransaction", body)
        + "</rsm:CrossIndustryInvoice>\n"
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}'.encode()


DELIVERY = "<ram:ApplicableHeaderTradeDelivery/>\n"


def _cii_day(name: str, day: date | None, space: str = "udt") -> str:
    return tag(name, text(f"{space}:DateTimeString", f"{day:%Y%m%d}", format="102")) if day else ""


def _cii_party(role: str, firm: Firm, whole: bool) -> str:
    address = (
        text("ram:PostcodeCode", firm.postcode)
        + text("ram:LineOne", firm.street)
        + text("ram:CityName", firm.city)
        if whole
        else ""
    )
    email = text("ram:URIID", firm.email, schemeID="EM") if whole else ""
    return tag(
        f"ram:{role}TradeParty",
        text("ram:Name", firm.name),
        tag("ram:SpecifiedLegalOrganization", text("ram:ID", firm.siren, schemeID="0002")),
        tag("ram:PostalTradeAddress", address, text("ram:CountryID", firm.country)),
        tag("ram:URIUniversalCommunication", email),
        tag("ram:SpecifiedTaxRegistration", text("ram:ID", firm.vat, schemeID="VA")),
    )


def _cii_lines(bill: Bill) -> Iterator[str]:
    for n, (rate, (base, _)) in enumerate(bill.vat.items(), 1):
        yield tag(
            "ram:IncludedSupplyChainTradeLineItem",
            tag("ram:AssociatedDocumentLineDocument", text("ram:LineID", n)),
            tag("ram:SpecifiedTradeProduct", text("ram:Name", f"Travaux {n}")),
            tag(
                "ram:SpecifiedLineTradeAgreement",
                tag("ram:NetPriceProductTradePrice", text("ram:ChargeAmount", abs(base))),
            ),
            tag(
                "ram:SpecifiedLineTradeDelivery",
                text("ram:BilledQuantity", -1 if base < 0 else 1, unitCode="C62"),
            ),
            tag(
                "ram:SpecifiedLineTradeSettlement",
                tag("ram:ApplicableTradeTax", _cii_vat(rate)),
                tag(
                    "ram:SpecifiedTradeSettlementLineMonetarySummation",
                    text("ram:LineTotalAmount", base),
                ),
            ),
        )


def _cii_vat(rate: str, base: Decimal | None = None, tax: Decimal | None = None) -> str:
    return (
        text("ram:CalculatedAmount", tax)
        + text("ram:TypeCode", "VAT")
        + text("ram:BasisAmount", base)
        + text("ram:CategoryCode", "S")
        + text("ram:RateApplicablePercent", rate)
    )


def _cii_settlement(bill: Bill, whole: bool) -> str:
    account = tag("ram:PayeePartyCreditorFinancialAccount", text("ram:IBANID", bill.iban))
    means = tag(
        "ram:SpecifiedTradeSettlementPaymentMeans", text("ram:TypeCode", bill.means), account
    )
    taxes = (tag("ram:ApplicableTradeTax", _cii_vat(r, *sums)) for r, sums in bill.vat.items())
    terms = text("ram:Description", bill.terms) + _cii_day("ram:DueDateDateTime", bill.due)
    before = (
        text("ram:PaymentReference", bill.number),
        text("ram:InvoiceCurrencyCode", bill.currency),
        means,
        *taxes,
        tag("ram:SpecifiedTradePaymentTerms", terms),
    )
    sums = (
        text("ram:LineTotalAmount", bill.net) if whole else "",
        text("ram:TaxBasisTotalAmount", bill.net),
        text("ram:TaxTotalAmount", bill.tax, currencyID=bill.currency),
        text("ram:GrandTotalAmount", bill.total),
        text("ram:TotalPrepaidAmount", bill.prepaid) if whole else "",
        text("ram:DuePayableAmount", bill.payable),
    )
    reference = tag("ram:InvoiceReferencedDocument", text("ram:IssuerAssignedID", bill.refers_to))
    return (
        "".join(before if whole else before[1:2])
        + tag("ram:SpecifiedTradeSettlementHeaderMonetarySummation", *sums)
        + (reference if whole else "")
    )


# ---------------------------------------------------------------- UBL


def ubl(bill: Bill) -> bytes:
    """The bill as UBL 2.1: an Invoice, or a CreditNote for the code 381."""
    kind = "CreditNote" if bill.code == "381" else "Invoice"
    means = (
        text("cbc:PaymentMeansCode", bill.means)
        + text("cbc:PaymentID", bill.number)
        + tag("cac:PayeeFinancialAccount", text("cbc:ID", bill.iban))
    )
    body = (
        text("cbc:CustomizationID", EN16931)
        + text("cbc:ProfileID", bill.process)
        + text("cbc:ID", bill.number)
        + text("cbc:IssueDate", bill.issued)
        + text("cbc:DueDate", bill.due if kind == "Invoice" else "")
        + text(f"cbc:{kind}TypeCode", bill.code)
        + text("cbc:Note", bill.note)
        + text("cbc:DocumentCurrencyCode", bill.currency)
        + tag(
            "cac:BillingReference",
            tag("cac:InvoiceDocumentReference", text("cbc:ID", bill.refers_to)),
        )
        + tag("cac:AccountingSupplierParty", _ubl_party(bill.seller))
        + tag("cac:AccountingCustomerParty", _ubl_party(bill.buyer))
        + tag("cac:Delivery", text("cbc:ActualDeliveryDate", bill.delivered))
        + tag("cac:PaymentMeans", means)
        + tag("cac:PaymentTerms", text("cbc:Note", bill.terms))
        + _ubl_vat(bill)
        + _ubl_totals(bill)
        + "".join(_ubl_lines(bill, kind))
    )
    root = (
        f'<{kind} xmlns="{UBL}{kind}-2" xmlns:cac="{UBL}CommonAggregateComponents-2"'
        f' xmlns:cbc="{UBL}CommonBasicComponents-2">\n{body}</{kind}>\n'
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}'.encode()


VAT = tag("cac:TaxScheme", text("cbc:ID", "VAT"))


def _ubl_party(firm: Firm) -> str:
    return tag(
        "cac:Party",
        text("cbc:EndpointID", firm.email, schemeID="EM"),
        tag(
            "cac:PostalAddress",
            text("cbc:StreetName", firm.street),
            text("cbc:CityName", firm.city),
            text("cbc:PostalZone", firm.postcode),
            tag("cac:Country", text("cbc:IdentificationCode", firm.country)),
        ),
        tag("cac:PartyTaxScheme", text("cbc:CompanyID", firm.vat), VAT) if firm.vat else "",
        tag(
            "cac:PartyLegalEntity",
            text("cbc:RegistrationName", firm.name),
            text("cbc:CompanyID", firm.siren, schemeID="0002"),
        ),
    )


def _ubl_vat(bill: Bill) -> str:
    lines = (
        tag(
            "cac:TaxSubtotal",
            text("cbc:TaxableAmount", base, currencyID=bill.currency),
            text("cbc:TaxAmount", tax, currencyID=bill.currency),
            tag("cac:TaxCategory", text("cbc:ID", "S"), text("cbc:Percent", rate), VAT),
        )
        for rate, (base, tax) in bill.vat.items()
    )
    return tag("cac:TaxTotal", text("cbc:TaxAmount", bill.tax, currencyID=bill.currency), *lines)


def _ubl_totals(bill: Bill) -> str:
    sums = {
        "LineExtensionAmount": bill.net,
        "TaxExclusiveAmount": bill.net,
        "TaxInclusiveAmount": bill.total,
        "PrepaidAmount": bill.prepaid,
        "PayableAmount": bill.payable,
    }
    return tag(
        "cac:LegalMonetaryTotal",
        *(text(f"cbc:{name}", value, currencyID=bill.currency) for name, value in sums.items()),
    )


def _ubl_lines(bill: Bill, kind: str) -> Iterator[str]:
    quantity = "Credited" if kind == "CreditNote" else "Invoiced"
    for n, (rate, (base, _)) in enumerate(bill.vat.items(), 1):
        category = (text("cbc:ID", "S"), text("cbc:Percent", rate), VAT)
        yield tag(
            f"cac:{kind}Line",
            text("cbc:ID", n),
            text(f"cbc:{quantity}Quantity", -1 if base < 0 else 1, unitCode="C62"),
            text("cbc:LineExtensionAmount", base, currencyID=bill.currency),
            tag(
                "cac:Item",
                text("cbc:Name", f"Travaux {n}"),
                tag("cac:ClassifiedTaxCategory", *category),
            ),
            tag("cac:Price", text("cbc:PriceAmount", abs(base), currencyID=bill.currency)),
        )


# ---------------------------------------------------------------- PDF


def pdf(attachments: Mapping[str, bytes], password: str = "") -> bytes:
    """A page with files attached, in their order."""
    document = pikepdf.new()
    document.add_blank_page()
    for name, content in attachments.items():
        attached = pikepdf.AttachedFileSpec(
            document,
            content,
            filename=name,
            description=name,
            mime_type="text/xml",
            creation_date="D:20260101000000Z",
            mod_date="D:20260101000000Z",
        )
        document.attachments[name] = attached
    written = io.BytesIO()
    locked = pikepdf.Encryption(owner=password, user=password) if password else None
    document.save(written, encryption=locked, static_id=not password)
    return written.getvalue()


def facturx(bill: Bill, profile: str = EN16931) -> bytes:
    """The bill as Factur-X."""
    return pdf({"factur-x.xml": cii(bill, profile)})


# ---------------------------------------------------------------- Many


def bills(random: Random, count: int, since: date = date(2026, 1, 2)) -> Iterator[Bill]:
    """That many bills to some dozens of firms, one credit note in ten, part of them prepaid."""
    firms = [
        Firm(
            f"Client {n:03d}",
            f"{random.randrange(10**9):09d}",
            "",
            f"{n} rue du Port",
            "44000",
            "NANTES",
        )
        for n in range(max(1, count // 20))
    ]
    invoiced = ""
    for n in range(count):
        issued = since + timedelta(days=n * 300 // count)
        base = Decimal(random.randrange(1000, 1_000_000)) / 100
        credit = bool(invoiced) and random.random() < 0.1
        yield Bill(
            number=(number := f"F2026-{n + 1:05d}"),
            issued=issued,
            due=None if credit else issued + timedelta(days=30),
            buyer=random.choice(firms),
            bases={"20": str(base)} if random.random() < 0.7 else {"20": str(base), "5.5": "35.10"},
            code="381" if credit else "380",
            prepaid="" if credit or random.random() < 0.9 else "5.00",
            refers_to=invoiced if credit else "",
        )
        invoiced = invoiced if credit else number
