"""Tables as CSV files (RFC 4180) that a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from relance.text.escapes import unmarked

Cell = str | int | Decimal | date | None
_PHONE = re.compile(r"\+[0-9]{7,15}")  # E.164: as a formula it is but the number
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The table as text: commas, a dot in amounts, ISO dates, lines ended by CR LF.

    A text loses its control and direction marks, which would show it as another; one that a
    spreadsheet would take for a formula gets an apostrophe before it. Numbers and dates are
    written as they are.
    """
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(header)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return written.getvalue()


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    text = unmarked(str(cell))
    if not isinstance(cell, str) or _PHONE.fullmatch(text):
        return text
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text
