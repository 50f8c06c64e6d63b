"""One file of the user's changed and committed alone, or left as it was."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from relance.git.program import Git
from relance.git.transaction import LISTED, pathspecs, say
from relance.text.writing import unwritable
from relance.values.problem import Refusal, Status


@dataclass(frozen=True, slots=True)
class Edit:
    """Which file changes and why; what it held before, None when it is to be made."""

    path: str
    old: bytes | None
    message: str


def commit(git: Git, edit: Edit, write: Callable[[], None]) -> str:
    """Let `write` change the file, whole or not at all, then commit it alone, whatever else is
    staged.

    `edit.path` is relative to git's top. On a fault of git, a hook's refusal included, file and
    index are put back. Returns the commit.
    """
    write()
    try:
        return _commit(git, edit)
    except OSError as fault:
        _put_back(git, edit)
        raise Refusal([unwritable(fault)], Status.REFUSED_STATE) from None
    except BaseException:
        _put_back(git, edit)
        raise


def _commit(git: Git, edit: Edit) -> str:
    path = pathspecs([edit.path])
    if edit.old is None:  # `commit --only` takes no file that git does not know
        git.run("add", *LISTED, stdin=path)
    git.own.mkdir(exist_ok=True)
    say(git, edit.message, "commit", "--only", *LISTED, stdin=path)
    (git.own / "message").unlink()
    return git.commit("HEAD") or ""


def _put_back(git: Git, edit: Edit) -> None:
    target: Path = git.top / edit.path
    if edit.old is not None:
        target.write_bytes(edit.old)
        return
    target.unlink(missing_ok=True)
    git.run("update-index", "--force-remove", "-z", "--stdin", stdin=os.fsencode(edit.path) + b"\0")
