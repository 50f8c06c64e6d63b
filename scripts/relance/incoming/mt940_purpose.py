"""Field 86 of MT940: what a movement was for, in the ways that banks write it.

Source: the subfields ?00 to ?63 are those of the German banks (DFÜ-Abkommen, Anlage 3), the codes
between slashes those of the Dutch ones; all others write free text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from relance.incoming import bank_text
from relance.incoming.bank_statement import BankAccount
from relance.incoming.bank_text import clean


@dataclass(frozen=True, slots=True)
class Purpose:
    """What field 86 says."""

    texts: tuple[str, ...] = ()
    end_to_end: str = ""
    mandate: str = ""
    customer: str = ""
    party: str = ""
    iban: str = ""
    returned: str = ""


_FULL = 65  # characters of a line
_SUBFIELDS = re.compile(r"\s*\d{3}([?~>])(?=\d\d)", re.ASCII)
_SEPA = re.compile(r"(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC|COAM|OAMT)\+")
_SLASHED = re.compile(
    r"/(EREF|MARF|CSID|IBAN|BIC|NAME|REMI|RTRN|ORDP|BENM|ULTD|ULTC|PREF|TRTP|TRCD|PURP|ISDT|OCMT)/"
)


def purpose_of(lines: list[str]) -> Purpose:
    """The meaning of a field 86, of which each line is given; none when there is no field."""
    if not lines:
        return Purpose()
    joined = "".join(lines)  # a line ends anywhere, even within a word
    if match := _SUBFIELDS.match(joined):
        return _subfields(joined[match.end() - 1 :], match[1])
    if len(_SLASHED.findall(joined)) > 1:
        return _slashed(joined)
    return Purpose(tuple(_unwrapped(lines)))


def _unwrapped(lines: list[str]) -> list[str]:
    """Free text, a line that is full being cut anywhere, within a number too."""
    texts = [""]
    for before, line in zip(["", *lines], lines, strict=False):
        if len(before) == _FULL:
            texts[-1] += line
        else:
            texts.append(line)
    return texts


def _subfields(text: str, sign: str) -> Purpose:
    parts: dict[str, str] = {}
    for part in text.split(sign)[1:]:
        if part[:2].isascii() and part[:2].isdecimal():
            parts[part[:2]] = parts.get(part[:2], "") + part[2:]
    numbers = [f"{n:02}" for n in (*range(20, 30), *range(60, 64))]
    purpose = "".join(parts.get(n, "") for n in numbers)
    coded = _between(_SEPA, purpose)
    iban = (
        BankAccount.named(parts.get("38", "")).iban or BankAccount.named(parts.get("31", "")).iban
    )
    return Purpose(
        (parts.get("00", ""), coded.pop("SVWZ", "") or purpose),
        bank_text.reference(coded.get("EREF", "")),
        clean(coded.get("MREF", "")),
        bank_text.reference(coded.get("KREF", "")),
        clean(parts.get("32", "") + parts.get("33", "")),
        iban or BankAccount.named(coded.get("IBAN", "")).iban,
    )


def _slashed(text: str) -> Purpose:
    coded = _between(_SLASHED, text)
    before = text[: text.find("/")]
    party = _between(re.compile(r"/(NAME)/"), text).get("NAME") or coded.get("ORDP", "")
    return Purpose(
        (before, coded.get("TRTP", ""), coded.get("REMI", ""), coded.get("PREF", "")),
        bank_text.reference(coded.get("EREF", "")),
        clean(coded.get("MARF", "")),
        party=clean(party.partition("/")[0]),
        iban=BankAccount.named(coded.get("IBAN", "")).iban,
        returned=clean(coded.get("RTRN", "")),
    )


def _between(code: re.Pattern[str], text: str) -> dict[str, str]:
    """The texts that follow the codes, each up to the next one; the first of each counts."""
    pieces = code.split(text)[1:]
    texts: dict[str, str] = {}
    for name, piece in zip(pieces[::2], pieces[1::2], strict=True):
        texts.setdefault(name, piece.strip(" /"))
    return texts
