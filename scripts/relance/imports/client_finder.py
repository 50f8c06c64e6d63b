"""Which client of the books a party is: by its numbers, its address for mail, its exact name.

One of them decides, the surest first. A number that contradicts excludes a client that a weaker
sign would give; several clients are asked about, never chosen between.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from relance.imports.import_accounts import Opened
from relance.incoming.client_sheet import ClientRow
from relance.incoming.invoice import Invoice, Party
from relance.text.escapes import short
from relance.text.firms import bare, bare_number, may_be_one
from relance.text.locales import enumeration
from relance.values.facts import Client
from relance.values.problem import Problem, Refusal, Source

_MOST = 4  # clients told


class ClientFinder:
    """The clients of the books, and those that come in, by all that tells who they are; `opened`
    are the accounts of the books."""

    def __init__(self, clients: Iterable[Client], opened: Mapping[str, Opened]) -> None:
        self._opened = opened
        self._by: dict[tuple[str, str], list[Client]] = defaultdict(list)
        for client in clients:
            self.add(client)

    def add(self, client: Client) -> None:
        """Know one more."""
        siren = _siren(client.siren or "")
        signs = [("son SIREN", siren), ("son numéro de TVA", bare_number(client.vat or ""))]
        signs += [("son courriel", email.casefold()) for email in client.emails]
        signs += [("son mandat", bare_number(mandate)) for mandate in client.mandates]
        signs += [("son nom", bare(name)) for name in client.names if client.name]
        for sign in dict.fromkeys(signs):
            if sign[1]:
                self._by[sign].append(client)

    def of_invoice(self, invoice: Invoice) -> Client | None:
        """The client that is billed, None for a new one; `Refusal` (2) when it may be several. Of
        the accounts of one client, the one that takes entries on that day."""
        signs = _signs(invoice.buyer, invoice.payment.mandate)
        return self._find(invoice.buyer, signs, invoice.source, invoice.issued)

    def of_row(self, row: ClientRow, others: Collection[str] = ()) -> Client | None:
        """The same of a row of a sheet; the accounts of `others` are known to be none of its."""
        return self._find(row.party, _signs(row.party, ""), row.source, date.max, others)

    def _find(
        self,
        party: Party,
        signs: Iterable[tuple[str, str]],
        source: Source,
        day: date,
        others: Collection[str] = (),
    ) -> Client | None:
        for how, value in signs:
            meant = [c for c in self._by.get((how, value), ()) if not _contradicts(c, party)]
            meant = [client for client in meant if client.account not in others]
            if how == "son courriel" and meant:
                alike = [c for c in meant if any(may_be_one(party.name, x) for x in c.names)]
                meant = alike or [c for c in meant if not self._is_named(party)]
            meant = self._taking(meant, day)
            if len(meant) == 1:
                return meant[0]
            if meant:
                raise _several(party, source, how, meant)
        return None

    def _taking(self, clients: list[Client], day: date) -> list[Client]:
        """Those whose account is not closed by then, and, of several, is opened already and has no
        successor among them; all of them when none is left."""
        opened = self._opened
        left = [c for c in clients if not _closed(opened.get(c.account), day)] or clients
        if len(left) > 1:
            left = [
                c for c in left if c.account not in opened or opened[c.account].since <= day
            ] or left
            earlier = {account for client in left for account in client.succeeds}
            left = [client for client in left if client.account not in earlier] or left
        return left

    def _is_named(self, party: Party) -> bool:
        """Whether a client bears that very name."""
        return bool(self._by.get(("son nom", bare(party.name))))


def _closed(account: Opened | None, day: date) -> bool:
    return account is not None and account.until is not None and account.until <= day


def _signs(party: Party, mandate: str) -> list[tuple[str, str]]:
    siren = party.siren or party.siret[:9] or _siren_in_vat(party.vat)
    signs = [
        ("son SIREN", siren),
        ("son numéro de TVA", bare_number(party.vat)),
        ("son mandat", bare_number(mandate)),
        ("son courriel", party.email.casefold()),
        *(("son nom", bare(name)) for name in (party.name, party.trade_name) if name),
    ]
    return [sign for sign in signs if sign[1]]


def _contradicts(client: Client, party: Party) -> bool:
    """Whether both have a number, and not the same."""
    siren, theirs = _siren(client.siren or ""), party.siren or party.siret[:9]
    if siren and theirs:
        return siren != theirs
    vat, other = bare_number(client.vat or ""), bare_number(party.vat)
    return bool(vat and other and vat != other)


def _several(party: Party, source: Source, how: str, clients: list[Client]) -> Refusal:
    names = [f"« {short(c.label, 40)} » ({c.account})" for c in clients[:_MOST]]
    what = f"« {short(party.name, 60)} » peut être, par {how}, {enumeration(names)}"
    remedy = (
        "dites lequel : siren (ou tva) à l'ouverture de chacun ; deux comptes d'un seul client : "
        "retirez à l'un cette clé, ou fermez-le"
    )
    return Refusal([Problem(source, what, remedy)])


def _siren(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    return digits[:9] if len(digits) in (9, 14) else ""


def _siren_in_vat(vat: str) -> str:
    match = re.fullmatch(r"FR[0-9A-Z]{2}(\d{9})", bare_number(vat))
    return match[1] if match else ""
