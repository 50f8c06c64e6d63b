"""How to pay: what a transfer quotes, what a letter's payment code holds, links to pay online."""

from __future__ import annotations

from collections.abc import Sequence

from relance.decision.outcomes import Letter
from relance.paper.payment_code import has_room, payload
from relance.policy.output import CodeSum
from relance.policy.settings import Creditor
from relance.text.escapes import plain
from relance.values.amounts import cents


def transfer(
    letter: Letter, creditor: Creditor, code: CodeSum | None = CodeSum.TOTAL
) -> dict[str, object] | None:
    """The `virement` of a front matter: `montant`, the letter's total or its balances alone, and
    the `reference` to quote.

    None when switched off, in another currency, without an IBAN, or for an amount that no code
    can hold.
    """
    if code is None:
        return None
    amount = cents(letter.total.number if code is CodeSum.TOTAL else letter.principal)
    if letter.currency != "EUR" or creditor.iban is None:
        return None
    order = {"montant": amount, "reference": " ".join(quoted(letter, creditor))}
    return None if payload(_payee(creditor), order) is None else order


def quoted(letter: Letter, creditor: Creditor) -> list[str]:
    """What a payment is to quote: the letter's number, then those of all its invoices; the former
    alone where a transfer has no room for all, as a part of them would pay for the others."""
    numbers = dict.fromkeys(plain(line.claim.label) for line in letter.demanded)
    whole = [letter.id, *numbers]
    return whole if has_room(creditor.name, " ".join(whole)) else [letter.id]


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
