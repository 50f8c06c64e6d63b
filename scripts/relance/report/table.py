"""The one table of a report's measures: for each its name, its unit, and where it is taken from.

The open table (CSV, JSON), the paper and the screen all read it. Headings, keys and names are a
public interface: they are added, never changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from relance.claims.promises import PromiseOutcome
from relance.report.ageing import AgedBalance, AgedRow, Column
from relance.report.collected_penalties import CollectedPenalties
from relance.report.delays import Delays, SalesOutstanding
from relance.report.forecast import BackTest, Forecast, Trial, Week
from relance.report.key_figures import KeyFigure
from relance.report.measuring import Measures, MonthEnd, Report
from relance.report.obligations import Disputed, Exposure, LimitationYear, PromisesKept
from relance.report.priorities import Priority
from relance.report.recovery import HORIZONS, Horizon, LateClaims, Recovery
from relance.report.units import FigureRow, Measure, MeasuredFigure, T, U, Unit
from relance.text.writing import as_csv

DAYS, SHARE, COUNT, AMOUNT = Unit.DAYS, Unit.SHARE, Unit.COUNT, Unit.AMOUNT
COLUMNS = ("date", "du", "au", "devise", "rubrique", "cle", "compte", "mesure", "valeur", "unite")
TOTAL = "total"  # the key of what concerns a whole heading


def _within(
    inner: Callable[[T], U], measures: Iterable[Measure[U]], suffix: str = ""
) -> tuple[Measure[T], ...]:
    """The measures of a part of a thing, as measures of the thing: a recovery's by its horizon."""
    return tuple(measure.part(inner, suffix) for measure in measures)


# ---------------------------------------------------------------- The measures


def _column(column: Column) -> Measure[AgedRow | AgedBalance]:
    return Measure(column.value, AMOUNT, lambda aged: aged.column(column))


AGED: tuple[Measure[AgedRow | AgedBalance], ...] = (
    *map(_column, Column),
    Measure("encours", AMOUNT, lambda aged: aged.open),
    Measure("trop-percu", AMOUNT, lambda aged: aged.overpaid),
    Measure("solde", AMOUNT, lambda aged: aged.balance),
)
EXPOSURE: tuple[Measure[Exposure], ...] = (
    Measure("encours", AMOUNT, lambda debtor: debtor.open),
    Measure("part", SHARE, lambda debtor: debtor.share),
    Measure("echu", AMOUNT, lambda debtor: debtor.late),
    Measure("retard", DAYS, lambda debtor: debtor.delay),
)
OUTSTANDING: tuple[Measure[SalesOutstanding], ...] = (
    Measure("dso-simple", DAYS, lambda dso: dso.simple),
    Measure("dso-epuisement", DAYS, lambda dso: dso.count_back),
    Measure("dso-meilleur", DAYS, lambda dso: dso.best),
    Measure("ventes", AMOUNT, lambda dso: dso.sales),
    Measure("fenetre", DAYS, lambda dso: dso.days),
)
DELAYS: tuple[Measure[Delays], ...] = (
    Measure("reglees", COUNT, lambda settled: settled.count),
    Measure("montant", AMOUNT, lambda settled: settled.amount),
    Measure("retard-moyen", DAYS, lambda settled: settled.average),
    Measure("retard-pondere", DAYS, lambda settled: settled.weighted),
    Measure("a-temps", SHARE, lambda settled: settled.share),
    Measure("a-temps-montant", SHARE, lambda settled: settled.share_of_amount),
)
HORIZON: tuple[Measure[Horizon], ...] = (
    Measure("actions", COUNT, lambda horizon: horizon.count),
    Measure("demande", AMOUNT, lambda horizon: horizon.asked),
    Measure("recu", AMOUNT, lambda horizon: horizon.paid),
    Measure("part", SHARE, lambda horizon: horizon.share),
)


def _horizon(days: int) -> tuple[Measure[Recovery], ...]:
    return _within(lambda recovery: recovery.within(days), HORIZON, f"-{days}")


RECOVERY: tuple[Measure[Recovery], ...] = (
    Measure("actions", COUNT, lambda recovery: recovery.count),
    Measure("demande", AMOUNT, lambda recovery: recovery.asked),
    Measure("recu", AMOUNT, lambda recovery: recovery.paid),
    Measure("mediane", DAYS, lambda recovery: recovery.median_days),
    *(measure for days in HORIZONS for measure in _horizon(days)),
)
LATE: tuple[Measure[LateClaims], ...] = (
    Measure("creances", COUNT, lambda late: late.count),
    Measure("montant-en-retard", AMOUNT, lambda late: late.amount),
    *_within(lambda late: late.settled, DELAYS),
    Measure("par-avoir", COUNT, lambda late: late.credited),
    Measure("ouvertes", COUNT, lambda late: late.open),
    Measure("reste-ouvert", AMOUNT, lambda late: late.still_open),
)


