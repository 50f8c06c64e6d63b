"""What the bank says and nobody has settled, each with all that it may be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from relance.claims.on_day import OnDay
from relance.decision.unassigned import Unsettled, unsettled
from relance.reconciliation.hints import line_of
from relance.reconciliation.match import PossibleMatch
from relance.reconciliation.reconcile import Reconciler
from relance.text.escapes import plain
from relance.text.locales import money


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """An entry of the bank that waits for a person, and the ways to read it, the likeliest
    first."""

    waiting: Unsettled
    matches: tuple[PossibleMatch, ...]

    def sums(self, match: PossibleMatch) -> str:
        """« F1 100,00 €, pénalités 41,23 € »: what a reading does with the money; "" when it names
        no invoice."""
        currency = self.waiting.draft.amount.currency
        sums = [f"{plain(part.invoice)} {money(part.amount, currency)}" for part in match.parts]
        if match.surplus:
            sums.append(f"pénalités {money(match.surplus, currency)}")
        return ", ".join(sums)


def open_questions(on: OnDay) -> Sequence[OpenQuestion]:
    """Every such entry, the oldest first."""
    return tuple(_asked(on))


def _asked(on: OnDay) -> Iterator[OpenQuestion]:
    waiting = unsettled(on)
    reconciler = Reconciler(on) if waiting else None
    for pending in waiting:
        assert reconciler
        yield OpenQuestion(pending, reconciler.candidates(line_of(pending.draft)))
