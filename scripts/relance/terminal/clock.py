"""The clock: the only place that reads it."""

from __future__ import annotations

import time
from datetime import date, datetime
from zoneinfo import ZoneInfo


def today(timezone: str) -> date:
    """Today where the company is."""
    return datetime.now(ZoneInfo(timezone)).date()


def now(timezone: str) -> datetime:
    """The time where the company is, to the second."""
    return datetime.now(ZoneInfo(timezone)).replace(microsecond=0)


def pause(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)
