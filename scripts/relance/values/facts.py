"""The facts of the books as frozen values: clients, notes, documents, beside their movements.

Amounts are `Decimal` in the currency named beside them, never floats. A `Source` says in which
file and line the user wrote the fact.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePosixPath
from typing import NamedTuple

from relance.values.amounts import Money
from relance.values.bank_drafts import BankDraft
from relance.values.issued import IssuedLetter, Record
from relance.values.kinds import Channel, Civility, DebtorType, NoteSort, Profile, Reason
from relance.values.lifecycle import InvoiceStatus
from relance.values.movement import Movement, PenaltyIncome
from relance.values.problem import Problem, Source
from relance.values.terms import LimitationPeriod, Rate, Terms


@dataclass(frozen=True, slots=True)
class Client:
    """A debtor: the nearest account with `client:` metadata below a configured prefix.

    `name` is None for an account below a prefix that no `client:` covers. `copies` are the
    addresses that get a copy of what `emails` get; `followed_by` is who in the house deals
    with the client.
    """

    account: str
    name: str | None
    source: Source
    address: tuple[str, ...] = ()
    contact: str | None = None
    emails: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    phone: str | None = None
    siren: str | None = None
    debtor: DebtorType | None = None
    terms: Terms | None = None
    channel: Channel | None = None
    track: str | None = None
    rate: Rate | None = None
    bears_interest: bool = True
    reference: str | None = None
    followed_by: str | None = None
    direct_debit: bool = False
    pays_otherwise: bool = False  # by a means agreed that needs no bank details of ours
    excluded: bool = False
    profile: Profile | None = None  # the user's own judgement
    language: str | None = None  # of its letters, when it is not the policy's
    country: str | None = None  # two letters, when the address does not name it
    payment_link: str | None = None
    aliases: tuple[str, ...] = ()  # further names by which entries call it
    civility: Civility | None = None
    succeeds: tuple[str, ...] = ()  # the accounts that were its own before
    payer_ibans: tuple[str, ...] = ()  # of the accounts that it pays from, without spaces
    mandates: tuple[str, ...] = ()  # references of its SEPA mandates
    vat: str | None = None  # its number
    limitation: LimitationPeriod | None = None  # `prescription`, else the policy's
    reminder_contact: str | None = None  # `contact-relance`: who reads letters, not invoices
    reminder_emails: tuple[str, ...] | None = None  # `courriel-relance`; None when not given

    @property
    def reader(self) -> str | None:
        """Whose attention letters ask for."""
        return self.reminder_contact or self.contact

    @property
    def mailed(self) -> tuple[str, ...]:
        """Where letters go by e-mail. Given for reminders and unusable, no other address takes
        their place: it may be read by whom they are not for."""
        return self.emails if self.reminder_emails is None else self.reminder_emails

    @property
    def owes_from_deposit(self) -> bool:
        """Whether its term runs from the day it received the invoice: a public body's does (C.
        commande publique R2192-12), and a debtor of unknown type may be one."""
        return self.debtor in (DebtorType.PUBLIC, None)

    @property
    def label(self) -> str:
        """The name people know the client by."""
        return self.name or self.account

    @property
    def names(self) -> tuple[str, ...]:
        """What entries may call it."""
        return (self.label, *self.aliases)


@dataclass(frozen=True, slots=True)
class Note:
    """A follow-up note; without `invoices` it concerns the whole account. With a `status` it is
    what a platform said of an invoice, and no person."""

    date: dt.date
    account: str
    sort: NoteSort
    text: str
    source: Source
    invoices: tuple[str, ...] = ()
    due: dt.date | None = None  # `echeance` of a promise or of an instalment
    amount: Money | None = None  # `montant`
    until: dt.date | None = None  # `jusqu-au` of a hold
    judgment: dt.date | None = None
    published: dt.date | None = None  # `bodacc`
    trustee: str | None = None  # `mandataire`
    reason: Reason | None = None  # `raison` of a call, an e-mail or an answer
    motive: str | None = None  # `motif` of a waiver
    status: InvoiceStatus | None = None  # `statut`

    @property
    def order(self) -> tuple[object, ...]:
        """Its place among all notes: by day; of one day, what platforms say by the hour, then what
        people noted, who may have known it."""
        said = (False, *self.status.order) if self.status else (True,)
        return (self.date, said, self.source.path, self.source.line)

    def concerns(self, account: str, invoice: str | None) -> bool:
        """Whether it speaks of that invoice of that client."""
        return self.account == account and (not self.invoices or invoice in self.invoices)


# What can be enclosed: printed after a letter, and opened by whoever receives an e-mail.
_MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}


@dataclass(frozen=True, slots=True)
class Document:
    """A declared file, its path relative to the repository."""

    date: dt.date
    account: str
    path: str
    source: Source
    invoices: tuple[str, ...] = ()
    sorts: frozenset[str] = frozenset()

    @property
    def media_type(self) -> str | None:
        """What its name says it is, if it can be enclosed: a PDF, a PNG or a JPEG."""
        return _MEDIA_TYPES.get(PurePosixPath(self.path).suffix.lower())

    @property
    def copy(self) -> bool:
        """Whether it is the copy of an invoice, to enclose with the letters that cite it."""
        return "facture" in self.sorts and self.media_type is not None


@dataclass(frozen=True, slots=True)
class DoubtfulEntry:
    """An entry that cannot be taken at its word, from its date on: `until` the day of a later
    entry that explains it, if there is one.

    It holds the claims of `account` (None: of every client) on `invoices` (none: on all of them)
    in `currency` (None: in all), with the `code` of their wait; without a code it is only told.
    """

    date: dt.date
    source: Source
    code: str | None
    what: str
    remedy: str
    account: str | None = None
    invoices: tuple[str, ...] = ()
    currency: str | None = None
    until: dt.date | None = None

    def stands(self, day: dt.date) -> bool:
        """Whether it is doubtful at the end of a day."""
        return self.date <= day and (self.until is None or day < self.until)


class Settled(NamedTuple):
    """What is left of a paid invoice that nothing can concern any more (see `ledger.settled`): the
    day of its last payment, how many days late that was, the sum paid."""

    currency: str
    paid: dt.date
    days_late: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Succession:
    """From `date` on, what an account holds is another's: all of it, or the `invoices` moved there
    by an entry. `same_debtor` tells that both accounts are visibly one client's."""

    date: dt.date
    old: str
    new: str
    source: Source
    invoices: tuple[str, ...] = ()
    same_debtor: bool = True


