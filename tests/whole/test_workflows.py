"""The workflow files and the hook: well formed, sparing, and played against a bare remote."""

from __future__ import annotations

import os
import re
import shutil
import string
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from places import ROOT
from repositories import DAY, LEDGER, PAYMENT, add, calls, commit, found, git, stand_in, with_remote

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
GITLAB = ROOT / ".gitlab-ci.yml"
HOOKS = ROOT / ".pre-commit-hooks.yaml"


def read(path: Path) -> Any:
    """The file as a server reads it: twice the same key is refused."""
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def steps(name: str, job: str) -> list[tuple[str, str]]:
    """The commands of a GitHub job with their names, in order."""
    found_steps = read(ROOT / f".github/workflows/{name}.yml")["jobs"][job]["steps"]
    return [(step["name"], step["run"]) for step in found_steps]


# ---------------------------------------------------------------- The files


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_github_workflow_is_sparing(path: Path) -> None:
    text, flow = path.read_text(encoding="utf-8"), read(path)
    assert flow["permissions"] == {}
    assert flow["concurrency"]["group"]
    for job in flow["jobs"].values():
        assert job["timeout-minutes"] <= 30
        assert all("uses" not in step for step in job["steps"])  # nothing of others, no pin to keep
        # A branch's name is foreign text: it reaches the shell by the environment alone.
        assert all("${{" not in step["run"] for step in job["steps"])
        for step in job["steps"]:
            checked = ["bash", "-n", "-c", step["run"]]
            assert subprocess.run(checked, check=False).returncode == 0
    assert "pull_request_target" not in text


def test_only_the_daily_run_may_write() -> None:
    daily, check = (
        read(ROOT / f".github/workflows/{n}.yml")["jobs"][n]["permissions"]
        for n in ("relance", "verifier")
    )
    assert daily == {"contents": "write", "pull-requests": "write"}
    assert check == {"contents": "read"}


def test_the_check_runs_on_every_request_and_after_every_entry() -> None:
    # YAML 1.1 reads « on » as true; a server does not.
    flow = read(ROOT / ".github/workflows/verifier.yml")
    events = flow.get("on", flow.get(True))
    assert set(events) == {"pull_request", "push"}


def test_the_gitlab_file_holds_the_same_jobs() -> None:
    flow = read(GITLAB)
    assert {"relance", "verifier", "verifier-attente"} <= set(flow)
    assert flow["relance"]["resource_group"] == "relance"
    github = [run for name, run in steps("relance", "relance") if "relance " in run]
    written = commands("relance")
    assert [line for line in github if line.startswith(".venv")] == [
        line for line in written if line.startswith(".venv")
    ]


def commands(job: str) -> list[str]:
    """The script of a GitLab job, shared parts in place."""
    lines = []
    for part in read(GITLAB)[job]["script"]:
        lines += part if isinstance(part, list) else [part]
    return lines


def test_the_hook_runs_a_command_that_the_package_installs() -> None:
    (hook,) = read(HOOKS)
    assert (hook["language"], hook["pass_filenames"]) == ("python", False)
    entry = hook["entry"].split()
    assert entry[0] == "relance"  # a script of pyproject.toml
    names = re.compile(hook["files"])
    assert all(
        names.search(path)
        for path in ("relance.yaml", "ledger/2026.beancount", "letters/fr/a.md", "out/registre/x")
    )
    assert not names.search("README.md")


@pytest.mark.slow
def test_the_hook_s_entry_accepts_and_refuses(tmp_path: Path) -> None:
    """As pre-commit runs it: at the top of the repository, without file names."""
    (hook,) = read(HOOKS)
    folder = found(tmp_path / "société")
    entry = [sys.executable, "-m", *hook["entry"].split()]

    def ran() -> subprocess.CompletedProcess[str]:
        return subprocess.run(entry, cwd=folder, capture_output=True, text=True, check=False)

    assert ran().returncode == 0
    add(folder, "2026-13-01 open Actifs:Clients:Faux\n")
    refused = ran()
    assert (refused.returncode, "ledger/main.beancount" in refused.stderr) == (2, True)


# ---------------------------------------------------------------- Played


