"""What a command costs, and how two compare when they take turns."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

KILO = 1024


@dataclass(frozen=True)
class Cost:
    """Wall and CPU time in seconds, peak memory in megabytes."""

    wall: float
    cpu: float
    memory: float


@dataclass(frozen=True)
class Row:
    """One line of the table: ours and the reference, one figure per turn, in `unit`."""

    name: str
    reference: str
    unit: str
    pairs: tuple[tuple[float, float], ...]

    @property
    def ratios(self) -> list[float]:
        """Ours over the reference, turn by turn."""
        return [ours / theirs for ours, theirs in self.pairs]

    def cells(self) -> tuple[str, ...]:
        """The line as printed: medians, the median ratio, its extremes."""
        ours, theirs = (median(column) for column in zip(*self.pairs, strict=True))
        low, high = min(self.ratios), max(self.ratios)
        return (
            self.name,
            f"{ours:.3g} {self.unit}".strip(),
            f"{theirs:.3g} {self.unit}".strip(),
            self.reference,
            f"{median(self.ratios):.2f}",
            f"{low:.2f} to {high:.2f}",
        )


def cost(command: Sequence[str]) -> Cost:
    """Run a command to its end, silently. Raises `CalledProcessError` when it fails."""
    start = perf_counter()
    # Beancount's own cache would make every turn but the first another exercise.
    environment = os.environ | {"BEANCOUNT_DISABLE_LOAD_CACHE": "1"}
    # Compiled once, as pip leaves what it installs: else ours alone is compiled every time.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    wall = perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    peak = usage.ru_maxrss / (KILO if sys.platform != "darwin" else KILO * KILO)
    return Cost(wall, usage.ru_utime + usage.ru_stime, peak)


def turns(ours: Sequence[str], theirs: Sequence[str], count: int) -> list[tuple[Cost, Cost]]:
    """Run both commands in turn, the first to go changing each time.

    A slow moment of the machine then falls on both.
    """
    pairs = []
    for n in range(count):
        if n % 2:
            second = cost(theirs)
            pairs.append((cost(ours), second))
        else:
            first = cost(ours)
            pairs.append((first, cost(theirs)))
    return pairs
