"""Amounts and countries as babel has them, for less than asking it each time."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from babel import Locale
from babel.numbers import format_decimal

from relance.text.locales import bare, country_code, money
from relance.text.typography import ordinary

LANGUAGES = ("fr", "en", "de", "es", "it", "nl", "pt")
EUROPEAN = {"en": "en_GB", "pt": "pt_PT"}  # as letters write them
AMOUNTS = (
    "0",
    "0.05",
    "7.50",
    "999.99",
    "1000",
    "1234.5",
    "12345.67",
    "1234567.89",
    "9999999999.99",
)


@pytest.mark.parametrize("language", [*LANGUAGES, "pl", "sv", "da", "el", "uk"])
def test_an_amount_has_babel_s_signs(language: str) -> None:
    locale = Locale.parse(EUROPEAN.get(language, language))
    for text in AMOUNTS:
        digits = format_decimal(Decimal(text), "#,##0.00", locale=locale)
        assert digits in money(Decimal(text), "EUR", language)
        assert digits in money(-Decimal(text), "USD", language)


def test_amounts_by_hand() -> None:
    assert ordinary(money(Decimal(1320), "EUR")) == "1 320,00 €"
    assert money(Decimal("-1234567.885"), "EUR", "en") == "\u2212€1,234,567.89"
    assert ordinary(money(Decimal("1234.5"), "CHF", "de")) == "1.234,50 CHF"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Allemagne", "DE"),
        ("GERMANY", "DE"),
        ("Deutschland", "DE"),
        ("Alemania", "DE"),
        ("royaume uni", "GB"),
        ("Hollande", "NL"),
        ("Pays-Bas", "NL"),
        ("69004 LYON", None),
        ("Lyon", None),
        ("", None),
    ],
)
def test_a_country_is_known_in_any_of_its_languages(name: str, code: str | None) -> None:
    assert country_code(name) == code


def test_of_two_countries_with_one_name_the_first_language_wins() -> None:
    codes: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in Locale.parse(EUROPEAN.get(language, language)).territories.items():
            if re.fullmatch("[A-Z]{2}", code):
                codes.setdefault(bare(str(name)), code)
    assert len(codes) > 1000
    assert {name: country_code(name) for name in codes} == codes
