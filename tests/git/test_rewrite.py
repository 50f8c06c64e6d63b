"""Files of a branch replaced in one commit or not at all: faults, kills at every stage."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from relance.git.program import Git
from relance.git.repository import Repository
from relance.git.transaction import NewCommit
from relance.values.problem import Refusal, Status

KEPT, GONE, NEW = "out/lettres/à garder.md", "out/vieux/retirée.md", "out/neuf/faite.md"
KILLED = 9


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=True)
    return done.stdout.decode()


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """A branch of letters in the midst of its user's work, its base one commit further."""
    folder = tmp_path / "société été"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    for name in (KEPT, GONE, "livre", "dirty"):
        write(folder, name, "début\n")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=début")
    git(folder, "switch", "--quiet", "--create=relance/1")
    write(folder, "branche", "ici\n")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=lettres")
    git(folder, "switch", "--quiet", "main")
    write(folder, "livre", "règlement\n")
    write(folder, "nouveau/livre", "ouvert\n")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=règlements")
    git(folder, "switch", "--quiet", "relance/1")
    write(folder, "dirty", "en cours\n")
    write(folder, "untracked", "en cours\n")
    write(folder, KEPT, "retouché, pas encore dans git\n")
    return folder


def rewrite(folder: Path, *, merges: bool = False) -> NewCommit:
    files = {KEPT: b"nouveau\n", GONE: None, NEW: b"fait\n"}
    merge = git(folder, "rev-parse", "main").strip() if merges else ""
    head = git(folder, "rev-parse", "HEAD").strip()
    return NewCommit(files, "Réécriture\n", head, merge=merge, merge_message="Fusion de main\n")


def everything(folder: Path) -> tuple[object, ...]:
    """All that a failed or killed rewrite must leave as it was."""
    files = {
        str(path): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
        if ".git" not in path.parts
    }
    references = git(folder, "for-each-ref") + git(folder, "symbolic-ref", "HEAD")
    left = [
        name for name in ("reecriture.json", "avant") if (folder / ".git/relance" / name).exists()
    ]
    return files, references, git(folder, "ls-files", "--stage"), left


def killed(act: Callable[[], object]) -> bool:
    """Run `act` in a process of its own; whether it was killed before its end."""
    child = os.fork()
    if child == 0:
        try:
            act()
            os._exit(0)
        finally:
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, KILLED)
    return code != 0


def kill_at(stage: str) -> Callable[[str], None]:
    return lambda name: os._exit(KILLED) if name == stage else None


def check_made(folder: Path, *, merges: bool) -> None:
    changed = git(folder, "diff", "--name-status", "-z", "HEAD^", "HEAD").split("\0")[:-1]
    assert changed == ["M", KEPT, "A", NEW, "D", GONE]
    assert (folder / KEPT).read_text() == "nouveau\n"
    assert not (folder / GONE).parent.exists()
    assert (folder / "livre").read_text() == ("règlement\n" if merges else "début\n")
    assert git(folder, "status", "--porcelain", "-z") == " M dirty\0?? untracked\0"
    assert list((folder / ".git/relance").iterdir()) == []


@pytest.mark.parametrize("merges", [False, True])
def test_exactly_our_files_change(company: Path, merges: bool) -> None:
    start = git(company, "rev-parse", "HEAD").strip()
    made = Repository.at(company).commit_rewrite(rewrite(company, merges=merges))
    assert git(company, "rev-parse", "HEAD").strip() == made
    check_made(company, merges=merges)
    parents = git(company, "rev-list", "--parents", "-n1", "HEAD^" if merges else "HEAD").split()[
        1:
    ]
    assert parents == [start, *([git(company, "rev-parse", "main").strip()] if merges else [])]


STAGES = ("journal", "merge", f"move {KEPT}", f"move {GONE}", f"move {NEW}", "add", "commit")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stage", "merges"), [*((s, True) for s in STAGES), ("add", False), ("commit", False)]
)
def test_killed_before_the_commit_all_is_as_before(company: Path, stage: str, merges: bool) -> None:
    before, wanted = everything(company), rewrite(company, merges=merges)
    repository = replace(Repository.at(company), on_stage=kill_at(stage))
    assert killed(lambda: repository.commit_rewrite(wanted))
    said = Repository.at(company).recover()
    assert (said is None) == (stage == "journal")
    assert said is None or said.endswith("ce qu'il avait commencé a été défait.")
    assert everything(company) == before
    Repository.at(company).commit_rewrite(wanted)
    check_made(company, merges=merges)


