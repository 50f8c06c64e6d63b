"""What a line of the bank is taken for: a grade, its reason in words, the parts of the money."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from relance.incoming.bank_statement import BankLine
from relance.values.amounts import ZERO, total
from relance.values.facts import Client


class Grade(StrEnum):
    """How sure it is which claims a line pays; all but the first two stay drafts."""

    SURE = "sûr"
    PARTIAL = "sûr en partie"
    PROBABLE = "probable"
    CLIENT = "client seul"
    UNKNOWN = "inconnu"

    @property
    def certain(self) -> bool:
        """Whether nobody need look at it."""
        return self in (Grade.SURE, Grade.PARTIAL)


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A line of the bank in its account's currency; `id` is stable from one import to the next."""

    id: str
    currency: str
    line: BankLine

    @property
    def amount(self) -> Decimal:
        """Signed: more than zero was received."""
        return self.line.amount


@dataclass(frozen=True, slots=True)
class InvoicePart:
    """What of a line goes to one invoice, always more than zero: paid by a credit, open again
    after a payment that came back."""

    invoice: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class PossibleMatch:
    """One way to read a line that is not sure: whose money it may be, what it may pay, and why.

    Without parts it is the client's, for nothing in particular. `surplus` is interest and fee.
    """

    client: Client
    parts: tuple[InvoicePart, ...]
    reason: str
    surplus: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Match:
    """What a line is taken for. `client` is None for money of which nobody knows who paid it.

    `parts` + `surplus` + `rest` are the line's amount, without its sign. `surplus` is what a
    letter demanded beyond the balances: interest and fee. `undoes` is the payment that came back:
    the id of its line, or its place in the books; "" when the line undoes none.
    """

    line: StatementLine
    grade: Grade
    reason: str
    client: Client | None = None
    parts: tuple[InvoicePart, ...] = ()
    surplus: Decimal = ZERO
    undoes: str = ""
    candidates: tuple[PossibleMatch, ...] = ()

    @property
    def rest(self) -> Decimal:
        """What goes to no invoice and is no penalty."""
        return abs(self.line.amount) - self.surplus - total(part.amount for part in self.parts)

    @property
    def told(self) -> str:
        """The grade and the reason, as the entry of the books keeps them (`rapprochement`)."""
        return f"{self.grade} : {self.reason}"
