"""What each line of a letter claims besides its balance: interest and recovery fee."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from relance.claims.history import History, Key, key
from relance.claims.interest import Debt, Interest, accrue
from relance.claims.model import Claim
from relance.claims.rates import Rates
from relance.decision.model import Line
from relance.decision.obstacles import Obstacles
from relance.policy.model import InterestSettings, Policy
from relance.values.amounts import ZERO
from relance.values.kinds import DebtorType
from relance.values.terms import Rate


class Pricing:
    """Prices the claims of a day by each one's own step (rules 6.17 and 7.10)."""

    def __init__(self, policy: Policy, history: History, obstacles: Obstacles, day: date) -> None:
        # The fee is due once per invoice, whatever its instalments and letters: the oldest
        # late instalment that is open carries it.
        self._carriers: dict[tuple[str, str | None], Key] = {}
        for claim in obstacles.claims:
            if claim.balance > 0 and claim.due is not None and claim.due < day:
                self._carriers.setdefault((claim.client.account, claim.invoice), key(claim))
        self._settings = policy.interest
        self._rates = Rates.known(policy.interest.ecb, policy.interest.legal)
        self._history = history
        self._obstacles = obstacles
        self._day = day

    def price(self, line: Line) -> Line:
        """The line with its interest and, when it carries its invoice's, the fee."""
        if line.step is None or not line.step.interest:
            return line
        interest, fee = self.cost(line.claim)
        return replace(line, interest=interest, fee=fee)

    def cost(self, claim: Claim) -> tuple[Interest | None, Decimal]:
        """The interest of a claim, None when it bears none, and the fee (EUR) when it
        carries its invoice's."""
        if claim.client.debtor is None or not self._bears(claim):
            return None, ZERO
        carries = self._carriers.get((claim.client.account, claim.invoice)) == key(claim)
        return self.interest(claim), self._fee(claim) if carries else ZERO

    def _bears(self, claim: Claim) -> bool:
        return claim.client.bears_interest and claim.bears_interest

    def interest(self, claim: Claim) -> Interest:
        """All interest accrued on the undisputed part, from the law's start to the day."""
        debt = debt_of(claim, self._settings, self._history.notice_in_effect(claim))
        undisputed = replace(debt, amount=claim.amount - self._obstacles.disputed(claim))
        return accrue(undisputed, self._day, self._rates)

    def _fee(self, claim: Claim) -> Decimal:
        """40 EUR for a trader or a public body (D441-5, D2192-35), none for a debt that falls due
        once insolvency proceedings are open (L441-10 II)."""
        assert claim.client.debtor is not None and claim.due is not None
        known = self._obstacles.insolvency(claim)
        if known is not None and claim.due >= known.judgment:
            return ZERO
        return self._settings.fee if claim.client.debtor.commercial else ZERO


def debt_of(claim: Claim, settings: InterestSettings, notice: date | None) -> Debt:
    """The whole claim as a sum that bears interest; `notice` is the day on which a formal notice
    took effect. Its debtor's type and its due date must be known."""
    debtor = claim.client.debtor
    assert debtor is not None and claim.due is not None
    return Debt(
        debtor=debtor,
        amount=claim.amount,
        due=claim.due,
        receipts=claim.receipts,
        runs_from=notice,
        agreed=agreed_rate(claim, debtor, settings),
        imputation=settings.imputation,
        credit_notes=settings.credit_notes,
    )


def agreed_rate(claim: Claim, debtor: DebtorType, settings: InterestSettings) -> Rate | None:
    """The invoice's rate, else the client's, else the policy's, which binds no public body: its
    rate is fixed by decree (R2192-31)."""
    own = claim.rate or claim.client.rate
    return own or (None if debtor is DebtorType.PUBLIC else settings.rate)
