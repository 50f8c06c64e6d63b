"""Books read in part: what was added since they were read whole, beside all that it may concern.

The files are read as they are but for the lines of what is left out, which are blank: every line
keeps its number. What cannot be told so is a `Whole`, and a faulty ledger is one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from relance.cache.additions import Additions
from relance.cache.book_states import BookState, read_with
from relance.cache.evidence import standing
from relance.cache.new_entries import check_new
from relance.cache.reduction import LeftAside, ReadWhole, Reduction, TextState, Whole
from relance.ledger.mirror import mirrored
from relance.ledger.settled import Closed
from relance.policy.settings import Policy
from relance.values.facts import Books
from relance.values.problem import Refusal

_HALF = 2  # what brings back more than this part of what is left out is as dear as all


def read_partly(
    kept: Reduction, policy: Policy, root: Path, names: Iterable[str], day: dt.date
) -> BookState:
    """The books of these files as a plan of that day needs them. Raises `ReadWhole` when they
    cannot be read so."""
    if kept.until and kept.until > day:
        raise ReadWhole(Whole.EARLIER)
    added = Additions.since(kept, root, names)
    touched = added.touched(kept)
    back = sum(kept.left[account].entries for account in touched)
    if back * _HALF > sum(part.entries for part in kept.left.values()):
        raise ReadWhole(Whole.MUCH)
    left = {account: part for account, part in kept.left.items() if account not in touched}
    changed = {name: _blanked(name, added, kept, touched) for name in added.texts}
    try:
        with mirrored(root, added.texts, changed) as here:
            state, made = read_with(policy, here, day)
            check_new(made, kept, _first_lines(added), here)
    except Refusal:
        raise ReadWhole(Whole.FAULTY) from None  # the whole books tell it
    except OSError:
        raise ReadWhole(Whole.NO_ROOM) from None
    if tuple(standing(root, (name for name, *_ in state.documents))) != state.documents:
        raise ReadWhole(Whole.OUTSIDE)
    return replace(state, books=_completed(made.books, kept, left))


def _blanked(name: str, added: Additions, kept: Reduction, touched: Collection[str]) -> bytes:
    """A file with nothing on the lines of what is left out, that of the clients `touched` apart."""
    text, state = added.texts[name], kept.texts.get(name)
    if state is None:
        return text
    stay = {number for number, account in enumerate(kept.owners) if account in touched}
    pieces, place = list[bytes](), 0
    for start, end in _gone(text, state, stay):
        pieces += [text[place:start], b"\n" * text.count(b"\n", start, end)]
        place = end
    return b"".join([*pieces, text[place:]])


def _gone(text: bytes, state: TextState, stay: Collection[int]) -> Iterator[tuple[int, int]]:
    """From which byte to which something is left out, what follows at once or after an empty line
    taken together."""
    first = last = 0
    for start, end, owner in zip(state.places[::2], state.places[1::2], state.owners, strict=True):
        if owner in stay:
            continue
        if start > last + 1 or (start == last + 1 and text[last:start] != b"\n"):
            yield first, last
            first = start
        last = end
    yield first, last


def _first_lines(added: Additions) -> dict[str, int]:
    """The first line of each file that is new."""
    before = added.before.items()
    return {name: added.texts[name].count(b"\n", 0, size) + 1 for name, size in before}


# ---------------------------------------------------------------- What was left out


def _completed(books: Books, kept: Reduction, left: Mapping[str, LeftAside]) -> Books:
    """The books with what is known of what they leave out."""
    gone = Closed({number: account for account, x in left.items() for number in x.numbers})
    settled, before = dict(books.settled), dict(books.paid_long_ago)
    for account, part in left.items():
        if part.settled:
            settled[account] = (*settled.get(account, ()), *part.settled)
        if part.paid_long_ago:
            before[account] = before.get(account, 0) + part.paid_long_ago
    days = [day for day in (books.closed_until, kept.until) if day]
    return replace(
        books,
        documents=tuple(filter(gone.kept, books.documents)),
        bank_dates=tuple(sorted({*books.bank_dates, *kept.bank_dates})),
        settled=dict(sorted(settled.items())),
        paid_long_ago=before,
        closed_until=max(days, default=None),
    )
