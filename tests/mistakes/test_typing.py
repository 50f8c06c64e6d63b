"""One slip of the hand in the files of a French company: whatever `verifier` then says is French,
at its line and column, with what to do about it; and a line that it shows is one that loads.

`TYPING_SLIPS=5000 pytest tests/mistakes/test_typing.py -m slow` tries more of them.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from random import Random

import pytest

from mistakes.keyboard import KINDS, slips
from mistakes.wording import unkind
from relance.claims.on_day import OnDay
from relance.ledger.company import read_company
from relance.specimens import soundness, verification
from relance.values.problem import Problem, Refusal
from slips.books import DAYS, POLICY, make_company
from story import REGISTER_HEADER

pytestmark = pytest.mark.slow

SLIPS = int(os.environ.get("TYPING_SLIPS", "600"))


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """The company of every slip, laid in the test's folder: its policy and its books."""
    found = make_company(1).files()
    found[POLICY] += "git: {pdf: false}\n"
    (tmp_path / "out/registre").mkdir(parents=True)
    (tmp_path / "out/registre/0000-entete.beancount").write_text(REGISTER_HEADER)
    shutil.copytree(Path(__file__).parents[2] / "letters/fr", tmp_path / "letters/fr")
    for name, text in found.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return found


def said(company: Path) -> tuple[Problem, ...]:
    """All that `verifier` says of the company: faults, or else warnings."""
    try:
        read = read_company(company)
        return tuple(soundness.faults(read)) or verification.warnings(
            read, OnDay(read.policy, read.books, DAYS[0])
        )
    except Refusal as refusal:
        return refusal.problems


def gist(problem: Problem) -> str:
    """What a problem says, whatever the lines."""
    return re.sub(r":[0-9]+", "", f"{problem.source}: {problem.what}")


def written(company: Path, problem: Problem, slipped: str) -> Path:
    """The company once the line is written that a problem shows."""
    lines = slipped.split("\n")
    line = lines[problem.source.line - 1]
    margin = "  " if line[:1].isspace() else ""
    lines[problem.source.line - 1] = margin + problem.remedy.removeprefix("écrivez : ")
    (company / problem.source.path).write_text("\n".join(lines), encoding="utf-8")
    return company


def test_whatever_is_mistyped_is_told_in_french_at_its_place_with_a_remedy(
    tmp_path: Path, files: dict[str, str]
) -> None:
    quiet = {gist(problem) for problem in said(tmp_path)}
    wrong, told, tried = [], 0, set()
    for kind, name, slipped in slips(Random("une faute de frappe"), files, SLIPS):
        (tmp_path / name).write_text(slipped, encoding="utf-8")
        problems = [problem for problem in said(tmp_path) if gist(problem) not in quiet]
        tried.add(kind)
        told += bool(problems)
        wrong += [f"{kind}: {why}\n{p}" for p in problems for why in unkind(p)]
        if len(problems) > 12:
            wrong.append(f"{kind}: {len(problems)} problems of one slip\n{problems[0]}")
        wrong += [
            f"{kind}: the line shown is not read either\n{problem}"
            for problem in problems
            if problem.source.path == name
            and problem.remedy.startswith("écrivez : ")
            and problem in said(written(tmp_path, problem, slipped))
        ]
        (tmp_path / name).write_text(files[name], encoding="utf-8")
    assert not wrong, "\n\n".join(wrong)
    assert tried == set(KINDS)
    assert told > SLIPS // 2, "most slips of the hand are seen"
