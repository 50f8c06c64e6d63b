"""The frame: the Makefile and what prepares `.venv/`, the pins, the wheel."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZipFile

import pytest

import prepare
from places import ROOT

SCRIPTS = ROOT / "scripts"


def make(folder: Path, *words: str, **environment: str) -> tuple[int, str]:
    """Run make as a person would, out of any make that runs the tests."""
    outer = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "DATE", "CLIENT", "FACTURE", "PUSH", "CONTRE")
    plain = {name: value for name, value in os.environ.items() if name not in outer}
    done = subprocess.run(
        ["make", "-C", str(folder), "--no-print-directory", *words],
        env=plain | {"PYTHON": sys.executable} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout


# ---------------------------------------------------------------- the Makefile

# Stands where prepare.py stands: makes a `.venv/` whose programs print their arguments.
PREPARE = """
import sys
from pathlib import Path
venv = Path(".venv")
(venv / "bin").mkdir(parents=True, exist_ok=True)
(venv / "bin/python").touch()
for name in ("relance", "fava"):
    (venv / "bin" / name).write_text('#!/bin/sh\\nprintf "[%s]" "$@"\\n')
    (venv / "bin" / name).chmod(0o755)
(venv / "endroit.mk").write_text(f"ENDROIT := {Path.cwd()}\\n")
(venv / "pret").touch()
print("prepared", *sys.argv[1:])
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "mes relances"
    (folder / "scripts").mkdir(parents=True)
    for name in (
        "Makefile",
        "pyproject.toml",
        *(f"scripts/{p.name}" for p in SCRIPTS.glob("*.txt")),
    ):
        shutil.copyfile(ROOT / name, folder / name)
    (folder / "scripts/prepare.py").write_text(PREPARE, encoding="utf-8")
    return folder


def test_make_alone_lists_every_target_with_a_line() -> None:
    phony = re.search(
        r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert phony is not None
    targets = set(phony[1].split()) - {"aide", "FORCE"}
    _, said = make(ROOT)
    assert set(re.findall(r"^  make ([a-z-]+) +\S.*$", said, re.MULTILINE)) == targets


def test_it_prepares_once(checkout: Path) -> None:
    assert make(checkout, "relance") == (0, "prepared\n[emettre]")
    assert make(checkout, "relance") == (0, "[emettre]")


@pytest.mark.slow
def test_it_prepares_again_for_new_requirements(checkout: Path) -> None:
    make(checkout, "relance")
    os.utime(checkout / ".venv/pret", (0, 0))
    assert make(checkout, "plan") == (0, "prepared\n[plan]")


@pytest.mark.slow
def test_it_prepares_again_after_an_interruption(checkout: Path) -> None:
    make(checkout, "relance")
    (checkout / ".venv/pret").unlink()
    assert make(checkout, "plan") == (0, "prepared\n[plan]")


@pytest.mark.slow
def test_it_prepares_again_when_its_python_is_gone(checkout: Path) -> None:
    make(checkout, "relance")
    (checkout / ".venv/bin/python").unlink()
    assert make(checkout, "plan") == (0, "prepared\n[plan]")


@pytest.mark.slow
def test_it_prepares_again_in_another_place(checkout: Path) -> None:
    make(checkout, "relance")
    moved = checkout.rename(checkout.with_name("ailleurs"))
    assert make(moved, "plan") == (0, "prepared\n[plan]")
    assert make(moved, "plan") == (0, "[plan]")


@pytest.mark.slow
def test_the_developer_s_tools_come_only_when_asked_for(checkout: Path) -> None:
    _, said = make(checkout, "lint")
    assert said.startswith("prepared --dev\n")


@pytest.mark.slow
def test_what_draws_comes_only_for_what_is_drawn(checkout: Path) -> None:
    assert make(checkout, "plan") == (0, "prepared\n[plan]")
    assert make(checkout, "bilan") == (0, "prepared --rapports\n[bilan][--ecrire]")


@pytest.mark.slow
@pytest.mark.parametrize(("words", "port"), [((), "5000"), (("PORT=5055",), "5055")])
def test_fava_is_served_to_this_machine_alone(
    checkout: Path, words: tuple[str, ...], port: str
) -> None:
    status, said = make(checkout, "fava", *words)
    assert (status, said.splitlines()[0]) == (0, "prepared --fava")
    assert f"http://127.0.0.1:{port}/" in said
    assert said.endswith(f"[--host][127.0.0.1][--port][{port}][ledger/main.beancount]")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "arguments"),
    [
        (["relance"], "[emettre]"),
        (["relance", "DATE=2026-11-21"], "[emettre][--au][2026-11-21]"),
        (["plan", "DATE=`id` \"'; x"], "[plan][--au][`id` \"'; x]"),
        (["relance", "PUSH=1"], "[emettre][--pousser]"),
        (["verifier"], "[verifier]"),
        (["verifier", "CONTRE=origin/main"], "[verifier][--contre][origin/main]"),
        (["expliquer", "FACTURE=F2026-0031"], "[expliquer][--][F2026-0031]"),
        (["audit"], "[audit]"),
        (["audit", "DEPUIS=2026-01-01"], "[audit][--depuis][2026-01-01]"),
        (["expliquer", "CLIENT=L'Épi d'Or"], "[expliquer][--][L'Épi d'Or]"),
    ],
)
def test_variables_reach_the_program_whole(
    checkout: Path, words: list[str], arguments: str
) -> None:
    make(checkout, "installer")
    assert make(checkout, *words) == (0, arguments)


