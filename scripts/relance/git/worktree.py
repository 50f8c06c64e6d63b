"""Commits checked out apart, in the git directory, for as long as they are read.

Plain checkouts with an index of their own: no hook runs, no submodule is fetched and git has no
list of work trees to keep.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from relance.git.program import Git, refused
from relance.git.repository import APART, Repository
from relance.text.writing import unwritable
from relance.values.problem import Refusal, Status


@contextmanager
def worktree(repository: Repository, tree: str = "HEAD") -> Iterator[Path]:
    """The company's folder as a commit or tree holds it; then removed.

    Hold the lock: what a killed run left is removed.
    """
    place = _empty_place(repository.git, APART)
    try:
        repository.git.check_out(tree, place / "files", place / "index")
        yield place / "files" / repository.folder.relative_to(repository.git.top)
    finally:
        shutil.rmtree(place)


@contextmanager
def checkouts(repository: Repository) -> Iterator[Callable[[str], Path]]:
    """A function that checks a commit out and tells where the company's folder lies there; each
    call takes the place of the one before.

    One at a time in a repository: what a killed one left is removed.
    """
    from filelock import FileLock, Timeout  # slow to import, and only the audit needs it

    directory = repository.git.own
    try:
        directory.mkdir(exist_ok=True)
        with FileLock(directory / "past.lock", blocking=False):
            place = _empty_place(repository.git, "past-")
            try:
                yield _Checkouts(repository, place).at
            finally:
                shutil.rmtree(place)
    except Timeout:
        raise refused("un autre audit est en cours", "attendez qu'il finisse") from None
    except OSError as fault:
        raise Refusal([unwritable(fault)], Status.REFUSED_STATE) from None


class _Checkouts:
    """One work tree with an index of its own, moved from commit to commit: only what changes
    between two is written. Its name changes with the templates', which readers remember."""

    def __init__(self, repository: Repository, place: Path) -> None:
        self._git = repository.git
        self._place = place
        self._below = repository.folder.relative_to(repository.git.top)
        self._top = place / "files"

    def at(self, commit: str) -> Path:
        spelled = f"{commit}:{(self._below / 'letters').as_posix()}"
        done = self._git.attempt("rev-parse", "--quiet", "--verify", spelled)
        named = self._place / (done.stdout.decode().strip()[:12] or "files")
        if named != self._top:
            self._top = self._top.rename(named)
        self._git.check_out(commit, self._top, self._place / "index")
        return self._top / self._below


def _empty_place(git: Git, prefix: str) -> Path:
    """A new folder for files, after those that killed runs left have gone."""
    try:
        git.own.mkdir(exist_ok=True)
        for left in git.own.glob(f"{prefix}*"):
            shutil.rmtree(left)
        place = Path(tempfile.mkdtemp(prefix=prefix, dir=git.own))
        (place / "files").mkdir()
    except OSError as fault:
        raise Refusal([unwritable(fault)], Status.REFUSED_STATE) from None
    return place
