"""The same books at many dates, read once and imputed again only where it could matter.

The claims of a plain account at an earlier day are those of the last day less what came later.
Plain is an account whose every invoice is one debit, and whose every credit names one invoice,
comes after it and never exceeds it: there what is paid later can change nothing earlier. Every
other account is imputed anew for each day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from relance.claims.model import Claim, Receivables
from relance.claims.receivables import receivables
from relance.decision.obstacles import Obstacles
from relance.policy.model import Policy
from relance.report.snapshot import Snapshot
from relance.values.amounts import ZERO
from relance.values.facts import Books, Movement


class BooksByDay:
    """Snapshots of the same books on `last` and before, each computed once."""

    def __init__(self, books: Books, policy: Policy, last: date) -> None:
        self.books = books
        self.policy = policy
        self.last = last
        self._now = receivables(books, policy.terms, last)
        plain = _plain_accounts(books, self._now.claims, last)
        others = tuple(m for m in books.movements if m.account not in plain)
        self._others = replace(books, movements=others)
        self._plain = tuple(_dated(books.movements, self._now.claims, plain, last))
        self._known: dict[date, Snapshot] = {}

    def at(self, day: date) -> Snapshot:
        """The books at the end of that day."""
        if day not in self._known:
            found = self._now if day == self.last else self._before(day)
            obstacles = Obstacles(found.claims, self.books.notes, self.policy, day)
            self._known[day] = snapshot(found, obstacles, day)
        return self._known[day]

    def _before(self, day: date) -> Receivables:
        others = receivables(self._others, self.policy.terms, day)
        plain = [_as_of(claim, day) for entered, claim in self._plain if entered <= day]
        claims = sorted([*plain, *others.claims], key=lambda claim: claim.client.account)
        return replace(others, claims=tuple(claims))


def snapshot(found: Receivables, obstacles: Obstacles, day: date) -> Snapshot:
    """What is open on a day, sorted by currency."""
    own = _by_currency(found.claims)
    open_ = _by_currency(claim for claim in found.claims if claim.balance > 0)
    return Snapshot(day, own, open_, found.overpayments, obstacles)


def _as_of(claim: Claim, day: date) -> Claim:
    if all(receipt.date <= day for receipt in claim.receipts):
        return claim
    return replace(claim, receipts=tuple(r for r in claim.receipts if r.date <= day))


def _dated(
    movements: Iterable[Movement], claims: Iterable[Claim], plain: frozenset[str], last: date
) -> Iterator[tuple[date, Claim]]:
    """The claims of plain accounts with the day they entered the books. An account is plain
    until the last day: a debit after it may well bear the number of an earlier one."""
    entered = {
        (m.account, m.invoices[0]): m.date
        for m in movements
        if m.date <= last and m.number > 0 and m.account in plain
    }
    for claim in claims:
        if claim.client.account in plain and claim.invoice is not None:
            yield entered[claim.client.account, claim.invoice], claim


def _plain_accounts(books: Books, claims: Iterable[Claim], last: date) -> frozenset[str]:
    """The plain accounts by what is in the books until the last day."""
    accounts: dict[str, list[Movement]] = defaultdict(list)
    for movement in books.movements:
        if movement.date <= last:
            accounts[movement.account].append(movement)
    doubtful = {claim.client.account for claim in claims if claim.doubt}
    return frozenset(a for a, own in accounts.items() if a not in doubtful and _is_plain(own))


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


def _by_currency(claims: Iterable[Claim]) -> dict[str, tuple[Claim, ...]]:
    found: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        found[claim.currency].append(claim)
    return {currency: tuple(own) for currency, own in found.items()}
