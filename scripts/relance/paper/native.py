"""The libraries in C that WeasyPrint opens, found at once on Linux."""

from __future__ import annotations

import ctypes
import ctypes.util
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# « libpango-1.0-0 », « harfbuzz-0.0 »: no library of Linux has such a name for the linker, and a
# file's name, « libpango-1.0.so.0 », is looked up only after it would not open.
_ELSEWHERE = re.compile(r"lib.*|.*-\d|.*-0\.0")
_usual = ctypes.util.find_library


@contextmanager
def found_at_once() -> Iterator[None]:
    """WeasyPrint asks for each library by the names of all systems; for each of these Python runs
    `ldconfig`, then compilers: a quarter of its import. Meanwhile on Linux, what opens by its
    file's name is found so."""
    if sys.platform == "linux":
        ctypes.util.find_library = found
    try:
        yield
    finally:
        ctypes.util.find_library = _usual


def found(name: str) -> str | None:
    """The file of a library, as `ctypes.util.find_library` tells it."""
    if _ELSEWHERE.fullmatch(name):
        return None
    for file in (f"lib{name}.so.0", f"lib{name}.so.1"):
        try:
            ctypes.CDLL(file)
        except OSError:
            continue
        return file
    return _usual(name)
