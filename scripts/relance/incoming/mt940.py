"""SWIFT MT940, the statement that banks abroad and some French ones give.

Source: SWIFT Standards, category 9, MT940.
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
    Reversal,
    Statement,
    bound,
    no_statement,
    read_as,
)
from relance.incoming.bank_text import clean
from relance.incoming.mt940_purpose import Purpose, purpose_of
from relance.incoming.reading import Head, Kind, Reading
from relance.incoming.rejects import reversal, reversal_in
from relance.text.escapes import short
from relance.values.problem import Problem, Source

_FORM = "MT940"
_AGAIN = "exportez de nouveau ce compte depuis le site de votre banque"
_FIELD = re.compile(r":(\d{2}[A-Z]?):(.*)", re.ASCII)
_BEGINNING = re.compile(r"(?:\{.*\{4:)?:(?:20|25P?|28C?|60[FM]):")
_FIRST_LINES = 50
_END = re.compile(r"-\}?\s*")
_BALANCE = re.compile(r"([CD])(\d{6})([A-Z]{3})([\d,]{1,15})\s*", re.ASCII)
_MOVEMENT = re.compile(
    r"(?P<value>\d{6})(?P<entry>\d{4})?(?P<mark>R?[CD]|E[CD])[A-Z]?(?P<amount>\d[\d,]{0,14})"
    r"(?P<type>[A-Z][A-Z0-9]{3})(?P<own>.*?)(?://(?P<bank>.*))?",
    re.ASCII,
)
_SIGNS = {"C": 1, "D": -1, "RC": -1, "RD": 1}
_CURRENCY = re.compile(r"(?<=\d)[A-Z]{3}$")


@dataclass(slots=True)
class _Field:
    """A field and the lines that go on with it."""

    tag: str
    lines: list[str]
    line: int


def read(content: bytes, file: str) -> Reading[Statement]:
    """The statements of a file, one for each field 25."""
    return _Reader(file).read(bank_text.decoded(content, file))


def _recognises(head: Head) -> bool:
    return sum(bool(_BEGINNING.match(line)) for line in head.lines[:_FIRST_LINES]) > 1


KIND = Kind("relevé MT940", _recognises, read)


def _fields(text: str) -> Iterator[_Field]:
    """The fields of all messages, in order; what stands around the messages is left out."""
    current: _Field | None = None
    for number, line in enumerate(text.split("\n"), 1):
        match = _FIELD.match(line[line.rfind("{4:") + 3 :] if line.startswith("{") else line)
        if match:
            if current:
                yield current
            current = _Field(match[1], [match[2]], number)
        elif current and (_END.fullmatch(line) or line.startswith("{")):
            yield current
            current = None
        elif current:
            current.lines.append(line)
    if current:
        yield current


@dataclass(slots=True)
class _Open:
    """A statement whose closing balance has not come yet."""

    account: BankAccount
    source: Source
    number: str = ""
    currency: str = ""
    opening: Balance | None = None
    closing: Balance | None = None
    ended: bool = False  # it said a closing balance, read or not
    movements: list[tuple[_Field, list[str]]] = field(default_factory=list)


@dataclass(slots=True)
class _Reader:
    file: str
    faults: list[Problem] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    open: _Open | None = None
    last: str = ""

    def read(self, text: str) -> Reading[Statement]:
        """The whole file."""
        bound(text.count("\n:61:"), self.file)
        for mt_field in _fields(text):
            self._take(mt_field)
            self.last = mt_field.tag
        self._end()
        if not self.statements:
            raise no_statement(self.file, _FORM, self.faults)
        return read_as(self.statements, self.faults, ())

    def _take(self, mt_field: _Field) -> None:
        if mt_field.tag in {"20", "25", "25P"}:
            self._end()
            if mt_field.tag != "20":
                self.open = _Open(_account(mt_field.lines[0]), Source(self.file, mt_field.line))
        elif self.open is not None:
            self._take_in(self.open, mt_field)
        elif mt_field.tag == "61":
            self._fault(mt_field, "ce mouvement n'est d'aucun compte (champ :25:)")

    def _take_in(self, statement: _Open, mt_field: _Field) -> None:
        tag = mt_field.tag
        if tag in {"28", "28C"}:
            statement.number = clean(mt_field.lines[0])
        elif tag == "61":
            statement.movements.append((mt_field, []))
        elif tag == "86" and self.last == "61":
            statement.movements[-1][1].extend(mt_field.lines)
        elif tag[:2] == "60":
            statement.opening = self._balance(statement, mt_field)
        elif tag[:2] == "62":
            statement.closing, statement.ended = self._balance(statement, mt_field), True

    def _balance(self, statement: _Open, mt_field: _Field) -> Balance | None:
        match = _BALANCE.fullmatch(mt_field.lines[0])
        try:
            if match:
                statement.currency = statement.currency or match[3]
                amount = bank_text.amount(match[4], ",") * _SIGNS[match[1]]
                return Balance(bank_text.short_day(match[2], "ymd"), amount)
        except ValueError:
            pass
        self._fault(mt_field, f"le solde « {short(mt_field.lines[0], 40)} » n'est pas lisible")
        return None

    def _fault(self, mt_field: _Field, what: str) -> None:
        self.faults.append(Problem(Source(self.file, mt_field.line), what, _AGAIN))

    def _end(self) -> None:
        begun, self.open = self.open, None
        if begun is None:
            return
        lines = []
        for movement, details in begun.movements:
            try:
                lines.append(_line(movement, details, self.file))
            except ValueError as error:
                about = f"le mouvement « {short(movement.lines[0], 40)} »"
                self._fault(movement, f"{about} n'est pas pris : {error}")
        if not begun.ended:
            what = "ce relevé est coupé : son solde de fin (:62F:) manque"
            self.faults.append(Problem(begun.source, what, _AGAIN))
        self.statements.append(
            Statement(
                _FORM,
                begun.account,
                begun.currency or "EUR",
                tuple(lines),
                begun.source,
                begun.opening,
                begun.closing,
                begun.number,
            )
        )


def _account(text: str) -> BankAccount:
    """« FR7630001007941234567890185 », « 45050050/76198810 », each with its currency or not."""
    text = clean(text)
    bank, slash, number = text.partition("/")
    if slash:
        return BankAccount.named(_CURRENCY.sub("", number), bank)
    return BankAccount.named(_CURRENCY.sub("", text.replace(" ", "")))


def _line(movement: _Field, details: list[str], file: str) -> BankLine:
    """A movement with its field 86; ValueError, in words that follow a colon."""
    match = _MOVEMENT.fullmatch(movement.lines[0].rstrip())
    if not match:
        raise ValueError("il n'a pas la forme d'un mouvement MT940")
    if match["mark"] not in _SIGNS:
        raise ValueError("il est seulement annoncé")
    amount = bank_text.amount(match["amount"], ",") * _SIGNS[match["mark"]]
    value_date = bank_text.short_day(match["value"], "ymd")
    purpose = purpose_of(details)
    texts = bank_text.labels(
        *purpose.texts, *movement.lines[1:], bank_text.reference(match["own"]), purpose.customer
    )
    return BankLine(
        _entry_day(value_date, match["entry"]),
        amount,
        texts,
        Source(file, movement.line),
        value_date,
        reference=bank_text.reference(match["bank"] or ""),
        end_to_end=purpose.end_to_end,
        mandate=purpose.mandate,
        party=purpose.party,
        party_iban=purpose.iban,
        reversal=_reversal(match["mark"], purpose, texts, amount),
    )


def _entry_day(value_date: dt.date, entry: str | None) -> dt.date:
    """The day of booking, whose year is not written: the one nearest to the value date."""
    if not entry:
        return value_date
    days = []
    for year in (value_date.year - 1, value_date.year, value_date.year + 1):
        try:
            days.append(dt.date(year, int(entry[:2]), int(entry[2:])))
        except ValueError:
            continue
    if not days:
        raise ValueError(f"sa date « {entry} » n'existe pas")
    return min(days, key=lambda day: abs(day - value_date))


def _reversal(
    mark: str, purpose: Purpose, texts: tuple[str, ...], amount: Decimal
) -> Reversal | None:
    if mark.startswith("R") or purpose.returned:
        return reversal(purpose.returned, original=purpose.end_to_end)
    return reversal_in(texts, amount)
