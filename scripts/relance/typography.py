"""French typography: amounts, dates, spaces; and the escapes that make foreign text harmless.

The only module that imports babel. U+202F is the narrow no-break space, U+00A0 the wide one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal

from relance.model import cents

LOCALE = "fr"
NARROW, WIDE = "\u202f", "\u00a0"
MINUS = "\u2212"


def money(number: Decimal, currency: str) -> str:
    """« 1 320,00 € »: half-up to the cent; other currencies by their code, never by a symbol."""
    digits = format_decimal(cents(number), "#,##0.00", locale=LOCALE).replace("-", MINUS)
    return f"{digits}{WIDE}{'€' if currency == 'EUR' else currency}"


def rate(percent: Decimal) -> str:
    """« 12,40 % »: two decimals at least, as many as the rate has."""
    return format_decimal(percent, "0.00####", locale=LOCALE) + f"{WIDE}%"


def decimal(value: Decimal) -> str:
    """« 25,1 », « 7 »: as many decimals as it has, none for a whole number."""
    return format_decimal(value, "0.######", locale=LOCALE)


@lru_cache(4096)  # a plan says the same days over and over
def french_date(day: date) -> str:
    """« 30 septembre 2026 », « 1er octobre 2026 »; the day stays with its month."""
    number, rest = format_date(day, "long", locale=LOCALE).split(" ", 1)
    return f"{'1er' if number == '1' else number}{WIDE}{rest}"


def short_date(day: date) -> str:
    """« 30/09/2026 », for the columns of a table."""
    return format_date(day, "dd/MM/yyyy", locale=LOCALE)


def days_in_words(number: int) -> str:
    """« 1 jour », « 15 jours »."""
    return f"{number} jour{'s' if number > 1 else ''}"


def enumeration(items: Sequence[str]) -> str:
    """« a, b et c »."""
    return format_list(list(items), locale=LOCALE)


def grouped(number: str, size: int = 4) -> str:
    """An IBAN in groups of four, a SIREN in groups of three, as they are printed."""
    compact = "".join(number.split())
    return WIDE.join(compact[i : i + size] for i in range(0, len(compact), size))


def phone(number: str) -> str:
    """A French number in pairs, any other as it was written."""
    compact = "".join(number.split())
    return grouped(compact, 2) if re.fullmatch(r"0\d{9}", compact) else number.replace(" ", WIDE)


_KEPT = (
    r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}"  # the template engine's own
    r"|(?P<ticks>`+).*?(?P=ticks)"
    r"|https?://[^\s<>]+|\]\([^)\n]*\)|<[^>\n]*>|[\w.+-]+@[\w.-]+"
)
_UNITS = r"(?:€|EUR|%|jours?|mois|ans?|heures?|mm|km)(?!\w)"
_AFTER = r"(?=[\s»)*_|.,…]|$)"
_WIDE = (
    rf" (?=:{_AFTER}|»)|(?<=[\d}}]) (?={_UNITS})"
    r"|(?<=«) |(?<=n°) |(?<=\bMme) |(?<=\bM\.) |(?<=\barticle) |(?<=\barticles) "
)
_FRENCH = re.compile(
    rf"(?P<keep>{_KEPT})|(?P<narrow> (?=[;!?]{_AFTER}))|(?P<wide>{_WIDE})"
    r"|(?P<apostrophe>(?<=\w)'(?=[\w{«*]))",
    re.DOTALL,
)


def french(text: str) -> str:
    """Ordinary text with the spaces and apostrophes of good French.

    Left alone: URLs, e-mail addresses, code between back quotes, and what stands in the
    template engine's own marks. Doing it twice changes nothing.
    """

    def replaced(match: re.Match[str]) -> str:
        marks = {"narrow": NARROW, "wide": WIDE, "apostrophe": "’"}
        return next((mark for name, mark in marks.items() if match[name]), match[0])

    return _FRENCH.sub(replaced, text)


def ordinary(text: str) -> str:
    """The reverse of `french` and `money`: the spaces and quotes that any telephone knows."""
    return text.translate({0x202F: " ", 0xA0: " ", 0x2019: "'", 0x2212: "-"})


_BLANKS = re.compile(r"[ \t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
_LOOKALIKES = {0x2011: "-", 0x2010: "-"}


def plain(text: str) -> str:
    """Foreign text on one line: composed (NFC), without control, formatting or direction marks."""
    text = _BLANKS.sub(" ", unicodedata.normalize("NFC", text)).translate(_LOOKALIKES)
    return "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs")).strip(" ")


_ENTITIES = {ord(c): f"&#{ord(c)};" for c in "\\`|~$"} | {ord("<"): "&lt;", ord(">"): "&gt;"}
_BACKSLASHED = {ord(c): f"\\{c}" for c in "*_[]"}
_AMPERSAND = re.compile(r"&(?=[#\w]|$)")
_LEADING = re.compile(r"^(?:[#+=-]|\d+[.)])", re.ASCII)


def markdown(text: str) -> str:
    """Foreign text that Markdown shows as it is: in a sentence, a cell, at a line's start.

    Entities where a backslash is not understood by every reader; dashes and full stops are
    touched only where they could begin a list or a rule, so that numbers stay readable.
    """
    text = _AMPERSAND.sub("&amp;", plain(text)).translate(_ENTITIES | _BACKSLASHED)
    text = _LEADING.sub(lambda found: f"{found[0][:-1]}&#{ord(found[0][-1])};", text)
    return text.replace("://", "&#58;//")


def code(text: str) -> str:
    """Foreign text that Markdown shows verbatim: a code span, or a code block for several lines."""
    if "\n" in text:
        lines = text.split("\n")
        return "\n".join(
            f"    {line[: len(line) - len(line.lstrip(' '))]}{plain(line)}" for line in lines
        )
    text = plain(text)
    ticks = "`" * (max(map(len, re.findall(r"`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


_CALLS = re.compile(r"@|(?<!&)#|!(?=\d)|GH-(?=\d)|&#58;//", re.IGNORECASE)


def quiet(text: str, length: int = 120) -> str:
    """Foreign text in a request for review: as `markdown` writes it, cut, calling nobody.

    On a server `@name` calls people and `#12` closes issues, even written as entities; a
    zero-width space after the sign undoes it, and nobody sees it.
    """
    text = plain(text)
    short = text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
    return _CALLS.sub(lambda found: f"{found[0]}&#8203;", markdown(short))
