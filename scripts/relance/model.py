"""The words of the trade as frozen values (the design's one French word, one identifier).

Amounts are `Decimal` in the currency named beside them, never floats. A `Source` says in
which file and line the user wrote the fact.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from pathlib import PurePosixPath
from typing import NamedTuple

from relance.problem import Problem, Source

CENT = Decimal("0.01")
ZERO = Decimal(0)


def one_line(text: str) -> str:
    """Text as it can be written on one line of any file: composed (NFC), single spaces, no
    control or direction mark. A name or a number is the same wherever it was written so."""
    return unmarked(" ".join(unicodedata.normalize("NFC", text).split()), kept="")


def unmarked(text: str, *, kept: str = "\t\r\n") -> str:
    """The text without its control and direction marks, but for those `kept`."""
    marks = ("Cc", "Cf", "Cs")
    return "".join(c for c in text if c in kept or unicodedata.category(c) not in marks)


def cents(amount: Decimal) -> Decimal:
    """Half-up to the cent (law.md: per segment, then summed)."""
    return amount.quantize(CENT, ROUND_HALF_UP)


class DebtorType(StrEnum):
    """Who owes: it decides rate, fee and legal sentences; never guessed."""

    PROFESSIONAL = "professionnel"
    PUBLIC = "public"
    CONSUMER = "particulier"
    OTHER = "autre"

    @property
    def commercial(self) -> bool:
        """Whether interest runs without a reminder and the 40 EUR fee exists."""
        return self in (DebtorType.PROFESSIONAL, DebtorType.PUBLIC)


class Tone(StrEnum):
    """How firmly a letter speaks; the facts are the same in all three."""

    GENTLE = "doux"
    NEUTRAL = "neutre"
    FIRM = "ferme"


class Profile(StrEnum):
    """Who a client is as a payer (design §6.9)."""

    NEW = "nouveau"
    OCCASIONAL = "occasionnel"
    LOYAL = "fidele"
    FIRST_DELAY = "premier-retard"
    IN_DIFFICULTY = "en-difficulte"
    BAD_PAYER = "mauvais-payeur"


class Channel(StrEnum):
    """How a letter leaves the house."""

    EMAIL = "courriel"
    SMS = "sms"
    PHONE = "telephone"
    POST = "courrier"
    REGISTERED = "recommande"
    FILE = "dossier"


class Imputation(StrEnum):
    """What a payment settles first (C. civ. 1343-1 says interest; many firms say principal)."""

    INTEREST = "interets"
    PRINCIPAL = "principal"


class CreditNotes(StrEnum):
    """From when a credit note counts: the sum was never owed, or a commercial gesture."""

    ORIGIN = "origine"
    OWN_DATE = "date"


class Reason(StrEnum):
    """Why a client says it has not paid yet (`raison` of a call, an e-mail or an answer)."""

    NOT_RECEIVED = "facture-non-recue"
    DISPUTE = "litige"
    CASH = "tresorerie"
    APPROVAL = "validation"
    INTERNAL = "retard-interne"
    OTHER = "autre"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in its currency."""

    number: Decimal
    currency: str

    def __str__(self) -> str:
        """Two decimals at least, and those the amount has."""
        exact = self.number if self.number != cents(self.number) else cents(self.number)
        return f"{exact:f} {self.currency}"


_TERMS = re.compile(
    r"(?:(?P<days>\d{1,3})(?P<after>\s+fin de mois)?|fin de mois(?:\s+(?P<later>\d{1,3}))?)"
)


@dataclass(frozen=True, slots=True)
class Terms:
    """A delay of payment: days, and whether the end of the month comes before or after them.

    C. com. L441-10 I knows both readings of "45 jours fin de mois".
    """

    days: int
    end_of_month: str = ""  # "", "after" the days, or "before" them

    @classmethod
    def parse(cls, text: str) -> Terms | None:
        """Read "30", "45 fin de mois" or "fin de mois 45"; None when it is none of them."""
        match = _TERMS.fullmatch(" ".join(text.split()))
        if match is None:
            return None
        if match["days"]:
            return cls(int(match["days"]), "after" if match["after"] else "")
        return cls(int(match["later"] or 0), "before")

    def due(self, invoiced: dt.date) -> dt.date:
        """The last day to pay an invoice of that date."""
        if self.end_of_month == "before":
            return end_of_month(invoiced) + timedelta(self.days)
        due = invoiced + timedelta(self.days)
        return end_of_month(due) if self.end_of_month else due


def end_of_month(day: dt.date) -> dt.date:
    """The last day of the month of `day`."""
    first_of_next = (day.replace(day=1) + timedelta(32)).replace(day=1)
    return first_of_next - timedelta(1)


