"""Which entries book penalties: on the client's account, or as received beside it.

Their accounts are those of `penalites.comptes` and below, else the income accounts whose `pcg` or
name says so: 7631 (interest on trade receivables), 7711 (penalties received; 7581 since 2025).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from relance.ledger.beancount import Loaded, OpenEntry, Transaction
from relance.ledger.clients import Clients
from relance.ledger.fields import Complaints
from relance.ledger.invoice_names import InvoiceNames
from relance.ledger.postings import UNCERTAIN, posting_meta
from relance.ledger.settled import Posted
from relance.policy.settings import Policy
from relance.text.escapes import one_line
from relance.text.locales import bare
from relance.values.amounts import ZERO, Money
from relance.values.movement import PenaltyIncome
from relance.values.problem import Source, suggest

_CHART = ("7631", "7711", "7581")
_NAMES = re.compile(
    r"\bpenalites?\b|\bmoratoires?\b|\binterets? de retard\b|\bindemnites?\b.*\brecouvrement\b"
)


def penalty_accounts(policy: Policy, loaded: Loaded, complaints: Complaints) -> frozenset[str]:
    """The accounts of income from penalties that the ledger opens; one that the policy names and
    nothing opens is a fault."""
    named, root = policy.interest.accounts, f"{loaded.root_of('name_income')}:"
    opened = [entry for entry in loaded.entries if isinstance(entry, OpenEntry)]
    for prefix in named or ():
        if not any(_is_below(entry.account, (prefix,)) for entry in opened):
            income = sorted(e.account for e in opened if e.account.startswith(root))
            what = f"aucun compte ouvert « {prefix} » (penalites.comptes)"
            complaints.fault(Source(policy.ledger.file), what, suggest(prefix, income))
    return frozenset(
        entry.account
        for entry in opened
        if (_is_below(entry.account, named) if named else _says_so(entry, root))
    )


def _is_below(account: str, prefixes: Iterable[str]) -> bool:
    return any(account == prefix or account.startswith(f"{prefix}:") for prefix in prefixes)


def _says_so(entry: Any, root: str) -> bool:
    number = str((entry.meta or {}).get("pcg", ""))
    in_words = _NAMES.search(bare(entry.account)) is not None
    return entry.account.startswith(root) and (number.startswith(_CHART) or in_words)


def only_penalties(entry: Any, accounts: frozenset[str], root: str) -> bool:
    """Whether all the income of an entry is from penalties."""
    income = [p.account for p in entry.postings if p.account.startswith(root)]
    return bool(income) and accounts.issuperset(income)


class PenaltyReader:
    """Reads what was received as penalties without passing by the account of who owed them."""

    def __init__(
        self, policy: Policy, clients: Clients, posted: Iterable[Posted], complaints: Complaints
    ) -> None:
        self._moved: dict[int, set[str]] = defaultdict(set)  # the accounts that an entry moves
        for line in posted:
            self._moved[id(line.entry)].add(line.account)
        self._meta = policy.ledger.invoice.meta
        self._links = InvoiceNames(policy.ledger.invoice)
        self._clients = clients
        self._complaints = complaints
        self._names: dict[str, list[str]] = {}
        for client in clients.all:
            self._names.setdefault(client.label, []).append(client.account)

    def read(
        self, entries: Iterable[Any], accounts: frozenset[str], owners: Mapping[str, set[str]]
    ) -> Iterator[PenaltyIncome]:
        """The income of certain entries; `owners` are the accounts that have each invoice. What
        names no client, or several, is nobody's."""
        for entry in entries if accounts else ():
            if type(entry) is Transaction and entry.flag not in UNCERTAIN:
                earned = [p for p in entry.postings if p.account in accounts and p.units]
                if earned and not self._booked(entry, accounts):
                    yield from self._received(entry, earned, owners)

    def _booked(self, entry: Any, accounts: frozenset[str]) -> bool:
        """Whether a client's account answers the income, or its reversal: that is a debit like
        any other, which what comes in pays."""
        answers = [p for p in entry.postings if self._clients.of(p.account) and p.units]
        earned = [p for p in entry.postings if p.account in accounts and p.units]
        return bool(answers) and not sum((p.units.number for p in (*answers, *earned)), ZERO)

    def _received(
        self, entry: Any, earned: Iterable[Any], owners: Mapping[str, set[str]]
    ) -> Iterator[PenaltyIncome]:
        charged = [p.units.number for p in entry.postings if self._clients.of(p.account)]
        answered = sum((number for number in charged if number > ZERO), ZERO)
        for posting in earned:
            taken = min(answered, max(-posting.units.number, ZERO))
            answered -= taken
            meta = posting_meta(entry, posting)
            written = next((meta[key] for key in self._meta if meta.get(key)), None)
            names = (one_line(str(written)),) if written else self._links.of(entry)
            if account := self._owner(entry, names, owners):
                yield PenaltyIncome(
                    date=entry.date,
                    account=account,
                    invoice=names[0] if len(names) == 1 else None,
                    amount=Money(-posting.units.number - taken, posting.units.currency),
                    source=self._complaints.place(meta),
                )

    def _owner(
        self, entry: Any, names: Iterable[str], owners: Mapping[str, set[str]]
    ) -> str | None:
        """The client whose account the entry moves, who has the invoice, or whom it names."""
        accounts = self._moved.get(id(entry)) or set[str]().union(
            *(owners.get(name, ()) for name in names)
        )
        accounts = accounts or set(self._names.get(entry.payee or "", ()))
        return next(iter(accounts)) if len(accounts) == 1 else None
