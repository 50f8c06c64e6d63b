"""`relance emettre --dossiers`: companies in processes and repositories of their own."""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zlib import crc32

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from guide_pages import GUIDE
from markdown_parts import blocks
from relance.git.repository import Repository
from relance.paper.press import Power
from relance.paper.rendering import cores
from relance.runs.daily import RunRequest
from relance.terminal import cli
from relance.terminal.offices.child import Order, RunOutcome, RunReport, overall
from relance.terminal.offices.companies import select
from relance.terminal.offices.running import run_all, shared
from relance.terminal.views import console
from relance.terminal.views.emettre_table import located, word
from relance.text.typography import ordinary
from relance.values.problem import Problem, Refusal, Source
from repositories import LEDGER, PAYMENT, add, commit, found, git, with_remote

# The companies' processes read the real clock: the day must lie behind it. 7 October 2025 is a
# Tuesday, the invoice is seven days late, the day of its first reminder.
DAY = "2025-10-07"
BRANCH = f"relance/{DAY}"
LATE = LEDGER.replace("2026", "2025")
PAID = LATE + PAYMENT.replace("2026", "2025").format(sum="1200.00")
UNBALANCED = (
    LATE + '\n2025-09-01 * "Erreur"\n  Actifs:Banque  5.00 EUR\n  Produits:Ventes  -4.00 EUR\n'
)


def named(folder: Path, name: str, ledger: str = LATE) -> Path:
    """A company of that name."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    return renamed(found(folder, ledger), "Atelier Essai", name)


def renamed(folder: Path, old: str, new: str) -> Path:
    """The company under another name, with a bank account of its own: another company."""
    policy = folder / "relance.yaml"
    text = policy.read_text(encoding="utf-8").replace(old, new)
    policy.write_text(re.sub(r"iban: \w+", f"iban: {iban_of(new)}", text), encoding="utf-8")
    commit(folder, "nom")
    return folder


@pytest.fixture(scope="module")
def first(one_memory: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office: one company owed an invoice, one whose books are wrong, one that was paid."""
    place = tmp_path_factory.mktemp("cabinet")
    named(place / "clients/atelier", "Atelier Lumen")
    named(place / "clients/boulangerie", "Boulangerie Bise", UNBALANCED)
    named(place / "clients/couture", "Couture Colin", PAID)
    return place


