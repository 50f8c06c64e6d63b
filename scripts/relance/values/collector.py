"""The garbage collector, held off while many objects are made that all live on."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache


@contextmanager
def uncollected() -> Iterator[None]:
    """No collection meanwhile, and never one of what was made: it costs a fifth of a load, and
    finds nothing. Nested, the outermost decides. What a process that lives on makes later is
    collected as usual: only its first load is set aside for good."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            _set_aside()
            gc.enable()


@cache
def _set_aside() -> None:
    gc.freeze()
