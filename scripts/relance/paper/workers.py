"""Letters laid out by several processes of this machine.

Each worker is lent one letter at a time over a pipe of its own: who was working on what is
always known, a worker that dies is replaced, and a worker whose parent dies finds its pipe
closed and ends. They are copies of a small process that knows nothing of the books, so that
neither the ledger's memory nor a thread of the parent is copied.
"""

from __future__ import annotations

import multiprocessing
import shutil
import signal
import tempfile
import threading
import traceback
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Self

from relance.paper.press import Job, Made, fatal

TRIES = 2
LIFE = 500  # letters after which a worker is replaced: what a library does not give back goes
_PATIENCE = 5  # seconds a worker that has nothing left to do may take to end


class WorkerBug(Exception):
    """An error of ours in a worker, with the worker's own traceback."""


@dataclass(slots=True)
class _Worker:
    """A process, our end of its pipe, the letter it is busy with, how many it has made."""

    process: BaseProcess
    pipe: Connection[Any, Any]
    job: Job | None = None
    made: int = 0


class Workers:
    """So many processes, started as letters come; a context that leaves none behind."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._context = _context()
        self._place = tempfile.mkdtemp(prefix="relance-")
        self._workers: list[_Worker] = []
        self._falls: Counter[str] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.pipe.close()
            if worker.job:  # the run was given up
                worker.process.kill()
        for worker in self._workers:
            _end(worker.process)
        self._workers.clear()
        shutil.rmtree(self._place, ignore_errors=True)

    @property
    def pids(self) -> list[int]:
        """The processes at work."""
        return [worker.process.pid or 0 for worker in self._workers]

    def make(self, jobs: Iterable[Job], folder: Path) -> Iterator[Made]:
        """The letters as they are made (see `Press`).

        A letter whose worker died is made again, once; then it is named as the cause.
        """
        supply = _Supply(iter(jobs))
        while True:
            for job in self._lend(supply, folder):
                yield fatal(job)
            busy = {worker.pipe: worker for worker in self._workers if worker.job}
            if not busy:
                return
            supply.prepare()
            for pipe in connection.wait(busy):
                worker = busy[pipe]  # type: ignore[index]  # we gave nothing but pipes
                if (made := self._received(worker, supply)) is not None:
                    for job in self._lend(supply, folder):  # first: none idles while we are away
                        yield fatal(job)
                    yield made

    def _lend(self, supply: _Supply, folder: Path) -> Iterator[Job]:
        """Give every idle worker a letter; those that ended two workers come back."""
        while idle := self._idle():
            job = supply.take()
            if job is None:
                return
            if self._falls[job.name] >= TRIES:
                yield job
                continue
            try:
                idle.pipe.send((job, folder))
            except OSError:  # it died before it was given anything
                self._dismiss(idle)
                supply.put_back(job)
            else:
                idle.job = job

    def _idle(self) -> _Worker | None:
        for worker in [worn for worn in self._workers if worn.made >= LIFE and not worn.job]:
            self._dismiss(worker)
        idle = next((worker for worker in self._workers if not worker.job), None)
        if idle is None and len(self._workers) < self._number:
            idle = self._start()
            self._workers.append(idle)
        return idle

    def _received(self, worker: _Worker, supply: _Supply) -> Made | None:
        """What a worker sends; None when it died, its letter put back."""
        job = worker.job
        assert job is not None
        try:
            answer = worker.pipe.recv()
        except (EOFError, OSError):
            self._falls[job.name] += 1  # the letter may have killed it: twice is no accident
            self._dismiss(worker)
            supply.put_back(job)
            return None
        worker.job, worker.made = None, worker.made + 1
        if isinstance(answer, str):
            raise WorkerBug(f"{job.name} ({job.client})\n{answer}")
        assert isinstance(answer, Made)
        return answer

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_work, args=(theirs, self._place), daemon=True)
        with without_interrupts():
            process.start()
        theirs.close()
        return _Worker(process, ours)

    def _dismiss(self, worker: _Worker) -> None:
        worker.pipe.close()
        self._workers.remove(worker)
        _end(worker.process)


class _Supply:
    """The letters to come: one made ready while others are laid out, those to make again first."""

    def __init__(self, jobs: Iterator[Job]) -> None:
        self._jobs = jobs
        self._ready: deque[Job] = deque()

    def take(self) -> Job | None:
        """The next letter, if any."""
        return self._ready.popleft() if self._ready else next(self._jobs, None)

    def put_back(self, job: Job) -> None:
        """A letter to be made again."""
        self._ready.appendleft(job)

    def prepare(self) -> None:
        """Have the next letter composed before somebody waits for it."""
        if not self._ready and (job := next(self._jobs, None)):
            self._ready.append(job)


_SHORT = 68  # a socket's path has 104 bytes at most, and its own folder and name take 34


def _context() -> Any:
    """How processes begin: as copies of a helper that has read what they need, or from scratch."""
    short = len(tempfile.gettempdir()) <= _SHORT  # the helper's socket lies there
    if "forkserver" not in multiprocessing.get_all_start_methods() or not short:
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["relance.paper.letter_layout"])
    return context


@contextmanager
def without_interrupts() -> Iterator[None]:
    """Ctrl-C is for us alone: a process that starts now never hears it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, heard)


def _end(process: BaseProcess) -> None:
    process.join(_PATIENCE)
    if process.exitcode is None:
        process.kill()
        process.join()


def _work(pipe: Connection[Any, Any], place: str) -> None:
    """The life of a worker: a letter, its page, the next one, until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tempfile.tempdir = tempfile.mkdtemp(dir=place)  # the parent removes it if we are killed
    try:
        _serve(pipe)
    finally:
        shutil.rmtree(tempfile.tempdir, ignore_errors=True)
        if not _has_parent():
            with suppress(OSError):  # another worker is not done yet
                Path(place).rmdir()


def _has_parent() -> bool:
    parent = multiprocessing.parent_process()
    return parent is not None and parent.is_alive()


def _serve(pipe: Connection[Any, Any]) -> None:
    from relance.paper.pdf import lay_out

    with suppress(EOFError, OSError):
        while True:
            job, folder = pipe.recv()
            try:
                answer: Made | str = lay_out(job, folder)
            except Exception:  # noqa: BLE001 - a bug of ours is told by the parent
                answer = traceback.format_exc()
            pipe.send(answer)
