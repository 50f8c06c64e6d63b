"""What all the lines of the bank become, those imported earlier and the new ones together.

Lines that nobody settled are matched anew each time, in the order of their days: what comes of
them depends on what is known, not on which file came first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from relance.claims.on_day import OnDay
from relance.imports.bank_entries import BankEntries
from relance.imports.bank_lines import BookLine
from relance.imports.directives import NewDirective
from relance.imports.hand_entries import HandEntry, typed
from relance.imports.repeats import distinct
from relance.ledger.statement_records import StatementRecord
from relance.reconciliation.match import Match
from relance.reconciliation.reconcile import reconcile


@dataclass(frozen=True, slots=True)
class BankWritten:
    """The entries of the lines, by id; those that a person must settle."""

    directives: Mapping[str, NewDirective]
    drafts: Collection[str]
    by_hand: Mapping[str, HandEntry]


@dataclass(frozen=True, slots=True)
class BankPlan:
    """Turns lines into entries. `on` gives the books of the last day without the entries of the
    lines that nobody settled, `by_hand` what a person wrote in them."""

    on: Callable[[], OnDay]
    entries: BankEntries
    by_hand: Callable[[], Sequence[HandEntry]]
    records: Collection[StatementRecord]

    def write(self, lines: Iterable[BookLine]) -> BankWritten:
        """The entries of these lines; what repeats another line becomes none."""
        once = distinct(lines, self.records)
        unsettled = [line for line in once.lines if not line.settled]
        if not unsettled:
            return BankWritten({}, (), {})
        on = self.on()
        matches = _matched(unsettled, on)
        written = typed(once.lines, matches, self.by_hand(), self.records)
        if written.entries:
            matches = _matched((x for x in unsettled if x.id not in written.entries), on)
        doubts = {**written.doubts, **once.doubts}
        directives = {}
        for line in unsettled:
            if line.id in written.entries:
                directives[line.id] = self.entries.typed(line, written.entries[line.id])
            else:
                match, doubt = matches.get(line.id), doubts.get(line.id, "")
                directives[line.id] = self.entries.matched(line, match, doubt)
        drafts = {id_ for id_, match in matches.items() if not match.grade.certain}
        return BankWritten(directives, drafts, written.entries)


def _matched(lines: Iterable[BookLine], on: OnDay) -> Mapping[str, Match]:
    matches = reconcile((line.to_match() for line in lines), on)
    return {match.line.id: match for match in matches}
