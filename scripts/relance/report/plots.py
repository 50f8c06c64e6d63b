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
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from relance.report.ageing import AgedBalance, Column
from relance.report.first_page import FEWEST_MONTHS, SHOWN_STEPS, share_brought, shown_columns
from relance.report.forecast import Forecast
from relance.report.measuring import Measures, MonthEnd, Report
from relance.report.recovery import Recovery
from relance.report.units import days, percent, whole
from relance.text import fonts
from relance.text.typography import NARROW, WIDE
from relance.text.words import count, told

INK, GREY, LIGHT = "#1f3a56", "#595959", "#c3cdd8"
# Inches: the width of the page's text, and of half of it.
WIDE_SIZE, HALF_SIZE = (7.0, 1.75), (3.42, 1.75)
_MONTHS = (
    *("janv.", "févr.", "mars", "avril", "mai", "juin"),
    *("juil.", "août", "sept.", "oct.", "nov.", "déc."),
)


def drawings(report: Report) -> dict[str, bytes]:
    """Every drawing that has something to show, by file name, `balance-eur.svg` being one."""
    files = {}
    for measures in report.at_length:
        for name, draw in _DRAWINGS.items():
            if (content := draw(measures)) is not None:
                files[f"{name}-{measures.currency.lower()}.svg"] = content
    return files


def _aged(measures: Measures) -> bytes | None:
    return draw_aged(measures.aged) if measures.aged.open else None


def _evolution(measures: Measures) -> bytes | None:
    if len(measures.months) < FEWEST_MONTHS or not any(month.open for month in measures.months):
        return None
    return draw_evolution(measures.months, measures.currency)


def _dso(measures: Measures) -> bytes | None:
    months = [month for month in measures.evolution if month.outstanding.simple is not None]
    return draw_outstanding(months) if len(months) >= FEWEST_MONTHS else None


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

# What is late grows darker with age; what waits for something else is hatched.
_FILLS: Mapping[Column, tuple[str, str]] = {
    Column.NOT_DUE: ("white", ""),
    Column.TO_30: ("#dde4ec", ""),
    Column.TO_60: ("#a5b5c6", ""),
    Column.TO_90: ("#5c7894", ""),
    Column.BEYOND: (INK, ""),
    Column.UNDATED: ("white", "..."),
    Column.DISPUTED: ("white", "////"),
    Column.PLANNED: ("white", "\\\\\\\\"),
    Column.CEDED: ("white", "xxx"),
}


_ROOMY = 6  # columns that leave each other room


def draw_aged(aged: AgedBalance) -> bytes:
    """One bar of what is open by age, what is disputed, planned, ceded or undated apart; above
    it what each fill means, its amount and its share."""
    shown = shown_columns(aged)
    size = 8 if len(shown) <= _ROOMY else 7
    with _drawing(WIDE_SIZE[0], 1.0) as (figure, axes):
        left = 0.0
        for place, column in enumerate(shown):
            number, (fill, hatch) = aged.column(column), _FILLS[column]
            ink: dict[str, Any] = {
                "facecolor": fill,
                "hatch": hatch,
                "edgecolor": INK,
                "linewidth": 0.7,
            }
            width = float(number / aged.open)
            axes.barh(0, width, 0.62, left, **ink)
            left += width
            x = place / len(shown)
            axes.add_patch(Rectangle((x, 0.5), 0.012, 1.16, **ink))
            axes.text(x + 0.019, 1.5, column.label, va="center", color=GREY, fontsize=size - 0.5)
            axes.text(x + 0.019, 1.07, _amount(number), va="center", fontsize=size)
            share = percent(number / aged.open)
            axes.text(x + 0.019, 0.66, share, va="center", fontsize=size)
        axes.set_xlim(-0.001, 1.001)
        axes.set_ylim(-0.36, 1.7)
        axes.axis("off")
        return _svg(figure)


def draw_evolution(months: Sequence[MonthEnd], currency: str) -> bytes:
    """Lines of what is open, late, and more than 90 days late, at each end of month."""
    with _drawing(*WIDE_SIZE) as (figure, axes):
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
    """The line of the DSO at each end of month, above what it would be if all paid in time."""
    with _drawing(*HALF_SIZE) as (figure, axes):
        _line(axes, "DSO", [m.outstanding.simple for m in months], "o-")
        _line(axes, "si tous payaient à l'échéance", [m.outstanding.best for m in months], "^:")
        last = months[-1].outstanding.simple
        assert last is not None
        place = len(months) - 1, float(last)
        axes.annotate(days(last), place, (4, 0), textcoords="offset points", va="center")
        _by_month(axes, months, every=2 + len(months) // 8)
        axes.set_ylabel("jours de ventes")
        axes.yaxis.set_major_locator(MaxNLocator(4))
        axes.set_ylim(bottom=0)
        axes.margins(x=0.03)
        _legend(axes)
        return _svg(figure)


def draw_recovery(steps: Sequence[Recovery]) -> bytes:
    """For each step a bar of all that it asked for, filled as far as it came in within 30 days;
    under the name of the step how many letters or calls."""
    shown = steps[:SHOWN_STEPS]
    with _drawing(*HALF_SIZE) as (figure, axes):
        for place, step in enumerate(shown):
            share = step.horizons[-1].share
            axes.barh(place, 100, 0.5, facecolor="white", edgecolor=GREY, linewidth=0.7)
            axes.barh(place, 100 * float(share or 0), 0.5, facecolor=INK)
            axes.text(103, place, share_brought(step), va="center", fontsize=8)
        names = [f"{told(step.name)}\n{count(step.count, 'action')}" for step in shown]
        axes.set_yticks(range(len(shown)), names, fontsize=7.5)
        axes.set_ylim(max(len(shown), 3) - 0.4, -0.6)
        axes.set_xlim(0, 128)
        axes.set_xticks([])
        axes.grid(visible=False)
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0)
        return _svg(figure)


def draw_forecast(forecast: Forecast, currency: str) -> bytes:
    """The line of what should have come in by the end of each week, in its range."""
    with _drawing(*WIDE_SIZE) as (figure, axes):
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
def _drawing(width: float, height: float) -> Iterator[tuple[Figure, Any]]:
    with mpl.rc_context(_style()):
        figure = Figure(figsize=(width, height), layout="constrained")
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


def _by_month(axes: Any, months: Sequence[MonthEnd], every: int = 1) -> None:
    """The names of the months, one of so many, the last one among them."""
    shown = list(range(len(months) - 1, -1, -every))[::-1]
    years = [months[n].day.year for n in shown]
    labels = [
        f"{_MONTHS[months[n].day.month - 1]}" + (f"\n{year}" if year not in years[:place] else "")
        for place, (n, year) in enumerate(zip(shown, years, strict=True))
    ]
    axes.set_xticks(shown, labels)


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
