"""The balances that statements end with, asserted where the books hold every line up to them."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import NamedTuple

from relance.imports.bank_lines import bank_name
from relance.imports.directives import NewDirective
from relance.ledger.imported import SOURCE
from relance.ledger.statement_records import StatementRecord

KIND = "solde"


class Moved(NamedTuple):
    """What a posting moves on an account of the bank, or below it."""

    account: str
    currency: str
    date: date
    amount: Decimal


def balances(records: Iterable[StatementRecord], moved: Iterable[Moved]) -> Iterator[NewDirective]:
    """A `balance` the day after the end of each statement that ties, and of which the books say
    the same: none where they lack what came before, or a line."""
    by_account: dict[tuple[str, str], list[tuple[date, Decimal]]] = defaultdict(list)
    for account, currency, day, amount in moved:
        by_account[account, currency].append((day, amount))
    sums = {}
    for key, movements in by_account.items():
        movements.sort()
        sums[key] = (
            [day for day, _ in movements],
            list(accumulate(amount for _, amount in movements)),
        )
    seen = set()
    for record in sorted(records, key=lambda record: (record.last, record.origin)):
        closing = record.closing
        if closing is None or not record.ties:
            continue
        days, held = sums.get((record.account, closing.currency), ([], []))
        upto = bisect_right(days, record.last)
        name = f"{KIND}:{bank_name(record.account)}/{record.last}={closing.currency}"
        if upto and held[upto - 1] == closing.number and name not in seen:
            seen.add(name)
            head = f"balance {record.account}  {closing}"
            day = record.last + timedelta(days=1)
            yield NewDirective(day, name, head, {SOURCE: record.origin})
