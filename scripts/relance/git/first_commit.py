"""The repository of a folder that has none yet, and its first commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from relance.git import readiness
from relance.git.program import Git
from relance.values.problem import Problem, Refusal

BRANCH = "main"


@dataclass(frozen=True, slots=True)
class Begun:
    """What became of it: `committed`, or `problems` that say why not; `signed` when commits there
    are now signed with the name and address given."""

    committed: bool
    signed: bool = False
    problems: Sequence[Problem] = ()


def is_within_one(folder: Path) -> bool:
    """Whether a repository holds the folder already; git that is not installed holds nothing."""
    try:
        Git.of(folder)
    except Refusal:
        return False
    return True


def begin(folder: Path, files: Sequence[str], message: str, signature: tuple[str, str]) -> Begun:
    """Make a repository of `folder`, and commit what it holds, `files` even where the user's own
    git leaves such names out.

    `signature`, name and address, serves in that repository alone, when git knows nobody. Nothing
    is raised: a folder without a repository is a folder still.
    """
    try:
        Git(folder, folder).run("init", "--quiet", f"--initial-branch={BRANCH}")
        git = Git.of(folder)
        signed = bool(all(signature) and readiness.identity(git))
        if signed:
            git.run("config", "user.name", signature[0])
            git.run("config", "user.email", signature[1])
        if unknown := readiness.identity(git):
            return Begun(committed=False, problems=unknown)
        git.run("add", "--", ".")
        git.run("add", "--force", "--", *files)
        git.run("commit", "--quiet", f"--message={message}")
    except Refusal as refusal:
        return Begun(committed=False, problems=refusal.problems)
    return Begun(committed=True, signed=signed)
