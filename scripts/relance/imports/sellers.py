"""Whether an invoice is one of ours, and whether it asks to be paid to us."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from relance.incoming.invoice import Invoice, Party
from relance.policy.settings import Creditor, Policy
from relance.text.escapes import one_line, short
from relance.text.firms import bare
from relance.values.problem import Problem


def seller_id(creditor: Creditor, ids: Iterable[str]) -> str:
    """What the ids of our invoices begin with: the SIREN, else the VAT number, else the name; as
    the `ids` of the books do, since the policy may have told less when they were written."""
    first = next((name for name in ids if name.startswith("facture:")), "")
    if first:
        return first.partition(":")[2].partition("/")[0]
    return creditor.siren or creditor.vat or bare(one_line(creditor.name))


def is_ours(seller: Party, creditor: Creditor) -> bool:
    """Whether the seller is the creditor: by SIREN, then by VAT number, then by name; a sheet
    names none, it is ours."""
    if not seller.name:
        return True
    pairs = [
        (seller.siren or seller.siret[:9], creditor.siren),
        (_compact(seller.vat), _compact(creditor.vat or "")),
    ]
    for theirs, ours in pairs:
        if theirs and ours:
            return theirs == ours
    return bare(creditor.name) in {bare(seller.name), bare(seller.trade_name)}


def elsewhere(invoice: Invoice, policy: Policy) -> Iterator[Problem]:
    """The account that the invoice asks to be paid to, when it is none of ours."""
    accounts = {_compact(policy.creditor.iban or ""), *policy.importing.accounts} - {""}
    asked = invoice.payment.ibans
    if accounts and asked and accounts.isdisjoint(asked) and not invoice.payment.payee:
        what = (
            f"{short(invoice.number, 40)} se paie sur {short(asked[0], 40)}, qui n'est pas à vous"
        )
        remedy = "vérifiez cette facture : qui la paie n'est pas vu dans votre banque"
        yield Problem(invoice.source, what, remedy)


def _compact(text: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", text.upper())
