"""All that is said of a faulty file, a folder for each mistake.

Beside this file, `policy/`, `ledger/`, `templates/` and `register/` hold mistakes by their names.
The files of a mistake are laid over those of a sound company, `societe/`, for the register with
its letter, `lettre/`; its `message.txt` is what `relance verifier` says to refuse it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from relance.values.problem import Refusal
from repositories import run

HERE = Path(__file__).parent
LETTERS = HERE.parents[1] / "letters"
DAY = "2026-03-17"
SLOW = pytest.mark.slow  # every page is laid out
LAYERS = {
    "policy": ("societe",),
    "ledger": ("societe",),
    "templates": ("societe",),
    "register": ("societe", "lettre"),
}
# What the program does not tell right yet.
FAULTS = {"mentions-mal-remplies": "each fault is told once for every sort of page"}


@pytest.mark.parametrize(
    "mistake",
    [
        pytest.param(path, id=f"{sort}-{path.name}", marks=SLOW if sort == "templates" else ())
        for sort in LAYERS
        for path in sorted(HERE.glob(f"{sort}/*"))
    ],
)
def test_a_mistake_is_told_whole(
    mistake: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if fault := FAULTS.get(mistake.name):
        request.applymarker(pytest.mark.xfail(reason=fault, raises=AssertionError))
    company = laid(tmp_path / "société", *LAYERS[mistake.parent.name])
    shutil.copytree(mistake, company, dirs_exist_ok=True)
    result = run(company, "verifier", "--au", DAY)
    assert isinstance(result.exception, Refusal), result.output
    assert f"{result.exception}\n" == (mistake / "message.txt").read_text(encoding="utf-8")
    assert result.exit_code == 2


@pytest.mark.parametrize("layers", [("societe",), ("societe", "lettre")], ids=" and ".join)
def test_what_they_are_laid_over_is_sound(layers: tuple[str, ...], tmp_path: Path) -> None:
    result = run(laid(tmp_path / "société", *layers), "verifier", "--au", DAY)
    assert result.exit_code == 0, result.exception


def laid(company: Path, *layers: str) -> Path:
    """A company that speaks French alone, so that its templates are soon read."""
    shutil.copytree(LETTERS, company / "letters", ignore=shutil.ignore_patterns("de", "en"))
    for layer in layers:
        shutil.copytree(HERE / layer, company, dirs_exist_ok=True)
    return company
