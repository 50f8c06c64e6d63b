"""Amounts of money: exact, in their currency, half-up to the cent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal(0)
LARGEST = Decimal(10) ** 15  # beyond, what is written is no sum that anybody owes


def cents(amount: Decimal) -> Decimal:
    """Half-up to the cent (rule 7.2: per segment, then summed)."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def in_cents(amount: Decimal) -> bool:
    """Whether a sum is one that can be paid: in whole cents, and not beyond all measure."""
    return abs(amount) < LARGEST and amount == cents(amount)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """A sum, exact; zero of nothing."""
    return sum(amounts, ZERO)


def ratio(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """A part of a whole, between 0 and 1 as a rule, exact; None when there is no whole."""
    return Decimal(part) / Decimal(whole) if whole else None


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in its currency."""

    number: Decimal
    currency: str

    def __str__(self) -> str:
        """Two decimals at least, and those the amount has."""
        exact = self.number if self.number != cents(self.number) else cents(self.number)
        return f"{exact:f} {self.currency}"
