"""Invoice numbers that contradict something else of their entry (rule 3.26)."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from relance.ledger.fields import Complaints
from relance.ledger.invoice_names import InvoiceNames
from relance.ledger.questions import Question, asked
from relance.ledger.settled import Posted
from relance.policy.settings import LedgerSettings
from relance.values.amounts import ZERO
from relance.values.facts import DoubtfulEntry
from relance.values.invoice_numbers import alike, shape

_SHORT = 4  # signs, of which a number is no word of its own
_USUAL = 10  # so many shapes of numbers at most are looked for in words


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
        for line in self._posted:
            if line.number > 0:
                if line.invoices and self._is_another(line):
                    yield self._contradicted(line)
            elif line.credit_note and self._comes_in(line, assets):
                yield self._paid_in(line)
        yield from self._crossed(groups)

    # ------------------------------------------------------------ Words that say another

    def in_words(self, sold: Mapping[tuple[str, str, str], dt.date]) -> Iterator[DoubtfulEntry]:
        """Entries whose words name another invoice than their link does, as a sale or as a payment
        of one that the client has."""
        if not (pattern := _pattern(name for _, _, name in sold)):
            return
        for line in self._posted:
            words = line.entry.narration
            if not words or not line.invoices or any(name in words for name in line.invoices):
                continue
            named = [
                name for name in pattern.findall(words) if shape(name) == shape(line.invoices[0])
            ]
            if line.number < 0:
                named = [x for x in named if (line.account, line.currency, x) in sold]
            if named:
                link = line.invoices[0]
                what = f"le libellé nomme {named[0]}, l'écriture {link}"
                remedy = f"corrigez le numéro qui est faux, ou ajoutez {link} au libellé"
                yield asked(line, Question("numero-douteux", what, remedy), self._complaints)

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
        for line in self._posted if payments else ():
            if line.number > 0 and len(line.invoices) == 1:
                owed[line.account, line.currency, line.invoices[0]] += line.number
        for lines in payments:
            sales = [(x.account, x.currency, *x.invoices) for x in lines if len(x.invoices) == 1]
            paid = [-x.number for x in lines]
            due = [owed.get(sale, ZERO) for sale in sales]
            if len({*sales}) == len(paid) and paid != due and sorted(paid) == sorted(due):
                names = ", ".join(x.invoices[0] for x in lines)
                what = f"les sommes de ce règlement sont celles de {names}, mais croisées"
                question = Question("numero-douteux", what, "échangez les numéros de ses lignes")
                yield asked(lines[0], question, self._complaints)


def _pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """What finds, in words, a number built as these are, when they have letters and digits."""
    counts = Counter(map(shape, names))
    usual = [x for x, _ in counts.most_common(_USUAL) if "9" in x and len(x) > _SHORT]
    if not usual:
        return None
    built = "|".join(re.escape(x).replace("9", r"\d") for x in usual)
    return re.compile(rf"(?<![\w-])(?:{built})(?![\w-])")
