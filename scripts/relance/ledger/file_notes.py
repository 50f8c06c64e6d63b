"""The notes of one file and the accounts that it opens: its transactions, nearly all of it, are
passed over."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from relance.ledger.beancount import NoteEntry, OpenEntry, parse

# A transaction as nearly all are written, with the lines below it.
_TRANSACTION = re.compile(r"^\d{4}-\d\d-\d\d [*!] .*\n(?:[ \t]+\S.*\n)*", re.MULTILINE)


@lru_cache(maxsize=2)  # a file as it is, and as it would be
def notes_and_openings(text: str) -> tuple[NoteEntry | OpenEntry, ...]:
    """The notes and openings of a file, as Beancount reads them, at their lines."""
    short = _without_transactions(text) if _ends_its_strings(text) else text
    entries, unread = parse(short)
    if short != text and _holds_remains(short, unread):
        entries, _ = parse(text)
    return tuple(entry for entry in entries if isinstance(entry, NoteEntry | OpenEntry))


def notes_in(text: str) -> tuple[NoteEntry, ...]:
    """The notes of a file."""
    return tuple(entry for entry in notes_and_openings(text) if isinstance(entry, NoteEntry))


def _ends_its_strings(text: str) -> bool:
    """Whether every text surely ends on its line, so that a line begins what it seems to begin."""
    return '\\"' not in text and not any(line.count('"') % 2 for line in text.split("\n"))


def _without_transactions(text: str) -> str:
    """The text with empty lines where its transactions were."""
    return _TRANSACTION.sub(lambda lines: "\n" * lines[0].count("\n"), text)


def _holds_remains(text: str, unread: Iterable[int]) -> bool:
    """Whether a line not understood may be of a transaction, written as hardly any is; names of
    accounts are often not understood of a file alone, which says no options."""
    lines = text.split("\n")
    return any(not number or lines[number - 1][:1].isspace() for number in unread)