def months_after(day: dt.date, count: int) -> dt.date:
    """The same day so many months later (earlier when negative), else that month's last day
    (CPC 641)."""
    month = day.year * 12 + day.month - 1 + count
    first = dt.date(month // 12, month % 12 + 1, 1)
    return min(first + timedelta(day.day - 1), end_of_month(first))


_NUMBER = r"(\d{1,4}(?:[.,]\d{1,6})?)"
_RATES = {
    "fixed": re.compile(rf"{_NUMBER}\s*%?"),
    "ecb": re.compile(rf"bce\s*\+\s*{_NUMBER}", re.IGNORECASE),
    "legal": re.compile(rf"{_NUMBER}\s*(?:x|×|fois)\s*(?:le\s+)?taux l[ée]gal", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Rate:
    """A yearly rate agreed by contract: fixed, ECB + points, or a multiple of the legal rate."""

    kind: str  # "fixed" | "ecb" | "legal"
    value: Decimal

    @classmethod
    def parse(cls, text: str) -> Rate | None:
        """Read "12.5", "bce + 12" or "3 x taux legal"; None when it is none of them."""
        for kind, pattern in _RATES.items():
            if match := pattern.fullmatch(text.strip()):
                return cls(kind, Decimal(match[1].replace(",", ".")))
        return None


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
    excluded: bool = False
    profile: Profile | None = None  # the user's own judgement
    language: str | None = None  # of its letters, when it is not the policy's
    country: str | None = None  # two letters, when the address does not name it
    payment_link: str | None = None

    @property
    def label(self) -> str:
        """The name people know the client by."""
        return self.name or self.account


@dataclass(frozen=True, slots=True)
class Movement:
    """One posting on a client account: a debit when `number` > 0, else a credit.

    `invoices` are the invoice numbers it names, the ledger's order kept; `label` is what
    letters print when a link cannot spell the number; `own_due` tells an `echeance` written
    on it from none. `waived` tells a credit that only costs the creditor from money received.
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
    excluded: bool = False
    rate: Rate | None = None
    bears_interest: bool = True
    payment_link: str | None = None
    entry: int = 0  # postings of one transaction share it


class NoteSort(StrEnum):
    """The sorts of follow-up note (the register's own are read by register_reading.py)."""

    CALL = "appel"
    EMAIL = "courriel"
    ANSWER = "reponse"
    PROMISE = "promesse"
    DISPUTE = "litige"
    DISPUTE_CLOSED = "litige-clos"
    PAYMENT_PLAN = "echeancier"
    HOLD = "suspension"
    RESUMED = "reprise"
    INSOLVENCY = "procedure-collective"
    ACKNOWLEDGEMENT = "reconnaissance"


@dataclass(frozen=True, slots=True)
class Note:
    """A follow-up note; without `invoices` it concerns the whole account."""

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
class Citation:
    """What the register says of one claim in one letter.

    With `instalment_due` it announced an instalment of a payment plan: no step of the track.
    """

    letter: str
    invoice: str
    instalment: int
    step: str
    rank: int
    track: str
    due: dt.date
    balance: Money
    instalment_due: dt.date | None = None  # `versement`: the reminder of a plan's instalment


@dataclass(frozen=True, slots=True)
class Dispatch:
    """An `#envoi` note: the day it left, by which channel, when it was received.

    `message_id` is an e-mail's, to which the client's next one answers.
    """

    date: dt.date
    channel: str | None = None
    number: str | None = None
    received: dt.date | None = None
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class IssuedLetter:
    """A letter of the register with what happened to it afterwards.

    `path` is relative to the repository. What older registers do not say is None.
    """

    id: str
    date: dt.date
    account: str
    path: str
    step: str
    rank: int
    track: str
    channels: tuple[str, ...]
    citations: tuple[Citation, ...] = ()
    stopped_on: dt.date | None = None  # `arrete-au`
    days_given: int | None = None  # `sous`
    total: Money | None = None
    interest: Money | None = None
    fee: Money | None = None
    markdown_sha256: str | None = None
    pdf_sha256: str | None = None
    sms_sha256: str | None = None  # when a text message goes with it
    base: str | None = None
    version: str | None = None
    policy_sha256: str | None = None
    tone: str | None = None  # `ton`
    dispatches: tuple[Dispatch, ...] = ()
    cancelled_on: dt.date | None = None
    source: Source = field(default=Source(""), compare=False)  # its line of the register

    @property
    def before_due(self) -> bool:
        """Whether it was a reminder before the due date."""
        return self.rank == 0


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the register, where it stands: a letter, a claim that it cites (`relance`),
    or what happened to it (`envoi`, `retour`, `annulation`)."""

    date: dt.date
    account: str
    letter: str
    sort: str
    text: str
    source: Source
    invoices: tuple[str, ...] = ()
    channel: str | None = None
    number: str | None = None
    received: dt.date | None = None


@dataclass(frozen=True, slots=True)
class PendingLetter:
    """A letter issued on a branch that nobody merged yet."""

    letter: IssuedLetter
    branch: str


class Settled(NamedTuple):
    """What is left of a paid invoice that nothing can concern any more (see `closing`): the day
    of its last payment, how many days late that was, the sum paid."""

    currency: str
    paid: dt.date
    days_late: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Books:
    """Every fact read from the ledger; nothing in it is filtered by date or computed.

    Movements, notes, documents and records are ordered by (date, path, line). `files` are the paths
    really read, relative to the repository. `warnings` make nothing stop.

    Only books read for a plan have `settled`, by account, in place of the movements they stand
    for, and how many more were `paid_long_ago`, of which nothing else counts; such books say the
    truth from the day `closed_until` on.
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
    settled: Mapping[str, tuple[Settled, ...]] = field(default_factory=dict)
    paid_long_ago: Mapping[str, int] = field(default_factory=dict)
    closed_until: dt.date | None = None
