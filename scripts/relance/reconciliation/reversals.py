"""Payments that came back: a direct debit returned, a transfer rejected. Which one, and of what."""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice

from relance.claims.on_day import OnDay
from relance.reconciliation.match import Grade, InvoicePart, Match, PossibleMatch, StatementLine
from relance.reconciliation.open_claims import OpenClaims
from relance.reconciliation.payers import Payers
from relance.reconciliation.quotes import Quoted
from relance.text.locales import enumeration, short_date
from relance.values.amounts import total
from relance.values.facts import Client
from relance.values.movement import Movement

_MOST = 8  # ways to read one line
_LOOKED_AT = 500  # payments of one amount, the latest of them


@dataclass(slots=True)
class Paid:
    """A payment received: of a line of this run, or of an entry in the books (`place`)."""

    client: Client
    day: date
    currency: str
    parts: tuple[InvoicePart, ...]
    surplus: Decimal
    amount: Decimal
    place: str
    certain: bool = True
    undone: bool = False

    @property
    def what(self) -> str:
        """« le règlement de F1 du 12/03/2026 »."""
        numbers = enumeration([part.invoice for part in self.parts])
        of = f" de {numbers}" if numbers else ""
        return f"le règlement{of} du {short_date(self.day)}"

    def as_candidate(self) -> PossibleMatch:
        """The payment as one that a person may say came back."""
        return PossibleMatch(self.client, self.parts, f"annule {self.what}", self.surplus)


class Reversals:
    """The payments that may come back, and those that did."""

    def __init__(self, on: OnDay, open_claims: OpenClaims, payers: Payers) -> None:
        self._open = open_claims
        self._payers = payers
        self._by_end: dict[str, list[Paid]] = defaultdict(list)
        self._by_amount: dict[tuple[str, str, Decimal], list[Paid]] = defaultdict(list)
        self._all: dict[tuple[str, Decimal], list[Paid]] = defaultdict(list)
        for paid in _in_books(on):
            self._learn(paid)

    def remember(self, match: Match) -> None:
        """A credit of this run, which may come back later."""
        if match.client is None:
            return
        item, certain = match.line, match.grade.certain
        parts, surplus = match.parts, match.surplus
        paid = Paid(
            match.client, item.line.date, item.currency, parts, surplus, item.amount, item.id
        )
        paid.certain = certain
        self._learn(paid)
        if item.line.end_to_end:
            self._by_end[item.line.end_to_end].append(paid)

    def _learn(self, paid: Paid) -> None:
        account, currency, amount = paid.client.account, paid.currency, paid.amount
        for listed in (self._by_amount[account, currency, amount], self._all[currency, amount]):
            insort(listed, paid, key=_order)

    def match(self, item: StatementLine, quoted: Sequence[Quoted]) -> Match:
        """What a payment that came back undoes; the claims it paid are open again."""
        self._open.advance(item.line.date)
        why = _reason(item)
        if paid := self._named(item) or self._quoted(item, quoted):
            return self._undo(item, paid, f"{why} : annule {paid.what}", sure=True)
        client = quoted[0].client if len(quoted) == 1 else self._payers.of(item.line).client
        if client is None:
            listed = self._left(self._all.get((item.currency, abs(item.amount)), ()), item)
            why = f"{why} : rien ne dit lequel"
            return Match(item, Grade.UNKNOWN, why, candidates=_candidates(listed))
        listed = self._of(item, client)
        if len(listed) == 1:
            reason = f"{why} : le seul règlement de ce montant est {listed[0].what}"
            return self._undo(item, listed[0], reason, sure=False)
        why = f"{why} : {'lequel de plusieurs ?' if listed else 'aucun règlement de ce montant'}"
        return Match(item, Grade.CLIENT, why, client, candidates=_candidates(listed))

    def candidates(self, item: StatementLine) -> tuple[PossibleMatch, ...]:
        """The payments of that amount that may have come back."""
        listed = self._all.get((item.currency, abs(item.amount)), ())
        return _candidates(self._left(listed, item))

    def _named(self, item: StatementLine) -> Paid | None:
        """The payment whose end-to-end id the bank gives back."""
        reversal, line = item.line.reversal, item.line
        for name in (reversal.original if reversal else "", line.end_to_end):
            listed = self._left(self._by_end.get(name, ()), item) if name else []
            if len(listed) == 1 and listed[0].amount == abs(item.amount):
                return listed[0]
        return None

    def _quoted(self, item: StatementLine, quoted: Sequence[Quoted]) -> Paid | None:
        """The latest payment of that amount of the invoices quoted, of one client."""
        if len(quoted) != 1:
            return None
        numbers = {*quoted[0].whole}
        for paid in self._of(item, quoted[0].client):
            if numbers and numbers == {part.invoice for part in paid.parts}:
                return paid
        return None

    def _of(self, item: StatementLine, client: Client) -> list[Paid]:
        key = (client.account, item.currency, abs(item.amount))
        return self._left(self._by_amount.get(key, ()), item)

    def _left(self, listed: Sequence[Paid], item: StatementLine) -> list[Paid]:
        """Those that were there by then and did not come back yet, a few, the latest first."""
        latest = islice(reversed(listed), _LOOKED_AT)
        left = (paid for paid in latest if not paid.undone and paid.day <= item.line.date)
        return list(islice(left, _MOST))

    def _undo(self, item: StatementLine, paid: Paid, reason: str, *, sure: bool) -> Match:
        grade = Grade.SURE if sure and paid.certain and paid.parts else Grade.PROBABLE
        paid.undone = True
        for part in paid.parts if grade is Grade.SURE else ():
            invoice = self._open.invoice((paid.client.account, part.invoice, item.currency))
            if invoice is not None:
                self._open.reopen(invoice, part.amount)
        listed = () if grade.certain else (paid.as_candidate(),)
        return Match(item, grade, reason, paid.client, paid.parts, paid.surplus, paid.place, listed)


