"""Companies in the midst of their user's work, commits to make there, and kills on the way."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from relance.git.program import Git
from relance.git.repository import Repository
from relance.git.transaction import NewCommit

REGISTER = "out/registre/2026-11-21.beancount"
LETTER = "out/lettres/2026-11-21/R20261121-01-hôtel d'été.md"
BRANCH = "relance/2026-11-21"
ADDED = NewCommit(
    {REGISTER: b"; registre\n", LETTER: "Réglez 1 320,00 €.\n".encode()},
    "Relances du 21 novembre 2026\n\nRelance: R20261121-01\n",
    branch=BRANCH,
)
HERE = replace(ADDED, branch="")
KEPT, GONE, NEW = "out/lettres/à garder.md", "out/vieux/retirée.md", "out/neuf/faite.md"
REWRITTEN = NewCommit({KEPT: b"nouveau\n", GONE: None, NEW: b"fait\n"}, "Réécriture\n")
KILLED = 9


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=True)
    return done.stdout.decode()


def hook(folder: Path, name: str, script: str) -> None:
    path = folder / ".git/hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


def _commit_all(folder: Path, subject: str) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", f"--message={subject}")


def _founded(place: Path, *names: str) -> Path:
    folder = place / "société été"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    for name in names:
        write(folder, name, "début\n")
    _commit_all(folder, "début")
    return folder


def busy_company(place: Path) -> Path:
    """A repository where everything that can be half done is: nothing of it may ever move."""
    folder = _founded(place, "relance.yaml", "staged", "dirty", "deleted", "both")
    for name in ("staged", "both", "added", "seen"):
        (folder / name).write_text("staged\n")
    git(folder, "add", "staged", "both", "added")
    git(folder, "add", "--intent-to-add", "seen")
    git(folder, "rm", "--quiet", "deleted")
    for name in ("dirty", "both", "untracked"):
        (folder / name).write_text("dirty\n")
    return folder


def reviewed_company(place: Path) -> Path:
    """A branch of letters under review, its base one commit further."""
    folder = _founded(place, KEPT, GONE, "livre", "dirty")
    git(folder, "switch", "--quiet", "--create=relance/1")
    write(folder, "branche", "ici\n")
    _commit_all(folder, "lettres")
    git(folder, "switch", "--quiet", "main")
    write(folder, "livre", "règlement\n")
    write(folder, "nouveau/livre", "ouvert\n")
    _commit_all(folder, "règlements")
    git(folder, "switch", "--quiet", "relance/1")
    write(folder, "dirty", "en cours\n")
    write(folder, "untracked", "en cours\n")
    write(folder, KEPT, "retouché, pas encore dans git\n")
    return folder


def files(folder: Path) -> dict[str, bytes | None]:
    """Every file of the work tree with its bytes, every folder with None."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
        if ".git" not in path.parts
    }


def status(folder: Path) -> str:
    return git(folder, "status", "--porcelain", "-z", "--untracked-files=all")


def everything(folder: Path) -> tuple[object, ...]:
    """All that a failed or killed run must leave as it was."""
    references = git(folder, "for-each-ref") + git(folder, "symbolic-ref", "HEAD")
    own = folder / ".git/relance"
    left = [name for name in ("journal.json", "reecriture.json", "avant") if (own / name).exists()]
    return files(folder), status(folder), references, git(folder, "ls-files", "--stage"), left


def committed(folder: Path) -> dict[str, bytes | None]:
    """The files that the last commit changed, None for one that it removed."""
    rows = git(folder, "diff-tree", "-r", "-z", "--name-status", "HEAD^", "HEAD").split("\0")[:-1]
    return {
        name: None if kind == "D" else git(folder, "show", f"HEAD:{name}").encode()
        for kind, name in zip(rows[::2], rows[1::2], strict=True)
    }


