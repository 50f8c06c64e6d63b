"""The pictures of the READMEs: made by a script from the example, as small and true as said."""

from __future__ import annotations

import re
import subprocess
from datetime import date
from io import BytesIO

import pytest
from PIL import Image

import pictures
from places import ROOT
from relance.claims.on_day import OnDay
from relance.decision.planner import make_plan
from relance.ledger.company import read_company

READMES = ("README.md", "README.fr.md")
SMALL = 100_000  # bytes


def straight(text: str) -> str:
    """With plain blanks: letters and terminals have narrow ones of their own."""
    return " ".join(text.split())


def test_the_terminal_shows_what_readme_shows() -> None:
    drawn = (pictures.FOLDER / "terminal.svg").read_text(encoding="utf-8")
    assert drawn == pictures.terminal(pictures.shown())
    assert "1 lettre, 1 320,00 €" in straight(drawn)


@pytest.mark.parametrize("name", READMES)
def test_what_is_said_of_the_pictures_is_true(name: str) -> None:
    said = straight((ROOT / name).read_text(encoding="utf-8"))
    letter = subprocess.run(
        ["pdftotext", "-layout", ROOT / pictures.LETTER, "-"],
        check=True, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    for words in ("R20261112-03", "960,00 €", "F2026-0013"):
        assert words in said
        assert words in straight(letter.stdout)
    company = read_company(ROOT)
    plan = make_plan(OnDay(company.policy, company.books, date(2026, 11, 23)))
    letters, waits = map(int, re.findall(r"\((\d+) (?:lettres|letters), (\d+) ", said)[0])
    assert (letters, waits) == (len(plan.letters), len(plan.waits))


def test_every_picture_is_shown_and_small() -> None:
    files = sorted(path.name for path in pictures.FOLDER.iterdir())
    assert files == ["fava.png", "lettre.png", "terminal.svg"]
    for name in files:
        assert (pictures.FOLDER / name).stat().st_size < SMALL
        for readme in READMES:
            assert f"images/{name}" in (ROOT / readme).read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["lettre", "fava"])
def test_the_script_makes_them(name: str) -> None:
    """The same picture, but for what another version of a program draws otherwise."""
    made = {"lettre": pictures.letter, "fava": pictures.page}[name]()
    kept = (pictures.FOLDER / f"{name}.png").read_bytes()
    assert Image.open(BytesIO(made)).size == Image.open(BytesIO(kept)).size
    assert len(made) < SMALL
