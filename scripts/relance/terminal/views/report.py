"""The report in the terminal: whole units of money, the tables that are read every week."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import JustifyMethod
from rich.table import Table
from rich.text import Text

from relance.report.ageing import AgedRow, Column
from relance.report.document import sentences
from relance.report.facts import NONE, days, percent, whole
from relance.report.measuring import Measures, Report
from relance.report.recovery import Recovery
from relance.report.snapshot import total
from relance.terminal.views.screen import out
from relance.text.escapes import plain
from relance.text.locales import french_date, short_date
from relance.text.words import told

SHOWN = 12  # clients
SHOWN_WEEKS = (1, 2, 4, 8, 13)
_GAP, _SHORTEST = 2, 10  # characters between columns, and of a name


def show_report(report: Report, firm: str) -> None:
    """The report, currency by currency; what the paper says more is left to it."""
    out.print(Text.assemble("\n", (plain(firm), "bold"), f" · bilan au {french_date(report.day)}"))
    start, end = french_date(report.period.start), french_date(report.period.end)
    out.print(f"Période mesurée : du {start} au {end}", style="dim")
    if not report.currencies:
        out.print("\nPas assez de chiffres : aucune facture ni règlement à cette date.")
    for own in report.currencies:
        _show_aged(own)
        _show_delays(own)
        _show_recovery(own)
        _show_forecast(own)
        _show_findings(own)


def _show_aged(own: Measures) -> None:
    _title(f"Balance âgée, en {own.currency}")
    shown, rest = own.aged.rows[:SHOWN], own.aged.rows[SHOWN:]
    rows = [(plain(row.client.label), *_cells([row])) for row in shown]
    if rest:
        rows.append((f"{len(rest)} autres", *_cells(rest)))
    rows.append(("Total", *_cells(own.aged.rows)))
    titles = ("client", *(title for title, _ in _COLUMNS))
    used = [n for n in range(len(titles)) if any(row[n] for row in rows)]
    _print([titles[n] for n in used], [[row[n] for n in used] for row in rows])


_COLUMNS: Sequence[tuple[str, tuple[Column, ...]]] = (
    ("non échu", (Column.NOT_DUE, Column.UNDATED)),
    ("1–30 j", (Column.TO_30,)),
    ("31–60", (Column.TO_60,)),
    ("61–90", (Column.TO_90,)),
    ("> 90", (Column.BEYOND,)),
    ("litige", (Column.DISPUTED,)),
    ("échéan.", (Column.PLANNED,)),
    ("solde", ()),
)


def _cells(rows: Sequence[AgedRow]) -> Iterable[str]:
    for _, columns in _COLUMNS:
        if columns:
            number = total(row.columns[column] for row in rows for column in columns)
        else:
            number = total(row.balance for row in rows)
        yield whole(number) if number else ""


def _show_delays(own: Measures) -> None:
    _title("Combien de temps")
    now, before, dso = own.delays, own.delays_before, own.outstanding
    rows = (
        ("créances réglées", str(now.count), str(before.count)),
        ("retard moyen, en jours", days(now.average), days(before.average)),
        ("… pondéré par les montants", days(now.weighted), days(before.weighted)),
        ("à l'échéance ou avant", percent(now.share), percent(before.share)),
        ("DSO simple, en jours", days(dso.simple), ""),
        ("DSO par épuisement", days(dso.count_back), ""),
        ("DSO au mieux", days(dso.best), ""),
    )
    _print(("", "période", "avant"), rows)


def _show_recovery(own: Measures) -> None:
    _title("Ce que recouvre chaque relance")
    if not own.recoveries.by_step:
        out.print("Pas assez de chiffres : aucune lettre partie ni appel noté sur la période.")
        return
    titles = ("actions", "demandé", "en 7 j", "15 j", "30 j", "médiane")
    for name, found in (("étape", own.recoveries.by_step), ("canal", own.recoveries.by_channel)):
        _print((name, *titles), [(_name(each), *_recovered(each)) for each in found])
        out.print()
    out.print(_OLD_ENOUGH, style="dim")


_OLD_ENOUGH = (
    "Chaque colonne ne compte que les actions d'au moins autant de jours : une part peut baisser "
    "de l'une à l'autre."
)


def _name(each: Recovery) -> str:
    """« courriel + téléphone »."""
    return plain(" + ".join(map(told, each.name.split(" + "))))


def _recovered(each: Recovery) -> Iterable[str]:
    yield str(each.count)
    yield whole(each.asked)
    yield from (percent(horizon.share) for horizon in each.horizons)
    yield NONE if each.median_days is None else f"{days(each.median_days)} j"


def _show_forecast(own: Measures) -> None:
    _title("Encaissements prévus")
    if not own.forecast.weeks:
        out.print("Pas assez de chiffres : il faut cinq créances échues depuis treize semaines.")
        return
    rows = [
        (
            short_date(week.end),
            *map(whole, (week.usual_in_all, week.low_in_all, week.high_in_all)),
        )
        for week in own.forecast.weeks
        if week.number in SHOWN_WEEKS
    ]
    _print(("d'ici au", "en tout", "au moins", "au plus"), rows)
    out.print("Huit fois sur dix entre les deux, sur ce qui est déjà facturé.", style="dim")


def _show_findings(own: Measures) -> None:
    _title("Ce que disent les chiffres")
    for sentence in sentences(own):
        out.print(Text(f"· {plain(sentence)}"))


def _title(text: str) -> None:
    out.print(Text(f"\n{text}\n", "bold"))


def _print(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table whose figures are never cut: on a narrow screen the names are."""
    widths = [max(map(len, [t, *(r[n] for r in rows)])) for n, t in enumerate(titles)]
    left = out.width - sum(width + _GAP for width in widths[1:]) - _GAP
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0))
    for place, title in enumerate(titles):
        justify: JustifyMethod = "right" if place else "left"
        width = widths[place] if place else max(min(widths[0], left), _SHORTEST)
        table.add_column(title, justify=justify, width=width, no_wrap=True, overflow="ellipsis")
    for row in rows:
        table.add_row(*row, style="bold" if row[0] == "Total" else "")
    out.print(table)
