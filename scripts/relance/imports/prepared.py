"""What a run is asked for, and what it would write once all files are read and checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from relance.imports.books_so_far import BooksSoFar
from relance.imports.destinations import LedgerFile
from relance.imports.directives import NewDirective
from relance.imports.outcome import FileFate, FileOutcome
from relance.ledger.imported import STATEMENTS
from relance.values.problem import Problem


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What is to be imported: the files and folders named, else the inbox; `bank` is the account
    of statements that do not say theirs; `follow_lettering`: an accounting export whose lettering
    changed is followed; `restored`: with what a person took out since; `founding`: for a company
    that is being made, whose creditor may be the model's still: its letters are refused anyway."""

    root: Path
    places: tuple[Path, ...]
    today: date
    bank: str | None = None
    follow_lettering: bool = False
    restored: bool = False
    founding: bool = False


@dataclass(frozen=True, slots=True)
class FiledOriginal:
    """A file and where it goes, from the root; one that lies in the inbox goes from there."""

    path: Path
    target: str
    sha256: str
    moves: bool


@dataclass(slots=True)
class Prepared:
    """What a run would write: the ledger's files in the order in which they may appear one by one,
    the originals; what became of each file. `said` are the ids of all that the files tell, known
    already or not."""

    so_far: BooksSoFar
    outcomes: list[FileOutcome]
    files: list[LedgerFile] = field(default_factory=list)
    originals: list[FiledOriginal] = field(default_factory=list)
    put: list[NewDirective] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    said: set[str] = field(default_factory=set)
    rematched: int = 0
    remarks: list[Problem] = field(default_factory=list)

    @property
    def has_statements(self) -> bool:
        """Whether the bank has a part in what is to be written."""
        return any(
            original.target.startswith(self.so_far.path(STATEMENTS)) for original in self.originals
        )

    @property
    def refused(self) -> bool:
        """Whether a file, or a part of one, was left because of what stands against it."""
        return any(x.fate is FileFate.REFUSED or x.left for x in self.outcomes)
