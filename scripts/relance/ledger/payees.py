"""The payees of invoices: several on one client's account may be several clients (rule 2.6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from relance.ledger.fields import Complaints
from relance.ledger.postings import is_uncertain, posting_meta
from relance.ledger.settled import Posted
from relance.text.escapes import plain
from relance.text.firms import may_be_one
from relance.values.facts import Client, DoubtfulEntry
from relance.values.problem import Source


class _Billed(NamedTuple):
    """The invoices of an account that name one party: its first name, with its day and place."""

    name: str
    date: date
    source: Source
    invoices: tuple[str, ...]


class Payees:
    """Whom the invoices on each account name."""

    def __init__(self, clients: Iterable[Client], complaints: Complaints) -> None:
        self._clients = {client.account: client for client in clients}
        self._names = {
            name: client.account for client in self._clients.values() for name in client.names
        }
        self._complaints = complaints

    def entries(self, posted: Iterable[Posted]) -> Iterator[DoubtfulEntry]:
        """What several parties were billed on one account: what names another than its client,
        all of the account when its client is none of them. The postings come by date."""
        for account, sales in self._sales(posted).items():
            if len(sales) > 1:
                yield from self._entries(account, sales)

    def _sales(self, posted: Iterable[Posted]) -> dict[str, dict[str, list[Posted]]]:
        """The first debit of each invoice, by account and payee. One that is another client's
        very name is told as such (rule 3.18); what a bank takes back later names the bank."""
        sales: dict[str, dict[str, list[Posted]]] = defaultdict(lambda: defaultdict(list))
        seen: set[tuple[str, str]] = set()
        for line in posted:
            if line.number <= 0 or len(line.invoices) != 1 or is_uncertain(line):
                continue
            sale = (line.account, line.invoices[0])
            payee = line.entry.payee
            if sale not in seen and payee and self._names.get(payee, line.account) == line.account:
                sales[line.account][payee].append(line)
            seen.add(sale)
        return sales

    def _entries(self, account: str, sales: dict[str, list[Posted]]) -> Iterator[DoubtfulEntry]:
        client = self._clients.get(account)
        names = (*client.names, account.rpartition(":")[2]) if client else ()
        billed = [self._billed(payee, bills) for payee, bills in sales.items()]
        namesakes = [x for x in billed if any(may_be_one(x.name, name) for name in names)]
        for other in billed:
            if namesakes and other not in namesakes:
                yield self._doubtful(account, namesakes[0], other, other.invoices)
        others = [x for x in billed if not may_be_one(x.name, billed[0].name)]
        if others and not namesakes:
            yield self._doubtful(account, billed[0], others[0], ())

    def _billed(self, name: str, bills: list[Posted]) -> _Billed:
        first = bills[0]
        place = self._complaints.place(posting_meta(first.entry, first.posting))
        invoices = tuple(dict.fromkeys(bill.invoices[0] for bill in bills))
        return _Billed(plain(name), first.date, place, invoices)

    def _doubtful(
        self, account: str, one: _Billed, other: _Billed, invoices: tuple[str, ...]
    ) -> DoubtfulEntry:
        client = self._clients.get(account)
        shared = "dites-le commun par grand-livre.client: [beneficiaire]"
        same = ""
        if client:
            shared += " et retirez-lui « client: »"
            same = f' ; un seul client : autres-noms: "{other.name}" à son ouverture'
            same += f" ({client.source})"
        return DoubtfulEntry(
            date=max(one.date, other.date),
            source=other.source,
            code="plusieurs-clients",
            what=f"{account} porte des factures à « {one.name} » ({one.source}) et à "
            f"« {other.name} »",
            remedy=f"donnez un compte à chacun, ou {shared}{same}",
            account=account,
            invoices=invoices,
        )
