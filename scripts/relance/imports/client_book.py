"""The clients while files come in: those of the books, and those that get an account.

What an imported account says of its client is what the fullest of its files says, of equals the
last one: it is written again when a better one comes in, unless a person changed it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date

from relance.imports.client_finder import ClientFinder
from relance.imports.directives import NewDirective
from relance.imports.import_accounts import Opened
from relance.imports.new_clients import KIND, ClientToOpen, Rank, free_account, rank_of
from relance.incoming.client_sheet import ClientRow
from relance.incoming.invoice import Invoice, Party
from relance.ledger.imported import ImportedEntry
from relance.values.facts import Client
from relance.values.problem import Source


class ClientBook:
    """Finds the client of a party, or opens an account below `prefix` for it; `opened` are the
    accounts of the books."""

    def __init__(
        self,
        clients: Iterable[Client],
        imported: Iterable[ImportedEntry],
        opened: Mapping[str, Opened],
        prefix: str,
    ) -> None:
        self._finder = ClientFinder(clients, opened)
        self._opened = opened
        self._taken = set(opened)
        self._prefix = prefix
        self._new: set[str] = set()
        entries = (entry for entry in imported if entry.kind == KIND and entry.untouched)
        self._best: dict[str, Rank] = {x.entry.account: rank_of(x.entry.meta) for x in entries}
        self._said: dict[str, ClientToOpen] = {}

    def buyer(self, invoice: Invoice, filed: Source) -> Client:
        """The client of an invoice, filed at that place: a new one if the books do not know it;
        `Refusal` (2) when it may be several."""
        client = self._finder.of_invoice(invoice)
        return client or self._open(ClientToOpen(invoice.buyer, {}, "", filed))

    def row(self, row: ClientRow, filed: Source, others: Collection[str] = ()) -> Client:
        """The same of a row of a sheet, or of an account that is none of those of `others`."""
        client = self._finder.of_row(row, others)
        return client or self._open(ClientToOpen(row.party, dict(row.keys), "", filed))

    def find(self, row: ClientRow) -> Client | None:
        """The client of a row, None for one that the books do not know; `Refusal` (2) when it may
        be several."""
        return self._finder.of_row(row)

    def is_new(self, client: Client) -> bool:
        """Whether it is none of the books'."""
        return client.account in self._new

    def says(
        self, account: str, party: Party, keys: Iterable[tuple[str, object]], at: Source
    ) -> None:
        """What a file that is taken says of a client; it counts for an account of ours alone."""
        said = ClientToOpen(party, dict(keys), account, at)
        if account in self._new or account in self._best:
            best = self._best.get(account)
            if best is None or best < said.rank:
                self._best[account], self._said[account] = said.rank, said

    def openings(self, day: date, languages: Iterable[str]) -> Iterator[NewDirective]:
        """The openings of new accounts, and of those of which a file says more, never later than
        they were."""
        letter_languages = frozenset(languages)
        for account, said in sorted(self._said.items()):
            opened = self._opened.get(account)
            yield said.directive(min(day, opened.since) if opened else day, letter_languages)

    def _open(self, said: ClientToOpen) -> Client:
        account = free_account(self._prefix, said.party.name, self._taken)
        self._taken.add(account)
        self._new.add(account)
        client = said.client(account)
        self._finder.add(client)
        return client
