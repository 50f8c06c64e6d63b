"""A second core for work whose answer is only needed later: a copy of this process does it."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

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
        _answer(job, writing)
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


def _answer(job: Job, writing: int) -> None:
    """The life of the copy: it answers or dies, and runs nothing of its parent's at the end."""
    status = 1
    try:
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(json.dumps(job()).encode())
        status = 0
    finally:
        os._exit(status)
