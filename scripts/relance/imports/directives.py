"""Directives as the import writes them: under their id, with their fingerprint."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from relance.ledger import syntax
from relance.ledger.blocks import PRINT, fingerprint
from relance.ledger.imported import ID
from relance.values.amounts import Money


@dataclass(frozen=True, slots=True)
class NewPosting:
    """One posting, with what it says of itself alone; `price` is what the whole of it counts in
    another currency."""

    account: str
    amount: Money
    metadata: Mapping[str, object] = field(default_factory=dict)
    price: Money | None = None

    @property
    def text(self) -> str:
        """Its lines, begun by a line feed."""
        price = f" @@ {self.price}" if self.price else ""
        metadata = syntax.metadata(self.metadata).replace("\n", "\n  ") if self.metadata else ""
        return f"\n  {self.account}  {self.amount}{price}{metadata}"


@dataclass(frozen=True, slots=True)
class NewDirective:
    """A directive to write: `head` is its first line after the date. `order` is where it stands
    in its file: by day, then by id."""

    date: dt.date
    id: str
    head: str
    metadata: Mapping[str, object] = field(default_factory=dict)
    postings: tuple[NewPosting, ...] = ()

    @property
    def order(self) -> tuple[dt.date, str]:
        """Its place among the others."""
        return (self.date, self.id)

    @property
    def text(self) -> str:
        """Its lines, without the last line feed."""
        head = f"{self.date} {self.head}" + syntax.metadata({ID: self.id, **self.metadata})
        postings = "".join(posting.text for posting in self.postings)
        return f'{head}\n  {PRINT}: "{fingerprint(head + postings)}"{postings}'


@dataclass(frozen=True, slots=True)
class Wording:
    """The first line of a transaction: who, what, its links and tags."""

    payee: str
    narration: str
    links: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def head(self, *, draft: bool = False) -> str:
        """It as Beancount spells it."""
        texts = map(syntax.text, [self.payee, self.narration] if self.payee else [self.narration])
        return " ".join(filter(None, ["!" if draft else "*", *texts, marks(self.links, self.tags)]))


def marks(links: Iterable[str], tags: Iterable[str]) -> str:
    """Links, then tags."""
    return " ".join(filter(None, [syntax.links(links), *(f"#{tag}" for tag in tags)]))
