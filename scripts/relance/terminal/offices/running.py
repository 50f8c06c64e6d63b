"""Companies in parallel, each in a process of its own that nothing of another can touch.

A process is given its order and gives back its report over a pipe: a process that falls is a
pipe that closes. It has no terminal: what would ask for a password is refused instead of waiting
behind the others. It has a process group too, which Ctrl-C reaches through us alone.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import Pipe, connection
from multiprocessing.connection import Connection
from pathlib import Path
from socket import socket, socketpair
from types import FrameType
from typing import IO, Any, Self

import relance
from relance.paper.press import Power
from relance.paper.rendering import cores
from relance.terminal.offices.child import Order, RunOutcome, RunReport
from relance.values.problem import Problem, Source, Status

PATIENCE = 30.0  # seconds in which a company that was asked to stop puts its folder in order
_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # Ctrl-C, kill, a closed terminal
_LINGER = 5.0  # seconds a process may take to end once it reported
_TOLD = 20_000  # characters of what a process wrote before it fell: the end says it

# The same relance as ours, and nothing that lies in the current folder.
_PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from relance.terminal.offices.child import main; main(int(sys.argv[2]))"
)
_PACKAGE = str(Path(relance.__file__).resolve().parents[1])


@dataclass(frozen=True, slots=True)
class Ended:
    """The reports in the order of the orders, and the signal that stopped it all, if any."""

    reports: tuple[RunReport, ...]
    signal: int | None = None


@dataclass(frozen=True, slots=True)
class _Child:
    """A company's process, our end of its pipe, the file that gets what it writes."""

    order: Order
    process: subprocess.Popen[bytes]
    pipe: Connection[Any, Any]
    errors: IO[bytes]


def run_all(orders: Sequence[Order], at_once: int, done: Callable[[str], None]) -> Ended:
    """Carry out the orders, so many at once; `done` is told each folder.

    The first signal that asks to stop begins no other company and has those under way put their
    folders in order; the second one, or 30 silent seconds, ends them: their next run does it.
    """
    with StopSignals() as signals:
        running = _Running(deque(orders), at_once, signals)
        try:
            for folder in iter(running.next, None):
                done(str(folder))
        finally:
            running.signalled(signal.SIGKILL)
    never = RunReport(RunOutcome.NOT_BEGUN)
    reports = tuple(running.reports.get(order.folder, never) for order in orders)
    return Ended(reports, signals.heard[0] if signals.heard else None)


