"""Who lays out letters: what a press is given, what it gives back, what it may use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from relance.values.problem import Problem, Source


@dataclass(frozen=True, slots=True)
class Job:
    """A letter to lay out: its id, whom it goes to, its Markdown."""

    name: str
    client: str
    markdown: str


@dataclass(frozen=True, slots=True)
class Made:
    """The PDF of a letter, or why it could not be made: one of the two is empty."""

    name: str
    client: str
    page: bytes = b""
    problems: tuple[Problem, ...] = ()

    def told(self) -> tuple[Problem, ...]:
        """The problems, each with the client's name."""
        return tuple(
            problem
            if self.client in problem.what
            else replace(problem, what=f"{self.client} : {problem.what}")
            for problem in self.problems
        )


def fatal(job: Job) -> Made:
    """The answer for a letter that ended two workers."""
    what = "cette lettre a fait tomber plusieurs fois le processus qui la mettait en page"
    remedy = "essayez-la seule (relance emettre --ouvriers 1) pour voir l'erreur ; mémoire pleine ?"
    return Made(job.name, job.client, problems=(Problem(Source(job.name), what, remedy),))


class Press(Protocol):
    """Those who lay out letters: this process, several, a cluster."""

    def make(self, jobs: Iterable[Job], folder: Path) -> Iterator[Made]:
        """The letters as they are made, in any order; `folder` is `letters/`.

        Jobs are taken as they are needed. Raises Refusal when the press itself fails.
        """
        ...


@dataclass(frozen=True, slots=True)
class Power:
    """So many processes of this machine (None: as many as its cores), or the cluster at an
    address."""

    workers: int | None = None
    cluster: str | None = None

    @property
    def asked(self) -> bool:
        """Whether anything else than the usual was asked for."""
        return self.workers is not None or self.cluster is not None
