"""WeasyPrint as every page needs it: fonts of one process, what it only logs, its version."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

from weasyprint.text.ffi import pango
from weasyprint.text.fonts import FontConfiguration


def pango_version() -> str:
    """The version of the library that breaks lines, « 1.50.12 »."""
    number = int(pango.pango_version())
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"


class OwnFonts(FontConfiguration):  # type: ignore[misc]  # weasyprint carries no types
    """A font configuration whose files only the process that wrote them removes."""

    def __init__(self) -> None:
        super().__init__()
        self._process = os.getpid()

    def __del__(self) -> None:
        if os.getpid() == self._process:
            super().__del__()


@contextmanager
def said() -> Iterator[list[str]]:
    """What WeasyPrint only logs, from warnings on."""
    messages: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: messages.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("weasyprint")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.WARNING)
    try:
        yield messages
    finally:
        logger.setLevel(level)
        logger.removeHandler(handler)