@dataclass(frozen=True, slots=True)
class Books:
    """Every fact read from the ledger; nothing in it is filtered by date or computed.

    Movements, notes, documents and records are ordered by (date, path, line). `files` are the paths
    really read, relative to the repository. `warnings` make nothing stop, `ignored` are the marks
    of entries that nothing reads.

    Only books read for a plan have `settled`, by account, in place of the movements they stand
    for, and how many more were `paid_long_ago`, of which nothing else counts; of `letters_aside`,
    about such movements alone, they have the ids. They say the truth from the day `closed_until`
    on.
    """

    clients: tuple[Client, ...]
    movements: tuple[Movement, ...]
    notes: tuple[Note, ...] = ()
    documents: tuple[Document, ...] = ()
    letters: tuple[IssuedLetter, ...] = ()
    records: tuple[Record, ...] = ()
    bank_dates: tuple[dt.date, ...] = ()
    files: tuple[str, ...] = ()
    roots: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = field(default=())
    ignored: tuple[Problem, ...] = ()
    doubtful: tuple[DoubtfulEntry, ...] = ()
    penalty_income: tuple[PenaltyIncome, ...] = ()
    successions: tuple[Succession, ...] = ()
    unsettled: tuple[BankDraft, ...] = ()
    settled: Mapping[str, tuple[Settled, ...]] = field(default_factory=dict)
    paid_long_ago: Mapping[str, int] = field(default_factory=dict)
    letters_aside: tuple[str, ...] = ()
    closed_until: dt.date | None = None

    @property
    def letter_ids(self) -> tuple[str, ...]:
        """The ids of all letters of the register."""
        return (*(letter.id for letter in self.letters), *self.letters_aside)


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit of the base branch; `day` is when it was committed, `author` who wrote it."""

    hash: str
    parents: tuple[str, ...]
    day: dt.date
    author: str
    subject: str

    @property
    def short(self) -> str:
        """The hash as people write it."""
        return self.hash[:7]
