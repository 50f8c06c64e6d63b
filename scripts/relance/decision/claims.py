"""Claim by claim, then client by client: which step each takes today, or why it waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from relance.claims.claim import Claim
from relance.claims.on_day import OnDay
from relance.claims.payment_plans import PaymentPlan
from relance.decision.channels import Unreachable, resolve
from relance.decision.obstacles import Obstacle, Obstacles
from relance.decision.outcomes import Wait
from relance.decision.rules import ClaimSituation, RuleMatch, matching
from relance.decision.steps import Next, Steps
from relance.policy.settings import Step
from relance.text.locales import french_date, money
from relance.text.words import count
from relance.values.amounts import ZERO


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one claim: ready for its next step, or waiting because of `code`.

    `asked` is its share of an instalment, when it is ready for the reminder of that instalment.
    """

    claim: Claim
    next: Next | None
    match: RuleMatch | None = None
    code: str = ""
    reason: str = ""
    earliest: date | None = None
    asked: Decimal | None = None

    @property
    def ready(self) -> bool:
        """Whether the claim takes its step today."""
        return not self.code

    @property
    def step(self) -> Step:
        """The step of a claim that is ready."""
        assert self.next is not None and self.next.step is not None
        return self.next.step

    def wait(self, code: str, reason: str, earliest: date | None = None) -> Decision:
        """The same claim made to wait, unless it waits already."""
        if not self.ready:
            return self
        return replace(self, code=code, reason=reason, earliest=earliest)

    def as_wait(self) -> Wait:
        """The wait that the plan tells."""
        step = self.next.step if self.next else None
        return Wait(self.claim, self.code, self.reason, step.name if step else None, self.earliest)


@dataclass(frozen=True, slots=True)
class _Owed:
    """What is asked of several claims of one client in one currency."""

    total: Decimal = ZERO
    largest: Decimal = ZERO
    count: int = 0

    @classmethod
    def of(cls, amounts: Iterable[Decimal]) -> _Owed:
        """The sum of these amounts, the largest of them, their number."""
        all_ = tuple(amounts)
        return cls(sum(all_, ZERO), max(all_, default=ZERO), len(all_))

    def with_(self, amount: Decimal) -> _Owed:
        """The same and one more."""
        largest = max(self.largest, amount) if self.count else amount
        return _Owed(self.total + amount, largest, self.count + 1)


