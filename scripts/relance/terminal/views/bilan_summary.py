"""The summary of a report on one screen, which says what the first page of its PDF says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise

from rich.table import Table
from rich.text import Text

from relance.report import first_page
from relance.report.ageing import AgedBalance, Column
from relance.report.measuring import Measures, Report
from relance.report.printed import scant_sentence, sentences
from relance.report.units import amount
from relance.terminal.views.bilan_view import show_details, show_title
from relance.terminal.views.console import out
from relance.text.escapes import plain
from relance.text.locales import french_date
from relance.text.words import count
from relance.values.amounts import ZERO

# As dark as the money is late; signs for what waits for something else.
_MARKS: Mapping[Column, str] = {
    Column.NOT_DUE: "·",
    Column.TO_30: "░",
    Column.TO_60: "▒",
    Column.TO_90: "▓",
    Column.BEYOND: "█",
    Column.UNDATED: "?",
    Column.DISPUTED: "/",
    Column.PLANNED: "=",
    Column.CEDED: "x",
}
_HEIGHTS = "▁▂▃▄▅▆▇█"
_WIDEST, _NAME = 76, 26  # columns of the bar, and of a client's name


def show_report(report: Report, firm: str, *, complete: bool) -> None:
    """The summary of each currency that has enough in it, with all the rest when `complete`."""
    title = Text.assemble("\n", (plain(firm), "bold"), f" · bilan au {french_date(report.day)}")
    out.put(title, hang=4)
    start, end = french_date(report.period.start), french_date(report.period.end)
    out.print(f"Du {start} au {end}, comparés à {report.period.days} jours plus tôt", style="dim")
    if not report.currencies:
        out.print("\nPas assez de chiffres : aucune facture ni règlement à cette date.")
    for measures in report.at_length:
        if len(report.at_length) > 1:
            show_title(f"En {measures.currency}")
        _show_summary(measures)
    for measures in report.in_a_line:
        out.put(Text(plain(scant_sentence(measures))))
    for measures in report.at_length if complete else ():
        show_details(measures)


def _show_summary(measures: Measures) -> None:
    figures = list(first_page.figures(measures))
    _show_side_by_side(
        [f.name for f in figures],
        [f.value for f in figures],
        [f.change for f in figures],
        [f.before for f in figures],
    )
    if measures.aged.open:
        _show_ages(measures.aged)
    _show_course(measures)
    _show_steps(measures)
    _show_clients(measures)
    said = [*sentences(measures), *_lacking(measures)]
    out.put(Text("\n" + " ".join(map(plain, said))))


def _show_ages(aged: AgedBalance) -> None:
    """The parts of what is open, and the bar that they fill."""
    ages = list(first_page.ages(aged))
    columns = first_page.shown_columns(aged)
    titles = [f"{_MARKS[column]} {age.name}" for column, age in zip(columns, ages, strict=True)]
    _show_side_by_side(titles, [a.amount for a in ages], [a.share for a in ages])
    width = min(out.width, _WIDEST)
    sums = accumulate((aged.column(column) for column in columns), initial=ZERO)
    edges = [round(width * reached / aged.open) for reached in sums]
    parts = zip(columns, pairwise(edges), strict=True)
    out.print(Text("".join(_MARKS[column] * (end - start) for column, (start, end) in parts)))


def _show_course(measures: Measures) -> None:
    course = first_page.dso_course(measures)
    if course is None:
        return
    numbers = [m.outstanding.simple for m in measures.evolution if m.outstanding.simple is not None]
    highest = max(numbers) or 1
    line = "".join(_HEIGHTS[int(dso * (len(_HEIGHTS) - 1) / highest)] for dso in numbers)
    went = f"de {course.first} à {course.last} jours depuis le {course.since}"
    out.print(Text(f"\nDSO  {line}  {went}"))


def _show_steps(measures: Measures) -> None:
    steps = list(first_page.steps(measures))
    if steps:
        brought = " · ".join(f"{step.name} {step.share} ({step.actions})" for step in steps)
        out.put(Text(f"Rentré en 30 jours : {plain(brought)}"), hang=4)


def _show_clients(measures: Measures) -> None:
    penalties = measures.penalties
    if not (measures.priorities or penalties.to_decide):
        return
    show_title("À traiter d'abord")
    if penalties.to_decide:
        left, number = amount(penalties.remainder), count(penalties.to_decide, "facture")
        plural = penalties.to_decide > 1
        out.print(
            f"À décider : {number} payée{'s' * plural} {'laissent' if plural else 'laisse'} {left} "
            "de pénalités (relance plan)."
        )
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, overflow="ellipsis", max_width=_NAME)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    for client in first_page.clients(measures):
        table.add_row(plain(client.name), client.late, client.days, plain(client.awaited))
    out.print(table)


def _show_side_by_side(titles: Sequence[str], *rows: Sequence[str]) -> None:
    """Columns of the same width, under their titles; a row of nothing is left out."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 0))
    width = max(len(cell) for row in (titles, *rows) for cell in row)
    for _ in titles:
        table.add_column(no_wrap=True, width=min(width + 1, out.width // len(titles) - 1))
    table.add_row(*titles, style="dim")
    for place, row in enumerate(row for row in rows if any(row)):
        table.add_row(*row, style="" if place else "bold")
    out.print()
    out.print(table)


def _lacking(measures: Measures) -> Sequence[str]:
    lacking = list(first_page.lacking(measures))
    return [f"Pas assez de chiffres pour {', '.join(lacking)}."] if lacking else []
