"""A commit checked out apart, for as long as it is read."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from relance.git.program import Git
from relance.git.repository import Repository
from relance.text.writing import unwritable
from relance.values.problem import Refusal, Status


@contextmanager
def worktree(repository: Repository, tree: str = "HEAD") -> Iterator[Path]:
    """The company's folder as a commit or tree holds it, apart, in the git directory; then
    removed.

    A plain checkout with an index of its own: no hook runs, no submodule is fetched and
    git has no list of work trees to keep. Hold the lock: what a killed run left is removed.
    """
    place = _empty_place(repository.git)
    try:
        repository.git.check_out(tree, place / "files", place / "index")
        yield place / "files" / repository.folder.relative_to(repository.git.top)
    finally:
        shutil.rmtree(place)


def _empty_place(git: Git) -> Path:
    try:
        git.own.mkdir(exist_ok=True)
        for left in git.own.glob("worktree-*"):
            shutil.rmtree(left)
        place = Path(tempfile.mkdtemp(prefix="worktree-", dir=git.own))
        (place / "files").mkdir()
    except OSError as fault:
        raise Refusal([unwritable(fault)], Status.REFUSED_STATE) from None
    return place
