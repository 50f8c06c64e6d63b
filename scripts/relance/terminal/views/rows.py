"""Rows in columns, laid out by their widths once, at a fraction of what a general table costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len
from rich.text import Text

from relance.terminal.views.breaking import lines_of

_GAP = 2  # blanks between two columns
_NARROW = 12  # cells to which columns that wrap give way before the others do


@dataclass(slots=True)
class Rows:
    """Rows without borders, in columns. Each says how it is aligned, "r" or not, and how many
    cells it has at least: it has those of its widest cell; one of 0 takes what is left, and wraps.
    """

    columns: Sequence[tuple[str, int]]
    rows: list[Sequence[Text]] = field(default_factory=list)
    _below: dict[int, list[tuple[int, Text]]] = field(default_factory=lambda: defaultdict(list))

    def add_row(self, *cells: str | Text) -> None:
        """One more row, with a cell for each column."""
        self.rows.append([Text(cell) if isinstance(cell, str) else cell for cell in cells])

    def add_below(self, column: int, line: Text) -> None:
        """A line below the last row, whole, from that column on: a path that is to be copied."""
        self._below[len(self.rows) - 1].append((column, line))

    def lines(self, width: int) -> Iterator[Text]:
        """The rows in lines of at most `width` cells, but for what may not be broken."""
        widths = self._widths(width)
        for number, row in enumerate(self.rows):
            cells = [lines_of(cell, size, cut=True) for cell, size in zip(row, widths, strict=True)]
            for place in range(max(map(len, cells))):
                yield self._line(
                    [lines[place] if place < len(lines) else _NOTHING for lines in cells], widths
                )
            for column, line in self._below.get(number, ()):
                yield Text.assemble(" " * sum(size + _GAP for size in widths[:column]), line)

    def _line(self, cells: Sequence[Text], widths: Sequence[int]) -> Text:
        """One line of a row, without blanks at its end."""
        line, used, start = Text(), 0, 0
        for (align, _), cell, width in zip(self.columns, cells, widths, strict=True):
            if cell.plain:
                size = cell_len(cell.plain)
                begins = start + max(width - size, 0) if align == "r" else start
                line.append(" " * (begins - used)).append_text(cell)
                used = begins + size
            start += width + _GAP
        return line

    def _widths(self, width: int) -> list[int]:
        """As wide as the widest cell, unless all together are too wide for the screen."""
        sizes = [
            max([minimum, *(_size(row[place]) for row in self.rows)])
            for place, (_, minimum) in enumerate(self.columns)
        ]
        excess = sum(sizes) + _GAP * (len(sizes) - 1) - width
        wrapping = [place for place, (_, minimum) in enumerate(self.columns) if not minimum]
        excess = _narrowed(sizes, wrapping, excess, _NARROW)
        _narrowed(sizes, range(len(sizes)), excess, 1)
        return sizes


_NOTHING = Text()


def _size(cell: Text) -> int:
    plain = cell.plain
    return max(map(cell_len, plain.split("\n"))) if "\n" in plain else cell_len(plain)


def _narrowed(sizes: list[int], places: Sequence[int], excess: int, least: int) -> int:
    """Take from the widest of these columns first, none going below `least`; what is left."""
    while excess > 0 and places:
        widest = max(places, key=lambda place: sizes[place])
        others = [sizes[place] for place in places if place != widest]
        floor = max([least, *(min(size, sizes[widest] - 1) for size in others)])
        step = min(excess, sizes[widest] - floor)
        if step <= 0:
            break
        sizes[widest] -= step
        excess -= step
    return excess
