"""The sections of the summary about what waits: by reason, long lists folded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from relance.decision.outcomes import Wait
from relance.decision.urgency import Urgency, urgency
from relance.runs.summary.sections import in_all
from relance.runs.summary.spoken_codes import in_a_few_words, step_name
from relance.runs.summary.text import SummarySection, folded, row, table
from relance.text.escapes import markdown, quiet
from relance.text.locales import money, short_date
from relance.text.words import count
from relance.values.amounts import Money

_OPEN = 5  # a reason with more claims has a list of its own, folded
_FLOOR = 700  # bytes of a list when there is little room
_COLUMNS = ("Client", "Facture", ">Solde", "Pourquoi", "Ensuite")

_Groups = dict[str, list[Wait]]


def waiting(waits: Sequence[Wait], day: date) -> Iterator[SummarySection]:
    """The reasons that ask something of someone first, then missing facts, then the patient."""
    if not waits:
        return
    yield SummarySection(f"## En attente\n\n{_counted(waits)}.")
    groups: _Groups = defaultdict(list)
    for wait in waits:
        groups[wait.code].append(wait)
    rest = f"`relance plan --au {day}` les donne toutes."
    for asked in Urgency:
        reasons = {code: groups[code] for code in sorted(groups) if urgency(code) is asked}
        yield from _reasons(asked.value, reasons, rest)


def _counted(waits: Sequence[Wait]) -> str:
    owed = in_all(
        Money(wait.claim.balance or wait.claim.unallocated, wait.claim.currency) for wait in waits
    )
    return f"{count(len(waits), 'créance')}, {owed}"


def _reasons(title: str, groups: _Groups, rest: str) -> Iterator[SummarySection]:
    """One table for the reasons with few claims, one folded list for each of the others."""
    if not groups:
        return
    short = [
        (code, wait) for code, waits in groups.items() if len(waits) <= _OPEN for wait in waits
    ]
    long = {code: waits for code, waits in groups.items() if len(waits) > _OPEN}
    if short:
        rows = tuple(row(*_cells(wait)) for _, wait in short)
        yield SummarySection(table(f"### {title}", _COLUMNS), rows, "", rest, _FLOOR)
    else:
        yield SummarySection(f"### {title}")
    for code, waits in sorted(long.items(), key=lambda item: (-len(item[1]), item[0])):
        rows = tuple(row(*_cells(wait)) for wait in waits)
        name = in_a_few_words(code)
        head = table(f"{name[:1].upper()}{name[1:]} : {_counted(waits)}", _COLUMNS)
        yield folded(SummarySection(head, rows, "", rest, _FLOOR))


def _cells(wait: Wait) -> tuple[str, ...]:
    claim = wait.claim
    return (
        quiet(claim.client.label),
        quiet(claim.numbered),
        money(claim.balance or claim.unallocated, claim.currency),
        quiet(wait.reason, 200),
        _next(wait),
    )


def _next(wait: Wait) -> str:
    if wait.next_step is None or wait.next_date is None:
        return ""
    return f"{markdown(step_name(wait.next_step))} le {short_date(wait.next_date)}"
