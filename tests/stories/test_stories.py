"""Stories that a bookkeeper can check by hand, day by day.

A story is a folder:

    histoire.md                what happens, and the arithmetic
    relance.yaml               the policy
    ledger/main.beancount      the books of the whole story, each paragraph written on its day
    out/registre/              what people add to the register, put there on the day of its name
    plan-<date>.txt            what `relance plan --au <date>` prints
    attendu/<date>/            the letters that the day issues, beside them
    attendu/<date>.beancount   their register

Its days come in order, in a real repository; the letters of a day are merged before the next one
comes. What no hand can work out (the fingerprints, the commit of the books, the version of the
program) stands as « … » in the registers. A story that fails leaves its company's folder where
pytest keeps its temporary files: letters changed on purpose are compared there, and copied.
"""

from __future__ import annotations

import re
import shutil
from contextlib import chdir
from pathlib import Path

import pytest

from places import LETTERS
from repositories import git, run

STORIES = Path(__file__).parent
DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} ")
ENTRIES = "out/registre"
NO_HANDS = re.compile(r'^(  (?:base|version|[a-z]+-sha256)): "[^"]+"$', re.MULTILINE)


def stories() -> list[object]:
    """Every story; one whose letters are laid out on several days takes seconds."""
    folders = sorted(path.parent for path in STORIES.glob("*/histoire.md"))
    long = {folder for folder in folders if len(list(folder.glob(f"attendu/{DAY}"))) > 1}
    slow = pytest.mark.slow
    return [pytest.param(f, id=f.name, marks=[slow] if f in long else []) for f in folders]


@pytest.mark.slow
@pytest.mark.parametrize("story", stories())
def test_a_story(story: Path, tmp_path: Path) -> None:
    company = settle(story, tmp_path / "société")
    for day in days(story):
        keep_books(story, company, day)
        plan, letters = story / f"plan-{day}.txt", story / "attendu" / day
        if plan.exists():
            assert planned(company, day) == plan.read_text(encoding="utf-8")
        if letters.exists():
            issue(company, day)
            assert issued(company, day) == texts(letters)
            assert register(company, day) == letters.with_suffix(".beancount").read_text("utf-8")
            approve(company, day)


def days(story: Path) -> list[str]:
    """The days of which something is expected, in their order."""
    plans = {path.stem.removeprefix("plan-") for path in story.glob(f"plan-{DAY}.txt")}
    return sorted(plans | {path.name for path in story.glob(f"attendu/{DAY}")})


def settle(story: Path, company: Path) -> Path:
    """The company of a story before its first day."""
    for name in ("ledger", ENTRIES):
        (company / name).mkdir(parents=True)
    (company / ENTRIES / "0000-entete.beancount").write_text('option "name_assets" "Actifs"\n')
    shutil.copy(story / "relance.yaml", company)
    shutil.copytree(LETTERS, company / "letters")
    git(company.parent, "init", "-qb", "main", str(company))
    return company


def keep_books(story: Path, company: Path, day: str) -> None:
    """Bring books and register up to the evening of a day, and commit them."""
    ledger = (story / "ledger/main.beancount").read_text(encoding="utf-8")
    written = [part for part in ledger.split("\n\n") if not DATED.match(part) or part[:10] <= day]
    (company / "ledger/main.beancount").write_text("\n\n".join(written) + "\n", encoding="utf-8")
    for path in story.glob(f"{ENTRIES}/{DAY}*.beancount"):
        if path.name[:10] <= day:
            shutil.copy(path, company / ENTRIES)
    git(company, "add", "-A")
    git(company, "commit", "-qm", "livres", "--allow-empty")


def planned(company: Path, day: str) -> str:
    """What `relance plan` prints, without the spaces that end some of its rows."""
    with chdir(company):
        result = run(company, "plan", "--au", day, columns=80)
    assert result.exit_code == 0, f"{result.output}{result.exception}"
    return "".join(f"{row.rstrip()}\n" for row in result.output.splitlines())


def issue(company: Path, day: str) -> None:
    """Issue a day's letters; once more, and nothing changes."""
    for _ in range(2):
        result = run(company, "emettre", "--au", day)
        assert result.exit_code == 0, f"{result.output}{result.exception}"
        assert git(company, "rev-list", "--count", f"main..relance/{day}") == "1"
        assert git(company, "status", "--porcelain") == ""


def approve(company: Path, day: str) -> None:
    """Merge a day's letters."""
    git(company, "switch", "-q", "main")
    git(company, "merge", "-q", "--no-ff", f"relance/{day}")


def issued(company: Path, day: str) -> dict[str, str]:
    """The texts of a day's letters by name; the summary has tests of its own."""
    told = texts(company / "out/lettres" / day)
    return {name: text for name, text in told.items() if name != "sommaire.md"}


def texts(folder: Path) -> dict[str, str]:
    kept = (path for path in folder.iterdir() if path.suffix in {".md", ".txt"})
    return {path.name: path.read_text("utf-8") for path in kept}


def register(company: Path, day: str) -> str:
    """A day's register, without what no hand can work out."""
    text = (company / ENTRIES / f"{day}.beancount").read_text(encoding="utf-8")
    return NO_HANDS.sub(r'\1: "…"', text)
