"""Who a line of the bank says has paid: by a mandate, an IBAN or a name that one client bears."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from relance.incoming.bank_statement import BankLine
from relance.text.firms import bare, bare_number, is_beside_form, name_words, telling_words
from relance.values.facts import Client

MANDATE = "son mandat"
_MOST = 8  # names proposed
_LETTERS = 5  # of a name, fewer of which stand in any text
_LABEL = 2_000  # signs of a label that are looked at


@dataclass(frozen=True, slots=True)
class Payer:
    """The one client who bears what the line says of its payer, and by what he is known; None with
    `others` when several may be meant, or when the line contradicts itself."""

    client: Client | None = None
    how: str = ""
    others: tuple[Client, ...] = ()


class Payers:
    """The clients, by all that a bank tells of a payer."""

    def __init__(self, clients: Iterable[Client]) -> None:
        self._by_iban: dict[str, list[Client]] = defaultdict(list)
        self._by_mandate: dict[str, list[Client]] = defaultdict(list)
        self._by_name: dict[str, list[Client]] = defaultdict(list)
        self._by_words: dict[tuple[str, ...], list[Client]] = defaultdict(list)
        self._sizes: dict[str, set[int]] = defaultdict(set)  # of the names that begin with a word
        self._by_word: dict[str, list[Client]] = defaultdict(list)
        for client in clients:
            self._learn(client)

    def _learn(self, client: Client) -> None:
        for iban in client.payer_ibans:
            self._by_iban[iban].append(client)
        for mandate in client.mandates:
            self._by_mandate[bare_number(mandate)].append(client)
        names = tuple(filter(None, (client.name, *client.aliases)))
        for name in {bare(name) for name in names}:
            self._by_name[name].append(client)
        for words in set(filter(None, map(name_words, names))):
            self._by_words[words].append(client)
            self._sizes[words[0]].add(len(words))
        for word in {word for name in names for word in telling_words(name)}:
            self._by_word[word].append(client)

    def of(self, line: BankLine) -> Payer:
        """Who paid, if everything that the line says of it agrees on one client."""
        meant: dict[str, list[Client]] = {}
        if line.mandate and (clients := self._by_mandate.get(bare_number(line.mandate))):
            meant[MANDATE] = clients
        if line.party_iban and (clients := self._by_iban.get(bare_number(line.party_iban))):
            meant["son IBAN"] = clients
        if clients := self._named(line):
            meant["son nom"] = clients
        if not meant:
            return Payer()
        fewest = min(meant.values(), key=len)[: _MOST + 1]
        in_all = [
            c
            for c in fewest
            if all(clients is fewest or c in clients for clients in meant.values())
        ]
        if len(in_all) == 1 == len(fewest):
            return Payer(in_all[0], next(iter(meant)))
        everyone = {c.account: c for clients in meant.values() for c in clients[:_MOST]}
        return Payer(None, " et ".join(meant), tuple(everyone.values())[:_MOST])

    def resembling(self, line: BankLine) -> list[Client]:
        """The clients whose name shares a word that tells something with the line, a few."""
        words = telling_words(" ".join((line.party, *line.labels)))
        listed = (self._by_word[word] for word in words if word in self._by_word)
        alike = {c.account: c for clients in listed if len(clients) <= _MOST for c in clients}
        return list(alike.values())[:_MOST]

    def _named(self, line: BankLine) -> list[Client]:
        if not line.party:
            return self._named_in(" ".join(line.labels))
        return self._by_name.get(bare(line.party)) or []

    def _named_in(self, text: str) -> list[Client]:
        """The clients whose whole name stands in a text, those apart whose name is only a part of
        another's that stands there."""
        words = name_words(text[:_LABEL])
        hits = [
            (at, at + size, words[at : at + size])
            for at, word in enumerate(words)
            for size in self._sizes.get(word, ())
            if words[at : at + size] in self._by_words
        ]
        whole = {
            name
            for at, end, name in hits
            if _is_telling(name, text)
            and not any(a <= at and end <= e and e - a > end - at for a, e, _ in hits)
        }
        return [client for name in sorted(whole) for client in self._by_words[name][: _MOST + 1]]


def _is_telling(name: tuple[str, ...], text: str) -> bool:
    """Whether a name in the middle of a text can only be the name: of several words, or of one
    beside its legal form."""
    if sum(map(len, name)) < _LETTERS or not telling_words(" ".join(name)):
        return False
    return len(name) > 1 or is_beside_form(name[0], text)
