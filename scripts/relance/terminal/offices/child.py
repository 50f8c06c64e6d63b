"""The process of one company of several: it is given an order over a pipe, and reports there."""

from __future__ import annotations

import signal
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from relance.ledger.company import POLICY
from relance.policy.reader import read_policy
from relance.terminal.offices.dayrun import DayRun
from relance.terminal.offices.exchange import Order, Report
from relance.terminal.views.screen import err, out
from relance.values.problem import Refusal


def main(descriptor: int) -> None:
    """Carry out one order. A bug of ours crashes here, and nowhere else."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # it may come ignored from a parent
    pipe: Connection[Any, Any] = Connection(descriptor)
    order = pipe.recv()
    assert isinstance(order, Order)
    out.quiet = err.quiet = True  # the report says it, and the parent prints it
    report = _reported(order)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # what is done is done, and told
    with suppress(BrokenPipeError):  # nobody is left to read it
        pipe.send(report)


def _reported(order: Order) -> Report:
    run = DayRun(order.folder, order.asked)
    try:
        run.make()
    except Refusal as refusal:
        run.refused(refusal)
    except KeyboardInterrupt:
        run.interrupted()
    return replace(run.report, name=run.report.name or _name(order.folder))


def _name(folder: Path) -> str:
    """Whose folder it is, if its policy can be read."""
    try:
        return read_policy(folder / POLICY).creditor.name
    except Refusal:
        return ""
