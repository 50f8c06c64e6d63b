"""Invoice numbers that contradict something else of their entry (rule 3.26)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from relance.ledger.fields import Complaints
from relance.ledger.invoice_names import InvoiceNames
from relance.ledger.questions import Question, asked
from relance.ledger.settled import Posted
from relance.policy.settings import LedgerSettings
from relance.values.amounts import ZERO
from relance.values.facts import DoubtfulEntry
from relance.values.invoice_numbers import alike


class OddNumbers:
    """The numbers of a ledger that are asked about."""

    def __init__(
        self, posted: Sequence[Posted], settings: LedgerSettings, complaints: Complaints
    ) -> None:
        self._posted = posted
        self._links = InvoiceNames(settings.invoice)
        self._banks = settings.bank.accounts if settings.bank else ()
        self._complaints = complaints

    def entries(self, groups: Iterable[Sequence[Posted]], assets: str) -> Iterator[DoubtfulEntry]:
        """All of them; `groups` are the postings of one entry, `assets` is the root of the accounts
        to which money comes."""
        for each in self._posted:
            if each.number > 0:
                if each.invoices and self._is_another(each):
                    yield self._contradicted(each)
            elif each.credit_note and self._comes_in(each, assets):
                yield self._paid_in(each)
        yield from self._crossed(groups)

    # ------------------------------------------------------------ A link and a key

    def _is_another(self, bill: Posted) -> bool:
        """Whether the key of a debit names another invoice than its links."""
        (name, *more), links = bill.invoices, bill.entry.links
        if more or not links or name in links:
            return False
        names = self._links.among(links)
        return bool(names) and not any(alike(name, link) for link in names)

    def _contradicted(self, bill: Posted) -> DoubtfulEntry:
        (name,), links = bill.invoices, self._links.among(bill.entry.links)
        what = f"le lien dit {' et '.join(links)}, la clé {name}"
        question = Question("numero-douteux", what, "laissez le bon numéro seul")
        return replace(asked(bill, question, self._complaints), invoices=(name, *links))

    # ------------------------------------------------------------ Money and credit notes

    def _comes_in(self, credit: Posted, assets: str) -> bool:
        """Whether the bank answers it, or another asset that is no client."""
        return any(
            posting.units.number > 0 and posting.account.startswith(self._banks or assets)
            for posting in credit.entry.postings
            if posting is not credit.posting and posting.units and posting.units.number
        )

    def _paid_in(self, credit: Posted) -> DoubtfulEntry:
        what = f"{-credit.number:.2f} {credit.currency} #avoir, et l'argent est entré en banque"
        remedy = "ôtez #avoir si c'est un règlement, ou corrigez l'autre compte"
        question = Question("ecriture-contradictoire", what, remedy)
        return replace(asked(credit, question, self._complaints), invoices=credit.invoices)

    def _crossed(self, groups: Iterable[Sequence[Posted]]) -> Iterator[DoubtfulEntry]:
        """Lines of one payment whose sums are those of its invoices, each under another's."""
        payments = [group for group in groups if all(x.number < 0 for x in group)]
        owed: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
        for each in self._posted if payments else ():
            if each.number > 0 and len(each.invoices) == 1:
                owed[each.account, each.currency, each.invoices[0]] += each.number
        for lines in payments:
            sales = [(x.account, x.currency, *x.invoices) for x in lines if len(x.invoices) == 1]
            paid = [-x.number for x in lines]
            due = [owed.get(sale, ZERO) for sale in sales]
            if len({*sales}) == len(paid) and paid != due and sorted(paid) == sorted(due):
                names = ", ".join(x.invoices[0] for x in lines)
                what = f"les sommes de ce règlement sont celles de {names}, mais croisées"
                question = Question("numero-douteux", what, "échangez les numéros de ses lignes")
                yield asked(lines[0], question, self._complaints)
