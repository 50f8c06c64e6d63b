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
from repositories import commit, git, run

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


@pytest.mark.parametrize(
    "mistake",
    [
        pytest.param(path, id=f"{sort}-{path.name}", marks=SLOW if sort == "templates" else ())
        for sort in LAYERS
        for path in sorted(HERE.glob(f"{sort}/*"))
    ],
)
def test_a_mistake_is_told_whole(mistake: Path, tmp_path: Path) -> None:
    company = laid(tmp_path / "société", *LAYERS[mistake.parent.name])
    shutil.copytree(mistake, company, dirs_exist_ok=True)
    result = run(company, "verifier", "--au", DAY)
    assert isinstance(result.exception, Refusal), result.output
    assert f"{result.exception}\n" == (mistake / "message.txt").read_text(encoding="utf-8")
    assert result.exit_code == 2


# Faults of the policy and of the books refuse every command as they are read: two stand for all.
READ_BY_ALL = ("policy/cle-inconnue", "ledger/phrase")
FOUND_LATER = ("policy/creancier-du-modele", "ledger/registre-non-inclus")
NOT_OF_THAT_DAY = {"appel-interdit", "pas-utf8", "modele-absent"}  # text message, other step


OF_REGISTERS = tuple(f"register/{path.name}" for path in sorted(HERE.glob("register/*")))


@pytest.mark.parametrize("name", [*READ_BY_ALL, *FOUND_LATER, *OF_REGISTERS])
def test_what_verifier_refuses_is_not_issued(name: str, tmp_path: Path) -> None:
    result = run(in_git(HERE / name, tmp_path), "emettre", "--au", DAY)
    assert isinstance(result.exception, Refusal), result.output
    assert f"{result.exception}\n" == (HERE / name / "message.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*READ_BY_ALL, *FOUND_LATER, *OF_REGISTERS])
def test_no_letter_with_a_fault_leaves(name: str, tmp_path: Path) -> None:
    company = in_git(HERE / name, tmp_path)
    result = run(company, "envoyer", "--sans-envoi", "--au", DAY)
    if name in (*READ_BY_ALL, *FOUND_LATER):
        assert isinstance(result.exception, Refusal), result.output
    assert not list(company.rglob("*.eml"))


def test_the_letter_that_mistakes_are_laid_over_would_leave(tmp_path: Path) -> None:
    company = in_git(HERE / "lettre", tmp_path, "societe")
    assert run(company, "envoyer", "--sans-envoi", "--au", DAY).exit_code == 0
    assert len(list(company.rglob("*.eml"))) == 1


@SLOW
@pytest.mark.parametrize(
    "mistake",
    [
        pytest.param(path, id=path.name)
        for path in sorted(HERE.glob("templates/*"))
        if path.name not in NOT_OF_THAT_DAY
    ],
)
def test_a_letter_of_a_faulty_template_is_not_issued(mistake: Path, tmp_path: Path) -> None:
    company = in_git(mistake, tmp_path)
    result = run(company, "emettre", "--au", DAY, "--ouvriers", "1")
    assert isinstance(result.exception, Refusal), result.output
    told = (mistake / "message.txt").read_text(encoding="utf-8")
    # The words may show a value of that letter, not of the made-up one.
    assert all(f"{problem.source}: " in told for problem in result.exception.problems)
    assert not git(company, "branch", "--list", "relance/*")


@pytest.mark.parametrize("layers", [("societe",), ("societe", "lettre")], ids=" and ".join)
def test_what_they_are_laid_over_is_sound(layers: tuple[str, ...], tmp_path: Path) -> None:
    result = run(laid(tmp_path / "société", *layers), "verifier", "--au", DAY)
    assert result.exit_code == 0, result.exception


def in_git(mistake: Path, folder: Path, *layers: str) -> Path:
    """The company with that mistake, all of it committed."""
    company = laid(folder / "société", *(layers or LAYERS[mistake.parent.name]))
    shutil.copytree(mistake, company, dirs_exist_ok=True)
    git(company.parent, "init", "-qb", "main", str(company))
    commit(company)
    return company


def laid(company: Path, *layers: str) -> Path:
    """A company that speaks French alone, so that its templates are soon read."""
    shutil.copytree(LETTERS, company / "letters", ignore=shutil.ignore_patterns("de", "en"))
    for layer in layers:
        shutil.copytree(HERE / layer, company, dirs_exist_ok=True)
    return company