def _promised(outcome: PromiseOutcome) -> tuple[Measure[PromisesKept], ...]:
    return (
        Measure("nombre", COUNT, lambda kept: kept.outcomes[outcome]),
        Measure("promis", AMOUNT, lambda kept: kept.promised[outcome]),
        Measure("recu", AMOUNT, lambda kept: kept.received[outcome]),
    )


PENALTIES: tuple[Measure[CollectedPenalties], ...] = (
    Measure("demande", AMOUNT, lambda penalties: penalties.demanded),
    Measure("recu", AMOUNT, lambda penalties: penalties.received),
    Measure("abandonne", AMOUNT, lambda penalties: penalties.waived),
    Measure("reste", AMOUNT, lambda penalties: penalties.left),
    Measure("lettres", COUNT, lambda penalties: penalties.letters),
    Measure("lettres-payees", COUNT, lambda penalties: penalties.paid),
    Measure("part", SHARE, lambda penalties: penalties.share),
    Measure("a-decider", COUNT, lambda penalties: penalties.to_decide),
    Measure("montant-a-decider", AMOUNT, lambda penalties: penalties.remainder),
)
PROMISES: tuple[Measure[PromisesKept], ...] = (Measure("tenues", SHARE, lambda kept: kept.share),)
DISPUTES: tuple[Measure[Disputed], ...] = (
    Measure("nombre", COUNT, lambda disputed: disputed.count),
    Measure("montant", AMOUNT, lambda disputed: disputed.amount),
)
LIMITATION: tuple[Measure[LimitationYear], ...] = (
    Measure("nombre", COUNT, lambda year: year.count),
    Measure("montant", AMOUNT, lambda year: year.amount),
    Measure("reportees", COUNT, lambda year: year.moved),
    Measure("passees", COUNT, lambda year: year.over),
)
WEEK: tuple[Measure[Week], ...] = (
    Measure("semaine", AMOUNT, lambda week: week.usual),
    Measure("cumul", AMOUNT, lambda week: week.usual_in_all),
    Measure("cumul-bas", AMOUNT, lambda week: week.low_in_all),
    Measure("cumul-haut", AMOUNT, lambda week: week.high_in_all),
)
FORECAST: tuple[Measure[Forecast], ...] = (
    Measure("plus-tard-ou-jamais", AMOUNT, lambda forecast: forecast.beyond),
    Measure("sans-precedent", AMOUNT, lambda forecast: forecast.unknown),
    Measure("litige", AMOUNT, lambda forecast: forecast.disputed),
    Measure("procedure-collective", AMOUNT, lambda forecast: forecast.stopped),
    Measure("cede", AMOUNT, lambda forecast: forecast.ceded),
)
TRIAL: tuple[Measure[Trial], ...] = (
    Measure("prevu", AMOUNT, lambda trial: trial.usual),
    Measure("prevu-bas", AMOUNT, lambda trial: trial.low),
    Measure("prevu-haut", AMOUNT, lambda trial: trial.high),
    Measure("recu", AMOUNT, lambda trial: trial.received),
)
BACK_TEST: tuple[Measure[BackTest], ...] = (
    Measure("erreur", SHARE, lambda test: test.error),
    Measure("dans-la-fourchette", COUNT, lambda test: test.hits),
    Measure("essais", COUNT, lambda test: len(test.trials)),
)
MONTH: tuple[Measure[MonthEnd], ...] = (
    Measure("encours", AMOUNT, lambda month: month.open),
    Measure("echu", AMOUNT, lambda month: month.late),
    Measure("plus-de-90", AMOUNT, lambda month: month.beyond),
    Measure("facture", AMOUNT, lambda month: month.sold),
    Measure("recu", AMOUNT, lambda month: month.paid),
    *_within(lambda month: month.outstanding, OUTSTANDING),
)
PRIORITY: tuple[Measure[Priority], ...] = (
    Measure("en-retard", AMOUNT, lambda priority: priority.late),
    Measure("plus-ancien", DAYS, lambda priority: priority.days),
)


