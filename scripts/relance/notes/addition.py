"""Notes put into a file of the company: rehearsed, shown as a diff, then written."""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
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
        old, new = _rows(self.old or ""), _rows(self.new)
        return "\n".join(difflib.unified_diff(old, new, before, after, lineterm="")) + "\n"

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


def _replace(target: Path, content: bytes) -> None:
    partial = target.with_name(f".{target.name}{_PARTIAL}")
    partial.write_bytes(content)
    if target.exists():
        shutil.copymode(target, partial)
    partial.replace(target)
