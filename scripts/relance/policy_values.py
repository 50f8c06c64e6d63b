"""The values that relance.yaml may hold: how each is read, and what is said when it cannot be."""

from __future__ import annotations

import difflib
import re
import zoneinfo
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import partial
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import (
    BeforeValidator,
    Discriminator,
    PlainValidator,
    Strict,
    Tag,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from relance.addresses import Mailbox, Unusable, mailbox
from relance.identifiers import compact, is_valid
from relance.locales import is_language
from relance.model import Channel, DebtorType, Profile, Rate, Terms, Tone
from relance.problem import suggest
from relance.workdays import Workdays

FAULT = "relance"  # the type of the faults found here, among pydantic's own

# The departments with public holidays of their own, and how the holidays library names them.
_DEPARTMENTS = {"57": "57", "67": "6AE", "68": "6AE"} | {
    code: code for code in ("971", "972", "973", "974", "976")
}


def fault(what: str, remedy: str = "") -> PydanticCustomError:
    """A complaint about one value, in French; its place is added by `policy_file`."""
    return PydanticCustomError(FAULT, "{what}", {"what": what, "remedy": remedy})


def shown(value: object) -> str:
    """A value of the file as a message shows it."""
    if isinstance(value, Mapping):
        return "des clés"
    if isinstance(value, list | tuple):
        return "une liste"
    plain = {None: "null", True: "true", False: "false"}
    return plain[value] if value is None or isinstance(value, bool) else f"« {str(value)[:60]} »"


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise fault(f"un texte est attendu, pas {shown(value)}")
    text = value.strip()
    if not text:
        raise fault("ce texte est vide", "écrivez-le, ou retirez la clé si elle est facultative")
    if re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", text):
        raise fault("ce texte tient sur une seule ligne, sans tabulation")
    return text


def _matching(pattern: str, what: str, remedy: str) -> BeforeValidator:
    def check(value: object) -> str:
        text = _text(value)
        if not re.fullmatch(pattern, text):
            raise fault(f"{shown(text)} {what}", remedy)
        return text

    return BeforeValidator(check)


def _verified(standard: str, what: str) -> BeforeValidator:
    """A number whose form and check digits python-stdnum knows; kept without spaces."""

    def check(value: object) -> str:
        text = _text(value)
        if not is_valid(standard, text):
            raise fault(f"{shown(text)} n'est pas {what}", "vérifiez chaque caractère")
        return compact(standard, text)

    return BeforeValidator(check)


def _lines(value: object) -> object:
    """A text block as its lines, blank ones left out."""
    if not isinstance(value, str):
        return value
    return [line for line in value.splitlines() if line.strip()]


def _filled(value: object) -> object:
    """One value stands for a list of one; an empty list for nothing that could be meant."""
    if value in ([], ()):
        raise fault("il n'y a rien ici", "écrivez au moins une valeur")
    return [value] if isinstance(value, str) else value


def _several(value: object) -> object:
    items = _filled(value)
    if isinstance(items, list) and any(items.count(item) > 1 for item in items):
        raise fault("une valeur est répétée", "gardez-la une fois")
    return items


def _whole(low: int, value: object) -> int:
    """A whole number within four digits, so that no date runs out of the calendar."""
    text = "" if isinstance(value, bool) else str(value)
    if not re.fullmatch("[-+]?[0-9]{1,4}", text):
        remedy = "des chiffres seuls, quatre au plus"
        raise fault(f"un nombre entier est attendu, pas {shown(value)}", remedy)
    if int(text) < low:
        raise fault(f"{shown(value)} est trop petit", f"au moins {low}")
    return int(text)


def _amount(value: object) -> Decimal:
    """An amount or a rate, exactly as written, zero or more."""
    text = "" if isinstance(value, bool) else str(value)
    if re.fullmatch(r"\+?[0-9]{1,15}(\.[0-9]{1,15})?", text):
        return Decimal(text)
    plain = re.sub(r"[\s']|€|%", "", text).replace(",", ".")
    if not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,15})?", plain):
        sense = "zéro ou plus" if plain.startswith("-") else "par exemple 40 ou 12.50"
        raise fault(f"un nombre est attendu, pas {shown(value)}", sense)
    remedy = f"écrivez {plain} : un point pour les décimales, ni espace ni symbole"
    raise fault(f"ce nombre n'est pas lisible : {shown(value)}", remedy)


