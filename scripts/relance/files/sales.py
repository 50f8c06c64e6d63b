"""What the ledger says of each sale: its price without tax, its VAT, where the debt lies now.

Read from the postings of the invoice's own transaction, never worked out from a rate.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from relance.claims.claim import Claim
from relance.ledger.beancount import Loaded, OpenEntry, Transaction, load
from relance.ledger.company import Company
from relance.ledger.files import relative
from relance.values.amounts import ZERO, cents
from relance.values.problem import Source

_VAT = re.compile(r"(^|[^a-z])(tva|vat)([^a-z]|$)|4457", re.IGNORECASE)


class Leg(NamedTuple):
    """One leg of an entry: an account and what is posted to it."""

    account: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Sale:
    """One invoice: what was debited (VAT included) and, by account, its VAT."""

    gross: Decimal
    vat: tuple[Leg, ...]

    def share(self, amount: Decimal) -> tuple[Leg, ...]:
        """The VAT that a part of the invoice holds, by account, half-up to the cent."""
        return tuple(Leg(name, cents(vat * amount / self.gross)) for name, vat in self.vat)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a debit stands: its account, its sale when the ledger tells it."""

    account: str
    sale: Sale | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """The accounts of the books: those open by name with their number of the French chart, what
    each invoice still holds on each account of a client, where each debit stands."""

    numbers: dict[str, str] = field(default_factory=dict)
    held: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    places: dict[Source, Place] = field(default_factory=dict)

    def numbered(self, number: str) -> str | None:
        """The account whose `pcg` begins so, the first by name."""
        names = sorted(name for name, given in self.numbers.items() if given.startswith(number))
        return names[0] if names else None


def read_chart(company: Company, claims: Iterable[Claim]) -> Chart:
    """Read the accounts and the sales of these claims. Raises `Refusal` for a broken ledger."""
    loaded = load(company.root / company.policy.ledger.file, company.root)
    numbers = {
        entry.account: str((entry.meta or {}).get("pcg", ""))
        for entry in loaded.entries
        if isinstance(entry, OpenEntry)
    }
    return _ChartReader(company, numbers, list(claims)).read(loaded)


class _ChartReader:
    """Reads the accounts, and the sales of the claims whose postings it is given."""

    def __init__(self, company: Company, numbers: dict[str, str], claims: list[Claim]) -> None:
        self._root = company.root
        self._income = root_of(company, "name_income", "Income")
        self._vat = company.policy.bad_debts.vat
        self._numbers = numbers
        self._sources = {claim.source for claim in claims}
        self._amounts: dict[tuple[str, str | None], Decimal] = defaultdict(Decimal)
        for claim in claims:
            self._amounts[(claim.client.account, claim.invoice)] += claim.amount
        self._invoice = {c.source: (c.client.account, c.invoice) for c in claims}

    def read(self, loaded: Loaded) -> Chart:
        chart = Chart(self._numbers)
        for entry in loaded.entries:
            if isinstance(entry, Transaction) and entry.flag != "!":
                for posting in entry.postings:
                    self._hold(chart, entry, posting)
                chart.places.update(self._places(entry))
        return chart

    def _hold(self, chart: Chart, entry: Any, posting: Any) -> None:
        for link in entry.links or ():
            where = (posting.account, link)
            chart.held[where] = chart.held.get(where, ZERO) + posting.units.number

    def _places(self, entry: Any) -> Iterator[tuple[Source, Place]]:
        for posting in entry.postings:
            source = self._source(posting.meta)
            if source in self._sources:
                yield source, Place(posting.account, self._sale(entry, source))

    def _source(self, meta: Any) -> Source:
        name = str((meta or {}).get("filename", ""))
        return Source(relative(name, self._root), int((meta or {}).get("lineno", 0)))

    def _sale(self, entry: Any, source: Source) -> Sale | None:
        """The sale of a transaction that holds this invoice and nothing else; None when it is an
        opening balance, several invoices together, or mixes currencies."""
        account, _ = self._invoice[source]
        debits = [p for p in entry.postings if _below(p.account, account) and p.units.number > 0]
        others = [p for p in entry.postings if p not in debits]
        gross = sum((p.units.number for p in debits), ZERO)
        one_currency = len({p.units.currency for p in entry.postings}) == 1
        if gross != self._amounts[self._invoice[source]] or not one_currency:
            return None
        vat = [p for p in others if self._is_vat(p.account)]
        rest = [p for p in others if p not in vat]
        if not rest or not all(_below(p.account, self._income) for p in rest):
            return None
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for posting in vat:
            sums[posting.account] -= posting.units.number
        return Sale(gross, tuple(Leg(*item) for item in sorted(sums.items())))

    def _is_vat(self, name: str) -> bool:
        if self._vat:
            return any(_below(name, account) for account in self._vat)
        return self._numbers.get(name, "").startswith("4457") or bool(_VAT.search(name))


def _below(name: str, account: str) -> bool:
    return name == account or name.startswith(f"{account}:")


def root_of(company: Company, option: str, default: str) -> str:
    """The name that the books give to one of Beancount's five roots."""
    roots = company.books.roots
    return next((root for root, named in roots.items() if named == option), default)
