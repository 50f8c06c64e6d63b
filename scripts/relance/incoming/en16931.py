"""From the elements of an electronic invoice to its facts, by the terms of EN 16931.

What a syntax names otherwise is in its `Syntax`. An invoice is taken whole, or refused with every
reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from relance.incoming import invoice_parties
from relance.incoming.due_dates import DuePaths, due_dates
from relance.incoming.invoice import (
    CREDIT_NOTES,
    DocumentKind,
    Invoice,
    Party,
    Payment,
    Reference,
    StatedAmount,
    VatLine,
)
from relance.incoming.invoice_checks import faults_of, remarks_of
from relance.incoming.invoice_parties import PartyPaths
from relance.incoming.reading import Reading
from relance.incoming.safe_xml import Node
from relance.incoming.xml_fields import XmlFields
from relance.text.escapes import short
from relance.text.firms import bare
from relance.text.locales import is_currency, money
from relance.values.amounts import ZERO
from relance.values.problem import Problem, Refusal

_NOTES, _IBAN = 50, 34  # the longest IBAN


@dataclass(frozen=True, slots=True)
class Syntax:
    """Where a syntax keeps each term: paths from the root, or from the part named above them."""

    test: str
    process: str  # BT-23
    number: str  # BT-1
    code: str  # BT-3
    issued: str  # BT-2
    due: DuePaths
    delivered: str  # BT-72
    currency: str  # BT-5
    total: str  # BT-112
    prepaid: str  # BT-113
    rounding: str  # BT-114
    payable: str  # BT-115
    vat: str  # each line of BG-23
    vat_category: str
    vat_rate: str
    vat_base: str
    vat_tax: str
    references: str  # each of BG-3
    reference_number: str
    reference_day: str
    seller: str  # BG-4
    buyer: str  # BG-7
    means: str  # BT-81
    ibans: str  # BT-84
    payee: str  # BT-59
    quoted: str  # BT-83
    mandate: str  # BT-89
    notes: str  # each of BG-1
    note: str  # BT-22
    subject: str  # BT-21
    party: PartyPaths


def read(root: Node, at: Syntax) -> Reading[Invoice]:
    """The one invoice of a document, or its faults."""
    fields = XmlFields(root)
    stated = _stated(fields, at)
    if fields.faults:
        return Reading(faults=tuple(dict.fromkeys(fields.faults)))
    invoice = _with_prepaid(fields, _turned(stated))
    if faults := tuple(faults_of(invoice, fields.text(at.process))):
        return Reading(faults=faults)
    if at.test and fields.text(at.test) == "true":
        fields.remark(root.first(at.test), "ce fichier se dit un essai", "n'importez que du réel")
    return Reading((invoice,), remarks=(*fields.remarks, *remarks_of(invoice)))


def unknown_root(root: Node, syntax: str) -> Refusal:
    """The refusal of a document that is none of a syntax's."""
    what = (
        f"« {short(root.name, 40)} » de l'espace « {short(root.namespace, 80)} » "
        f"n'est pas une facture {syntax} de version connue"
    )
    return Refusal([Problem(root.source, what, "vérifiez que ce fichier est bien une facture")])


def _stated(fields: XmlFields, at: Syntax) -> Invoice:
    """The invoice as it is written, before anything in it is compared."""
    root, currency = fields.root, _currency(fields, at)
    issued = fields.day(fields.needed(at.issued, "la date de facture")) or date.min
    payable = _sum(fields, at.payable, "le net à payer", currency)
    due = due_dates(fields, at.due, issued, payable, currency)
    rounding = fields.amount(root.first(at.rounding), currency)
    number = fields.needed(at.number, "le numéro de facture")
    fields.needed(at.code, "le type de facture")
    seller = _party(fields, at, at.seller, "le vendeur")
    code = fields.text(at.code)
    return Invoice(
        kind=DocumentKind.CREDIT_NOTE if code in CREDIT_NOTES else DocumentKind.INVOICE,
        code=code,
        number=fields.text(at.number),
        issued=issued,
        due=due.last,
        instalments=due.instalments,
        terms=due.words,
        delivered=fields.day(root.first(at.delivered)),
        currency=currency,
        seller=seller,
        buyer=_party(fields, at, at.buyer, "le client"),
        total=_sum(fields, at.total, "le total TTC", currency),
        vat=tuple(_vat(fields, at, currency)),
        prepaid=fields.amount(root.first(at.prepaid), currency),
        rounding=rounding.value if rounding else ZERO,
        payable=payable,
        refers_to=tuple(_references(fields, at)),
        payment=_payment(fields, at, seller),
        notes=tuple(_notes(root.all(at.notes)[:_NOTES], at)),
        source=number.source,
    )