def _day(value: object) -> date:
    text = str(value)
    try:
        if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):  # fromisoformat also reads weeks
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise fault(f"{shown(value)} n'est pas une date", "écrivez AAAA-MM-JJ")


def _half_year(value: object) -> date:
    day = _day(value)
    if (day.month, day.day) not in ((1, 1), (7, 1)):
        raise fault(f"{shown(value)} n'ouvre pas un semestre", "le 1er janvier ou le 1er juillet")
    return day


def _word(known: type[StrEnum], value: object) -> object:
    if not isinstance(value, str) or value not in list(known):
        word = value if isinstance(value, str) else ""
        raise fault(f"valeur inconnue : {shown(value)}", suggest(word, known))
    return value


def _terms(value: object) -> Terms:
    terms = value if isinstance(value, Terms) else Terms.parse(str(value))
    if terms is None or isinstance(value, bool):
        remedy = "un nombre de jours, « 45 fin de mois », « fin de mois 45 » ou null"
        raise fault(f"délai inconnu : {shown(value)}", remedy)
    return terms


def _rate(value: object) -> Rate | None:
    rate = value if isinstance(value, Rate) else Rate.parse(str(value))
    if value != "loi" and rate is None:
        remedy = "écrivez loi, 12.5, « bce + 12 » ou « 3 x taux legal »"
        raise fault(f"taux inconnu : {shown(value)}", remedy)
    return rate


def _pattern(value: object) -> str | None:
    if value is None:
        return None
    text = _text(value)
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError):
        remedy = "F.+ pour les liens qui commencent par F"
        raise fault(f"{shown(text)} n'est pas une expression régulière", remedy) from None
    return text


def _logo(value: object) -> str:
    text = _text(value)
    parts = PurePosixPath(text.removeprefix("letters/")).parts
    if not parts or ".." in parts or re.match("/", parts[0]) or re.search(r"[\\:~]", text):
        remedy = "un chemin relatif, sans « .. » : logo.svg"
        raise fault(f"{shown(text)} n'est pas un fichier de letters/", remedy)
    return str(PurePosixPath(*parts))


def _timezone(value: object) -> str:
    text = _text(value)
    try:
        return zoneinfo.ZoneInfo(text).key
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        close = difflib.get_close_matches(text, sorted(zoneinfo.available_timezones()), 1)
        remedy = suggest(text, close) if close else "par exemple Europe/Paris"
        raise fault(f"fuseau inconnu : {shown(text)}", remedy) from None


def _mailbox(value: object) -> Mailbox:
    try:
        return mailbox(_text(value))
    except Unusable as unusable:
        raise fault(str(unusable), "nom@domaine, ou Nom <nom@domaine>") from None


