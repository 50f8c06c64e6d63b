"""The lines of a register, each where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from relance.ledger.fields import is_near
from relance.ledger.mistyped_keys import Watch
from relance.ledger.note_sorts import OF_LETTERS
from relance.ledger.register_reader import RegisterLine
from relance.values.issued import Record
from relance.values.register import LETTER_ID


def read_records(lines: Iterable[RegisterLine], keys: Watch) -> tuple[Record, ...]:
    """Every line with its place, by (date, path, line); `keys` are looked at in the notes that
    people write."""
    lines = tuple(lines)
    _look(lines, keys)
    records = (_record(line) for line in lines if line.letter)
    return tuple(sorted(records, key=lambda r: (r.date, r.source.path, r.source.line)))


def check_records(lines: Iterable[RegisterLine], keys: Watch) -> None:
    """Tell what is wrong with the lines as `read_records` does, which no plan asks for."""
    lines = tuple(lines)
    _look(lines, keys)
    for line in lines:
        if line.letter and _is_odd(line.entry.meta):
            _record(line)


def _look(lines: Iterable[RegisterLine], keys: Watch) -> None:
    for line in lines:
        if line.sort in OF_LETTERS:
            keys.look(line.entry.meta)


def _is_odd(meta: dict[str, Any]) -> bool:
    """Whether something is wrong with what a record has of a line."""
    day = meta.get("recu")
    return not (
        isinstance(meta.get("facture", ""), str)
        and isinstance(meta.get("canal", ""), str)
        and isinstance(meta.get("numero", ""), str)
        and (day is None or (isinstance(day, date) and is_near(day)))
    )


def _record(line: RegisterLine) -> Record:
    entry, fields = line.entry, line.fields
    if written := fields.text("facture"):
        invoices: tuple[str, ...] = (written,)
    else:
        links = sorted(entry.links or ())
        invoices = tuple(link for link in links if not LETTER_ID.fullmatch(link))
    return Record(
        date=entry.date,
        account=entry.account,
        letter=line.letter,
        sort=line.sort,
        text=getattr(entry, "comment", ""),
        source=fields.source,
        invoices=invoices,
        channel=fields.text("canal"),
        number=fields.text("numero"),
        received=fields.day("recu"),
    )
