"""The accounts in which money is: those that the policy says are a bank's, else those whose name
or number is a bank's or a till's; and what came in on them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from relance.ledger.beancount import Loaded, OpenEntry
from relance.policy.settings import Policy
from relance.text.locales import bare
from relance.values.amounts import ZERO, cents
from relance.values.facts import Client

BANK_NAMES = re.compile(r"banques?|banks?|compte courant|checking")
_TILL_NAMES = re.compile(r"\b(?:caisses?|cash|especes)\b")
# What is owed by a bank, a factor or a client is no money yet, whatever the name says besides.
_OWED = re.compile(r"affactur|factor|escompte|cede|cession|creance|douteu|attente")
_CHART = re.compile(r"5112|51[2-7]|53")  # the plan comptable général: cheques, banks, tills


class BankAccounts:
    """Knows of a ledger's accounts which of them hold money."""

    def __init__(self, policy: Policy, loaded: Loaded) -> None:
        bank = policy.ledger.bank
        self._named = (*(bank.accounts if bank else ()), *policy.importing.accounts.values())
        self._assets = f"{loaded.root_of('name_assets')}:"
        self._numbers = {
            entry.account: str(entry.meta["pcg"])
            for entry in loaded.entries
            if isinstance(entry, OpenEntry) and "pcg" in (entry.meta or {})
        }
        self._holding: dict[str, bool] = {}

    def received(self, entry: Any, owners: Mapping[str, Client | None]) -> bool:
        """Whether all that an entry credits to clients, whose accounts `owners` has, came in as
        money: what a discount, a set-off or another account answers did not."""
        came = credited = ZERO
        for posting in entry.postings:
            if not posting.units or not posting.units.number:
                continue
            number = posting.units.number * (posting.price.number if posting.price else 1)
            if owners.get(posting.account):
                credited -= min(number, ZERO)
            elif self._hold(posting.account):
                came += number
        return ZERO < cents(credited) <= cents(came)

    def _hold(self, account: str) -> bool:
        if account not in self._holding:
            self._holding[account] = (
                any(is_below(account, prefix) for prefix in self._named)
                if self._named
                else account.startswith(self._assets) and self._says_so(account)
            )
        return self._holding[account]

    def _says_so(self, account: str) -> bool:
        name = bare(account.removeprefix(self._assets))
        if _OWED.search(name):
            return False
        numbers = [self._numbers.get(account, ""), *name.split()]
        in_words = BANK_NAMES.search(name) or _TILL_NAMES.search(name)
        return bool(in_words) or any(map(_CHART.match, numbers))


def is_below(account: str, prefix: str) -> bool:
    """Whether the account is the prefix or under it, by whole components."""
    account, prefix = (unicodedata.normalize("NFC", name) for name in (account, prefix))
    return account == prefix or account.startswith(prefix + ":")
