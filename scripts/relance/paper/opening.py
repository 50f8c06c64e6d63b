"""The press that a command asked for: here, in processes, or on a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from relance.paper.job import Job, Made, Press
from relance.paper.kept import Kept, Store
from relance.paper.local import Local, cores
from relance.paper.power import Power
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
            told = sorted(failed, key=lambda problems: problems[0].source)
            raise Refusal(list(dict.fromkeys(problem for each in told for problem in each)))


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
