"""The garbage collector, held off while many objects are made that all live on."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

_ends_with_command = Event()


@contextmanager
def uncollected(*, lasting: bool = False) -> Iterator[None]:
    """No collection meanwhile: it costs a seventh of a plan, and finds nothing. Nested, the
    outermost decides.

    What is `lasting` serves as long as the command: a process of `one_command` never looks through
    it again, which costs whoever reads large books a fifth of the time.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if lasting and _ends_with_command.is_set():
            gc.freeze()
        if enabled:
            gc.enable()


def one_command() -> None:
    """This process ends with its command: what is `lasting` may be set aside from the collector
    for good. One that goes on, as Fava's does, would never be rid of it."""
    _ends_with_command.set()
