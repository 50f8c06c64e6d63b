"""What is open: claims, what reduced them, what was paid beyond them (rules 3.1 to 3.12)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TypeVar

from relance.values.amounts import ZERO
from relance.values.facts import Client
from relance.values.problem import Problem, Source
from relance.values.terms import LimitationPeriod, Rate

_Item = TypeVar("_Item")
_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What reduced a claim: a payment, a credit note, or what the creditor gave up (`waived`);
    `amount` > 0.

    `linked` is False when it named no invoice and was imputed to the oldest due date; `banked` is
    True when the books show its money at a bank.
    """

    date: date
    amount: Decimal
    credit_note: bool = False
    linked: bool = True
    waived: bool = False
    banked: bool = False

    @property
    def is_payment(self) -> bool:
        """Whether it counts as a payment, shown at a bank or not."""
        return not (self.credit_note or self.waived)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why the books alone forbid to write about a claim: a code and a reason in French."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One instalment of one invoice, `instalment` being its place by original due date.

    `instalments` counts those of the invoice; what a rejected payment cost beyond it comes after
    them. `invoice` is None for a debit that names none. `label` is the number letters print.
    `rejected` says that a payment of it came back. `deposited` is the day a public body received
    the invoice, `limitation` a period that the books or the policy write. `penalty` tells booked
    penalties of the invoice, or of the client without one, from what was sold. `received` is the
    sum of its receipts, credit notes included, and `balance` what is open.
    """

    client: Client
    invoice: str | None
    label: str
    instalment: int
    instalments: int
    amount: Decimal
    currency: str
    invoiced: date
    due: date | None
    source: Source
    receipts: tuple[Receipt, ...] = ()
    service: date | None = None
    tags: frozenset[str] = frozenset()
    excluded: bool = False
    rate: Rate | None = None
    bears_interest: bool = True
    rejected: bool = False
    doubt: Doubt | None = None
    payment_link: str | None = None
    deposited: date | None = None
    limitation: LimitationPeriod | None = None
    penalty: bool = False
    received: Decimal = field(init=False, repr=False, compare=False)
    balance: Decimal = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        received = sum((receipt.amount for receipt in self.receipts), ZERO)
        object.__setattr__(self, "received", received)
        object.__setattr__(self, "balance", self.amount - received)

    @property
    def numbered(self) -> str:
        """Its invoice's number, with its place when there are several: F2026-0043 (1/2)."""
        one_of_several = 1 < self.instalments >= self.instalment
        part = f" ({self.instalment}/{self.instalments})" if one_of_several else ""
        return f"{self.label}{part}"

    @property
    def born(self) -> date:
        """The day the debt was born: that of the work, or of the invoice if it came first."""
        return min(filter(None, (self.service, self.invoiced)))

    def late_on(self, day: date) -> bool:
        """Whether its due date is before that day: the due date itself is the last day to pay."""
        return self.due is not None and self.due < day

    def as_of(self, day: date) -> Claim:
        """The same with what had reduced it by the end of a day."""
        return replace(self, receipts=tuple(r for r in self.receipts if r.date <= day))

    @property
    def last_received(self) -> date | None:
        """The day of the last of its receipts."""
        return max((receipt.date for receipt in self.receipts), default=None)

    @property
    def unpaid(self) -> Decimal:
        """What no payment nor credit note covers: what is open, and what was given up."""
        return self.balance + sum((r.amount for r in self.receipts if r.waived), ZERO)

    @property
    def unallocated(self) -> Decimal:
        """What of it came without a link."""
        return sum((r.amount for r in self.receipts if not r.linked), ZERO)


@dataclass(frozen=True, slots=True)
class Overpayment:
    """What a client paid beyond all its claims in a currency: reported, never dunned. Of that,
    `unexplained` names an invoice that nobody knows."""

    client: Client
    amount: Decimal
    currency: str
    unexplained: Decimal = ZERO


@dataclass(frozen=True)
class Receivables:
    """The claims at a date, settled ones included, ordered by client and due date.

    A claim covered by unlinked credit alone has a balance of zero and `unallocated` > 0.
    """

    claims: tuple[Claim, ...]
    overpayments: tuple[Overpayment, ...]
    warnings: tuple[Problem, ...]

    @cached_property
    def by_client(self) -> Mapping[str, Sequence[Claim]]:
        """The claims by account."""
        return grouped(self.claims, lambda claim: claim.client.account)

    @cached_property
    def by_invoice(self) -> Mapping[tuple[str, str | None], Sequence[Claim]]:
        """The claims by account and invoice, those of one invoice in all currencies together."""
        return grouped(self.claims, lambda claim: (claim.client.account, claim.invoice))

    @cached_property
    def by_currency(self) -> Mapping[str, Sequence[Claim]]:
        """The claims by currency."""
        return grouped(self.claims, lambda claim: claim.currency)

    @cached_property
    def overpaid(self) -> Mapping[str, Sequence[Overpayment]]:
        """What clients paid beyond all their claims, by account."""
        return grouped(self.overpayments, lambda over: over.client.account)


def grouped(items: Iterable[_Item], key: Callable[[_Item], _Key]) -> Mapping[_Key, Sequence[_Item]]:
    """The items by what the key makes of each, their order kept."""
    groups: dict[_Key, list[_Item]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return dict(groups)


def by_due(claim: Claim) -> tuple[date, date, str, int]:
    """The order in which money without a reference is imputed: the oldest due first."""
    return (claim.due or date.max, claim.invoiced, claim.invoice or "", claim.instalment)
