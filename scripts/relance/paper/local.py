"""Letters laid out on this machine: in this process while they are few, else by workers."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import chain, islice
from pathlib import Path
from typing import Self

from relance.paper.job import Job, Made
from relance.paper.workers import Workers

FEW = 16  # letters that are made here sooner than processes start


def cores() -> int:
    """The cores that this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Local:
    """This process, or as many workers as wanted; a context that leaves no process behind."""

    def __init__(self, workers: int) -> None:
        self._number = workers
        self._stack = ExitStack()
        self._workers: Workers | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def make(self, jobs: Iterable[Job], folder: Path) -> Iterator[Made]:
        """The letters as they are made (see `Press`)."""
        todo = iter(jobs)
        if self._number > 1:
            first = list(islice(todo, FEW))
            if len(first) == FEW or (self._workers and len(first) > 1):
                yield from self._started().make(chain(first, todo), folder)
                return
            todo = iter(first)
        yield from _here(todo, folder)

    def _started(self) -> Workers:
        if self._workers is None:
            self._workers = self._stack.enter_context(Workers(self._number))
        return self._workers


def _here(jobs: Iterable[Job], folder: Path) -> Iterator[Made]:
    from relance.paper.laying import lay_out

    yield from (lay_out(job, folder) for job in jobs)
