"""What the report's templates know, by French names: every figure already in French typography.

Words are the templates' own; nothing here is a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from relance.report.ageing import AgedBalance, AgedRow, Column
from relance.report.delays import Delays
from relance.report.findings import FEWEST, ReportFinding, findings
from relance.report.forecast import BackTest, Forecast
from relance.report.measuring import Measures, MonthEnd, Report
from relance.report.obligations import PromisesKept
from relance.report.recovery import Horizon, LateClaims, Recovery
from relance.text.locales import decimal, french_date, money, short_date
from relance.text.typography import WIDE

Facts = dict[str, object]
NONE = "–"  # a figure that cannot be told
SHOWN_CLIENTS = 40  # rows of the aged balance on paper; the open table has them all


DRAWN = ("balance", "evolution", "dso", "recouvrement", "previsions")


def facts(report: Report, firm: str, plots: Iterable[str] = ()) -> Facts:
    """The variables of the templates; `plots` are the names of the drawings beside the report."""
    drawn = frozenset(plots)
    return {
        "entreprise": firm,
        "date": french_date(report.day),
        "du": french_date(report.period.start),
        "au": french_date(report.period.end),
        "minimum": str(FEWEST),
        "jour": report.day.isoformat(),
        "devises": [
            _currency(own) | {"images": _images(own.currency, drawn)} for own in report.currencies
        ],
    }


def _images(currency: str, drawn: frozenset[str]) -> Facts:
    """The file of each drawing, nothing where there is none."""
    names = {name: f"{name}-{currency.lower()}.svg" for name in DRAWN}
    return {name: file if file in drawn else "" for name, file in names.items()}


def _currency(own: Measures) -> Facts:
    currency = own.currency
    return {
        "devise": currency,
        "balance": _aged(own.aged),
        "encours": [
            {
                "client": each.client.label,
                "encours": amount(each.open),
                "part": percent(each.share),
                "echu": amount(each.late),
                "retard": days(each.delay),
            }
            for each in own.exposures
        ],
        "dso": {
            "simple": days(own.outstanding.simple),
            "epuisement": days(own.outstanding.count_back),
            "meilleur": days(own.outstanding.best),
            "ventes": amount(own.outstanding.sales),
            "fenetre": str(own.outstanding.days),
        },
        "delais": _delays(own.delays),
        "avant": _delays(own.delays_before),
        "etapes": _recoveries(own.recoveries.by_step),
        "canaux": _recoveries(own.recoveries.by_channel),
        "tons": _recoveries(own.recoveries.by_tone),
        "profils": _recoveries(own.recoveries.by_profile),
        "seules": _fate(own.inaction.untouched),
        "relancees": _fate(own.inaction.reminded),
        "promesses": _promises(own.promises),
        "litiges": [
            {"raison": d.reason, "age": d.age, "nombre": str(d.count), "montant": amount(d.amount)}
            for d in own.disputes
        ],
        "prescriptions": [
            {
                "annee": str(y.year),
                "nombre": str(y.count),
                "montant": amount(y.amount),
                "premiere": short_date(y.first),
                "reportees": str(y.moved),
                "passees": str(y.over),
            }
            for y in own.limitation
        ],
        "previsions": _forecast(own.forecast),
        "essais": [_back_test(test) for test in own.back_tests],
        "evolution": [_month(month) for month in own.evolution],
        "constats": finding_facts(own)["constats"],
    }


def finding_facts(own: Measures) -> Facts:
    """What the template of findings alone knows."""
    return {"minimum": str(FEWEST), "constats": [_finding(found) for found in findings(own)]}


# ---------------------------------------------------------------- One table each


def _aged(aged: AgedBalance) -> Facts:
    shown, rest = aged.rows[:SHOWN_CLIENTS], aged.rows[SHOWN_CLIENTS:]
    total = {column: aged.column(column) for column in Column}
    return {
        "clients": [{"client": row.client.label} | _aged_row(row) for row in shown],
        "autres": len(rest),
        "reste": _sums(rest) if rest else None,
        "total": {column.name.lower(): amount(number) for column, number in total.items()}
        | {
            "encours": amount(aged.open),
            "trop_percu": cell(-aged.overpaid),
            "solde": amount(aged.balance),
        },
        "sans_echeance": bool(total[Column.UNDATED]),
        "trop_percus": bool(aged.overpaid),
    }


def _aged_row(row: AgedRow) -> Facts:
    return _cells(row.columns) | {
        "encours": amount(row.open),
        "trop_percu": cell(-row.overpaid),
        "solde": amount(row.balance),
    }


def _sums(rows: Iterable[AgedRow]) -> Facts:
    own = tuple(rows)
    columns = {column: sum((r.columns[column] for r in own), Decimal(0)) for column in Column}
    return _cells(columns) | {
        "encours": amount(sum((r.open for r in own), Decimal(0))),
        "trop_percu": cell(-sum((r.overpaid for r in own), Decimal(0))),
        "solde": amount(sum((r.balance for r in own), Decimal(0))),
    }


def _cells(columns: Mapping[Column, Decimal]) -> Facts:
    return {column.name.lower(): cell(number) for column, number in columns.items()}


def _delays(found: Delays) -> Facts:
    return {
        "reglees": str(found.count),
        "montant": amount(found.amount),
        "moyen": days(found.average),
        "pondere": days(found.weighted),
        "a_temps": percent(found.share),
        "a_temps_montant": percent(found.share_of_amount),
    }


def _recoveries(found: Iterable[Recovery]) -> list[Facts]:
    return [
        {
            "nom": each.name,
            "nombre": str(each.count),
            "demande": amount(each.asked),
            "recu": amount(each.paid),
            "mediane": days(each.median_days),
            "parts": [_share(horizon) for horizon in each.horizons],
        }
        for each in found
    ]


def _share(horizon: Horizon) -> str:
    return percent(horizon.share)


def _fate(fate: LateClaims) -> Facts:
    return {
        "nombre": str(fate.count),
        "montant": amount(fate.amount),
        "reglees": str(fate.settled.count),
        "moyen": days(fate.settled.average),
        "pondere": days(fate.settled.weighted),
        "avoirs": str(fate.credited),
        "ouvertes": str(fate.open),
        "reste": amount(fate.still_open),
    }


def _promises(kept: PromisesKept) -> Facts:
    rows = [
        {
            "issue": outcome.value,
            "nombre": str(count),
            "promis": amount(kept.promised[outcome]),
            "recu": amount(kept.received[outcome]),
        }
        for outcome, count in sorted(kept.outcomes.items())
    ]
    return {"issues": rows, "part": percent(kept.share), "jugees": str(kept.judged)}


def _forecast(forecast: Forecast) -> Facts:
    return {
        "semaines": [
            {
                "fin": short_date(week.end),
                "semaine": amount(week.usual),
                "cumul": amount(week.usual_in_all),
                "bas": amount(week.low_in_all),
                "haut": amount(week.high_in_all),
            }
            for week in forecast.weeks
        ],
        "plus_tard": amount(forecast.beyond),
        "sans_precedent": amount(forecast.unknown),
        "litige": amount(forecast.disputed),
        "procedure": amount(forecast.stopped),
    }


def _back_test(test: BackTest) -> Facts:
    return {
        "semaines": str(test.weeks),
        "essais": str(len(test.trials)),
        "erreur": percent(test.error),
        "dedans": str(test.hits),
        "lignes": [
            {
                "date": short_date(trial.made),
                "bas": amount(trial.low),
                "prevu": amount(trial.usual),
                "haut": amount(trial.high),
                "recu": amount(trial.received),
            }
            for trial in test.trials
        ],
    }


def _month(month: MonthEnd) -> Facts:
    return {
        "fin": short_date(month.day),
        "encours": amount(month.open),
        "echu": amount(month.late),
        "ancien": amount(month.beyond),
        "facture": amount(month.sold),
        "recu": amount(month.paid),
        "dso": days(month.outstanding.simple),
        "epuisement": days(month.outstanding.count_back),
    }


def _finding(finding: ReportFinding) -> Facts:
    return {
        "sorte": finding.kind,
        "noms": list(finding.names),
        "nombres": [str(count) for count in finding.counts],
        "parts": [percent(share) for share in finding.shares],
        "jours": [days(number) for number in finding.days],
    }


# ---------------------------------------------------------------- One figure each


def amount(number: Decimal) -> str:
    """« 1 320,00 »: the currency stands at the head of the table."""
    return money(number, "EUR").removesuffix(f"{WIDE}€")


def whole(number: Decimal) -> str:
    """« 1 320 »: half-up to the unit, where a screen or a drawing has no room for more."""
    unit = number.quantize(Decimal(1), ROUND_HALF_UP) + 0  # no minus zero
    return amount(unit).removesuffix(",00")


def cell(number: Decimal) -> str:
    """The same, nothing for zero."""
    return amount(number) if number else ""


def percent(share: Decimal | None) -> str:
    """« 41 % », half-up."""
    if share is None:
        return NONE
    whole = (100 * share).quantize(Decimal(1), ROUND_HALF_UP)
    return f"{decimal(whole)}{WIDE}%"


def days(number: Decimal | int | None) -> str:
    """« 12,8 », to a tenth, half-up."""
    if number is None:
        return NONE
    return decimal(Decimal(number).quantize(Decimal("0.1"), ROUND_HALF_UP))
