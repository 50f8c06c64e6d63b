"""What the first page of a report says of one currency, in words: the same on paper and screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from relance.report.ageing import LATE, AgedBalance, Column
from relance.report.key_figures import KeyFigure
from relance.report.measuring import Measures
from relance.report.priorities import Priority
from relance.report.recovery import Recovery
from relance.report.units import NONE, Unit, days, percent, whole
from relance.text.escapes import short
from relance.text.locales import MINUS, short_date
from relance.text.typography import WIDE, apostrophes
from relance.text.words import count, told
from relance.values.amounts import ratio

SHOWN_STEPS = 6
LONGEST_NAME, LONGEST_WORDS = 40, 70  # characters
FEWEST_MONTHS = 2  # of which a line is drawn
_NAMES = {
    "encours": "Encours",
    "en-retard": "En retard",
    "dso": "DSO",
    "retard-moyen": "Retard moyen",
    "encaisse": "Encaissé",
}


@dataclass(frozen=True, slots=True)
class WrittenFigure:
    """A key figure: its name, « 23 912 € », « +22 418 », « contre 1 494 »."""

    name: str
    value: str
    change: str
    before: str


def figures(measures: Measures) -> Iterator[WrittenFigure]:
    """The five figures."""
    for figure in measures.key_figures:
        yield WrittenFigure(
            _NAMES[figure.name],
            _with_unit(figure, measures.currency),
            _signed(figure),
            "rien avant"
            if figure.before is None
            else f"contre {_short(figure.before, figure.unit)}",
        )


def _with_unit(figure: KeyFigure, currency: str) -> str:
    if figure.value is None:
        return NONE
    unit = "j" if figure.unit is Unit.DAYS else symbol(currency)
    return f"{_short(figure.value, figure.unit)}{WIDE}{unit}"


def _short(number: Decimal | None, unit: Unit) -> str:
    if number is None:
        return NONE
    return whole(number) if unit is Unit.AMOUNT else days(number)


def _signed(figure: KeyFigure) -> str:
    change = figure.change
    if change is None:
        return ""
    written = _short(abs(change), figure.unit)
    return written if not change else f"{MINUS if change < 0 else '+'}{written}"


def symbol(currency: str) -> str:
    """« € », any other currency by its code."""
    return "€" if currency == "EUR" else currency


def rounded(number: Decimal, currency: str) -> str:
    """« 23 912 € »."""
    return f"{whole(number)}{WIDE}{symbol(currency)}"


def short_name(name: str) -> str:
    """A name as it is printed where there is no room for a long one."""
    return short(apostrophes(name), LONGEST_NAME)


@dataclass(frozen=True, slots=True)
class Age:
    """A part of what is open: « 31–60 j », « 7 790 », « 33 % »."""

    name: str
    amount: str
    share: str


def shown_columns(aged: AgedBalance) -> tuple[Column, ...]:
    """The columns of an aged balance that a reader looks for, and any other with something."""
    usual = (Column.NOT_DUE, *LATE)
    return tuple(column for column in Column if column in usual or aged.column(column))


def ages(aged: AgedBalance) -> Iterator[Age]:
    """The parts of what is open, by age."""
    for column in shown_columns(aged):
        number = aged.column(column)
        yield Age(column.label, whole(number), percent(ratio(number, aged.open)))


@dataclass(frozen=True, slots=True)
class StepBrought:
    """What a step brought: 6 actions, « 3 684 » asked, « 59 % » of it within 30 days."""

    name: str
    actions: int
    asked: str
    share: str


def steps(measures: Measures) -> Iterator[StepBrought]:
    """The steps, in the policy's order."""
    for recovery in measures.recoveries.by_step[:SHOWN_STEPS]:
        yield StepBrought(
            told(recovery.name),
            recovery.count,
            whole(recovery.asked),
            share_brought(recovery),
        )


def share_brought(recovery: Recovery) -> str:
    """« 59 % » of what it asked for came in within 30 days."""
    share = recovery.horizons[-1].share
    return "trop récent" if share is None else percent(share)


@dataclass(frozen=True, slots=True)
class ClientToAct:
    """A client to act on: « 2 784 », « 127 jours », « relance-2 le 12/11/2026 », what is due."""

    name: str
    account: str
    late: str
    days: str
    last: str
    awaited: str


def clients(measures: Measures) -> Iterator[ClientToAct]:
    """The clients to act on first."""
    for priority in measures.priorities:
        yield ClientToAct(
            short_name(priority.client.label),
            priority.client.account,
            whole(priority.late),
            count(priority.days, "jour"),
            _last(priority),
            short(priority.awaited, LONGEST_WORDS),
        )


def _last(priority: Priority) -> str:
    action = priority.last
    return "aucune" if action is None else f"{told(action.step)} le {short_date(action.day)}"


@dataclass(frozen=True, slots=True)
class DsoCourse:
    """Where the DSO of the last months began and ended, and between what: « 302,8 »."""

    since: str
    first: str
    until: str
    last: str
    lowest: str
    highest: str


def dso_course(measures: Measures) -> DsoCourse | None:
    """The course of the DSO; None when it is known at one end of month or none."""
    every = [(month.day, month.outstanding.simple) for month in measures.evolution]
    points = [(day, dso) for day, dso in every if dso is not None]
    if len(points) < FEWEST_MONTHS:
        return None
    (since, first), (until, last) = points[0], points[-1]
    numbers = [dso for _, dso in points]
    return DsoCourse(
        *(short_date(since), days(first), short_date(until), days(last)),
        *(days(min(numbers)), days(max(numbers))),
    )


def lacking(measures: Measures) -> Iterator[str]:
    """What there are too few figures for."""
    if not measures.delays.count:
        yield "mesurer les délais de paiement"
    if not measures.recoveries.by_step:
        yield "dire ce que recouvrent les relances"
    if not measures.forecast.weeks:
        yield "prévoir les encaissements"


@dataclass(frozen=True, slots=True)
class ScantCurrency:
    """All that is said of a currency with too little in it."""

    currency: str
    debtors: tuple[str, ...]
    open: str
    late: str


def scant(measures: Measures) -> ScantCurrency:
    """The line of such a currency."""
    aged = measures.aged
    return ScantCurrency(
        measures.currency,
        tuple(short_name(row.client.label) for row in aged.rows if row.open > 0),
        rounded(aged.open, measures.currency),
        rounded(aged.late, measures.currency) if aged.late else "",
    )
