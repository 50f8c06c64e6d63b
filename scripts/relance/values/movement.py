"""What moves money on the accounts of clients, as frozen values: postings, and income from
penalties beside them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from relance.values.amounts import Money
from relance.values.problem import Source
from relance.values.terms import LimitationPeriod, Rate


class Saying(StrEnum):
    """What an unread key of an invoice seems to say."""

    DUE = "due"  # another day, or a term
    STATE = "state"  # that it is paid, or must not be asked for
    SUM = "sum"
    NUMBER = "number"  # of an invoice
    REFERENCE = "reference"  # a number that may be an invoice's
    PARTY = "party"  # another debtor
    EMPTY = "empty"  # one of ours without a value
    ELSEWHERE = "elsewhere"  # one of ours below a line of another account


class Unread(NamedTuple):
    """A key of an invoice that is not read, and what it seems to say; `value` as it is told."""

    key: str
    saying: Saying
    value: str = ""
    day: dt.date | None = None
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """One posting on a client account: a debit when `number` > 0, else a credit.

    `invoices` are the invoice numbers it names, the ledger's order kept; `label` is what
    letters print when a link cannot spell the number; `own_due` tells an `echeance` written
    on it from none. `waived` tells a credit that only costs the creditor from money received, or
    a debit that takes such a cost back from a rejected payment.
    """

    date: dt.date
    account: str
    number: Decimal
    currency: str
    source: Source
    invoices: tuple[str, ...] = ()
    label: str | None = None
    text: str = ""
    draft: bool = False
    padding: bool = False
    tags: frozenset[str] = frozenset()
    credit_note: bool = False
    waived: bool = False
    own_due: dt.date | None = None
    invoiced: dt.date | None = None
    service: dt.date | None = None
    deposited: dt.date | None = None  # `depot`: the day a public body received it
    excluded: bool = False
    rate: Rate | None = None
    limitation: LimitationPeriod | None = None
    bears_interest: bool = True
    payment_link: str | None = None
    entry: int = 0  # postings of one transaction share it
    billed: bool = False  # income answers this debit, a tax or a balance taken over: an invoice
    given_back: bool = False  # money that came from a client answers this debit, and no sale
    banked: bool = False  # money that came in at a bank or a till answers this credit, whole
    opening: bool = False  # only equity answers this debit: taken over from older books
    part: str = ""  # the account below the client's own that it is posted to
    penalty: bool = False  # income from penalties alone answers it, or is taken back by it
    instalment: bool = False  # `tranche: TRUE`: a further part of an invoice told before
    unread: tuple[Unread, ...] = ()  # of a debit


@dataclass(frozen=True, slots=True)
class PenaltyIncome:
    """Money received as income from penalties, beside the account of the client who owed them;
    `invoice` is the one it names, None for none."""

    date: dt.date
    account: str
    invoice: str | None
    amount: Money
    source: Source
