"""One client's page: who it is, what it owes, what is decided, everything that happened."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from relance.claims.claim import Claim
from relance.fava.books_reader import ShownDay
from relance.fava.cells import Cells, Facts, amount, day, words
from relance.fava.client_card import card, habits, totals
from relance.fava.links import Links
from relance.fava.time_axis import drawn
from relance.files.explanation import (
    decided,
    declaration_facts,
    identity_facts,
    penalty_facts,
)
from relance.ledger.company import Company
from relance.outlook.chronicle import ChronicleEntry, Subject, chronicle
from relance.text.escapes import plain
from relance.values.facts import Client, Commit
from relance.values.problem import refuse, suggest


def find(situation: ShownDay, account: str) -> Client:
    """The client of that account; raises `Refusal` when the books have none."""
    clients = situation.on.clients
    if account not in clients:
        raise refuse(
            plain(account), "aucun client n'a ce compte", suggest(account, sorted(clients))
        )
    return clients[account]


def life(
    client: Client, situation: ShownDay, arrivals: Mapping[str, Commit], links: Links
) -> Facts:
    """Everything about a client on a day; `arrivals` are the commits that brought each file of
    the register."""
    on = situation.whole(client.account)
    claims = on.claims_of(client.account)
    facts = (
        *identity_facts(client),
        *declaration_facts(client, situation.plan),
        *penalty_facts(client, on),
    )
    payer = situation.plan.profiles.get(client.account)
    events = chronicle(on, Subject(client), arrivals)
    cells = _ClientCells(situation.company, claims, links)
    return {
        "modele": "relances-client.html",
        "jour": links.day(),
        "compte": client.account,
        "lien_compte": links.account(client.account),
        "client": plain(client.label),
        "fiche": card(client),
        "sommes": list(totals(client, on)),
        "habitudes": [words(habit) for habit in habits(payer)],
        "faits": [words(fact) for fact in facts],
        "dessin": drawn(events, on.day),
        "factures": [cells.claim(c, lines) for c, lines in decided(claims, situation.plan, on)],
        "evenements": [cells.event(event) for event in reversed(events)],
    }


class _ClientCells:
    """A client's claims and events as the template shows them."""

    def __init__(self, company: Company, claims: Iterable[Claim], links: Links) -> None:
        self._links = links
        self._cells = Cells(links)
        self._letters = {letter.path: letter.id for letter in company.books.letters}
        self._accounts = {c.invoice: c.client.account for c in claims if c.invoice}
        names = sorted(map(re.escape, self._accounts), key=len, reverse=True)
        self._names = re.compile(rf"(?<![\w/.-])({'|'.join(names)})(?![\w/-])") if names else None

    def claim(self, claim: Claim, decision: Iterable[str]) -> Facts:
        """A claim, settled ones included, with what is decided of it."""
        return {
            "facture": self._cells.invoice(claim),
            "echeance": day(claim.due),
            "montant": amount(claim.amount, claim.currency),
            "reste": amount(claim.balance, claim.currency),
            "ouverte": claim.balance > 0,
            "decision": [words(line) for line in decision],
        }

    def event(self, event: ChronicleEntry) -> Facts:
        """Something that happened, with the file to open: a letter, a document."""
        letter = self._letters.get(event.path)
        path = self._links.letter(letter) if letter else self._links.document(event.path)
        return {
            "date": day(event.date),
            "sorte": event.sort,
            "texte": self._linked(plain(event.what)),
            "montant": amount(event.amount.number, event.amount.currency) if event.amount else None,
            "fichier": path if event.path else "",
            "nom": event.path.rpartition("/")[2],
            "ou": plain(str(event.source)),
            "source": self._links.source(event.source),
            "commit": _commit(event.commit),
        }

    def _linked(self, text: str) -> list[Facts]:
        """The text in pieces: the client's own invoices lead to the journal."""
        pieces = self._names.split(text) if self._names else [text]
        return [
            {"texte": piece, "lien": self._links.invoice(piece, self._accounts[piece])}
            if place % 2
            else {"texte": piece, "lien": ""}
            for place, piece in enumerate(pieces)
            if piece
        ]


def _commit(commit: Commit | None) -> str:
    if commit is None:
        return ""
    return f"{commit.short}, {plain(commit.author)}"
