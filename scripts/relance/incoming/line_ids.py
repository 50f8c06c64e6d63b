"""The stable id of each line of a statement, by which no payment is taken in twice, and none is
taken for another."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from relance.incoming.bank_statement import BankLine

_WORTHLESS = re.compile(r"0*|NON-?REF|NOTPROVIDED|NOT PROVIDED|NONE|N/?A|AUCUNE?", re.IGNORECASE)
_PLAIN = re.compile(r"[A-Za-z0-9._:+/-]{1,48}")


@dataclass(frozen=True, slots=True)
class LineId:
    """What tells a line of an account from all others.

    `mark` is the bank's own reference, or the print of its label where the bank gives none. The
    day and the amount count beside a reference too: some banks number afresh each month, some give
    one reference to all payments of a batch. `rank` tells equal lines apart: two on one day are
    two payments. The same mark with another day or amount is a line that changed at the bank.
    """

    mark: str
    day: str
    amount: str
    rank: int = 1

    def __str__(self) -> str:
        rank = f"#{self.rank}" if self.rank > 1 else ""
        return f"{self.mark}@{self.day}={self.amount}{rank}"

    @classmethod
    def parse(cls, text: str) -> LineId | None:
        """The reverse of `str`; None for any other text."""
        match = re.fullmatch(r"([^@]+)@([0-9-]{10})=(-?[0-9.]+)(?:#([0-9]{1,6}))?", text)
        return cls(match[1], match[2], match[3], int(match[4] or 1)) if match else None


def line_ids(lines: Iterable[BankLine]) -> tuple[LineId, ...]:
    """The ids of an account's lines, in their order; those of one file must come together, since
    equal lines are counted."""
    seen: Counter[LineId] = Counter()
    ids = []
    for line in lines:
        first = LineId(_mark(line), line.date.isoformat(), f"{line.amount:.2f}")
        seen[first] += 1
        ids.append(LineId(first.mark, first.day, first.amount, seen[first]))
    return tuple(ids)


def _mark(line: BankLine) -> str:
    if not _WORTHLESS.fullmatch(line.reference):
        return line.reference if _PLAIN.fullmatch(line.reference) else _print(line.reference)
    return _print(line.text)


def _print(text: str) -> str:
    """What stays of a text whose case and spaces a bank changes between two exports."""
    words = "".join(text.casefold().split())
    return "l-" + hashlib.sha256(words.encode()).hexdigest()[:16]
