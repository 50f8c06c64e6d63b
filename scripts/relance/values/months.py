"""Months of the calendar: the last day of one, the same day in another."""

from __future__ import annotations

from datetime import date, timedelta


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
