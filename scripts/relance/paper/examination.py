"""Papers from outside, opened in a process of their own: one that would fill the memory, never
end or crash its reader costs that process, and is refused by name.

What is refused, a program that a page would start or a file that is no page, is never changed
instead: a copy that leaves the house is the original to the byte.
"""

from __future__ import annotations

import io
import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pikepdf

from relance.paper.assembly import check, on_a4
from relance.paper.workers import without_interrupts
from relance.values.problem import Problem, Refusal, Source

if TYPE_CHECKING:  # the process that reads papers needs no policy
    from relance.policy.settings import Policy

PDF = "application/pdf"
MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a paper may occupy once inflated, in megabytes, and how long it may take to read,
    in seconds of processor."""

    megabytes: int
    seconds: int


def limits_of(policy: Policy) -> Limits:
    """Those of `pieces`."""
    return Limits(policy.enclosures.megabytes, policy.enclosures.seconds)


@dataclass(frozen=True, slots=True)
class Paper:
    """A file of which pages are made; `name` is how a refusal calls it."""

    name: str
    media_type: str
    content: bytes


def examine(paper: Paper, limits: Limits) -> None:
    """Read the whole of it; Refusal naming it for what cannot be joined to a letter."""
    _asked(paper, limits, pages=False)


def a4_pages(paper: Paper, limits: Limits) -> bytes:
    """Its pages on A4, one PDF; Refusal as for `examine`."""
    return _asked(paper, limits, pages=True)


# ---------------------------------------------------------------- The process that reads

_START = 120  # seconds until a new process is there, on a machine that does much else
_SLACK = 12  # by the clock a paper may take so many times its seconds of processor


@dataclass(slots=True)
class _Reader:
    process: BaseProcess
    pipe: Connection[Any, Any]


_readers: list[_Reader] = []  # the one at work, if any


def _asked(paper: Paper, limits: Limits, *, pages: bool) -> bytes:
    if len(paper.content) > limits.megabytes * MEGABYTE:
        raise _too_large(paper.name, limits)
    for dead in [reader for reader in _readers if not reader.process.is_alive()]:
        _end(dead)
    reader = _readers[0] if _readers else _started()
    endless = False
    try:
        reader.pipe.send((paper, limits, pages))
        endless = not reader.pipe.poll(limits.seconds * _SLACK)
        answer = None if endless else reader.pipe.recv()
    except (EOFError, OSError):  # what it read ended it
        answer = None
    if answer is None:
        _end(reader)
        if endless or reader.process.exitcode == -signal.SIGXCPU:
            raise _refusal(
                paper.name, f"la lecture de ce fichier demande plus de {limits.seconds} s"
            )
        raise _refusal(paper.name, "ce fichier arrête le programme qui le lit")
    if isinstance(answer, bytes):
        return answer
    raise Refusal(answer)


def _started() -> _Reader:
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,))
    process.daemon = True
    with without_interrupts():
        process.start()
    theirs.close()
    reader = _Reader(process, ours)
    _readers.append(reader)
    if not ours.poll(_START) or ours.recv() != "ready":
        _end(reader)
        raise TimeoutError("the process that reads papers does not start")
    return reader


def _end(reader: _Reader) -> None:
    reader.pipe.close()
    _readers.remove(reader)
    reader.process.join(0.2)
    if reader.process.exitcode is None:
        reader.process.kill()
        reader.process.join()


def _serve(pipe: Connection[Any, Any]) -> None:
    """The life of that process: a paper, its answer, the next one, until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, OSError):
        pipe.send("ready")
        while True:
            paper, limits, pages = pipe.recv()
            _bound(limits)
            try:
                answer: bytes | tuple[Problem, ...] = _read(paper, pages=pages)
            except Refusal as refusal:
                answer = tuple(refusal.problems)
            except MemoryError:
                answer = tuple(_too_large(paper.name, limits).problems)
            except Exception:  # noqa: BLE001 - a tree of objects that is none fails anywhere
                answer = tuple(_refusal(paper.name, "ce fichier est endommagé").problems)
            pipe.send(answer)


def _bound(limits: Limits) -> None:
    """What this process may use from here on; where the system has no such limits, qpdf's alone
    hold."""
    most = limits.megabytes * MEGABYTE
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=most,
        png_max_memory=most,
        tiff_max_memory=most,
        run_length_max_memory=most,
        dct_max_memory=4 * most,  # a photograph is small until it is drawn
    )
    with suppress(ImportError, OSError, ValueError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = int(used.ru_utime + used.ru_stime) + limits.seconds + 1
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, hard))
        pages_held = Path("/proc/self/statm").read_text(encoding="ascii")
        there = int(pages_held.split()[0]) * resource.getpagesize()
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (there + 8 * most + 512 * MEGABYTE, hard))


# ---------------------------------------------------------------- One paper


def _read(paper: Paper, *, pages: bool) -> bytes:
    if paper.media_type != PDF:
        # WeasyPrint is imported for images alone.
        from relance.paper.sheet import picture

        return picture(paper.content, paper.media_type, paper.name)
    check(paper.content, paper.name)
    with pikepdf.open(io.BytesIO(paper.content), attempt_recovery=False) as pdf:
        for what in _active(pdf):
            raise _refusal(paper.name, f"ce PDF contient {what}")
    return on_a4(paper.content, paper.name) if pages else b""


_ACTIONS = {
    "/JavaScript": "un programme (JavaScript)",
    "/Launch": "une action qui lance un programme",
    "/ImportData": "une action qui va chercher des données",
    "/SubmitForm": "un formulaire qui s'envoie",
}


def _active(pdf: pikepdf.Pdf) -> Iterator[str]:
    """What would act on the machine of who opens the document."""
    waiting: list[Any] = list(pdf.objects)
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, pikepdf.Stream):
            thing = thing.stream_dict
        if isinstance(thing, pikepdf.Dictionary):
            action = thing.get("/S")
            if isinstance(action, pikepdf.Name) and str(action) in _ACTIONS:
                yield _ACTIONS[str(action)]
            elif "/JS" in thing:
                yield _ACTIONS["/JavaScript"]
            parts = thing.values()
        elif isinstance(thing, pikepdf.Array):
            parts = thing
        else:
            continue
        waiting.extend(
            part for part in parts if isinstance(part, pikepdf.Object) and not part.is_indirect
        )


def _too_large(name: str, limits: Limits) -> Refusal:
    return _refusal(name, f"ce fichier occupe plus de {limits.megabytes} Mo une fois déployé")


def _refusal(name: str, what: str) -> Refusal:
    remedy = "imprimez-le dans un nouveau fichier PDF, et déclarez celui-ci"
    return Refusal([Problem(Source(name), what, remedy)])
