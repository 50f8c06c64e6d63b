"""What a hand on a French keyboard does to a correct file: one character, one word or one line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from random import Random

Typing = Callable[[Random, str], str]  # a text with one slip in it

_AROUND = {  # the neighbours of a key
    "a": "zq", "z": "ae", "e": "zré", "r": "et", "t": "ry", "u": "yi", "i": "uo", "o": "ip",
    "p": "où", "s": "qd", "d": "sf", "f": "dg", "l": "km", "m": "lù", "c": "xv", "v": "cb",
    "n": "b,", "0": "9à", "1": "2&", "2": "13é", "3": '24"', "4": "35'", "5": "46(", "6": "57-",
    "7": "68è", "8": "79_", "9": "80ç", ",": ";n", ".": ":;,", ":": ";!", '"': "é'3", "-": "6(_",
    " ": "\u00a0\t_", "^": "ùp$", "*": "ùµ$", "#": '"3', "_": "8ç",
}  # fmt: skip
_STRAY = "é’«»ç,;.:/\"€'()-^#@{}[]|&~!?%=+\\\u00a0\u202f\t£µ$"
_WORDS = {
    "open": "ouvre", "note": "Note", "document": "doc", "option": "Option", "include": "inclure",
    "TRUE": "VRAI", "FALSE": "NON", "EUR": "Euros", "GBP": "£", "echeance": "échéance",
    "client": "Client", "adresse": "adresse ", "courriel": "e-mail", "type": "Type",
    "creancier": "créancier", "delai": "délai", "penalites": "pénalités", "nom": "Nom",
    "Actifs": "Actif", "Produits": "produits", "professionnel": "entreprise", "avoir": "Avoir",
}  # fmt: skip


def slips(random: Random, files: Mapping[str, str], number: int) -> Iterator[tuple[str, str, str]]:
    """So many slips: its name, the file it is in, what this file then says."""
    names = sorted(files)
    while number:
        kind = random.choice(list(KINDS))
        name = random.choice(names)
        slipped = KINDS[kind](random, files[name])
        if slipped != files[name]:
            number -= 1
            yield kind, name, slipped


def _character(change: Callable[[Random, str], str]) -> Typing:
    """One character, of a line that is none of the title's."""

    def typed(random: Random, text: str) -> str:
        place = random.randrange(len(text))
        return text[:place] + change(random, text[place]) + text[place + 1 :]

    return typed


def _swapped(random: Random, text: str) -> str:
    place = random.randrange(len(text) - 1)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def _word(change: Callable[[Random, str], str]) -> Typing:
    def typed(random: Random, text: str) -> str:
        word = random.choice(list(re.finditer(r"\S+", text)))
        return text[: word.start()] + change(random, word[0]) + text[word.end() :]

    return typed


def _line(change: Callable[[Random, str], str]) -> Typing:
    def typed(random: Random, text: str) -> str:
        line = random.choice(list(re.finditer(r".+", text)))
        return text[: line.start()] + change(random, line[0]) + text[line.end() :]

    return typed


def _some(pattern: str, change: Callable[[Random, re.Match[str]], str]) -> Typing:
    """One of the places where a pattern is; none, and nothing changes."""

    def typed(random: Random, text: str) -> str:
        places = list(re.finditer(pattern, text))
        if not places:
            return text
        place = random.choice(places)
        return text[: place.start()] + change(random, place) + text[place.end() :]

    return typed


def _french_number(random: Random, number: re.Match[str]) -> str:
    whole, decimals = number[0].split(".")
    space = random.choice(("", " ", "\u202f", "."))
    grouped = f"{int(whole):,}".replace(",", space)
    return f"{grouped}{random.choice((',', ',', '.'))}{decimals}"


KINDS: dict[str, Typing] = {
    "a character left out": _character(lambda _random, _sign: ""),
    "a character doubled": _character(lambda _random, sign: sign * 2),
    "two characters swapped": _swapped,
    "the key beside": _character(
        lambda random, sign: random.choice(_AROUND.get(sign.lower(), "x"))
    ),
    "a stray sign": _character(lambda random, sign: sign + random.choice(_STRAY)),
    "a sign for another": _character(lambda random, _sign: random.choice(_STRAY)),
    "the other case": _character(lambda _random, sign: sign.swapcase()),
    "a word left out": _word(lambda _random, _word: ""),
    "a word doubled": _word(lambda _random, word: f"{word} {word}"),
    "a word cut in two": _word(
        lambda _random, word: f"{word[: len(word) // 2]} {word[len(word) // 2 :]}"
    ),
    "the French word": _some(rf"\b({'|'.join(_WORDS)})\b", lambda _random, word: _WORDS[word[0]]),
    "a quotation mark left out": _some('"', lambda _random, _mark: ""),
    "French quotation marks": _some('"([^"\n]*)"', lambda _random, text: f"« {text[1]} »"),
    "curly quotation marks": _some('"([^"\n]*)"', lambda _random, text: f"“{text[1]}”"),
    "apostrophes for quotation marks": _some('"([^"\n]*)"', lambda _random, text: f"'{text[1]}'"),
    "a text without its marks": _some('"([^"\n]*)"', lambda _random, text: text[1]),
    "a text in marks": _some(r"(?<=: )[^\"\n ]+(?=\n)", lambda _random, text: f'"{text[0]}"'),
    "a French number": _some(r"\b[0-9]+\.[0-9]{2}\b", _french_number),
    "a French day": _some(
        r"\b([0-9]{4})-([0-9]{2})-([0-9]{2})\b",
        lambda random, day: f"{day[3]}{random.choice('/.-')}{day[2]}{random.choice('/-')}{day[1]}",
    ),
    "a day with slashes": _some(
        r"\b([0-9]{4})-([0-9]{2})-([0-9]{2})\b", lambda _random, day: f"{day[1]}/{day[2]}/{day[3]}"
    ),
    "a month in letters": _some(
        r"\b([0-9]{4})-([0-9]{2})-([0-9]{2})\b", lambda _random, day: f"{day[3]} juillet {day[1]}"
    ),
    "the sign of the euro": _some(r" EUR\b", lambda random, _word: random.choice((" €", "€"))),
    "no currency": _some(r" EUR\b", lambda _random, _word: ""),
    "a line left out": _line(lambda _random, _line: ""),
    "a line doubled": _line(lambda _random, line: f"{line}\n{line}"),
    "a line joined to the next": _some(r"\n(?=.)", lambda _random, _end: " "),
    "a line cut in two": _some(r"(?<=\S) (?=\S)", lambda _random, _space: "\n"),
    "a line not indented": _some(r"(?m)^ +", lambda _random, _blanks: ""),
    "a line indented": _some(r"(?m)^(?=\S)", lambda _random, _start: "  "),
    "a line empty within an entry": _some(r"\n(?= +\S)", lambda _random, _end: "\n\n"),
}
