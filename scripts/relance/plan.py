"""The decision: every open claim at a date gets a letter or a wait with its reason. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from relance.channels import Unreachable, resolve
from relance.claims import Claim, Overpayment, Receivables, receivables
from relance.decision import Letter, Line, Plan, Wait
from relance.followup import FollowUp, missing_copies
from relance.handover import handovers
from relance.history import History
from relance.insolvency import forbidden_payments, to_declare
from relance.model import ZERO, Books, Client, IssuedLetter, PendingLetter, Profile
from relance.obstacles import Obstacle, Obstacles
from relance.payment_plans import PaymentPlan, Standing, discrepancies, in_words
from relance.policy import Grouping, Policy, Step
from relance.pricing import Pricing
from relance.problem import Problem, Source
from relance.profile import ClientProfile, client_profiles
from relance.promises import Promises
from relance.rules import Match, Situation, matching, tone_of
from relance.steps import Next, Steps
from relance.typography import french_date, money

# A late claim that waits for one of these reasons is still shown to the client for information.
_SHOWN = frozenset({"apres", "ecart", "sous", "seuil"})
# A claim that waits for this one goes with its client's file.
_TO_HAND_OVER = "contentieux"


@dataclass(frozen=True, slots=True)
class Case:
    """What a plan is made of: a policy, the books, what is open by them."""

    policy: Policy
    books: Books
    ledger: Receivables


def make_plan(
    policy: Policy, books: Books, day: date, pending: Sequence[PendingLetter] = ()
) -> Plan:
    """Decide for every open claim of the books at `day`; `pending` are letters on branches that
    nobody merged yet. The same arguments always give the same plan."""
    return plan_of(Case(policy, books, receivables(books, policy.terms, day)), day, pending)


def plan_of(case: Case, day: date, pending: Sequence[PendingLetter] = ()) -> Plan:
    """The same, what is open at `day` being known already."""
    policy, books, ledger = case.policy, case.books, case.ledger
    history = History(books.letters, pending, policy, day)
    obstacles = Obstacles(ledger.claims, books.notes, policy, day)
    promises = Promises(ledger.claims, books.notes, policy, day)
    profiles = client_profiles(books, ledger.claims, promises, policy)
    desk = _Desk(policy, history, obstacles, profiles)
    decisions = desk.decide(c for c in ledger.claims if c.balance > 0 or c.unallocated > 0)
    if stale := _stale_bank(policy, books, day):
        decisions = [decision.wait("banque-ancienne", stale) for decision in decisions]
    pricing = Pricing(policy, history, obstacles, day)
    letters = _Writer(desk, pricing).letters(decisions)
    letters = FollowUp(books, history, promises, profiles).completed(letters)
    warnings = (
        *books.warnings,
        *ledger.warnings,
        *_overpaid(ledger.overpayments),
        *_unknown(letters),
        *missing_copies(letters, books.documents),
        *forbidden_payments(ledger.claims, books, day),
        *discrepancies(books, obstacles.payment_plans.in_force(), policy.terms),
    )
    over = [(d.claim, desk.claimed(d.claim)) for d in decisions if d.code == _TO_HAND_OVER]
    return Plan(
        date=day,
        letters=_numbered(letters, day, [*books.letters, *(p.letter for p in pending)]),
        waits=tuple(decision.as_wait() for decision in decisions if not decision.ready),
        warnings=tuple(dict.fromkeys(warnings)),
        profiles=profiles,
        declarations=to_declare(ledger.claims, books, day),
        handovers=handovers(over, pricing.cost, books, day),
        disputes=obstacles.disputes(),
    )


@dataclass(frozen=True, slots=True)
class _Decision:
    """What becomes of one claim: ready for its next step, or waiting because of `code`.

    `asked` is its share of an instalment, when it is ready for the reminder of that instalment.
    """

    claim: Claim
    next: Next | None
    match: Match | None = None
    code: str = ""
    reason: str = ""
    earliest: date | None = None
    asked: Decimal | None = None

    @property
    def ready(self) -> bool:
        return not self.code

    @property
    def step(self) -> Step:
        assert self.next is not None and self.next.step is not None
        return self.next.step

    def wait(self, code: str, reason: str, earliest: date | None = None) -> _Decision:
        """The same claim made to wait, unless it waits already."""
        if not self.ready:
            return self
        return replace(self, code=code, reason=reason, earliest=earliest)

    def as_wait(self) -> Wait:
        step = self.next.step if self.next else None
        return Wait(self.claim, self.code, self.reason, step.name if step else None, self.earliest)


# ---------------------------------------------------------------- Claim by claim


class _Desk:
    """Decides claim by claim, then client by client."""

    def __init__(
        self,
        policy: Policy,
        history: History,
        obstacles: Obstacles,
        profiles: Mapping[str, ClientProfile],
    ) -> None:
        self.policy = policy
        self.history = history
        self.obstacles = obstacles
        self.day = history.day
        self._profiles = profiles
        self._steps = Steps(policy, history, self.day)

    def decide(self, claims: Iterable[Claim]) -> list[_Decision]:
        """One decision per claim, in the order of the claims."""
        groups: dict[tuple[str, str], list[Claim]] = defaultdict(list)
        for claim in claims:
            groups[claim.client.account, claim.currency].append(claim)
        return [decision for group in groups.values() for decision in self._client(group)]

    def _client(self, claims: Sequence[Claim]) -> list[_Decision]:
        hindered = [(claim, self.obstacles.of(claim, self.history)) for claim in claims]
        late = [claim for claim, obstacle in hindered if obstacle is None and self._late(claim)]
        decisions = []
        for claim, obstacle in hindered:
            situation = self._situation(claim, late)
            if obstacle is None:
                decisions.append(self._step(situation))
            else:
                decisions.append(self._hindered(situation, obstacle))
        return [self._spaced(decision) for decision in self._reminded(decisions)]

    def _hindered(self, situation: Situation, obstacle: Obstacle) -> _Decision:
        match = matching(self.policy.rules, situation)
        step = self._expected(situation.claim, match)
        earliest = self._after(obstacle.until, step)
        return _Decision(situation.claim, step, match, obstacle.code, obstacle.reason, earliest)

    def _situation(self, claim: Claim, late: Sequence[Claim]) -> Situation:
        """What rules and thresholds look at: the client's late claims that nothing hinders. A
        claim that is not late yet counts as it will be once late, otherwise its reminder before
        the due date would freeze the track of small amounts."""
        counted = [*late, *([] if self._late(claim) else [claim])]
        claimed = [self.claimed(each) for each in counted]
        return Situation(
            claim=claim,
            total=sum(claimed, ZERO),
            largest=max(claimed, default=ZERO),
            late=len(counted),
            days=(self.day - claim.due).days if claim.due else 0,
            profile=self.profile(claim.client),
        )

    def profile(self, client: Client) -> Profile:
        """What kind of payer the client is."""
        return self._profiles[client.account].profile

    def claimed(self, claim: Claim) -> Decimal:
        """What can be asked of a claim: its balance less the disputed part."""
        return claim.balance - self.obstacles.disputed(claim)

    def _late(self, claim: Claim) -> bool:
        return claim.due is not None and claim.due < self.day

    def _step(self, situation: Situation) -> _Decision:
        claim, exposure = situation.claim, situation.total
        match = matching(self.policy.rules, situation)
        following = self._steps.next(claim, match)
        if following.code:
            reason, code = following.reason, following.code
            return _Decision(claim, following, match, code, reason, following.earliest)
        decision = _Decision(claim, following, match)
        step, currency = decision.step, claim.currency
        threshold = step.threshold_for(currency)
        if threshold is not None and exposure < threshold:
            limit = money(threshold, currency)
            return decision.wait("seuil", f"{money(exposure, currency)} sous le seuil de {limit}")
        return self._reachable(decision)

    def _reachable(self, decision: _Decision) -> _Decision:
        client, step = decision.claim.client, decision.step
        if client.debtor is None and (step.interest or step.formal_notice):
            reason = f"type de débiteur inconnu : {step.name} change selon la loi"
            return decision.wait("type-manquant", f"{reason} ({client.source})")
        try:
            resolve(client, step)
        except Unreachable as obstacle:
            return decision.wait(obstacle.code, f"{obstacle} ({client.source})")
        return decision

    def _reminded(self, decisions: Sequence[_Decision]) -> list[_Decision]:
        """Claims held by a running payment plan get a reminder of its next instalment, once.

        Such a reminder asks for the instalment alone, the oldest due claims first. It stands
        beside the track: no step of the claim is taken, opened or moved by it.
        """
        left: dict[PaymentPlan, Decimal] = {}
        found = []
        for decision in decisions:
            reminder = self._reminder(decision, left)
            ready = reminder and self._spaced(reminder) is reminder
            found.append(reminder if reminder and ready else decision)
        return found

    def _reminder(self, decision: _Decision, left: dict[PaymentPlan, Decimal]) -> _Decision | None:
        """The claim ready for its share of the instalment; `left` is what of each instalment
        no claim before it took."""
        claim, plans = decision.claim, self.obstacles.payment_plans
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
        ready = _Decision(claim, following, decision.match, asked=share)
        return self._reachable(ready) if share else None

    def _said_already(self, claim: Claim, due: date) -> bool:
        """Whether a letter announced the instalment, or one on a branch speaks of the claim: the
        share of the others would change with it."""
        return self.history.announced(claim, due) or bool(
            claim.balance > 0 and self.obstacles.unwritable(claim, self.history)
        )

    def _expected(self, claim: Claim, match: Match | None) -> Next | None:
        """The step that would follow without the obstacle, for what comes next."""
        if claim.due is None or claim.invoice is None:
            return None
        return self._steps.next(claim, match)

    def _after(self, until: date | None, following: Next | None) -> date | None:
        if until is None or following is None or following.earliest is None:
            return None
        return self.policy.workdays.on_or_after(max(until + timedelta(1), following.earliest))

    def _spaced(self, decision: _Decision) -> _Decision:
        """The gap between two runs that write to one client, reminders before due apart."""
        if not decision.ready:
            return decision
        before_due = decision.step.before_due
        last = self.history.last_run(decision.claim.client.account, before_due=before_due)
        if last is None:
            return decision
        earliest = self.policy.workdays.on_or_after(last + timedelta(self.policy.client_gap))
        if earliest <= self.day:
            return decision
        reason = f"dernier courrier à ce client le {french_date(last)}"
        return decision.wait(
            "ecart-client", f"{reason} (écart de {self.policy.client_gap} jours)", earliest
        )


def _stale_bank(policy: Policy, books: Books, day: date) -> str:
    """Why every letter waits when no bank entry is recent enough, else nothing."""
    bank = policy.ledger.bank
    if bank is None:
        return ""
    latest = max((seen for seen in books.bank_dates if seen <= day), default=None)
    if latest is not None and latest >= day - timedelta(bank.freshness):
        return ""
    seen = f"du {french_date(latest)}" if latest else "absente"
    return f"dernière écriture de banque {seen} : saisissez les relevés avant de relancer"


# ---------------------------------------------------------------- Letter by letter


class _Writer:
    """Gathers ready claims into letters (design §6.7)."""

    def __init__(self, desk: _Desk, pricing: Pricing) -> None:
        self._desk = desk
        self._pricing = pricing

    def letters(self, decisions: Sequence[_Decision]) -> list[Letter]:
        """The letters of the day without their numbers, by account."""
        groups: dict[tuple[str, str, bool, str, str], list[_Decision]] = defaultdict(list)
        for decision in decisions:
            if decision.ready:
                groups[self._group(decision)].append(decision)
        return [
            self._letter(ready, self._shown(ready[0], decisions))
            for _, group in sorted(groups.items(), key=lambda item: item[0])
            for ready in self._apart(group)
        ]

    def _apart(self, group: Sequence[_Decision]) -> Iterator[Sequence[_Decision]]:
        """A formal notice is a letter in its own form: higher steps that are none go apart."""
        order = self._desk.policy.step_order
        notices = [order(d.step.name) for d in group if d.step.formal_notice]
        if not notices:
            yield group
            return
        yield [d for d in group if order(d.step.name) <= max(notices)]
        if above := [d for d in group if order(d.step.name) > max(notices)]:
            yield above

    def _group(self, decision: _Decision) -> tuple[str, str, bool, str, str]:
        claim = decision.claim
        alone = self._desk.policy.grouping is Grouping.INVOICE
        invoice = claim.invoice or "" if alone else ""
        plan = self._desk.obstacles.payment_plans.of(claim) if decision.asked else None
        instalment = f"{plan.plan.agreed} {plan.plan.invoices}" if plan else ""
        return (claim.client.account, claim.currency, decision.step.before_due, invoice, instalment)

    def _shown(self, ready: _Decision, decisions: Sequence[_Decision]) -> list[_Decision]:
        """The client's other late claims, listed for information."""
        if ready.step.before_due or self._desk.policy.grouping is Grouping.INVOICE:
            return []
        where = (ready.claim.client.account, ready.claim.currency)
        return [
            d
            for d in decisions
            if d.code in _SHOWN
            and (d.claim.client.account, d.claim.currency) == where
            and d.claim.due is not None
            and d.claim.due < self._desk.day
        ]

    def _letter(
        self,
        ready: Sequence[_Decision],
        shown: Sequence[_Decision],
    ) -> Letter:
        policy, client, day = self._desk.policy, ready[0].claim.client, self._desk.day
        step = max((d.step for d in ready), key=lambda s: policy.step_order(s.name))
        lines = [self._line(d, step) for d in ready]
        lines.sort(key=lambda line: not line.demanded)
        leading = next(d for d in ready if d.step is step)
        extra = [c for d in ready if d.match for c in d.match.rule.extra or ()]
        route = resolve(client, step, extra)
        days_given = step.days_given(client.debtor)
        dated = days_given is not None and not step.formal_notice
        deadline = policy.workdays.on_or_after(day + timedelta(days_given or 0)) if dated else None
        highest = max(lines, key=lambda line: line.rank)
        return Letter(
            id="",
            date=day,
            client=client,
            currency=ready[0].claim.currency,
            step=step,
            rank=highest.rank,
            track=leading.next.track if leading.next else "",
            channels=route.channels,
            lines=(*map(self._pricing.price, lines), *map(self._information, shown)),
            days_given=days_given,
            deadline=deadline,
            remarks=route.remarks,
            tone=tone_of(leading.match, step, self._desk.profile(client)),
        )

    def _line(self, decision: _Decision, step: Step) -> Line:
        claim = decision.claim
        assert decision.next is not None and claim.due is not None
        before = sum(past.citation.rank > 0 for past in self._desk.history.of(claim))
        own = decision.step
        plan = self._desk.obstacles.payment_plans.of(claim)
        because = decision.next.reason
        if plan and plan.standing is Standing.BROKEN:
            because = f"{because} ; {in_words(plan)}"
        return Line(
            claim=claim,
            step=own,
            rank=0 if own.before_due else before + 1,
            track=decision.next.track,
            days_late=max((self._desk.day - claim.due).days, 0),
            demanded=own.formal_notice or not step.formal_notice,
            disputed=self._desk.obstacles.disputed(claim),
            because=because,
            rule=str(decision.match or ""),
            plan=plan,
            asked=decision.asked,
        )

    def _information(self, decision: _Decision) -> Line:
        claim = decision.claim
        assert claim.due is not None
        late = (self._desk.day - claim.due).days
        disputed = self._desk.obstacles.disputed(claim)
        return Line(claim, None, 0, "", late, demanded=False, disputed=disputed)


