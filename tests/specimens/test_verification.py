"""What `relance verifier` says of a folder beside its faults."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from places import LETTERS, ROOT
from relance.specimens.verification import verify
from repositories import found
from story import CREDITOR, ONE_INVOICE, company, day_of

NO_ACCOUNT = "aucune lettre ne dit où virer l'argent"
NO_ANSWER = "aucune lettre ne dit à qui répondre"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("", {NO_ACCOUNT, NO_ANSWER}),
        ("  iban: FR7630006000011234567890189\n", {NO_ANSWER}),
        ("  telephone: 01 99 00 12 34\n", {NO_ACCOUNT}),
        ("  courriel: compta@essai.example\n", {NO_ACCOUNT}),
    ],
)
def test_a_policy_that_no_client_could_pay_or_answer_is_told(
    tmp_path: Path, more: str, told: set[str]
) -> None:
    made = company(tmp_path, ONE_INVOICE)
    shutil.copytree(LETTERS, tmp_path / "letters", ignore=shutil.ignore_patterns("de", "en"))
    made.write("relance.yaml", CREDITOR + more)
    warnings = {problem.what for problem in verify(made.facts, day_of(made, "2026-03-17"))}
    assert warnings & {NO_ACCOUNT, NO_ANSWER} == told


_HEAVY = """
import atexit, sys
from relance.terminal.cli import main
atexit.register(lambda: print("WeasyPrint" if "weasyprint" in sys.modules else "sans"))
main()
"""


@pytest.mark.slow
def test_weasyprint_comes_only_for_what_is_laid_out(tmp_path: Path) -> None:
    """Templates that were tried, and since then are the same, are laid out no more."""
    folder = found(tmp_path)

    def heavy(*words: str) -> str:
        command = [sys.executable, "-c", _HEAVY, *words, "--dossier", str(folder)]
        done = subprocess.run(
            command, capture_output=True, encoding="utf-8", check=True, cwd=ROOT / "scripts"
        )
        return done.stdout.splitlines()[-1]

    assert heavy("verifier") == "WeasyPrint"
    assert [heavy(*words) for words in (["verifier"], ["plan"], ["bilan"])] == ["sans"] * 3
    style = folder / "letters/letter.css"
    style.write_text(style.read_text(encoding="utf-8") + "p { color: black }\n", encoding="utf-8")
    assert heavy("verifier") == "WeasyPrint"
