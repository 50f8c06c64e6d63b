"""Where a line of a terminal ends: at a blank, never inside a command that may be copied."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

from rich.cells import cell_len, chop_cells
from rich.text import Text

_GAPS = re.compile("( +)")  # a blank that joins words is none
_MARGIN = re.compile(" *(?:[→-] )?")
_PROGRAMS = ("relance", "git", "make", "sudo")
_BOUND = frozenset(":;?!»")  # never first on a line
_OPENING = frozenset("«→-")  # never last
_CLOSING = (",", ";", ":", ".", ")", "»")


def lines_of(text: Text, width: int, hang: int = 0, *, cut: bool = False) -> list[Text]:
    """The text in lines of at most `width` cells, those that go on `hang` cells further in, or as
    far as the line that they go on with.

    A command and a word that is too long stay whole and go beyond; the word not if it may be
    `cut`.
    """
    lines: list[Text] = []
    for part in text.split("\n", allow_blank=True) if "\n" in text.plain else [text]:
        if cell_len(part.plain) <= width:
            lines.append(part)
        else:
            inner = _indent(part.plain) or hang
            lines += _hung(part, _breaks(part.plain, width, width - inner, cut=cut), inner)
    return lines


def _indent(plain: str) -> int:
    """How far a line that is set in, or begins with a mark, sets in what goes on below it."""
    begun = _MARGIN.match(plain)
    return begun.end() if begun else 0


def _hung(line: Text, breaks: list[int], hang: int) -> Iterator[Text]:
    """The parts of a line, without the blanks at which it was broken."""
    for place, part in enumerate(line.divide(breaks)):
        part.rstrip()
        yield Text.assemble(" " * hang, part) if place and hang else part


def _breaks(plain: str, first: int, rest: int, *, cut: bool) -> list[int]:
    """The offsets at which new lines begin, the first being `first` cells wide."""
    offsets, place, used, room, begun = list[int](), 0, 0, first, False
    for unit, blanks, command in _units(plain):
        size = cell_len(unit)
        if begun and used + size > room:
            offsets.append(place)
            used, room = 0, rest
        if cut and size > room and not command:
            pieces = chop_cells(unit, room)
            offsets += list(accumulate(map(len, pieces[:-1]), initial=place))[1:]
            size, room = cell_len(pieces[-1]), rest
        place += len(unit) + len(blanks)
        used += size + len(blanks)
        begun = begun or bool(unit)
    return offsets


def _units(plain: str) -> Iterator[tuple[str, str, bool]]:
    """What stays together, the blanks that follow it, whether it is a command."""
    words = _GAPS.split(plain)
    unit, quote, before, command = "", "", "", False
    for place in range(0, len(words), 2):
        word, blanks = words[place], "".join(words[place + 1 : place + 2])
        after = "".join(words[place + 2 : place + 3])
        quote = _quote(word, quote)
        unit += word
        goes_on = bool(quote) or _goes_on(before, word, after)
        if blanks and (goes_on or after[:1] in _BOUND or word[-1:] in _OPENING):
            unit, command = unit + blanks, command or goes_on
        else:
            yield unit, blanks, command
            unit, quote, command = "", "", False
        before = word


def _goes_on(before: str, word: str, after: str) -> bool:
    """Whether a command goes on between a word and the one after it: it names what it does and
    one thing that it does it to, its options stay with their values."""
    if "&&" in (word, after):
        return True
    if word.endswith(_CLOSING):
        return False
    programs = any(part.rpartition("/")[2] in _PROGRAMS for part in (before, word))
    options = any(part.startswith("-") and len(part) > 1 for part in (word, after))
    return programs or options


def _quote(word: str, quote: str) -> str:
    """The quotation mark that is open after a word."""
    if not quote and word[:1] in {'"', "'"} and len(word) > 1:
        quote = word[0]
        word = word[1:]
    return "" if quote and quote in word else quote
