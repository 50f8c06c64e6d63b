"""The sections of the summary about what waits: by reason, long lists folded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from relance.decision import Wait
from relance.model import Money
from relance.summary.alerts import MISSING
from relance.summary.sections import in_all
from relance.summary.text import Section, row, table
from relance.typography import markdown, money, quiet, short_date

_OPEN = 5  # a longer list is folded
_FLOOR = 700  # bytes of a reason when there is little room
# Waits that end by themselves: nothing is asked of anybody (« Rien ne presse » in the guide).
_PATIENT = frozenset(
    {"apres", "ecart", "sous", "ecart-client", "seuil", "promesse", "echeancier", "suspension"}
    | {"prelevement", "exclu", "tolerance"}
)
_COLUMNS = ("Client", "Facture", ">Solde", "Motif", "Ensuite")


def waiting(waits: Sequence[Wait], day: date) -> Iterator[Section]:
    """A heading, then a section for each reason: those that ask something of someone first."""
    if not waits:
        return
    number = f"{len(waits)} créance{'s' if len(waits) > 1 else ''}"
    yield Section(f"## En attente\n\n{number}, {_owed(waits)}, par motif.")
    groups: dict[str, list[Wait]] = defaultdict(list)
    for wait in waits:
        groups[wait.code].append(wait)
    for code in sorted(groups, key=lambda code: (_urgency(code), -len(groups[code]), code)):
        yield _group(code, groups[code], day)


def _urgency(code: str) -> int:
    if code in MISSING:
        return 1
    return 2 if code in _PATIENT else 0


def _owed(waits: Sequence[Wait]) -> str:
    return in_all(
        Money(wait.claim.balance or wait.claim.unallocated, wait.claim.currency) for wait in waits
    )


def _group(code: str, waits: Sequence[Wait], day: date) -> Section:
    number = f"{len(waits)} créance{'s' if len(waits) > 1 else ''}, {_owed(waits)}"
    rest = f"`relance plan --au {day}` les donne toutes."
    rows = tuple(map(_wait, waits))
    if len(rows) <= _OPEN:
        return Section(table(f"### {code} : {number}", _COLUMNS), rows, "", rest, _FLOOR)
    head = f"<details>\n<summary><b>{code}</b> : {number}</summary>"
    return Section(table(head, _COLUMNS), rows, "</details>", rest, _FLOOR)


def _wait(wait: Wait) -> str:
    claim = wait.claim
    return row(
        quiet(claim.client.label),
        quiet(claim.numbered),
        money(claim.balance or claim.unallocated, claim.currency),
        quiet(wait.reason, 200),
        _next(wait),
    )


def _next(wait: Wait) -> str:
    if wait.next_step is None or wait.next_date is None:
        return ""
    return f"{markdown(wait.next_step)} le {short_date(wait.next_date)}"
