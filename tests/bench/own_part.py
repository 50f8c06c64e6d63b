"""What a plan costs after Beancount's load, and the load, in one process of its own.

`python -m bench.own_part FOLDER` prints both as a JSON list of CPU seconds.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import process_time

from bench.companies import TODAY
from relance.books import facts
from relance.ledger import load
from relance.memory import uncollected
from relance.plan import make_plan
from relance.planjson import plan_as_json, printed
from relance.policy_file import read_policy


@uncollected()
def main(company: Path) -> None:
    """Print our own part, then the load."""
    policy = read_policy(company / "relance.yaml")
    start = process_time()
    loaded = load(company / policy.ledger.file, company)
    read = process_time()
    books = facts(loaded, policy, company, closed_by=TODAY)
    for _line in printed(plan_as_json(make_plan(policy, books, TODAY))):
        pass
    print(json.dumps([process_time() - read, read - start]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
