"""The same books at many dates, read once and imputed again only where it could matter.

The claims of a plain account at an earlier day are those of the last day less what came later.
Plain is an account whose every invoice is one debit, and whose every credit names one invoice,
comes after it and never exceeds it: there what is paid later can change nothing earlier. Every
other account is imputed anew for each day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from relance.claims.claim import Claim, Receivables
from relance.claims.on_day import OnDay
from relance.claims.receivables import receivables
from relance.values.amounts import ZERO
from relance.values.movement import Movement


class BooksByDay:
    """The books of a day, `now`, on that day and before; each day is worked out once."""

    def __init__(self, now: OnDay) -> None:
        self.now = now
        plain = _plain_accounts(now)
        others = tuple(m for m in now.books.movements if m.account not in plain)
        self._others = replace(now.books, movements=others)
        self._plain = tuple(_dated(now, plain))
        self._days = {now.day: now}

    def at(self, day: date) -> OnDay:
        """The books at the end of that day."""
        if day not in self._days:
            self._days[day] = replace(self.now, day=day, imputed=self._before(day))
        return self._days[day]

    def _before(self, day: date) -> Receivables:
        others = receivables(self._others, self.now.policy.terms, day)
        plain = [_as_of(claim, day) for entered, claim in self._plain if entered <= day]
        claims = sorted([*plain, *others.claims], key=lambda claim: claim.client.account)
        return replace(others, claims=tuple(claims))


def _as_of(claim: Claim, day: date) -> Claim:
    if all(receipt.date <= day for receipt in claim.receipts):
        return claim
    return replace(claim, receipts=tuple(r for r in claim.receipts if r.date <= day))


def _dated(now: OnDay, plain: frozenset[str]) -> Iterator[tuple[date, Claim]]:
    """The claims of plain accounts with the day they entered the books. An account is plain
    until the last day: a debit after it may well bear the number of an earlier one."""
    entered = {
        (m.account, m.invoices[0]): m.date
        for m in now.books.movements
        if m.date <= now.day and m.number > 0 and m.account in plain
    }
    for claim in now.claims:
        if claim.client.account in plain and claim.invoice is not None:
            yield entered[claim.client.account, claim.invoice], claim


def _plain_accounts(now: OnDay) -> frozenset[str]:
    """The plain accounts by what is in the books until the last day."""
    accounts: dict[str, list[Movement]] = defaultdict(list)
    for movement in now.books.movements:
        if movement.date <= now.day:
            accounts[movement.account].append(movement)
    doubtful = {claim.client.account for claim in now.claims if claim.doubt}
    return frozenset(
        a for a, movements in accounts.items() if a not in doubtful and _is_plain(movements)
    )


def _is_plain(movements: Sequence[Movement]) -> bool:
    """Whether these movements, in the ledger's order, are those of a plain account."""
    left: dict[str, Decimal] = {}
    currency = movements[0].currency
    for movement in movements:
        if movement.draft or movement.padding or movement.currency != currency:
            return False
        if len(movement.invoices) != 1:
            return False
        (name,) = movement.invoices
        if (movement.number > 0) == (name in left):  # the debit comes first, and is alone
            return False
        left[name] = left.get(name, ZERO) + movement.number
        if left[name] < 0:
            return False
    return True
