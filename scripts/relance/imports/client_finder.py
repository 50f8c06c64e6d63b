"""Which client of the books a party is: by its numbers, its address for mail, its exact name.

One of them decides, the surest first. A number that contradicts excludes a client that a weaker
sign would give; several clients are asked about, never chosen between.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from relance.incoming.invoice import Party
from relance.text.escapes import short
from relance.text.firms import bare, may_be_one
from relance.text.locales import enumeration
from relance.values.facts import Client
from relance.values.problem import Problem, Refusal, Source

_MOST = 4  # clients told


class ClientFinder:
    """The clients of the books, and those that come in, by all that tells who they are."""

    def __init__(self, clients: Iterable[Client]) -> None:
        self._by: dict[tuple[str, str], list[Client]] = defaultdict(list)
        for client in clients:
            self.add(client)

    def add(self, client: Client) -> None:
        """Know one more."""
        siren = _siren(client.siren or "")
        signs = [("son SIREN", siren), ("son numéro de TVA", _vat(client.vat or ""))]
        signs += [("son courriel", email.casefold()) for email in client.emails]
        signs += [("son mandat", _compact(mandate)) for mandate in client.mandates]
        signs += [("son nom", bare(name)) for name in client.names if client.name]
        for sign in dict.fromkeys(signs):
            if sign[1]:
                self._by[sign].append(client)

    def find(self, party: Party, source: Source, mandate: str = "") -> Client | None:
        """The client that a party is, None for a new one; `Refusal` (2) when it may be several."""
        for how, value in _signs(party, mandate):
            meant = [c for c in self._by.get((how, value), ()) if not _contradicts(c, party)]
            if how == "son courriel" and meant:
                alike = [c for c in meant if any(may_be_one(party.name, x) for x in c.names)]
                meant = alike or [c for c in meant if not self._is_named(party)]
            if len(meant) == 1:
                return meant[0]
            if meant:
                raise _several(party, source, how, meant)
        return None

    def _is_named(self, party: Party) -> bool:
        """Whether a client bears that very name."""
        return bool(self._by.get(("son nom", bare(party.name))))


def _signs(party: Party, mandate: str) -> list[tuple[str, str]]:
    siren = party.siren or party.siret[:9] or _siren_in_vat(party.vat)
    signs = [
        ("son SIREN", siren),
        ("son numéro de TVA", _vat(party.vat)),
        ("son mandat", _compact(mandate)),
        ("son courriel", party.email.casefold()),
        *(("son nom", bare(name)) for name in (party.name, party.trade_name) if name),
    ]
    return [sign for sign in signs if sign[1]]


def _contradicts(client: Client, party: Party) -> bool:
    """Whether both have a number, and not the same."""
    own, theirs = _siren(client.siren or ""), party.siren or party.siret[:9]
    if own and theirs:
        return own != theirs
    vat, other = _vat(client.vat or ""), _vat(party.vat)
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
    match = re.fullmatch(r"FR[0-9A-Z]{2}(\d{9})", _vat(vat))
    return match[1] if match else ""


def _vat(text: str) -> str:
    return _compact(text)


def _compact(text: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", text.upper())
