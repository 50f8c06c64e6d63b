"""How to pay: the transfer that a letter's payment code holds, and links to pay online."""

from __future__ import annotations

from collections.abc import Sequence

from relance.decision.outcomes import Letter
from relance.paper.payment_code import payload
from relance.policy.output import CodeSum
from relance.policy.settings import Creditor
from relance.text.escapes import plain
from relance.values.amounts import cents


def transfer(
    letter: Letter, creditor: Creditor, code: CodeSum | None = CodeSum.TOTAL
) -> dict[str, object] | None:
    """The `virement` of a front matter: `montant`, the letter's total or its balances alone, and
    the `reference` to quote, with as many invoices as it can hold.

    None when switched off, in another currency, without an IBAN, or for an amount that no code
    can hold.
    """
    if code is None:
        return None
    amount = cents(letter.total.number if code is CodeSum.TOTAL else letter.principal)
    if letter.currency != "EUR" or creditor.iban is None:
        return None
    numbers = list(dict.fromkeys(plain(line.claim.label) for line in letter.demanded))
    fitting: dict[str, object] | None = None
    for kept in range(len(numbers) + 1):
        order = {"montant": amount, "reference": " ".join([letter.id, *numbers[:kept]])}
        if payload(_payee(creditor), order) is None:
            break
        fitting = order
    return fitting


def _payee(creditor: Creditor) -> dict[str, object]:
    return {"nom": creditor.name, "iban": creditor.iban, "bic": creditor.bic}


def links(letter: Letter) -> Sequence[dict[str, object]]:
    """Where to pay online: the links of the invoices demanded, each with its `numero`; the
    client's own, for all of them, where an invoice has none."""
    by_invoice = {line.claim.label: line.claim.payment_link for line in letter.demanded}
    addresses: list[dict[str, object]] = [
        {"numero": number, "adresse": link} for number, link in by_invoice.items() if link
    ]
    general = letter.client.payment_link
    if general and not all(by_invoice.values()):
        addresses.append({"adresse": general})
    return addresses
