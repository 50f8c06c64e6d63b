"""What answers a posting on a client account in its entry: a sale, a cost, money."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from relance.ledger.bank_accounts import is_below
from relance.ledger.beancount import Loaded, Transaction
from relance.policy.settings import LedgerSettings
from relance.values.amounts import ZERO
from relance.values.facts import Client


class Answers:
    """The other postings of an entry; `owners` are the clients of the accounts met, `penalties`
    the accounts of income from penalties."""

    def __init__(
        self, loaded: Loaded, settings: LedgerSettings, penalties: frozenset[str] = frozenset()
    ) -> None:
        self._entries = loaded.entries
        self._banks = settings.bank.accounts if settings.bank else ()
        self._penalties = penalties
        self._expenses = f"{loaded.root_of('name_expenses')}:"
        self._assets = f"{loaded.root_of('name_assets')}:"
        roots = ("name_income", "name_liabilities", "name_equity")
        self._sources = tuple(f"{loaded.root_of(name)}:" for name in roots)
        self._receiving: dict[str, bool] = {}
        self.owners: Mapping[str, Client | None] = {}

    def taken_over(self, entry: Any) -> bool:
        """Whether equity alone answers a debit: an opening balance."""
        others = [p.account for p in entry.postings if not self.owners.get(p.account)]
        return bool(others) and all(name.startswith(self._sources[2]) for name in others)

    def billed(self, entry: Any) -> bool:
        """Whether income, taxes or an opening balance are most of what answers a debit: money
        given back comes from the bank instead, with its costs."""
        debits = credits = ZERO
        for posting in entry.postings:
            if not posting.units or not posting.units.number:
                continue
            if self.owners.get(posting.account):
                debits += max(_weight(posting), ZERO)
            elif posting.account.startswith(self._sources) and not self._is_bank(posting.account):
                credits -= min(_weight(posting), ZERO)
        return credits * 2 >= debits > ZERO

    def given_back(self, entry: Any) -> bool:
        """Whether the money of a debit came out of an account that receives clients' payments."""
        return any(
            posting.units.number < ZERO and self._receives(posting.account)
            for posting in entry.postings
            if posting.units and posting.units.number
        )

    def _receives(self, account: str) -> bool:
        if account not in self._receiving:
            receives = self._is_bank(account)
            if not receives and account.startswith(self._assets) and not self.owners.get(account):
                receives = any(self._pays_into(entry, account) for entry in self._entries)
            self._receiving[account] = receives
        return self._receiving[account]

    def _is_bank(self, account: str) -> bool:
        return any(is_below(account, prefix) for prefix in self._banks)

    def _pays_into(self, entry: Any, account: str) -> bool:
        """Whether an entry brings money to an account from a client's."""
        if type(entry) is not Transaction:
            return False
        sides = {p.account: p.units.number for p in entry.postings if p.units and p.units.number}
        return sides.get(account, ZERO) > ZERO and any(
            number < ZERO and self.owners.get(name) for name, number in sides.items()
        )

    def books_penalties(self, entry: Any, side: int) -> bool:
        """Whether nothing but income from penalties answers a debit (`side` -1), or a credit that
        takes such a debit back."""
        if not self._penalties:
            return False
        answers = [p.account for p in entry.postings if p.units and p.units.number * side > 0]
        return bool(answers) and self._penalties.issuperset(answers)

    def waived(self, entry: Any, side: int = 1) -> bool:
        """Whether nothing came in for a credit: all that answers it is the creditor's cost. On
        the other `side` (-1), whether a debit only takes such a cost back."""
        for posting in entry.postings:
            if posting.account.startswith(self._expenses):
                break
        else:
            return False  # nearly always, and soon known
        answers = [p.account for p in entry.postings if p.units and p.units.number * side > 0]
        return bool(answers) and all(name.startswith(self._expenses) for name in answers)


def _weight(posting: Any) -> Decimal:
    """What a posting counts in the balance of its entry, at its price if it has one."""
    number: Decimal = posting.units.number
    return number * posting.price.number if posting.price else number
