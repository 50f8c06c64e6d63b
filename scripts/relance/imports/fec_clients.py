"""Whose an auxiliary account of a FEC is: the client that bears its number, else its exact name,
else a new one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from relance.imports.client_book import ClientBook
from relance.incoming.client_sheet import ClientRow
from relance.incoming.fec_export import FecLine, UnreadLine
from relance.incoming.invoice import Party
from relance.ledger.beancount import OpenEntry
from relance.ledger.clients import Clients
from relance.ledger.imported import CLIENT_NUMBER
from relance.values.facts import Client
from relance.values.problem import Source
from relance.values.terms import Terms

COLLECTIVE = "collectif"  # the number of a client that stands for all those not named


class FecClients:
    """Finds or opens the clients of a FEC; `terms` is the delay written for new ones."""

    def __init__(
        self, book: ClientBook, entries: Iterable[Any], clients: Clients, terms: Terms | None
    ) -> None:
        self._book = book
        self._terms = terms
        numbered = (
            (str(entry.meta[CLIENT_NUMBER]), clients.of(entry.account))
            for entry in entries
            if isinstance(entry, OpenEntry) and CLIENT_NUMBER in entry.meta
        )
        self._by_number = {number: client for number, client in numbered if client}
        self._numbered = {client.account for client in self._by_number.values()}

    def of(self, number: str, line: FecLine, source: Source) -> Client:
        """The client of a line; `Refusal` (2) when its name is that of several. One that no
        auxiliary account names gets no reminder: nobody knows whom it stands for."""
        key = number or COLLECTIVE
        name = line.client if number and line.client else number or "Clients sans compte auxiliaire"
        keys: dict[str, object] = {CLIENT_NUMBER: key}
        if not number:
            keys["relance"] = False
        if self._terms:
            keys["delai"] = str(self._terms)
        row = ClientRow(Party(name), tuple(keys.items()), source)
        client = self._by_number.get(key)
        if client is None:
            client = self._by_number[key] = self._book.row(row, source, others=self._numbered)
            self._numbered.add(client.account)
            if self._book.is_new(client):
                self._book.says(client.account, row.party, row.keys, source)
        return client

    def named(self, line: UnreadLine, source: Source) -> Client | None:
        """The client of the books whom a line that cannot be taken names, by number, else by name;
        None for a new one. `Refusal` (2) when its name is that of several."""
        client = self._by_number.get(line.auxiliary)
        if client or not line.client:
            return client
        return self._book.find(ClientRow(Party(line.client), (), source))
