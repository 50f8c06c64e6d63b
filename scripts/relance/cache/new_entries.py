"""Whether what is new in books asks something that only whole books answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from relance.cache.cutting import ADDED
from relance.cache.plain_numbers import is_of_its_year
from relance.cache.reduction import ReadWhole, Reduction, Whole
from relance.ledger.beancount import Transaction
from relance.ledger.books import BooksReading
from relance.ledger.files import relative
from relance.ledger.settled import Posted
from relance.values.invoice_numbers import shape


def check_new(made: BooksReading, kept: Reduction, firsts: Mapping[str, int], root: Path) -> None:
    """Raise `ReadWhole` when it does; `firsts` are the first new lines of each file."""
    names: dict[str, str] = {}

    def is_new(entry: Any) -> bool:
        path = entry.meta["filename"]
        name = names.get(path) or names.setdefault(path, relative(path, root))
        return bool(entry.meta["lineno"] >= firsts[name])

    entries = [x for x in made.loaded.entries if type(x) is Transaction and is_new(x)]
    lines = [line for line in made.posted if is_new(line.entry)]
    costs = any(p.cost for entry in entries for p in entry.postings)
    checks = (
        (Whole.MUCH, len(lines) > ADDED),
        (Whole.COST, costs),
        (Whole.SUCCESSION, made.books.successions),
        (Whole.TWO_CLIENTS, _is_of_two(lines)),
        (Whole.NEW_NUMBER, not all(_is_usual(line, kept.shape) for line in lines)),
        (Whole.ASSERTED, any(_is_asserted(entry, kept) for entry in entries)),
        (Whole.DISORDER, not _is_in_order(lines, kept, root)),
        (Whole.LOST, _lacks_cited(made)),
    )
    if why := next((why for why, is_so in checks if is_so), None):
        raise ReadWhole(why)


def _lacks_cited(made: BooksReading) -> bool:
    """Whether something is asked where a letter stands: about what it cites and the books lack."""
    letters = {letter.source for letter in made.letters}
    return any(doubt.source in letters for doubt in made.books.doubtful)


def _is_of_two(lines: Iterable[Posted]) -> bool:
    accounts: dict[int, str] = {}
    return any(accounts.setdefault(id(x.entry), x.account) != x.account for x in lines)


def _is_usual(line: Posted, usual: str) -> bool:
    sale = line.number > 0 and len(line.invoices) == 1
    return is_of_its_year(line) and (not sale or shape(line.invoices[0]) == usual)


def _is_asserted(entry: Any, kept: Reduction) -> bool:
    """Whether an entry is of before a day on which the balance of an account of its own, or of one
    above that, is asserted."""
    return any(
        entry.date < day and (posting.account == name or posting.account.startswith(f"{name}:"))
        for posting in entry.postings
        for name, day in kept.asserted.items()
    )


def _is_in_order(lines: Sequence[Posted], kept: Reduction, root: Path) -> bool:
    """Whether files in order still are: what is new is no earlier than what was there, each line
    no earlier than the one before."""
    last: dict[str, tuple[Any, int]] = {}
    for line in lines:  # by date
        name = relative(line.entry.meta["filename"], root)
        state = kept.texts.get(name)
        if state and state.ordered and state.last:
            place = int(line.entry.meta["lineno"])
            before = last.get(name, (state.last, 0))
            if line.date < before[0] or place < before[1]:
                return False
            last[name] = (line.date, place)
    return True
