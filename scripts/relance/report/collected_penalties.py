"""Penalties that letters demanded: what of them was received, given up, left; how many of those
letters ever brought any."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from relance.claims.on_day import OnDay
from relance.decision.remainders import OpenRemainder
from relance.values.amounts import ratio, total


@dataclass(frozen=True, slots=True)
class CollectedPenalties:
    """The penalty accounts of one currency on the day: `demanded` = `received` + `waived` +
    `left`. `letters` demanded some, of which `paid` were for an invoice whose penalties were paid,
    be it in part. `to_decide` invoices are paid and left `remainder` that a notice demanded."""

    demanded: Decimal
    received: Decimal
    waived: Decimal
    left: Decimal
    letters: int
    paid: int
    to_decide: int
    remainder: Decimal

    @property
    def share(self) -> Decimal | None:
        """Letters whose penalties were ever paid / letters that demanded some, from 0 to 1."""
        return ratio(self.paid, self.letters)


def collected(on: OnDay, currency: str, remainders: Iterable[OpenRemainder]) -> CollectedPenalties:
    """What the penalty accounts in a currency say on the day."""
    accounts = [account for account in on.penalties.all() if account.currency == currency]
    demands = [
        (d.letter, bool(a.paid.total)) for a in accounts for d in a.demands if d.amount.total
    ]
    to_decide = [
        remainder.account.left.total
        for remainder in remainders
        if remainder.account.currency == currency
    ]
    return CollectedPenalties(
        demanded=total(account.demanded.total for account in accounts),
        received=total(account.paid.total for account in accounts),
        waived=total(account.waived.total for account in accounts),
        left=total(account.left.total for account in accounts),
        letters=len({letter for letter, _ in demands}),
        paid=len({letter for letter, paid in demands if paid}),
        to_decide=len(to_decide),
        remainder=total(to_decide),
    )