@pytest.mark.slow
@pytest.mark.parametrize("merges", [False, True])
@pytest.mark.parametrize("stage", ["check", "close"])
def test_killed_after_the_commit_it_stands(company: Path, stage: str, merges: bool) -> None:
    repository = replace(Repository.at(company), on_stage=kill_at(stage))
    wanted = rewrite(company, merges=merges)
    assert killed(lambda: repository.commit_rewrite(wanted))
    assert str(Repository.at(company).recover()).endswith("est complet sur relance/1.")
    check_made(company, merges=merges)


def test_the_way_back_may_be_killed_too(company: Path) -> None:
    before, repository = everything(company), Repository.at(company)
    wanted = rewrite(company, merges=True)
    killed(lambda: replace(repository, on_stage=kill_at("commit")).commit_rewrite(wanted))
    true_attempt = Git.attempt
    for last in range(60):
        left = iter(range(last))

        def attempt(self: Git, *words: str, stdin: bytes = b"", left=left):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            if next(left, None) is None:
                os._exit(KILLED)
            return true_attempt(self, *words, stdin=stdin)

        def dying(attempt: object = attempt) -> None:
            Git.attempt = attempt  # type: ignore[assignment,method-assign]
            repository.recover()

        if not killed(dying):
            break
    assert last >= len(STAGES)
    assert everything(company) == before


def hook(folder: Path, name: str, script: str) -> None:
    path = folder / ".git/hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("name", "script", "words"),
    [
        ("pre-commit", "echo 'orthographe' >&2; exit 1", "orthographe"),
        ("commit-msg", "echo 'sujet' >&2; exit 1", "sujet"),
        ("pre-merge-commit", "echo 'pas ici' >&2; exit 1", "pas ici"),
        ("pre-commit", f"echo fin >> '{KEPT}'; git add '{KEPT}'", "un hook de git a modifié"),
        ("pre-commit", "git add dirty", "un hook de git a modifié"),
    ],
)
def test_a_hook_that_refuses_or_edits(company: Path, name: str, script: str, words: str) -> None:
    hook(company, name, script)
    before = everything(company)
    with pytest.raises(Refusal) as caught:
        Repository.at(company).commit_rewrite(rewrite(company, merges=True))
    assert words in str(caught.value)
    assert caught.value.status is Status.REFUSED_STATE
    after = everything(company)
    assert after[:2] == before[:2]
    if script != "git add dirty":  # what a hook stages is not ours to unstage
        assert after == before


def test_a_signature_that_fails(company: Path) -> None:
    before = everything(company)
    git(company, "config", "commit.gpgSign", "true")
    git(company, "config", "gpg.program", "false")
    with pytest.raises(Refusal, match="gpg failed to sign"):
        Repository.at(company).commit_rewrite(rewrite(company))
    assert everything(company) == before


def test_staged_work_forbids_the_merge_and_stays(company: Path) -> None:
    git(company, "add", "dirty")
    before = everything(company)
    with pytest.raises(Refusal, match="« git merge » a échoué"):
        Repository.at(company).commit_rewrite(rewrite(company, merges=True))
    assert everything(company) == before
    Repository.at(company).commit_rewrite(rewrite(company))
    assert git(company, "status", "--porcelain", "-z").startswith("M  dirty\0")


def test_an_edit_made_meanwhile_is_set_aside(company: Path) -> None:
    repository = replace(Repository.at(company), on_stage=kill_at("add"))
    wanted = rewrite(company)
    assert killed(lambda: repository.commit_rewrite(wanted))
    write(company, KEPT, "à moi\n")
    said = str(Repository.at(company).recover())
    (aside,) = (company / ".git/relance/ecartes").iterdir()
    assert aside.read_text() == "à moi\n"
    assert str(aside) in said
    assert (company / KEPT).read_text() == "retouché, pas encore dans git\n"


def test_on_another_branch_the_way_back_waits(company: Path) -> None:
    repository = replace(Repository.at(company), on_stage=kill_at("add"))
    wanted = rewrite(company)
    assert killed(lambda: repository.commit_rewrite(wanted))
    git(company, "switch", "--quiet", "--create=ailleurs")
    with pytest.raises(Refusal, match="git switch relance/1, puis relancez"):
        Repository.at(company).recover()


def test_a_head_that_moved_is_refused(company: Path) -> None:
    with pytest.raises(Refusal, match="HEAD a changé"):
        Repository.at(company).commit_rewrite(replace(rewrite(company), base="0" * 40))


def test_files_as_they_are_make_no_commit(company: Path) -> None:
    head = git(company, "rev-parse", "HEAD").strip()
    same = NewCommit({KEPT: "début\n".encode()}, "Rien\n", head)
    assert Repository.at(company).commit_rewrite(same) == head
    assert git(company, "status", "--porcelain", "-z") == " M dirty\0?? untracked\0"
