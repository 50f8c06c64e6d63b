"""Electronic addresses and telephone numbers as networks carry them, in ASCII; else refused.

A domain with accents is written in Punycode. What is before the @ stays as it is: with accents
it would ask of every server on the way what few of them can do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from relance.text.escapes import one_line

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9-]{2,63}")
_NAMED = re.compile(r"(?P<name>[^<>]*?)\s*<(?P<address>[^<>]*)>")


class Unusable(ValueError):
    """An address or a number to which nothing can be sent; its text says why, in French."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address in ASCII, and the name shown beside it, perhaps ""."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """What follows the @."""
        return self.address.rpartition("@")[2]


def ascii_address(text: str) -> str:
    """The address as mail servers take it; raises Unusable."""
    local, at, domain = text.strip().rpartition("@")
    if not at:
        raise Unusable(f"« {one_line(text)} » : il y manque l'arobase")
    if not _LOCAL.fullmatch(local) or len(local) > 64:
        raise Unusable(f"« {one_line(text)} » : adresse inutilisable avant l'arobase")
    return f"{local}@{_ascii_domain(domain)}"


def _ascii_domain(domain: str) -> str:
    """The domain in Punycode. What the standard of 2003 would turn into another domain (ß, ς)
    must be written by its owner's own spelling."""
    try:
        encoded = domain.lower().encode("idna").decode("ascii")
        same = encoded.encode("ascii").decode("idna") == domain.lower()
    except UnicodeError:
        encoded, same = "", False
    if not same or not _DOMAIN.fullmatch(encoded):
        raise Unusable(f"« {one_line(domain)} » n'est pas un domaine utilisable")
    return encoded


def mailbox(text: str) -> Mailbox:
    """Read « Nom <nom@domaine> » or « nom@domaine »; raises Unusable."""
    if match := _NAMED.fullmatch(text.strip()):
        return Mailbox(one_line(match["name"].strip('" ')), ascii_address(match["address"]))
    return Mailbox("", ascii_address(text))


def e164(number: str, country: str) -> str:
    """A telephone number in the international form, +33199002010; raises Unusable.

    `country` is where a number without prefix belongs; of those, only French ones are known.
    """
    dialable = country == "FR" or re.match(r"\s*(?:\+|00)", number)
    international = dialled(number) if dialable else None
    if international is None:
        raise Unusable(f"« {one_line(number)} » : numéro à écrire avec son indicatif (+33…)")
    return international


# A French number says by its first digits when it is served from overseas under another code.
_OVERSEAS = {
    "590": ("590", "690", "691"),  # Guadeloupe, Saint-Martin, Saint-Barthélemy
    "594": ("594", "694"),  # Guyane
    "596": ("596", "696", "697"),  # Martinique
    "262": ("262", "263", "269", "692", "693", "6390", "6391", "6392", "6393", "6394"),
}
_DECORATION = re.compile(r"[\s.\-/\u2010\u2011()]")


def dialled(number: str) -> str | None:
    """« +33199000012 » for « 01 99 00 00 12 »: French when it begins with a single zero, else
    with its country's code after « + » or « 00 ». None for what no network would dial."""
    bare = _DECORATION.sub("", re.sub(r"\(\s*0\s*\)", "", number))
    bare = re.sub("^00", "+", bare)
    if re.fullmatch(r"0[1-9]\d{8}", bare, re.ASCII):
        return f"+{_code(bare[1:])}{bare[1:]}"
    if bare.startswith("+33"):
        return bare if re.fullmatch(r"\+33[1-9]\d{8}", bare, re.ASCII) else None
    return bare if re.fullmatch(r"\+[1-9]\d{6,14}", bare, re.ASCII) else None


def _code(national: str) -> str:
    return next(
        (code for code, prefixes in _OVERSEAS.items() if national.startswith(prefixes)), "33"
    )
