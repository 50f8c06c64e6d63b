"""The drawings of a report as SVG: the only module that imports matplotlib.

The same figures give the same bytes. Bars have hatches and figures, lines markers and names: a
print in grey reads as well. Letters are drawn as outlines of the letters' own font.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from relance.report.ageing import AgedBalance, Column
from relance.report.forecast import Forecast
from relance.report.measuring import Measures, MonthEnd, Report
from relance.report.recovery import Recovery
from relance.report.units import whole
from relance.text import fonts
from relance.text.typography import NARROW, WIDE

INK, GREY, LIGHT = "#1f3a56", "#595959", "#c3cdd8"
_SIZE = (7.0, 2.6)  # inches: the width of the page's text
_MONTHS = (
    *("janv.", "févr.", "mars", "avril", "mai", "juin"),
    *("juil.", "août", "sept.", "oct.", "nov.", "déc."),
)


def drawings(report: Report) -> dict[str, bytes]:
    """Every drawing that has something to show, by file name, `balance-eur.svg` being one."""
    files = {}
    for measures in report.currencies:
        for name, draw in _DRAWINGS.items():
            if (content := draw(measures)) is not None:
                files[f"{name}-{measures.currency.lower()}.svg"] = content
    return files


def _aged(measures: Measures) -> bytes | None:
    return draw_aged(measures.aged) if measures.aged.open else None


def _evolution(measures: Measures) -> bytes | None:
    has = any(month.open for month in measures.evolution)
    return draw_evolution(measures.evolution, measures.currency) if has else None


def _dso(measures: Measures) -> bytes | None:
    months = [month for month in measures.evolution if month.outstanding.simple is not None]
    return draw_outstanding(months) if len(months) > 1 else None


def _recovery(measures: Measures) -> bytes | None:
    return draw_recovery(measures.recoveries.by_step) if measures.recoveries.by_step else None


def _forecast(measures: Measures) -> bytes | None:
    return draw_forecast(measures.forecast, measures.currency) if measures.forecast.weeks else None


_DRAWINGS: Mapping[str, Callable[[Measures], bytes | None]] = {
    "balance": _aged,
    "evolution": _evolution,
    "dso": _dso,
    "recouvrement": _recovery,
    "previsions": _forecast,
}


# ---------------------------------------------------------------- The drawings


_RARE = (Column.UNDATED, Column.CEDED)  # shown where there is something


def draw_aged(aged: AgedBalance) -> bytes:
    """Bars of what is open by age, disputed and planned apart; each with its amount."""
    shown = [c for c in Column if aged.column(c) or c not in _RARE]
    with _drawing() as (figure, axes):
        for place, column in enumerate(shown):
            number = aged.column(column)
            apart = column in (Column.DISPUTED, Column.PLANNED, *_RARE)
            fill = {"facecolor": "white" if apart else LIGHT, "hatch": "///" if apart else ""}
            axes.bar(place, float(number), 0.7, edgecolor=INK, linewidth=0.8, **fill)
            axes.annotate(
                _amount(number),
                (place, float(number)),
                (0, 3),
                textcoords="offset points",
                ha="center",
            )
        axes.set_xticks(range(len(shown)), [column.label for column in shown])
        axes.margins(y=0.15)
        _amounts(axes, aged.currency)
        return _svg(figure)


def draw_evolution(months: Sequence[MonthEnd], currency: str) -> bytes:
    """Lines of what is open, late, and more than 90 days late, at each end of month."""
    with _drawing() as (figure, axes):
        lines = (
            ("encours", [m.open for m in months], "o-"),
            ("dont échu", [m.late for m in months], "s--"),
            ("dont > 90 j", [m.beyond for m in months], "^:"),
        )
        for name, numbers, style in lines:
            _line(axes, name, numbers, style)
        _by_month(axes, months)
        _amounts(axes, currency)
        _legend(axes)
        return _svg(figure)


def draw_outstanding(months: Sequence[MonthEnd]) -> bytes:
    """Lines of the three DSO at each end of month."""
    with _drawing() as (figure, axes):
        lines = (
            ("simple", [m.outstanding.simple for m in months], "o-"),
            ("par épuisement", [m.outstanding.count_back for m in months], "s--"),
            ("au mieux", [m.outstanding.best for m in months], "^:"),
        )
        for name, numbers, style in lines:
            _line(axes, name, numbers, style)
        _by_month(axes, months)
        axes.set_ylabel("jours de ventes")
        axes.set_ylim(bottom=0)
        _legend(axes)
        return _svg(figure)


def draw_recovery(steps: Sequence[Recovery]) -> bytes:
    """Bars of the share that each step recovers in 7, 15 and 30 days; under the name of a step
    how many letters or calls."""
    with _drawing() as (figure, axes):
        for place in range(len(steps[0].horizons)):
            where = [n + (place - 1) * 0.27 for n in range(len(steps))]
            shares = [100 * (step.horizons[place].share or Decimal(0)) for step in steps]
            axes.bar(
                where,
                [float(share) for share in shares],
                0.25,
                label=f"en {steps[0].horizons[place].days} jours",
                facecolor=("white", LIGHT, INK)[place],
                hatch=("", "///", "")[place],
                edgecolor=GREY if place < 2 else INK,
                linewidth=0.8,
            )
            for x, share, step in zip(where, shares, steps, strict=True):
                asked = step.horizons[place].share is not None
                text = whole(share) if asked else "–"
                axes.annotate(
                    text, (x, float(share)), (0, 2), textcoords="offset points", ha="center"
                )
        axes.set_xticks(range(len(steps)), [f"{step.name}\n({step.count})" for step in steps])
        axes.set_ylabel("% de ce qui est demandé")
        axes.margins(y=0.15)
        axes.set_ylim(0, max(axes.get_ylim()[1], 10))  # a scale even when nothing came
        _legend(axes)
        return _svg(figure)


def draw_forecast(forecast: Forecast, currency: str) -> bytes:
    """The line of what should have come in by the end of each week, in its range."""
    with _drawing() as (figure, axes):
        weeks = forecast.weeks
        where = [0, *(week.number for week in weeks)]
        low, usual, high = (
            [0.0, *(float(number) for number in numbers)]
            for numbers in (
                [week.low_in_all for week in weeks],
                [week.usual_in_all for week in weeks],
                [week.high_in_all for week in weeks],
            )
        )
        axes.fill_between(
            where,
            low,
            high,
            facecolor="white",
            edgecolor=GREY,
            hatch="///",
            linewidth=0.6,
            label="huit fois sur dix",
        )
        axes.plot(
            where, usual, "o-", color=INK, markersize=3.5, label="encaissements prévus, cumul"
        )
        labels = [f"{week.end.day}/{week.end.month:02}" for week in weeks]
        axes.set_xticks(where[1::2], labels[::2])
        axes.set_xlabel("fin de semaine")
        axes.set_ylim(bottom=0)
        _amounts(axes, currency)
        _legend(axes)
        return _svg(figure)


# ---------------------------------------------------------------- Style


@contextmanager
def _drawing() -> Iterator[tuple[Figure, Any]]:
    with mpl.rc_context(_style()):
        figure = Figure(figsize=_SIZE, layout="constrained")
        axes = figure.add_subplot()
        axes.grid(axis="y", color="#e3e6e9", linewidth=0.6)
        axes.set_axisbelow(True)
        yield figure, axes


def _style() -> Any:
    return {
        "font.family": _family(),
        "font.size": 8,
        "axes.edgecolor": GREY,
        "axes.labelcolor": GREY,
        "axes.linewidth": 0.6,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "hatch.color": GREY,
        "hatch.linewidth": 0.5,
        "legend.frameon": False,
        "text.parse_math": False,
        "text.color": "#1b1b1b",
        "xtick.color": "#1b1b1b",
        "ytick.color": GREY,
        "svg.fonttype": "path",
        "svg.hashsalt": "relance",
    }


@cache
def _family() -> str:
    """Our regular face, and what matplotlib calls it."""
    path = fonts.font_file("SourceSansPro-Regular.otf")
    font_manager.fontManager.addfont(str(path))
    return str(font_manager.FontProperties(fname=str(path)).get_name())


def _svg(figure: Figure) -> bytes:
    written = io.BytesIO()
    figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    return written.getvalue()


def _line(axes: Any, name: str, numbers: Sequence[Decimal | None], style: str) -> None:
    color = {"-": INK, "--": GREY, ":": "#1b1b1b"}[style[1:]]
    values = [float("nan") if number is None else float(number) for number in numbers]
    axes.plot(range(len(values)), values, style, color=color, markersize=4, label=name)


def _by_month(axes: Any, months: Sequence[MonthEnd]) -> None:
    labels = [
        f"{_MONTHS[m.day.month - 1]}" + (f"\n{m.day.year}" if n == 0 or m.day.month == 1 else "")
        for n, m in enumerate(months)
    ]
    axes.set_xticks(range(len(months)), labels)


def _amounts(axes: Any, currency: str) -> None:
    unit = "€" if currency == "EUR" else currency
    axes.set_ylabel(unit)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _amount(Decimal(str(value)))))


def _amount(number: Decimal) -> str:
    """« 12 345 »: whole units are enough on a drawing; our font has no narrow space."""
    return whole(number).replace(NARROW, WIDE)


def _legend(axes: Any) -> None:
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.16), ncols=3)
