"""From ready claims to letters: who gets one, what it demands, what it only shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from relance.claims.on_day import OnDay
from relance.claims.payment_plans import Standing, in_words
from relance.decision.channels import resolve
from relance.decision.claims import Decision
from relance.decision.outcomes import Letter, Line
from relance.decision.rules import tone_of
from relance.policy.settings import Grouping, Step

# A late claim that waits for one of these reasons is still shown to the client for information.
_SHOWN = frozenset({"apres", "ecart", "sous", "seuil"})


class Gatherer:
    """Gathers ready claims into letters (rules 6.17 to 6.20)."""

    def __init__(self, on: OnDay) -> None:
        self._on = on

    def letters(self, decisions: Sequence[Decision]) -> list[Letter]:
        """The letters of the day without their numbers and prices, by account."""
        groups: dict[tuple[str, str, bool, str, str], list[Decision]] = defaultdict(list)
        late: dict[tuple[str, str], list[Decision]] = defaultdict(list)
        for decision in decisions:
            if decision.ready:
                groups[self._group(decision)].append(decision)
            elif self._late_for_now(decision):
                late[_account(decision)].append(decision)
        return [
            self._letter(ready, self._shown(ready[0], late))
            for _, group in sorted(groups.items(), key=lambda item: item[0])
            for ready in self._apart(group)
        ]

    def _apart(self, group: Sequence[Decision]) -> Iterator[Sequence[Decision]]:
        """A formal notice is a letter in its own form: higher steps that are none go apart."""
        order = self._on.policy.step_order
        notices = [order(d.step.name) for d in group if d.step.formal_notice]
        if not notices:
            yield group
            return
        yield [d for d in group if order(d.step.name) <= max(notices)]
        if above := [d for d in group if order(d.step.name) > max(notices)]:
            yield above

    def _group(self, decision: Decision) -> tuple[str, str, bool, str, str]:
        claim = decision.claim
        alone = self._on.policy.grouping is Grouping.INVOICE
        invoice = claim.invoice or "" if alone else ""
        plan = self._on.payment_plans.of(claim) if decision.asked else None
        instalment = f"{plan.plan.agreed} {plan.plan.invoices}" if plan else ""
        return (claim.client.account, claim.currency, decision.step.before_due, invoice, instalment)

    def _late_for_now(self, decision: Decision) -> bool:
        return decision.code in _SHOWN and self._on.late(decision.claim)

    def _shown(
        self, ready: Decision, late: Mapping[tuple[str, str], Sequence[Decision]]
    ) -> Sequence[Decision]:
        """The client's other late claims, listed for information."""
        if ready.step.before_due or self._on.policy.grouping is Grouping.INVOICE:
            return ()
        return late.get(_account(ready), ())

    def _letter(
        self,
        ready: Sequence[Decision],
        shown: Sequence[Decision],
    ) -> Letter:
        policy, client, day = self._on.policy, ready[0].claim.client, self._on.day
        step = max((d.step for d in ready), key=lambda s: policy.step_order(s.name))
        lines = [self._line(d, step) for d in ready]
        lines.sort(key=lambda line: not line.demanded)
        leading = next(d for d in ready if d.step is step)
        extra = [c for d in ready if d.match for c in d.match.rule.extra or ()]
        route = resolve(client, step, extra, policy.page.window)
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
            lines=(*lines, *map(self._information, shown)),
            days_given=days_given,
            deadline=deadline,
            remarks=route.remarks,
            tone=tone_of(leading.match, step, self._on.profiles[client.account].profile),
            notice_follows=self._notice_follows(leading, step),
        )

    def _notice_follows(self, leading: Decision, step: Step) -> bool:
        """Whether a formal notice ranks after the step in the track: no other is announced."""
        policy, order = self._on.policy, self._on.policy.step_order
        track = policy.tracks[leading.next.track] if leading.next else ()
        later = (name for name in track if order(name) > order(step.name))
        return any(policy.steps[name].formal_notice for name in later)

    def _line(self, decision: Decision, step: Step) -> Line:
        claim = decision.claim
        assert decision.next is not None and claim.due is not None
        history = self._on.history
        reminders = [past.letter for past in history.of(claim) if past.citation.rank > 0]
        claim_step = decision.step
        plan = self._on.payment_plans.of(claim)
        because = decision.next.reason
        if plan and plan.standing is Standing.BROKEN:
            because = f"{because} ; {in_words(plan)}"
        return Line(
            claim=claim,
            step=claim_step,
            rank=0 if claim_step.before_due else len(reminders) + 1,
            track=decision.next.track,
            days_late=max((self._on.day - claim.due).days, 0),
            demanded=claim_step.formal_notice or not step.formal_notice,
            disputed=self._on.disputed(claim),
            because=because,
            rule=str(decision.match or ""),
            plan=plan,
            asked=decision.asked,
            sent_before=sum(map(history.left, reminders)),
            made_available=self._on.notes.made_available(claim),
        )

    def _information(self, decision: Decision) -> Line:
        claim = decision.claim
        assert claim.due is not None
        late = (self._on.day - claim.due).days
        return Line(
            claim,
            None,
            0,
            "",
            late,
            demanded=False,
            disputed=self._on.disputed(claim),
            made_available=self._on.notes.made_available(claim),
        )


def _account(decision: Decision) -> tuple[str, str]:
    return (decision.claim.client.account, decision.claim.currency)
