"""How each client pays, from its own past: how likely a claim is to come in week after week.

The past of a claim that has waited so many days since its due date (fewer than none before it)
are the claims that were still open after as many days, and of which it is known what became of
them in the thirteen weeks that followed, those never paid included: a habit read from paid
claims alone would promise too much.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from relance.claims.claim import Claim
from relance.policy.settings import Policy
from relance.report.delays import closed_on
from relance.values.amounts import ZERO
from relance.values.dates import months_after

WEEKS = 13
MONTHS = 24  # how far back due dates count
FEWEST = 5  # claims from which a client has a habit of its own, and the house one at all
NEVER = 10**6  # days after the due date, of a claim still open or given up


@dataclass(frozen=True, slots=True)
class Precedent:
    """A claim of the past: its due date, and the days after it of its last payment."""

    account: str
    due: dt.date
    days: int


@dataclass(frozen=True, slots=True)
class Chances:
    """How likely a claim is to be paid by the end of each of the thirteen weeks, from 0 to 1:
    the share of `count` precedents that were. `owner` is the account whose precedents they
    are, nothing for the whole house. `doubt` is √(p (1 - p) / n) of each share p: how wrong it may
    be, n precedents being all that is known; nothing of what is certain."""

    count: int
    by_week: tuple[Decimal, ...]
    owner: str = ""
    doubt: tuple[Decimal, ...] = ()


@cache
def _share(paid: int, count: int) -> tuple[Decimal, Decimal]:
    """A share and its doubt: precedents are few, so that the same come again and again."""
    p = Decimal(paid) / count
    return p, (p * (1 - p) / count).sqrt() if 0 < p < 1 else ZERO


def precedents(claims: Sequence[Claim], policy: Policy, day: dt.date) -> tuple[Precedent, ...]:
    """The claims of one currency that fell due in the last 24 months, those closed by credit
    notes alone left out."""
    since = months_after(day, -MONTHS)
    past = []
    for claim in claims:
        if claim.due is None or claim.due <= since:
            continue
        if last := closed_on(claim, policy):
            past.append(Precedent(claim.client.account, claim.due, (last - claim.due).days))
        elif claim.due <= day and claim.unpaid > policy.tolerance_for(claim.currency):
            past.append(Precedent(claim.client.account, claim.due, NEVER))
    return tuple(past)


class Habits:
    """The chances of one currency's claims as known on `day`."""

    def __init__(self, past: Iterable[Precedent], day: dt.date) -> None:
        self._day = day
        self._all = tuple(past)
        self._own: dict[str, list[Precedent]] = defaultdict(list)
        for precedent in self._all:
            self._own[precedent.account].append(precedent)

    def chances(self, claims: Iterable[Claim]) -> list[tuple[Claim, Chances | None]]:
        """Each claim with its chances: by its client's own precedents, by those of the whole
        house when the client has fewer than five, None when the house has fewer too, or
        without a due date."""
        waits: dict[str, set[int]] = defaultdict(set)
        dated = [(claim, (self._day - claim.due).days) for claim in claims if claim.due]
        for claim, waited in dated:
            waits[claim.client.account].add(waited)
        by_account = {
            account: chances_after(self._own.get(account, ()), wanted, self._day, account)
            for account, wanted in waits.items()
        }
        habits = [by_account[claim.client.account][waited] for claim, waited in dated]
        without = {
            wait for (_, wait), habit in zip(dated, habits, strict=True) if habit.count < FEWEST
        }
        house = chances_after(self._all, without, self._day)
        likely: list[tuple[Claim, Chances | None]] = [(c, None) for c in claims if c.due is None]
        for (claim, waited), habit in zip(dated, habits, strict=True):
            chances = habit if habit.count >= FEWEST else house[waited]
            likely.append((claim, chances if chances.count >= FEWEST else None))
        return likely


def chances_after(
    past: Iterable[Precedent], waits: Iterable[int], day: dt.date, owner: str = ""
) -> dict[int, Chances]:
    """The chances of claims that have waited so many days, by this wait; `owner` is the account
    of all these precedents.

    The longer the wait, the fewer precedents: they are added as the wait gets shorter, each
    when it was still open by then and thirteen weeks have passed since.
    """
    # Each precedent with the longest wait of which it tells: it was open the day before it was
    # paid, and what became of it is known when thirteen weeks have passed.
    longest = sorted((min((day - p.due).days - 7 * WEEKS, p.days - 1), p.days) for p in past)
    days_paid: list[int] = []
    chances: dict[int, Chances] = {}
    for waited in sorted(waits, reverse=True):
        while longest and longest[-1][0] >= waited:
            insort(days_paid, longest.pop()[1])
        chances[waited] = _chances(days_paid, waited, owner)
    return chances


def _chances(days_paid: Sequence[int], waited: int, owner: str) -> Chances:
    count = len(days_paid)
    if count < FEWEST:
        return Chances(count, (), owner)
    paid = (bisect_right(days_paid, waited + 7 * week) for week in range(1, WEEKS + 1))
    by_week, doubt = zip(*(_share(number, count) for number in paid), strict=True)
    return Chances(count, by_week, owner, doubt)
