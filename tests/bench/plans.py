"""`plan` against `bean-check` on the same books, of three sizes; what of it is our own part."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import log
from pathlib import Path

from bench.companies import TODAY, put_under_git, write_company
from bench.measure import Cost, Row, cost, turns

# The largest takes minutes and a gigabyte a turn: one turn, and only when GRAND is set.
SIZES = {1_000: 5, 10_000: 3} | ({100_000: 1} if os.environ.get("GRAND") else {})
BIN = Path(sys.executable).parent
RELANCE = str(BIN / "relance")
BEAN_CHECK = str(BIN / "bean-check")
LEDGER = "ledger/main.beancount"
Sized = tuple[int, tuple[tuple[float, float], ...]]  # invoices, CPU seconds of ours and theirs


def plans(folder: Path) -> Iterator[Row]:
    """Yield the rows of each size, then how they grow from one to the next."""
    whole, own = [], []
    for invoices, count in SIZES.items():
        company = folder / str(invoices)
        write_company(company, invoices)
        put_under_git(company)
        pairs = first_plans(company, count)
        yield from rows(f"plan, {invoices} invoices", pairs)
        yield from rows(f"second plan, {invoices} invoices", again(company, pairs))
        after = own_part(company, invoices, count)
        yield from after
        whole.append((invoices, tuple((ours.cpu, theirs.cpu) for ours, theirs in pairs)))
        own.append((invoices, after[0].pairs))
    for small, large in pairwise(whole):
        yield growth("plan", "bean-check", small, large)
    for small, large in pairwise(own):
        yield growth("after the load", "the load", small, large)


def plan(company: Path) -> list[str]:
    """Give the command that prints the plan of the day as JSON."""
    return [RELANCE, "plan", "--dossier", str(company), "--au", str(TODAY), "--format", "json"]


def first_plans(company: Path, count: int) -> list[tuple[Cost, Cost]]:
    """Compare plans that read the books, and write down what the next one needs."""
    pairs = []
    for _ in range(count):
        shutil.rmtree(company / ".git/relance", ignore_errors=True)
        pairs += turns(plan(company), [BEAN_CHECK, str(company / LEDGER)], 1)
    return pairs


def again(company: Path, firsts: Sequence[tuple[Cost, Cost]]) -> list[tuple[Cost, Cost]]:
    """Compare plans of unchanged books."""
    return [(cost(plan(company)), check) for _, check in firsts]


def rows(name: str, pairs: Sequence[tuple[Cost, Cost]]) -> Iterator[Row]:
    """Yield wall time, CPU time and peak memory."""
    for figure, unit in (("wall", "s"), ("cpu", "s"), ("memory", "MB")):
        found = tuple((getattr(ours, figure), getattr(theirs, figure)) for ours, theirs in pairs)
        yield Row(f"{name}: {figure}", "bean-check", unit, found)


def growth(name: str, reference: str, small: Sized, large: Sized) -> Row:
    """Give the exponent of the growth in CPU time from one size to the next: 1 is linear."""
    times = log(large[0] / small[0])
    pairs = tuple(
        (log(after[0] / before[0]) / times, log(after[1] / before[1]) / times)
        for before, after in zip(small[1], large[1], strict=False)
    )
    return Row(f"{name}, growth from {small[0]} to {large[0]}", reference, "", pairs)


def own_part(company: Path, invoices: int, count: int) -> tuple[Row, Row]:
    """Compare, in one process, all that follows Beancount's load with the load: by CPU time, then
    by the clock."""
    cpu, wall = zip(*(after_load(company) for _ in range(count)), strict=True)
    name = f"plan, {invoices} invoices: after the load"
    return (
        Row(f"{name}, CPU", "the load", "s", cpu),
        Row(f"{name}, wall", "the load", "s", wall),
    )


def after_load(company: Path) -> tuple[tuple[float, float], tuple[float, float]]:
    """Measure one first plan: our own part and the load, by CPU time and by the clock."""
    shutil.rmtree(company / ".git/relance", ignore_errors=True)
    command = [sys.executable, "-m", "bench.own_part", str(company)]
    done = subprocess.run(command, check=True, capture_output=True)
    (own, load), (own_wall, load_wall) = json.loads(done.stdout)
    return (own, load), (own_wall, load_wall)
