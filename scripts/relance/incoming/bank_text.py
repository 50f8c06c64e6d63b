"""What banks write: characters, amounts, days, names, read strictly and cleaned in one place."""

from __future__ import annotations

import codecs
import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache

from relance.text.escapes import plain, short
from relance.values.amounts import cents, in_cents
from relance.values.problem import Problem, Refusal, Source, refuse

MOST_BYTES = 64 * 2**20
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_MOST_CHARACTERS = 2_000  # of one text; the longest label that a bank gives has 420


def decoded(content: bytes, file: str) -> str:
    """The text of a file in UTF-8, UTF-16 with its mark or Windows' own, its line ends those of
    Unix; Refusal (2) for what is no text, or too much of it."""
    if len(content) > MOST_BYTES:
        what = f"ce fichier dépasse {MOST_BYTES >> 20} Mio"
        raise refuse(file, what, "découpez-le, par exemple par mois")
    text = _characters(content)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        what = "ce fichier n'est pas un texte, ou il est abîmé"
        raise Refusal([Problem(Source(file, line), what, "téléchargez-le de nouveau")])
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _characters(content: bytes) -> str:
    mark = next((name for sign, name in _MARKS.items() if content.startswith(sign)), "utf-8")
    try:
        return content.decode(mark)
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def clean(text: str) -> str:
    """Foreign text on one line, without control or direction marks: what facts keep of it."""
    text = text[:_MOST_CHARACTERS]
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(plain(text).split())


def reference(text: str) -> str:
    """A reference as a bank gives it; "" where it says that there is none."""
    text = clean(text)
    return "" if text.upper() in {"NOTPROVIDED", "NONREF", "NOREF"} else text


def labels(*texts: str) -> tuple[str, ...]:
    """The texts that say something, each once, in their order."""
    return tuple(dict.fromkeys(filter(None, map(clean, texts))))


_SPACES = re.compile(r"[\s\u00a0\u202f\u2007\u2009'’]")
_SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2012": "-", "\ufe63": "-", "\uff0b": "+"})
_CURRENCY = re.compile(r"^(?:EUR|€)|(?:EUR|€)$")
_GROUPED = {
    ",": re.compile(r"(?:[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+)(?:,[0-9]*)?"),
    ".": re.compile(r"(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]*)?"),
}
_PLAIN = re.compile(r"[0-9]{1,15}\.[0-9]{2}")  # as nearly every file in XML writes a sum
_LONGEST = 40
_YEARS = range(1990, 2100)  # outside, a year is a slip of the keyboard
_NO_AMOUNT = "son montant manque"


def amount(text: str, decimal: str = "") -> Decimal:
    """A sum of money in whole cents, its sign before or after it; ValueError, in words that follow
    a colon, for any other text.

    `decimal` is the sign before the cents; without it, the last comma or point of the text is, but
    not a single comma before three figures, which may mean thousands.
    """
    if decimal != "," and _PLAIN.fullmatch(text):
        return Decimal(text)
    shown = short(text, _LONGEST)
    compact = _CURRENCY.sub("", _SPACES.sub("", text[: 4 * _LONGEST]).translate(_SIGNS))
    sign, figures = _signed(compact)
    comma = decimal or ("," if figures.rfind(",") > figures.rfind(".") else ".")
    if not decimal and re.fullmatch(r"[0-9]{1,3},[0-9]{3}", figures):
        raise ValueError(f"son montant « {shown} » peut se lire de deux façons")
    if not _GROUPED[comma].fullmatch(figures) or len(figures) > _LONGEST:
        raise ValueError(f"son montant « {shown} » n'est pas un nombre" if shown else _NO_AMOUNT)
    thousands = "." if comma == "," else ","
    number = Decimal(figures.replace(thousands, "").replace(",", "."))
    if not in_cents(number):
        raise ValueError(f"son montant « {shown} » a des fractions de centime, ou passe la mesure")
    return cents(-number if sign == "-" else number)


def _signed(text: str) -> tuple[str, str]:
    if text[:1] in {"+", "-"}:
        return text[0], text[1:]
    if text[-1:] in {"+", "-"}:
        return text[-1], text[:-1]
    return "+", text


_DAYS = (
    re.compile(r"(?P<d>[0-9]{1,2})[/.-](?P<m>[0-9]{1,2})[/.-](?P<y>[0-9]{4}|[0-9]{2})"),
    re.compile(r"(?P<y>[0-9]{4})[/.-](?P<m>[0-9]{1,2})[/.-](?P<d>[0-9]{1,2})"),
    re.compile(r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})"),
)


@lru_cache(4096)
def day(text: str) -> dt.date:
    """A day written the French way, as ISO writes it or in eight figures, its hour left out;
    ValueError, in words that follow a colon, for any other text."""
    written = re.split(r"[\sT]", text.strip(), maxsplit=1)[0]
    match = next((match for form in _DAYS if (match := form.fullmatch(written))), None)
    return _date(match["y"], match["m"], match["d"], text) if match else _no_day(text)


def short_day(text: str, order: str) -> dt.date:
    """A day in six figures, its parts in the `order` « dmy » or « ymd »; ValueError as `day`."""
    if not re.fullmatch("[0-9]{6}", text):
        return _no_day(text)
    parts = dict(zip(order, (text[:2], text[2:4], text[4:]), strict=True))
    return _date(parts["y"], parts["m"], parts["d"], text)


def _date(year: str, month: str, number: str, text: str) -> dt.date:
    try:
        date = dt.date(int(year) + (2000 if len(year) == len("26") else 0), int(month), int(number))
    except ValueError:
        return _no_day(text)
    return date if date.year in _YEARS else _no_day(text)


def _no_day(text: str) -> dt.date:
    written = short(text, _LONGEST)
    raise ValueError(f"sa date « {written} » n'existe pas" if written else "sa date manque")
