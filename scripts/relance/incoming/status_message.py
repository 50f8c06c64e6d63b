"""What a lifecycle message says of one invoice, whatever file it came in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from relance.values.amounts import Money, in_cents, total
from relance.values.lifecycle import DEPOSITED, NOT_SENT_ON, InvoiceStatus
from relance.values.problem import Source

# Whose sums XP Z12-012 gives with their tax (list MDT-207); claims are with tax.
PAID, APPROVED_SUM, REFUSED_SUM = "MPA", "MAPTTC", "MNATTC"


@dataclass(frozen=True, slots=True)
class StatusReason:
    """Why: a code of the standard, its text, what its author adds."""

    code: str
    text: str = ""
    comment: str = ""

    def __str__(self) -> str:
        return " : ".join(filter(None, (self.text or self.code, self.comment)))


@dataclass(frozen=True, slots=True)
class StatusAmount:
    """A sum that goes with a status, of a kind of the standard; `day` is its own."""

    kind: str
    value: Decimal
    currency: str
    day: dt.date | None = None


@dataclass(frozen=True, slots=True)
class StatusMessage:
    """One status of one invoice.

    `id` is the message's, with its place where it is about several invoices; `code` that of the
    status, `name` what the message calls it; `day` and `hour` its own. `sellers` are the numbers
    (SIREN, SIRET) of who issued the invoice, `type_code` and `issued` the invoice's.
    """

    id: str
    number: str
    code: str
    name: str
    day: dt.date
    hour: dt.time | None
    source: Source
    sellers: tuple[str, ...] = ()
    type_code: str = ""
    issued: dt.date | None = None
    reasons: tuple[StatusReason, ...] = ()
    amounts: tuple[StatusAmount, ...] = ()

    @property
    def reason(self) -> str:
        """The code of the first reason; that of an invoice that could not be sent on, wherever it
        stands."""
        codes = [reason.code for reason in self.reasons if reason.code]
        if self.code == DEPOSITED and NOT_SENT_ON in codes:
            return NOT_SENT_ON
        return next(iter(codes), "")

    @property
    def status(self) -> InvoiceStatus:
        """It as the books keep it."""
        return InvoiceStatus(self.code, self.reason, self.hour, self.sum_of(APPROVED_SUM))

    def sum_of(self, kind: str) -> Money | None:
        """All sums of a kind; None when there is none, or they are no sum that books can have."""
        sums = [amount for amount in self.amounts if amount.kind == kind]
        if not sums or len({amount.currency for amount in sums}) > 1:
            return None
        whole = total(amount.value for amount in sums)
        return Money(whole, sums[0].currency) if whole > 0 and in_cents(whole) else None

    def day_of(self, kind: str) -> dt.date | None:
        """The last day that the sums of a kind tell."""
        days = (amount.day for amount in self.amounts if amount.kind == kind)
        return max(filter(None, days), default=None)