@pytest.mark.slow
def test_nothing_to_explain(checkout: Path) -> None:
    make(checkout, "installer")
    status, said = make(checkout, "expliquer")
    assert status == 2
    assert said.startswith("Indiquez FACTURE= ou CLIENT=")


def test_no_python(checkout: Path) -> None:
    status, said = make(checkout, "relance", "PYTHON=/nulle/part/python3")
    assert status == 2
    assert said.startswith("Il faut Python 3.11, 3.12, 3.13 ou 3.14, et aucun n’a été trouvé.\n")
    assert not (checkout / ".venv").exists()


# ---------------------------------------------------------------- what installs


@pytest.mark.parametrize("works", [True, False])
def test_uv_installs_where_it_is_and_pip_where_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, works: bool
) -> None:
    log, program = tmp_path / "log", tmp_path / "uv"
    script = f'#!/bin/sh\necho "$@" >> {log}\nexit {int(not works)}\n'
    program.write_text(script, encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(prepare, "run", lambda *command: asked.append(command))
    prepare.install("--require-hashes", "--requirement=a.txt")
    words = log.read_text(encoding="utf-8").split()
    assert words[:2] == ["pip", "install"]
    assert words[-3:] == [f"--python={prepare.PYTHON}", "--require-hashes", "--requirement=a.txt"]
    by_pip = [command[1:5] for command in asked]
    assert by_pip == ([] if works else [("-I", "-m", "pip", "install")])
    assert all(command[-2:] == tuple(words[-2:]) for command in asked)


def test_without_uv_pip_installs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(prepare, "run", lambda *command: asked.append(command))
    prepare.install("--no-deps")
    assert [command[3] for command in asked] == ["pip"]


@pytest.mark.parametrize("written", [True, False])
def test_modules_are_compiled_at_the_set_up_only_where_python_will_not_write_them_later(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, written: bool
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", not written)
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(prepare, "run", lambda *command: asked.append(command))
    prepare.pip("--no-deps")
    assert ("--no-compile" in asked[0]) is written

    program = tmp_path / "uv"
    program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path / "log"}\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert prepare.uv("--no-deps")
    words = (tmp_path / "log").read_text(encoding="utf-8").split()
    assert ("--compile-bytecode" in words) is not written


def made_up_venv(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> tuple[dict[str, Path], list[list[str]]]:
    """The stamps by name in a folder of their own, and the lists that each set-up installs."""
    names = {"STAMP": "pret", "REPORTS_STAMP": "pret-rapports"}
    names |= {"DEV_STAMP": "pret-dev", "FAVA_STAMP": "pret-fava"}
    stamps = {name: folder / file for name, file in names.items()}
    swapped = {getattr(prepare, name): stamp for name, stamp in stamps.items()}
    lists = {swapped[stamp]: path for stamp, path in prepare.LISTS.items()}
    for name, value in {**stamps, "PLACE": folder / "endroit.mk", "LISTS": lists}.items():
        monkeypatch.setattr(prepare, name, value)
    extras = {word: tuple(swapped[s] for s in more) for word, more in prepare.EXTRAS.items()}
    monkeypatch.setattr(prepare, "EXTRAS", extras)
    installed: list[list[str]] = []

    def install(*arguments: str) -> None:
        lists = [a.rpartition("/")[2] for a in arguments if a.startswith("--requirement=")]
        installed.extend([lists] if lists else [])

    monkeypatch.setattr(prepare, "install", install)
    monkeypatch.setattr(prepare, "run", lambda *_command: None)
    monkeypatch.setattr(prepare, "check_system", lambda: None)
    monkeypatch.setattr(prepare, "get_test_programs", lambda: None)
    return stamps, installed


PROGRAM, REPORTS = "requirements.txt", "requirements-rapports.txt"


@pytest.mark.parametrize(
    ("words", "lists"),
    [
        ([], [PROGRAM]),
        (["--rapports"], [PROGRAM, REPORTS]),
        (["--fava"], [PROGRAM, REPORTS, "requirements-fava.txt"]),
        (["--dev"], [PROGRAM, REPORTS, "requirements-dev.txt"]),
    ],
)
def test_each_set_up_installs_what_it_needs_and_keeps_what_was_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: list[str], lists: list[str]
) -> None:
    stamps, installed = made_up_venv(monkeypatch, tmp_path)
    assert prepare.main(words) == 0
    assert installed == [lists]
    assert {s.name for s in stamps.values() if s.exists()} == {
        name.replace("requirements", "pret").removesuffix(".txt") for name in lists
    }
    assert prepare.main([]) == 0  # the pins have changed
    assert installed == [lists, lists]


# ---------------------------------------------------------------- what the system must have


@pytest.fixture
def apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An apt-get that knows a package only after an update, and writes down what it is asked."""
    log = tmp_path / "log"
    program = tmp_path / "apt-get"
    program.write_text(f'#!/bin/sh\necho "$1" >> {log}\ngrep -q update {log}\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return log


def test_a_library_is_there_or_not() -> None:
    assert all(prepare.loads(names) for names in prepare.LIBRARIES)
    assert not prepare.loads(("nulle-part", "libnulle-part.so.0", "libnulle-part.dylib"))


def test_apt_gets_fresh_lists_only_when_it_must(apt: Path) -> None:
    prepare.apt_install(["libpango-1.0-0"])
    prepare.apt_install(["libpango-1.0-0"])
    assert apt.read_text(encoding="utf-8").split() == ["install", "update", "install", "install"]


@pytest.mark.parametrize(
    ("tool", "command"),
    [
        ("apt", "sudo apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"),
        ("dnf", "sudo dnf install pango harfbuzz"),
        ("brew", "brew install pango harfbuzz"),
    ],
)
def test_each_system_gets_its_own_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tool: str, command: str
) -> None:
    (tmp_path / tool).write_text("#!/bin/sh\n", encoding="utf-8")
    (tmp_path / tool).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    said = prepare.how_to_install(prepare.DEBIAN)
    assert command in said
    assert len(re.findall(r"\binstall\b", said)) == 1


def test_the_browser_of_the_tests_is_any_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert prepare.any_of(prepare.TEST_PROGRAMS["chromium"]) is None
    (tmp_path / "chromium-browser").write_text("#!/bin/sh\n", encoding="utf-8")
    (tmp_path / "chromium-browser").chmod(0o755)
    found = prepare.any_of(prepare.TEST_PROGRAMS["chromium"])
    assert found == str(tmp_path / "chromium-browser")


@pytest.mark.parametrize(("user", "asked"), [(0, ["install", "update", "install"]), (1000, [])])
def test_root_gets_the_tests_programs_by_apt(
    apt: Path, monkeypatch: pytest.MonkeyPatch, user: int, asked: list[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setenv("PATH", f"{apt.parent}:/bin")
    monkeypatch.setattr(prepare, "TEST_PROGRAMS", {"un": ("nulle-part",), "deux": ("non-plus",)})
    prepare.get_test_programs()
    assert (apt.read_text(encoding="utf-8").split() if apt.exists() else []) == asked


def test_an_unknown_system_gets_all_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    said = prepare.how_to_install(prepare.DEBIAN)
    assert all(name in said for name in ("Debian, Ubuntu", "Fedora", "macOS"))


# ---------------------------------------------------------------- the pins


def pins(name: str) -> Mapping[str, str]:
    text = (SCRIPTS / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))


def asked(name: str) -> set[str]:
    lines = (SCRIPTS / name).read_text(encoding="utf-8").splitlines()
    named = (re.split(r"[\s><=]", line)[0] for line in lines if line and line[0] not in "#-")
    return {name.replace(".", "-") for name in named}


@pytest.mark.parametrize(
    "name",
    ["requirements", "requirements-rapports", "requirements-dev", "requirements-fava"],
)
def test_every_requirement_is_pinned_with_its_hashes(name: str) -> None:
    text = (SCRIPTS / f"{name}.txt").read_text(encoding="utf-8")
    assert asked(f"{name}.in") <= set(pins(f"{name}.txt"))
    for requirement in re.split(r"\n(?=[a-z])", text)[1:]:
        assert re.match(r"[a-z0-9-]+==\S+.* \\\n    --hash=sha256:", requirement), requirement
    assert "://" not in text


@pytest.mark.parametrize("below", [PROGRAM, REPORTS])
@pytest.mark.parametrize("name", [REPORTS, "requirements-dev.txt", "requirements-fava.txt"])
def test_the_pins_that_come_on_top_are_the_program_s(name: str, below: str) -> None:
    program, more = pins(below), pins(name)
    assert all(more[name] == program[name] for name in program.keys() & more.keys())


def test_what_only_draws_is_no_part_of_the_program() -> None:
    assert pins(REPORTS).keys() - pins(PROGRAM).keys() == {
        *("contourpy", "cycler", "kiwisolver", "matplotlib", "numpy", "pyparsing")
    }


def test_the_tests_run_the_fava_that_is_served() -> None:
    assert pins("requirements-fava.txt").items() <= pins("requirements-dev.txt").items()


def test_the_package_asks_for_what_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {re.split(r"[><=]", d)[0].replace(".", "-") for d in project["dependencies"]}
    assert named == asked("requirements.in") - {"hatchling"}
    extras = project["optional-dependencies"]
    assert {re.split(r"[><=]", d)[0] for d in extras["rapports"]} == asked(
        "requirements-rapports.in"
    )
    assert set(extras["rapports"]) < set(extras["fava"])


# ---------------------------------------------------------------- for real


@pytest.mark.slow
def test_the_wheel_holds_the_program_and_what_a_new_company_starts_from(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("relance-*.whl")
    names = set(ZipFile(wheel).namelist())
    package = {p.relative_to(SCRIPTS) for p in (SCRIPTS / "relance").rglob("*") if p.is_file()}
    assert {str(p) for p in package if "__pycache__" not in p.parts} <= names
    letters = (p.relative_to(ROOT) for p in (ROOT / "letters").rglob("*") if p.is_file())
    forges = [*(ROOT / ".github/workflows").iterdir(), ROOT / ".gitlab-ci.yml"]
    beside = [*letters, *(p.relative_to(ROOT) for p in forges)]
    assert {f"relance/depart/{p}" for p in beside} <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)


@pytest.mark.slow
def test_a_set_up_killed_half_way_is_made_again(tmp_path: Path) -> None:
    for name in ("Makefile", "pyproject.toml", "LICENSE", "README.md"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    shutil.copytree(SCRIPTS, tmp_path / "scripts")
    for name in ("letters", ".github"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copyfile(ROOT / ".gitlab-ci.yml", tmp_path / ".gitlab-ci.yml")
    command = [sys.executable, "scripts/prepare.py"]
    with subprocess.Popen(command, cwd=tmp_path, start_new_session=True) as first:
        while not list(tmp_path.glob(".venv/lib/python3*/site-packages/babel")):
            assert first.poll() is None
            time.sleep(0.05)
        os.killpg(first.pid, 9)
    assert not (tmp_path / ".venv/pret").exists()
    status, said = make(tmp_path, "installer")
    assert status == 0, said
    shown = subprocess.check_output([tmp_path / ".venv/bin/relance", "--help"], encoding="utf-8")
    assert "emettre" in shown
