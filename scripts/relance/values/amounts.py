"""Amounts of money: exact, in their currency, half-up to the cent."""

from __future__ import annotations

import re
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


_GROUPS = "[ \u00a0\u202f\u2009']"  # between the thousands, the French way


def written_number(text: str) -> Decimal | None:
    """A number as a person writes it, exact: 1320.5, 1320,50, « 1 320,50 », 1.320,50 or
    1,320.50. None when it is none of them, and for 1.440, whose mark may be that of thousands."""
    digits = re.sub(rf"(?<=[0-9]){_GROUPS}(?=[0-9]{{3}}(?![0-9]))", "", text.strip())
    match = re.fullmatch(
        r"([0-9]+)(?:[.,]([0-9]{1,2}))?"
        r"|([0-9]{1,3}(?:\.[0-9]{3})+),([0-9]{1,2})|([0-9]{1,3}(?:,[0-9]{3})+)\.([0-9]{1,2})",
        digits,
    )
    if match is None:
        return None
    whole, *decimals = (part for part in match.groups() if part is not None)
    return Decimal(".".join([re.sub("[.,]", "", whole), *decimals]))


_EURO = ("€", "euro", "euros")
_CURRENCY = "[A-Za-z]{3}|€|euros?"
_SUM = re.compile(rf"(?P<number>[0-9].*?)\s*(?P<currency>{_CURRENCY})?")


def written_sum(text: str) -> tuple[Decimal, str] | None:
    """A number as a person writes it and its currency, "" when none is said: « 1 320,50 € »,
    « 820.00 GBP », « 50 euros ». None when it is none of them."""
    match = _SUM.fullmatch(text.strip())
    number = written_number(match["number"]) if match else None
    if match is None or number is None:
        return None
    named = match["currency"] or ""
    return number, "EUR" if named in _EURO else named.upper()


def readings(text: str) -> str:
    """The ways to read 1.440 or 1,440, as sums in cents; empty when a number has but one."""
    match = re.fullmatch(rf"([1-9][0-9]{{0,2}})[.,]([0-9]{{3}})(\s*(?:{_CURRENCY}))?", text.strip())
    if match is None:
        return ""
    decimals = f" ou {match[1]}.{match[2][:2]}" if match[2].endswith("0") else ""
    return f"{match[1]}{match[2]}.00{decimals}"


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
        rounded = cents(self.number)
        exact = self.number if self.number != rounded else rounded
        return f"{exact:f} {self.currency}"
