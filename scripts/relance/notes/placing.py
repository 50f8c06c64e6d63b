"""Where a note is written: which file, after what."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from relance.ledger import syntax
from relance.ledger.blocks import end_of_directive
from relance.ledger.company import Company
from relance.ledger.file_notes import notes_in
from relance.notes.note import NewNote
from relance.values.register import FOLDER

FOLLOW_UP = "suivi.beancount"  # beside the ledger's top file

_HEADER = """\
;; -*- mode: beancount; coding: utf-8; -*-
;; Envois du {day} : ce qui est arrivé aux lettres après leur approbation.
"""


def file_for(company: Company, note: NewNote) -> str:
    """The register file of the day for a letter's fate, else the file that holds the client's
    latest follow-up note, else the ledger's follow-up file, else the one that opens the account.
    """
    if note.of_letter:
        return f"{FOLDER}/{note.date}-envois.beancount"
    books = company.books
    follow_ups = [n.source.path for n in books.notes if n.account == note.account]
    follow_up = str(PurePosixPath(company.policy.ledger.file).with_name(FOLLOW_UP))
    opened = [c.source.path for c in books.clients if c.account == note.account]
    candidates = [*reversed(follow_ups), follow_up, *opened, company.policy.ledger.file]
    # The register is written once and for all; a note made by a plugin has no file.
    ours = [path for path in candidates if PurePosixPath(path).parent != PurePosixPath(FOLDER)]
    return next(path for path in ours if path in books.files)


def with_notes(old: str, company: Company, notes: Sequence[NewNote]) -> str:
    """The text of a file with these notes in it: after its last note, else at its end.

    A register file takes them at its end; a new one gets its heading. Lines end as they did.
    """
    blocks = [*_options(old, company, notes), *(note.as_directive() for note in notes)]
    if not old and notes[0].of_letter:
        blocks.insert(0, _HEADER.format(day=notes[0].date))
    windows = old.count("\r\n") == old.count("\n") > 0
    lines = old.replace("\r\n", "\n").split("\n") if windows else old.split("\n")
    end = len(lines) if notes[0].of_letter else _end_of_last_note(old, lines)
    new = _inserted(lines, end, "\n".join(blocks))
    return new.replace("\n", "\r\n") if windows else new


def _options(old: str, company: Company, notes: Sequence[NewNote]) -> list[str]:
    """The options that the accounts need and that the file does not have yet."""
    needed = syntax.options((note.account for note in notes), company.books.roots)
    written = {" ".join(line.split()) for line in old.splitlines()}
    missing = [line for line in needed if line not in written]
    return ["".join(f"{line}\n" for line in missing)] if missing else []


def _end_of_last_note(text: str, lines: Sequence[str]) -> int:
    """The number of lines up to the last note's last one; all of them when there is no note."""
    starts = [note.meta["lineno"] for note in notes_in(text)]
    return end_of_directive(lines, max(starts) - 1) if starts else len(lines)


def _inserted(lines: Sequence[str], end: int, block: str) -> str:
    """The lines with a block set apart by one empty line on either side."""
    before, after = "\n".join(lines[:end]).rstrip("\n"), "\n".join(lines[end:])
    head = f"{before}\n\n{block}" if before else block
    if not after.strip("\n"):
        return head
    return f"{head}{'' if after.startswith(chr(10)) else chr(10)}{after}"
