"""All that is said of a faulty file, a folder for each mistake.

Beside this file, `policy/`, `ledger/`, `templates/` and `register/` hold mistakes by their names.
The files of a mistake are laid over those of a sound company, `societe/`, for the register with
its letter, `lettre/`; its `message.txt` is what `relance verifier` says to refuse it.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from mistakes.wording import unkind
from relance.paper.press import Power
from relance.runs.daily import RunRequest
from relance.terminal.offices.child import Order, RunOutcome
from relance.terminal.offices.running import run_all
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
    unkindly = {why for problem in result.exception.problems for why in unkind(problem)}
    assert unkindly == ({"no place"} if mistake.name == "modele-absent" else set())


SOON = {
    "policy/cle-inconnue", "policy/creancier-du-modele", "ledger/phrase",
    "ledger/registre-non-inclus", "register/lettre-retouchee", "register/lettre-deux-fois",
}  # fmt: skip
ALL = tuple(f"{sort}/{path.name}" for sort in LAYERS for path in sorted(HERE.glob(f"{sort}/*")))


@pytest.mark.parametrize("command", ["emettre --au " + DAY, "envoyer --hors-ligne"])
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in SOON else SLOW) for name in ALL]
)
def test_what_verifier_refuses_is_neither_issued_nor_sent(
    name: str, command: str, tmp_path: Path
) -> None:
    company = in_git(HERE / name, tmp_path)
    result = run(company, *command.split())
    assert isinstance(result.exception, Refusal), result.output
    assert f"{result.exception}\n" == told(name)
    assert result.exit_code == 2
    assert is_as_committed(company)


@SLOW
def test_no_company_of_an_office_is_issued_that_verifier_refuses(
    tmp_path: Path, trials: Path
) -> None:
    """Some of each sort in one run of processes: each is refused with its own list."""
    run(laid(tmp_path / "société", "societe"), "verifier", "--au", DAY)
    some = sorted({*SOON, "templates/pas-utf8", "templates/sans-objet"})
    companies = {name: in_git(HERE / name, tmp_path / f"{n}") for n, name in enumerate(some)}
    for company in companies.values():  # its process knows what this one knows of templates
        shutil.copytree(trials, company / ".git/relance/pages")
    request = RunRequest(date.fromisoformat(DAY), Power(1))
    orders = [Order(company, request) for company in companies.values()]
    reports = run_all(orders, 2, lambda _folder: None).reports
    for (name, company), report in zip(companies.items(), reports, strict=True):
        assert (report.outcome, report.status) == (RunOutcome.REFUSED, 2), report
        assert "\n".join(map(str, report.problems)) + "\n" == told(name)
        assert is_as_committed(company)


def told(name: str) -> str:
    """What `verifier` says of a mistake."""
    return (HERE / name / "message.txt").read_text(encoding="utf-8")


def is_as_committed(company: Path) -> bool:
    """Whether nothing was written: no file, no branch, no commit."""
    branches = git(company, "branch", "--format=%(refname:short)").split()
    status = git(company, "status", "--porcelain")
    return (
        branches == ["main"] and not status and len(git(company, "log", "--format=%h").split()) == 1
    )


@pytest.mark.slow
def test_the_letter_that_mistakes_are_laid_over_would_leave(tmp_path: Path) -> None:
    company = in_git(HERE / "lettre", tmp_path, "societe")
    assert run(company, "envoyer", "--sans-envoi", "--au", DAY).exit_code == 0
    assert len(list(company.rglob("*.eml"))) == 1


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
