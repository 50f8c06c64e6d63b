"""One company of several: the order its process is given over a pipe, the report it sends back."""

from __future__ import annotations

import signal
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from enum import Enum
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from relance.ledger.company import POLICY
from relance.policy.reader import read_policy
from relance.runs import daily
from relance.runs.daily import IssuedRun, RunEvent, RunRequest
from relance.runs.publishing import Published
from relance.specimens.soundness import sound
from relance.terminal.clock import today
from relance.values.problem import Problem, Refusal, Status


@dataclass(frozen=True, slots=True)
class Order:
    """One company of several: its folder as the user may type it, and the run asked for."""

    folder: Path
    request: RunRequest


class RunOutcome(Enum):
    """What became of a company, in the user's words."""

    ISSUED = "émis"
    NOTHING = "rien à émettre"
    NOT_PUSHED = "non poussé"
    REFUSED = "refusé"
    FALLEN = "panne"
    INTERRUPTED = "interrompu"
    NOT_BEGUN = "pas commencé"


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a company's run did, as far as is known.

    `name` is the creditor's, empty when its policy cannot be read; `standing` counts the letters
    of the day that were there before; the problems name files as that run alone would, from the
    company's folder; `fall` is what a process that fell left in writing; `again` when a run of
    its own is what comes next.
    """

    outcome: RunOutcome = RunOutcome.NOTHING
    status: int = 0
    name: str = ""
    issued: IssuedRun | None = None
    standing: int = 0
    said: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    published: tuple[Published, ...] = ()
    fall: str = ""
    again: bool = True

    def after(self, event: RunEvent) -> RunReport:
        """The report once this happened too."""
        match event:
            case daily.Remark() | daily.DayOff():
                return replace(self, said=(*self.said, event.sentence))
            case daily.Decided(plan, creditor, standing):
                warnings = plan.warnings
                return replace(self, name=creditor, warnings=warnings, standing=len(standing))
            case daily.Committed(run):
                return replace(self, outcome=RunOutcome.ISSUED, issued=run)
            case daily.Issued(_, warnings):
                return replace(self, warnings=(*self.warnings, *warnings))
            case Published():
                report = replace(self, published=(*self.published, event))
                return report.not_pushed() if event.faults else report
        return self

    def not_pushed(self) -> RunReport:
        """The letters are committed, and at least one branch is left to push."""
        return replace(self, outcome=RunOutcome.NOT_PUSHED, status=int(Status.REFUSED_STATE))

    def refused(self, refusal: Refusal) -> RunReport:
        """What stopped it; letters that are committed already stay."""
        outcome = RunOutcome.NOT_PUSHED if self.issued else RunOutcome.REFUSED
        status = int(refusal.status)
        return replace(self, outcome=outcome, status=status, problems=refusal.problems)

    def interrupted(self, *, push: bool) -> RunReport:
        """Someone stopped it; letters that are committed already stay."""
        if not self.issued:
            return replace(self, outcome=RunOutcome.INTERRUPTED, status=int(Status.BUG))
        return self.not_pushed() if push else self


def never_run(why: Refusal) -> RunReport:
    """The report of a company that may not run beside the others."""
    return replace(RunReport().refused(why), again=False)


def overall(reports: Iterable[RunReport]) -> int:
    """The exit status of many runs: 0, else the lowest of the others. A fall (1) is told before
    books to correct (2), and these before a repository that is not ready (3)."""
    return min((report.status for report in reports if report.status), default=0)


def main(descriptor: int) -> None:
    """Carry out one order. A bug of ours crashes here, and nowhere else."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # it may come ignored from a parent
    pipe: Connection[Any, Any] = Connection(descriptor)
    order = pipe.recv()
    assert isinstance(order, Order)
    report = _run(order)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # what is done is done, and told
    with suppress(BrokenPipeError):  # nobody is left to read it
        pipe.send(report)


def _run(order: Order) -> RunReport:
    """The run of one company, in silence: the parent prints the report."""
    report = RunReport()
    try:
        with closing(daily.run(order.folder, order.request, today, sound)) as events:
            for event in events:
                report = report.after(event)
    except Refusal as refusal:
        report = report.refused(refusal)
    except KeyboardInterrupt:
        report = report.interrupted(push=order.request.push)
    return replace(report, name=report.name or _name(order.folder))


def _name(folder: Path) -> str:
    """Whose folder it is, if its policy can be read."""
    try:
        return read_policy(folder / POLICY).creditor.name
    except Refusal:
        return ""
