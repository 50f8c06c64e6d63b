"""Numbers of invoices and letters in what banks print: upper case, cut after 31 or 140 signs, with
spaces added or dropped, among telephone numbers, days, IBANs and the numbers of others.

Only whole words are read. How far a reading can be relied upon is its `Quote`'s strength.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import accumulate

from relance.reconciliation.label_words import (
    Label,
    is_other_figure,
    runs_of,
    without_zeros,
)
from relance.values.invoice_numbers import shape


class Strength(IntEnum):
    """How far a reading can be relied upon."""

    DISTANT = 0  # one digit is another
    FAINT = 1  # figures that may be anything else
    SHORT = 2  # « FACT 31 »: of which invoice, the end of its number tells
    WHOLE = 3


@dataclass(frozen=True, slots=True)
class Quote:
    """A number of ours read in a label: as ours is spelt, and as it was read; `cut` when more may
    have followed that the bank cut off."""

    number: str
    strength: Strength
    read: str
    cut: bool = False


_FIGURE = re.compile("[0-9]")
_label = lru_cache(64)(Label.of)  # a line is read for invoices, then for letters
_LONGEST = 40  # signs of a number
_RUNS = 10  # of one number, the bank's cuts counted
_FEW = 4  # digits of what may be something else, unless « FACT » comes before


class NumberReader:
    """Finds the numbers given in labels."""

    def __init__(self, numbers: Iterable[str], *, abridged: bool = True) -> None:
        """`abridged`: people tell the end of such a number alone, or mistake a digit."""
        self._abridged = abridged
        self._whole: dict[str, set[str]] = defaultdict(set)
        self._unfilled: dict[str, set[str]] = defaultdict(set)
        self._tails: dict[str, set[str]] = defaultdict(set)
        self._shapes: set[str] = set()
        self._heads: set[str] = set()
        self._figures = False
        for number in numbers:
            self._learn(number)
        self._sorted = sorted(self._whole)

    def _learn(self, number: str) -> None:
        runs = runs_of(number)
        compact = "".join(runs)
        if len(compact) > _LONGEST or not any(run.isdecimal() for run in runs):
            return
        self._whole[compact].add(number)
        self._unfilled[without_zeros(runs)].add(number)
        if runs[0].isdecimal():
            self._figures = True
        else:
            self._heads.add(runs[0])
        if self._abridged and not runs[0].isdecimal():
            self._shapes.add(shape(compact))
        if self._abridged and runs[-1].isdecimal() and (tail := runs[-1].lstrip("0")):
            self._tails[tail].add(number)

    def read(self, texts: Sequence[str]) -> tuple[Quote, ...]:
        """The numbers that texts quote, each once, the most reliable first: all have figures."""
        if not self._whole or not any(map(_FIGURE.search, texts)):
            return ()
        best: dict[str, Quote] = {}
        for quote in self._quotes(_label(tuple(texts))):
            if quote.number not in best or best[quote.number].strength < quote.strength:
                best[quote.number] = quote
        return tuple(sorted(best.values(), key=lambda q: (-q.strength, q.number)))

    def read_reference(self, text: str) -> tuple[Quote, ...]:
        """The number that a whole reference is: an end-to-end id, a creditor's reference."""
        compact = "".join(runs_of(text[: 2 * _LONGEST]))
        scor = compact[4:] if compact.startswith("rf") and compact[2:4].isdecimal() else ""
        numbers = self._whole.get(compact) or self._whole.get(scor) or ()
        return tuple(Quote(number, Strength.WHOLE, text) for number in sorted(numbers))

    # ------------------------------------------------------------ One label

    def _quotes(self, label: Label) -> Iterator[Quote]:
        for first, run in enumerate(label.runs):
            if run in self._heads or (self._figures and run.isdecimal()):
                yield from self._beginning(label, first)
            if run.isdecimal() and label.is_introduced(first):
                yield from self._ending(label, first)

    def _beginning(self, label: Label, first: int) -> Iterator[Quote]:
        """The numbers that begin with a run."""
        compact = ""
        for last in range(first, min(first + _RUNS, len(label.runs))):
            compact += label.runs[last]
            if len(compact) > _LONGEST:
                return
            if label.is_apart(first, last):
                yield from self._spelt(label, first, last, compact)
            if not label.goes_on(last):
                return

    def _spelt(self, label: Label, first: int, last: int, compact: str) -> Iterator[Quote]:
        runs = label.runs[first : last + 1]
        read = label.words(first, last)
        whole = self._whole.get(compact, ())
        for number in whole:
            if strength := self._strength(number, label, first, last):
                yield Quote(number, strength, read, label.ends_cut(last))
        if whole or compact.isdecimal() or label.is_held(first, last):
            return
        cut = self._may_be_cut(label, first, last, compact)
        for number in self._unfilled.get(without_zeros(runs), ()):
            yield Quote(number, Strength.FAINT if cut else Strength.SHORT, read)
        if shape(compact) in self._shapes and sum(map(str.isdecimal, compact)) >= _FEW:
            for number in self._near(compact):
                yield Quote(number, Strength.DISTANT, read)

    def _strength(self, number: str, label: Label, first: int, last: int) -> Strength | None:
        """How far a number that stands there sign for sign can be relied upon."""
        runs, number_runs = label.runs[first : last + 1], runs_of(number)
        cut = not set(_ends(runs)) <= set(_ends(number_runs))
        if cut and runs[0].isdecimal():
            return None  # groups of another number
        compact, introduced = "".join(runs), label.is_introduced(first)
        if label.is_held(first, last) or self._may_be_cut(label, first, last, compact):
            return Strength.FAINT
        figures = "".join(filter(str.isdecimal, compact))
        if len(figures) > _FEW and figures != compact:
            return Strength.WHOLE
        if is_other_figure(figures) or not introduced:
            return Strength.FAINT
        if figures == compact and label.is_among_figures(first, last):
            return Strength.FAINT
        return Strength.WHOLE if figures != compact or len(figures) > _FEW else Strength.SHORT

    def _may_be_cut(self, label: Label, first: int, last: int, compact: str) -> bool:
        """Whether the bank may have cut it: before it, or after what a longer number of ours begins
        with."""
        if label.begins_cut(first):
            return True
        if not label.ends_with(last):
            return False
        after = bisect_right(self._sorted, compact)
        return after < len(self._sorted) and self._sorted[after].startswith(compact)

    def _ending(self, label: Label, first: int) -> Iterator[Quote]:
        """The numbers that end with a run which is said to be an invoice's."""
        run = label.runs[first]
        apart = label.is_apart(first, first) and not label.is_held(first, first)
        if apart and not label.is_among_figures(first, first) and not is_other_figure(run):
            for number in self._tails.get(run.lstrip("0"), ()):
                yield Quote(number, Strength.SHORT, run)

    def _near(self, compact: str) -> Iterator[str]:
        """The numbers of ours that differ by one digit."""
        for place, sign in enumerate(compact):
            if sign.isdecimal():
                for digit in "0123456789":
                    yield from self._whole.get(
                        f"{compact[:place]}{digit}{compact[place + 1 :]}", ()
                    )


def _ends(runs: Sequence[str]) -> list[int]:
    return list(accumulate(map(len, runs)))
