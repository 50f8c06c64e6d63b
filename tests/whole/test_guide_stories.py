"""The guide's first steps and its recipes, played from the first line to the last."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from guide_pages import pages
from transcripts import replayed

FIRST_STEPS = pages("premiers-pas")
RECIPES = re.split(r"^(?=## )", pages("recettes"), flags=re.MULTILINE)[1:]
START = FIRST_STEPS.partition("```text\n$ relance verifier")[0]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")


@pytest.mark.slow
def test_the_first_steps_print_what_is_shown() -> None:
    assert replayed(FIRST_STEPS) == FIRST_STEPS


@pytest.mark.slow
@pytest.mark.parametrize("recipe", RECIPES, ids=lambda text: text.splitlines()[0][3:])
def test_a_recipe_prints_what_is_shown(recipe: str) -> None:
    """It begins where the first steps have a client with an invoice."""
    replayed(START)
    assert replayed(recipe) == recipe
