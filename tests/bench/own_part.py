"""What a plan costs after Beancount's load, and the load, in one process of its own.

`python -m bench.own_part FOLDER` prints both as JSON: seconds of CPU, then of wall time. The load
ends with its last check, made on another core; by the clock our own part is what follows that,
the keeping of facts for the next plan included.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, process_time
from typing import Any
from unittest.mock import patch

from bench.companies import TODAY
from relance.cache.cached_books import recalled
from relance.claims.on_day import OnDay
from relance.decision.planner import make_plan
from relance.ledger import beancount
from relance.ledger.company import Company
from relance.ledger.plain_booking import invalid
from relance.terminal.views.json_text import printed
from relance.terminal.views.plan_json import plan_as_json
from relance.values.collector import uncollected

_load = beancount.load


@dataclass(frozen=True)
class Moment:
    """The clock, the CPU time of this process, that of its children."""

    wall: float
    cpu: float
    children: float


def now() -> Moment:
    """Look at all three."""
    times = os.times()
    return Moment(monotonic(), process_time(), times.children_user + times.children_system)


def main(company: Path, note: Path) -> None:
    """Print our own part and the load."""
    marks = []

    def load(*ledger_: Path) -> beancount.Loaded:
        marks.append(now())
        found = _load(*ledger_)
        marks.append(now())
        return found

    def checked_books(*books: Any) -> list[Any]:
        found = invalid(*books)
        note.write_text(str(monotonic()))
        return found

    with (
        patch.object(beancount, "load", load),
        patch.object(beancount, "invalid", checked_books),
        uncollected(),
        recalled(company, lambda _: TODAY, lines),
    ):
        marks.append(now())
    begin, loaded, end = *marks[:2], now()
    checked = max(loaded.wall, float(note.read_text()))
    checks = marks[2].children - begin.children
    cpu = (end.cpu - loaded.cpu, loaded.cpu - begin.cpu + checks)
    print(json.dumps([cpu, (end.wall - checked, checked - begin.wall)]))


def lines(company: Company) -> list[str]:
    """Decide, and write the plan down."""
    return list(printed(plan_as_json(make_plan(OnDay(company.policy, company.books, TODAY)))))


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        main(Path(sys.argv[1]), Path(folder, "fin"))
