"""What `relance verifier` says of a folder beside its faults."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from places import LETTERS
from relance.specimens.verification import verify
from story import CREDITOR, ONE_INVOICE, company

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
    warnings = {problem.what for problem in verify(made.facts, date(2026, 3, 17))}
    assert warnings & {NO_ACCOUNT, NO_ANSWER} == told
