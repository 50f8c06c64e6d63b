"""The lock of a repository: held as long as any process of a run lives, git and its hooks too.

The kernel's lock goes with an open file. Git and what it starts hold that same file, so a run
killed beside its git leaves the repository locked until that git, its hook and the program that
signs have ended.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from relance.git import program
from relance.git.program import refused
from relance.values.problem import Refusal

_PATIENCE = 5  # seconds that what git started has to end once git is gone
_STEP = 0.05
_PROCESSES = Path("/proc")


@contextmanager
def locked(path: Path, unfinished: Path) -> Iterator[None]:
    """Hold the lock; refused (3) at once when another run holds it.

    A run that ends frees it, even from a program that a hook left behind, unless there is
    something `unfinished`: then it stays locked until the last process has ended.
    """
    program.inherited[path] = _taken(path)
    try:
        yield
    finally:
        descriptor = program.inherited.pop(path, None)
        if descriptor is not None:
            if not unfinished.exists():
                fcntl.flock(descriptor, fcntl.LOCK_UN)
            os.close(descriptor)


def wait_alone(path: Path) -> None:
    """Wait until nothing that git started lives any more; refused (3) when something goes on."""
    if path not in program.inherited:
        return
    os.close(program.inherited.pop(path))
    latest = time.monotonic() + _PATIENCE
    while (descriptor := _try(path)) is None:
        if time.monotonic() > latest:
            raise _busy(path)
        time.sleep(_STEP)
    program.inherited[path] = descriptor


def _taken(path: Path) -> int:
    descriptor = _try(path)
    if descriptor is None:
        raise _busy(path)
    return descriptor


def _try(path: Path) -> int | None:
    """An open file that holds the lock, None when another one does."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _busy(path: Path) -> Refusal:
    holders = _holders(path)
    who = f" : {', '.join(holders)}" if holders else ""
    what = f"un autre passage est en cours, ou ce qu'il a lancé (git, un hook, une signature){who}"
    return refused(what, "attendez qu'il finisse")


def _holders(path: Path) -> list[str]:
    """The processes that have the lock's file open, where the system tells: number and name."""
    holders = []
    for process in _PROCESSES.glob("[0-9]*"):
        with suppress(OSError):  # another user's, or gone meanwhile
            if any(_leads(link, path) for link in (process / "fd").iterdir()):
                name = (process / "comm").read_text(encoding="utf-8", errors="replace").strip()
                holders.append(f"processus {process.name} ({name})")
    return sorted(holders)[:5]


def _leads(link: Path, path: Path) -> bool:
    with suppress(OSError):
        return link.samefile(path)
    return False