class ClaimDecisions:
    """Decides claim by claim, then client by client."""

    def __init__(self, on: OnDay) -> None:
        self._on = on
        self._policy = on.policy
        self._obstacles = Obstacles(on)
        self._steps = Steps(on)

    def decide(self, claims: Iterable[Claim]) -> list[Decision]:
        """One decision per claim, in the order of the claims."""
        groups: dict[tuple[str, str], list[Claim]] = defaultdict(list)
        for claim in claims:
            groups[claim.client.account, claim.currency].append(claim)
        return [decision for group in groups.values() for decision in self._client(group)]

    def _client(self, claims: Sequence[Claim]) -> list[Decision]:
        hindered = [(claim, self._obstacles.of(claim)) for claim in claims]
        late = [claim for claim, obstacle in hindered if obstacle is None and self._on.late(claim)]
        owed = _Owed.of(map(self.claimed, late))
        decisions = []
        for claim, obstacle in hindered:
            situation = self._situation(claim, owed)
            if obstacle is None:
                decisions.append(self._step(situation))
            else:
                decisions.append(self._hindered(situation, obstacle))
        return [self._spaced(decision) for decision in self._reminded(decisions)]

    def _hindered(self, situation: ClaimSituation, obstacle: Obstacle) -> Decision:
        match = matching(self._policy.rules, situation)
        step = self._expected(situation.claim, match)
        earliest = self._after(obstacle.until, step)
        return Decision(situation.claim, step, match, obstacle.code, obstacle.reason, earliest)

    def _situation(self, claim: Claim, late: _Owed) -> ClaimSituation:
        """What rules and thresholds look at: the client's late claims that nothing hinders. A
        claim that is not late yet counts as it will be once late, otherwise its reminder before
        the due date would freeze the track of small amounts."""
        owed = late if self._on.late(claim) else late.with_(self.claimed(claim))
        return ClaimSituation(
            claim=claim,
            total=owed.total,
            largest=owed.largest,
            late=owed.count,
            days=(self._on.day - claim.due).days if claim.due else 0,
            profile=self._on.profiles[claim.client.account].profile,
        )

    def claimed(self, claim: Claim) -> Decimal:
        """What can be asked of a claim: its balance less the disputed part."""
        return claim.balance - self._on.disputed(claim)

    def _step(self, situation: ClaimSituation) -> Decision:
        claim, exposure = situation.claim, situation.total
        match = matching(self._policy.rules, situation)
        following = self._steps.next(claim, match)
        if following.code:
            reason, code = following.reason, following.code
            return Decision(claim, following, match, code, reason, following.earliest)
        decision = Decision(claim, following, match)
        step, currency = decision.step, claim.currency
        threshold = step.threshold_for(currency)
        if threshold is not None and exposure < threshold:
            limit = money(threshold, currency)
            return decision.wait("seuil", f"{money(exposure, currency)} sous le seuil de {limit}")
        return self._reachable(decision)

    def _reachable(self, decision: Decision) -> Decision:
        client, step = decision.claim.client, decision.step
        if client.debtor is None and (step.interest or step.formal_notice):
            reason = f"type de débiteur inconnu : {step.name} change selon la loi"
            return decision.wait("type-manquant", f"{reason} ({client.source})")
        try:
            resolve(client, step, window=self._policy.page.window)
        except Unreachable as obstacle:
            return decision.wait(obstacle.code, f"{obstacle} ({client.source})")
        return decision

    def _reminded(self, decisions: Sequence[Decision]) -> list[Decision]:
        """Claims held by a running payment plan get a reminder of its next instalment, once.

        Such a reminder asks for the instalment alone, the oldest due claims first. It stands
        beside the track: no step of the claim is taken, opened or moved by it.
        """
        left: dict[PaymentPlan, Decimal] = {}
        decided = []
        for decision in decisions:
            reminder = self._reminder(decision, left)
            ready = reminder and self._spaced(reminder) is reminder
            decided.append(reminder if reminder and ready else decision)
        return decided

    def _reminder(self, decision: Decision, left: dict[PaymentPlan, Decimal]) -> Decision | None:
        """The claim ready for its share of the instalment; `left` is what of each instalment
        no claim before it took."""
        claim, plans = decision.claim, self._on.payment_plans
        state = plans.of(claim) if decision.code == "echeancier" else None
        if state is None or state.instalment is None or decision.next is None:
            return None
        due = state.instalment.due
        following = self._steps.reminder(decision.next.track, due)
        if following is None or claim.client.direct_debit:
            return None
        if any(self._said_already(covered, due) for covered in plans.covered(state.plan)):
            return None
        share = min(left.setdefault(state.plan, state.missing), self.claimed(claim))
        left[state.plan] -= share
        ready = Decision(claim, following, decision.match, asked=share)
        return self._reachable(ready) if share else None

    def _said_already(self, claim: Claim, due: date) -> bool:
        """Whether a letter announced the instalment, or one on a branch speaks of the claim: the
        share of the others would change with it."""
        return self._on.history.announced(claim, due) or bool(
            claim.balance > 0 and self._obstacles.unwritable(claim)
        )

    def _expected(self, claim: Claim, match: RuleMatch | None) -> Next | None:
        """The step that would follow without the obstacle, for what comes next."""
        if claim.due is None or claim.invoice is None:
            return None
        return self._steps.next(claim, match)

    def _after(self, until: date | None, following: Next | None) -> date | None:
        if until is None or following is None or following.earliest is None:
            return None
        return self._policy.workdays.on_or_after(max(until + timedelta(1), following.earliest))

    def _spaced(self, decision: Decision) -> Decision:
        """The gap between two runs that write to one client, reminders before due apart."""
        if not decision.ready:
            return decision
        before_due = decision.step.before_due
        last = self._on.history.last_run(decision.claim.client.account, before_due=before_due)
        if last is None:
            return decision
        earliest = self._policy.workdays.on_or_after(last + timedelta(self._policy.client_gap))
        if earliest <= self._on.day:
            return decision
        reason = f"dernier courrier à ce client le {french_date(last)}"
        return decision.wait(
            "ecart-client",
            f"{reason} (écart de {count(self._policy.client_gap, 'jour')})",
            earliest,
        )
