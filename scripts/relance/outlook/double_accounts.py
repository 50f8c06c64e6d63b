"""Clients that stand on two accounts: what two accounts have in common that one firm has alone."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from relance.values.facts import Client


@dataclass(frozen=True, slots=True)
class Shared:
    """A number or an address that several client accounts bear, as it was first written."""

    what: str
    clients: tuple[Client, ...]

    @property
    def accounts(self) -> str:
        """The accounts in words, with their lines."""
        return ", ".join(f"{client.account} ({client.source})" for client in self.clients)


def shared(clients: Iterable[Client]) -> Iterator[Shared]:
    """One company number or one e-mail address on several client accounts, by account. Two
    establishments of one firm have two numbers (SIRET), and are two clients."""
    bearers: dict[str, list[Client]] = defaultdict(list)
    written: dict[str, str] = {}
    for client in sorted(clients, key=lambda client: client.account):
        for mark, text in dict(_marks(client)).items():
            written.setdefault(mark, text)
            bearers[mark].append(client)
    told_accounts: set[tuple[str, ...]] = set()  # accounts with two things in common are told once
    for mark, on_accounts in bearers.items():
        accounts = tuple(client.account for client in on_accounts)
        if len(on_accounts) > 1 and accounts not in told_accounts:
            told_accounts.add(accounts)
            yield Shared(written[mark], tuple(on_accounts))


def _marks(client: Client) -> Iterator[tuple[str, str]]:
    if digits := re.sub(r"\D", "", client.siren or ""):
        yield digits, f"SIREN {client.siren}"
    for email in client.emails:
        yield email.casefold(), email
