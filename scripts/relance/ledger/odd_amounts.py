"""Amounts on client accounts that hardly anybody means: nothing at all, a comma that makes
thousands, a currency that nobody knows (rule 3.25)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from relance.ledger.fields import Complaints
from relance.ledger.invoice_names import InvoiceNames
from relance.ledger.postings import posting_meta
from relance.ledger.questions import Question, asked
from relance.ledger.settled import Posted, Skipped
from relance.policy.settings import LedgerSettings
from relance.text.locales import is_currency
from relance.values.facts import DoubtfulEntry

_HABIT = 20  # lines in one currency, beside which one in another is a slip
_LONG = 6  # letters, from which a commodity is none of our currencies mistyped
_THOUSAND = Decimal(1000)
_COMMA = re.compile(r"\d{1,3},\d{3}(?![\d.,])")
_GROUPED = re.compile(r"\d,\d{3}(?:,\d{3})*\.\d")


class OddAmounts:
    """The amounts of a ledger that are asked about."""

    def __init__(self, settings: LedgerSettings, complaints: Complaints) -> None:
        self._links = InvoiceNames(settings.invoice)
        self._complaints = complaints

    def none_at_all(self, skipped: Iterable[Skipped]) -> Iterator[DoubtfulEntry]:
        """The postings of nothing."""
        for line in skipped:
            what = f"une ligne de 0 {line.posting.units.currency} sur {line.account}"
            question = Question("montant-douteux", what, "écrivez la somme, ou retirez la ligne")
            doubt, names = asked(line, question, self._complaints), self._links.of(line.entry)
            shared = not line.account and names
            yield replace(doubt, account=None, invoices=names) if shared else doubt

    def nearly_money(self, skipped: Iterable[Skipped]) -> Iterator[DoubtfulEntry]:
        """The postings in what is no currency, but nearly one: EURO, EU."""
        for line in skipped:
            currency = line.posting.units.currency
            if currency[:2] == "EU" and len(currency) < _LONG:
                what = f"{line.posting.units} : « {currency} » n'est pas une devise"
                question = Question("montant-douteux", what, "écrivez EUR")
                yield asked(line, question, self._complaints)

    def mistyped(
        self, posted: Iterable[Posted], declared: Collection[str]
    ) -> Iterator[DoubtfulEntry]:
        """Unknown currencies and commas; `declared` are the commodities of the ledger."""
        currencies: dict[str, list[Posted]] = defaultdict(list)
        written: dict[str, dict[int, Posted]] = defaultdict(dict)
        for line in posted:
            number = line.number
            currencies[line.currency].append(line)
            if not -_THOUSAND < number < _THOUSAND and "." not in str(number):
                place = self._complaints.place(posting_meta(line.entry, line.posting))
                written[place.path][place.line] = line
        for currency, lines in currencies.items():
            if currency not in declared:
                yield from self._rare(currency, lines, currencies)
        for path, numbered in sorted(written.items()):
            yield from self._thousands(path, numbered)

    def _rare(
        self, currency: str, lines: Sequence[Posted], all_: Mapping[str, Sequence[Posted]]
    ) -> Iterator[DoubtfulEntry]:
        """What is in a currency that nobody knows, or the only line of books in another currency,
        of a client who has that, without a price."""
        remedy = f"corrigez la devise, ou déclarez-la : 2020-01-01 commodity {currency}"
        if not is_currency(currency):
            for line in lines:
                what = f"{line.number:.2f} {currency} : aucune monnaie ne s'appelle ainsi"
                yield asked(line, Question("montant-douteux", what, remedy), self._complaints)
        elif len(lines) == 1 and lines[0].posting.price is None:
            (only,) = lines
            for other, theirs in all_.items():
                if other != currency and len(theirs) >= _HABIT:
                    if not any(x.account == only.account for x in theirs):
                        continue
                    what = f"{only.number:.2f} {currency}, seule ligne dans cette devise, d'un "
                    question = Question("montant-douteux", f"{what}client en {other}", remedy)
                    yield asked(only, question, self._complaints)

    def _thousands(self, path: str, lines: Mapping[int, Posted]) -> Iterator[DoubtfulEntry]:
        """What is written `105,000`, unless the file writes its thousands so: `1,320.00`."""
        texts = self._read(path)
        commas = [
            (line, comma[0])
            for number, line in sorted(lines.items())
            if number <= len(texts)
            and (comma := _COMMA.search(texts[number - 1].partition(";")[0]))
        ]
        for line, typed in commas if commas and not any(map(_GROUPED.search, texts)) else ():
            what = f"« {typed} » se lit {abs(line.number):.2f} {line.currency}"
            remedy = "pas de virgule dans un nombre : un point avant les centimes, ou rien"
            yield asked(line, Question("montant-douteux", what, remedy), self._complaints)

    def _read(self, path: str) -> list[str]:
        try:
            return (self._complaints.root / path).read_text(encoding="utf-8").split("\n")
        except OSError:
            return []  # a place that is no file
