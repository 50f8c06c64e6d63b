"""What can be said in a sentence: facts with their figures, none when too few stand behind.

A finding compares or states; it never tells why. The words are in the report's template.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from relance.report.actions import UNKNOWN
from relance.report.ageing import Column
from relance.report.measuring import FEWEST, Measures
from relance.report.recovery import Horizon, Recovery
from relance.values.amounts import ratio, total
from relance.values.kinds import Channel

SOON, LATER = 7, 15  # days after a letter or a call
LARGEST = 3  # clients
TOLD_WEEKS = 4  # of the forecast


@dataclass(frozen=True, slots=True)
class ReportFinding:
    """A fact: its kind, which the template words; `names` and `counts` in the kind's order;
    `shares` from 0 to 1; `days` in days; `amounts` in the currency of the figures."""

    kind: str
    names: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    shares: tuple[Decimal, ...] = ()
    days: tuple[Decimal, ...] = ()
    amounts: tuple[Decimal, ...] = ()


def findings(measures: Measures) -> tuple[ReportFinding, ...]:
    """What the figures of one currency allow to say."""
    return tuple(finding for find in _ALL for finding in find(measures))


def _oldest(measures: Measures) -> Iterator[ReportFinding]:
    """The claim that is late the longest: one is enough to be told."""
    claim = measures.oldest
    if claim is not None and claim.due is not None:
        late = Decimal((measures.aged.day - claim.due).days)
        names = (claim.client.label, claim.label)
        yield ReportFinding("doyenne", names=names, days=(late,), amounts=(claim.balance,))


def _calls(measures: Measures) -> Iterator[ReportFinding]:
    """Calls, with a letter or alone, against e-mails alone, within a week."""
    by_channel = measures.recoveries.by_channel
    calls = _together([r for r in by_channel if Channel.PHONE.value in r.name.split(" + ")], SOON)
    emails = _together([r for r in by_channel if r.name == Channel.EMAIL.value], SOON)
    yield from _compared("appels", {"appels": calls, "courriels": emails})


def _steps(measures: Measures) -> Iterator[ReportFinding]:
    """The step that brings most against the one that brings least, within two weeks."""
    yield from _extremes("etapes", measures.recoveries.by_step)


def _tones(measures: Measures) -> Iterator[ReportFinding]:
    tones = [r for r in measures.recoveries.by_tone if r.name != UNKNOWN]
    yield from _extremes("tons", tones)


def _on_time(measures: Measures) -> Iterator[ReportFinding]:
    now, before = measures.delays, measures.delays_before
    if now.count < FEWEST or now.share is None:
        return
    if before.count >= FEWEST and before.share is not None:
        yield ReportFinding("ponctualite", counts=(now.count,), shares=(now.share, before.share))
    else:
        yield ReportFinding("ponctualite", counts=(now.count,), shares=(now.share,))


def _delay(measures: Measures) -> Iterator[ReportFinding]:
    now = measures.delays
    if now.count >= FEWEST and now.average is not None and now.weighted is not None:
        yield ReportFinding("retard", counts=(now.count,), days=(now.average, now.weighted))


def _sales(measures: Measures) -> Iterator[ReportFinding]:
    dso = measures.outstanding
    if measures.delays.count >= FEWEST and dso.simple is not None and dso.best is not None:
        yield ReportFinding("dso", days=(dso.simple, dso.best))


def _inaction(measures: Measures) -> Iterator[ReportFinding]:
    alone, reminded = measures.inaction.untouched, measures.inaction.reminded
    if alone.count < FEWEST:
        return
    both = alone.settled.count >= FEWEST and reminded.settled.count >= FEWEST
    kept = (alone.settled.weighted, reminded.settled.weighted) if both else ()
    days = tuple(day for day in kept if day is not None)
    counts = (alone.count, alone.settled.count, alone.open)
    yield ReportFinding("sans-relance", counts=counts, days=days)


def _promises(measures: Measures) -> Iterator[ReportFinding]:
    kept = measures.promises
    if kept.judged >= FEWEST and kept.share is not None:
        yield ReportFinding("promesses", counts=(kept.judged,), shares=(kept.share,))


def _concentration(measures: Measures) -> Iterator[ReportFinding]:
    debtors = sum(row.open > 0 for row in measures.aged.rows)
    largest = total(e.open for e in measures.exposures[:LARGEST])
    share = ratio(largest, measures.aged.open)
    if debtors >= FEWEST and share is not None:
        names = tuple(e.client.label for e in measures.exposures[:LARGEST])
        yield ReportFinding("concentration", names=names, counts=(debtors,), shares=(share,))


def _barred(measures: Measures) -> Iterator[ReportFinding]:
    claims = sum(year.count for year in measures.limitation)
    share = ratio(measures.aged.column(Column.BEYOND), measures.aged.open)
    if claims >= FEWEST and share is not None:
        yield ReportFinding("anciennes", counts=(claims,), shares=(share,))


def _over(measures: Measures) -> Iterator[ReportFinding]:
    """Claims whose last day to go to court has passed, by the computation of the limitation."""
    if over := sum(year.over for year in measures.limitation):
        yield ReportFinding("prescrites", counts=(over,))


def _expected(measures: Measures) -> Iterator[ReportFinding]:
    """What the next weeks should bring; the forecast has its own least number of claims."""
    for week in measures.forecast.weeks:
        if week.number == TOLD_WEEKS:
            amounts = (week.usual_in_all, week.low_in_all, week.high_in_all)
            yield ReportFinding("attendu", counts=(TOLD_WEEKS,), amounts=amounts)


def _forecast(measures: Measures) -> Iterator[ReportFinding]:
    for test in measures.back_tests:
        if len(test.trials) >= FEWEST and test.error is not None:
            counts = (test.weeks, test.hits, len(test.trials))
            yield ReportFinding("previsions", counts=counts, shares=(test.error,))


_ALL: tuple[Callable[[Measures], Iterator[ReportFinding]], ...] = (
    _on_time,
    _delay,
    _sales,
    _oldest,
    _calls,
    _steps,
    _tones,
    _inaction,
    _promises,
    _concentration,
    _barred,
    _over,
    _expected,
    _forecast,
)


# ---------------------------------------------------------------- Comparing


def _together(groups: Sequence[Recovery], days: int) -> Horizon:
    """Several groups of actions as one."""
    horizons = [recovery.within(days) for recovery in groups]
    counts = sum(horizon.count for horizon in horizons)
    return Horizon(days, counts, total(h.asked for h in horizons), total(h.paid for h in horizons))


def _extremes(kind: str, groups: Iterable[Recovery]) -> Iterator[ReportFinding]:
    horizons = [(r.name, r.within(LATER)) for r in groups if r.within(LATER).count >= FEWEST]
    horizons.sort(key=lambda pair: -(pair[1].share or 0))
    if len(horizons) > 1:
        yield from _compared(kind, dict([horizons[0], horizons[-1]]))


def _compared(kind: str, horizons: Mapping[str, Horizon]) -> Iterator[ReportFinding]:
    shares = [horizon.share for horizon in horizons.values()]
    if all(horizon.count >= FEWEST for horizon in horizons.values()) and None not in shares:
        yield ReportFinding(
            kind,
            names=tuple(horizons),
            counts=tuple(horizon.count for horizon in horizons.values()),
            shares=tuple(share for share in shares if share is not None),
        )
