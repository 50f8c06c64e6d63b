"""The values of relance.yaml, read one by one: what is said of one that cannot be."""

from __future__ import annotations

import difflib
import re
import zoneinfo
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from pathlib import PurePosixPath

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from relance.text.addresses import Mailbox, Unusable, mailbox
from relance.text.firms import compact, is_valid
from relance.values.problem import suggest

META_KEY = "[a-z][a-zA-Z0-9_-]+"  # as Beancount spells one
FAULT = "relance"  # the type of the faults found here, among pydantic's own


def fault(what: str, remedy: str) -> PydanticCustomError:
    """A complaint about one value, in French; its place is added by `policy_faults`."""
    return PydanticCustomError(FAULT, "{what}", {"what": what, "remedy": remedy})


def shown(value: object) -> str:
    """A value of the file as a message shows it."""
    if isinstance(value, Mapping):
        return "des clés"
    if isinstance(value, list | tuple):
        return "une liste"
    plain = {None: "null", True: "true", False: "false"}
    return plain[value] if value is None or isinstance(value, bool) else f"« {str(value)[:60]} »"


def read_text(value: object) -> str:
    """A text on one line, without the blanks around it."""
    if not isinstance(value, str):
        remedy = "retirez la clé, ou écrivez-le" if value is None else "mettez-le entre guillemets"
        raise fault(f"un texte est attendu, pas {shown(value)}", remedy)
    text = value.strip()
    if not text:
        raise fault("ce texte est vide", "écrivez-le, ou retirez la clé si elle est facultative")
    if re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", text):
        raise fault("ce texte tient sur une seule ligne, sans tabulation", "récrivez-le ainsi")
    return text


def matching(pattern: str, what: str, remedy: str) -> BeforeValidator:
    """A text of that form."""

    def check(value: object) -> str:
        text = read_text(value)
        if not re.fullmatch(pattern, text):
            raise fault(f"{shown(text)} {what}", remedy)
        return text

    return BeforeValidator(check)


def verified(standard: str, what: str) -> BeforeValidator:
    """A number whose form and check digits python-stdnum knows; kept without spaces."""

    def check(value: object) -> str:
        text = read_text(value)
        if not is_valid(standard, text):
            raise fault(f"{shown(text)} n'est pas {what}", "vérifiez chaque caractère")
        return compact(standard, text)

    return BeforeValidator(check)


def lines(value: object) -> object:
    """A text block as its lines, blank ones left out."""
    if not isinstance(value, str):
        return value
    return [line for line in value.splitlines() if line.strip()]


def filled(value: object) -> object:
    """One value stands for a list of one; an empty list for nothing that could be meant."""
    if value in ([], ()):
        raise fault("il n'y a rien ici", "écrivez au moins une valeur")
    return [value] if isinstance(value, str) else value


def several(value: object) -> object:
    """A list in which no value comes twice."""
    items = filled([value] if isinstance(value, Mapping) else value)
    if isinstance(items, list) and any(items.count(item) > 1 for item in items):
        raise fault("une valeur est répétée", "gardez-la une fois")
    return items


def read_whole(low: int, value: object) -> int:
    """A whole number within four digits, so that no date runs out of the calendar."""
    text = "" if isinstance(value, bool) else str(value)
    if not re.fullmatch("[-+]?[0-9]{1,4}", text):
        remedy = "des chiffres seuls, quatre au plus"
        raise fault(f"un nombre entier est attendu, pas {shown(value)}", remedy)
    if int(text) < low:
        raise fault(f"{shown(value)} est trop petit", f"au moins {low}")
    return int(text)


def read_amount(value: object) -> Decimal:
    """An amount or a rate, exactly as written, zero or more; up to two decimals may follow a
    comma, more could be English thousands."""
    text = "" if isinstance(value, bool) else str(value)
    if re.fullmatch(r"\+?[0-9]{1,15}(\.[0-9]{1,15}|,[0-9]{1,2})?", text):
        return Decimal(text.replace(",", "."))
    plain = re.sub(r"[\s']|€|%", "", text).replace(",", ".")
    if not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,15})?", plain):
        sense = "zéro ou plus" if plain.startswith("-") else "par exemple 40 ou 12.50"
        raise fault(f"un nombre est attendu, pas {shown(value)}", sense)
    remedy = f"écrivez {plain} : un point pour les décimales, ni espace ni symbole"
    raise fault(f"ce nombre n'est pas lisible : {shown(value)}", remedy)


def read_word(words: type[StrEnum], value: object) -> object:
    """One of the words of an enumeration."""
    if not isinstance(value, str) or value not in list(words):
        word = value if isinstance(value, str) else ""
        raise fault(f"valeur inconnue : {shown(value)}", suggest(word, words))
    return value


def read_pattern(value: object) -> str | None:
    """A regular expression, None for none."""
    if value is None:
        return None
    text = read_text(value)
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError):
        remedy = "F.+ pour les liens qui commencent par F"
        raise fault(f"{shown(text)} n'est pas une expression régulière", remedy) from None
    return text


def read_logo(value: object) -> str:
    """The path of a file of `letters/`, relative to it."""
    text = read_text(value)
    parts = PurePosixPath(text.removeprefix("letters/")).parts
    if not parts or ".." in parts or re.match("/", parts[0]) or re.search(r"[\\:~]", text):
        remedy = "un chemin relatif, sans « .. » : logo.svg"
        raise fault(f"{shown(text)} n'est pas un fichier de letters/", remedy)
    return str(PurePosixPath(*parts))


def read_timezone(value: object) -> str:
    """A time zone by its name."""
    text = read_text(value)
    try:
        return zoneinfo.ZoneInfo(text).key
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        close = difflib.get_close_matches(text, sorted(zoneinfo.available_timezones()), 1)
        remedy = suggest(text, close) if close else "par exemple Europe/Paris"
        raise fault(f"fuseau inconnu : {shown(text)}", remedy) from None


def read_mailbox(value: object) -> Mailbox:
    """An e-mail address, with a name or without."""
    try:
        return mailbox(read_text(value))
    except Unusable as unusable:
        raise fault(str(unusable), "nom@domaine, ou Nom <nom@domaine>") from None


def read_port(value: object) -> int:
    """A port of a server."""
    text = "" if isinstance(value, bool) else str(value)
    if not re.fullmatch("[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise fault(f"{shown(value)} n'est pas un port", "un nombre de 1 à 65535, par exemple 587")
    return int(text)


def read_branch(value: object) -> str:
    """A name that git takes (git-check-ref-format) below relance/, dated; or nothing."""
    if value == "":
        return value
    text = read_text(value)
    if not text.startswith("relance/") or text.count("{date}") != 1:
        raise fault(f"branche refusée : {shown(text)}", "« relance/ » au début, et {date} une fois")
    bad = r"[\s~^:?*\[\\{}\x7f]|\.\.|//|/\.|@\{|\.lock(/|$)|[/.]$"
    if re.search(bad, text.replace("{date}", "2026-11-21")):
        remedy = "par exemple relance/{date}"
        raise fault(f"{shown(text)} n'est pas un nom de branche pour git", remedy)
    return text
