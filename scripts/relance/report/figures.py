"""The figures as an open table, one figure a row: for a spreadsheet or a program.

A public interface: rows and columns are added, never changed. Amounts have two decimals, days
one, shares four (from 0 to 1); a figure that cannot be told is empty (CSV) or null (JSON).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from relance.report.ageing import AgedBalance, AgedRow, Column
from relance.report.delays import Delays, SalesOutstanding
from relance.report.forecast import BackTest, Forecast
from relance.report.measuring import Measures, MonthEnd, Report
from relance.report.recovery import LateClaims, Recovery
from relance.text.writing import as_csv
from relance.values.amounts import cents

COLUMNS = ("date", "du", "au", "devise", "rubrique", "cle", "compte", "mesure", "valeur", "unite")
DAYS, SHARE, COUNT, AMOUNT = "jours", "part", "nombre", "montant"
_PLACES = {DAYS: Decimal("0.1"), SHARE: Decimal("0.0001"), COUNT: Decimal(1)}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: under which heading (`rubrique`), about what or whom (`cle`, and `compte` for
    a client), which measure, its value and unit."""

    section: str
    key: str
    measure: str
    value: Decimal | int | None
    unit: str
    account: str = ""

    @property
    def rounded(self) -> Decimal | None:
        """The value as it is written, half-up."""
        if self.value is None:
            return None
        value = Decimal(self.value)
        if self.unit == AMOUNT:
            return cents(value)
        return value.quantize(_PLACES[self.unit], ROUND_HALF_UP)


def as_table(report: Report) -> str:
    """The figures as CSV: a client's name that looks like a formula is made harmless."""
    return as_csv(
        COLUMNS,
        (
            (
                *_when(report),
                own.currency,
                f.section,
                f.key,
                f.account,
                f.measure,
                f.rounded,
                f.unit,
            )
            for own in report.currencies
            for f in figures(own)
        ),
    )


def as_object(report: Report) -> dict[str, object]:
    """The same figures as one object: `date`, `du`, `au`, and `chiffres`, a list of rows."""
    day, start, end = _when(report)
    rows = [
        {
            "devise": own.currency,
            "rubrique": figure.section,
            "cle": figure.key,
            "compte": figure.account or None,
            "mesure": figure.measure,
            "valeur": None if figure.rounded is None else f"{figure.rounded:f}",
            "unite": figure.unit,
        }
        for own in report.currencies
        for figure in figures(own)
    ]
    return {"date": day, "du": start, "au": end, "chiffres": rows}


def _when(report: Report) -> tuple[str, str, str]:
    days = (report.day, report.period.start, report.period.end)
    return (days[0].isoformat(), days[1].isoformat(), days[2].isoformat())


def figures(own: Measures) -> Iterator[Figure]:
    """Every figure of one currency, in a fixed order."""
    yield from _aged(own.aged)
    yield from _exposures(own)
    yield from _outstanding("dso", "periode", own.outstanding)
    yield from _delays("delais", "periode", own.delays)
    yield from _delays("delais", "periode-precedente", own.delays_before)
    for name, found in (
        ("etape", own.recoveries.by_step),
        ("canal", own.recoveries.by_channel),
        ("ton", own.recoveries.by_tone),
        ("profil", own.recoveries.by_profile),
    ):
        yield from _recovered(f"recouvrement-{name}", found)
    yield from _fate("sans-relance", own.inaction.untouched)
    yield from _fate("avec-relance", own.inaction.reminded)
    yield from _words(own)
    yield from _forecast(own.forecast)
    for test in own.back_tests:
        yield from _trials(test)
    for month in own.evolution:
        yield from _month(month)


def _aged(aged: AgedBalance) -> Iterator[Figure]:
    for row in aged.rows:
        for measure, amount in _aged_row(row):
            account = row.client.account
            yield Figure("balance-agee", row.client.label, measure, amount, AMOUNT, account)
    for column in Column:
        yield Figure("balance-agee", "total", column.value, aged.column(column), AMOUNT)
    yield Figure("balance-agee", "total", "encours", aged.open, AMOUNT)
    yield Figure("balance-agee", "total", "trop-percu", aged.overpaid, AMOUNT)
    yield Figure("balance-agee", "total", "solde", aged.balance, AMOUNT)


def _aged_row(row: AgedRow) -> Iterator[tuple[str, Decimal]]:
    for column, amount in row.columns.items():
        yield column.value, amount
    yield "encours", row.open
    yield "trop-percu", row.overpaid
    yield "solde", row.balance


def _exposures(own: Measures) -> Iterator[Figure]:
    for each in own.exposures:
        name, account = each.client.label, each.client.account
        yield Figure("encours", name, "encours", each.open, AMOUNT, account)
        yield Figure("encours", name, "part", each.share, SHARE, account)
        yield Figure("encours", name, "echu", each.late, AMOUNT, account)
        yield Figure("encours", name, "retard", each.delay, DAYS, account)


def _outstanding(section: str, key: str, dso: SalesOutstanding) -> Iterator[Figure]:
    yield Figure(section, key, "dso-simple", dso.simple, DAYS)
    yield Figure(section, key, "dso-epuisement", dso.count_back, DAYS)
    yield Figure(section, key, "dso-meilleur", dso.best, DAYS)
    yield Figure(section, key, "ventes", dso.sales, AMOUNT)
    yield Figure(section, key, "fenetre", dso.days, DAYS)


