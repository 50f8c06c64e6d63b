"""The filters of the templates; amounts and days are written in the language `langue` names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeVar

import jinja2
from jinja2.runtime import Context

from relance.text import locales, typography
from relance.text.firms import bears

T = TypeVar("T")


class Code(str):
    """A value that a Markdown template shows verbatim."""

    __slots__ = ()


class Link(str):
    """An address that a Markdown template makes clickable."""

    __slots__ = ()


@jinja2.pass_context
def _amount(context: Context, number: object, currency: str = "") -> str:
    """`{{ f.solde | montant }}`: in the letter's currency when none is named."""
    named = currency or str(context["devise"])
    return locales.money(_expected(number, Decimal), named, _language(context))


def _language(context: Context) -> str:
    return str(context.get("langue", typography.FRENCH))


def _spoken(write: Callable[[T, str], str], kind: type[T]) -> Callable[[Context, object], str]:
    """A filter that writes values of one kind in the language of the letter."""

    @jinja2.pass_context
    def filtered(context: Context, value: object) -> str:
        return write(_expected(value, kind), _language(context))

    return filtered


@jinja2.pass_context
def _enumerated(context: Context, items: Sequence[str]) -> str:
    return locales.enumeration(items, _language(context))


def _form_apart(creditor: Mapping[str, object]) -> str:
    """The legal form, empty where the name says it already: « Camille Vernet EI »."""
    name, form = (str(creditor.get(key) or "") for key in ("nom", "forme"))
    return "" if bears(name, form) else form


def _expected(value: object, kind: type[T]) -> T:
    """The value, when it is of the kind that the filter wants; TypeError otherwise."""
    if not isinstance(value, kind):
        # An unknown variable complains of itself when it is made text.
        raise TypeError(f"« {value!s} » n'est pas {_KINDS[kind]}")
    return value


_KINDS: dict[type, str] = {Decimal: "un nombre", date: "une date", str: "un texte"}
FILTERS: dict[str, Callable[..., str]] = {
    "montant": _amount,
    "nombre": _spoken(locales.decimal, Decimal),
    "taux": _spoken(locales.rate, Decimal),
    "jour": _spoken(locales.short_date, date),
    "date_longue": _spoken(locales.long_date, date),
    "iban": lambda value: typography.grouped(_expected(value, str)),
    "siren": lambda value: typography.grouped(_expected(value, str), 3),
    "telephone": _spoken(typography.phone, str),
    "enumeration": _enumerated,
    "forme_a_part": _form_apart,
    "lien": lambda value: Link(_expected(value, str)),
    "code": lambda value: Code(_expected(value, str)),
}
