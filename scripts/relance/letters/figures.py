"""The figures of a letter's text: amounts, dates, rates, delays, numbers of invoices, accounts.

Words are free, figures are not: this tells which is which. Pure.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from relance.typography import ordinary


class Kind(StrEnum):
    """What a figure says."""

    AMOUNT = "montant"
    DATE = "date"
    RATE = "taux"
    DELAY = "délai"
    REFERENCE = "numéro"
    ACCOUNT = "compte bancaire"
    ADDRESS = "adresse internet"
    NUMBER = "nombre"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure by its value, whatever the spaces and the form it is written in (`text`)."""

    kind: Kind
    value: str
    text: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or one row of a table: its place, its words, its figures in order.

    `line` counts from 1 in the text given to `blocks`.
    """

    line: int
    text: str
    figures: tuple[Figure, ...]

    @property
    def is_row(self) -> bool:
        """Whether it is a row of a table."""
        return self.text.startswith("|")


class Reader:
    """Finds figures; `known` are invoice numbers to be recognised whatever they look like,
    `currency` is that of amounts written without any."""

    def __init__(self, known: Iterable[str], currency: str) -> None:
        self._currency = currency
        numbers = sorted(filter(None, map(_plain, known)), key=lambda n: (-len(n), n))
        self._pattern = _pattern(numbers)

    def blocks(self, body: str) -> list[Block]:
        """The paragraphs and rows of a Markdown text that hold something."""
        return [Block(line, text, tuple(self.figures(text))) for line, text in _blocks(body)]

    def figures(self, text: str) -> Iterator[Figure]:
        """The figures of a text, in order; telephone numbers, articles of law, hours, ordinals
        and numbers below 100 are words."""
        for match in self._pattern.finditer(_plain(text)):
            made = _MADE.get((match.lastgroup or "").rstrip("0123456789"))
            if made and (figure := made(match[0], self._currency)):
                yield figure


# ---------------------------------------------------------------- From Markdown to plain text


def _plain(text: str) -> str:
    """The text as it is read on paper: no marks of Markdown, ordinary spaces, NFKC."""
    text = html.unescape(re.sub(r"\\(?=[^\w\s])", "", text))
    text = unicodedata.normalize("NFKC", ordinary(text))
    text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return re.sub(r"\s+", " ", text.replace("*", "").replace("`", "")).strip()


def _blocks(body: str) -> Iterator[tuple[int, str]]:
    start, lines = 0, list[str]()
    for number, line in enumerate([*body.splitlines(), ""], 1):
        row = line.lstrip().startswith("|")
        if lines and (row or not line.strip()):
            yield start, " ".join(lines)
            lines = []
        if row:
            yield number, line.strip()
        elif line.strip():
            start = start if lines else number
            lines.append(line.strip())


# ---------------------------------------------------------------- What a figure looks like

_MONTHS = (
    "janvier|january|januar|jänner/février|fevrier|february|februar/mars|march|märz"
    "/avril|april/mai|may/juin|june|juni/juillet|july|juli/août|aout|august"
    "/septembre|september/octobre|october|oktober/novembre|november/décembre|decembre|december|dezember"
)
_MONTH = {name: place for place, row in enumerate(_MONTHS.split("/"), 1) for name in row.split("|")}
_NAMES = "|".join(sorted(_MONTH, key=len, reverse=True))
# fmt: off
_WORDS = (
    "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze",
    "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf", "vingt",
    "vingt-et-un", "vingt-deux", "vingt-trois", "vingt-quatre", "vingt-cinq", "vingt-six",
    "vingt-sept", "vingt-huit", "vingt-neuf", "trente",
)
# fmt: on
_IN_WORDS = {word: place for place, word in enumerate(_WORDS, 1)} | {"une": 1, "soixante": 60}
_SPELT = "|".join(sorted(_IN_WORDS, key=len, reverse=True))
_CURRENCIES = {"€": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "£": "GBP"}
_CURRENCY = r"(?:k€|€|\$|£|euros?\b|EUR\b|USD\b|GBP\b|CHF\b|CAD\b|JPY\b)"
_DIGITS = r"(?:\d{1,3}(?:[ .']\d{3})+(?:,\d{1,2})?|\d{1,3}(?:,\d{3})+\.\d\d|\d+(?:[.,]\d{1,2})?)"
_UNIT = (
    "(?P<day>jours?|days?|tage?n?)|(?P<week>semaines?|weeks?|wochen?)"
    "|(?P<month>mois|months?|monate?n?)"
)
_UNITS = re.sub(r"\?P<\w+>", "?:", _UNIT)
_ARTICLE = r"(?:[LRDA]\.? ?)?\d+(?:-\d+)*"

_FORMS = (
    ("address", r"(?:https?://|www\.)[^\s<>|)\]]+"),
    ("free", r"[\w.+-]+@[\w.-]+"),
    ("account", r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"),
    ("account", r"\bBIC:? ?[A-Z0-9]{8}(?:[A-Z0-9]{3})?\b"),
    ("date", r"(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])"),
    ("date", r"(?<![\w/.])\d{1,2}(?P<sep>[/.-])\d{1,2}(?P=sep)\d{2}(?:\d{2})?(?![\w/]|[.,]\d)"),
    ("date", rf"(?i:\b\d{{1,2}}(?:er|st|nd|rd|th|\.)? (?:of )?(?:{_NAMES})\b(?:\.?,? \d{{4}}\b)?)"),
    ("date", rf"(?i:\b(?:{_NAMES}) \d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:,? \d{{4}}\b)?)"),
    ("rate", r"\d+(?:[.,]\d+)? ?%"),
    ("amount", rf"(?<![\w.,])-?{_DIGITS} ?{_CURRENCY}"),
    ("amount", rf"{_CURRENCY} ?-?{_DIGITS}(?!\d)"),
    ("free", r"(?<![\w+])(?:\+\d{2,3} ?(?:\(0\) ?)?\d|0\d)(?:[ .]?\d{2}){4}(?!\d)"),
    ("delay", rf"(?i:(?<![\w-])(?:\d+|{_SPELT}) (?:{_UNITS})\b)"),
    ("delay", r"(?i:\bhuitaine\b|\bquinzaine\b)"),
    (
        "amount",
        r"(?<![\w.,-])-?(?:\d{1,3}(?:[ .']\d{3})+|\d{1,3}(?:,\d{3})+|\d+)[.,]\d{2}(?![\w.,]\d|\d)",
    ),
    ("free", rf"(?i:\barticles? {_ARTICLE}(?:(?:, ?| et | ou |, et ){_ARTICLE})*)"),
    ("free", r"\b[LRDA]\. ?\d+(?:-\d+)*\b|\b[LRD]\d{3,4}-\d+(?:-\d+)*\b"),
    ("free", r"(?i:\b\d+(?:er|ère|re|e|ème|nd|nde|st|rd|th)\b|\b\d{1,2} ?h(?: ?\d{2})?\b)"),
    ("reference", r"(?<![\w/.-])(?=[\w/.-]*\d)(?=[\w/.-]*[A-Za-z])\w+(?:[/.-]\w+)*"),
    ("number", r"(?<![\w])\d+(?:[ /.'-]?\d+)*"),
)


def _pattern(known: list[str]) -> re.Pattern[str]:
    """All the forms in one expression; a known number that holds a letter comes first, one of
    digits alone after what surely is a date or an amount."""
    bounded = [rf"(?<![\w/.-]){re.escape(number)}(?![\w/-])" for number in known]
    lettered = [each for each, number in zip(bounded, known, strict=True) if _lettered(number)]
    digits = [each for each in bounded if each not in lettered]
    last = next(n for n, (name, form) in enumerate(_FORMS) if name == "free" and "article" in form)
    forms = [("reference", each) for each in lettered]
    forms += [*_FORMS[:last], *(("reference", each) for each in digits), *_FORMS[last:]]
    return re.compile("|".join(f"(?P<{name}{n}>{form})" for n, (name, form) in enumerate(forms)))


def _lettered(number: str) -> bool:
    return any(c.isalpha() for c in number)


def _date(text: str, _currency: str) -> Figure:
    """« 30/09/2026 » and « 30 septembre 2026 » are one; a day without its year has none."""
    words = re.findall(r"\d+|[^\W\d]+", text.casefold())
    numbers = [word for word in words if word.isdigit()]
    month = next((_MONTH[word] for word in words if word in _MONTH), 0)
    if month:
        day, year = int(numbers[0]), int(numbers[1]) if len(numbers) > 1 else 0
    elif len(numbers[0]) == len("2026"):
        year, month, day = map(int, numbers)
    else:
        day, month, year = map(int, numbers)
    return Figure(Kind.DATE, f"{_century(year)}-{month:02d}-{day:02d}", text)


def _century(year: int) -> str:
    return "" if not year else f"{year + 2000 if year < 100 else year}"


def _number(text: str) -> Decimal:
    """The number, its last mark before one or two digits being that of the decimals."""
    digits = re.sub(r"[^\d.,-]", "", text).strip(".")
    whole, decimals = digits, ""
    if found := re.fullmatch(r"(.*\d)[.,](\d{1,2})", digits):
        whole, decimals = found[1], found[2]
    try:
        return Decimal(f"{re.sub('[.,]', '', whole)}.{decimals or 0}")
    except InvalidOperation:
        return Decimal(0)


def _amount(text: str, currency: str) -> Figure:
    unit = re.search(_CURRENCY, text)
    named = currency if unit is None else _CURRENCIES.get(unit[0], unit[0])
    return Figure(Kind.AMOUNT, f"{_number(text):.2f} {named}", text)


def _rate(text: str, _currency: str) -> Figure:
    number = Decimal(text.rstrip("% ").replace(",", "."))
    return Figure(Kind.RATE, f"{number.normalize():f}", text)


def _delay(text: str, _currency: str) -> Figure:
    lower = text.casefold()
    if lower in ("huitaine", "quinzaine"):
        return Figure(Kind.DELAY, f"{8 if lower == 'huitaine' else 15} day", text)
    count, unit = lower.split(" ", 1)
    match = re.match(_UNIT, unit)
    assert match is not None
    return Figure(Kind.DELAY, f"{_IN_WORDS.get(count) or int(count)} {match.lastgroup}", text)


def _reference(text: str, _currency: str) -> Figure:
    return Figure(Kind.REFERENCE, text, text)


def _account(text: str, _currency: str) -> Figure:
    return Figure(Kind.ACCOUNT, re.sub(r"^BIC|[ :]", "", text), text)


def _address(text: str, _currency: str) -> Figure:
    return Figure(Kind.ADDRESS, text.rstrip(".,;:"), text)


def _bare(text: str, currency: str) -> Figure | None:
    """A number that is nothing else: grouped by thousands, an amount; below 100, a word."""
    if re.fullmatch(r"[1-9]\d{0,2}(?:[ .']\d{3})+", text):
        return _amount(text, currency)
    small = text.isdigit() and int(text) < 100
    return None if small else Figure(Kind.NUMBER, re.sub(r"[ .']", "", text), text)


_MADE: dict[str, Callable[[str, str], Figure | None]] = {
    "date": _date,
    "rate": _rate,
    "amount": _amount,
    "delay": _delay,
    "reference": _reference,
    "account": _account,
    "address": _address,
    "number": _bare,
}


def years(figures: Iterable[Figure]) -> set[str]:
    """The years of the dates among these figures: a year alone says nothing new of them."""
    return {f.value[:4] for f in figures if f.kind is Kind.DATE and f.value[:1] != "-"}
