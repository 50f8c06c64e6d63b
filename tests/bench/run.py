"""`make bench`: one table of ratios against what the program stands on, measured side by side.

Figures depend on the machine, ratios much less; nothing here passes or fails.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.commands import against_load, commands, with_register
from bench.companies import CHECKOUT, TODAY, put_under_git
from bench.exports import exports
from bench.importing import imports
from bench.measure import Row, cost, turns
from bench.plans import BEAN_CHECK, LEDGER, RELANCE, plan, plans, rows
from bench.reconciling import matching

TURNS = 5
RESULTS = Path(__file__).with_name("RESULTS.md")
HEADER = ("measure", "ours", "reference", "which is", "ratio", "spread")


def main() -> None:
    """Measure everything, print the table, keep it in RESULTS.md."""
    with TemporaryDirectory() as folder:
        found = list(measure(Path(folder)))
    text = report(found)
    print(text)
    RESULTS.write_text(text, encoding="utf-8")


def measure(folder: Path) -> Iterator[Row]:
    """Yield the rows of the table, in its order."""
    yield from start_up(folder)
    yield from plans(folder)
    company = folder / "10000"
    yield from with_register(company, folder)
    yield from commands(company, folder)
    yield from fava_page(company)
    # Before the matching: what this process holds counts as the peak of what it starts.
    yield from imports(folder)
    yield from exports(folder)
    yield from matching()
    yield from letters(company)
    yield audit(company)


def start_up(folder: Path) -> Iterator[Row]:
    """Yield what every command costs before it does anything, and the example's plan."""
    pairs = turns([RELANCE, "--help"], [sys.executable, "-c", "import click"], TURNS)
    cpu = tuple((ours.cpu, theirs.cpu) for ours, theirs in pairs)
    yield Row("relance --help, CPU", "import click", "s", cpu)
    # Outside git, where no plan keeps anything for the next.
    example, apart = folder / "exemple", shutil.ignore_patterns(".*", "tests", "scripts")
    shutil.copytree(CHECKOUT, example, ignore=apart)
    pairs = turns(plan(example), [BEAN_CHECK, str(example / LEDGER)], TURNS)
    yield next(rows("plan, the example", pairs))
    put_under_git(example)  # where it is remembered that templates are sound
    cost([RELANCE, "verifier", "--dossier", str(example)])
    yield against_load(example, "verifier, the example", ("verifier",))


def audit(company: Path) -> Row:
    """Compare the proof of a letter with its making, on the day's letters of one company."""
    proof = cost([RELANCE, "audit", "--dossier", str(company)])
    made = cost([RELANCE, "plan", "--dossier", str(company), "--au", str(TODAY)])
    count = len(list(company.glob("out/lettres/*/R*.md")))
    pair = (1000 * proof.cpu / count, 1000 * made.cpu / count)
    return Row("audit, CPU per letter", "plan, per letter", "ms", (pair,))


def fava_page(company: Path) -> Iterator[Row]:
    """Compare the page of Fava with Fava's own journal, and what it reads with Fava's load."""
    command = [sys.executable, "-m", "bench.fava_page", str(company)]
    runs = [
        json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        for _ in range(TURNS)
    ]
    names = ("first", "again", "client", "reading")
    for place, name in enumerate(names):
        pairs = tuple((ours, theirs) for ours, theirs in (run[place] for run in runs))
        reference = "Fava's load" if name == "reading" else "Fava's journal"
        yield Row(f"Fava page, 10000 invoices, {name}: cpu", reference, "s", pairs)


def letters(company: Path) -> Iterator[Row]:
    """Compare our rendering with a plain loop of WeasyPrint, on one company's letters of a day:
    in one process, then with two workers; then the sizes of the files."""
    cost([RELANCE, "emettre", "--dossier", str(company), "--au", str(TODAY)])
    command = [sys.executable, "-m", "bench.rendering", str(company)]
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    rows = (
        ("letters per second, one core", "plain WeasyPrint loop", "/s"),
        ("letters per second, two workers", "plain WeasyPrint loop", "/s"),
        ("a letter's PDF: size", "plain WeasyPrint", "KB"),
    )
    for row, found in zip(rows, json.loads(done.stdout), strict=True):
        yield Row(*row, tuple((ours, theirs) for ours, theirs in found))


def report(found: Iterable[Row]) -> str:
    """Write the table as Markdown, under what it was measured with."""
    names = ("relance", "beancount", "weasyprint", "markdown")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    table = [HEADER, *(row.cells() for row in found)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [" | ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)) for r in table]
    lines.insert(1, " | ".join("-" * width for width in widths))
    return (
        "# Last run of `make bench`\n\n"
        f"Python {platform.python_version()}, {versions}; {os.cpu_count()} cores.\n"
        f"Medians of up to {TURNS} turns (100000 invoices: one), ours and the reference one after\n"
        "the other; the spread is that of the ratios. A first plan reads the books and writes\n"
        "down what the second needs. Letters per second: higher is better; everything else:\n"
        "lower.\n\n" + "".join(f"| {line} |\n" for line in lines)
    )


if __name__ == "__main__":
    main()
