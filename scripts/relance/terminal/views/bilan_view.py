"""What a report says after its summary: whole units of money, the tables read every week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.console import JustifyMethod
from rich.table import Table
from rich.text import Text

from relance.report.ageing import AgedBalance, AgedRow, Column
from relance.report.measuring import Measures
from relance.report.table import by_heading
from relance.report.units import NONE, FigureRow, amount, whole
from relance.terminal.views.console import out
from relance.text.escapes import plain
from relance.text.words import count, told

SHOWN = 12  # clients
SHOWN_WEEKS = (1, 2, 4, 8, 13)
_GAP, _SHORTEST = 2, 10  # characters between columns, and of a name
Tables = Mapping[str, Sequence[FigureRow]]


def show_details(measures: Measures) -> None:
    """What follows the summary of a currency; what the paper says more is left to it."""
    tables = by_heading(measures)
    _show_penalties(measures)
    _show_aged(measures.aged)
    _show_delays(tables)
    _show_recovery(tables)
    _show_forecast(tables)


_PENALTIES = {
    "demandées": "demande",
    "reçues": "recu",
    "abandonnées": "abandonne",
    "restent": "reste",
    "lettres": "lettres",
    "payées": "part",
}


def _show_penalties(measures: Measures) -> None:
    """What is to be decided comes before all the figures; nothing while no letter demanded any."""
    penalties = measures.penalties
    if not penalties.letters:
        return
    show_title(f"Pénalités des lettres, en {measures.currency}")
    if penalties.to_decide:
        left, number = amount(penalties.remainder), count(penalties.to_decide, "facture")
        verb = "laissent" if penalties.to_decide > 1 else "laisse"
        out.print(
            f"À décider : {number} payée{'s' * (penalties.to_decide > 1)} {verb} {left} de "
            "pénalités (relance plan).\n"
        )
    (row,) = by_heading(measures)["penalites"]
    figures = {figure.name: figure.written for figure in row.figures}
    _print(("", *_PENALTIES), [("", *(figures[name] for name in _PENALTIES.values()))])


_AGED: Sequence[tuple[str, tuple[Column, ...]]] = (
    ("non échu", (Column.NOT_DUE, Column.UNDATED)),
    ("1–30 j", (Column.TO_30,)),
    ("31–60", (Column.TO_60,)),
    ("61–90", (Column.TO_90,)),
    ("> 90", (Column.BEYOND,)),
    ("litige", (Column.DISPUTED,)),
    ("échéan.", (Column.PLANNED,)),
    ("cédé", (Column.CEDED,)),
)


def _show_aged(aged: AgedBalance) -> None:
    show_title(f"Balance âgée, en {aged.currency}")
    shown, others = aged.split(SHOWN)
    rows = [(plain(row.client.label), *_cells(row)) for row in shown.rows]
    if others.rows:
        rows.append((count(len(others.rows), "autre"), *_cells(others)))
    rows.append(("Total", *_cells(aged)))
    titles = ("client", *(title for title, _ in _AGED), "solde")
    used = [n for n in range(len(titles)) if any(row[n] for row in rows)]
    _print([titles[n] for n in used], [[row[n] for n in used] for row in rows])


def _cells(aged: AgedRow | AgedBalance) -> Iterable[str]:
    for number in (*(sum(map(aged.column, columns)) for _, columns in _AGED), aged.balance):
        yield whole(number) if number else ""


_DELAYS = (
    ("créances réglées", "reglees"),
    ("retard moyen, en jours", "retard-moyen"),
    ("… pondéré par les montants", "retard-pondere"),
    ("à l'échéance ou avant", "a-temps"),
)
_OUTSTANDING = (
    ("DSO simple, en jours", "dso-simple"),
    ("DSO par épuisement", "dso-epuisement"),
    ("DSO au mieux", "dso-meilleur"),
)


def _show_delays(tables: Tables) -> None:
    show_title("Combien de temps")
    (now, before), (dso,) = tables["delais"], tables["dso"]
    rows = [(title, now.short(name), before.short(name)) for title, name in _DELAYS]
    rows += [(title, dso.short(name), "") for title, name in _OUTSTANDING]
    _print(("", "période", "avant"), rows)


_RECOVERY = {
    "actions": "actions",
    "demandé": "demande",
    "en 7 j": "part-7",
    "15 j": "part-15",
    "30 j": "part-30",
}
_OLD_ENOUGH = (
    "Chaque colonne ne compte que les actions d'au moins autant de jours : une part peut baisser "
    "de l'une à l'autre."
)


def _show_recovery(tables: Tables) -> None:
    show_title("Ce que recouvre chaque relance")
    if not tables["recouvrement-etape"]:
        out.print("Pas assez de chiffres : aucune lettre partie ni appel noté sur la période.")
        return
    for name, heading in (("étape", "recouvrement-etape"), ("canal", "recouvrement-canal")):
        _print((name, *_RECOVERY, "médiane"), [_recovered(row) for row in tables[heading]])
        out.print()
    out.print(_OLD_ENOUGH, style="dim")


def _recovered(row: FigureRow) -> Sequence[str]:
    """« courriel + téléphone », and its figures."""
    name = plain(told(str(row.key)))
    middle = row.short("mediane")
    return (name, *map(row.short, _RECOVERY.values()), middle if middle == NONE else f"{middle} j")


_FORECAST = {"en tout": "cumul", "au moins": "cumul-bas", "au plus": "cumul-haut"}


def _show_forecast(tables: Tables) -> None:
    show_title("Encaissements prévus")
    weeks = [row for row in tables["previsions"] if row.listed]
    if not weeks:
        out.print("Pas assez de chiffres : il faut cinq créances échues depuis treize semaines.")
        return
    shown = [week for number, week in enumerate(weeks, 1) if number in SHOWN_WEEKS]
    rows = [(week.name, *map(week.short, _FORECAST.values())) for week in shown]
    _print(("d'ici au", *_FORECAST), rows)
    out.print("Huit fois sur dix entre les deux, sur ce qui est déjà facturé.", style="dim")


def show_title(text: str) -> None:
    """A heading, apart from what is above and below."""
    out.put(Text(f"\n{text}\n", "bold"), hang=4)


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