def _compared(unit: Unit) -> tuple[Measure[KeyFigure], ...]:
    return (
        Measure("valeur", unit, lambda figure: figure.value),
        Measure("avant", unit, lambda figure: figure.before),
        Measure("ecart", unit, lambda figure: figure.change),
    )


# ---------------------------------------------------------------- The rows


def by_heading(measures: Measures) -> dict[str, list[FigureRow]]:
    """Every figure of one currency under its heading, in a fixed order."""
    recoveries, inaction, promises = measures.recoveries, measures.inaction, measures.promises
    sorts = {
        "etape": recoveries.by_step,
        "canal": recoveries.by_channel,
        "ton": recoveries.by_tone,
        "profil": recoveries.by_profile,
    }
    return {
        "balance-agee": [
            *(_listed(r.client.label, AGED, r, r.client.account) for r in measures.aged.rows),
            _row(TOTAL, AGED, measures.aged),
        ],
        "encours": [
            _listed(debtor.client.label, EXPOSURE, debtor, debtor.client.account)
            for debtor in measures.exposures
        ],
        "dso": [_row("periode", OUTSTANDING, measures.outstanding)],
        "delais": [
            _row("periode", DELAYS, measures.delays),
            _row("periode-precedente", DELAYS, measures.delays_before),
        ],
        **{
            f"recouvrement-{sort}": [_listed(r.name, RECOVERY, r) for r in groups]
            for sort, groups in sorts.items()
        },
        "en-retard": [
            _row("sans-relance", LATE, inaction.untouched),
            _row("avec-relance", LATE, inaction.reminded),
        ],
        "penalites": [_row(TOTAL, PENALTIES, measures.penalties)],
        "promesses": [
            *(_listed(o.value, _promised(o), promises) for o in sorted(promises.outcomes)),
            _row(TOTAL, PROMISES, promises),
        ],
        "litiges": [_listed(f"{d.reason} / {d.age}", DISPUTES, d) for d in measures.disputes],
        "prescription": [_listed(str(year.year), LIMITATION, year) for year in measures.limitation],
        "previsions": [
            *(_listed(week.end, WEEK, week) for week in measures.forecast.weeks),
            _row(TOTAL, FORECAST, measures.forecast),
        ],
        **{
            f"essai-{test.weeks}-semaines": [
                *(_listed(trial.made, TRIAL, trial) for trial in test.trials),
                _row(TOTAL, BACK_TEST, test),
            ]
            for test in measures.back_tests
        },
        "evolution": [_listed(month.day, MONTH, month) for month in measures.evolution],
        "synthese": [_row(f.name, _compared(f.unit), f) for f in measures.key_figures],
        "a-traiter": [
            _listed(p.client.label, PRIORITY, p, p.client.account) for p in measures.priorities
        ],
    }


def _listed(
    key: str | dt.date, measures: Iterable[Measure[T]], thing: T, account: str = ""
) -> FigureRow:
    return replace(_row(key, measures, thing), account=account, listed=True)


def _row(key: str | dt.date, measures: Iterable[Measure[T]], thing: T) -> FigureRow:
    return FigureRow(key, tuple(MeasuredFigure(m.name, m.unit, m.take(thing)) for m in measures))


# ---------------------------------------------------------------- The open table


def as_table(report: Report) -> str:
    """The figures as CSV, one a row; one that cannot be told is empty. A client's name that looks
    like a formula is made harmless."""
    days = _days(report).values()
    return as_csv(COLUMNS, [(*days, *figure.values()) for figure in _figures(report)])


def as_object(report: Report) -> dict[str, object]:
    """The same figures as one object: `date`, `du`, `au`, and `chiffres`, a list of rows."""
    return {
        **_days(report),
        "chiffres": [
            figure
            | {
                "compte": figure["compte"] or None,
                "valeur": None if (value := figure["valeur"]) is None else f"{value:f}",
            }
            for figure in _figures(report)
        ],
    }


def _figures(report: Report) -> Iterator[dict[str, str | Decimal | None]]:
    """Each figure by the columns of the open table that come after its days."""
    for measures in report.currencies:
        for heading, rows in by_heading(measures).items():
            for row in rows:
                about = (measures.currency, heading, str(row.key), row.account)
                for f in row.figures:
                    yield dict(zip(COLUMNS[3:], (*about, f.name, f.rounded, f.unit), strict=True))


def _days(report: Report) -> dict[str, str]:
    days = (report.day, report.period.start, report.period.end)
    return dict(zip(COLUMNS, (day.isoformat() for day in days), strict=False))
