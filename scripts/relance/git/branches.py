"""The branches of letters under review: what they hold, which runs they made."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from relance.git.program import Git
from relance.git.repository import Repository


@dataclass(frozen=True, slots=True)
class PendingBranch:
    """A branch of letters, with the texts of its registers that HEAD does not hold so.

    `name` is as git shortens it (`origin/relance/…` when it is only remote), `committed` the
    day of its last commit, `registers` maps paths to texts.
    """

    name: str
    commit: str
    committed: date
    registers: Mapping[str, str]


def pending_registers(repository: Repository, prefix: str) -> tuple[PendingBranch, ...]:
    """The branches below `prefix` with registers that HEAD does not hold so.

    The branch checked out and its remote twins are left out; the same commit under the
    same name here and on a remote counts once. The letter ids are for the caller to read.
    """
    current, branches = repository.branch(), dict[tuple[str, str], PendingBranch]()
    for name, branch in _branches(repository.git, prefix):
        if name != current:
            branches.setdefault((name, branch.commit), branch)
    if not branches:
        return ()
    texts = _registers(repository, {branch.commit for branch in branches.values()})
    pending = (
        replace(branch, registers=texts.get(branch.commit, {})) for branch in branches.values()
    )
    return tuple(branch for branch in pending if branch.registers)


def _branches(git: Git, prefix: str) -> Iterator[tuple[str, PendingBranch]]:
    """The branches below `prefix`, each with its name without remote; registers unread."""
    form = "--format=%(refname) %(objectname) %(committerdate:short)"
    listed = os.fsdecode(git.run("for-each-ref", form, "refs/heads", "refs/remotes"))
    for line in listed.splitlines():
        reference, commit, day = line.split(" ")
        _, where, full = reference.split("/", 2)
        # A remote's own name may hold slashes: the branch starts at the prefix after one.
        _, cut, rest = full.partition(f"/{prefix}")
        name = full if where == "heads" else cut[1:] + rest
        if name.startswith(prefix):
            yield name, PendingBranch(full, commit, date.fromisoformat(day), {})


def _registers(repository: Repository, commits: Iterable[str]) -> dict[str, dict[str, str]]:
    """Per commit the texts of the registers that HEAD does not hold so, by path."""
    head, folder = repository.head(), repository.from_top("out/registre")
    options = ("--diff-filter=AMT", "--", f":(top,literal){folder}")
    changed = repository.git.differences(dict.fromkeys(commits, head), *options)
    texts = repository.git.texts({blob for files in changed.values() for blob in files.values()})
    return {
        commit: {
            (repository.git.top / path).relative_to(repository.folder).as_posix(): texts[blob]
            for path, blob in files.items()
            if Path(path).parent == Path(folder) and path.endswith(".beancount")
        }
        for commit, files in changed.items()
    }


def local_branches(git: Git, prefix: str) -> tuple[str, ...]:
    """The branches below `prefix` that are here."""
    listed = os.fsdecode(git.run("for-each-ref", "--format=%(refname)", f"refs/heads/{prefix}"))
    return tuple(name.removeprefix("refs/heads/") for name in listed.split("\n")[:-1])


@dataclass(frozen=True, slots=True)
class BranchFile:
    """A file as a branch holds it; its path is from git's top."""

    path: str
    text: str


def latest_file(git: Git, branch: str, name: str) -> BranchFile | None:
    """The file so named that the last commits of a branch changed last, if it is still there."""
    reference = f"refs/heads/{branch}"
    listed = git.run("log", "--format=", "--name-only", "--first-parent", "-z", "-20", reference)
    for path in os.fsdecode(listed).replace("\n", "").split("\0"):
        if path.endswith(f"/{name}"):
            done = git.attempt("cat-file", "blob", f"{reference}:{path}")
            if done.returncode == 0:
                return BranchFile(path, done.stdout.decode("utf-8", "replace"))
    return None


def trailers(git: Git, key: str, beginning: str) -> frozenset[str]:
    """The values of a trailer that begin so, in the commits of every branch and tag."""
    form = f"--format=%(trailers:key={key},valueonly)"
    chosen = ("--all", "--fixed-strings", f"--grep={key}: {beginning}")
    output = git.run("-c", "log.showSignature=false", "log", form, *chosen)
    values = output.decode("utf-8", "replace").split()
    return frozenset(value for value in values if value.startswith(beginning))
