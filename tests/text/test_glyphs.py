"""What the letters' faces draw: the table against the faces themselves."""

from __future__ import annotations

import unicodedata
from importlib.resources import files

from fontTools.ttLib import TTFont

from relance.text.fonts import font_file
from relance.text.glyphs import DRAWN, missing_glyphs


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
