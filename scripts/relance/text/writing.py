"""Files written for the user: names, tables as CSV, and why one cannot be written."""

from __future__ import annotations

import csv
import errno
import io
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from relance.text.escapes import unmarked
from relance.values.problem import Problem, Refusal, Source, Status


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write these files by their paths below the folder, in place of what is there. Raises
    `Refusal` (3) when one cannot be written; those before it stay."""
    try:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except OSError as fault:
        raise Refusal([unwritable(fault)], Status.REFUSED_STATE) from None


def synced(path: Path) -> None:
    """Have a file's content on the disk itself when this returns."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk itself when this returns."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as fault:
        if fault.errno != errno.EINVAL:  # some disks keep no folders to be asked so
            raise
    finally:
        os.close(descriptor)


def unwritable(fault: OSError, name: str = "") -> Problem:
    """The complaint about a disk or folder that takes no file, `name` or the one it tells."""
    what = f"écriture impossible : « {fault.strerror} »"
    remedy = "libérez de la place ou rendez le dossier accessible, puis relancez"
    return Problem(Source(name or str(fault.filename or "git")), what, remedy)


Cell = str | int | Decimal | date | None
_PHONE = re.compile(r"\+[0-9]{7,15}")  # E.164: as a formula it is but the number
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The table as text: commas, a dot in amounts, ISO dates, lines ended by CR LF.

    A text loses its control and direction marks, which would show it as another; one that a
    spreadsheet would take for a formula gets an apostrophe before it. Numbers and dates are
    written as they are.
    """
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(header)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return written.getvalue()


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    text = unmarked(str(cell))
    if not isinstance(cell, str) or _PHONE.fullmatch(text):
        return text
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


_SLUG_LENGTH = 40


def slug(name: str) -> str:
    """A client's name as a file name: ASCII, at most 40 characters."""
    ascii_ = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_)[:_SLUG_LENGTH].strip("-") or "client"


class Spool(MutableMapping[str, bytes]):
    """Contents by path, each written below `root` at once: large runs are never in memory whole."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._names: dict[str, None] = {}

    def __setitem__(self, name: str, content: bytes) -> None:
        path = self._root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self._names[name] = None

    def __getitem__(self, name: str) -> bytes:
        if name not in self._names:
            raise KeyError(name)
        return (self._root / name).read_bytes()

    def __delitem__(self, name: str) -> None:
        del self._names[name]
        (self._root / name).unlink()

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