@pytest.fixture
def office(first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, where the commands are typed."""
    place = Path(shutil.copytree(first, tmp_path / "cabinet", symlinks=True))
    monkeypatch.chdir(place)
    return place


def emettre(*arguments: str) -> Result:
    """The command, a refusal told by its exit status."""
    result = CliRunner().invoke(cli.relance, ["emettre", *arguments])
    if isinstance(result.exception, Refusal):
        result.exit_code = int(result.exception.status)
    elif result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def of_all(*arguments: str, pattern: str = "clients/*") -> tuple[int, str]:
    """The office's day: its status, and all it prints."""
    result = emettre("--dossiers", pattern, "--au", DAY, *arguments)
    return result.exit_code, ordinary(result.output)


def state(folder: Path) -> tuple[str, str, str]:
    return (
        git(folder, "rev-parse", "HEAD"),
        git(folder, "status", "--porcelain"),
        git(folder, "branch"),
    )


def hook(folder: Path, script: str) -> None:
    """What runs before each commit of a company."""
    path = folder / ".git/hooks/pre-commit"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def plugin(folder: Path, program: str) -> None:
    """Python that runs while a company's books are read."""
    (folder / "ledger/greffon.py").write_text(f"__plugins__ = []\n{program}", encoding="utf-8")
    books = folder / "ledger/main.beancount"
    lines = 'option "insert_pythonpath" "TRUE"\nplugin "greffon"\n'
    books.write_text(lines + books.read_text(encoding="utf-8"), encoding="utf-8")
    commit(folder, "greffon")


def iban_of(name: str) -> str:
    """An account number whose key is right (ISO 13616): F and R count 15 and 27, the rest of the
    number and the key leave 1 when divided by 97."""
    account = f"30006000010{crc32(name.encode()):010}89"
    return f"FR{98 - int(f'{account}152700') % 97:02}{account}"


# ---------------------------------------------------------------- The table and the outcomes


@pytest.mark.slow
def test_each_company_has_its_own_outcome(office: Path) -> None:
    untouched = [state(office / "clients" / name) for name in ("boulangerie", "couture")]
    (office / "clients/archives").mkdir()
    status, said = of_all()
    assert status == 2
    rows = [" ".join(line.split()) for line in said.splitlines()]
    commit_id = git(office / "clients/atelier", "rev-parse", "HEAD")[:10]
    assert rows[rows.index("Entreprise Lettres Total Branche Résultat") + 1 :][:8] == [
        f"Atelier Lumen 1 1 200,00 € {BRANCH} émis",
        f"clients/atelier {commit_id}",
        "Boulangerie Bise refusé",
        "clients/boulangerie",
        "Couture Colin rien à émettre",
        "clients/couture",
        "",
        "3 entreprises, 1 lettre ; émis : 1, rien à émettre : 1, refusé : 1.",
    ]
    assert "Sans relance.yaml, laissés de côté : clients/archives." in rows
    shown = next(block for block in blocks(GUIDE, "text") if "Boulangerie Bise" in block)
    told = [" ".join(line.split()) for line in ordinary(shown).splitlines()]
    told[2] = f"clients/atelier {commit_id}"  # a commit is named after its time too
    assert told == rows[rows.index(told[0]) :][: len(told)]
    assert git(office / "clients/atelier", "branch", "--show-current") == BRANCH
    alone = emettre("--dossier", "clients/boulangerie", "--au", DAY)
    assert str(alone.exception).startswith("ledger/main.beancount:")
    assert f"clients/boulangerie/{ordinary(str(alone.exception))}" in said
    assert f"relance emettre --dossier clients/boulangerie --au {DAY}" in said
    assert untouched == [state(office / "clients" / name) for name in ("boulangerie", "couture")]


@pytest.mark.slow
def test_the_next_command_works_from_here(office: Path) -> None:
    _, said = of_all(pattern="clients/a*")
    summary, command = said.split("→ relisez ")[1].strip().split(", puis approuvez : ")
    assert Path(summary).is_file()
    subprocess.run(["sh", "-c", command], check=True, capture_output=True)
    assert git(office / "clients/atelier", "branch", "--show-current") == "main"
    assert (office / f"clients/atelier/out/registre/{DAY}.beancount").is_file()


@pytest.mark.slow
def test_a_second_run_changes_nothing_and_takes_up_what_was_corrected(office: Path) -> None:
    of_all()
    before = state(office / "clients/atelier")
    books = office / "clients/boulangerie/ledger/main.beancount"
    books.write_text(books.read_text(encoding="utf-8").replace("5.00", "4.00"), encoding="utf-8")
    commit(books.parents[1])
    status, said = of_all()
    assert (status, state(office / "clients/atelier")) == (0, before)
    assert "Émis auparavant, ce jour : 1 lettre." in said
    assert git(books.parents[1], "branch", "--show-current") == BRANCH


@pytest.mark.slow
def test_the_same_bytes_as_alone(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the time of the commit held, the commit's own name proves every byte below it."""
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_DATE", "2025-10-07T09:00:00+0200")
    alone = Path(shutil.copytree(office / "clients/atelier", office / "seul"))
    assert emettre("--dossier", str(alone), "--au", DAY).exit_code == 0
    of_all()
    assert git(office / "clients/atelier", "rev-parse", "HEAD") == git(alone, "rev-parse", "HEAD")
    assert list(alone.glob("out/lettres/*/*.pdf"))


@pytest.mark.slow
def test_a_day_off_is_nobody_s_fault(office: Path) -> None:
    status, said = of_all("--jours-ouvres", "--au", "2025-10-05", pattern="clients/a*")  # Sunday
    assert (status, "le 5 octobre 2025 n'est pas ouvré" in said) == (0, True)
    assert git(office / "clients/atelier", "branch", "--show-current") == "main"


def test_the_status_is_the_lowest_that_is_not_zero() -> None:
    def of(*statuses: int) -> int:
        return overall(RunReport(status=status) for status in statuses)

    assert [of(), of(0, 0), of(0, 3), of(3, 0, 2), of(2, 3, 1)] == [0, 0, 3, 2, 1]


# ---------------------------------------------------------------- Which companies


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folders with a policy and nothing else."""
    for name in ("clients/b", "clients/a", "clients/[x]", "autres/c"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "relance.yaml").touch()
    (tmp_path / "clients/vide").mkdir()
    (tmp_path / "clients/lisez-moi").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


CASES = {
    ("clients/*",): "clients/[x] clients/a clients/b",
    ("autres/*", "clients/a*", "clients/[ab]"): "autres/c clients/a clients/b",
    ("./clients/a/", "autres/../clients/b"): "autres/../clients/b clients/a",
    ("**",): "autres/c clients/[x] clients/a clients/b",
    ("clients/[x]",): "clients/[x]",
}


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("patterns", CASES, ids=" ".join)
def test_the_folders_of_patterns_in_order(patterns: tuple[str, ...]) -> None:
    assert " ".join(map(str, select(patterns).folders)) == CASES[patterns]


def test_absolute_patterns_and_home(bare: Path) -> None:
    expected = (bare / "clients/a", bare / "clients/b")
    for pattern in (f"{bare}/clients/[ab]", "~/clients/[ab]"):
        assert select([pattern]).folders == expected


def test_a_company_of_several_names_runs_once(bare: Path) -> None:
    (bare / "clients/Z").symlink_to("b")
    (bare / "clients/A").symlink_to("b")
    chosen = select(["clients/*", str(bare / "clients/b"), "rien/*"])
    assert [each.name for each in chosen.folders].count("b") == 1
    assert {each.name for each in chosen.folders} == {"[x]", "a", "b"}
    twins = [remark for remark in chosen.remarks if remark.endswith(" : pris une fois.")]
    assert len(twins) == 3
    assert "« rien/* » ne désigne aucun dossier." in chosen.remarks
    assert "Sans relance.yaml, laissés de côté : clients/vide." in chosen.remarks


LEFT_ASIDE = {
    ("clients/*",): "clients/vide",
    ("clients/**",): "",  # it goes through every folder
    ("**",): "",
    ("*", "clients/*"): "clients/vide",  # clients holds companies
    ("clients/*", "clients/*/*"): "clients/vide",  # clients/a/ledger lies in one
    ("clients/*/*", "clients/b"): "clients/a/ledger",  # was clients/a meant?
}


@pytest.mark.parametrize("patterns", LEFT_ASIDE, ids=" ".join)
def test_only_a_folder_that_could_be_meant_is_told(bare: Path, patterns: tuple[str, ...]) -> None:
    shutil.rmtree(bare / "autres")
    (bare / "clients/a/ledger").mkdir()
    told = LEFT_ASIDE[patterns]
    expected = (f"Sans relance.yaml, laissés de côté : {told}.",) if told else ()
    assert select(patterns).remarks == expected


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--dossiers", "nulle-part/*"), "aucun dossier avec relance.yaml ne répond"),
        (("--dossiers", "clients/v*"), "aucun dossier avec relance.yaml ne répond"),
        (("--dossiers", "clients/a", "clients/b"), "entre apostrophes : --dossiers 'clients/*'"),
        (("--dossiers", "clients/*", "--dossier", "."), "s'excluent"),
        (("--dossiers", "*", "--ouvriers", "2", "--grappe", "tcp://a:1"), "s'excluent"),
        (("clients/a",), "argument de trop : clients/a"),
    ],
)
def test_what_cannot_be_meant_is_refused(arguments: tuple[str, ...], told: str) -> None:
    result = emettre(*arguments)
    assert (result.exit_code, told in f"{result.exception} {result.output}") == (2, True)


def two_in_one_repository(office: Path) -> list[Path]:
    """A folder of companies that is one repository."""
    for name in ("atelier", "couture"):
        shutil.rmtree(office / "clients" / name / ".git")
    git(office, "init", "-qb", "main", "clients")
    commit(office / "clients")
    return [office / "clients/atelier", office / "clients/couture"]


def a_second_work_tree(office: Path) -> list[Path]:
    """The company twice, on two branches."""
    git(office / "clients/atelier", "worktree", "add", "-qb", "essai", "../atelier-2")
    return [office / "clients/atelier", office / "clients/atelier-2"]


def a_second_clone(office: Path) -> list[Path]:
    """The company twice, with one remote."""
    bare = with_remote(office / "clients/atelier")
    git(office, "clone", "-q", str(bare), "clients/copie")
    return [office / "clients/atelier", office / "clients/copie"]


def a_backup(office: Path) -> list[Path]:
    """The company and its copy of some days ago, without a remote."""
    shutil.copytree(office / "clients/atelier", office / "clients/atelier.bak")
    books = office / "clients/atelier/ledger/main.beancount"
    books.write_text(PAID, encoding="utf-8")
    commit(office / "clients/atelier")
    return [office / "clients/atelier", office / "clients/atelier.bak"]


def a_corrected_backup(office: Path) -> list[Path]:
    """The company, its telephone corrected since, and its copy."""
    shutil.copytree(office / "clients/atelier", office / "clients/atelier.bak")
    add(office / "clients/atelier", "# téléphone\n", "relance.yaml")
    return [office / "clients/atelier", office / "clients/atelier.bak"]


def a_clone_of_the_folder(office: Path) -> list[Path]:
    """The company and its clone, which bears another name and whose origin is the company."""
    git(office, "clone", "-q", "clients/atelier", "clients/copie")
    renamed(office / "clients/copie", "Atelier Lumen", "Essai")
    return [office / "clients/atelier", office / "clients/copie"]


def a_shallow_clone(office: Path) -> list[Path]:
    """The company and a clone of its last commit alone, which follows nothing."""
    add(office / "clients/atelier", "; fin\n")
    address = (office / "clients/atelier").as_uri()
    git(office, "clone", "-q", "--depth", "1", address, "clients/copie")
    git(office / "clients/copie", "remote", "remove", "origin")
    return [office / "clients/atelier", office / "clients/copie"]


def one_remote_spelt_twice(office: Path) -> list[Path]:
    """Two clones that write their remote each in its way, and another name."""
    pair = [office / "clients/atelier", office / "clients/copie"]
    shutil.copytree(pair[0], pair[1])
    renamed(pair[1], "Atelier Lumen", "Essai")
    urls = ("https://github.com/cabinet/a.git", "git@GitHub.com:cabinet/a")
    for folder, url in zip(pair, urls, strict=True):
        git(folder, "remote", "add", "origin", url)
    return pair


ONE_REPOSITORY = "partage son dépôt git avec"
ONE_ORIGIN = "partage le dépôt d'origine (origin) avec"
ONE_CREDITOR = (
    "partage son créancier (« Atelier Lumen », faute d'un siren dans chaque politique) avec"
)
TWINS: dict[Callable[[Path], list[Path]], str] = {
    two_in_one_repository: ONE_REPOSITORY,
    a_second_work_tree: ONE_REPOSITORY,
    a_second_clone: ONE_ORIGIN,
    a_clone_of_the_folder: ONE_ORIGIN,
    one_remote_spelt_twice: ONE_ORIGIN,
    a_backup: ONE_CREDITOR,
    a_corrected_backup: ONE_CREDITOR,
    a_shallow_clone: ONE_CREDITOR,
}


@pytest.mark.slow
@pytest.mark.parametrize("make", TWINS)
def test_nobody_is_reminded_twice(office: Path, make: Callable[[Path], list[Path]]) -> None:
    shutil.rmtree(office / "clients/boulangerie")
    pair = make(office)
    before = [state(folder) for folder in pair]
    status, said = of_all()
    assert (status, [state(folder) for folder in pair]) == (3, before)
    for folder, other in zip(pair, reversed(pair), strict=True):
        told = f"{folder.relative_to(office)}: {TWINS[make]} {other.relative_to(office)} : "
        assert told in said
        assert f"--dossier {folder.relative_to(office)} " not in said  # both would be twice


SPELLINGS = (
    "https://hote.example/cabinet/a.git",
    "http://Hote.example:8443/cabinet/a/",
    "https://jeton:secret@hote.example/cabinet/a",
    "ssh://git@hote.example:2222/cabinet/a.git/",
    "git@hote.example:cabinet/a.git",
    "HOTE.example:/cabinet/a",
    "git+ssh://git@hote.example/cabinet/a.git",
)
OTHERS = ("https://hote.example/cabinet/b.git", "https://autre.example/cabinet/a.git")


def test_an_origin_is_one_however_it_is_spelt(bare: Path) -> None:
    """Companies of no readable policy, which have nothing in common but their origin."""
    for number, url in enumerate((*SPELLINGS, *OTHERS)):
        folder = bare / f"urls/{number}"
        folder.mkdir(parents=True)
        (folder / "relance.yaml").touch()
        git(folder, "init", "-q")
        git(folder, "remote", "add", "origin", url)
    chosen = select(["urls/*"])
    same = [folder for folder in chosen.folders if int(folder.name) < len(SPELLINGS)]
    assert list(chosen.refused) == same
    assert ONE_ORIGIN in str(chosen.refused[same[0]])


# Two numbers whose key is right, every second figure from the right counting double:
# 000 000 091 is 1 + 18, its figures 1 + (1 + 8) = 10; 000 000 109 is 9 + 0 + 1 = 10.
ONE, TWO = "  siren: '000000091'\n", "  siren: '000000109'\n"
BANK = "  iban: FR76 0000 0000 0000 0000 1234 519\n"
CREDITORS = [
    (("Müller & Fils", ""), ("MULLER ET FILS S.A.R.L.", ""), True),
    (("Cœur de Lyon", ""), ("coeur de lyon", ""), True),
    (("Camille Vernet EI", ""), ("Camille Vernet", ""), True),
    (("Müller", ""), ("Muller Services", ""), False),
    (("Martin", ONE), ("Martin", TWO), False),
    (("Martin", ONE), ("Tout autre nom", ONE), True),
    (("Martin", TWO), ("Tout autre nom", TWO), True),
    (("Martin", ONE), ("Martin", ""), True),
    (("Martin", BANK), ("Martim", BANK), True),
    (("Martin", ONE + BANK), ("Martim", TWO + BANK), False),
]


@pytest.mark.parametrize(("one", "other", "same"), CREDITORS)
def test_two_folders_of_one_creditor_are_never_issued_together(
    tmp_path: Path, one: tuple[str, str], other: tuple[str, str], same: bool
) -> None:
    for folder, (name, more) in (("a", one), ("b", other)):
        (tmp_path / folder).mkdir()
        policy = f"creancier:\n  nom: {name}\n  adresse: 1 rue Neuve\n{more}"
        (tmp_path / folder / "relance.yaml").write_text(policy, encoding="utf-8")
    assert len(select([f"{tmp_path}/*"]).refused) == (2 if same else 0)


# ---------------------------------------------------------------- What befalls one company


@pytest.mark.slow
def test_a_killed_process_fails_alone_and_the_next_run_goes_on(office: Path) -> None:
    folder = named(office / "clients/deuil", "Deuil & Fils")
    hook(folder, "kill -9 $(ps -o ppid= -p $PPID)")
    status, said = of_all(pattern="clients/[ad]*")
    assert status == 1
    assert (
        "clients/deuil: le passage de cette entreprise est tombé (son processus a été tué" in said
    )
    assert "2 entreprises, 1 lettre ; émis : 1, panne : 1." in said
    assert git(office / "clients/atelier", "branch", "--show-current") == BRANCH
    # git, which nobody killed, ends its commit or not: either way the next run sets it right.
    hook(folder, "exit 0")
    wait_for_git(folder)
    status, said = of_all(pattern="clients/d*")
    assert (status, git(folder, "status", "--porcelain")) == (0, "")
    assert git(folder, "branch", "--show-current") == BRANCH


def wait_for_git(folder: Path) -> None:
    """Until a git that lost its parent is done."""
    for _ in range(200):
        if not (folder / ".git/index.lock").exists():
            return
        time.sleep(0.05)
    raise AssertionError(folder)


@pytest.mark.slow
def test_a_bug_in_one_process_is_told_with_its_traceback(office: Path) -> None:
    plugin(
        office / "clients/couture",
        "import relance.runs.pending\nrelance.runs.pending.make_plan = None\n",
    )
    status, said = of_all()
    assert status == 1
    assert "TypeError: 'NoneType' object is not callable" in said
    assert "clients/couture: le passage de cette entreprise est tombé (erreur du programme" in said
    assert "émis : 1, refusé : 1, panne : 1." in said


@pytest.mark.slow
def test_every_repository_that_is_not_ready_is_refused_alone(office: Path) -> None:
    shutil.rmtree(office / "clients/couture/.git")
    (office / "clients/boulangerie/relance.yaml").write_text("creancier: [", encoding="utf-8")
    named(office / "clients/occupé", "Occupé")
    with Repository.at(office / "clients/occupé").lock():
        status, said = of_all()
    assert status == 2
    assert "clients/boulangerie/relance.yaml:1:" in said
    assert "ce dossier n'est pas dans un dépôt git utilisable" in said
    assert "un autre passage est en cours" in said
    assert "4 entreprises, 1 lettre ; émis : 1, refusé : 3." in said


def test_no_process_to_be_had_is_told_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nulle/part/python")
    orders = [Order(Path(name), RunRequest(date(2025, 10, 7), Power())) for name in "ab"]
    reports = run_all(orders, 2, lambda _folder: None).reports
    assert [(each.outcome, each.status) for each in reports] == [(RunOutcome.FALLEN, 1)] * 2


HOSTILE = ("-x", "a b'c", "<b>été", "[bold]", "ligne\n2", "\x1b[31mrouge")


@pytest.mark.slow
def test_hostile_names_reach_neither_terminal_nor_shell(
    first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in HOSTILE[:3]:
        paid = Path(shutil.copytree(first / "clients/couture", tmp_path / name))
        renamed(paid, "Couture Colin", f'"{name}"')
    for name in HOSTILE[3:]:
        wrong = Path(shutil.copytree(first / "clients/boulangerie", tmp_path / name))
        renamed(wrong, "Boulangerie Bise", f'"[/red] {len(name)}"')
    monkeypatch.chdir(tmp_path)
    status, said = of_all(pattern="*")
    assert (status, "\x1b" in said) == (2, False)
    assert "6 entreprises, 0 lettre ; rien à émettre : 3, refusé : 3." in said
    assert "[bold] · [/red] 6 : refusé" in said
    assert "ligne 2/ledger/main.beancount:" in said
    assert "relance emettre --dossier $'ligne\\x0a2'" in said
    for name in HOSTILE:
        printed = ["bash", "-c", f"printf %s {word(Path(name))}"]
        assert subprocess.run(printed, capture_output=True, check=True).stdout == name.encode()


@pytest.mark.slow
def test_a_complaint_names_its_file_from_here(office: Path) -> None:
    def told(path: str, line: int = 0) -> str:
        folder = Path("clients/atelier")
        return located(folder, Problem(Source(path, line), "")).source.path

    assert told("ledger/absent.beancount") == "clients/atelier/ledger/absent.beancount"
    assert told("relance.yaml", 3) == "clients/atelier/relance.yaml"
    for other in ("git", "--au", "git.branche", "tcp://machine:8786", "/ailleurs", BRANCH, ""):
        assert told(other) == other


def test_the_name_of_a_part_is_no_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(console, "err", Console(file=screen, force_terminal=True, width=80))
    with console.progress_of(2, "Entreprises") as done:
        done("[/x] Dupont")
    assert "[/x] Dupont" in screen.getvalue()


def test_a_bar_of_bytes_counts_what_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """One file of four is three quarters of the work when it has three quarters of the bytes."""
    screen = io.StringIO()
    monkeypatch.setattr(console, "err", Console(file=screen, force_terminal=True, width=80))
    with console.progress_of_bytes(4000, "lecture") as done:
        done("releve.xml", 3000)
    assert "75%" in screen.getvalue()


# ---------------------------------------------------------------- Together


def test_the_power_is_shared() -> None:
    """Companies at once times workers each: never more than were asked for."""

    def told(workers: int, companies: int) -> tuple[int, int | None]:
        at_once, each = shared(Power(workers), companies)
        return at_once, each.workers

    cases = ((8, 3), (2, 5), (1, 5), (4, 1), (7, 7), (5, 0))
    assert [told(*case) for case in cases] == [(3, 2), (2, 1), (1, 1), (1, 4), (7, 1), (1, 5)]
    assert shared(Power(), 100)[0] == cores()
    cluster = Power(cluster="tcp://machine:8786")
    assert shared(cluster, 100) == (cores(), cluster)


@pytest.mark.slow
def test_letters_are_pushed_and_a_remote_that_refuses_harms_one(
    first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [tmp_path / name / "société" for name in ("a", "b")]
    for number, folder in enumerate(folders):
        shutil.copytree(first / "clients/atelier", folder, symlinks=True)
        renamed(folder, "Atelier Lumen", f"Société {number}")
    remotes = [with_remote(folder) for folder in folders]
    refusing = remotes[1] / "hooks/pre-receive"
    refusing.parent.mkdir(exist_ok=True)
    refusing.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    refusing.chmod(0o755)
    programs = tmp_path / "programmes"  # neither gh nor glab
    programs.mkdir()
    (programs / "git").symlink_to(shutil.which("git") or "")
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.chdir(tmp_path)
    status, said = of_all("--pousser", pattern="*/société")
    assert status == 3
    assert "2 entreprises, 2 lettres ; émis : 1, non poussé : 1." in said
    listed = [git(remote, "for-each-ref", "--format=%(refname:short)") for remote in remotes]
    assert listed == [f"main\n{BRANCH}", "main"]
    assert f"relance emettre --dossier 'b/société' --au {DAY} --pousser" in said
    assert "gh pr create" in said


ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}


def begun(place: Path, *arguments: str, **settings: str) -> subprocess.Popen[str]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "relance", "emettre", "--dossiers", "clients/*"]
    return subprocess.Popen(
        [*command, "--au", DAY, *arguments],
        cwd=place,
        env=ENVIRONMENT | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def wait_for(sign: Path) -> None:
    """Until a company is where the test wants it."""
    for _ in range(600):
        if sign.exists():
            return
        time.sleep(0.05)
    raise AssertionError(sign)


@pytest.fixture
def slow_one(office: Path) -> Path:
    """The sign that a company is in the middle of its commit, where it stays."""
    for name in ("boulangerie", "couture"):
        shutil.rmtree(office / "clients" / name)
    sign = office / "signe"
    hook(office / "clients/atelier", f"touch {sign}; sleep 60")
    named(office / "clients/dernier", "Dernier")
    return sign


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "TERM"]
)
def test_stopped_each_folder_is_as_it_was(
    office: Path, slow_one: Path, number: int, status: int
) -> None:
    before = [state(office / "clients" / name) for name in ("atelier", "dernier")]
    running = begun(office, "--ouvriers", "1")
    wait_for(slow_one)
    running.send_signal(number)
    out, err = running.communicate(timeout=60)
    assert running.returncode == status, err
    assert "2 entreprises, 0 lettre ; interrompu : 1, pas commencé : 1." in out
    assert "Traceback" not in err
    assert [state(office / "clients" / name) for name in ("atelier", "dernier")] == before
    with Repository.at(office / "clients/atelier").lock() as free:  # nobody is left in there
        assert free is None


@pytest.mark.slow
def test_a_company_that_does_not_hear_is_ended_by_a_second_one(office: Path) -> None:
    for name in ("boulangerie", "couture"):
        shutil.rmtree(office / "clients" / name)
    sign = office / "signe"
    program = "import pathlib, signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    program += f"pathlib.Path({str(sign)!r}).touch()\ntime.sleep(60)\n"
    plugin(office / "clients/atelier", program)
    before = state(office / "clients/atelier")
    running = begun(office)
    wait_for(sign)
    running.send_signal(signal.SIGINT)
    time.sleep(0.3)
    running.send_signal(signal.SIGINT)
    out, _ = running.communicate(timeout=60)
    assert (running.returncode, "interrompu : 1." in out) == (130, True)
    assert state(office / "clients/atelier") == before


@pytest.mark.slow
def test_french_is_printed_whatever_the_locale(office: Path) -> None:
    shutil.rmtree(office / "clients/atelier")
    out, err = begun(office, LC_ALL="C", LANG="C").communicate(timeout=60)
    assert "rien à émettre" in out
    assert "n'est pas équilibrée" in err


@pytest.mark.slow
def test_never_more_companies_at_once_than_asked_for(office: Path) -> None:
    log = office / "journal"
    for number in range(5):
        folder = named(office / f"cinq/{number}", f"Société {number}")
        # The first waits for a second one to be there, however slow the machine is.
        alone = f"[ $(grep -c + {log}) -lt 2 ] && [ $n -lt 300 ]"
        wait = f"n=0; while {alone}; do sleep 0.1; n=$((n+1)); done"
        hook(folder, f"echo + >> {log}; {wait}; sleep 1; echo - >> {log}")
    status, said = of_all("--ouvriers", "2", pattern="cinq/*")
    assert (status, "5 entreprises, 5 lettres ; émis : 5." in said) == (0, True)
    under_way, most = 0, 0
    for line in log.read_text(encoding="utf-8").split():
        under_way += 1 if line == "+" else -1
        most = max(most, under_way)
    assert (under_way, most) == (0, 2)
