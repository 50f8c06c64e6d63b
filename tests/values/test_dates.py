"""Days off, and that one country's calendar is read without its neighbours."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from relance.values.dates import Workdays


@pytest.mark.parametrize(
    ("country", "subdivision", "day", "off"),
    [
        ("FR", None, "2025-07-14", True),
        ("FR", None, "2025-12-26", False),
        ("FR", "6AE", "2025-12-26", True),  # Alsace-Moselle: Saint Stephen
        ("BE", None, "2025-07-21", True),
        ("US", None, "2025-07-04", True),
        ("GU", None, "2025-07-04", True),  # a calendar derived from another country's
    ],
)
def test_public_holidays(country: str, subdivision: str | None, day: str, off: bool) -> None:
    assert Workdays(country, subdivision).is_off(date.fromisoformat(day)) is off


@pytest.mark.slow
def test_the_other_countries_stay_unread_and_can_be_read_later() -> None:
    program = (
        "import sys, datetime\n"
        "from relance.values.dates import Workdays\n"
        "assert Workdays().is_off(datetime.date(2025, 7, 14))\n"
        "print(sum(name.startswith('holidays.countries') for name in sys.modules))\n"
        "from holidays.countries import France, US\n"
        "print(datetime.date(2025, 7, 4) in US(), datetime.date(2025, 7, 14) in France())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout == "1\nTrue True\n"
