"""What a plan says: the letters of a day, and the waits with their reasons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from relance.claims.claim import Claim
from relance.claims.client_notes import Dispute
from relance.claims.insolvency import ToDeclare
from relance.claims.interest import Interest
from relance.claims.payment_plans import Standing, State
from relance.claims.penalty_account import PenaltyAccount
from relance.claims.profile import ClientProfile
from relance.claims.promises import Promise
from relance.decision.corrections import Correction
from relance.decision.handover import Handover
from relance.decision.remainders import OpenRemainder
from relance.decision.thanks import Thanks
from relance.decision.unassigned import Unsettled
from relance.decision.undelivered import Undelivered
from relance.policy.settings import Step
from relance.values.amounts import ZERO, Money, cents
from relance.values.facts import Client
from relance.values.kinds import INFORMATION, Channel, Information, Tone
from relance.values.problem import Problem


@dataclass(frozen=True, slots=True)
class Line:
    """One claim in one letter.

    `step` is the claim's own step, None when it is listed for information only. `demanded`
    tells the sum demanded from the second table of a formal notice. `claimed` is the balance
    less its disputed part. `fee` is in EUR, zero when this letter does not claim it here.
    `because` says in French what made the step due, `rule` which of the firm's rules held.
    `plan` is where the claim's payment plan stands, if it has one; `asked` is the claim's share
    of the plan's next instalment, in a reminder of that instalment, which is no step of the track.
    `sent_before` counts the reminders about it that are known to have left. `remainder` is the
    account of a paid invoice, in a letter that asks what it left of penalties. `made_available` is
    the day the client's platform gave it the invoice, if one said so. `correction` is what a letter
    puts right of it; its interest and fee are then what is right, and are not demanded.
    """

    claim: Claim
    step: Step | None
    rank: int
    track: str
    days_late: int
    demanded: bool
    disputed: Decimal = ZERO
    interest: Interest | None = None
    fee: Decimal = ZERO
    because: str = ""
    rule: str = ""
    plan: State | None = None
    asked: Decimal | None = None
    sent_before: int = 0
    remainder: PenaltyAccount | None = None
    made_available: dt.date | None = None
    correction: Correction | None = None

    @property
    def claimed(self) -> Decimal:
        """What the letter asks for this claim, interest and fee apart."""
        return cents(self.claim.balance - self.disputed) if self.asked is None else self.asked

    @property
    def instalment(self) -> dt.date | None:
        """The day of the instalment that a reminder announces, None in every other letter."""
        if self.asked is None or self.plan is None or self.plan.instalment is None:
            return None
        return self.plan.instalment.due


@dataclass(frozen=True, slots=True)
class Letter:
    """What one client gets in one run, in one currency.

    `deadline` is the printed last day to pay; a formal notice has none and counts
    `days_given` from its receipt instead. `broken_promise` is one that no letter named yet,
    `copies_asked` the invoices that the client says it never received; `profile` is for the
    house alone, never for a letter.
    """

    id: str
    date: dt.date
    client: Client
    currency: str
    step: Step
    rank: int
    track: str
    channels: tuple[Channel, ...]
    lines: tuple[Line, ...]
    days_given: int | None = None
    deadline: dt.date | None = None
    remarks: tuple[str, ...] = ()
    tone: Tone = Tone.NEUTRAL
    profile: ClientProfile | None = None
    broken_promise: Promise | None = None
    copies_asked: tuple[str, ...] = ()
    notice_follows: bool = True  # whether a formal notice comes after this step in its track

    @property
    def demanded(self) -> tuple[Line, ...]:
        """The claims in the sum demanded."""
        return tuple(line for line in self.lines if line.demanded)

    @property
    def informs(self) -> bool:
        """Whether it asks for nothing, and only tells something."""
        return self.step.name in INFORMATION

    @property
    def encloses_copies(self) -> bool:
        """Whether copies of the invoices go with it."""
        return not self.informs or self.states_account

    @property
    def states_account(self) -> bool:
        """Whether it is a statement of its client's account."""
        return self.step.name == Information.STATEMENT

    @property
    def asks_remainder(self) -> bool:
        """Whether it asks what paid invoices left of penalties, and nothing else."""
        return any(line.remainder for line in self.lines)

    @property
    def running(self) -> State | None:
        """The payment plan whose next instalment this letter announces, None in every other."""
        return next((line.plan for line in self.lines if line.instalment), None)

    @property
    def broken(self) -> State | None:
        """The payment plan that one of its claims did not keep, the longest missed first."""
        plans = [line.plan for line in self.lines if line.step and line.plan]
        missed = [plan for plan in plans if plan.standing is Standing.BROKEN]
        return min(missed, key=lambda plan: plan.last or dt.date.max, default=None)

    @property
    def principal(self) -> Decimal:
        """The sum of the balances demanded."""
        return sum((line.claimed for line in self.demanded), ZERO)

    @property
    def interest(self) -> Decimal:
        """The interest demanded, in the letter's currency."""
        return sum((line.interest.total for line in self.demanded if line.interest), ZERO)

    @property
    def fee(self) -> Decimal:
        """The recovery fees demanded, in EUR."""
        return sum((line.fee for line in self.demanded), ZERO)

    @property
    def total(self) -> Money:
        """Principal + interest, + fee when the letter is in EUR (rule 7.12)."""
        fee = self.fee if self.currency == "EUR" else ZERO
        return Money(self.principal + self.interest + fee, self.currency)

    @property
    def settled_on(self) -> dt.date:
        """« arrêté au »: the last day counted, earlier than the letter when a rate is unknown."""
        return min(
            (line.interest.until for line in self.demanded if line.interest), default=self.date
        )


@dataclass(frozen=True, slots=True)
class Wait:
    """The decision not to write about a claim now, and what is expected next."""

    claim: Claim
    code: str
    reason: str
    next_step: str | None = None
    next_date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Every open claim at a date with exactly one decision; `profiles` by client account.

    `unsettled` is what the bank says and nobody has settled, the oldest first.
    `undelivered` are the letters to look at first, `remainders` the penalties that paid invoices
    left, `thanks` the invoices lately paid after a reminder, `corrections` those credited after
    one, `disputes` come the oldest first. Among the waits, `declarations` are what insolvent
    clients owe and `handovers` the clients whose file is to be handed over.
    """

    date: dt.date
    letters: tuple[Letter, ...]
    waits: tuple[Wait, ...]
    warnings: tuple[Problem, ...] = ()
    profiles: Mapping[str, ClientProfile] = field(default_factory=dict)
    declarations: tuple[ToDeclare, ...] = ()
    handovers: tuple[Handover, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    undelivered: tuple[Undelivered, ...] = ()
    remainders: tuple[OpenRemainder, ...] = ()
    thanks: tuple[Thanks, ...] = ()
    corrections: tuple[Correction, ...] = ()
    foreseen: bool = False  # whether money dated later was known
    unsettled: tuple[Unsettled, ...] = ()
