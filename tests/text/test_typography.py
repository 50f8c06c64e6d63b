"""French typography, and foreign text that stays text."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.paper import markdown_body
from relance.text import escapes, locales, typography


@pytest.mark.parametrize(
    ("number", "currency", "expected"),
    [
        ("1320", "EUR", "1\u202f320,00\u00a0€"),
        ("0.005", "EUR", "0,01\u00a0€"),
        ("1234567.5", "EUR", "1\u202f234\u202f567,50\u00a0€"),
        ("-360", "EUR", "−360,00\u00a0€"),
        ("1000", "GBP", "1\u202f000,00\u00a0GBP"),
    ],
)
def test_money(number: str, currency: str, expected: str) -> None:
    assert locales.money(Decimal(number), currency) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 9, 30), "30\u00a0septembre 2026"),
        (date(2026, 10, 1), "1er\u00a0octobre 2026"),
        (date(2026, 10, 11), "11\u00a0octobre 2026"),
    ],
)
def test_dates_in_words(day: date, expected: str) -> None:
    assert locales.french_date(day) == expected


def test_the_small_forms() -> None:
    assert locales.short_date(date(2026, 10, 1)) == "01/10/2026"
    assert locales.rate(Decimal("12.4")) == "12,40\u00a0%"
    assert locales.rate(Decimal("3.125")) == "3,125\u00a0%"
    assert locales.enumeration(["a", "b", "c"]) == "a, b et c"
    assert typography.grouped("FR7630006000011234567890189") == (
        "FR76\u00a03000\u00a06000\u00a00112\u00a03456\u00a07890\u00a0189"
    )
    assert typography.phone("0199000012") == "01\u00a099\u00a000\u00a000\u00a012"
    assert typography.phone("+44 20 7946") == "+44\u00a020\u00a07946"
    assert typography.ordinary("1\u202f320,00\u00a0€, l’an") == "1 320,00 €, l'an"


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("Bonjour : oui ; non ! si ?", "Bonjour\u00a0: oui\u202f; non\u202f! si\u202f?"),
        ("« ici »", "«\u00a0ici\u00a0»"),
        ("l'avis d'{{ x }}", "l’avis d’{{ x }}"),
        ("relance n° 2, 30 jours, 40 €", "relance n°\u00a02, 30\u00a0jours, 40\u00a0€"),
        ("{{ n }} jours", "{{ n }}\u00a0jours"),
        ("l'article L441-10", "l’article\u00a0L441-10"),
        ("**Total :** 3", "**Total\u00a0:** 3"),
        ("voir https://a.example/?q=l'a et `a : b`", "voir https://a.example/?q=l'a et `a : b`"),
        ("{{ a if b else 'c : d' }} : e", "{{ a if b else 'c : d' }}\u00a0: e"),
        ("[lien](http://a.example/x ; y)", "[lien](http://a.example/x ; y)"),
        ("| :--- | ---: |", "| :--- | ---: |"),
        ("à 10:30", "à 10:30"),
    ],
)
def test_ordinary_text_gets_french_spaces(written: str, printed: str) -> None:
    assert typography.french(written) == printed


@given(st.text("ab1 :;!?«»'€n°`{}<>()[]/.\n", max_size=40))
def test_french_spaces_are_given_once(text: str) -> None:
    once = typography.french(text)
    assert typography.french(once) == once


def test_plain_text_has_no_control_nor_direction_marks() -> None:
    assert escapes.plain(" a\u202eb\u2066c\x07d\r\n e\u00adf\ufeff ") == "abcd ef"
    assert escapes.plain("e\u0301") == "é"
    assert escapes.plain("1\u202f320\u00a0€") == "1\u202f320\u00a0€"


HOSTILE = (
    "# x",
    "a | b",
    "{{ 7*7 }}",
    "{% raw %}",
    "<script>alert(1)</script>",
    "<img src=http://evil.example/x.png>",
    "](http://evil.example)",
    "[a](http://evil.example) ![b](http://evil.example/b.png)",
    "<http://evil.example>",
    "---",
    "***",
    "===",
    "1. un",
    "2) deux",
    "- puce",
    "+ puce",
    "> cité",
    "`code` ``double",
    "*gras* __gras__ _x_",
    "~~~",
    "&copy; &#42; &",
    "\\* \\",
    "A_B_C",
    "    quatre espaces",
    "wzxhzdk:0 \x02wzxhzdk:1\x03",
    "x" * 500,
)


def _text(fragment: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", fragment)).strip("\n")


@pytest.mark.parametrize("name", HOSTILE)
def test_foreign_text_prints_as_text(name: str) -> None:
    _prints_as_text(name)


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("`*_[]|\\&;<>#-1. \n")))
def test_any_text_prints_as_text(name: str) -> None:
    _prints_as_text(name)


def _prints_as_text(name: str) -> None:
    shown = escapes.plain(name)
    escaped = escapes.markdown(name)
    assert _text(markdown_body.html(f"Avant {escaped} après")) == f"Avant {shown} après"
    assert _text(markdown_body.html(f"{escaped} après\n\n{escaped}, fin")) == (
        f"{shown} après\n{shown}, fin".lstrip()
    )
    table = markdown_body.html(f"| A | B |\n|---|---|\n| {escaped} | fin |")
    assert [_text(cell) for cell in re.findall(r"<td>(.*?)</td>", table)] == [shown, "fin"]


@pytest.mark.parametrize("name", HOSTILE)
def test_foreign_text_as_code_is_verbatim(name: str) -> None:
    shown = escapes.plain(name)
    assert _text(markdown_body.html(f"a {escapes.code(name)} b")) == f"a {shown} b"
    block = markdown_body.html("a\n\n" + escapes.code(f"{name}\n  clé: {name}"))
    assert "<pre><code>" in block
    assert _text(block).splitlines()[-1] == f"  clé: {shown}"
