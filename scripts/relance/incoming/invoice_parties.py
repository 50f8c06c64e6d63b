"""Seller and buyer of an electronic invoice: who they are, out of what every scheme says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from relance.incoming.invoice import Party
from relance.incoming.safe_xml import Node
from relance.incoming.xml_fields import XmlFields

# ISO 6523: the SIREN, the SIRET, and the address of the French directory, which begins with one.
_FRENCH = {"0002", "0009", "0225"}
_VAT = re.compile(r"[A-Z]{2}[0-9A-Z+*]{2,13}")
_EMAIL = re.compile(r"[^@\s<>]{1,64}@[^@\s<>]{3,190}")


@dataclass(frozen=True, slots=True, eq=False)
class PartyPaths:
    """Where a syntax keeps the terms of a party: paths from its element. One is itself alone."""

    names: tuple[str, ...]  # the legal one first
    trade_name: str
    lines: tuple[str, ...]
    postcode: str
    city: str
    country: str
    registration: str  # the number of the trade register, of any scheme
    identifiers: tuple[str, ...]
    vat: str
    emails: tuple[str, ...]


_KNOWN, _LONGEST = 1000, 4000  # parties; signs of one
_known: dict[tuple[str, PartyPaths], Party] = {}


def party(fields: XmlFields, node: Node, at: PartyPaths) -> Party:
    """What an element says of seller or buyer; a number that is none is left out. The invoices of a
    firm say the same of few parties: each is read once, and kept once."""
    key = (node.written, at)
    kept = _known.get(key)
    if kept is None:
        before = len(fields.faults)
        kept = _read(fields, node, at)
        if len(fields.faults) == before and len(key[0]) < _LONGEST:
            if len(_known) >= _KNOWN:
                _known.clear()
            _known[key] = kept
    return kept


def _read(fields: XmlFields, node: Node, at: PartyPaths) -> Party:
    locality = f"{fields.text(at.postcode, node)} {fields.text(at.city, node)}".strip()
    lines = [*(fields.text(line, node) for line in at.lines), locality]
    country = fields.text(at.country, node)
    registered = list(node.all(at.registration))
    others = [identifier for path in at.identifiers for identifier in node.all(path)]
    siren, siret = _company_numbers(registered if country == "FR" else (), registered + others)
    vat = (re.sub(r"[\s.-]", "", number.text()).upper() for number in node.all(at.vat))
    emails = (address.text() for path in at.emails for address in node.all(path))
    return Party(
        name=next((name for path in at.names if (name := fields.text(path, node))), ""),
        trade_name=fields.text(at.trade_name, node),
        address=tuple(line for line in lines if line),
        country=country if re.fullmatch("[A-Z]{2}", country) else "",
        siren=siren,
        siret=siret,
        vat=next((number for number in vat if _VAT.fullmatch(number)), ""),
        email=next((text for text in emails if _EMAIL.fullmatch(text)), ""),
    )


def _company_numbers(registered: Iterable[Node], identifiers: Iterable[Node]) -> tuple[str, str]:
    """SIREN and SIRET, the first of each: people write one under the other's scheme, or, as a
    French firm's registration, under none. A SIRET says the SIREN."""
    unschemed = [identifier for identifier in registered if not identifier.attribute("schemeID")]
    schemed = [
        identifier for identifier in identifiers if identifier.attribute("schemeID") in _FRENCH
    ]
    numbers = [
        "".join(identifier.text().split()).partition("_")[0]
        for identifier in [*schemed, *unschemed]
    ]
    siret = next((n for n in numbers if re.fullmatch(r"\d{14}", n, re.ASCII)), "")
    siren = next((n for n in numbers if re.fullmatch(r"\d{9}", n, re.ASCII)), siret[:9])
    return siren, siret
