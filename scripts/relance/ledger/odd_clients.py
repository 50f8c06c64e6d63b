"""Books without a client; what the opening of a client's account says that nothing reads, and
addresses that two clients share (rule 3.29)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from relance.ledger.beancount import OpenEntry
from relance.ledger.clients import Clients
from relance.ledger.fields import Complaints
from relance.ledger.mistyped_keys import CLIENT
from relance.ledger.unread_keys import saying
from relance.policy.settings import LedgerSettings
from relance.text.firms import is_named
from relance.text.locales import bare
from relance.values.facts import Client, DoubtfulEntry
from relance.values.movement import Saying

_READ = CLIENT.keys | {"filename", "lineno"}


def check_somebody(
    entries: Iterable[Any], clients: Clients, complaints: Complaints, *, busy: bool
) -> None:
    """The fault of books in which nobody is a client. Of those that nobody wrote in yet it is a
    warning: they are not `busy`, and no account is open but those that the policy names."""
    below = [entry for entry in entries if isinstance(entry, OpenEntry)]
    below = [entry for entry in below if clients.of(entry.account)]
    if clients.all or not below:
        return
    place = complaints.place(below[0].meta)
    if busy or any(not clients.names(entry.account) for entry in below):
        complaints.fault(
            place,
            "aucun compte ne porte « client: » : il n'y a personne à relancer",
            'sous l\'ouverture du compte de chacun, ajoutez client: "Nom du client" ; un seul '
            "compte pour tous : grand-livre.client",
        )
    else:
        complaints.warn(
            place,
            "aucun client encore : il n'y a personne à relancer",
            f"écrivez-en un : 2000-01-01 open {below[0].account}:Durand, et dessous client: "
            '"Durand SARL" ; ou relance importer',
        )


class OddClients:
    """The clients of a ledger that are asked about; `entries` hold their openings."""

    def __init__(self, entries: Iterable[Any], clients: Clients, complaints: Complaints) -> None:
        opened = (entry for entry in entries if isinstance(entry, OpenEntry))
        self._opened = {x.account: x for x in opened if clients.of(x.account)}
        self._clients = clients
        self._complaints = complaints

    def entries(self, settings: LedgerSettings) -> Iterator[DoubtfulEntry]:
        """All of them; keys of the policy's `autres-cles` say nothing."""
        others = {*_READ, *(settings.other_keys or ())}
        for entry in self._opened.values():
            for key in sorted(entry.meta.keys() - others):
                yield from self._state(entry, key)
        yield from self._neighbours()

    def _state(self, entry: Any, key: str) -> Iterator[DoubtfulEntry]:
        """A key that says not to remind, `exclu: TRUE`, and is not read."""
        said = saying(key, entry.meta[key])
        client = self._clients.of(entry.account)
        if client and said and said.saying is Saying.STATE:
            yield DoubtfulEntry(
                date=entry.date,
                source=self._complaints.place(entry.meta),
                code="cle-non-lue",
                what=f"« {key}: {said.value} » n'est pas lu",
                remedy="pour ne pas relancer ce client : relance: FALSE ; si elle dit autre "
                "chose, nommez-la dans grand-livre.autres-cles",
                account=client.account,
            )

    def _neighbours(self) -> Iterator[DoubtfulEntry]:
        """Two clients with one address and one e-mail, as after a copy. A contact, or a SIREN for
        each, tells that it is so; a third such client, that one person receives for many."""
        sharing: dict[tuple[object, ...], list[Client]] = defaultdict(list)
        for client in self._clients.all:
            if client.address and client.emails:
                lines = tuple(map(bare, client.address))
                sharing[lines, tuple(sorted(map(str.casefold, client.emails)))].append(client)
        for clients in sharing.values():
            if len(clients) == 2 and not _explained(*clients):
                yield self._neighbour(*clients)
                yield self._neighbour(*reversed(clients))

    def _neighbour(self, client: Client, other: Client) -> DoubtfulEntry:
        return DoubtfulEntry(
            date=self._opened[client.account].date,
            source=client.source,
            code="adresse-partagee",
            what=f"{client.label} a l'adresse et le courriel de {other.label} ({other.source})",
            remedy="corrigez ceux qui sont faux ; s'ils sont justes, ajoutez contact: à l'un des "
            "deux, ou siren: à chacun",
            account=client.account,
        )


def _explained(one: Client, other: Client) -> bool:
    numbered = one.siren and other.siren and one.siren != other.siren
    said = one.contact or other.contact or (one.excluded and other.excluded)
    return bool(numbered or said) or is_named(one.label, other.label)
