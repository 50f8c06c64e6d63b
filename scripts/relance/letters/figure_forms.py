"""What figures look like in a letter: the forms that tell sums, days, accounts from words."""

from __future__ import annotations

import re

from relance.text.words import WORDS

_MONTHS = (
    "janvier|january|januar|jänner/février|fevrier|february|februar/mars|march|märz"
    "/avril|april/mai|may/juin|june|juni/juillet|july|juli/août|aout|august"
    "/septembre|september/octobre|october|oktober/novembre|november/décembre|decembre|december|dezember"
)
_SHORT = "jan/feb/mar/apr//jun/jul/aug/sep|sept/oct/nov/dec"  # in the tables of English letters
MONTH = {
    name: place
    for rows in (_MONTHS, _SHORT)
    for place, row in enumerate(rows.split("/"), 1)
    for name in filter(None, row.split("|"))
}
_NAMES = "|".join(sorted(MONTH, key=len, reverse=True))
CURRENCIES = {"€": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "£": "GBP"}
CURRENCY = r"(?i:k€|€|\$|£|(?:euros?|EUR|USD|GBP|CHF|CAD|JPY|dollars?|francs?|pounds?|centimes?)\b)"
_DIGITS = r"(?:\d{1,3}(?:[ .']\d{3})+(?:,\d{1,2})?|\d{1,3}(?:,\d{3})+\.\d\d|\d+(?:[.,]\d{1,2})?)"
UNIT = (
    "(?P<day>jours?|days?|tage?n?)|(?P<week>semaines?|weeks?|wochen?)"
    "|(?P<month>mois|months?|monate?n?)|(?P<hour>heures?|hours?|stunden?|h)"
)
_DAYS = "jours?|days?|tage?n?|semaines?|weeks?|wochen?|mois|months?|monate?n?"
_UNITS = re.sub(r"\?P<\w+>", "?:", UNIT)
PER_CENT = r"(?:%|pour ?cent\b|per ?cent\b|prozent\b)"
_BANK = r"(?:IBAN|RIB|compte bancaire|coordonnées bancaires|bank account|bankverbindung|bankkonto)"
_OTHER = r"(?:chang|nouve|autre|modifi|new|other|neue|geänder|andere)\w*"
_ARTICLE = r"(?:[LRDA]\.? ?)?\d+(?:-\d+)*"

FORMS = (
    ("address", r"\]\([^)|]*\)|\]: ?[^\s|]*[/:][^\s|]*"),
    (
        "address",
        r"(?i:(?:\b[a-z][a-z0-9+.-]*://|\b(?:javascript|data|file|tel|sms):|www\.)[^\s<>|)\]]+)",
    ),
    ("address", r"(?i:(?:mailto:)?[\w.+-]+@[\w-]+(?:\.[\w-]+)*)"),
    ("address", r"(?<![\w.@-])(?:[a-z0-9-]+\.)+[a-z]{2,}/[^\s<>|)\]]*"),
    (
        "address",
        r"(?<![\w.@-])(?:[a-z0-9-]+\.)+(?:fr|com|net|org|eu|de|be|ch|io|co|info|biz|example)\b",
    ),
    ("bank", rf"(?i:\b{_BANK}\b[^.|]{{0,60}}?\b{_OTHER}|\b{_OTHER}[^.|]{{0,30}}?\b{_BANK}\b)"),
    ("account", r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"),
    ("account", r"\bBIC:? ?[A-Z0-9]{8}(?:[A-Z0-9]{3})?\b"),
    ("date", r"(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])"),
    ("date", r"(?<![\w/.])\d{1,2}(?P<sep>[/.-])\d{1,2}(?P=sep)\d{2}(?:\d{2})?(?![\w/]|[.,]\d)"),
    ("date", rf"(?i:\b\d{{1,2}}(?:er|st|nd|rd|th|\.)? (?:of )?(?:{_NAMES})\b(?:\.?,? \d{{4}}\b)?)"),
    ("date", rf"(?i:\b(?:{_NAMES}) \d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:,? \d{{4}}\b)?)"),
    ("rate", rf"(?i:(?:\b{WORDS}|\d+(?:[.,]\d+)?) ?{PER_CENT})"),
    ("amount", rf"(?<![\w.,])-?{_DIGITS} ?{CURRENCY}"),
    ("sum", rf"(?i:\b{WORDS} (?:d['’]|de |of )?{CURRENCY})"),
    ("loose", rf"(?<![\w.,])(?:\d[^\s|]*|[MDCLXVI]+)[ (\[]{{0,2}}{CURRENCY}"),
    ("amount", rf"{CURRENCY}[ :)\]]{{0,3}}-?{_DIGITS}(?!\d)"),
    ("loose", r"\d*⁄\d+"),
    ("loose", r"(?i:\b(?:le|du|au|die|das) (?:double|triple|quadruple|doppelte|dreifache)\b)"),
    ("loose", r"(?i:\b(?:moitié|hälfte)\b|\b(?:double|triple|twice|half) (?:of |the |de |du ))"),
    ("free", r"(?<![\w+])(?:\+\d{2,3} ?(?:\(0\) ?)?\d|0\d)(?:[ .]?\d{2}){4}(?!\d)"),
    ("delay", rf"(?i:(?<![\w-])(?:{WORDS}|\d+) (?:{_DAYS})\b)"),
    ("delay", rf"(?i:(?<![\w-]){WORDS} (?:{_UNITS})\b)"),
    ("delay", r"(?i:(?<![\w-])(?:2[4-9]|[3-9]\d|\d{3,}) ?(?:heures|hours|stunden|h)\b)"),
    ("delay", r"(?i:\b(?:sous|dans|d['’]ici|within|binnen) \d+ ?(?:heures?|hours?|stunden?|h)\b)"),
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
