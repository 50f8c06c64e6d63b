"""What the letters' faces draw: the table against the faces themselves."""

from __future__ import annotations

import unicodedata
from importlib.resources import files

import pytest
from fontTools.ttLib import TTFont

from relance.text.fonts import font_file
from relance.text.glyphs import DRAWN, ORDINARY, drawable, missing_glyphs, named, replaced


def test_the_table_is_what_every_upright_face_draws() -> None:
    faces = files("font_source_sans_pro") / "files"
    drawn = []
    for name in ("SourceSansPro-Regular.otf", "SourceSansPro-Semibold.otf"):
        assert font_file(name) == faces / name
        with TTFont(str(faces / name), lazy=True) as font:
            drawn.append(frozenset(font.getBestCmap()))
    assert frozenset.intersection(*drawn) == DRAWN


def test_characters_without_a_glyph_are_known() -> None:
    assert missing_glyphs("Müller & Fils, 1\u202f320,00\u00a0€ : Œuvre Ελλάς Київ\n") == set()
    assert missing_glyphs("株 🙂") == {"株", "🙂"}
    assert unicodedata.category("\u202e") == "Cf"
    assert missing_glyphs("a\u202eb\x07") == set()


def test_every_sign_of_an_ordinary_text_is_drawn_as_it_is_and_as_a_capital() -> None:
    """Nothing composes with another: none of them is a combining mark."""
    signs = [c for c in map(chr, range(0x110000)) if ORDINARY.fullmatch(c)]
    assert len(signs) > 0x17F
    assert not any(map(unicodedata.combining, signs))
    for sign in signs:
        shown = {sign, *sign.upper(), *unicodedata.normalize("NFC", sign)}
        assert all(ord(c) in DRAWN or unicodedata.category(c) == "Cc" for c in shown) or (
            sign == "\xad"  # a hyphen that only a break shows
        )


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("Aix\u2011en\u2010Provence", "Aix-en-Provence"),
        (
            "a\u2012b \u2013 c\u2014d\u2015\u2212",
            "a\u2012b \u2013 c\u2014d\u2015\u2212",
        ),
        ("1\u2009000\u200a€", "1\u202f000\u202f€"),
        ("a\u2003b\u3000c\u205fd", "a b c d"),
        ("\u2007", "\u2007"),
        ("plain", "plain"),
    ],
)
def test_hyphens_and_spaces_have_plain_sisters(written: str, printed: str) -> None:
    assert drawable(written) == printed
    assert missing_glyphs(written) == set()


def test_every_space_and_hyphen_can_be_printed() -> None:
    signs = [c for c in map(chr, range(0x11000)) if unicodedata.category(c) == "Zs"]
    assert missing_glyphs("".join([*signs, "\u2010\u2011\u2012"])) == set()


def test_signs_are_named_so_that_they_are_found() -> None:
    assert named({"株", "🙂"}) == (
        "« 株 » (U+682A CJK UNIFIED IDEOGRAPH-682A), « 🙂 » (U+1F642 SLIGHTLY SMILING FACE)"
    )
    assert named(map(chr, range(0x682A, 0x682A + 9)), most=1).endswith("-682A) et 8 de plus")
    assert replaced("a\u2011株 🙂") == "a-? ?"
