"""Ordinary slips in a ledger, from what Beancount says and the line it stopped at: each is named,
and the line shown as it should be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from relance.values.problem import Problem, Source, suggest

Told = tuple[str, str] | None  # what is wrong, and the line as it should be

_AMOUNT = re.compile(
    r"(?P<head>\s+(?:[*!]\s+)?[^\s;\"]+)\s+(?P<number>[-+]?[0-9][0-9 .,'\u00a0\u202f]*?)\s*"
    r"(?P<sign>[A-Z][A-Z0-9]*|€)?\s*(?:;.*)?"
)
_DATE = re.compile(
    r"(?P<day>[0-9]{1,2})[/.-](?P<month>[0-9]{1,2})[/.-](?P<year>[0-9]{4})\b(?P<rest>.*)"
)
_KEY = re.compile(r"\s+(?P<key>[^\W\d][\w-]+):(?P<rest>\s.*)")
_ENTRY = re.compile(r"(?P<head>[0-9]{4}-[0-9]{2}-[0-9]{2}\s+(?:[*!]|txn))\s+(?P<rest>.+)")


def of(message: str, source: Source, folder: Path, roots: Mapping[str, str]) -> Problem | None:
    """The slip that an error of Beancount's parser comes from, None when it is no ordinary one;
    `roots` maps the root accounts of the ledger's first file to the options that name them."""
    if account := re.fullmatch(r"Invalid account name: (.*)", message):
        return _root(account[1], source, roots)
    if not re.match("Invalid token|ValueError: Invalid number|syntax error", message):
        return None
    line = _line(folder / source.path, source.line)
    told = _date(line) or _key(line) or _unquoted(line) or _amount(line)
    return Problem(source, *told) if told else None


def _line(path: Path, number: int) -> str:
    """A line of a user's file without what ends it; empty when there is none."""
    try:
        rows = path.read_text(encoding="utf-8").split("\n")
    except (OSError, ValueError):
        return ""
    return rows[number - 1].rstrip() if 0 < number <= len(rows) else ""


def _root(account: str, source: Source, roots: Mapping[str, str]) -> Problem:
    """An account whose root has no name in its file: an included file without its options, or a
    misspelt root."""
    own = account.partition(":")[0]
    if own in roots:
        what = f"ce fichier ne nomme pas la racine « {own} » : chaque fichier inclus la nomme aussi"
        remedy = f'ajoutez en tête : option "{roots[own]}" "{own}"'
        return Problem(Source(source.path, 1), what, remedy)
    return Problem(source, f"« {account} » : racine inconnue « {own} »", suggest(own, roots))


def _date(line: str) -> Told:
    found = _DATE.fullmatch(line)
    if not found:
        return None
    try:
        day = date(*(int(found[part]) for part in ("year", "month", "day")))
    except ValueError:
        return None
    written = line[: found.start("rest")]
    return f"« {written} » n'est pas une date : l'année d'abord", f"écrivez : {day}{found['rest']}"


def _key(line: str) -> Told:
    found = _KEY.fullmatch(line)
    if not found:
        return None
    letters = unicodedata.normalize("NFKD", found["key"]).encode("ascii", "ignore").decode()
    if letters.lower() == found["key"]:
        return None
    what = f"« {found['key']}: » : une clé s'écrit en minuscules sans accent"
    return what, f"écrivez : {letters.lower()}:{found['rest']}"


def _unquoted(line: str) -> Told:
    """A payee or a narration without its quotation marks: neighbouring words become one text."""
    found = _ENTRY.fullmatch(line)
    if not found or line.count('"') % 2:
        return None
    parts: list[str] = []
    bare = False
    for word in re.findall(r'"[^"]*"|[^\s"]+', found["rest"]):
        if word[0] in '"^#;':
            bare = False
            parts.append(word)
        elif bare:
            parts[-1] = f'{parts[-1][:-1]} {word}"'
        else:
            bare = True
            parts.append(f'"{word}"')
    written = " ".join(parts)
    if written == " ".join(found["rest"].split()):
        return None
    what = "le bénéficiaire et le libellé vont entre guillemets"
    return what, f"écrivez : {found['head']} {written}"


def _amount(line: str) -> Told:
    """A number with a comma or with spaces, a currency by its sign."""
    found = _AMOUNT.fullmatch(line)
    if not found:
        return None
    number, sign = found["number"].strip(), found["sign"]
    plain = _plain(number)
    if plain == number and sign != "€":
        return None
    currency = "EUR" if sign in (None, "€") else sign
    what = "« € » n'est pas une devise" if plain == number else f"« {number} » n'est pas un nombre"
    return what, f"écrivez : {found['head'].strip()}  {plain} {currency}"


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