def _port(value: object) -> int:
    text = "" if isinstance(value, bool) else str(value)
    if not re.fullmatch("[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise fault(f"{shown(value)} n'est pas un port", "un nombre de 1 à 65535, par exemple 587")
    return int(text)


def _branch(value: object) -> str:
    """A name that git takes (git-check-ref-format) below relance/, dated; or nothing."""
    if value == "":
        return value
    text = _text(value)
    if not text.startswith("relance/") or text.count("{date}") != 1:
        raise fault(f"branche refusée : {shown(text)}", "« relance/ » au début, et {date} une fois")
    bad = r"[\s~^:?*\[\\{}\x7f]|\.\.|//|/\.|@\{|\.lock(/|$)|[/.]$"
    if re.search(bad, text.replace("{date}", "2026-11-21")):
        remedy = "par exemple relance/{date}"
        raise fault(f"{shown(text)} n'est pas un nom de branche pour git", remedy)
    return text


def _has_calendar(country: str, subdivision: str | None = None) -> bool:
    if country == "FR" and (subdivision is None or subdivision in _DEPARTMENTS.values()):
        return True  # known without the calendars, which are slow to import
    try:
        Workdays(country, subdivision).is_off(date(2026, 1, 5))
    except NotImplementedError:
        return False
    return True


def _country(value: object) -> str:
    text = _text(value)
    if not re.fullmatch("[A-Z]{2}", text) or not _has_calendar(text):
        remedy = "un code de deux lettres : FR, BE, CH, LU…"
        raise fault(f"pays sans calendrier : {shown(text)}", remedy)
    return text


def _language(value: object) -> str:
    text = _text(value)
    if not is_language(text):
        raise fault(f"{shown(text)} n'est pas une langue", "un code comme fr, en, de")
    return text


def _table_or_not(value: object) -> str:
    return "#table" if isinstance(value, Mapping) else "#valeur"


_NUMERIC = {"type": ["number", "string"], "minimum": 0, "pattern": r"^[0-9]+(\.[0-9]+)?$"}


def _count(low: int) -> tuple[BeforeValidator, WithJsonSchema]:
    schema = {"type": ["integer", "string"], "minimum": low, "pattern": "^[-+]?[0-9]+$"}
    return BeforeValidator(partial(_whole, low)), WithJsonSchema(schema)


def _one_of(known: type[StrEnum]) -> BeforeValidator:
    return BeforeValidator(partial(_word, known))


Text = Annotated[str, BeforeValidator(_text), WithJsonSchema({"type": ["string", "number"]})]
Name = Annotated[str, _matching(r"\w[\w-]*", "n'est pas un nom", "lettres, chiffres et tirets")]
Account = Annotated[
    str, _matching(r"[^\s:]+(:[^\s:]+)*", "n'est pas un compte", "par exemple Actifs:Clients")
]
MetaKey = Annotated[
    str, _matching("[a-z][a-zA-Z0-9_-]+", "n'est pas une métadonnée", "minuscules sans accent")
]
Currency = Annotated[
    str, _matching("[A-Z][A-Z0-9'._-]*", "n'est pas une devise", "en capitales : EUR, USD…")
]
Postbox = Annotated[Mailbox, PlainValidator(_mailbox, json_schema_input_type=str)]
Postboxes = Annotated[
    tuple[Postbox, ...], BeforeValidator(_several, json_schema_input_type=str | list[str])
]
Port = Annotated[
    int,
    BeforeValidator(_port),
    WithJsonSchema({"type": ["integer", "string"], "pattern": "^[0-9]{1,5}$"}),
]
Offset = Annotated[int, *_count(-9999)]
Days = Annotated[int, *_count(0)]
AtLeastOne = Annotated[int, *_count(1)]
Millimetres = Annotated[int, *_count(1)]
Amount = Annotated[Decimal, BeforeValidator(_amount), WithJsonSchema(_NUMERIC)]
Flag = Annotated[bool, Strict()]
Day = Annotated[date, BeforeValidator(_day)]
HalfYear = Annotated[date, BeforeValidator(_half_year)]
Accounts = Annotated[
    tuple[Account, ...], BeforeValidator(_several, json_schema_input_type=Account | list[Account])
]
MetaKeys = Annotated[
    tuple[MetaKey, ...], BeforeValidator(_several, json_schema_input_type=MetaKey | list[MetaKey])
]
Medium = Annotated[Channel, _one_of(Channel)]
Channels = Annotated[
    tuple[Medium, ...], BeforeValidator(_several, json_schema_input_type=Channel | list[Channel])
]

Debtor = Annotated[DebtorType, _one_of(DebtorType)]
Debtors = Annotated[
    tuple[Debtor, ...], BeforeValidator(_several, json_schema_input_type=Debtor | list[Debtor])
]
Payer = Annotated[Profile, _one_of(Profile)]
Payers = Annotated[
    tuple[Payer, ...], BeforeValidator(_several, json_schema_input_type=Payer | list[Payer])
]
Currencies = Annotated[
    tuple[Currency, ...],
    BeforeValidator(_several, json_schema_input_type=Currency | list[Currency]),
]
Texts = Annotated[
    tuple[Text, ...], BeforeValidator(_several, json_schema_input_type=Text | list[Text])
]
Voice = Annotated[Tone, _one_of(Tone)]

ByDebtor = Annotated[
    Annotated[AtLeastOne, Tag("#valeur")]
    | Annotated[dict[Annotated[DebtorType, _one_of(DebtorType)], AtLeastOne], Tag("#table")],
    Discriminator(_table_or_not),
]
ByCurrency = Annotated[
    Annotated[Amount, Tag("#valeur")] | Annotated[dict[Currency, Amount], Tag("#table")],
    Discriminator(_table_or_not),
]