def _numbered(
    letters: Sequence[Letter], day: date, issued: Iterable[IssuedLetter]
) -> tuple[Letter, ...]:
    """Letter ids go on after the highest of that date, in the register and on branches."""
    prefix = f"R{day:%Y%m%d}-"
    taken = [issue.id.removeprefix(prefix) for issue in issued if issue.id.startswith(prefix)]
    last = max(map(int, taken), default=0)
    return tuple(
        replace(letter, id=f"{prefix}{n:02d}") for n, letter in enumerate(letters, last + 1)
    )


# ---------------------------------------------------------------- What is said besides


def _overpaid(overpayments: Iterable[Overpayment]) -> list[Problem]:
    return [
        Problem(
            over.client.source,
            f"trop-perçu de {money(over.amount, over.currency)} : {over.client.label}",
            "à rembourser, ou à affecter à une facture",
        )
        for over in overpayments
    ]


def _unknown(letters: Iterable[Letter]) -> list[Problem]:
    """Half-years without a published rate: interest stops at the last known day."""
    days = {
        line.interest.unknown_from
        for letter in letters
        for line in letter.lines
        if line.interest and line.interest.unknown_from
    }
    return [
        Problem(
            Source("relance.yaml"),
            f"taux inconnu à partir du {french_date(day)} : les pénalités s'arrêtent la veille",
            f'donnez-le dès sa publication : penalites: {{bce: {{{day}: "…"}}}}',
        )
        for day in sorted(days)
    ]
