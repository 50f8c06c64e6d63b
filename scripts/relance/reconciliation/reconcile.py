"""Every line of the bank matched against the books, in the order of the days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from relance.claims.on_day import OnDay
from relance.reconciliation.grading import Grader
from relance.reconciliation.match import Match, PossibleMatch, StatementLine
from relance.reconciliation.open_claims import OpenClaims
from relance.reconciliation.payers import Payers
from relance.reconciliation.reversals import Reversals


class Reconciler:
    """Matches lines one by one, in the order of their days: what one pays is no longer open for
    the next. `on` are the books of the last day; what they hold of later days than a line does not
    count for it (see `open_claims`)."""

    def __init__(self, on: OnDay) -> None:
        open_claims, payers = OpenClaims(on), Payers(on.clients.values())
        self._grader = Grader(on, open_claims, payers)
        self._reversals = Reversals(on, open_claims, payers)

    def match(self, item: StatementLine) -> Match | None:
        """What a line is taken for; None for a debit that is no payment come back."""
        if item.amount < 0 and item.line.reversal is not None:
            return self._reversals.match(item, self._grader.quoted_of(item))
        if item.amount <= 0:
            return None
        match = self._grader.grade(item)
        self._reversals.remember(match)
        return match

    def candidates(self, item: StatementLine) -> tuple[PossibleMatch, ...]:
        """All that a line may pay or undo, the likeliest first; nothing is taken off the claims."""
        if item.amount < 0:
            return self._reversals.candidates(item)
        return self._grader.candidates(item)


def in_order(lines: Iterable[StatementLine]) -> Sequence[StatementLine]:
    """The order in which lines are matched, whatever their file's: by day, then by id."""
    return sorted(lines, key=lambda item: (item.line.date, item.id))


def reconcile(lines: Iterable[StatementLine], on: OnDay) -> tuple[Match, ...]:
    """The matches of all credits and of all payments that came back, in `in_order`."""
    reconciler = Reconciler(on)
    matches = (reconciler.match(item) for item in in_order(lines))
    return tuple(match for match in matches if match is not None)
