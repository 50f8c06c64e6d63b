"""What Fava's filters mean here: a day, and whose clients.

The period gives the day: its end, or today while it lasts. The account filter keeps the clients
whose account it matches, the other one those on whose accounts it finds an entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fava.beans.account import get_entry_accounts
from fava.core import FavaLedger
from fava.core.filters import AccountFilter, AdvancedFilter, TimeFilter
from fava.util.date import DateRange

from relance.ledger.client_names import nfc
from relance.values.facts import Client


@dataclass(frozen=True, slots=True)
class Selection:
    """The day and, for each filter set, the accounts it leaves, those above them included."""

    day: date
    today: date
    left: tuple[frozenset[str], ...] = ()

    def keeps(self, client: Client) -> bool:
        """Whether no filter leaves the client out."""
        return self.keeps_account(client.account)

    def keeps_account(self, account: str) -> bool:
        """The same of a client's account."""
        return all(nfc(account) in accounts for accounts in self.left)


def period(ledger: FavaLedger, asked: Mapping[str, str]) -> DateRange | None:
    """The period that a request asks for: Fava's own reading of its words, without the entries
    that Fava would sum up before it. Raises Fava's own error for words that it cannot read."""
    words = asked.get("time", "")
    return TimeFilter(ledger.options, ledger.fava_options, words).date_range if words else None


def selected(
    ledger: FavaLedger, period: DateRange | None, asked: Mapping[str, str], today: date
) -> Selection:
    """What the filters of a request leave. Raises Fava's own error for one it cannot read."""
    left = []
    if account := asked.get("account", ""):
        opened = ledger.all_entries_by_type.Open
        left.append(_accounts(AccountFilter(account).apply(opened)))
    if words := asked.get("filter", "").strip():
        left.append(_accounts(AdvancedFilter(words).apply(ledger.all_entries)))
    return Selection(_day(period, today), today, tuple(left))


def _day(period: DateRange | None, today: date) -> date:
    if period is None or period.begin <= today < period.end:
        return today
    return period.end_inclusive


def _accounts(entries: Iterable[Any]) -> frozenset[str]:
    """The accounts of entries, and every account above them."""
    accounts: set[str] = set()
    for name in {name for entry in entries for name in get_entry_accounts(entry)}:
        parts = nfc(name).split(":")
        accounts.update(":".join(parts[:end]) for end in range(1, len(parts) + 1))
    return frozenset(accounts)
