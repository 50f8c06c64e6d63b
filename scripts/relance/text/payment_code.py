"""What a payment code says: a SEPA transfer after the EPC's guidelines (EPC069-12 v2)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from relance.text.escapes import plain
from relance.text.identifiers import is_valid
from relance.values.amounts import cents

# The limits of the EPC's guidelines: characters for the texts, bytes for the whole.
_NAME, _TEXT, _BYTES = 70, 140, 331
_MOST = Decimal("999999999.99")


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