@dataclass(frozen=True)
class Case:
    """A commit to be made in a company, and what else it brings into the work tree."""

    folder: Path
    new: NewCommit
    adds: bool
    merged: Mapping[str, bytes | None]
    others: Mapping[str, bytes | None]
    status: str

    def commit(self, on_stage: Callable[[str], None] = lambda _stage: None) -> str:
        repository = replace(Repository.at(self.folder), on_stage=on_stage)
        made = repository.commit_files if self.adds else repository.commit_rewrite
        return made(self.new)

    def killed_at(self, stage: str) -> None:
        """The commit, its process killed as this stage begins."""
        assert killed(lambda: self.commit(lambda name: os._exit(KILLED) if name == stage else None))

    def check_made(self) -> None:
        """Exactly our files are committed and the user's work is as it was."""
        assert committed(self.folder) == self.new.files
        assert git(self.folder, "log", "-1", "--format=%B").strip() == self.new.message.strip()
        if self.new.branch:
            assert git(self.folder, "branch", "--show-current").strip() == self.new.branch
        left = {path: held for path, held in files(self.folder).items() if path != "out"}
        ours = {path: held for path, held in self.new.files.items() if held is not None}
        assert _without_folders(left) == {**self.others, **self.merged, **ours}
        assert not any(path.startswith("out/vieux") for path in left)
        assert status(self.folder) == self.status
        assert {path.name for path in (self.folder / ".git/relance").iterdir()} <= {"lock"}


def _without_folders(held: Mapping[str, bytes | None]) -> dict[str, bytes]:
    return {path: content for path, content in held.items() if content is not None}


_MOVES = tuple(f"move {path}" for path in ADDED.files)
_CHANGES = tuple(f"move {path}" for path in REWRITTEN.files)
BEFORE_COMMIT = {
    "added on a new branch": ("journal", "branch", *_MOVES, "add", "commit"),
    "added here": ("journal", "branch", *_MOVES, "add", "commit"),
    "rewritten": ("journal", "branch", *_CHANGES, "add", "commit"),
    "rewritten on a new branch": ("journal", "branch", *_CHANGES, "add", "commit"),
    "rewritten after a merge": ("journal", "branch", "merge", *_CHANGES, "add", "commit"),
}
AFTER_COMMIT = ("check", "close")
CASES = tuple(BEFORE_COMMIT)


def case(name: str, place: Path) -> Case:
    """One of the `CASES`, in a company of its own."""
    adds = name.startswith("added")
    folder = busy_company(place) if adds else reviewed_company(place)
    base, merged = git(folder, "rev-parse", "HEAD").strip(), dict[str, bytes | None]()
    new = replace(ADDED if adds else REWRITTEN, base=base, branch="")
    if "new branch" in name:
        new = replace(new, branch=BRANCH)
    if "merge" in name:
        tip = git(folder, "rev-parse", "main").strip()
        new = replace(new, merge=tip, merge_message="Fusion de main\n")
        merged = {"livre": "règlement\n".encode(), "nouveau/livre": b"ouvert\n"}
    after = status(folder) if adds else " M dirty\0?? untracked\0"
    others = _without_folders(files(folder))
    others = {path: held for path, held in others.items() if path not in new.files}
    return Case(folder, new, adds, merged, others, after)


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
    assert code in (0, KILLED, -KILLED)
    return code != 0


def kills(act: Callable[[], object]) -> Iterator[int]:
    """Kill `act` before its first git command, then its second, … until it ends alive."""
    true_attempt = Git.attempt
    for last in range(100):
        left = iter(range(last))

        def attempt(self: Git, *words: str, stdin: bytes = b"", left: Iterator[int] = left):  # type: ignore[no-untyped-def]  # noqa: ANN202
            if next(left, None) is None:
                os._exit(KILLED)
            return true_attempt(self, *words, stdin=stdin)

        def dying(attempt: object = attempt) -> None:
            Git.attempt = attempt  # type: ignore[assignment,method-assign]
            act()

        if not killed(dying):
            return
        yield last
