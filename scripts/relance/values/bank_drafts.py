"""What the bank says and nobody has settled: money that the books hold as a draft, or below no
client."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from relance.values.amounts import Money
from relance.values.problem import Source

BETWEEN = " · "  # between the texts of the bank, in the words of an entry


@dataclass(frozen=True, slots=True)
class BankDraft:
    """An entry of the bank that waits for a person: `amount` is more than zero for money received,
    less for a payment that came back.

    `account` is where it waits: a client's, or the one for money that nobody is known to have paid
    (`suspense`). `invoices` are those that it may pay. What follows is what the import kept of the
    line; `reason` is its grade and why.
    """

    date: dt.date
    amount: Money
    account: str
    source: Source
    suspense: bool = False
    invoices: tuple[str, ...] = ()
    text: str = ""
    reason: str = ""
    import_id: str = ""
    payer: str = ""
    payer_iban: str = ""
    end_to_end: str = ""
    mandate: str = ""
    structured: tuple[str, ...] = ()
    reject: str | None = None  # why a payment came back, "" when nobody says
    batch: int = 0
    settled: dt.date | None = None  # the day a later entry took the money where it belongs

    def waits(self, day: dt.date) -> bool:
        """Whether it waits at the end of a day."""
        return self.date <= day and (self.settled is None or day < self.settled)

    @property
    def labels(self) -> tuple[str, ...]:
        """The texts of the bank."""
        return tuple(self.text.split(BETWEEN)) if self.text else ()
