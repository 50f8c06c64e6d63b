"""The rates that the law refers to, as published: dated tables shipped with the program.

In percent a year, from the CSV files in `data/`; read once, when this module is imported.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from importlib.resources import files
from types import MappingProxyType
from typing import Final


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = files("relance").joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def _table(name: str, day: str, rate: str) -> Mapping[date, Decimal]:
    rates = {date.fromisoformat(row[day]): Decimal(row[rate]) for row in _rows(name)}
    return MappingProxyType(rates)


ECB_MRO: Final = _table("ecb_mro", "date_effective", "rate_percent")
"""The ECB's main refinancing rate by date of effect (C. com. L441-10 II)."""

ECB_MRO_KNOWN_UNTIL: Final = next(
    date.fromisoformat(row["known_until"]) for row in _rows("as_of") if row["table"] == "ecb_mro"
)
"""The day up to which `ECB_MRO` was checked: past it, a newer decision may be missing."""

LEGAL_INTEREST: Final = _table(
    "legal_interest", "semester_start", "rate_professional_creditor_percent"
)
"""The legal interest rate, professional creditor's column, by first day of half-year
(C. mon. fin. L313-2)."""
