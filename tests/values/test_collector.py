"""What lasts is set aside from the collector, in a process that ends with its command alone."""

from __future__ import annotations

import gc
import subprocess
import sys

from relance.values.collector import uncollected

ONE_COMMAND = """
import gc
from relance.values.collector import one_command, uncollected
one_command()
with uncollected():
    passing = [[number] for number in range(1000)]
print(gc.get_freeze_count())
with uncollected():
    with uncollected(lasting=True):
        lasting = [[number] for number in range(1000)]
    print(gc.isenabled())
print(gc.get_freeze_count() > 2000, gc.isenabled())
"""


def test_a_process_that_goes_on_sets_nothing_aside() -> None:
    before = gc.get_freeze_count()
    with uncollected(lasting=True):
        lasting = [[number] for number in range(1000)]
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count() <= before < before + len(lasting)


def test_one_command_sets_aside_what_lasts() -> None:
    """Nothing of what passes; and nested, the collector stays as the outermost wants it."""
    done = subprocess.run([sys.executable, "-c", ONE_COMMAND], capture_output=True, check=True)
    assert done.stdout.decode().split() == ["0", "False", "True", "True"]
