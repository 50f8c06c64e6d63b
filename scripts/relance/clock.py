"""The clock: the only place that reads it."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo


def today(timezone: str) -> date:
    """Today where the company is."""
    return datetime.now(ZoneInfo(timezone)).date()
