"""The diff of a note put into a file: the standard library's, line by line, and soon made."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.notes.addition import Addition

LINES = st.lists(st.sampled_from(["", "a", "b", *(f"u{n}" for n in range(20))]), max_size=30)
PUT = st.lists(st.sampled_from(["", "a", "u1", "note", "  clé"]), max_size=6)


def shown(old: list[str], new: list[str]) -> str:
    rows = difflib.unified_diff(old, new, "a/x.beancount", "b/x.beancount", lineterm="")
    return "\n".join(rows) + "\n"


def of(old: list[str], new: list[str]) -> str:
    before, after = ("".join(f"{line}\n" for line in lines) for lines in (old, new))
    return Addition(Path("/"), "x.beancount", before, after).diff()


@given(LINES, PUT, st.data())
def test_lines_put_into_a_file_are_shown_as_difflib_shows_them(
    old: list[str], put: list[str], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(old)))
    new = [*old[:place], *put, *old[place:]]
    assert of(old, new) == shown(old, new)
    assert of(new, old) == shown(new, old)


def test_a_note_in_a_long_file_is_one_hunk(monkeypatch: pytest.MonkeyPatch) -> None:
    """As git shows it: three lines around it, counted from one; nothing else is compared."""
    old = [f"ligne {n}" for n in range(1, 1001)]
    new = [*old[:500], "note", *old[500:]]
    monkeypatch.setattr(difflib, "unified_diff", None)
    assert of(old, new) == (
        "--- a/x.beancount\n+++ b/x.beancount\n@@ -498,6 +498,7 @@\n"
        " ligne 498\n ligne 499\n ligne 500\n+note\n ligne 501\n ligne 502\n ligne 503\n"
    )
