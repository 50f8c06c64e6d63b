"""Amounts of money: exact, in their currency, half-up to the cent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal(0)


def cents(amount: Decimal) -> Decimal:
    """Half-up to the cent (law.md: per segment, then summed)."""
    return amount.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in its currency."""

    number: Decimal
    currency: str

    def __str__(self) -> str:
        """Two decimals at least, and those the amount has."""
        exact = self.number if self.number != cents(self.number) else cents(self.number)
        return f"{exact:f} {self.currency}"
