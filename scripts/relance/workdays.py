"""Working days: weekends and the public holidays of a country."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

import holidays


@lru_cache
def _holidays(country: str, subdivision: str | None) -> holidays.HolidayBase:
    return holidays.country_holidays(country, subdiv=subdivision)


@dataclass(frozen=True, slots=True)
class Workdays:
    """A calendar of working days; `enabled=False` makes every day one."""

    country: str = "FR"
    subdivision: str | None = None
    enabled: bool = field(default=True)

    def is_off(self, day: date) -> bool:
        """Whether nobody works on that day."""
        if not self.enabled:
            return False
        return day.weekday() >= 5 or day in _holidays(self.country, self.subdivision)

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
