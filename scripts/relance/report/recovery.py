"""What reminders recover, by step, channel, tone and profile; what became of late claims without
any."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

from relance.claims.claim import Claim
from relance.claims.history import Key, key
from relance.claims.on_day import OnDay
from relance.policy.settings import Policy
from relance.report.actions import ActionEffect, balance_on
from relance.report.delays import Delays, delays_of, settlements
from relance.report.period import Period
from relance.values.amounts import ratio, total

HORIZONS = (7, 15, 30)  # days


@dataclass(frozen=True, slots=True)
class Horizon:
    """What came in within `days` of actions that are at least so old: `paid` of `asked`, by
    `count` of them. Younger ones cannot tell yet and are left out."""

    days: int
    count: int
    asked: Decimal
    paid: Decimal

    @property
    def share(self) -> Decimal | None:
        """Paid / asked, from 0 to 1."""
        return ratio(self.paid, self.asked)


@dataclass(frozen=True, slots=True)
class Recovery:
    """What the actions of one sort brought: `count` of them (one per claim and day) asked for
    `asked`; `paid` came in before the next one; `median_days` from action to payment."""

    name: str
    count: int
    asked: Decimal
    paid: Decimal
    horizons: tuple[Horizon, ...]
    median_days: Decimal | None

    def within(self, days: int) -> Horizon:
        """The horizon of so many days."""
        return next(horizon for horizon in self.horizons if horizon.days == days)


@dataclass(frozen=True, slots=True)
class Recoveries:
    """The same actions sorted in four ways."""

    by_step: tuple[Recovery, ...]
    by_channel: tuple[Recovery, ...]
    by_tone: tuple[Recovery, ...]
    by_profile: tuple[Recovery, ...]


def recoveries(effects: Iterable[ActionEffect], policy: Policy, day: date) -> Recoveries:
    """What these actions brought until `day`; steps in the policy's order, then by name."""
    group = tuple(effects)
    steps = list(policy.steps)

    def place(name: str) -> tuple[int, str]:
        return (steps.index(name) if name in steps else len(steps), name)

    return Recoveries(
        by_step=tuple(
            sorted(_sorted(group, lambda e: e.action.step, day), key=lambda r: place(r.name))
        ),
        by_channel=_sorted(group, lambda e: e.action.channel, day),
        by_tone=_sorted(group, lambda e: e.action.tone, day),
        by_profile=_sorted(group, lambda e: e.action.profile, day),
    )


def _sorted(
    effects: Sequence[ActionEffect], sort: Callable[[ActionEffect], str], day: date
) -> tuple[Recovery, ...]:
    groups: dict[str, list[ActionEffect]] = defaultdict(list)
    for effect in effects:
        groups[sort(effect)].append(effect)
    return tuple(recovery(name, groups[name], day) for name in sorted(groups))


def recovery(name: str, effects: Sequence[ActionEffect], day: date) -> Recovery:
    """What a group of actions brought until `day`."""
    payments = [payment for effect in effects for payment in effect.payments]
    return Recovery(
        name=name,
        count=len(effects),
        asked=total(effect.action.asked for effect in effects),
        paid=total(amount for _, amount in payments),
        horizons=tuple(_horizon(effects, days, day) for days in HORIZONS),
        median_days=Decimal(median(after for after, _ in payments)) if payments else None,
    )


def _horizon(effects: Iterable[ActionEffect], days: int, day: date) -> Horizon:
    old = [effect for effect in effects if (day - effect.action.day).days >= days]
    asked = total(effect.action.asked for effect in old)
    return Horizon(days, len(old), asked, total(effect.within(days) for effect in old))


# ---------------------------------------------------------------- What it costs to do nothing


@dataclass(frozen=True, slots=True)
class LateClaims:
    """What became of late claims: `count` for `amount` (what was open when they became late);
    the settled ones with their delays, those `credited` (closed by credit notes, or given up),
    those still open for `still_open`."""

    count: int
    amount: Decimal
    settled: Delays
    credited: int
    open: int
    still_open: Decimal


@dataclass(frozen=True, slots=True)
class Inaction:
    """Late claims about which nothing was done before they were closed, against the others."""

    untouched: LateClaims
    reminded: LateClaims


def inaction(on: OnDay, currency: str, effects: Iterable[ActionEffect], period: Period) -> Inaction:
    """What became of the claims that fell due in the period and were late: open at the end of
    their due date beyond the tolerance, that day being over."""
    policy = on.policy
    first: dict[Key, date] = {}
    for effect in effects:
        action = effect.action
        first[action.claim] = min(first.get(action.claim, action.day), action.day)
    late = [claim for claim in on.claims_in(currency) if _late(claim, period, on.day, policy)]
    touched = [claim for claim in late if _reminded(claim, first, policy)]
    kept = {key(claim) for claim in touched}
    alone = [claim for claim in late if key(claim) not in kept]
    return Inaction(_fate(alone, policy), _fate(touched, policy))


def _late(claim: Claim, period: Period, day: date, policy: Policy) -> bool:
    if claim.due is None or claim.due not in period or not claim.late_on(day):
        return False
    return balance_on(claim, claim.due) > policy.tolerance_for(claim.currency)


def _reminded(claim: Claim, first: Mapping[Key, date], policy: Policy) -> bool:
    """Whether something was done about it before its last receipt, or at all while it is open."""
    done = first.get(key(claim))
    if done is None or claim.balance > policy.tolerance_for(claim.currency):
        return done is not None
    return done < max(receipt.date for receipt in claim.receipts)


def _fate(claims: Sequence[Claim], policy: Policy) -> LateClaims:
    settled = settlements(claims, policy)
    open_ = [c for c in claims if c.balance > policy.tolerance_for(c.currency)]
    return LateClaims(
        count=len(claims),
        amount=total(balance_on(claim, claim.due) for claim in claims if claim.due),
        settled=delays_of(settled),
        credited=len(claims) - len(settled) - len(open_),
        open=len(open_),
        still_open=total(claim.balance for claim in open_),
    )
