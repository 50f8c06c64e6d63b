"""Notes put into a file of the company: rehearsed, shown as a diff, then written."""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from relance.git.repository import Edit
from relance.ledger.company import Company
from relance.notes.note import NewNote
from relance.notes.note_faults import faults
from relance.notes.placing import file_for, with_notes
from relance.notes.rehearsal import rehearse
from relance.text.writing import unwritable
from relance.values.problem import Refusal, Status, refuse

_PARTIAL = ".relance-partiel"


@dataclass(frozen=True, slots=True)
class Addition:
    """A file of the company with notes added, or taken out: its path from `root`, its text before
    and after.

    `old` is None for a file to be made; one that is `gone` is to be made away with.
    """

    root: Path
    path: str
    old: str | None
    new: str
    gone: bool = False

    def diff(self) -> str:
        """The unified diff, as git words it."""
        before = "/dev/null" if self.old is None else f"a/{self.path}"
        after = "/dev/null" if self.gone else f"b/{self.path}"
        return "\n".join(_diff(_rows(self.old or ""), _rows(self.new), before, after)) + "\n"

    def edit(self) -> Edit:
        """What git is asked to commit."""
        old = None if self.old is None else self.old.encode()
        return Edit(old, None if self.gone else self.new.encode())

    def write(self) -> None:
        """Put the new text in place, whole or not at all; refused (3) when the file has changed
        since it was read, or takes no writing."""
        target = self.root / self.path
        if _text(target) != self.old:
            what, remedy = "ce fichier a changé entre-temps", "recommencez"
            raise refuse(self.path, what, remedy, Status.REFUSED_STATE)
        try:
            if self.gone:
                target.unlink()
            else:
                _replace(target.resolve(), self.new.encode())
        except OSError as error:
            raise Refusal([unwritable(error, self.path)], Status.REFUSED_STATE) from None


def add_notes(company: Company, notes: Sequence[NewNote]) -> Addition:
    """The file with these notes in it, proven by loading the whole ledger again.

    The notes belong to one file: those of one client, or the letters' of one day. Raises
    `Refusal` with every reason why one of them cannot be written; writes nothing itself.
    """
    if problems := faults(company, notes):
        raise Refusal(problems)
    if notes[0].of_letter and (unread := company.register_unread()):
        raise Refusal([unread])
    (path,) = {file_for(company, note) for note in notes}
    old = _text(company.root / path)
    new = with_notes(old or "", company, notes)
    rehearse(company, path, old or "", new, notes)
    return Addition(company.root, path, old, new)


def _text(path: Path) -> str | None:
    return path.read_bytes().decode() if path.exists() else None


def _rows(text: str) -> list[str]:
    """The lines, without the empty one that a final line feed makes."""
    return text.removesuffix("\n").split("\n") if text else []


_AROUND = 3  # lines that a diff shows around a change


def _diff(old: list[str], new: list[str], before: str, after: str) -> Iterable[str]:
    """The lines of the unified diff. A note put into a long file is one hunk, seen without holding
    every line against every other, which takes longer than to read the file."""
    size = len(new) - len(old)
    head, tail = _alike(old, new), _alike(reversed(old), reversed(new))
    start = head if head >= tail else len(old) - tail
    rest = old[start:]
    # Where the same lines follow each other again, more than one diff is right: difflib's own.
    again = any(new[start + n : start + n + len(rest)] == rest for n in range(size))
    short = {start, len(rest)} & set(range(1, size + 1)) or len(old) <= size
    if size <= 0 or head + tail < len(old) or (old and (short or (rest and again))):
        return difflib.unified_diff(old, new, before, after, lineterm="")
    first, last = max(start - _AROUND, 0), min(start + _AROUND, len(old))
    return [
        f"--- {before}",
        f"+++ {after}",
        f"@@ -{_range(first, last)} +{_range(first, last + size)} @@",
        *(f" {line}" for line in old[first:start]),
        *(f"+{line}" for line in new[start : start + size]),
        *(f" {line}" for line in old[start:last]),
    ]


def _alike(one: Iterable[str], other: Iterable[str]) -> int:
    """How many lines both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _range(first: int, last: int) -> str:
    """Lines as a hunk counts them, from 1."""
    length = last - first
    return f"{first + bool(length)}" if length == 1 else f"{first + bool(length)},{length}"


def _replace(target: Path, content: bytes) -> None:
    partial = target.with_name(f".{target.name}{_PARTIAL}")
    partial.write_bytes(content)
    if target.exists():
        shutil.copymode(target, partial)
    partial.replace(target)
