"""CFONB 120, the French banks' statement in records of 120 characters.

Source: CFONB, « Relevé de compte sur support informatique » (July 2004) and its evolutions for
transfers (August 2007) and SEPA (March 2010). Records: 01 opening balance, 04 movement, 05 what
completes it, 07 closing balance.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from relance.incoming import bank_text
from relance.incoming.bank_statement import (
    Balance,
    BankAccount,
    BankLine,
    Statement,
    bound,
    no_statement,
    read_as,
)
from relance.incoming.bank_text import clean
from relance.incoming.reading import Head, Kind, Reading
from relance.incoming.rejects import reversal, reversal_in
from relance.text.escapes import short
from relance.values.problem import Problem, Source

_FORM = "CFONB 120"
_LENGTH = 120
_CODES = {"01", "04", "05", "07"}
_FIRST = re.compile(r"0[1457][0-9]{5}.{4}[0-9]{5}.{9,}", re.ASCII)
_AGAIN = "demandez de nouveau ce relevé à votre banque"
# The last figure of an amount bears its sign; French ISO 646 has é and è in the place of braces.
_FIGURES = {sign: f"+{n}" for n, sign in enumerate("{ABCDEFGHI")} | {
    sign: f"-{n}" for n, sign in enumerate("}JKLMNOPQR")
}
_FIGURES |= {"é": "+0", "è": "-0"} | {str(n): f"+{n}" for n in range(10)}


@dataclass(frozen=True, slots=True)
class _Record:
    """A record where it stands, its zones by their places in the norm, counted from 1."""

    text: str
    source: Source

    def zone(self, first: int, last: int) -> str:
        """The characters from `first` to `last`."""
        return self.text[first - 1 : last]

    @property
    def code(self) -> str:
        return self.zone(1, 2)

    @property
    def account(self) -> BankAccount:
        return BankAccount.named(
            self.zone(22, 32), self.zone(3, 7).strip(), self.zone(12, 16).strip()
        )

    @property
    def currency(self) -> str:
        return clean(self.zone(17, 19)).upper()

    @property
    def day(self) -> dt.date:
        return bank_text.short_day(self.zone(35, 40), "dmy")

    @property
    def amount(self) -> Decimal:
        """The signed amount of a balance or a movement; ValueError when it is none."""
        zone = self.zone(91, 104)
        figures, sign = zone[:-1], _FIGURES.get(zone[-1:], "")
        decimals = self.zone(20, 20).replace(" ", "2")
        if not (sign and figures.isascii() and figures.isdecimal() and decimals in "0123"):
            raise ValueError(f"son montant « {short(zone)} » n'est pas lisible")
        number = f"{sign[0]}{figures}{sign[1]}"
        return bank_text.amount(str(Decimal(number).scaleb(-int(decimals or 2))), ".")

    def problem(self, what: str) -> Problem:
        """A complaint about this record."""
        return Problem(self.source, what, _AGAIN)


def read(content: bytes, file: str) -> Reading[Statement]:
    """The statements of a file, one for each pair of balances."""
    return _Reader(file).read(bank_text.decoded(content, file))


def _recognises(head: Head) -> bool:
    return bool(_FIRST.match(next(filter(str.strip, head.lines), "")))


KIND = Kind("relevé CFONB 120", _recognises, read)


def _records(text: str, file: str) -> Iterator[_Record]:
    """The records, one to a line as a rule; some banks write them all on one line."""
    for number, line in enumerate(text.split("\n"), 1):
        for begin in range(0, max(len(line.rstrip()), 1), _LENGTH):
            record = line[begin : begin + _LENGTH].ljust(_LENGTH)
            if record.strip():
                yield _Record(record, Source(file, number, begin + 1 if begin else 0))


@dataclass(slots=True)
class _Open:
    """A statement whose closing balance has not come yet."""

    first: _Record
    opening: Balance | None
    lines: list[BankLine] = field(default_factory=list)
    currency: str = ""


@dataclass(slots=True)
class _Reader:
    file: str
    faults: list[Problem] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    open: _Open | None = None
    movement: list[_Record] = field(default_factory=list)  # a 04 and its 05

    def read(self, text: str) -> Reading[Statement]:
        """The whole file."""
        bound(text.count("\n04"), self.file)
        for record in _records(text, self.file):
            self._take(record)
        self._cut()
        if not self.statements:
            raise no_statement(self.file, _FORM, self.faults)
        return read_as(self.statements, self.faults, ())

    def _take(self, record: _Record) -> None:
        if record.code == "05":
            if self.movement:
                self.movement.append(record)
            else:
                self.faults.append(record.problem("ce complément (05) ne suit aucun mouvement"))
            return
        self._end_movement()
        if record.code not in _CODES:
            what = f"« {short(record.text.strip(), 40)} » n'est pas un enregistrement CFONB 120"
            self.faults.append(record.problem(what))
        elif record.code == "01":
            self._cut()
            self.open = _Open(record, self._balance(record), currency=record.currency)
        elif self.open is None:
            what = f"cet enregistrement ({record.code}) ne suit aucun solde de départ (01)"
            self.faults.append(record.problem(what))
        elif self._other_account(record):
            what = f"cet enregistrement est du compte {record.account}, au milieu d'un autre relevé"
            self.faults.append(record.problem(what))
        elif record.code == "04":
            self.movement = [record]
        else:
            self._end(self._balance(record))

    def _other_account(self, record: _Record) -> bool:
        assert self.open
        return record.zone(22, 32) != self.open.first.zone(22, 32)

    def _balance(self, record: _Record) -> Balance | None:
        try:
            return Balance(record.day, record.amount)
        except ValueError as error:
            self.faults.append(record.problem(f"ce solde n'est pas lu : {error}"))
            return None

    def _end_movement(self) -> None:
        if not self.movement or not self.open:
            return
        first, *more = self.movement
        self.movement = []
        self.open.currency = self.open.currency or first.currency
        try:
            self.open.lines.append(_line(first, more, self.open.currency))
            bound(len(self.open.lines), self.file)
        except ValueError as error:
            label = short(first.zone(49, 79))
            self.faults.append(first.problem(f"le mouvement « {label} » n'est pas pris : {error}"))

    def _cut(self) -> None:
        """What a statement that never ends leaves: its lines, and the fault."""
        self._end_movement()
        if self.open:
            what = "ce relevé est coupé : son solde de fin (07) manque"
            self.faults.append(self.open.first.problem(what))
            self._end(None)

    def _end(self, closing: Balance | None) -> None:
        begun, self.open = self.open, None
        assert begun
        self.statements.append(
            Statement(
                _FORM,
                begun.first.account,
                begun.currency or "EUR",
                tuple(begun.lines),
                begun.first.source,
                begun.opening,
                closing,
            )
        )


def _line(record: _Record, complements: list[_Record], currency: str) -> BankLine:
    """A movement with what completes it; ValueError, in words that follow a colon."""
    if record.currency not in {"", currency}:
        raise ValueError(f"il est en {record.currency}, et le compte en {currency}")
    amount, zones = record.amount, _complements(complements)
    reference, label = clean(record.zone(105, 120)), record.zone(49, 79)
    texts = bank_text.labels(
        label,
        *zones.get("LIB", ()),
        "".join(zones.get("LCC", []) + zones.get("LC2", [])),  # one text, cut at 70 characters
        *zones.get("LCS", ()),
        *(text for name, zone_texts in zones.items() if name not in _READ for text in zone_texts),
        *(text for zone in zones.get("RCN", ()) for text in (zone[:35], zone[35:])),
        reference,
    )
    parties = ("NPY", "NPO") if amount > 0 else ("NBE", "NBU", "NPY")
    accounts = ("CPY", "IPY") if amount > 0 else ("CBE", "IBE", "CPY")
    value_date, code = record.zone(43, 48).strip(), record.zone(41, 42).strip(" 0")
    end_to_end = bank_text.reference(_first(zones, "RCN")[:35])
    returned = reversal(record.zone(41, 42).strip(), original=end_to_end) if code else None
    return BankLine(
        record.day,
        amount,
        texts,
        record.source,
        bank_text.short_day(value_date, "dmy") if value_date.strip("0") else None,
        reference=bank_text.reference(_first(zones, "REF")) or reference,
        end_to_end=end_to_end,
        mandate=clean(_first(zones, "RUM")[:35]),
        structured=bank_text.labels(_first(zones, "LCS")[:35]),
        party=clean(next((_first(zones, name) for name in parties if name in zones), "")),
        party_iban=next((iban for name in accounts if (iban := _iban(_first(zones, name)))), ""),
        reversal=returned or reversal_in(texts, amount),
    )


# Qualifiers whose text is read apart, or is no label: amounts, identifiers.
_READ = {"LIB", "LCC", "LC2", "LCS", "RCN", "MMO", "FEE", "RUM", "IPY", "IBE", "CPY", "CBE"}


def _complements(records: list[_Record]) -> dict[str, list[str]]:
    """The texts of the 05 records by their qualifier (places 46 to 48), in their order."""
    zones: dict[str, list[str]] = {}
    for record in records:
        if record.zone(46, 118).strip():
            zones.setdefault(record.zone(46, 48), []).append(record.zone(49, 118))
    return zones


def _first(zones: dict[str, list[str]], name: str) -> str:
    return zones.get(name, [""])[0]


def _iban(text: str) -> str:
    return BankAccount.named(text[:34].strip()).iban
