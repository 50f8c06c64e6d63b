"""The cells of a FEC, and its lines: characters, sums, days, what the number of an account says."""

from __future__ import annotations

import codecs
import datetime as dt
import io
import re
from collections.abc import Iterator
from functools import lru_cache

from relance.incoming import bank_text
from relance.incoming.fec_export import Counterpart
from relance.text.escapes import short

_CHUNK = 2**20
_COUNTERPARTS = (
    ("7", Counterpart.SALES),
    ("445", Counterpart.VAT),
    ("5", Counterpart.BANK),
    ("6", Counterpart.LOSS),
)


def lines_of(content: bytes) -> Iterator[str]:
    """The lines of a file, decoded one by one: it may be large."""
    stream = io.TextIOWrapper(io.BytesIO(content), encoding=_encoding(content), errors="replace")
    return (line.rstrip("\n") for line in stream)


def _encoding(content: bytes) -> str:
    """UTF-8, else the ISO 8859-15 that the law names, else Windows' own, which has signs where
    that has none."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        for start in range(0, len(content), _CHUNK):
            decoder.decode(content[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252" if re.search(rb"[\x80-\x9f]", content) else "iso8859-15"
    return "utf-8-sig"


# What the law calls Sens, and the currencies that are no other than the books' own.
SIGNS = {"D": 1, "C": -1, "DEBIT": 1, "CREDIT": -1, "+1": 1, "-1": -1, "1": 1}
HOME = {"", "EUR", "€"}
_SUM = re.compile(r"([+-]?)(\d{1,17})(?:[.,](\d{1,2})0*)?", re.ASCII)
_NOTHING = {"", "0", "0,00", "0.00"}
_MOST = 10**17


def cents(text: str) -> int:
    """The cents of a sum, zeros before it or spaces or not; ValueError, in words that follow a
    colon, for what is none."""
    text = text.strip()
    if text in _NOTHING:
        return 0
    match = _SUM.fullmatch(text)
    if match is None:
        return int(bank_text.amount(text) * 100)
    sign, whole, decimals = match.groups()
    number = int(whole) * 100 + int((decimals or "0").ljust(2, "0"))
    if number >= _MOST:
        raise ValueError(f"son montant « {short(text, 40)} » passe la mesure")
    return -number if sign == "-" else number


@lru_cache(4096)
def counterpart(account: str) -> Counterpart:
    """What an account is, by the beginning of its number."""
    return next(
        (side for start, side in _COUNTERPARTS if account.startswith(start)), Counterpart.OTHER
    )


@lru_cache(4096)
def day_of(text: str) -> dt.date:
    """A day, in eight figures as a rule; ValueError, in words that follow a colon."""
    return bank_text.day(text)


def day_or_none(text: str) -> dt.date | None:
    """The same, None for what is no day."""
    try:
        return day_of(text)
    except ValueError:
        return None
