"""Letters laid out as a command asked: in this process while they are few, else by workers, or on
a cluster."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path
from typing import Self

from relance.paper.page_cache import Kept, Store
from relance.paper.press import Job, Made, Power, Press
from relance.paper.workers import Workers
from relance.values.problem import Problem, Refusal, refuse

_MOST = 20  # letters that fail before no other is begun


def opened(power: Power) -> AbstractContextManager[Press]:
    """The press, a context. Raises Refusal, there or on entering, when it cannot be had."""
    if power.cluster is None:
        return Local(power.workers or cores())
    if find_spec("distributed") is None:
        what = "il manque de quoi parler à une grappe"
        raise refuse("--grappe", what, "python -m pip install 'relance[grappe]'")
    from relance.paper.cluster import Cluster

    return Cluster(power.cluster)


def _nobody(_client: str) -> None:
    """Nobody follows the letters."""


@dataclass(frozen=True, slots=True)
class Printing:
    """A press for the letters of one run; `done` is told each client's name."""

    press: Press
    done: Callable[[str], None] = _nobody

    def pages(self, jobs: Iterable[Job], folder: Path) -> Iterator[tuple[str, bytes]]:
        """The letters' ids and PDFs as they are made (see `laid_out`)."""
        for made in self.laid_out(jobs, folder):
            if made.page:
                yield made.name, made.page
            self.done(made.client)

    def laid_out(self, jobs: Iterable[Job], folder: Path) -> Iterator[Made]:
        """Each letter as it is made, in any order, those that failed among them.

        Raises Refusal with what is wrong with each letter, the client's name first. Nothing may
        be kept before the end is reached; after 20 letters that failed no other is begun.
        """
        failed: list[tuple[Problem, ...]] = []
        todo = (job for job in jobs if len(failed) < _MOST)
        for made in self.press.make(todo, folder):
            if made.problems:
                failed.append(made.told())
            yield made
        if failed:
            in_order = sorted(failed, key=lambda problems: problems[0].source)
            raise Refusal(list(dict.fromkeys(problem for letter in in_order for problem in letter)))


@contextmanager
def printing(
    power: Power, pages: Path, done: Callable[[str], None] = _nobody
) -> Iterator[Printing]:
    """A press for the letters of one run, which keeps its pages in the folder `pages`."""
    store = Store(pages)
    with opened(power) as press:
        try:
            yield Printing(Kept(press, store), done)
        finally:
            store.prune()


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
        first = list(islice(todo, FEW if self._number > 1 else 1))
        if self._number > 1 and (len(first) == FEW or (self._workers and len(first) > 1)):
            yield from self._started().make(chain(first, todo), folder)
        elif first:
            yield from _here(chain(first, todo), folder)

    def _started(self) -> Workers:
        if self._workers is None:
            self._workers = self._stack.enter_context(Workers(self._number))
        return self._workers


def _here(jobs: Iterable[Job], folder: Path) -> Iterator[Made]:
    from relance.paper.pdf import lay_out

    yield from (lay_out(job, folder) for job in jobs)
