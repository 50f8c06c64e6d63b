"""What is asked of the run of a company, and what it answers; both travel between processes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from relance.paper.power import Power
from relance.values.amounts import Money
from relance.values.problem import Problem

if TYPE_CHECKING:
    from relance.runs.publishing import Published


@dataclass(frozen=True, slots=True)
class Asked:
    """A run at a day (None: today where the company is), with so much power; `push` its branch
    and open the request, on `working_days` only."""

    day: date | None
    power: Power
    push: bool = False
    working_days: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """One company of several: its folder as the user may type it, and what is asked."""

    folder: Path
    asked: Asked


class Outcome(Enum):
    """What became of a company, in the user's words."""

    ISSUED = "émis"
    NOTHING = "rien à émettre"
    NOT_PUSHED = "non poussé"
    REFUSED = "refusé"
    FALLEN = "panne"
    INTERRUPTED = "interrompu"
    NOT_BEGUN = "pas commencé"


@dataclass(frozen=True, slots=True)
class Issued:
    """The letters of a run: how many, what they demand by currency, where they lie; `base` is
    the branch they were decided on, `branch` is empty when they were committed there. `shared`
    when there is a remote to push to."""

    letters: int
    totals: tuple[Money, ...]
    folder: str
    base: str
    branch: str
    commit: str
    shared: bool


@dataclass(frozen=True, slots=True)
class Report:
    """What a company's run did, as far as is known.

    `name` is the creditor's, empty when its policy cannot be read; `standing` counts the letters
    of the day that were there before; the problems name files as that run alone would, from the
    company's folder; `fall` is what a process that fell left in writing; `again` when a run of
    its own is what comes next.
    """

    outcome: Outcome = Outcome.NOTHING
    status: int = 0
    name: str = ""
    issued: Issued | None = None
    standing: int = 0
    said: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    published: tuple[Published, ...] = ()
    fall: str = ""
    again: bool = True


def overall(reports: Iterable[Report]) -> int:
    """The exit status of many runs: 0, else the lowest of the others. A fall (1) is told before
    books to correct (2), and these before a repository that is not ready (3)."""
    return min((report.status for report in reports if report.status), default=0)
