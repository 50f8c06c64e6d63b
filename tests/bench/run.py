"""`make bench`: one table of ratios against what the program stands on, measured side by side.

Figures depend on the machine, ratios much less; nothing here passes or fails.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from math import log
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.companies import CHECKOUT, TODAY, put_under_git, write_company
from bench.measure import Row, cost, turns

SMALL, LARGE = 1_000, 10_000
TURNS = 5
RESULTS = Path(__file__).with_name("RESULTS.md")
BIN = Path(sys.executable).parent
RELANCE = str(BIN / "relance")
BEAN_CHECK = str(BIN / "bean-check")
HEADER = ("measure", "ours", "reference", "which is", "ratio", "spread")


def main() -> None:
    """Measure everything, print the table, keep it in RESULTS.md."""
    with TemporaryDirectory() as folder:
        rows = list(measure(Path(folder)))
    text = report(rows)
    print(text)
    RESULTS.write_text(text, encoding="utf-8")


def measure(folder: Path) -> Iterator[Row]:
    """Yield the rows of the table, in its order."""
    yield from start_up()
    walls = []
    for invoices in (SMALL, LARGE):
        company = folder / str(invoices)
        write_company(company, invoices)
        put_under_git(company)
        wall, memory = plan_rows(f"plan, {invoices} invoices", company)
        walls.append(wall)
        yield from (wall, memory)
    yield growth(*walls)
    yield from letters(folder / str(SMALL))


def start_up() -> Iterator[Row]:
    """Yield what every command costs before it does anything, and the example's plan."""
    pairs = turns([RELANCE, "--help"], [sys.executable, "-c", "import click"], TURNS)
    cpu = tuple((ours.cpu, theirs.cpu) for ours, theirs in pairs)
    yield Row("relance --help, CPU", "import click", "s", cpu)
    yield plan_rows("plan, the example", CHECKOUT)[0]


def plan_rows(name: str, company: Path) -> tuple[Row, Row]:
    """Compare `plan` with `bean-check` on the same books: wall time, then peak memory."""
    plan = [RELANCE, "plan", "--dossier", str(company), "--au", str(TODAY), "--format", "json"]
    pairs = turns(plan, [BEAN_CHECK, str(company / "ledger/main.beancount")], TURNS)
    wall = tuple((ours.wall, theirs.wall) for ours, theirs in pairs)
    memory = tuple((ours.memory, theirs.memory) for ours, theirs in pairs)
    return (
        Row(f"{name}: wall", "bean-check", "s", wall),
        Row(f"{name}: memory", "bean-check", "MB", memory),
    )


def growth(small: Row, large: Row) -> Row:
    """Give the exponent of the growth in time from the small company to the large: 1 is linear."""
    pairs = tuple(
        (exponent(before[0], after[0]), exponent(before[1], after[1]))
        for before, after in zip(small.pairs, large.pairs, strict=True)
    )
    return Row("plan, growth exponent", "bean-check", "", pairs)


def exponent(small: float, large: float) -> float:
    """Give the power of the number of invoices that leads from one time to the other."""
    return log(large / small) / log(LARGE / SMALL)


def letters(company: Path) -> Iterator[Row]:
    """Compare our rendering with a plain loop of WeasyPrint, on one company's letters of a day:
    in one process, then with two workers."""
    cost([RELANCE, "emettre", "--dossier", str(company), "--au", str(TODAY)])
    command = [sys.executable, "-m", "bench.rendering", str(company)]
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    names = ("letters per second, one core", "letters per second, two workers")
    for name, found in zip(names, json.loads(done.stdout), strict=True):
        pairs = tuple((ours, theirs) for ours, theirs in found)
        yield Row(name, "plain WeasyPrint loop", "/s", pairs)


def report(rows: Iterable[Row]) -> str:
    """Write the table as Markdown, under what it was measured with."""
    names = ("relance", "beancount", "weasyprint", "markdown")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    table = [HEADER, *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [" | ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)) for r in table]
    lines.insert(1, " | ".join("-" * width for width in widths))
    return (
        "# Last run of `make bench`\n\n"
        f"Python {platform.python_version()}, {versions}; {os.cpu_count()} cores.\n"
        f"Medians of {TURNS} turns, ours and the reference one after the other; the spread is\n"
        "that of the ratios. Letters per second: higher is better; everything else: lower.\n\n"
        + "".join(f"| {line} |\n" for line in lines)
    )


if __name__ == "__main__":
    main()
