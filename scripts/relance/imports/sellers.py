"""Whether an invoice is one of ours, and whether it asks to be paid to us; what our own invoices
say of a creditor whom the policy does not name yet."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from relance.incoming.invoice import Invoice, Party
from relance.policy.creditor import PLACEHOLDER
from relance.policy.settings import Creditor, Policy
from relance.text.escapes import one_line, short
from relance.text.firms import bare, bare_number
from relance.values.problem import Problem, Refusal, Source


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
        (bare_number(seller.vat), bare_number(creditor.vat or "")),
    ]
    for theirs, ours in pairs:
        if theirs and ours:
            return theirs == ours
    return bare(creditor.name) in {bare(seller.name), bare(seller.trade_name)}


def named(policy: Policy, place: Source, invoices: Sequence[Invoice]) -> None:
    """Refuse (2) a policy whose creditor is still the model's: whose the invoices are, nobody could
    say. The remedy is what the seller of most of them says of itself, ready to be copied."""
    if policy.creditor.name != PLACEHOLDER:
        return
    what, remedy = (
        "le créancier est encore celui du modèle",
        "remplissez creancier, puis recommencez",
    )
    sellers = Counter(invoice.seller for invoice in invoices if invoice.seller.name)
    if sellers:
        ((seller, _),) = sellers.most_common(1)
        of_seller = [invoice for invoice in invoices if invoice.seller == seller]
        ibans = Counter(
            iban for invoice in of_seller for iban in invoice.payment.ibans
        ).most_common(1)
        said = "\n".join(_as_written(seller, ibans[0][0] if ibans else ""))
        remedy = f"{remedy} ; {of_seller[0].source.path} dit, à vérifier :\n{said}"
    raise Refusal([Problem(place, what, remedy)])


def _as_written(seller: Party, iban: str) -> Iterator[str]:
    """The keys of the creditor as the policy writes them."""
    keys = {
        "nom": seller.name,
        "adresse": list(seller.address),
        "siren": seller.siren or seller.siret[:9],
        "tva": seller.vat,
        "courriel": seller.email,
        "iban": iban,
    }
    for key, value in keys.items():
        if value:
            yield f"  {key}: {json.dumps(value, ensure_ascii=False)}"


def issued_by_us(numbers: Iterable[str], creditor: Creditor) -> bool | None:
    """Whether who is known by these numbers (SIREN, SIRET, VAT) is the creditor; None when nothing
    tells."""
    compact = [bare_number(number) for number in numbers if bare_number(number)]
    if creditor.siren and compact:
        return any(_siren(number) == bare_number(creditor.siren) for number in compact)
    if creditor.vat and (vats := [number for number in compact if not number.isdigit()]):
        return bare_number(creditor.vat) in vats
    return None


def _siren(number: str) -> str:
    """The SIREN in a SIREN, a SIRET or a French VAT number."""
    return number[4:] if number.startswith("FR") else number[:9]


def elsewhere(invoice: Invoice, policy: Policy) -> Iterator[Problem]:
    """The account that the invoice asks to be paid to, when it is none of ours."""
    accounts = {bare_number(policy.creditor.iban or ""), *policy.importing.accounts} - {""}
    asked = invoice.payment.ibans
    if accounts and asked and accounts.isdisjoint(asked) and not invoice.payment.payee:
        what = (
            f"{short(invoice.number, 40)} se paie sur {short(asked[0], 40)}, qui n'est pas à vous"
        )
        remedy = "vérifiez cette facture : qui la paie n'est pas vu dans votre banque"
        yield Problem(invoice.source, what, remedy)
