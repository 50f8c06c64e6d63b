"""What books have that they had not when they were read whole: text at the end of their files, and
whom it touches."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from relance.cache.reduction import ReadWhole, Reduction, TextState, Whole
from relance.ledger.note_sorts import OF_LETTERS
from relance.values.kinds import NoteSort
from relance.values.register import FOLDER

_MOST = 1 << 18  # bytes
# At the margin: what begins a transaction, a note, a document; a comment, a title, nothing.
_BEGINS = re.compile(
    rb'(?:\d{4}[-/]\d\d?[-/]\d\d?[ \t]+(?:\*|!|txn|note|document)(?=[ \t"])|[;*#\r]|[ \t]|$)'
)
_ROOT_NAME = re.compile(rb'option[ \t]+"name_[a-z]+"[ \t]+"[^"]*"[ \t]*\r?$')
_HEAD = re.compile(r"^\d{4}[-/]", re.MULTILINE)
_ACCOUNT = re.compile(r"[^\W\d][\w-]*(?::[\w-]+)+")
_OF_LETTERS = re.compile(rf"#(?:relance|{'|'.join(sorted(OF_LETTERS))})(?![\w-])")
_FOLLOW_UP = re.compile(rf"#(?:{'|'.join(sorted(NoteSort))})(?![\w-])")
_STATEMENT = b"releve:"  # the id of a bank's: it may tell that another one lacks


@dataclass(frozen=True, slots=True)
class Additions:
    """The text of each file as it is, and how many bytes of it were there before."""

    texts: Mapping[str, bytes]
    before: Mapping[str, int]

    @classmethod
    def since(cls, kept: Reduction, root: Path, names: Iterable[str]) -> Additions:
        """What was added to books of these files since they were kept. Raises `ReadWhole` when
        anything else has changed in them."""
        files = {name: (root / name).read_bytes() for name in names}
        if kept.texts.keys() - files.keys():
            raise ReadWhole(Whole.FILE_GONE)
        states = {name: kept.texts.get(name) for name in files}
        if not all(_begins_with(text, states[name]) for name, text in files.items()):
            raise ReadWhole(Whole.NOT_AT_THE_END)
        before = {name: state.size if state else 0 for name, state in states.items()}
        made = cls(files, before)
        made._check()
        return made

    def _check(self) -> None:
        added = {name: self.texts[name][size:] for name, size in self.before.items()}
        if sum(map(len, added.values())) > _MOST:
            raise ReadWhole(Whole.MUCH)
        for name, text in added.items():
            rows = text.split(b"\n")
            if rows[0][:1] in (b" ", b"\t"):
                raise ReadWhole(Whole.NOT_AT_THE_END)
            options = name.startswith(f"{FOLDER}/") and not self.before[name]
            if _STATEMENT in text or not all(_is_read(row, options=options) for row in rows):
                raise ReadWhole(Whole.DIRECTIVE)

    @property
    def files(self) -> tuple[str, ...]:
        """The files with something new."""
        return tuple(name for name, size in self.before.items() if len(self.texts[name]) > size)

    def touched(self, kept: Reduction) -> frozenset[str]:
        """The clients of whom nothing may be left out: whose account stands in what is new, or an
        invoice number of theirs. What a letter says concerns its invoices alone."""
        new = "\n".join(
            self.texts[x][self.before[x] :].decode(errors="replace") for x in self.files
        )
        accounts = {name for block in _blocks(new) for name in _ACCOUNT.findall(block)}
        words = " ".join(new.split())
        return frozenset(
            account
            for account, part in kept.left.items()
            if any(name == account or name.startswith(f"{account}:") for name in accounts)
            or any(number in words for number in part.numbers)
        )


def _begins_with(text: bytes, state: TextState | None) -> bool:
    """Whether a file is what it was, with whole lines after it."""
    if state is None:
        return True
    old = text[: state.size]
    whole = len(text) == len(old) or old.endswith(b"\n") or not old
    return whole and hashlib.sha256(old).hexdigest() == state.sha256


def _is_read(row: bytes, *, options: bool) -> bool:
    return bool(_BEGINS.match(row)) or (options and bool(_ROOT_NAME.match(row)))


def _blocks(text: str) -> Iterator[str]:
    """The directives of a text, but for those that only speak of letters."""
    starts = [match.start() for match in _HEAD.finditer(text)]
    for start, end in zip([0, *starts], [*starts, len(text)], strict=True):
        block = text[start:end]
        if not _OF_LETTERS.search(block) or _FOLLOW_UP.search(block):
            yield block
