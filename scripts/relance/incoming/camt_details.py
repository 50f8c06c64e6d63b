"""What a camt file says of one payment: who paid, what for, and why it came back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from relance.incoming import bank_text
from relance.incoming.bank_statement import BankAccount, Reversal
from relance.incoming.rejects import reversal, reversal_in
from relance.incoming.safe_xml import Node

# Sub-families of ISO's bank transaction codes: returns of payments, unpaid debits and cheques.
_RETURNS = {"RRTN", "UPDD", "PRDD", "UPCQ"}

_TEXTS = (
    "RmtInf/Ustrd",
    "RmtInf/Strd/AddtlRmtInf",
    "AddtlTxInf",
    "RltdPties/UltmtDbtr/Nm",
    "RltdPties/UltmtDbtr/Pty/Nm",
    "Refs/ChqNb",
)


@dataclass(frozen=True, slots=True)
class Details:
    """The fields of a line that stand in an entry or in its payment."""

    labels: tuple[str, ...]
    reference: str
    end_to_end: str
    mandate: str
    structured: tuple[str, ...]
    party: str
    party_iban: str
    reversal: Reversal | None


def details_of(entry: Node, payment: Node | None, amount: Decimal) -> Details:
    """What an entry and, where it is told, its payment say; `amount` is signed."""
    labels = bank_text.labels(*_texts(entry, payment))
    end_to_end = _reference(payment, "Refs/EndToEndId")
    returned = _reversal(entry, payment, end_to_end)
    # Who paid a credit is its debtor; the debit that undoes it keeps the sides of the credit.
    name, iban = _party(payment, "Dbtr" if (amount > 0) is (returned is None) else "Cdtr")
    return Details(
        labels,
        _reference(payment, "Refs/AcctSvcrRef") or _reference(entry, "AcctSvcrRef"),
        end_to_end,
        _reference(payment, "Refs/MndtId"),
        bank_text.labels(*_structured(payment)),
        name,
        iban,
        returned or reversal_in(labels, amount),
    )


def _reference(node: Node | None, path: str) -> str:
    return bank_text.reference(node.text(path)) if node else ""


def _texts(entry: Node, payment: Node | None) -> list[str]:
    """The remittance information first, then what the bank adds."""
    if payment is None:
        return [entry.text("AddtlNtryInf")]
    texts = [node.text() for path in _TEXTS for node in payment.all(path)]
    return [*texts, entry.text("AddtlNtryInf")]


def _structured(payment: Node | None) -> list[str]:
    if payment is None:
        return []
    paths = ("RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/RfrdDocInf/Nb")
    return [node.text() for path in paths for node in payment.all(path)]


def _party(payment: Node | None, side: str) -> tuple[str, str]:
    """The name and the IBAN of the other side. Of a payment that came back, some banks write only
    the side of the way back: it counts when it is the only one told."""
    if payment is None:
        return "", ""
    for role in (side, "Cdtr" if side == "Dbtr" else "Dbtr"):
        name = payment.text(f"RltdPties/{role}/Nm") or payment.text(f"RltdPties/{role}/Pty/Nm")
        account = payment.text(f"RltdPties/{role}Acct/Id/IBAN")
        if name or account:
            return name, BankAccount.named(account).iban
    return "", ""


def _reversal(entry: Node, payment: Node | None, end_to_end: str) -> Reversal | None:
    returned = payment.first("RtrInf") if payment else None
    codes = {
        node.text("BkTxCd/Domn/Fmly/SubFmlyCd") for node in (entry, payment) if node is not None
    }
    if not (returned or entry.text("RvslInd") in {"true", "1"} or codes & _RETURNS):
        return None
    if returned is None:
        return reversal(original=end_to_end)
    code = returned.text("Rsn/Cd") or returned.text("Rsn/Prtry")
    return reversal(code, returned.text("AddtlInf"), end_to_end)
