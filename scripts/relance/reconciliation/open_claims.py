"""What is open on each invoice while the lines of a statement are matched one after the other.

A claim counts from its invoice's day on, a credit note from its own day on: what a line is taken
for must not depend on what the books learn of later days. Payments in the books count whatever
their day, since they may well be the line itself, typed by hand.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice

from relance.claims.claim import Claim, by_due
from relance.claims.on_day import OnDay
from relance.values.amounts import ZERO, total
from relance.values.facts import Client

Key = tuple[str, str, str]  # account, invoice, currency
Order = tuple[date, date, str, int, str]

MOST = 200  # invoices that one payment is tried to settle at once, the oldest first


@dataclass(slots=True, eq=False)
class OpenInvoice:
    """One invoice of a client in a currency, as far as it counts by now.

    `held` is what drafts of this run, not certain, may have paid of it.
    """

    client: Client
    number: str
    currency: str
    claims: list[Claim] = field(default_factory=list)
    lefts: list[Decimal] = field(default_factory=list)
    held: Decimal = ZERO

    @property
    def order(self) -> Order:
        """The order in which money without a reference is imputed."""
        return (*by_due(self.claims[0]), self.client.account)

    @property
    def left(self) -> Decimal:
        """What nothing certain has paid."""
        return total(self.lefts)

    @property
    def free(self) -> Decimal:
        """What not even a draft may have paid."""
        return max(self.left - self.held, ZERO)

    @property
    def amounts(self) -> set[Decimal]:
        """What would settle it, or its oldest instalment."""
        rest = self.free
        held = self.left - rest
        for left in self.lefts:
            if left > held:
                return {rest, left - held}
            held -= left
        return set()

    def add(self, claim: Claim, left: Decimal) -> None:
        """One more instalment counts."""
        at = bisect_left([by_due(other) for other in self.claims], by_due(claim))
        self.claims.insert(at, claim)
        self.lefts.insert(at, left)

    def take(self, amount: Decimal) -> None:
        """Money pays it, the oldest instalment first."""
        for at, left in enumerate(self.lefts):
            taken = min(left, amount)
            self.lefts[at] -= taken
            amount -= taken

    def give_back(self, amount: Decimal) -> None:
        """Money that paid it went away again, the latest instalment first."""
        for at in reversed(range(len(self.lefts))):
            back = min(self.claims[at].amount - self.lefts[at], amount)
            self.lefts[at] += back
            amount -= back
        if amount and self.lefts:
            self.lefts[0] += amount


class OpenClaims:
    """The open invoices of the books, by all that a line of the bank may tell of them."""

    def __init__(self, on: OnDay) -> None:
        self._events = _events(on)
        self._next = 0
        self._day = date.min
        self._invoices: dict[Key, OpenInvoice] = {}
        self._by_client: dict[tuple[str, str], list[tuple[Order, Key]]] = defaultdict(list)
        self._by_own_amount: dict[tuple[str, str, Decimal], list[tuple[Order, Key]]]
        self._by_own_amount = defaultdict(list)
        self._by_amount: dict[tuple[str, Decimal], list[tuple[Order, Key]]] = defaultdict(list)
        self._totals: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        self._by_total: dict[tuple[str, Decimal], dict[str, None]] = defaultdict(dict)

    def advance(self, day: date) -> None:
        """Let count what is dated up to that day; days never go back."""
        assert day >= self._day
        self._day = day
        while self._next < len(self._events) and self._events[self._next].day <= day:
            self._happen(self._events[self._next])
            self._next += 1

    def _happen(self, event: _Event) -> None:
        claim = event.claim
        key = (claim.client.account, claim.invoice or "", claim.currency)
        invoice = self._invoices.get(key)
        if invoice is None:
            invoice = self._invoices[key] = OpenInvoice(claim.client, key[1], claim.currency)
        if event.opens:
            self._change(invoice, lambda: invoice.add(claim, event.amount))
        else:
            self._change(invoice, lambda: invoice.take(event.amount))

    # ------------------------------------------------------------ What is asked of them

    def invoice(self, key: Key) -> OpenInvoice | None:
        """An invoice that counts by now, settled or not."""
        return self._invoices.get(key)

    def of_amount(self, account: str, currency: str, amount: Decimal) -> list[OpenInvoice]:
        """The client's invoices that the amount would settle, the two oldest of them."""
        listed = self._by_own_amount.get((account, currency, amount), ())
        return [self._invoices[key] for _, key in listed[:2]]

    def all_of_amount(self, currency: str, amount: Decimal, most: int) -> list[OpenInvoice]:
        """The invoices of all clients that the amount would settle, the oldest first."""
        return [
            self._invoices[key] for _, key in self._by_amount.get((currency, amount), ())[:most]
        ]

    def oldest(self, account: str, currency: str) -> Iterator[OpenInvoice]:
        """The client's open invoices, the oldest due first; no more than `MOST`."""
        listed = self._by_client.get((account, currency), ())
        return (self._invoices[key] for _, key in islice(listed, MOST))

    def whole(self, account: str, currency: str) -> Decimal:
        """All that the client owes."""
        return self._totals.get((account, currency), ZERO)

    def owing(self, currency: str, amount: Decimal, most: int) -> list[str]:
        """The accounts of the clients that owe so much in all."""
        return list(islice(self._by_total.get((currency, amount), ()), most))

    # ------------------------------------------------------------ What becomes of them

    def pay(self, invoice: OpenInvoice, amount: Decimal) -> None:
        """Money that certainly pays it."""
        self._change(invoice, lambda: invoice.take(amount))

    def hold(self, invoice: OpenInvoice, amount: Decimal) -> None:
        """Money that may pay it."""

        def held() -> None:
            invoice.held += amount

        self._change(invoice, held)

    def reopen(self, invoice: OpenInvoice, amount: Decimal) -> None:
        """A payment of it that came back."""
        self._change(invoice, lambda: invoice.give_back(amount))

    def _change(self, invoice: OpenInvoice, change: Callable[[], None]) -> None:
        """Do it, and keep the indexes true."""
        account, currency = invoice.client.account, invoice.currency
        key = (account, invoice.number, currency)
        if invoice.claims:
            self._list(invoice, key, -invoice.free)
        change()
        self._list(invoice, key, invoice.free)

    def _list(self, invoice: OpenInvoice, key: Key, free: Decimal) -> None:
        """Put the invoice into the indexes with what is free of it, or with less than zero take it
        out."""
        if not free:
            return
        account, _, currency = key
        entry = (invoice.order, key)
        edit = insort if free > 0 else _remove
        edit(self._by_client[account, currency], entry)
        for amount in invoice.amounts:
            edit(self._by_own_amount[account, currency, amount], entry)
            edit(self._by_amount[currency, amount], entry)
        before = self._totals[account, currency]
        self._by_total[currency, before].pop(account, None)
        after = self._totals[account, currency] = before + free
        if after:
            self._by_total[currency, after][account] = None


@dataclass(frozen=True, slots=True)
class _Event:
    """A day on which a claim begins to count, with what is open of it, or a credit note does."""

    day: date
    claim: Claim
    amount: Decimal
    opens: bool


def _events(on: OnDay) -> list[_Event]:
    events = []
    for claim in on.claims:
        if claim.invoice is None:
            continue
        notes = [r for r in claim.receipts if r.credit_note and r.date > claim.invoiced]
        left = claim.balance + total(note.amount for note in notes)
        events.append(_Event(claim.invoiced, claim, left, opens=True))
        events.extend(_Event(note.date, claim, note.amount, opens=False) for note in notes)
    events.sort(key=lambda event: (event.day, not event.opens, by_due(event.claim)))
    return events


def _remove(listed: list[tuple[Order, Key]], entry: tuple[Order, Key]) -> None:
    at = bisect_left(listed, entry)
    assert listed[at] == entry
    del listed[at]
