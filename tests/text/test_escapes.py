"""Marks that nobody sees are written as escapes where a machine reads them back."""

from __future__ import annotations

import json

import pytest

from relance.text.escapes import hidden_marks, json_text
from relance.text.frontmatter import dump, front_matter

MARKED = "Société \u202eefas\u2066 A\u200bB <script>\u00ad"


@pytest.mark.parametrize("indent", [None, 2])
def test_json_shows_no_hidden_mark(indent: int | None) -> None:
    written = json_text({"nom": MARKED, "ville": "Évry"}, indent)
    assert not hidden_marks(written)
    assert "\\u202Eefas\\u2066 A\\u200BB <script>\\u00AD" in written
    assert '"Évry"' in written
    assert json.loads(written) == {"nom": MARKED, "ville": "Évry"}


def test_a_front_matter_shows_no_hidden_mark_and_no_tag() -> None:
    front = {"nom": MARKED, "adresse": ["<b>\\<i>", "1 rue\u2028X"], "lignes": "a\n<img>\n"}
    written = dump(front)
    assert not hidden_marks(written)
    assert "<" not in written
    assert "\u2028" not in written
    assert front_matter(f"---\n{written}---\n")[0] == front
