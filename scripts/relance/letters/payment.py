"""How to pay: the transfer that a payment code holds (EPC069-12 v2), and links to pay online."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from relance.amounts import cents
from relance.decision import Letter
from relance.escapes import plain
from relance.identifiers import is_valid
from relance.policy import Creditor

# The limits of the EPC's guidelines: characters for the texts, bytes for the whole.
_NAME, _TEXT, _BYTES = 70, 140, 331
_MOST = Decimal("999999999.99")


def transfer(letter: Letter, creditor: Creditor) -> dict[str, object] | None:
    """The `virement` of a front matter: `montant`, the open balance that the letter claims, never
    interest nor the fee, and the `reference` to quote, with as many invoices as it can hold.

    None in another currency, without an IBAN, or for an amount that no code can hold.
    """
    amount = cents(letter.principal)
    if letter.currency != "EUR" or creditor.iban is None:
        return None
    numbers = list(dict.fromkeys(plain(line.claim.label) for line in letter.demanded))
    found: dict[str, object] | None = None
    for kept in range(len(numbers) + 1):
        order = {"montant": amount, "reference": " ".join([letter.id, *numbers[:kept]])}
        if payload(_payee(creditor), order) is None:
            break
        found = order
    return found


def _payee(creditor: Creditor) -> dict[str, object]:
    return {"nom": creditor.name, "iban": creditor.iban, "bic": creditor.bic}


def payload(payee: Mapping[str, object], order: Mapping[str, object]) -> bytes | None:
    """What the code says, for a `creancier` and a `virement` of a front matter; None when the
    guidelines do not allow it: no valid IBAN, nothing or too much to pay, a text too long."""
    amount = _amount(order.get("montant"))
    iban = "".join(str(payee.get("iban") or "").split())
    reference = plain(str(order.get("reference") or ""))
    name = plain(str(payee.get("nom") or ""))[:_NAME]
    if amount is None or not (name and reference) or len(reference) > _TEXT:
        return None
    if not is_valid("iban", iban):
        return None
    bic = "".join(str(payee.get("bic") or "").split())
    lines = ("BCD", "002", "1", "SCT", bic, name, iban, f"EUR{amount}", "", "", reference)
    written = "\n".join(lines).encode()
    return written if len(written) <= _BYTES else None


def _amount(value: object) -> Decimal | None:
    try:
        amount = cents(Decimal(str(value)))
    except InvalidOperation:
        return None
    return amount if 0 < amount <= _MOST else None


def links(letter: Letter) -> Sequence[dict[str, object]]:
    """Where to pay online: the links of the invoices demanded, each with its `numero`; the
    client's own, for all of them, where an invoice has none."""
    own = {line.claim.label: line.claim.payment_link for line in letter.demanded}
    found: list[dict[str, object]] = [
        {"numero": number, "adresse": link} for number, link in own.items() if link
    ]
    general = letter.client.payment_link
    if general and not all(own.values()):
        found.append({"adresse": general})
    return found