def _order(paid: Paid) -> tuple[date, str]:
    return (paid.day, paid.place)


def _reason(item: StatementLine) -> str:
    reversal = item.line.reversal
    why = (reversal.reason or (reversal.code and f"code {reversal.code}")) if reversal else ""
    return f"règlement revenu ({why})" if why else "règlement revenu"


def _candidates(listed: Sequence[Paid]) -> tuple[PossibleMatch, ...]:
    return tuple(paid.as_candidate() for paid in listed)


def _in_books(on: OnDay) -> list[Paid]:
    """The payments of the books that still count, one for each entry on a client's account."""
    counted: dict[tuple[str, str, str], set[date]] = defaultdict(set)
    for claim in on.claims:
        days = {receipt.date for receipt in claim.receipts if receipt.is_payment}
        counted[claim.client.account, claim.invoice or "", claim.currency] |= days
    entries: dict[tuple[str, str, str, int], list[Movement]] = defaultdict(list)
    for m in on.books.movements:
        money = m.number < 0 and not (m.draft or m.padding or m.credit_note or m.waived)
        if money and m.date <= on.day and len(m.invoices) == 1:
            entries[m.account, m.currency, m.source.path, m.entry].append(m)
    payments = []
    for (account, currency, *_), movements in entries.items():
        names = {m.invoices[0] for m in movements}
        if all(movements[0].date in counted.get((account, name, currency), ()) for name in names):
            payments.append(_paid(on.clients[account], movements))
    return payments


def _paid(client: Client, movements: Sequence[Movement]) -> Paid:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for movement in movements:
        sums[movement.invoices[0]] -= movement.number
    parts = tuple(InvoicePart(invoice, amount) for invoice, amount in sorted(sums.items()))
    first, amount = movements[0], total(sums.values())
    return Paid(client, first.date, first.currency, parts, Decimal(0), amount, str(first.source))
