"""What git remembers: who brought which file, and what each held.

Nothing here changes the user's work tree, index or branches. Paths are relative to the
company's folder, as in `repository`.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from relance.git.base import base_branch
from relance.git.program import fields
from relance.git.repository import Repository
from relance.values.facts import Commit
from relance.values.problem import Refusal

_MARK = "\x01"
# What git holds of a file that Git LFS keeps (its specification, version 1).
_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:ext-[^\n]*\n)*"
    rb"oid sha256:([0-9a-f]{64})\nsize [0-9]+\n"
)


@dataclass(frozen=True, slots=True)
class Changed:
    """A file that a commit changed: its objects before and after, "" where there is none."""

    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A commit of the base branch and all that it changed against its first parent."""

    commit: Commit
    changes: tuple[Changed, ...]


class PastCommits:
    """The past of a repository up to `tip`, read along first parents: merges count whole."""

    def __init__(self, repository: Repository, tip: str = "HEAD") -> None:
        self.repository = repository
        self._folder = repository.folder
        self._git = repository.git
        self.tip = tip

    @property
    def shallow(self) -> bool:
        """Whether the clone lacks the older commits."""
        return self._git.run("rev-parse", "--is-shallow-repository").strip() == b"true"

    def stages(self, *folders: str, full: bool = True) -> tuple[Stage, ...]:
        """The commits that changed something below these folders, oldest first.

        `full` tells the other files of such a commit too; one call of git whatever the number.
        """
        form = f"{_MARK}%H{_MARK}%P{_MARK}%cs{_MARK}%an{_MARK}%s"
        shape = ("--first-parent", "-m", "--raw", "-z", "--no-abbrev", "--no-renames", "--reverse")
        wanted = [f":(top,literal){self._from_top(folder)}" for folder in folders]
        options = [*shape, f"--format={form}", *(["--full-diff"] if full else [])]
        settings = ("-c", "log.showSignature=false", "-c", "core.quotePath=false")
        output = self._git.run(*settings, "log", *options, self.tip, "--", *wanted)
        return tuple(self._parsed(fields(output + b"\0")))

    def _parsed(self, parts: Sequence[str]) -> Iterator[Stage]:
        rest, commit, changes = iter(parts), None, list[Changed]()
        for part in rest:
            if part.startswith(_MARK):
                if commit:
                    yield Stage(commit, tuple(changes))
                commit, changes = _commit(part), []
            elif (meta := part.lstrip("\n")).startswith(":"):
                changes.append(self._changed(meta, next(rest)))
        if commit:
            yield Stage(commit, tuple(changes))

    def _changed(self, meta: str, path: str) -> Changed:
        old, new = meta.split(" ")[2:4]
        from_here = os.path.relpath(self._git.top / path, self._folder)
        return Changed(Path(from_here).as_posix(), _object(old), _object(new))

    def _from_top(self, path: str) -> str:
        return Path(os.path.relpath(self._folder / path, self._git.top)).as_posix()

    def arrivals(self, folder: str) -> dict[str, Commit]:
        """The commit that first brought each file of the folder; one call of git for all."""
        commits: dict[str, Commit] = {}
        for stage in self.stages(folder, full=False):
            for changed in stage.changes:
                commits.setdefault(changed.path, stage.commit)
        return commits

    @cached_property
    def parents(self) -> dict[str, tuple[str, ...]]:
        """Every commit that HEAD or the tip stands on, with its parents."""
        listed = self._git.run("rev-list", "--parents", "HEAD", self.tip).decode()
        rows = (line.split() for line in listed.splitlines())
        return {row[0]: tuple(row[1:]) for row in rows}

    def texts(self, objects: Iterable[str]) -> dict[str, str]:
        """The contents of these objects as text."""
        return self._git.texts(objects)

    def fingerprints(self, objects: Iterable[str]) -> dict[str, str]:
        """The SHA-256 of the contents of these objects, as the register writes it; of what Git LFS
        keeps elsewhere, the one that its pointer tells."""
        return {name: _fingerprint(content) for name, content in self._git.contents(objects)}


def _fingerprint(content: bytes) -> str:
    pointer = _POINTER.fullmatch(content)
    return pointer[1].decode() if pointer else hashlib.sha256(content).hexdigest()


def arrivals(root: Path, folder: str) -> dict[str, Commit]:
    """The commit that first brought each file of a company's folder; outside git, or before the
    first commit, none."""
    try:
        return PastCommits(Repository.at(root)).arrivals(folder)
    except Refusal:
        return {}


def merged_into(repository: Repository, prefix: str) -> str:
    """What letters are merged into: the branch checked out (or the detached commit), unless it
    is a branch of letters; then the one it will be merged into."""
    branch = repository.branch()
    if branch is None or not branch.startswith(prefix):
        return "HEAD"
    return base_branch(repository.git, prefix).tip


def _commit(line: str) -> Commit:
    _, name, parents, day, author, subject = line.split(_MARK, 5)
    return Commit(name, tuple(parents.split()), date.fromisoformat(day), author, subject)


def _object(name: str) -> str:
    return "" if set(name) == {"0"} else name
