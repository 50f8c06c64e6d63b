"""The invoices that the books have already: imported, or written by a person."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from relance.imports.fec_entries import KIND as FEC
from relance.imports.invoice_entries import PREPAID, InvoiceToWrite
from relance.ledger.imported import SOURCE, ImportedEntry
from relance.policy.settings import LedgerSettings
from relance.text.locales import money, short_date
from relance.values.amounts import ZERO, total
from relance.values.facts import Books
from relance.values.movement import Movement
from relance.values.problem import Problem, Source

_NEAR = dt.timedelta(days=31)


class InvoiceStanding(Enum):
    """How an invoice stands to the books."""

    NEW = "new"
    SAME = "same"
    BETTER = "better"  # the same, and it says more than the entry, which nobody changed
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What comparing an invoice with the books says: `problem` of one that is OTHER, the `account`
    of the client of one that is there."""

    standing: InvoiceStanding
    problem: Problem | None = None
    account: str = ""


class KnownInvoices:
    """Compares invoices with what the books hold under their number."""

    def __init__(
        self, entries: Iterable[ImportedEntry], books: Books, settings: LedgerSettings, seller: str
    ) -> None:
        self._imported = {entry.id: entry for entry in entries}
        self._settings = settings
        self._seller = seller
        # What an accounting export told is what a person booked.
        others = (entry for entry in self._imported.values() if entry.kind != FEC)
        places = {(entry.path, entry.block.line) for entry in others}
        self._by_hand: dict[str, dict[str, list[Movement]]] = defaultdict(lambda: defaultdict(list))
        self._currencies: dict[str, set[str]] = defaultdict(set)
        self._credits: dict[tuple[str, str, Decimal], list[Movement]] = defaultdict(list)
        for m in books.movements:
            if m.number > 0 and m.invoices:
                self._currencies[m.account].add(m.currency)
            if (m.source.path, m.entry) in places:
                continue
            if m.number > 0 and len(m.invoices) == 1:
                for number in {m.invoices[0], m.label or ""} - {""}:
                    self._by_hand[number][m.account].append(m)
            elif m.credit_note:
                self._credits[m.account, m.currency, -m.number].append(m)

    def __contains__(self, number: str) -> bool:
        """Whether an invoice of that number is in the books."""
        return number in self._by_hand or f"facture:{self._seller}/{number}" in self._imported

    def currencies(self, account: str) -> Collection[str]:
        """Those of the invoices that the books have of a client."""
        return self._currencies.get(account, ())

    def compare(self, document: InvoiceToWrite, *, is_new_client: bool) -> Comparison:
        """How an invoice stands to what is there."""
        entry = self._imported.get(document.id(document.kind, self._seller))
        if entry is not None:
            return self._with_imported(document, entry, is_new_client=is_new_client)
        if document.is_credit:
            return self._credit_by_hand(document)
        return self._by_hand_compared(document)

    # ------------------------------------------------------------ Imported

    def _with_imported(
        self, document: InvoiceToWrite, imported: ImportedEntry, *, is_new_client: bool
    ) -> Comparison:
        entry, invoice = imported.entry, document.invoice
        sign = -1 if document.is_credit else 1
        postings = [p for p in entry.postings if p.units.number * sign > 0]
        whole = total(abs(p.units.number) for p in postings)
        dues, theirs = self._dues(entry), self._asked(document)
        differing = [
            (
                "son montant",
                money(whole, postings[0].units.currency),
                money(document.whole, invoice.currency),
            ),
            ("sa date", short_date(entry.date), short_date(invoice.issued)),
            ("ce qui en est payé avant", *self._prepaid(document)),
        ]
        if not is_new_client:
            differing.append(("son client", postings[0].account, document.client.account))
        if dues and theirs and not document.is_credit:
            differing.append(("son échéance", _days(dues), _days(theirs)))
        changes = [(what, here, there) for what, here, there in differing if here != there]
        if changes:
            words = " ; ".join(
                f"{what} est {there} ici, {here} là" for what, here, there in changes
            )
            return _other(
                document, f"a changé : {words}", Source(imported.path, imported.block.line)
            )
        written = str(entry.meta.get(SOURCE, "")).partition(":")[0]
        better = (not theirs, document.source.path) < (not dues, written)
        better = better and imported.untouched and not is_new_client
        return Comparison(
            InvoiceStanding.BETTER if better else InvoiceStanding.SAME, account=postings[0].account
        )

    def _prepaid(self, document: InvoiceToWrite) -> tuple[str, str]:
        """What the books and the file say was paid before."""
        if document.is_credit:
            return "", ""
        entry = self._imported.get(document.id(PREPAID, self._seller))
        numbers = [p.units.number for p in entry.entry.postings] if entry else []
        here = total(number for number in numbers if number > 0)
        currency = document.invoice.currency
        return money(here, currency), money(document.prepaid, currency)

    def _dues(self, entry: Any) -> Mapping[dt.date, Decimal]:
        """The due dates of an entry, with their amounts when there are several."""
        key = self._settings.due[0]
        parts = [(p.meta.get(key), p.units.number) for p in entry.postings if p.meta]
        dues = {day: number for day, number in parts if isinstance(day, dt.date)}
        whole = entry.meta.get(key)
        return {whole: ZERO} if isinstance(whole, dt.date) else dues

    @staticmethod
    def _asked(document: InvoiceToWrite) -> Mapping[dt.date, Decimal]:
        invoice = document.invoice
        if not invoice.instalments:
            return {invoice.due: ZERO} if invoice.due else {}
        first = {invoice.issued: document.prepaid} if document.prepaid else {}
        return first | {part.day: part.amount.value for part in invoice.instalments}

    # ------------------------------------------------------------ Written by hand

    def _by_hand_compared(self, document: InvoiceToWrite) -> Comparison:
        """An invoice is the one that a person wrote when client and amount agree: of the whole, or
        of what is due."""
        accounts = self._by_hand.get(document.number)
        if not accounts:
            return Comparison(InvoiceStanding.NEW)
        booked = accounts.get(document.client.account)
        if booked is None:
            (account, movements), *_ = accounts.items()
            return _other(
                document, f"est déjà le numéro d'une facture de {account}", movements[0].source
            )
        sums = total(m.number for m in booked if not m.draft) or total(m.number for m in booked)
        currency = document.invoice.currency
        if booked[0].currency == currency and sums in (
            document.whole,
            document.invoice.payable.value,
        ):
            return Comparison(InvoiceStanding.SAME)
        words = f"y est saisie pour {money(sums, booked[0].currency)}"
        return _other(
            document,
            f"est de {money(document.whole, currency)}, et {words}",
            booked[0].source,
        )

    def _credit_by_hand(self, document: InvoiceToWrite) -> Comparison:
        listed = self._credits.get(
            (document.client.account, document.invoice.currency, document.whole), ()
        )
        if any(m.date == document.invoice.issued for m in listed):
            return Comparison(InvoiceStanding.SAME)
        near = [m for m in listed if abs(m.date - document.invoice.issued) <= _NEAR]
        if not near:
            return Comparison(InvoiceStanding.NEW)
        name = document.id(document.kind, self._seller)
        what = (
            f"{document.number} : un avoir de même montant est saisi le {short_date(near[0].date)}"
        )
        remedy = (
            f"si c'est lui, ajoutez à cette écriture ({near[0].source}) la ligne "
            f'import: "{name}" ; sinon, saisissez celui-ci à la main'
        )
        return Comparison(InvoiceStanding.OTHER, Problem(document.invoice.source, what, remedy))


def _other(document: InvoiceToWrite, words: str, place: Source) -> Comparison:
    remedy = f"comparez avec {place} : corrigez cette écriture, ou retirez ce fichier"
    return Comparison(
        InvoiceStanding.OTHER,
        Problem(document.invoice.source, f"{document.number} {words}", remedy),
    )


def _days(dues: Mapping[dt.date, Decimal]) -> str:
    if set(dues.values()) == {ZERO}:
        return ", ".join(map(short_date, sorted(dues)))
    return ", ".join(f"{amount} le {short_date(day)}" for day, amount in sorted(dues.items()))
