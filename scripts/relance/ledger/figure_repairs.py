"""Days and sums as people type them in a ledger, and as Beancount reads them: 31/01/2026 is
2026-01-31, « 1 320,50 € » is 1320.50 EUR.

A repair answers what is wrong and the mended line, or None when it has nothing to mend.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable
from datetime import date

MendedLine = tuple[str, str]  # what is wrong, the line as it should be
Repair = MendedLine | None

_MONTHS = ("janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre",
           "octobre", "novembre", "decembre")  # fmt: skip
_CURRENCIES = {"€": "EUR", "£": "GBP", "$": "USD", "euro": "EUR", "euros": "EUR"}
_USUAL = ("EUR", "GBP", "USD", "CHF")


def bare(text: str) -> str:
    """Small letters without accents."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).lower()


def first_mended(line: str, pattern: str, mended: Callable[[re.Match[str]], str | None]) -> Repair:
    """The first place outside texts where the pattern is and its mending differs: what stood
    there, and the line mended."""
    for match in re.finditer(rf'"[^"]*"|;.*|(?P<it>{pattern})', line):
        new = mended(match) if match["it"] else None
        if new is not None and new != match["it"]:
            return match["it"], line[: match.start()] + new + line[match.end() :]
    return None


def mended_day(line: str) -> Repair:
    """A day written the French way, with a month in letters, or with other marks than hyphens."""
    forms = (
        (r"([0-9]{1,2})\s*[/.-]\s*([0-9]{1,2})\s*[/.-]\s*([0-9]{4})\b", (3, 2, 1)),
        (r"([0-9]{1,2})(?:er)?\s+([^\W\d]+)\.?\s+([0-9]{4})\b", (3, 2, 1)),
        (r"([0-9]{4})\s*[-/._–—\s]\s*([0-9]{1,2})\s*[-/._–—\s]\s*([0-9]{1,2})\b", (1, 2, 3)),
        (r"([0-9]{4})([0-9]{2})([0-9]{2})\b", (1, 2, 3)),
    )
    for form, order in forms:
        pattern = re.compile(form)

        def iso(match: re.Match[str], pattern: re.Pattern[str] = pattern,
                order: tuple[int, int, int] = order) -> str | None:  # fmt: skip
            parts = pattern.fullmatch(match["it"])
            return _iso(*(parts[place] for place in order)) if parts else None

        if repair := first_mended(line, rf"(?<![\w-]){form}", iso):
            why = "l'année d'abord" if order[0] == 3 else "AAAA-MM-JJ"
            return f"« {repair[0]} » n'est pas une date : {why}", repair[1]
    return None


def _iso(year: str, month: str, day: str) -> str | None:
    if not month.isdigit():
        near = [place for place, name in enumerate(_MONTHS, 1) if name.startswith(bare(month))]
        month = str(near[0]) if len(near) == 1 and len(month) > 2 else "0"
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def mended_amount(line: str) -> Repair:
    """A number with a comma, spaces or apostrophes; a currency by its sign or its word."""
    pattern = (
        r"(?<![\w^#:/.-])[-+]?[0-9][0-9 .,'\u00a0\u202f\u2009]*(?<=[0-9.,])"
        r"(?P<gap>[ \t\u00a0\u202f]*)(?P<sign>[A-Za-z]{2,5}\b|[€£$])?"
    )

    def plain(match: re.Match[str]) -> str | None:
        sign = match["sign"] or ""
        number = match["it"].removesuffix(sign).strip()
        minus = number[:1] if number[:1] in "+-" else ""
        alone = not sign and line[:1].isspace() and not match.string[match.end() :].strip()
        gap, currency = (" ", "EUR") if alone else (match["gap"], _currency(sign))
        return f"{minus}{_plain(number[len(minus) :])}{gap}{currency}"

    head = re.match(r"\s*([0-9]{4}[-/][0-9]+[-/][0-9]+|[\w-]+:(?=\s))?", line)
    start = head.end() if head else 0
    repair = first_mended(line[start:], pattern, plain)
    if repair is None:
        return None
    number, sign = re.fullmatch(r"(.*?)\s*([^0-9\s.,]*)", repair[0]).groups()  # type: ignore[union-attr]
    what = f"« {number} » n'est pas un nombre"
    if _plain(number.lstrip("+-")) == number.lstrip("+-"):
        what = f"« {sign} » n'est pas une devise"
    return what, line[:start] + repair[1]


def _currency(sign: str) -> str:
    """The currency that a sign or a word stands for; the same when it is one."""
    if re.fullmatch("[A-Z]{3}", sign) or not sign:
        return sign
    near = difflib.get_close_matches(sign.upper(), _USUAL, 1)
    return _CURRENCIES.get(sign.lower(), near[0] if near else sign)


def _plain(number: str) -> str:
    """The number with a point for its decimals: the last mark is theirs, unless three digits
    follow a comma that is the only mark."""
    digits = re.sub(r"[\s']", "", number)
    marks = re.findall("[.,]", digits)
    if not marks:
        return digits
    whole, _, decimals = digits.rpartition(marks[-1])
    whole = re.sub("[.,]", "", whole)
    thousands = marks == [","] and len(decimals) == 3
    return f"{whole}{decimals}" if thousands else f"{whole}.{decimals}"
