"""The directives of a ledger's file as blocks of text: what stands where, comments kept."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

_STARTS = re.compile(r"\d{4}[-/]\d\d?[-/]\d\d?[ \t]")
PRINT = "empreinte"
_PRINT_LINE = re.compile(rf"\s*{PRINT}:")


@dataclass(frozen=True, slots=True)
class DirectiveBlock:
    """One directive: its lines without the last line feed, the number of the first of them, and
    what stands before it since the one above (blank lines, comments, options)."""

    text: str
    line: int
    lead: tuple[str, ...] = ()

    @property
    def untouched(self) -> bool:
        """Whether the directive says what it said when it was written with its fingerprint."""
        written = re.search(rf'^\s*{PRINT}: "([0-9a-f]+)"', self.text, re.MULTILINE)
        return written is not None and written[1] == fingerprint(self.text)


def fingerprint(directive: str) -> str:
    """A short hash of a directive's lines without the one that holds it; how far apart its words
    stand does not count, since formatting a file moves them."""
    lines = directive.split("\n")
    if PRINT in directive:
        lines = [line for line in lines if not _PRINT_LINE.match(line)]
    words = "\n".join([" ".join(line.split()) for line in lines])
    return hashlib.sha256(words.encode()).hexdigest()[:12]


def blocks(text: str) -> tuple[tuple[DirectiveBlock, ...], tuple[str, ...]]:
    """The directives of a file in their order, and the lines after the last of them."""
    lines = text.split("\n")
    parts, at, end = [], 0, 0
    while at < len(lines):
        if not _STARTS.match(lines[at]):
            at = end_of_directive(lines, at) if lines[at].strip() else at + 1
            continue
        after = end_of_directive(lines, at)
        parts.append(DirectiveBlock("\n".join(lines[at:after]), at + 1, tuple(lines[end:at])))
        at = end = after
    return tuple(parts), tuple(lines[end:])


def end_of_directive(lines: Sequence[str], start: int) -> int:
    """The index after a directive: its line and the indented ones that follow, strings whole."""
    inside = _string_open(lines[start], inside=False)
    end = start + 1
    while end < len(lines) and (inside or (lines[end][:1] in " \t" and lines[end].strip())):
        inside = _string_open(lines[end], inside=inside)
        end += 1
    return end


def _string_open(line: str, *, inside: bool) -> bool:
    """Whether a string is still open at the end of the line."""
    if "\\" not in line and ";" not in line:
        return inside is (line.count('"') % 2 == 0)
    characters = iter(line)
    for character in characters:
        if character == '"':
            inside = not inside
        elif inside and character == "\\":
            next(characters, None)
        elif not inside and character == ";":
            return False
    return inside
