"""The account of a client whom the books do not know yet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from relance.imports.directives import NewDirective
from relance.incoming.invoice import Party
from relance.ledger.imported import SOURCE
from relance.text.addresses import Unusable, ascii_address
from relance.text.firms import is_company_number, without_form
from relance.text.postal import known_country
from relance.values.facts import Client
from relance.values.problem import Source

KIND = "client"
_LANGUAGES = {"GB": "en", "IE": "en", "US": "en", "DE": "de", "AT": "de"}
_HOME = {"", "FR"}
_LONGEST = 40
_TOLD = ("adresse", "courriel", "siren", "tva", "pays")
Rank = tuple[bool, int, str]


@dataclass(frozen=True, slots=True)
class ClientToOpen:
    """A party that gets an account, with the further keys that a sheet fills."""

    party: Party
    keys: Mapping[str, object]
    account: str
    source: Source

    @property
    def rank(self) -> Rank:
        """Of what several files say, the highest counts."""
        if self.keys:
            return rank_of(self.directive(date.min, ()).metadata)
        return rank_of(_told_by(self.party) | {SOURCE: str(self.source)})

    def client(self, account: str) -> Client:
        """The client as the books will read it, as far as finding it again goes."""
        party = self.party
        emails = str(self.keys.get("courriel") or party.email)
        return Client(
            account,
            party.name,
            self.source,
            emails=tuple(re.split(r",\s*", emails)) if emails else (),
            siren=party.siren or None,
            vat=party.vat or None,
        )

    def directive(self, day: date, languages: Collection[str]) -> NewDirective:
        """Its `open`: what the file says of it, and nothing that it does not prove."""
        party, keys = self.party, dict(self.keys)
        values: dict[str, object] = {SOURCE: str(self.source), "client": party.name}
        values["adresse"] = party.address or None
        values["courriel"] = keys.pop("courriel", None) or _usable(party.email)
        values["siren"] = party.siren if is_company_number(party.siren) else None
        values["tva"] = party.vat or None
        abroad = party.country not in _HOME and known_country(party.country)
        values["pays"] = party.country if abroad else None
        language = _LANGUAGES.get(party.country)
        values["langue"] = keys.pop("langue", None) or (language if language in languages else None)
        return NewDirective(day, f"{KIND}:{self.account}", f"open {self.account}", values | keys)


@lru_cache(4096)
def _told_by(party: Party) -> dict[str, object]:
    """What the opening of a party says: its invoices ask again and again."""
    said = ClientToOpen(party, {}, "", Source(""))
    return dict(said.directive(date.min, ()).metadata)


def rank_of(metadata: Mapping[str, object]) -> Rank:
    """How much an opening says: a sheet, which a person filled, more than invoices; then by how
    much of it there is, then the later file."""
    source = str(metadata.get(SOURCE) or "")
    filled = sum(metadata.get(key) is not None for key in _TOLD)
    return (source.startswith("clients-"), filled, source)


def free_account(prefix: str, name: str, taken: Collection[str]) -> str:
    """An account that nobody has, named as its client is without its legal form."""
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", without_form(name)))
    spelt = "-".join(word for word in words if _is_spelt(word))[:_LONGEST].strip("-")
    spelt = spelt[:1].upper() + spelt[1:]
    if not spelt or unicodedata.category(spelt[0]) not in ("Lu", "Nd"):
        spelt = f"Client-{spelt}".strip("-")
    account, place = f"{prefix}:{spelt}", 2
    while account in taken:
        account, place = f"{prefix}:{spelt}-{place}", place + 1
    return account


def _is_spelt(word: str) -> bool:
    """Whether Beancount takes a word in an account's name."""
    return all(c.isalpha() or unicodedata.category(c) == "Nd" for c in word)


def _usable(email: str) -> str | None:
    """The address, unless no mail could go there."""
    try:
        return email if email and ascii_address(email) else None
    except Unusable:
        return None
