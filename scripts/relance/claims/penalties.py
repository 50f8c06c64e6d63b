"""Interest and recovery fees as sums: what letters demanded of them, invoice by invoice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from relance.values.amounts import ZERO, cents
from relance.values.issued import Citation, IssuedLetter
from relance.values.register import as_of


@dataclass(frozen=True, slots=True)
class Penalties:
    """What lateness costs, in one currency: interest, and the recovery fee (EUR alone)."""

    interest: Decimal = ZERO
    fee: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """Both together."""
        return self.interest + self.fee

    def __add__(self, other: Penalties) -> Penalties:
        return Penalties(self.interest + other.interest, self.fee + other.fee)

    def __sub__(self, other: Penalties) -> Penalties:
        return Penalties(self.interest - other.interest, self.fee - other.fee)

    def within(self, most: Penalties) -> Penalties:
        """Each part of it, never more than there."""
        return Penalties(min(self.interest, most.interest), min(self.fee, most.fee))

    def at_least(self, other: Penalties) -> Penalties:
        """Each part of it, never less than there."""
        return Penalties(max(self.interest, other.interest), max(self.fee, other.fee))

    def paid_by(self, money: Decimal) -> Penalties:
        """The part of it that a sum pays, the rest of the sum left out: the fee first, which does
        not grow, so that what one letter called paid stays so in the next."""
        fee = min(money, self.fee)
        return Penalties(min(money - fee, self.interest), fee)


NOTHING = Penalties()


@dataclass(frozen=True, slots=True)
class PenaltyDemand:
    """What one letter demanded as penalties of an invoice; `notice` tells a formal one."""

    letter: str
    date: date
    notice: bool
    amount: Penalties


@dataclass(frozen=True, slots=True)
class DemandedSum:
    """The invoices that a letter asked its client to pay, and the penalties it asked with them."""

    invoices: frozenset[str]
    penalties: Decimal
    date: date


def demanded_sums(
    letters: Iterable[IssuedLetter], day: date
) -> dict[tuple[str, str], list[DemandedSum]]:
    """What the letters until a day asked that claims penalties, by account and currency."""
    sums: dict[tuple[str, str], list[DemandedSum]] = defaultdict(list)
    for letter in as_of(letters, day):
        if letter.total is None or letter.cancelled_on is not None or letter.informs:
            continue
        parts = [part for part in (letter.interest, letter.fee) if part]
        currency = letter.total.currency
        penalties = sum((x.number for x in parts if x.currency == currency), ZERO)
        if penalties:
            invoices = frozenset(citation.invoice for citation in letter.citations)
            sums[letter.account, currency].append(DemandedSum(invoices, penalties, letter.date))
    return sums


def shares(
    letter: IssuedLetter, citations: Sequence[Citation], weights: Iterable[Decimal]
) -> list[Penalties]:
    """What of a letter's penalties each claim has that it demands: what the register tells by
    claim. An older one tells the sums alone: interest is then shared by `weights`, what each had
    accrued that day, the fees invoice by invoice in the letter's order."""
    if any(c.interest or c.fee for c in citations):
        return [_told(citation) for citation in citations]
    interest = letter.interest.number if letter.interest else ZERO
    parts = [Penalties(share) for share in _shared(interest, list(weights))]
    invoices = dict.fromkeys(citation.invoice for citation in citations)
    fee = letter.fee.number if letter.fee else ZERO
    fees = dict(zip(invoices, _shared(fee, [Decimal(1)] * len(invoices)), strict=True))
    return [
        replace(part, fee=fees.pop(citation.invoice, ZERO))
        for part, citation in zip(parts, citations, strict=True)
    ]


def _told(citation: Citation) -> Penalties:
    return Penalties(
        citation.interest.number if citation.interest else ZERO,
        citation.fee.number if citation.fee else ZERO,
    )


def _shared(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """An amount shared by weights to the cent, equally when they are all zero; the last one
    takes what rounding leaves, so that the parts are the whole."""
    if not weights:
        return []
    whole = sum(weights, ZERO)
    parts = [cents(amount * w / whole if whole else amount / len(weights)) for w in weights[:-1]]
    return [*parts, amount - sum(parts, ZERO)]
