"""How an amount may be explained by what one client owes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations

from relance.reconciliation.letter_totals import Demand, LetterTotals
from relance.reconciliation.match import InvoicePart, PossibleMatch
from relance.reconciliation.open_claims import OpenClaims, OpenInvoice
from relance.text.locales import enumeration
from relance.values.amounts import ZERO, total
from relance.values.facts import Client

_TRIED = 10  # invoices of which every choice is tried
_NAMED = 4  # invoices that a reason names one by one


@dataclass(frozen=True, slots=True)
class AmountReading:
    """What an amount may pay: these invoices, so much of each; `surplus` is interest and fee that
    the letter of `demand` asked for."""

    parts: tuple[tuple[OpenInvoice, Decimal], ...]
    what: str
    surplus: Decimal = ZERO
    demand: Demand | None = None

    @property
    def told(self) -> tuple[InvoicePart, ...]:
        """Its parts as a match tells them."""
        return tuple(InvoicePart(invoice.number, amount) for invoice, amount in self.parts)

    def as_candidate(self, client: Client) -> PossibleMatch:
        """The reading as one a person may choose."""
        return PossibleMatch(client, self.told, self.what, self.surplus)


class Readings:
    """Reads amounts against what is open."""

    def __init__(self, open_claims: OpenClaims, totals: LetterTotals) -> None:
        self._open = open_claims
        self._totals = totals

    def by_amount(
        self, client: Client, currency: str, amount: Decimal, day: date
    ) -> list[AmountReading]:
        """What of all that the client owes the amount would settle to the cent: the oldest
        invoice of that amount, his oldest ones together, or what a letter demanded."""
        readings = [
            *self._single(client, currency, amount),
            *self._oldest(client, currency, amount),
            *self._demanded(client, currency, amount, day),
        ]
        different = {(reading.told, reading.surplus): reading for reading in reversed(readings)}
        return list(different.values())[::-1]

    def _single(self, client: Client, currency: str, amount: Decimal) -> Iterator[AmountReading]:
        for invoice in self._open.of_amount(client.account, currency, amount)[:1]:
            what = f"le montant est le solde de {invoice.number}"
            if amount != invoice.free:
                what = f"le montant est une échéance de {invoice.number}"
            yield AmountReading(((invoice, amount),), what)

    def _oldest(self, client: Client, currency: str, amount: Decimal) -> Iterator[AmountReading]:
        parts: list[tuple[OpenInvoice, Decimal]] = []
        left = amount
        for invoice in self._open.oldest(client.account, currency):
            if invoice.free > left:
                return
            parts.append((invoice, invoice.free))
            left -= invoice.free
            if not left:
                if len(parts) > 1:
                    whole = self._open.whole(client.account, currency) == amount
                    yield AmountReading(tuple(parts), _together(parts, whole=whole))
                return

    def _demanded(
        self, client: Client, currency: str, amount: Decimal, day: date
    ) -> Iterator[AmountReading]:
        for demand in self._totals.of_total(client.account, currency, amount, day):
            invoices = self.invoices(client.account, demand.invoices, currency)
            if reading := self.of_demand(demand, invoices, amount, settles=False):
                yield reading
                return

    def of_demand(
        self, demand: Demand, invoices: Sequence[OpenInvoice], amount: Decimal, *, settles: bool
    ) -> AmountReading | None:
        """The amount as the balances and the extras that a letter demanded. The balances may have
        changed since, then the extras go with what is open now; `settles`: all of it is."""
        left = total(invoice.left for invoice in invoices)
        paid = amount - demand.extras
        if paid <= 0 or left < paid or (settles and left != paid):
            return None
        if not settles and amount != demand.total:
            return None
        what = f"c'est le total de la lettre {demand.letter.id}, dont {demand.extras_in_words}"
        return AmountReading(_spread(invoices, paid), what, demand.extras, demand)

    def invoices(
        self, account: str, numbers: Iterable[str], currency: str
    ) -> tuple[OpenInvoice, ...]:
        """Those of these invoices on which something is open, the oldest due first."""
        listed = [self._open.invoice((account, number, currency)) for number in numbers]
        invoices = [invoice for invoice in listed if invoice and invoice.left]
        return tuple(sorted(invoices, key=lambda invoice: invoice.order))

    def quoted(self, invoices: Sequence[OpenInvoice], amount: Decimal) -> AmountReading:
        """The amount as paying these invoices, the oldest due first."""
        return AmountReading(_spread(invoices, amount), f"cite {named(invoices)}")

    def second(self, client: Client, invoices: Sequence[OpenInvoice], amount: Decimal) -> str:
        """How else the amount may be read that is less than these invoices' balances; "" when
        there is no other way."""
        first = _spread(invoices, amount)
        if len(invoices) > _TRIED:
            return "un choix de ces factures"
        for size in range(1, len(invoices)):
            for some in combinations(invoices, size):
                exact = tuple((invoice, invoice.left) for invoice in some)
                if exact != first and total(x.left for x in some) == amount:
                    return named(some)
        currency = invoices[0].currency
        others = self._open.of_amount(client.account, currency, amount)
        return next((other.number for other in others if other not in invoices), "")


def _spread(
    invoices: Sequence[OpenInvoice], amount: Decimal
) -> tuple[tuple[OpenInvoice, Decimal], ...]:
    """The amount over the invoices, in their order."""
    parts = []
    for invoice in invoices:
        taken = min(invoice.left, amount)
        if taken:
            parts.append((invoice, taken))
        amount -= taken
    return tuple(parts)


def _together(parts: Sequence[tuple[OpenInvoice, Decimal]], *, whole: bool) -> str:
    if whole:
        return "le montant est tout ce qu'il doit"
    numbers = named([invoice for invoice, _ in parts])
    return f"le montant est la somme de ses plus anciennes factures : {numbers}"


def named(invoices: Sequence[OpenInvoice]) -> str:
    """« F1 », « F1 et F2 », « F1, F2, F3, F4 et 5 autres »."""
    numbers = [invoice.number for invoice in invoices]
    more = len(numbers) - _NAMED
    shown = [*numbers[:_NAMED], f"{more} autres"] if more > 1 else numbers
    return enumeration(shown)
