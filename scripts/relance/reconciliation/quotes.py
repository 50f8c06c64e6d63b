"""What a line quotes, resolved: the invoices and the letters of which clients."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from relance.claims.on_day import OnDay
from relance.incoming.bank_statement import BankLine
from relance.reconciliation.label_numbers import NumberReader, Quote, Strength
from relance.reconciliation.letter_totals import LetterTotals
from relance.values.facts import Client
from relance.values.issued import IssuedLetter

Invoice = tuple[str, str]  # account, number


@dataclass(slots=True)
class Quoted:
    """What a line quotes of one client: invoices, each with its strongest reading, and letters."""

    client: Client
    invoices: dict[str, Quote] = field(default_factory=dict)
    letters: list[IssuedLetter] = field(default_factory=list)

    @property
    def whole(self) -> list[str]:
        """The invoices that are surely quoted."""
        return self.at_least(Strength.WHOLE)

    def at_least(self, strength: Strength) -> list[str]:
        """The invoices whose reading is at least that strong."""
        return [number for number, quote in self.invoices.items() if quote.strength >= strength]


class Quotes:
    """Reads what lines quote of the books' invoices and of the register's letters."""

    def __init__(self, on: OnDay, totals: LetterTotals) -> None:
        self._clients = on.clients
        self._invoices: dict[str, dict[Invoice, None]] = defaultdict(dict)
        for claim in on.claims:
            if claim.invoice is not None:
                for number in filter(None, {claim.invoice, claim.label}):
                    self._invoices[number][claim.client.account, claim.invoice] = None
        self._letters = totals
        self._numbers = NumberReader(self._invoices)
        self._ids = NumberReader(totals.ids, abridged=False)

    def of(self, line: BankLine) -> Mapping[str, Quoted]:
        """What a line quotes, by account of the client."""
        by_client: dict[str, Quoted] = {}
        for quote in _strongest(self._read(line, self._numbers)):
            for account, invoice in self._invoices[quote.number]:
                quoted = by_client.setdefault(account, Quoted(self._clients[account]))
                if invoice not in quoted.invoices:
                    quoted.invoices[invoice] = quote
        for quote in _strongest(self._read(line, self._ids)):
            letter = self._letters.letter(quote.number, line.date)
            if quote.strength is Strength.WHOLE and letter and letter.account in self._clients:
                client = self._clients[letter.account]
                by_client.setdefault(letter.account, Quoted(client)).letters.append(letter)
        return by_client

    def _read(self, line: BankLine, reader: NumberReader) -> Iterator[Quote]:
        for reference in (line.end_to_end, *line.structured):
            yield from reader.read_reference(reference) or reader.read((reference,))
        yield from reader.read(line.labels)


def _strongest(quotes: Iterable[Quote]) -> list[Quote]:
    """Each number once, as it is read best, the strongest first."""
    best: dict[str, Quote] = {}
    for quote in sorted(quotes, key=lambda quote: (-quote.strength, quote.number)):
        best.setdefault(quote.number, quote)
    return list(best.values())


def surely(by_client: Mapping[str, Quoted]) -> list[Quoted]:
    """The clients of whom an invoice or a letter is surely quoted."""
    return [quoted for quoted in by_client.values() if quoted.whole or quoted.letters]
