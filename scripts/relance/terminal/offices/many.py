"""An office's day: every company's run, in parallel, then one table."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from dataclasses import replace

from relance.paper.local import cores
from relance.paper.power import Power
from relance.terminal.offices.exchange import Asked, Order, Outcome, Report, overall
from relance.terminal.offices.running import run_all
from relance.terminal.offices.selection import select
from relance.terminal.views import offices
from relance.terminal.views.progress import progress_of
from relance.values.problem import Refusal

_BY_SIGNAL = 128  # and the number of the signal, as shells say it


def issue_all(patterns: Sequence[str], asked: Asked) -> int:
    """Run every company of the patterns and print the table; the exit status.

    Raises `Refusal` when the patterns name none, and `KeyboardInterrupt`, once all is told,
    when Ctrl-C stopped the runs.
    """
    chosen = select(patterns)
    offices.show_remarks(chosen.remarks)
    runnable = [folder for folder in chosen.folders if folder not in chosen.refused]
    at_once, each = shared(asked.power, len(runnable))
    orders = [Order(folder, replace(asked, power=each)) for folder in runnable]
    with progress_of(len(orders), "Entreprises") as done:
        ended = run_all(orders, at_once, done)
    reports = dict(zip(runnable, ended.reports, strict=True))
    reports |= {folder: _refused(why) for folder, why in chosen.refused.items()}
    offices.show({folder: reports[folder] for folder in chosen.folders}, asked.day)
    if ended.signal == signal.SIGINT:
        raise KeyboardInterrupt
    return _BY_SIGNAL + ended.signal if ended.signal else overall(reports.values())


def shared(power: Power, companies: int) -> tuple[int, Power]:
    """How many companies at once, and what each may use: together never more processes at work
    than were asked for, or than there are cores. A cluster is for all."""
    budget = power.workers or cores()
    at_once = max(1, min(budget, companies))
    if power.cluster:
        return at_once, power
    return at_once, Power(workers=budget // at_once)


def _refused(why: Refusal) -> Report:
    return Report(Outcome.REFUSED, int(why.status), problems=why.problems, again=False)
