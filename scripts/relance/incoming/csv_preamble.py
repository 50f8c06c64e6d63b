"""What stands above the header of a bank's CSV export: of which account it is, what it holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from relance.incoming import bank_text
from relance.incoming.bank_statement import Balance, BankAccount
from relance.incoming.bank_text import clean
from relance.incoming.csv_profiles import CsvProfile, column_word

_IBAN = re.compile(r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
_NUMBER = re.compile(r"\bn(?:°|º|o|um[ée]ro)[ :]{0,3}([0-9][0-9A-Za-z ]{4,30})", re.IGNORECASE)
_BALANCE = re.compile(
    r"\bsolde\b[^0-9]{0,20}([0-9]{2}/[0-9]{2}/[0-9]{2,4})[^0-9+-]{0,10}"
    r"([+-]?[0-9][0-9 ]*,[0-9]{2})\b",
    re.IGNORECASE,
)
_MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class Heading:
    """The account, of which nothing may be known, and its balance at the end of the export."""

    account: BankAccount
    balance: Balance | None


def heading_of(rows: Sequence[Sequence[str]], profile: CsvProfile) -> Heading:
    """What the rows above a header say, where the profile points or in the usual words."""
    rows = [row for row in rows[-_MOST_LINES:] if any(map(str.strip, row))]
    texts = [clean(" ".join(row)) for row in rows]
    number = _cell(rows, profile.above.account) or _first_match(_IBAN, texts)
    number = number or _first_match(_NUMBER, texts)
    return Heading(BankAccount.named(number.strip(' ="')), _balance(rows, texts, profile))


def _balance(
    rows: Sequence[Sequence[str]], texts: Sequence[str], profile: CsvProfile
) -> Balance | None:
    day, amount = _cell(rows, profile.above.balance_day), _cell(rows, profile.above.balance)
    match = next((match for text in texts if (match := _BALANCE.search(text))), None)
    if match and not (day and amount):
        day, amount = match.groups()
    try:
        return Balance(bank_text.day(day), bank_text.amount(amount))
    except ValueError:
        return None  # it is a help, not a fact of the lines


def _cell(rows: Sequence[Sequence[str]], place: str | int | None) -> str:
    if isinstance(place, int):
        return rows[0][place - 1] if rows and len(rows[0]) >= place else ""
    if place is None:
        return ""
    word = column_word(place)
    return next((row[1] for row in rows if len(row) > 1 and column_word(row[0]) == word), "")


def _first_match(pattern: re.Pattern[str], texts: Sequence[str]) -> str:
    first = next((match for text in texts if (match := pattern.search(text))), None)
    return first[first.lastindex or 0] if first else ""
