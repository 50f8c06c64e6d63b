"""A second core for work whose answer is only needed later, or that two can share: a copy of this
process does it."""

from __future__ import annotations

import json
import os
import pickle
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import IO, Any

Job = Callable[[], Any]


def aside(job: Job, again: Job) -> Job:
    """Start `job`, whose answer can be written as JSON, and give back how to wait for it, as often
    as one likes. What the job works on may be let go meanwhile: if the copy dies before it
    answers, `again` answers.

    Where copying a process is impossible or unsafe (one core, other threads, macOS) the job is
    done at once.
    """
    if not _possible():
        return _known(job())
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        reading, writing = os.pipe()
        child = os.fork()
    except OSError:  # too many files or processes: that is no reason not to do the work
        return _known(job())
    if child == 0:
        _answer(job, writing, lambda answer, pipe: pipe.write(json.dumps(answer).encode()))
    os.close(writing)

    @cache
    def wait() -> Any:
        with os.fdopen(reading, "rb") as pipe:
            answer = pipe.read()
        with suppress(ChildProcessError):  # who started us may want no news of children
            os.waitpid(child, 0)
        try:
            return json.loads(answer)  # cut short, it is no JSON
        except ValueError:
            return again()

    return wait


def _known(answer: Any) -> Job:
    return lambda: answer


def _possible() -> bool:
    alone = threading.active_count() == 1
    return sys.platform == "linux" and alone and len(os.sched_getaffinity(0)) > 1


def _answer(job: Job, writing: int, write: Callable[[Any, IO[bytes]], object]) -> None:
    """The life of the copy: it answers or dies, and runs nothing of its parent's at the end."""
    status = 1
    try:
        with os.fdopen(writing, "wb") as pipe:
            write(job(), pipe)
        status = 0
    finally:
        os._exit(status)


# ---------------------------------------------------------------- Work that two share

Work = Callable[[int], Any]
Answers = Iterator[tuple[int, Any]]
MOST_PIECES = 1000  # of a work that is shared: a pipe holds 4096 bytes at least
_NUMBER = 4  # bytes of the number of a piece


@contextmanager
def shared(pieces: int, work: Work) -> Iterator[Callable[[], Answers]]:
    """Have a copy of this process take pieces of a work from now on, whose answers can be pickled;
    what is yielded takes those that are left, once, and gives every piece's answer in any order.

    What a copy that dies leaves without answer is done here. There is none of a single piece, and
    where `aside` makes none.
    """
    possible = 1 < pieces <= MOST_PIECES and _possible()
    copy = _started(pieces, work) if possible else None
    if copy is None:
        yield lambda: ((piece, work(piece)) for piece in range(pieces))
        return
    try:
        yield copy.answers
    finally:
        copy.end()


def _started(pieces: int, work: Work) -> _Copy | None:
    """A copy at work; None when there are too many files or processes."""
    try:
        (queue, numbers), (reading, writing) = os.pipe(), os.pipe()
        os.write(numbers, b"".join(piece.to_bytes(_NUMBER, "big") for piece in range(pieces)))
        os.close(numbers)
        child = os.fork()
    except OSError:
        return None
    if child == 0:
        os.close(reading)  # or it would wait for ever to be heard by itself
        _answer(lambda: [(piece, work(piece)) for piece in _taken(queue)], writing, _send)
    os.close(writing)
    return _Copy(child, queue, os.fdopen(reading, "rb"), range(pieces), work)


def _send(answers: Any, pipe: IO[bytes]) -> None:
    pickler = pickle.Pickler(pipe, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _ByFields()
    pickler.dump(answers)


class _ByFields(dict[type, Callable[[Any], tuple[Any, ...]]]):
    """How dataclasses are sent: as what makes them, which is half the work of their own way."""

    def __missing__(self, kind: type) -> Callable[[Any], tuple[Any, ...]]:
        plain = is_dataclass(kind) and not hasattr(kind, "__post_init__")
        if not plain or not all(part.init and not part.kw_only for part in fields(kind)):
            raise KeyError(kind)
        names = [part.name for part in fields(kind)]
        self[kind] = lambda value: (kind, tuple([getattr(value, name) for name in names]))
        return self[kind]


def _taken(queue: int) -> Iterator[int]:
    """The numbers that nobody has taken yet, each to one of those who ask."""
    while number := os.read(queue, _NUMBER):
        yield int.from_bytes(number, "big")


@dataclass(frozen=True, slots=True)
class _Copy:
    """A copy of this process, from whose `queue` both take their pieces."""

    process: int
    queue: int
    pipe: IO[bytes]
    pieces: Sequence[int]
    work: Work

    def answers(self) -> Answers:
        """Those of this process, those of the copy, and those that the copy owes."""
        left = dict.fromkeys(self.pieces)
        for piece in _taken(self.queue):
            del left[piece]
            yield piece, self.work(piece)
        for piece, answer in self._received():
            del left[piece]
            yield piece, answer
        for piece in left:
            yield piece, self.work(piece)

    def _received(self) -> list[tuple[int, Any]]:
        try:
            return list(pickle.load(self.pipe))  # noqa: S301 - what a copy of this process wrote
        except (EOFError, pickle.UnpicklingError):  # cut short: it died
            return []

    def end(self) -> None:
        """Leave it nothing to take, and nobody to tell; wait until it has seen that."""
        for _ in _taken(self.queue):
            pass
        os.close(self.queue)
        self.pipe.close()
        with suppress(ChildProcessError):  # who started us may want no news of children
            os.waitpid(self.process, 0)
