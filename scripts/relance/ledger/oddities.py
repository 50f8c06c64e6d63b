"""All that is asked about the entries of a ledger because it is odd (rules 3.25 to 3.29)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from relance.ledger.beancount import CommodityEntry, Loaded
from relance.ledger.clients import Clients
from relance.ledger.comments import Comments
from relance.ledger.doubtful import Doubtful
from relance.ledger.fields import Complaints
from relance.ledger.odd_amounts import OddAmounts
from relance.ledger.odd_clients import OddClients
from relance.ledger.odd_dates import OddDates
from relance.ledger.odd_numbers import OddNumbers
from relance.ledger.postings import PostingReader
from relance.ledger.questions import together
from relance.ledger.settled import Posted
from relance.policy.settings import LedgerSettings
from relance.values.facts import DoubtfulEntry


class Oddities:
    """The oddities of a ledger; `entries` are its directives but for transactions."""

    def __init__(
        self, loaded: Loaded, entries: Sequence[Any], clients: Clients, settings: LedgerSettings
    ) -> None:
        self._loaded = loaded
        self._entries = entries
        self._clients = clients
        self._settings = settings

    def of(
        self,
        posted: Sequence[Posted],
        reader: PostingReader,
        doubtful: Doubtful,
        complaints: Complaints,
    ) -> Iterator[DoubtfulEntry]:
        """Each of them, `posted` being the postings that `reader` read on client accounts."""
        loaded, settings = self._loaded, self._settings
        groups = together(posted)
        amounts = OddAmounts(settings, complaints)
        declared = {x.currency for x in self._entries if isinstance(x, CommodityEntry)}
        yield from amounts.none_at_all(reader.skipped)
        yield from amounts.nearly_money(reader.not_money)
        yield from amounts.mistyped(posted, declared)
        numbers = OddNumbers(posted, settings, complaints)
        yield from numbers.entries(groups, loaded.root_of("name_assets") + ":")
        yield from numbers.in_words(doubtful.sold)
        dates = OddDates(posted, settings, complaints)
        yield from dates.of_numbers(doubtful.sold, doubtful.debits)
        yield from dates.of_due_dates(groups, reader.answers.taken_over)
        yield from dates.of_instalments(groups)
        yield from dates.out_of_order()
        yield from dates.beyond_the_books(loaded.entries, self._clients)
        yield from Comments(self._clients, settings, complaints).entries(loaded.files)
        yield from OddClients(self._entries, self._clients, complaints).entries(settings)
