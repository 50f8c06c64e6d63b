"""What each line of a letter claims besides its balance: interest and recovery fee."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from relance.claims.claim import Claim
from relance.claims.history import Key, key
from relance.claims.interest import Interest, Unnoticed, accrue
from relance.claims.on_day import OnDay
from relance.claims.recovery_fees import RecoveryFees
from relance.decision.outcomes import Letter, Line
from relance.values.amounts import ZERO


class Pricing:
    """Prices the claims of a day by each one's own step (rules 6.17 and 7.10)."""

    def __init__(self, on: OnDay) -> None:
        self._on = on
        self._fees = RecoveryFees(on)

    def priced(self, letters: Iterable[Letter]) -> list[Letter]:
        """The letters with their interest and fees. The fee of an invoice is with the first of
        its claims in a sum demanded, else with the first in the second table of a notice."""
        letters = list(letters)
        charged = [line for letter in letters for line in letter.lines if _charged(line)]
        charged.sort(key=lambda line: not line.demanded)
        now = {key(line.claim) for line in charged}
        fees = {
            key(line.claim): ZERO
            if self._asked_before(line.claim, now)
            else self._fees.ask(line.claim)
            for line in charged
        }
        return [
            replace(letter, lines=tuple(self._price(line, fees) for line in letter.lines))
            for letter in letters
        ]

    def _price(self, line: Line, fees: Mapping[Key, Decimal]) -> Line:
        if not _charged(line):
            return line
        return replace(line, interest=self.interest(line.claim), fee=fees[key(line.claim)])

    def _asked_before(self, claim: Claim, now: Collection[Key]) -> bool:
        """Whether an earlier letter asks the fee with another claim of the invoice, which is
        still to be paid and in no letter `now`: two letters would ask it twice."""
        others = (other for other in self._on.instalments(claim) if key(other) not in now)
        return any(self._still_asked(other) for other in others)

    def _still_asked(self, claim: Claim) -> bool:
        steps = self._on.policy.steps
        asked = claim.balance - self._on.disputed(claim)
        return asked > self._on.policy.tolerance_for(claim.currency) and any(
            past.citation.step in steps and steps[past.citation.step].interest
            for past in self._on.history.of(claim)
        )

    def cost(self, claim: Claim) -> tuple[Interest | None, Decimal]:
        """The interest of a claim, None when it bears none, and the fee (EUR) of its invoice
        unless that is asked already."""
        return self.interest(claim), self._fees.ask(claim)

    def interest(self, claim: Claim) -> Interest | None:
        """All interest accrued on the undisputed part, from the law's start to the day, less what
        was paid of it; None when the claim bears none."""
        if not self._on.bears_interest(claim):
            return None
        debt, disputed = self._on.debt(claim), self._on.disputed(claim)
        undisputed = replace(
            debt,
            amount=claim.amount - disputed,
            unnoticed=tuple(_less(part, disputed) for part in debt.unnoticed),
        )
        accrued = accrue(undisputed, self._on.day, self._on.rates)
        return self._on.penalties.unpaid(claim, accrued)


def _less(part: Unnoticed, disputed: Decimal) -> Unnoticed:
    """The part without what is disputed, which no notice demands."""
    return part if part.until else replace(part, amount=max(part.amount - disputed, ZERO))


def _charged(line: Line) -> bool:
    return line.step is not None and line.step.interest
