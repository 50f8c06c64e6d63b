"""Problems on the terminal: warnings, and what made the program refuse."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from relance.terminal.views.screen import err
from relance.text.escapes import plain
from relance.text.words import count
from relance.values.problem import Problem


def show_warnings(warnings: Sequence[Problem]) -> None:
    """What is worth saying and stops nothing."""
    for warning in warnings:
        err.print(Text("attention ", "yellow"), told(warning), sep="", soft_wrap=True)
    if warnings:
        err.print()


def show_problems(problems: Sequence[Problem]) -> None:
    """What is wrong, each with its place and remedy."""
    for problem in problems:
        err.print(told(problem, "red"), soft_wrap=True)


def show_refusal(problems: Sequence[Problem]) -> None:
    """Every reason why nothing was written."""
    show_problems(problems)
    err.print(Text(f"{count(len(problems), 'faute')} : rien n'a été écrit.", "bold"))


def told(problem: Problem, style: str = "") -> Text:
    """A problem as it is told everywhere, without what a terminal would obey."""
    lines = [plain(line) for line in problem.remedy.splitlines()]
    remedy = "".join(f"\n    {'  ' if n else '→ '}{line}" for n, line in enumerate(lines))
    return Text.assemble(
        (plain(str(problem.source)), "bold"), ": ", (plain(problem.what), style), remedy
    )
