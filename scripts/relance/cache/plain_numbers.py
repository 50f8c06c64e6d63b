"""Which sales must be kept in so that invoice numbers are judged as they would be beside all
others: what is built otherwise, what that may be a slip of, and enough of the usual ones."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from relance.cache.reduction import ReadWhole, Whole
from relance.ledger.doubtful import respelt
from relance.ledger.postings import is_uncertain
from relance.ledger.settled import Posted
from relance.values.invoice_numbers import shape

_RARE = 10  # times rarer than the usual shape, a number may be a slip
_AROUND = dt.timedelta(31)
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


def is_of_its_year(line: Posted) -> bool:
    """Whether the number of a debit bears the year of its date, or none."""
    if line.number <= 0 or len(line.invoices) != 1 or "20" not in line.invoices[0]:
        return True
    if not (year := _YEAR.search(line.invoices[0])) or int(year[0]) == line.date.year:
        return True
    first, last = (dt.date(int(year[0]), *day) for day in ((1, 1), (12, 31)))
    written = line.posting.meta or {}
    as_dated = "date-facture" not in line.entry.meta and "date-facture" not in written
    near = first - _AROUND <= line.date <= last + _AROUND
    return near and as_dated


class Numbers(NamedTuple):
    """The usual shape of numbers, and the sales to keep in."""

    usual: str
    kept: tuple[Posted, ...]

    @classmethod
    def of(cls, posted: Iterable[Posted], added: int) -> Numbers:
        """Those of books, to which so many may be `added`. Raises `ReadWhole` when they are of too
        many shapes."""
        sales: dict[tuple[str, str, str], Posted] = {}
        for line in posted:
            if line.number > 0 and len(line.invoices) == 1 and not is_uncertain(line):
                sales.setdefault((line.account, line.currency, line.invoices[0]), line)
        counts = Counter(shape(name) for _, _, name in sales)
        if not counts:
            raise ReadWhole(Whole.FEW)
        (usual, times), *others = counts.most_common()
        enough = _enough(times, [number for _, number in others], added)
        if enough is None:
            raise ReadWhole(Whole.SHAPES)
        return cls(usual, tuple(_kept(sales, usual, enough)))


def _enough(times: int, others: Sequence[int], added: int) -> int | None:
    """How many usual sales make the other shapes as rare, or as usual, as all of them do; None
    when that may change as books grow."""
    enough = 1
    for number in others:
        if number * _RARE <= times:
            enough = max(enough, number * _RARE)
        elif number * _RARE <= times + added or number == times:
            return None
        else:
            enough = max(enough, number + 1)
    return enough


def _kept(
    sales: Mapping[tuple[str, str, str], Posted], usual: str, enough: int
) -> Iterable[Posted]:
    names = {name for _, _, name in sales if shape(name) == usual}
    others = {name for _, _, name in sales} - names
    meant = {x for name in others for x in respelt(name, usual)}
    wanted = {min(names), max(names), *others, *meant}
    for (_, _, name), line in sales.items():
        if name in wanted:
            yield line
        elif enough > 0:
            enough -= 1
            yield line