def _currency(fields: XmlFields, at: Syntax) -> str:
    node = fields.needed(at.currency, "la devise")
    currency = node.text()
    if currency and not is_currency(currency):
        fields.fault(node, f"« {short(currency, 20)} » n'est pas une devise, comme EUR")
    return currency


def _sum(fields: XmlFields, path: str, what: str, currency: str) -> StatedAmount:
    node = fields.needed(path, what)
    return fields.amount(node, currency) or StatedAmount(ZERO, node.source, node.name)


def _party(fields: XmlFields, at: Syntax, path: str, who: str) -> Party:
    node = fields.root.first(path)
    party = invoice_parties.party(fields, node, at.party) if node else Party("")
    if not party.name:
        fields.fault(node, f"le nom manque : {who}")
    return party


def _vat(fields: XmlFields, at: Syntax, currency: str) -> Iterator[VatLine]:
    for node in fields.root.all(at.vat):
        tax = node.first(at.vat_tax)
        if tax is not None and tax.attribute("currencyID") not in ("", currency):
            continue  # the VAT told once more in the currency of the seller's books (BT-111)
        base = fields.amount(node.first(at.vat_base), currency)
        rate = fields.decimal(node.first(at.vat_rate))
        if base and (amount := fields.amount(tax, currency)):
            yield VatLine(fields.text(at.vat_category, node), rate, base, amount)


def _references(fields: XmlFields, at: Syntax) -> Iterator[Reference]:
    for node in fields.root.all(at.references):
        if number := fields.text(at.reference_number, node):
            yield Reference(number, fields.day(node.first(at.reference_day)))


def _notes(nodes: Iterable[Node], at: Syntax) -> Iterator[str]:
    """The notes, their subject before them as UBL writes it in France."""
    for node in nodes:
        subject = node.text(at.subject) if at.subject else ""
        yield short(f"#{subject}#{node.text(at.note)}" if subject else node.text(at.note), 500)


def _payment(fields: XmlFields, at: Syntax, seller: Party) -> Payment:
    ibans = ("".join(node.text().split()).upper() for node in fields.root.all(at.ibans))
    payee = fields.text(at.payee)
    same = bare(payee) in (bare(seller.name), bare(seller.trade_name))
    return Payment(
        means=tuple(dict.fromkeys(node.text() for node in fields.root.all(at.means))),
        ibans=tuple(dict.fromkeys(iban for iban in ibans if 0 < len(iban) <= _IBAN)),
        payee="" if same else payee,
        reference=fields.text(at.quoted),
        mandate=fields.text(at.mandate),
    )


def _turned(stated: Invoice) -> Invoice:
    """A negative invoice as the credit note that it is."""
    if stated.total.value >= 0 or stated.kind is DocumentKind.CREDIT_NOTE:
        return stated
    return replace(
        stated,
        kind=DocumentKind.CREDIT_NOTE,
        total=_minus(stated.total),
        vat=tuple(replace(v, base=_minus(v.base), tax=_minus(v.tax)) for v in stated.vat),
        prepaid=_minus(stated.prepaid) if stated.prepaid else None,
        rounding=-stated.rounding,
        payable=_minus(stated.payable),
        instalments=(),
    )


def _minus(figure: StatedAmount) -> StatedAmount:
    return replace(figure, value=-figure.value)


def _with_prepaid(fields: XmlFields, invoice: Invoice) -> Invoice:
    """What was paid before, which the smallest profiles leave to be deduced."""
    paid = invoice.total.value + invoice.rounding - invoice.payable.value
    if invoice.prepaid is not None or paid <= 0:
        return invoice
    what = f"le net à payer est de {money(paid, invoice.currency)} moindre que le total TTC"
    fields.remark(None, what, "la différence compte comme déjà payée : vérifiez-la")
    return replace(invoice, prepaid=replace(invoice.payable, value=paid))
