"""The directives of a ledger's file as blocks of text: what stands where, comments kept."""

from __future__ import annotations

from collections.abc import Sequence


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
