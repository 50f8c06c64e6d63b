"""An invoice or a credit note as its file states it, in the business terms of EN 16931.

Amounts are `Decimal` in the invoice's currency and never negative, but for what is due for payment
when more was paid before than is owed. The numbers in comments are those of the norm.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from relance.values.problem import Source


class DocumentKind(StrEnum):
    """What a document does to the account of a client."""

    INVOICE = "facture"
    CREDIT_NOTE = "avoir"


@dataclass(frozen=True, slots=True)
class StatedAmount:
    """An amount, and the element that states it."""

    value: Decimal
    source: Source
    element: str


@dataclass(frozen=True, slots=True)
class Party:
    """Seller or buyer; "" is what the file does not say. Numbers are without spaces, unchecked."""

    name: str  # the legal one, BT-27 or BT-44
    trade_name: str = ""
    address: tuple[str, ...] = ()  # without name and country
    country: str = ""  # two letters
    siren: str = ""
    siret: str = ""
    vat: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class VatLine:
    """One line of the VAT breakdown (BG-23): category of UNTDID 5305, rate in percent."""

    category: str
    rate: Decimal | None
    base: StatedAmount
    tax: StatedAmount


@dataclass(frozen=True, slots=True)
class Reference:
    """An earlier invoice that the document names (BG-3)."""

    number: str
    day: date | None


@dataclass(frozen=True, slots=True)
class DueInstalment:
    """A part of what is due for payment, and its day."""

    day: date
    amount: StatedAmount


@dataclass(frozen=True, slots=True)
class Payment:
    """How the document wants to be paid."""

    means: tuple[str, ...] = ()  # BT-81, codes of UNTDID 4461
    ibans: tuple[str, ...] = ()  # BT-84, without spaces
    payee: str = ""  # who is to be paid, when it is not the seller (BT-59)
    reference: str = ""  # what the payer is to quote (BT-83)
    mandate: str = ""  # the reference of the direct debit's mandate (BT-89)


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice or credit note; `code` is its type of UNTDID 1001, `source` where its number
    stands."""

    kind: DocumentKind
    code: str  # BT-3
    number: str  # BT-1
    issued: date  # BT-2
    due: date | None  # BT-9; the last one when there are several
    instalments: tuple[DueInstalment, ...]  # when each has its amount, and they make what is due
    terms: str  # BT-20, the payment terms in words
    delivered: date | None  # BT-72
    currency: str  # BT-5
    seller: Party
    buyer: Party
    total: StatedAmount  # BT-112, with VAT
    vat: tuple[VatLine, ...]
    prepaid: StatedAmount | None  # BT-113
    rounding: Decimal  # BT-114: total - prepaid + rounding is what is due for payment
    payable: StatedAmount  # BT-115
    refers_to: tuple[Reference, ...]
    payment: Payment
    notes: tuple[str, ...]  # BT-22, the beginning of each, « #ABC# » before it for its subject
    source: Source

    @property
    def vat_ties(self) -> bool:
        """Whether the breakdown makes the total; never when there is none."""
        return sum((v.base.value + v.tax.value for v in self.vat), Decimal(0)) == self.total.value

    @property
    def corrects(self) -> bool:
        """Whether it takes the place of the invoice it refers to."""
        return self.code in CORRECTED

    @property
    def assigned(self) -> bool:
        """Whether it says that the claim is a factor's, or to be paid to somebody else."""
        clause = any(note.startswith(_ASSIGNMENT) for note in self.notes)
        return clause or self.code in FACTORED or bool(self.payment.payee)

    @property
    def direct_debit(self) -> bool:
        """Whether the seller is to draw the money, and the buyer has nothing to do."""
        return not _DIRECT_DEBITS.isdisjoint(self.payment.means)


_ASSIGNMENT = "#ACC#"  # UNTDID 4451: the clause of who assigned the claim to a factor
_DIRECT_DEBITS = {"49", "59"}
CORRECTED = {"384", "471", "472", "473"}
FACTORED = {"393", "396", "472", "473", "501", "502"}
# Those that take off what is owed: nothing of them is chased.
CREDIT_NOTES = {"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503"}
CREDIT_NOTES |= {"532"}
# Of UNTDID 1001, those of EN 16931 and of the French reform that ask for payment.
INVOICES = {"80", "82", "84", "218", "219", "295", "326", "331", "380", "382", "383", "384", "385"}
INVOICES |= {"386", "387", "388", "389", "390", "393", "394", "395", "456", "471", "472", "473"}
INVOICES |= {"500", "501", "527", "575", "623", "633", "751", "780", "875", "876", "877", "935"}
