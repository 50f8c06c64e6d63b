"""How banks name the columns of their CSV exports: those that are known, each with the origin of
its header, and the form in which a firm says its own."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Above:
    """Where the account and its balance stand above the header: the word before the value, or the
    rank of its cell in the first line, from 1; None when nobody says."""

    account: str | int | None = None
    balance_day: str | int | None = None
    balance: str | int | None = None


@dataclass(frozen=True, slots=True)
class CsvProfile:
    """The words at the head of the columns of one bank's export; "" for a column it has not.

    Either `amount` is signed, or `debit` and `credit` share it. `balance` is the account's after
    each line. With a `status`, only lines whose status is one of `booked` have happened.
    """

    name: str
    date: str
    labels: tuple[str, ...]
    amount: str = ""
    debit: str = ""
    credit: str = ""
    value_date: str = ""
    reference: str = ""
    party: str = ""
    party_iban: str = ""
    currency: str = ""
    balance: str = ""
    account: str = ""
    status: str = ""
    booked: tuple[str, ...] = ()
    decimal: str = ","
    above: Above = field(default_factory=Above)
    bank: str = ""
    origin: str = ""

    @property
    def named(self) -> tuple[str, ...]:
        """All columns that it names, each once: those that its files have."""
        single = (
            self.date,
            self.value_date,
            self.amount,
            self.debit,
            self.credit,
            self.reference,
            self.party,
            self.party_iban,
            self.currency,
            self.balance,
            self.account,
            self.status,
        )
        return tuple(dict.fromkeys(filter(None, (*single, *self.labels))))

    @property
    def columns(self) -> frozenset[str]:
        """The same as `column_word` spells them."""
        return frozenset(map(column_word, self.named))


@lru_cache(4096)
def column_word(text: str) -> str:
    """A column's name without what banks change from one year to the next: case, accents,
    spaces, signs."""
    plain = unicodedata.normalize("NFKD", text[:200]).casefold()
    return re.sub(r"[^a-z0-9]", "", plain)


def best_profile(header: Collection[str], profiles: Collection[CsvProfile]) -> CsvProfile | None:
    """The profile whose columns are all there, and the most of them; the first of equals."""
    words = {column_word(name) for name in header}
    fitting = [profile for profile in profiles if profile.columns <= words]
    return max(fitting, key=lambda profile: len(profile.columns), default=None)


@cache
def known_banks() -> tuple[CsvProfile, ...]:
    """The banks whose export is known without anybody saying more."""
    text = files("relance").joinpath("data", "banques.toml").read_text(encoding="utf-8")
    return tuple(_profiles(tomllib.loads(text)))


_KEYS = {
    "banque": "bank",
    "origine": "origin",
    "date": "date",
    "montant": "amount",
    "debit": "debit",
    "credit": "credit",
    "valeur": "value_date",
    "reference": "reference",
    "payeur": "party",
    "iban-payeur": "party_iban",
    "devise": "currency",
    "solde": "balance",
    "compte": "account",
    "statut": "status",
    "decimale": "decimal",
}
_ABOVE = {"compte": "account", "jour-du-solde": "balance_day", "solde": "balance"}


def _profiles(tables: Mapping[str, Any]) -> Iterator[CsvProfile]:
    for name, table in tables.items():
        words = {_KEYS[key]: value for key, value in table.items() if key in _KEYS}
        above = {_ABOVE[key]: value for key, value in table.get("avant", {}).items()}
        yield CsvProfile(
            name,
            labels=tuple(table["libelle"]),
            booked=tuple(column_word(state) for state in table.get("passe", ())),
            above=Above(**above),
            **words,
        )
