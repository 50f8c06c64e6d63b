"""Words that people read: for keys without accents, for counts, for numbers in letters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

_TOLD = {
    "sms": "SMS",
    "telephone": "téléphone",
    "recommande": "recommandé",
    "reponse": "réponse",
    "echeancier": "échéancier",
    "fidele": "fidèle",
    "premier-retard": "premier retard",
    "en-difficulte": "en difficulté",
    "mauvais-payeur": "mauvais payeur",
    "facture-non-recue": "facture non reçue",
    "tresorerie": "trésorerie",
    "retard-interne": "retard interne",
}


def told(key: str) -> str:
    """« recommandé » for « recommande », « courriel + téléphone »; any other word as it is."""
    return " + ".join(_TOLD.get(word, word) for word in key.split(" + "))


def count(number: int, word: str) -> str:
    """« 1 lettre », « 3 lettres », « 2 SMS »."""
    return f"{number} {word}{'s' if number > 1 and not word.isupper() else ''}"


def listed(keys: Iterable[str]) -> str:
    """« courriel, téléphone »."""
    return ", ".join(map(told, keys))


_VALUES = (
    "0 zéro zero null|1 un une one ein eine einen einem einer|2 deux two zwei|3 trois three drei"
    "|4 quatre four vier|5 cinq five fünf|6 six sechs|7 sept seven sieben|8 huit eight acht"
    "|9 neuf nine neun|10 dix ten zehn dizaine dizaines|11 onze eleven elf"
    "|12 douze twelve zwölf douzaine douzaines|13 treize thirteen|14 quatorze fourteen"
    "|15 quinze fifteen|16 seize sixteen sechzehn|17 seventeen siebzehn|18 eighteen"
    "|19 nineteen|20 vingt vingts vingtaine twenty zwanzig|30 trente trentaine thirty dreißig"
    " dreissig|40 quarante forty vierzig|50 cinquante fifty fünfzig|60 soixante sixty sechzig"
    "|70 septante seventy siebzig|80 huitante octante eighty achtzig|90 nonante ninety neunzig"
    "|100 cent cents centaine centaines hundred hundert"
    "|1000 mille millier milliers thousand tausend|1000000 million millions millionen"
)
_NUMBER = {word: int(row.split()[0]) for row in _VALUES.split("|") for word in row.split()[1:]}
_WORD = "|".join(sorted(_NUMBER, key=len, reverse=True))
_HUNDRED, _SCALE = 100, 1000

WORDS = rf"(?:\d+(?:[.,]\d+)? ?)?(?:{_WORD})(?:[ -]?(?:(?:et|and|und)[ -]?)?(?:{_WORD}))*"
"""A number with at least one word, without regard to case; digits may come before: « 3 mille »."""


def number(text: str) -> Decimal:
    """The value of what `WORDS` matched."""
    total, current, before = Decimal(0), Decimal(0), Decimal(0)
    for token in re.findall(rf"\d+(?:[.,]\d+)?|{_WORD}", text.lower()):
        value = _value(token)
        if value >= _SCALE:
            total, current = total + (current or 1) * value, Decimal(0)
        elif value == _HUNDRED:
            current = (current or 1) * value
        elif before == 4 and token.startswith("vingt"):
            current += value * 4 - before  # quatre-vingts
        else:
            current += value
        before = value
    return total + current


def _value(token: str) -> Decimal:
    return Decimal(_NUMBER[token] if token in _NUMBER else token.replace(",", "."))
