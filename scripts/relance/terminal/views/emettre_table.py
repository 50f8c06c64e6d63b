"""`relance emettre` of many companies: one table, then what each of them leaves to do.

Whatever is named here is named from the current folder: a file of a complaint, a command.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from rich.table import Table
from rich.text import Text

from relance.runs.daily import IssuedRun
from relance.terminal.offices.child import RunOutcome, RunReport
from relance.terminal.views.console import (
    err,
    next_thing,
    out,
    say,
    show_problems,
    show_refusal,
    show_warnings,
    typed,
)
from relance.terminal.views.emettre_view import show_published
from relance.text.escapes import plain
from relance.text.locales import money
from relance.text.words import count
from relance.values.problem import Problem, Source

Reports = Mapping[Path, RunReport]

_STYLES = {
    RunOutcome.ISSUED: "green",
    RunOutcome.NOTHING: "dim",
    RunOutcome.NOT_PUSHED: "yellow",
    RunOutcome.REFUSED: "red",
    RunOutcome.FALLEN: "red",
    RunOutcome.INTERRUPTED: "yellow",
    RunOutcome.NOT_BEGUN: "yellow",
}


def show_remarks(remarks: Iterable[str]) -> None:
    """What is worth saying of the folders, before anything runs."""
    for remark in remarks:
        err.put(Text(plain(remark)), hang=4)


def show(reports: Reports, day: date | None) -> None:
    """The table, then one paragraph for each company that has something to say."""
    out.print()
    out.print(_table(reports))
    say(_summed_up(reports))
    for folder, report in reports.items():
        _show_one(folder, report, day)


def _table(reports: Reports) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Entreprise", overflow="fold")
    table.add_column("Lettres", justify="right", no_wrap=True)
    table.add_column("Total", justify="right", no_wrap=True)
    table.add_column("Branche", overflow="fold")
    table.add_column("Résultat", no_wrap=True)
    for folder, report in reports.items():
        table.add_row(_company(folder, report), *_issued(report.issued), _outcome(report))
    return table


def _company(folder: Path, report: RunReport) -> Text:
    """The creditor's name, its folder below; the folder alone while nothing else is known."""
    where = plain(str(folder))
    return Text.assemble(plain(report.name), "\n", (where, "dim")) if report.name else Text(where)


def _issued(issued: IssuedRun | None) -> tuple[str, str, Text]:
    if issued is None:
        return "", "", Text()
    totals = "\n".join(money(total.number, total.currency) for total in issued.totals)
    branch = plain(issued.branch or issued.base)
    return str(issued.letters), totals, Text.assemble(branch, "\n", (issued.commit[:10], "dim"))


def _outcome(report: RunReport) -> Text:
    return Text(report.outcome.value, _STYLES[report.outcome])


def _summed_up(reports: Reports) -> str:
    """« 3 entreprises, 4 lettres ; émis : 1, refusé : 2 »."""
    counted = Counter(report.outcome for report in reports.values())
    parts = ", ".join(f"{o.value} : {counted[o]}" for o in RunOutcome if counted[o])
    letters = sum(report.issued.letters for report in reports.values() if report.issued)
    all_ = count(len(reports), "entreprise")
    return f"\n{all_}, {count(letters, 'lettre')} ; {parts}."


# ---------------------------------------------------------------- What one company leaves to do


_LEFT_UNDONE = {
    RunOutcome.NOT_PUSHED,
    RunOutcome.REFUSED,
    RunOutcome.FALLEN,
    RunOutcome.INTERRUPTED,
}


def _show_one(folder: Path, report: RunReport, day: date | None) -> None:
    """What a company's own run would have said beside its plan, and what to do next."""
    anything = (report.said, report.standing, report.warnings, report.published, report.issued)
    undone = report.outcome in _LEFT_UNDONE
    if not any(anything) and not undone:
        return
    where = err if undone else out
    where.print()
    title = Text.assemble((_title(folder, report), "bold"), " : ", _outcome(report))
    where.put(title, hang=4)
    for sentence in report.said:
        where.put(Text(plain(sentence)), hang=4)
    if report.standing:
        before = count(report.standing, "lettre")
        where.put(Text(f"Émis auparavant, ce jour : {before}."), hang=4)
    show_warnings([located(folder, problem) for problem in report.warnings])
    _show_problems(folder, report)
    for made in report.published:
        faults = tuple(located(folder, problem) for problem in made.faults)
        show_published(replace(made, faults=faults))
    if undone and report.again:
        again = _command_again(folder, report, day)
        where.put(Text(f"→ puis, pour elle seule : {typed(again)}"))
    elif report.issued and not report.published:
        _show_review(folder, report.issued)


def _title(folder: Path, report: RunReport) -> str:
    return plain(f"{folder} · {report.name}" if report.name else str(folder))


def _show_problems(folder: Path, report: RunReport) -> None:
    """The complaints as the company's own run words them, and what a process left that fell."""
    problems = [located(folder, problem) for problem in report.problems]
    if report.outcome is RunOutcome.REFUSED:
        show_refusal(problems)
        return
    for line in report.fall.splitlines():
        blanks = len(line) - len(line.lstrip(" "))
        err.print(Text(f"    {' ' * blanks}{plain(line)}"), soft_wrap=True)
    show_problems(problems)


def _command_again(folder: Path, report: RunReport, day: date | None) -> str:
    """The command that takes up one company."""
    at = f" --au {day}" if day else ""
    push = " --pousser" if report.outcome is RunOutcome.NOT_PUSHED else ""
    return f"relance emettre --dossier {word(folder)}{at}{push}"


def _show_review(folder: Path, issued: IssuedRun) -> None:
    summary = plain(str(folder / issued.folder / "sommaire.md"))
    git, branch = f"git -C {word(folder)}", shlex.quote(issued.branch)
    if not issued.branch:
        next_thing(f"relisez {summary} ; tout est enregistré sur {issued.base}.")
    elif issued.shared:
        push = f"{git} push -u origin {branch}"
        next_thing(f"relisez {summary}, puis proposez : {push}")
    else:
        merge = f"{git} switch {shlex.quote(issued.base)} && {git} merge --no-ff {branch}"
        next_thing(f"relisez {summary}, puis approuvez : {merge}")


def located(folder: Path, problem: Problem) -> Problem:
    """The same complaint, its file named from the current folder; what is no file stays."""
    path, line, column = problem.source.path, problem.source.line, problem.source.column
    first = Path(path).parts[:1]
    if first and (line or Path(folder, *first).exists()) and not Path(path).is_absolute():
        return replace(problem, source=Source(str(folder / path), line, column))
    return problem


def word(folder: Path) -> str:
    """A folder as one types it to a shell; what would command a terminal is spelled out."""
    if str(folder).isprintable():
        return shlex.quote(str(folder))
    return f"$'{''.join(map(_spelled, bytes(folder)))}'"


def _spelled(byte: int) -> str:
    return chr(byte) if 32 <= byte < 127 and chr(byte) not in "\\'" else f"\\x{byte:02x}"