def shared(power: Power, companies: int) -> tuple[int, Power]:
    """How many companies at once, and what each may use: together never more processes at work
    than were asked for, or than there are cores. A cluster is for all."""
    budget = power.workers or cores()
    at_once = max(1, min(budget, companies))
    if power.cluster:
        return at_once, power
    return at_once, Power(workers=budget // at_once)


class _Running:
    """The companies under way; `next` waits for one to end and gives its folder."""

    def __init__(self, todo: deque[Order], at_once: int, signals: StopSignals) -> None:
        self.reports: dict[Path, RunReport] = {}
        self._todo = todo
        self._at_once = at_once
        self._signals = signals
        self._busy: list[_Child] = []
        self._ended: deque[Path] = deque()
        self._asked = 0  # how many times they were asked to stop

    def next(self) -> Path | None:
        """The folder of the next company that ended, None after the last one."""
        self._begin()
        while self._busy and not self._ended:
            self._wait()
        return self._ended.popleft() if self._ended else None

    def signalled(self, number: int) -> None:
        """Send a signal to every process under way and to those it started."""
        for child in self._busy:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(child.process.pid, number)

    def _begin(self) -> None:
        while self._todo and len(self._busy) < self._at_once and not self._signals.heard:
            order = self._todo.popleft()
            try:
                self._busy.append(_started(order))
            except OSError as fault:  # no memory or no process left
                self._end(order, _fallen(order, "aucun processus n'a pu être lancé", str(fault)))

    def _wait(self) -> None:
        ends: list[Connection[Any, Any] | socket] = [self._signals.end]
        ends += [child.pipe for child in self._busy]
        ready = connection.wait(ends, PATIENCE if self._signals.heard else None)
        if self._signals.end in ready:
            self._signals.clear()
        for child in [done for done in self._busy if done.pipe in ready]:
            self._busy.remove(child)
            self._end(child.order, _report(child, stopping=bool(self._signals.heard)))
        if self._signals.heard and not self._asked:
            self._ask(signal.SIGINT)
        elif len(self._signals.heard) > self._asked or not ready:
            self._ask(signal.SIGKILL)

    def _ask(self, number: int) -> None:
        self._asked = len(self._signals.heard)
        self.signalled(number)

    def _end(self, order: Order, report: RunReport) -> None:
        self.reports[order.folder] = report
        self._ended.append(order.folder)


def _started(order: Order) -> _Child:
    """The process of a company, its order given. Raises OSError when there can be none."""
    ours, theirs = Pipe()
    errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it ended, with the pipe
    command = [sys.executable, "-P", "-c", _PROGRAM, _PACKAGE, str(theirs.fileno())]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
    except OSError:
        ours.close()
        errors.close()
        raise
    finally:
        theirs.close()
    with suppress(BrokenPipeError):  # it fell already: its pipe says so
        ours.send(order)
    return _Child(order, process, ours, errors)


def _report(child: _Child, *, stopping: bool) -> RunReport:
    """What a company's process reported, or that it fell before."""
    with child.pipe, child.errors:
        try:
            report = child.pipe.recv()
        except (EOFError, OSError):
            status = _gone(child.process)
            child.errors.seek(0)
            output = child.errors.read().decode("utf-8", "replace")
            interrupted = RunReport(RunOutcome.INTERRUPTED, int(Status.BUG))
            return interrupted if stopping else _ended(child.order, status, output)
        _gone(child.process)
    assert isinstance(report, RunReport)
    return report


def _gone(process: subprocess.Popen[bytes]) -> int:
    """Its status, once it is no more; one that has nothing left to say may not stay."""
    try:
        return process.wait(_LINGER)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _ended(order: Order, status: int, output: str) -> RunReport:
    if status == -signal.SIGKILL:
        return _fallen(order, "son processus a été tué, souvent faute de mémoire", output)
    if status < 0:
        return _fallen(order, f"son processus a été arrêté par le signal {-status}", output)
    return _fallen(order, f"erreur du programme, statut {status}", output)


def _fallen(order: Order, why: str, output: str) -> RunReport:
    what = f"le passage de cette entreprise est tombé ({why})"
    remedy = "le prochain passage remet d'abord le dossier en ordre ; ce qui est émis le reste"
    problem = Problem(Source(str(order.folder)), what, remedy)
    fallen = RunReport(RunOutcome.FALLEN, int(Status.BUG), problems=(problem,))
    return replace(fallen, fall=output[-_TOLD:].strip())


class StopSignals:
    """A context in which the signals that ask to stop interrupt nothing: they make `end` readable,
    to be looked at between two waits, and `heard` holds them in order.

    One that was ignored before (nohup) stays so.
    """

    def __init__(self) -> None:
        self.heard: list[int] = []
        self.end, self._writing = socketpair()
        self._before: dict[int, Any] = {}
        self._woken = -1

    def clear(self) -> None:
        """Have `end` become readable again by the next signal only."""
        self.end.recv(4096)

    def __enter__(self) -> Self:
        for end in (self.end, self._writing):
            end.setblocking(False)  # noqa: FBT003 - the socket's own way to say it
        self._woken = signal.set_wakeup_fd(self._writing.fileno(), warn_on_full_buffer=False)
        for number in _STOPS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._woken)
        self.end.close()
        self._writing.close()

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self.heard.append(number)
