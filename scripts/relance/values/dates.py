"""Days of the calendar: ends of months, working days of a country."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from importlib.util import find_spec, module_from_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase

LONGEST_REST = 7  # days: no run of days off is longer


def written_day(text: str) -> date | None:
    """A day as a person writes it, 2026-11-23 or 23/11/2026 (also with points); None
    when it is none."""
    french = re.fullmatch(r"([0-9]{1,2})([/.])([0-9]{1,2})\2([0-9]{4})", text.strip())
    if not french and not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text.strip()):
        return None  # fromisoformat also reads weeks
    year, month, day = (french[4], french[3], french[1]) if french else text.strip().split("-")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


_ALL = "holidays.countries"


@lru_cache
def _holidays(country: str, subdivision: str | None) -> HolidayBase:
    import holidays  # slow to import, and a reading of the books needs no calendar

    with _one_country():
        return holidays.country_holidays(country, subdiv=subdivision)


@contextmanager
def _one_country() -> Iterator[None]:
    """One country's calendar without its 250 neighbours, whose common package imports them all:
    a tenth of a second of every command. Later imports of that package find it as usual."""
    spec = None if _ALL in sys.modules else find_spec(_ALL)
    if spec is None:
        yield
        return
    sys.modules[_ALL] = module_from_spec(spec)  # the package, its own code not run
    try:
        yield
    finally:
        del sys.modules[_ALL]


@lru_cache(4096)
def _is_off(day: date, country: str, subdivision: str | None) -> bool:
    return day.weekday() >= 5 or day in _holidays(country, subdivision)


@dataclass(frozen=True, slots=True)
class Workdays:
    """A calendar of working days; `enabled=False` makes every day one."""

    country: str = "FR"
    subdivision: str | None = None
    enabled: bool = field(default=True)

    def is_off(self, day: date) -> bool:
        """Whether nobody works on that day."""
        return self.enabled and _is_off(day, self.country, self.subdivision)

    def on_or_after(self, day: date) -> date:
        """The day itself, or the next working day."""
        while self.is_off(day):
            day += timedelta(1)
        return day

    def on_or_before(self, day: date) -> date:
        """The day itself, or the previous working day."""
        while self.is_off(day):
            day -= timedelta(1)
        return day

    def add(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; `day` itself for 0."""
        for _ in range(count):
            day = self.on_or_after(day + timedelta(1))
        return day


def end_of_month(day: date) -> date:
    """The last day of the month of `day`."""
    first_of_next = (day.replace(day=1) + timedelta(32)).replace(day=1)
    return first_of_next - timedelta(1)


def months_after(day: date, count: int) -> date:
    """The same day so many months later (earlier when negative), else that month's last day
    (CPC 641)."""
    month = day.year * 12 + day.month - 1 + count
    first = date(month // 12, month % 12 + 1, 1)
    return min(first + timedelta(day.day - 1), end_of_month(first))
