"""Metadata keys of the books that resemble one that is read there: a mistyped `relance: FALSE`
would chase a client who must not be.

A key of another tool is told only when it is nearly ours: one letter away, or two in a long word
that begins alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from relance.ledger.fields import Complaints
from relance.ledger.imported import KEYS as IMPORTED
from relance.ledger.note_sorts import FOLLOW_UP, KEYS, OF_LETTERS, NoteForm, keys_read
from relance.policy.settings import LedgerSettings


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """The keys read in one place; those that `count` hold letters back or change what is owed."""

    name: str
    count: frozenset[str]
    others: frozenset[str] = frozenset()

    @property
    def keys(self) -> frozenset[str]:
        """Every key that is read there."""
        return self.count | self.others


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CLIENT = KeyPlace(
    "d'un client",
    _words("relance type delai taux penalites paiement parcours profil"),
    _words(
        "client adresse contact courriel copie telephone siren canal reference suivi-par langue"
        " pays lien-paiement autres-noms iban-payeur mandat tva prescription"
        " succede civilite contact-relance courriel-relance"
    ),
)


def _of_notes(name: str, forms: Mapping[str, NoteForm]) -> KeyPlace:
    keys = keys_read(forms)
    count = frozenset(key for key in keys if KEYS[key].counts)
    return KeyPlace(name, count, keys - count)


NOTE = _of_notes("d'une note de suivi", FOLLOW_UP)
RECORD = _of_notes("d'une note d'envoi", OF_LETTERS)
DEPOSIT = "depot"  # the day a public body received an invoice
_DUE = _words("relance taux penalites depot")
_INVOICE_OTHERS = _words("numero date-facture prestation tranche lien-paiement prescription")
OF_INVOICES = _DUE | _INVOICE_OTHERS  # what an invoice may say of itself, whatever the policy
_OURS = CLIENT.keys | NOTE.keys | RECORD.keys | OF_INVOICES
# Words of their own that people write in such places, and that only look like ours.
_THEIR_OWN = _words("siret tax contract courrier courriers echeancier versement page")


def invoice(settings: LedgerSettings) -> KeyPlace:
    """The keys of an invoice, those that the policy chooses among them."""
    others = _INVOICE_OTHERS | _of_clients(settings)
    return KeyPlace("d'une facture", _DUE | {*settings.invoice.meta, *settings.due}, others)


def settlement(settings: LedgerSettings) -> KeyPlace:
    """The keys of a payment or a credit note."""
    return KeyPlace("d'un règlement", frozenset(settings.invoice.meta), _of_clients(settings))


def _of_clients(settings: LedgerSettings) -> frozenset[str]:
    """The keys that name the client of an entry on a shared account."""
    return frozenset(by.meta for by in settings.client or () if by.meta)


class Watch:
    """Looks at the keys of one kind of directive; each innocent key is weighed once."""

    SHOWN = 5  # places of one key; whoever has more of them needs no longer list

    def __init__(self, kind: KeyPlace, settings: LedgerSettings, complaints: Complaints) -> None:
        self._kind = kind
        self._complaints = complaints
        self._quiet = {"filename", "lineno", *kind.keys, *_OURS, *IMPORTED, *_THEIR_OWN}
        self._quiet.update(settings.other_keys or ())
        self._seen: dict[str, int] = {}

    def is_quiet(self, keys: Iterable[str]) -> bool:
        """Whether none of the keys resembles one of ours: there is nothing to look at."""
        return all(key in self._quiet or self._meant(key) is None for key in keys)

    def look(self, *metas: Mapping[str, Any] | None) -> None:
        """Tell the keys that resemble one of ours."""
        for meta in metas:
            if meta and not meta.keys() <= self._quiet:
                for key in sorted(meta.keys() - self._quiet):
                    self._weigh(key, meta)

    def _meant(self, key: str) -> str | None:
        return nearest(key, self._kind.keys)

    def _weigh(self, key: str, meta: Mapping[str, Any]) -> None:
        meant = self._meant(key)
        seen = self._seen[key] = self._seen.get(key, 0) + 1
        if meant is None or seen == self.SHOWN:
            self._quiet.add(key)
        if meant is None:
            return
        counts = meant in self._kind.count
        tell = self._complaints.fault if counts else self._complaints.warn
        tell(
            self._complaints.place(meta),
            f"« {key} » n'est pas une clé {self._kind.name}",
            f"vouliez-vous « {meant} » ? sinon, nommez-la dans grand-livre.autres-cles",
        )


_FROM_TWO = 7  # letters, from which two may be wrong


def nearest(key: str, keys: Iterable[str]) -> str | None:
    """The known key that this one misspells, if any; a number added makes a key of its own."""
    if re.search(r"\d", key):
        return None
    near = [
        (wrong, name)
        for name in keys
        if abs(len(name) - len(key)) <= 2
        and 0 < (wrong := distance(key, name)) <= (2 if _alike(key, name) else 1)
    ]
    return min(near)[1] if near else None


def _alike(key: str, name: str) -> bool:
    return len(name) >= _FROM_TWO and key[0] == name[0]


def distance(one: str, other: str) -> int:
    """How many letters are added, left out, changed or swapped with the next one."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, facing in enumerate(other, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != facing))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == facing:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]
