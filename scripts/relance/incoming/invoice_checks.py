"""What an invoice says against itself: why it is refused, and what a person should know of it."""

from __future__ import annotations

from collections.abc import Iterator

from relance.incoming.invoice import CREDIT_NOTES, INVOICES, DocumentKind, Invoice
from relance.incoming.xml_fields import ASK
from relance.text.escapes import short
from relance.text.locales import money
from relance.values.amounts import ZERO
from relance.values.problem import Problem

_ALREADY_PAID = {"B2", "S2", "M2"}  # BT-23, the French frames of an invoice paid before
_LOOK = "comparez avec la facture, et corrigez l'écriture s'il le faut"


def faults_of(invoice: Invoice, process: str) -> Iterator[Problem]:
    """Why it cannot be taken; `process` is its business process (BT-23)."""
    paid = invoice.prepaid.value if invoice.prepaid else ZERO
    if invoice.code not in INVOICES | CREDIT_NOTES:
        what = f"un document de type « {short(invoice.code, 20)} » n'est ni facture ni avoir"
        yield Problem(invoice.source, what, "laissez-le de côté : il ne demande aucun paiement")
    if invoice.total.value < 0:
        yield Problem(invoice.total.source, "cet avoir est négatif : on ne sait qui doit", ASK)
    if paid < 0 or invoice.total.value - paid + invoice.rounding != invoice.payable.value:
        due, whole, before = (
            money(value, invoice.currency)
            for value in (invoice.payable.value, invoice.total.value, paid)
        )
        what = f"le net à payer ({due}) n'est pas le total TTC ({whole}) moins le payé ({before})"
        yield Problem(invoice.payable.source, what, ASK)
    if process in _ALREADY_PAID and invoice.payable.value > 0:
        what = f"son cadre « {process} » la dit déjà payée, et elle demande un paiement"
        yield Problem(invoice.payable.source, what, ASK)


def remarks_of(invoice: Invoice) -> Iterator[Problem]:
    """What is taken, and worth a look."""
    at, asks = invoice.source, invoice.kind is DocumentKind.INVOICE and invoice.payable.value > 0
    if invoice.vat and not invoice.vat_ties:
        what = "le détail de la TVA ne fait pas le total TTC"
        yield Problem(invoice.total.source, what, _LOOK)
    if asks and invoice.due is None:
        said = f" ; en mots : « {short(invoice.terms, 60)} »" if invoice.terms else ""
        remedy = "le délai du client comptera ; sinon, datez l'échéance dans l'écriture"
        yield Problem(at, f"la facture ne date pas son échéance{said}", remedy)
    if invoice.payable.value < 0:
        what = "plus a été payé d'avance que la facture ne demande"
        yield Problem(invoice.payable.source, what, _LOOK)
    if asks and invoice.assigned:
        payee = short(invoice.payment.payee, 60) or "un affactureur"
        remedy = "si la créance est cédée, ce n'est plus à vous de la relancer"
        yield Problem(at, f"le paiement est à faire à {payee}, non au vendeur", remedy)
    if asks and invoice.direct_debit:
        remedy = 'donnez paiement: "prelevement" à ce client : il n\'a rien à payer de lui-même'
        yield Problem(at, "la facture est à prélever", remedy)
    if invoice.corrects:
        numbers = ", ".join(short(reference.number, 40) for reference in invoice.refers_to)
        what = f"facture rectificative de {numbers or 'une facture qu’elle ne nomme pas'}"
        yield Problem(at, what, "l'ancienne ne doit plus rester due : annulez-la par un avoir")
