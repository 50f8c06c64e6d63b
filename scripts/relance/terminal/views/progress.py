"""A bar while a long work goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from relance.terminal.views.screen import err
from relance.text.escapes import plain


@contextmanager
def progress_of(total: int, work: str) -> Iterator[Callable[[str], None]]:
    """A bar while a work of so many parts goes on, on a terminal only; call what it yields with
    the name of each part once it is done."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    named = TextColumn("{task.description}", markup=False)  # a client's name is no markup
    columns = (named, BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(work, total=total)
        yield lambda name: bar.update(task, advance=1, description=plain(name)[:30])
