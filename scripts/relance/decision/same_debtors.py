"""The accounts behind which the same people read letters: what is said to one is read by all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from relance.claims.on_day import OnDay
from relance.text.firms import siren_of
from relance.values.facts import Client


class SameDebtors:
    """Knows of the clients of a day which have a SIREN or a mailbox in common, or took over from
    one another."""

    def __init__(self, on: OnDay) -> None:
        self._signs = {account: frozenset(_signs(x)) for account, x in on.clients.items()}
        self._bearing: dict[str, set[str]] = defaultdict(set)
        for account, signs in self._signs.items():
            for sign in signs:
                self._bearing[sign].add(account)
        self._linked: dict[str, set[str]] = defaultdict(set)
        for succession in on.books.successions:
            if succession.date <= on.day:
                self._linked[succession.old].add(succession.new)
                self._linked[succession.new].add(succession.old)

    def of(self, account: str) -> tuple[str, ...]:
        """The other accounts that are this one's, in order."""
        others = set(self._linked.get(account, ()))
        for sign in self._signs.get(account, ()):
            others |= self._bearing[sign]
        return tuple(sorted(others - {account}))


def _signs(client: Client) -> Iterator[str]:
    if number := siren_of(client.siren or ""):
        yield number
    yield from (address.casefold() for address in client.mailed)
