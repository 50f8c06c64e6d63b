"""The days that a report measures: a year, a quarter, a month, so many months back."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from datetime import timedelta

from relance.values.dates import end_of_month, months_after

_EARLIEST = dt.date(1900, 1, 1)
_FORMS = re.compile(
    r"(?P<back>\d{1,3})m|(?P<year>\d{4})(?:-T(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?"
)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` to `end`, both counted."""

    start: dt.date
    end: dt.date

    def __contains__(self, day: dt.date) -> bool:
        return self.start <= day <= self.end

    @property
    def days(self) -> int:
        """How many days it counts."""
        return (self.end - self.start).days + 1

    @property
    def before(self) -> Period:
        """As many days just before it."""
        return Period(self.start - timedelta(self.days), self.start - timedelta(1))

    def until(self, day: dt.date) -> Period | None:
        """What of it lies on or before that day; None when it begins later."""
        return Period(self.start, min(self.end, day)) if self.start <= day else None


def last_months(count: int, day: dt.date) -> Period:
    """So many months up to that day: from 21 November 2025 for 12 before 20 November 2026."""
    return Period(months_after(day, -count) + timedelta(1), day)


def parse_period(text: str, day: dt.date) -> Period | None:
    """Read "12m" (months up to `day`), "2026", "2026-T3", "2026-07" or two ISO dates separated
    by a colon; None when it is none of them."""
    if match := _FORMS.fullmatch(text.strip()):
        return _period(match, day)
    first, _, last = text.strip().partition(":")
    try:
        start, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    except ValueError:
        return None
    return Period(start, end) if _EARLIEST <= start <= end else None


def _period(match: re.Match[str], day: dt.date) -> Period | None:
    if back := match["back"]:
        return last_months(int(back), day) if int(back) else None
    year, quarter, month = (int(match[name] or 0) for name in ("year", "quarter", "month"))
    if not _EARLIEST.year <= year < 3000:
        return None
    first = month or (quarter * 3 - 2 if quarter else 1)
    last = month or (quarter * 3 if quarter else 12)
    return Period(dt.date(year, first, 1), end_of_month(dt.date(year, last, 1)))


def month_ends(day: dt.date, count: int) -> tuple[dt.date, ...]:
    """The last `count` ends of months up to that day, the oldest first; `day` itself stands last
    when its month is not over."""
    this = end_of_month(day)
    ends = [end_of_month(months_after(this.replace(day=1), -n)) for n in range(count)]
    return tuple(sorted(min(end, day) for end in ends))
