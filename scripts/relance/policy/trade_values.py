"""The values of relance.yaml that the trade has words for: days, delays, rates, periods, countries,
languages, what names a client; and what is said of one that cannot be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from relance.policy.value_checks import META_KEY, fault, read_text, shown
from relance.text.locales import is_language
from relance.values.dates import Workdays, written_day
from relance.values.terms import PERIOD_REMEDY, LimitationPeriod, Rate, Terms

# The departments with public holidays of their own, and how the holidays library names them.
DEPARTMENTS = {"57": "57", "67": "6AE", "68": "6AE"} | {
    code: code for code in ("971", "972", "973", "974", "976")
}


class NamedBy(NamedTuple):
    """What names the client of an entry: its payee, or the value of a metadata key."""

    meta: str | None = None


def read_named_by(value: object) -> NamedBy:
    """`beneficiaire` or `{meta: cle}`."""
    if isinstance(value, NamedBy):
        return value
    if value == "beneficiaire":
        return NamedBy()
    if not isinstance(value, Mapping) or value.keys() != {"meta"}:
        raise fault(f"valeur inconnue : {shown(value)}", "écrivez beneficiaire, ou {meta: cle}")
    meta = value["meta"]
    if not isinstance(meta, str) or not re.fullmatch(META_KEY, meta):
        raise fault(f"{shown(meta)} n'est pas une métadonnée", "minuscules sans accent")
    return NamedBy(meta)


def read_day(value: object) -> date:
    """A day as AAAA-MM-JJ."""
    text = str(value)
    try:
        if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):  # fromisoformat also reads weeks
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise fault(
        f"{shown(value)} n'est pas une date", f"écrivez {written_day(text) or 'AAAA-MM-JJ'}"
    )


def read_half_year(value: object) -> date:
    """The first day of a half-year."""
    day = read_day(value)
    if (day.month, day.day) not in ((1, 1), (7, 1)):
        raise fault(f"{shown(value)} n'ouvre pas un semestre", "le 1er janvier ou le 1er juillet")
    return day


def read_terms(value: object) -> Terms:
    """A delay of payment."""
    terms = value if isinstance(value, Terms) else Terms.parse(str(value))
    if terms is None or isinstance(value, bool):
        remedy = "un nombre de jours, « 45 fin de mois », « fin de mois 45 » ou null"
        raise fault(f"délai inconnu : {shown(value)}", remedy)
    return terms


def read_period(value: object) -> LimitationPeriod:
    """A limitation period."""
    period = value if isinstance(value, LimitationPeriod) else LimitationPeriod.parse(str(value))
    if period is None:
        raise fault(f"durée inconnue : {shown(value)}", PERIOD_REMEDY)
    return period


def read_rate(value: object) -> Rate | None:
    """A rate agreed by contract, None for the law's."""
    rate = value if isinstance(value, Rate) else Rate.parse(str(value))
    if value != "loi" and rate is None:
        remedy = "écrivez loi, 12.5, « bce + 12 » ou « 3 x taux legal »"
        raise fault(f"taux inconnu : {shown(value)}", remedy)
    if rate and rate.misplaced:
        raise fault(
            f"{shown(value)} % par an n'est pas un taux",
            "écrivez 12.5 pour douze et demi pour cent par an",
        )
    return rate


def has_calendar(country: str, subdivision: str | None = None) -> bool:
    """Whether the public holidays of a country, or of a part of it, are known."""
    if country == "FR" and (subdivision is None or subdivision in DEPARTMENTS.values()):
        return True  # known without the calendars, which are slow to import
    try:
        Workdays(country, subdivision).is_off(date(2026, 1, 5))
    except NotImplementedError:  # so the holidays library says that it has no such country
        return False
    return True


def read_country(value: object) -> str:
    """A country by its two letters, whose public holidays are known."""
    text = read_text(value)
    if not re.fullmatch("[A-Z]{2}", text) or not has_calendar(text):
        remedy = "un code de deux lettres : FR, BE, CH, LU…"
        raise fault(f"pays sans calendrier : {shown(text)}", remedy)
    return text


def read_language(value: object) -> str:
    """A language that letters can be written in."""
    text = read_text(value)
    if not is_language(text):
        raise fault(f"{shown(text)} n'est pas une langue", "un code comme fr, en, de")
    return text
