"""An invoice or a credit note as entries: what is due, what was paid before, the sales, the VAT."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from relance.imports.directives import NewDirective, NewPosting, Wording, marks
from relance.imports.import_accounts import ImportAccounts
from relance.incoming.invoice import DocumentKind, Invoice
from relance.ledger import syntax
from relance.ledger.imported import FILE_PRINT, SOURCE
from relance.ledger.invoice_names import InvoiceNames
from relance.policy.settings import LedgerSettings
from relance.text.escapes import one_line
from relance.values.amounts import ZERO, Money, in_cents, total
from relance.values.facts import Client
from relance.values.problem import Problem, Refusal, Source

INVOICE, CREDIT_NOTE, PREPAID, ORIGINAL = "facture", "avoir", "acompte", "piece"


@dataclass(frozen=True, slots=True)
class InvoiceToWrite:
    """An invoice, its client, and its place in the file as that will be filed."""

    invoice: Invoice
    client: Client
    source: Source

    @property
    def number(self) -> str:
        """Its number, on one line."""
        return one_line(self.invoice.number)

    @property
    def is_credit(self) -> bool:
        """Whether it takes off what is owed."""
        return self.invoice.kind is DocumentKind.CREDIT_NOTE

    @property
    def prepaid(self) -> Decimal:
        """What was paid of it before it was issued."""
        return self.invoice.prepaid.value if self.invoice.prepaid else ZERO

    @property
    def whole(self) -> Decimal:
        """What the account of the client is debited or credited with."""
        return self.invoice.total.value + self.invoice.rounding

    def id(self, kind: str, seller: str) -> str:
        """Its stable id: that of the seller and its number."""
        return f"{kind}:{seller}/{self.number}"

    @property
    def kind(self) -> str:
        """The sort of its id."""
        return CREDIT_NOTE if self.is_credit else INVOICE


@dataclass(frozen=True, slots=True)
class InvoiceEntries:
    """Writes invoices to the books of a company; `seller` is its own id."""

    settings: LedgerSettings
    chart: ImportAccounts
    seller: str

    def of(self, document: InvoiceToWrite) -> Iterator[NewDirective]:
        """The entries of an invoice; `Refusal` (2) when an account is missing or takes none."""
        invoice = document.invoice
        sums = (
            document.whole,
            document.prepaid,
            *(part.amount.value for part in invoice.instalments),
        )
        if not all(map(in_cents, sums)):
            what = f"{document.number} : une somme n'est pas au centime"
            raise Refusal([Problem(invoice.total.source, what, "demandez à qui l'a émise")])
        sales = self._sales(document)
        for account in (document.client.account, *sales):
            self.chart.check(account, invoice.issued, invoice.currency, invoice.source)
        yield (
            self._credit_note(document, sales)
            if document.is_credit
            else self._invoice(document, sales)
        )
        if document.prepaid and not document.is_credit:
            yield self._payment(document)

    def original(self, document: InvoiceToWrite, path: str, sha256: str) -> NewDirective:
        """The document that is its original, with its print; a PDF is joined to letters."""
        joined = path.endswith(".pdf")
        tag = CREDIT_NOTE if document.is_credit else INVOICE if joined else "facture-electronique"
        links = [name for name in self._numbers(document) if syntax.spells(name)]
        head = f"document {document.client.account} {syntax.text(path)} {marks(links, [tag])}"
        suffix = path.rpartition(".")[2]
        return NewDirective(
            document.invoice.issued,
            f"{ORIGINAL}:{document.id(document.kind, self.seller)}.{suffix}",
            head,
            {SOURCE: str(document.source), FILE_PRINT: sha256},
        )

    # ------------------------------------------------------------ One entry each

    def _invoice(self, document: InvoiceToWrite, sales: Mapping[str, Decimal]) -> NewDirective:
        invoice = document.invoice
        links, named = self._naming((document.number,))
        due = invoice.due if not invoice.instalments else None
        metadata: dict[str, object] = {
            SOURCE: str(document.source),
            **named,
            self.settings.due[0]: due,
            "prestation": invoice.delivered,
            "relance": False if invoice.assigned else None,
        }
        wording = Wording(document.client.label, f"Facture {document.number}", links)
        return NewDirective(
            invoice.issued,
            document.id(INVOICE, self.seller),
            wording.head(),
            metadata,
            (*self._debits(document), *self._answers(sales, document, -1)),
        )

    def _debits(self, document: InvoiceToWrite) -> Iterator[NewPosting]:
        """What the client owes, by instalment; what was paid before is due at once."""
        invoice, due = document.invoice, self.settings.due[0]
        parts = [(part.day, part.amount.value) for part in invoice.instalments]
        if not parts:
            yield self._posting(document, document.client.account, document.whole)
            return
        if document.prepaid:
            parts.insert(0, (invoice.issued, document.prepaid))
        for day, amount in parts:
            yield self._posting(document, document.client.account, amount, {due: day})

    def _credit_note(self, document: InvoiceToWrite, sales: Mapping[str, Decimal]) -> NewDirective:
        numbers = tuple(one_line(other.number) for other in document.invoice.refers_to)
        links, named = self._naming(numbers)
        on = f" sur {', '.join(numbers)}" if numbers else ""
        wording = Wording(document.client.label, f"Avoir {document.number}{on}", links, ("avoir",))
        return NewDirective(
            document.invoice.issued,
            document.id(CREDIT_NOTE, self.seller),
            wording.head(),
            {SOURCE: str(document.source), **named},
            (
                self._posting(document, document.client.account, -document.whole),
                *self._answers(sales, document, 1),
            ),
        )

    def _payment(self, document: InvoiceToWrite) -> NewDirective:
        """What the invoice says was paid before, on the account of money to be explained: which
        entry of the bank it is, nobody says."""
        links, named = self._naming((document.number,))
        wording = Wording(document.client.label, f"Payé avant la facture {document.number}", links)
        return NewDirective(
            document.invoice.issued,
            document.id(PREPAID, self.seller),
            wording.head(),
            {SOURCE: str(document.source), **named},
            (
                self._posting(document, self.chart.suspense, document.prepaid),
                self._posting(document, document.client.account, -document.prepaid),
            ),
        )

    @staticmethod
    def _posting(
        document: InvoiceToWrite,
        account: str,
        amount: Decimal,
        metadata: Mapping[str, object] | None = None,
    ) -> NewPosting:
        return NewPosting(account, Money(amount, document.invoice.currency), metadata or {})

    # ------------------------------------------------------------ What answers it

    def _sales(self, document: InvoiceToWrite) -> Mapping[str, Decimal]:
        """The sales and the VAT by account, of the whole; what the breakdown does not explain
        goes with the largest of them."""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for line in document.invoice.vat:
            percent = line.rate or ZERO
            sales = self.chart.sales(percent)
            sums[sales] += line.base.value
            if line.tax.value:
                sums[self.chart.vat(percent) or sales] += line.tax.value
        rest = document.whole - total(sums.values())
        if rest:
            largest = max(sums, key=lambda name: sums[name], default=None)
            sums[largest or self.chart.sales(None)] += rest
        return {account: amount for account, amount in sums.items() if amount}

    def _answers(
        self, sales: Mapping[str, Decimal], document: InvoiceToWrite, sign: int
    ) -> Iterator[NewPosting]:
        for account, amount in sales.items():
            yield self._posting(document, account, sign * amount)

    # ------------------------------------------------------------ Numbers

    def _numbers(self, document: InvoiceToWrite) -> tuple[str, ...]:
        """The invoices that it is about: itself, or those that a credit note names."""
        if document.is_credit:
            return tuple(one_line(other.number) for other in document.invoice.refers_to)
        return (document.number,)

    def _naming(self, numbers: tuple[str, ...]) -> tuple[tuple[str, ...], dict[str, object]]:
        """The links, or the key, by which the books read exactly these numbers."""
        return naming(self.settings, numbers)


def naming(
    settings: LedgerSettings, numbers: tuple[str, ...]
) -> tuple[tuple[str, ...], dict[str, object]]:
    """The links by which the books read exactly these invoices, or the key when links cannot;
    of several that they cannot spell, none is named."""
    links = InvoiceNames(settings.invoice)
    spelt = all(map(syntax.spells, numbers))
    if spelt and links.sure(frozenset(numbers)) == tuple(sorted(set(numbers))):
        return numbers, {}
    return (), {settings.invoice.meta[0]: numbers[0]} if len(numbers) == 1 else {}
