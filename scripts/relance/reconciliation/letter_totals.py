"""What letters demanded in all: a payer may pay that total, interest and fee included."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from relance.claims.on_day import OnDay
from relance.text.locales import enumeration, money
from relance.values.amounts import ZERO
from relance.values.issued import IssuedLetter

_MOST = 10  # letters of one client that are tried, the latest first


@dataclass(frozen=True, slots=True)
class Demand:
    """What a letter demanded: of which invoices, `extras` being its interest and fee."""

    letter: IssuedLetter
    invoices: tuple[str, ...]
    total: Decimal
    extras: Decimal

    @property
    def extras_in_words(self) -> str:
        """« 12,34 € de pénalités et 40,00 € d'indemnité »."""
        letter, words = self.letter, []
        if letter.interest and letter.interest.number:
            words.append(f"{money(letter.interest.number, letter.interest.currency)} de pénalités")
        if letter.fee and letter.fee.number:
            words.append(f"{money(letter.fee.number, letter.fee.currency)} d'indemnité")
        return enumeration(words)


class LetterTotals:
    """The letters of the register, by what a payer may take from them."""

    def __init__(self, on: OnDay) -> None:
        self._on = on
        self.ids: Sequence[str] = on.books.letter_ids
        self._letters = {letter.id: letter for letter in on.books.letters}
        self._by_total: dict[tuple[str, str, Decimal], list[Demand]] = defaultdict(list)
        self._by_invoice: dict[tuple[str, str, str], list[Demand]] = defaultdict(list)
        for letter in sorted(on.books.letters, key=lambda x: (x.date, x.id), reverse=True):
            if (demand := self.demand(letter)) and demand.extras:
                self._learn(demand)

    def _learn(self, demand: Demand) -> None:
        letter = demand.letter
        assert letter.total
        currency = letter.total.currency
        self._by_total[letter.account, currency, demand.total].append(demand)
        for invoice in demand.invoices:
            self._by_invoice[letter.account, invoice, currency].append(demand)

    def letter(self, letter_id: str, day: date) -> IssuedLetter | None:
        """The letter of that id, if a payer may have had it on that day."""
        letter = self._letters.get(letter_id)
        return letter if letter and _had(letter, day) else None

    def demand(self, letter: IssuedLetter) -> Demand | None:
        """What a letter demanded; None when its register does not say. A formal notice demands
        only what it gave notice of."""
        if letter.total is None or letter.informs:
            return None
        citations = letter.citations
        notices = [citation for citation in citations if self._on.history.is_notice(citation)]
        step = self._on.policy.steps.get(letter.step)
        demanded = notices if step and step.formal_notice else citations
        interest = letter.interest.number if letter.interest else ZERO
        fee = letter.fee.number if letter.fee and letter.total.currency == "EUR" else ZERO
        invoices = tuple(dict.fromkeys(citation.invoice for citation in demanded))
        return Demand(letter, invoices, letter.total.number, interest + fee)

    def of_total(self, account: str, currency: str, amount: Decimal, day: date) -> Iterator[Demand]:
        """The letters to a client that demanded so much in all, the latest first."""
        listed = self._by_total.get((account, currency, amount), ())
        return (demand for demand in listed[:_MOST] if _had(demand.letter, day))

    def about(
        self, account: str, invoices: Sequence[str], currency: str, day: date
    ) -> Iterator[Demand]:
        """The letters that demanded just these invoices, interest or a fee beside them, the latest
        first."""
        listed = self._by_invoice.get((account, invoices[0], currency), ()) if invoices else ()
        for demand in listed[:_MOST]:
            if set(demand.invoices) == set(invoices) and _had(demand.letter, day):
                yield demand


def _had(letter: IssuedLetter, day: date) -> bool:
    """Whether a payer may have had the letter on that day."""
    cancelled = letter.cancelled_on
    return letter.date <= day and (cancelled is None or cancelled > day)
