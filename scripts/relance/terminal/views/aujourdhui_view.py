"""Today at a glance, on one screen of 80 columns where the day allows it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape
from rich.text import Text

from relance.outlook.task import TITLES, Task, TaskKind, dialled, totals
from relance.outlook.tasks import Today, nothing_to_do
from relance.terminal.views.console import borderless, next_thing, out, typed
from relance.text.escapes import plain, short
from relance.text.locales import money, weekday_date
from relance.text.words import count
from relance.values.amounts import Money

_SHOWN = 5  # tasks of a kind, unless all are asked for
_LENGTH = 200  # signs of what is said of a task
_PRESSING = (TaskKind.REPAIR, TaskKind.DECLARATION, TaskKind.LIMITATION, TaskKind.BANK)


def show_glance(today: Today, creditor: str, *, whole: bool) -> None:
    """Who, how much, what, and the command that does it: once for a kind when it is one."""
    out.print(f"\n[bold]{escape(plain(creditor))}[/] · {weekday_date(today.date)}\n")
    if not today.tasks:
        next_thing(nothing_to_do(today))
        return
    for kind in TaskKind:
        if tasks := today.of(kind):
            _show_kind(kind, tasks, whole=whole)
    out.put(Text(f"{count(len(today.tasks), 'tâche')}.", "dim"), hang=4)


def _show_kind(kind: TaskKind, tasks: Sequence[Task], *, whole: bool) -> None:
    commands = {task.command for task in tasks}
    common = commands.pop() if len(commands) == 1 else ""
    style = "bold red" if kind in _PRESSING else "bold"
    head = Text(TITLES[kind], style)
    command = Text(f"  → {typed(common)}" if common else "", "green")
    if head.cell_len + command.cell_len <= out.width:
        out.put(head.append_text(command))
    else:
        out.put(head)
        out.put_command(command)
    shown = tasks if whole else tasks[:_SHOWN]
    table = borderless(("r", 13), ("", 0))
    for task in shown:
        table.add_row(_sums(task.totals), _words(task))
        if not common:
            table.add_row("", Text(f"→ {typed(task.command)}", "green"))
    if rest := tasks[len(shown) :]:
        more = f"et {count(len(rest), 'autre')} : relance aujourdhui --complet"
        table.add_row(_sums(_asked(rest)), Text(typed(more), "dim"))
    out.put(table, left=2)
    out.print()


def _words(task: Task) -> Text:
    words = Text(plain(task.who), "bold")
    if task.phone:
        words.append(f"  {plain(task.phone)}", f"bold link tel:{dialled(task.phone)}")
    return words.append(f"  {plain(short(task.what, _LENGTH))}", "not bold")


def _asked(tasks: Sequence[Task]) -> tuple[Money, ...]:
    return totals(total for task in tasks for total in task.totals)


def _sums(sums: Sequence[Money]) -> str:
    return "\n".join(money(total.number, total.currency) for total in sums)