@pytest.fixture
def server(one_memory: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bare remote with a company on main, and stand-ins for gh and glab; the company's folder.

    Its Makefile stands where the program's stands, and makes a `relance` that knows the day.
    """
    folder = found(tmp_path / "société")
    (folder / ".gitignore").write_text("/.venv/\n", encoding="utf-8")
    (folder / "installe.sh").write_text(
        f'mkdir -p .venv/bin\nprintf \'#!/bin/sh\\nexec {sys.executable} -m relance "$@" '
        '--au "$JOUR"\\n\' > .venv/bin/relance\nchmod +x .venv/bin/relance\n',
        encoding="utf-8",
    )
    (folder / "Makefile").write_text("installer:\n\t@sh installe.sh\n", encoding="utf-8")
    commit(folder)
    with_remote(folder)
    for name in ("gh", "glab"):
        stand_in(tmp_path / "programmes", name)
    for name in [name for name in os.environ if name.startswith("GIT_CONFIG_GLOBAL")]:
        monkeypatch.delenv(name)
    return folder


def github(server: Path, name: str, day: str, **more: str) -> tuple[int, str]:
    """Every step of a workflow in a fresh workspace, until one fails, as its runner does."""
    return play([run for _, run in steps(name, name)], server, day, more)


def gitlab(server: Path, job: str, day: str, **more: str) -> tuple[int, str]:
    """The script of a GitLab job in one shell, its variables filled in."""
    flow = read(GITLAB)
    own = {"CI_PROJECT_URL": str(server.parent / "distant"), "CI_DEFAULT_BRANCH": "main"} | more
    asked = {**flow["variables"], **flow[job]["variables"]}
    filled = {name: string.Template(x).safe_substitute(own) for name, x in asked.items()}
    return play(["\n".join(commands(job))], server, day, own | filled)


def play(scripts: list[str], server: Path, day: str, variables: dict[str, str]) -> tuple[int, str]:
    home = server.parent / "chez-soi"
    shutil.rmtree(home, ignore_errors=True)
    (home / "espace").mkdir(parents=True)
    known = {
        "DEPOT": str(server.parent / "distant.git"),
        "BRANCHE": "main",
        "HOME": str(home),
        "JOUR": day,
        "PATH": f"{server.parent / 'programmes'}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "scripts"),
    }
    said = ""
    for script in scripts:
        done = subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=home / "espace",
            env=os.environ | known | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        said += done.stdout
        if done.returncode:
            return done.returncode, said
    return 0, said


def created(server: Path) -> list[str]:
    """Which branches a request was opened for."""
    found_calls = [call for call in calls(server.parent / "programmes") if call[2] == "create"]
    return [word for call in found_calls for word in call if word.startswith("relance/")]


def branches(server: Path) -> list[str]:
    listed = git(server.parent / "distant.git", "for-each-ref", "--format=%(refname:short)")
    return listed.split()


@pytest.mark.slow
def test_a_week_on_github(server: Path) -> None:
    """Nothing, the first letter, nothing new; then a payment on main."""
    assert github(server, "relance", "2026-10-06")[0] == 0
    assert (branches(server), created(server)) == (["main"], [])
    status, said = github(server, "relance", DAY)
    assert (status, branches(server)) == (0, ["main", f"relance/{DAY}"]), said
    assert created(server) == [f"relance/{DAY}"]
    status, said = github(server, "relance", "2026-10-08")
    assert (status, created(server)) == (0, [f"relance/{DAY}"]), said
    request = {"BRANCHE": f"relance/{DAY}", "CIBLE": "main"}
    own = steps("verifier", "verifier")[:3]
    assert play([run for _, run in own], server, "2026-10-08", request)[0] == 0
    add(server, PAYMENT.format(sum="1200.00"))
    git(server, "push", "-q", "origin", "main")
    status, said = play([run for _, run in own], server, "2026-10-08", request)
    assert status == 2
    line = len(LEDGER.splitlines()) + 4
    assert f"ledger/main.beancount:{line}: F2026-0001 ne se relance plus" in " ".join(said.split())
    status, said = github(server, "verifier", "2026-10-08", CIBLE="main")
    assert (status, "F2026-0001 ne se relance plus" in said) == (1, True)


@pytest.mark.slow
def test_a_week_on_gitlab(server: Path) -> None:
    status, said = gitlab(server, "relance", DAY)
    assert (status, branches(server)) == (0, ["main", f"relance/{DAY}"]), said
    assert created(server) == [f"relance/{DAY}"]
    request = {
        "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": f"relance/{DAY}",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
    }
    add(server, PAYMENT.format(sum="1200.00"))
    git(server, "push", "-q", "origin", "main")
    status, said = gitlab(server, "verifier", "2026-10-08", **request)
    assert (status, "F2026-0001 ne se relance plus" in said) == (2, True)
    status, said = gitlab(server, "verifier-attente", "2026-10-08")
    assert (status, "F2026-0001 ne se relance plus" in said) == (1, True)
