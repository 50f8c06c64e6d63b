"""What a plan costs after Beancount's load, and the load, in one process of its own.

`python -m bench.own_part FOLDER` prints both as JSON: seconds of CPU, then of wall time. The
keeping of facts for the next plan is our own part, too.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, process_time
from unittest.mock import patch

from bench.companies import TODAY
from relance.cache.cached_books import recalled
from relance.claims.on_day import OnDay
from relance.decision.planner import make_plan
from relance.ledger import beancount
from relance.ledger.company import Company
from relance.terminal.views.json_text import printed
from relance.terminal.views.plan_json import plan_as_json
from relance.values.collector import uncollected

_load = beancount.load


@dataclass(frozen=True)
class Moment:
    """The CPU time of this process, and the clock."""

    cpu: float
    wall: float

    def since(self, other: Moment) -> tuple[float, float]:
        """Both, since another moment."""
        return self.cpu - other.cpu, self.wall - other.wall


def now() -> Moment:
    """Look at both."""
    return Moment(process_time(), monotonic())


def main(company: Path) -> None:
    """Print our own part and the load."""
    marks = []

    def load(*ledger_: Path) -> beancount.Loaded:
        marks.append(now())
        found = _load(*ledger_)
        marks.append(now())
        return found

    with (
        patch.object(beancount, "load", load),
        uncollected(),
        recalled(company, lambda _: TODAY, lines),
    ):
        pass
    begin, loaded = marks
    print(json.dumps([*zip(now().since(loaded), loaded.since(begin), strict=True)]))


def lines(company: Company) -> list[str]:
    """Decide, and write the plan down."""
    return list(printed(plan_as_json(make_plan(OnDay(company.policy, company.books, TODAY)))))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