def _delays(section: str, key: str, found: Delays) -> Iterator[Figure]:
    yield Figure(section, key, "reglees", found.count, COUNT)
    yield Figure(section, key, "montant", found.amount, AMOUNT)
    yield Figure(section, key, "retard-moyen", found.average, DAYS)
    yield Figure(section, key, "retard-pondere", found.weighted, DAYS)
    yield Figure(section, key, "a-temps", found.share, SHARE)
    yield Figure(section, key, "a-temps-montant", found.share_of_amount, SHARE)


def _recovered(section: str, found: Iterable[Recovery]) -> Iterator[Figure]:
    for each in found:
        yield Figure(section, each.name, "actions", each.count, COUNT)
        yield Figure(section, each.name, "demande", each.asked, AMOUNT)
        yield Figure(section, each.name, "recu", each.paid, AMOUNT)
        yield Figure(section, each.name, "mediane", each.median_days, DAYS)
        for horizon in each.horizons:
            days = horizon.days
            yield Figure(section, each.name, f"actions-{days}", horizon.count, COUNT)
            yield Figure(section, each.name, f"demande-{days}", horizon.asked, AMOUNT)
            yield Figure(section, each.name, f"recu-{days}", horizon.paid, AMOUNT)
            yield Figure(section, each.name, f"part-{days}", horizon.share, SHARE)


def _fate(key: str, fate: LateClaims) -> Iterator[Figure]:
    section = "en-retard"
    yield Figure(section, key, "creances", fate.count, COUNT)
    yield Figure(section, key, "montant-en-retard", fate.amount, AMOUNT)
    yield from _delays(section, key, fate.settled)
    yield Figure(section, key, "par-avoir", fate.credited, COUNT)
    yield Figure(section, key, "ouvertes", fate.open, COUNT)
    yield Figure(section, key, "reste-ouvert", fate.still_open, AMOUNT)


def _words(own: Measures) -> Iterator[Figure]:
    """Promises, disputes, limitation."""
    kept = own.promises
    for outcome, count in sorted(kept.outcomes.items()):
        name = outcome.value
        yield Figure("promesses", name, "nombre", count, COUNT)
        yield Figure("promesses", name, "promis", kept.promised[outcome], AMOUNT)
        yield Figure("promesses", name, "recu", kept.received[outcome], AMOUNT)
    yield Figure("promesses", "total", "tenues", kept.share, SHARE)
    for each in own.disputes:
        key = f"{each.reason} / {each.age}"
        yield Figure("litiges", key, "nombre", each.count, COUNT)
        yield Figure("litiges", key, "montant", each.amount, AMOUNT)
    for year in own.limitation:
        key = str(year.year)
        yield Figure("prescription", key, "nombre", year.count, COUNT)
        yield Figure("prescription", key, "montant", year.amount, AMOUNT)
        yield Figure("prescription", key, "reportees", year.moved, COUNT)
        yield Figure("prescription", key, "passees", year.over, COUNT)


def _forecast(forecast: Forecast) -> Iterator[Figure]:
    section = "previsions"
    for week in forecast.weeks:
        key = week.end.isoformat()
        yield Figure(section, key, "semaine", week.usual, AMOUNT)
        yield Figure(section, key, "cumul", week.usual_in_all, AMOUNT)
        yield Figure(section, key, "cumul-bas", week.low_in_all, AMOUNT)
        yield Figure(section, key, "cumul-haut", week.high_in_all, AMOUNT)
    yield Figure(section, "total", "plus-tard-ou-jamais", forecast.beyond, AMOUNT)
    yield Figure(section, "total", "sans-precedent", forecast.unknown, AMOUNT)
    yield Figure(section, "total", "litige", forecast.disputed, AMOUNT)
    yield Figure(section, "total", "procedure-collective", forecast.stopped, AMOUNT)


def _trials(test: BackTest) -> Iterator[Figure]:
    section = f"essai-{test.weeks}-semaines"
    for trial in test.trials:
        key = trial.made.isoformat()
        yield Figure(section, key, "prevu", trial.usual, AMOUNT)
        yield Figure(section, key, "prevu-bas", trial.low, AMOUNT)
        yield Figure(section, key, "prevu-haut", trial.high, AMOUNT)
        yield Figure(section, key, "recu", trial.received, AMOUNT)
    yield Figure(section, "total", "erreur", test.error, SHARE)
    yield Figure(section, "total", "dans-la-fourchette", test.hits, COUNT)
    yield Figure(section, "total", "essais", len(test.trials), COUNT)


def _month(month: MonthEnd) -> Iterator[Figure]:
    key = month.day.isoformat()
    yield Figure("evolution", key, "encours", month.open, AMOUNT)
    yield Figure("evolution", key, "echu", month.late, AMOUNT)
    yield Figure("evolution", key, "plus-de-90", month.beyond, AMOUNT)
    yield Figure("evolution", key, "facture", month.sold, AMOUNT)
    yield Figure("evolution", key, "recu", month.paid, AMOUNT)
    yield from _outstanding("evolution", key, month.outstanding)
