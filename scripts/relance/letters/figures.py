"""The figures of a letter's text: amounts, dates, rates, delays, numbers of invoices, accounts.

Words are free, figures are not: this tells which is which.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from relance.letters.figure_forms import CURRENCIES, CURRENCY, FORMS, MONTH, PER_CENT, UNIT
from relance.text.typography import ordinary
from relance.text.words import number


class FigureKind(StrEnum):
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

    kind: FigureKind
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


class FigureReader:
    """Finds figures; `known` are invoice numbers to be recognised whatever they look like,
    `currency` is that of amounts written without any."""

    def __init__(self, invoices: Iterable[str], currency: str) -> None:
        self._currency = currency
        numbers = sorted(filter(None, map(plain, invoices)), key=lambda n: (-len(n), n))
        self._pattern = _pattern(numbers)

    def blocks(self, body: str) -> list[Block]:
        """The paragraphs and rows of a Markdown text that hold something."""
        return [Block(line, text, tuple(self.figures(text))) for line, text in _blocks(body)]

    def figures(self, text: str) -> Iterator[Figure]:
        """The figures of a text, in order; telephone numbers, articles of law, hours, ordinals
        and numbers below 100 are words."""
        for match in self._pattern.finditer(plain(text)):
            made = _MADE.get((match.lastgroup or "").rstrip("0123456789"))
            if made and (figure := made(match[0], self._currency)):
                yield figure


# ---------------------------------------------------------------- From Markdown to plain text


def plain(text: str) -> str:
    """The text as it is read on paper: no marks of Markdown, ordinary spaces, NFKC."""
    text = html.unescape(re.sub(r"\\(?=[^\w\s]|_)", "", text))
    text = unicodedata.normalize("NFKC", ordinary(text))
    text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return re.sub(r"\s+", " ", re.sub("[*`~]", "", text)).strip()


def _blocks(body: str) -> Iterator[tuple[int, str]]:
    start, lines = 0, list[str]()
    for place, line in enumerate([*body.splitlines(), ""], 1):
        row = line.lstrip().startswith("|")
        if lines and (row or not line.strip()):
            yield start, " ".join(lines)
            lines = []
        if row:
            yield place, line.strip()
        elif line.strip():
            start = start if lines else place
            lines.append(line.strip())


# ---------------------------------------------------------------- From words to values


def _pattern(numbers: list[str]) -> re.Pattern[str]:
    """All the forms in one expression; a known number that holds a letter comes first, one of
    digits alone after what surely is a date or an amount."""
    bounded = [rf"(?<![\w/.-]){re.escape(name)}(?![\w/-])" for name in numbers]
    lettered = [form for form, name in zip(bounded, numbers, strict=True) if _lettered(name)]
    digits = [form for form in bounded if form not in lettered]
    last = next(n for n, (name, form) in enumerate(FORMS) if name == "free" and "article" in form)
    forms = [("reference", form) for form in lettered]
    forms += [*FORMS[:last], *(("reference", form) for form in digits), *FORMS[last:]]
    return re.compile("|".join(f"(?P<{name}{n}>{form})" for n, (name, form) in enumerate(forms)))


def _lettered(number: str) -> bool:
    return any(c.isalpha() for c in number)


def _date(text: str, _currency: str) -> Figure:
    """« 30/09/2026 » and « 30 septembre 2026 » are one; a day without its year has none."""
    words = re.findall(r"\d+|[^\W\d]+", text.casefold())
    numbers = [word for word in words if word.isdigit()]
    month = next((MONTH[word] for word in words if word in MONTH), 0)
    if month:
        day, year = int(numbers[0]), int(numbers[1]) if len(numbers) > 1 else 0
    elif len(numbers[0]) == len("2026"):
        year, month, day = map(int, numbers)
    else:
        day, month, year = map(int, numbers)
    return Figure(FigureKind.DATE, f"{_century(year)}-{month:02d}-{day:02d}", text)


def _century(year: int) -> str:
    return "" if not year else f"{year + 2000 if year < 100 else year}"


def _number(text: str) -> Decimal:
    """The number, its last mark before one or two digits being that of the decimals."""
    digits = re.sub(r"[^\d.,-]", "", text).strip(".")
    whole, decimals = digits, ""
    if parts := re.fullmatch(r"(.*\d)[.,](\d{1,2})", digits):
        whole, decimals = parts[1], parts[2]
    try:
        return Decimal(f"{re.sub('[.,]', '', whole)}.{decimals or 0}")
    except InvalidOperation:
        return Decimal(0)


def _amount(text: str, currency: str) -> Figure:
    if re.match(r"-?0\d", text):  # the end of a longer number
        return _loose(text, currency)
    return Figure(FigureKind.AMOUNT, f"{_number(text):.2f} {_currency_of(text, currency)}", text)


def _currency_of(text: str, currency: str) -> str:
    """The currency that an amount bears, by its code when it is known."""
    if not (unit := re.search(CURRENCY, text)):
        return currency
    return CURRENCIES.get(unit[0].lower(), unit[0].upper())


def _sum(text: str, currency: str) -> Figure:
    """An amount in words: « deux mille cinq cents euros »."""
    unit = re.search(rf"(?: d['’]| de | of | ?){CURRENCY}$", text)
    amount = number(text[: unit.start()] if unit else text)
    return Figure(
        FigureKind.AMOUNT,
        f"{amount:.2f} {_currency_of(text[unit.start() :] if unit else '', currency)}",
        text,
    )


def _loose(text: str, _currency: str) -> Figure:
    """What makes a sum in some other way: it only holds where the letter says it so."""
    return Figure(FigureKind.AMOUNT, text.lower(), text)


def _rate(text: str, _currency: str) -> Figure:
    digits = re.match(rf"\d+(?:[.,]\d+)?(?= ?{PER_CENT})", text, re.IGNORECASE)
    if digits:
        rate = Decimal(digits[0].replace(",", "."))
    else:
        rate = number(re.split(rf" ?{PER_CENT}", text, flags=re.IGNORECASE)[0])
    return Figure(FigureKind.RATE, f"{rate.normalize():f}", text)


def _delay(text: str, _currency: str) -> Figure:
    lower = text.casefold()
    if lower in ("huitaine", "quinzaine"):
        return Figure(FigureKind.DELAY, f"{8 if lower == 'huitaine' else 15} day", text)
    match = re.search(rf"(?:{UNIT})$", lower)
    assert match is not None
    count = re.sub(r"^(?:sous|dans|d['’]ici|within|binnen) ", "", lower[: match.start()]).strip()
    days = int(count) if count.isdigit() else number(count)
    return Figure(FigureKind.DELAY, f"{days} {match.lastgroup}", text)


def _reference(text: str, _currency: str) -> Figure:
    return Figure(FigureKind.REFERENCE, text, text)


def _account(text: str, _currency: str) -> Figure:
    return Figure(FigureKind.ACCOUNT, re.sub(r"^BIC|[ :]", "", text), text)


def _address(text: str, _currency: str) -> Figure:
    target = re.sub(r"^\]\(<?|>?\)$|^\]: ?", "", text)
    return Figure(FigureKind.ADDRESS, target.lower().removeprefix("mailto:").rstrip(".,;:/"), text)


def _bank(text: str, _currency: str) -> Figure:
    """Words that send the reader to another account."""
    return Figure(FigureKind.ACCOUNT, text.lower(), text)


def _bare(text: str, currency: str) -> Figure | None:
    """A number that is nothing else: grouped by thousands, an amount; below 100, a word."""
    if re.fullmatch(r"[1-9]\d{0,2}(?:[ .']\d{3})+", text):
        return _amount(text, currency)
    small = text.isdigit() and int(text) < 100
    return None if small else Figure(FigureKind.NUMBER, re.sub(r"[ .']", "", text), text)


_MADE: dict[str, Callable[[str, str], Figure | None]] = {
    "date": _date,
    "rate": _rate,
    "amount": _amount,
    "sum": _sum,
    "loose": _loose,
    "bank": _bank,
    "delay": _delay,
    "reference": _reference,
    "account": _account,
    "address": _address,
    "number": _bare,
}


def years(figures: Iterable[Figure]) -> set[str]:
    """The years of the dates among these figures: a year alone says nothing new of them."""
    return {f.value[:4] for f in figures if f.kind is FigureKind.DATE and f.value[:1] != "-"}
