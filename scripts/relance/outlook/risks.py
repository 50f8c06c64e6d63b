"""Who might not pay in time: exposure, weighted delay, trend, and what could be done.

Suggestions only: nothing here changes a plan.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from relance.claims.claim import Claim
from relance.claims.on_day import OnDay
from relance.text.words import count
from relance.values.amounts import ZERO
from relance.values.dates import months_after
from relance.values.facts import Client
from relance.values.kinds import DebtorType

MONTHS = 6  # the trend: the last six against the six before
# Days of weighted delay from which each is suggested, and by which a trend is one.
DEPOSIT, SHORTER, CALL, TREND = 30, 15, 5, 5


@dataclass(frozen=True, slots=True)
class Risk:
    """One client in one currency: what is open and how much of it is late; days late weighted
    by amounts over 12 months, over the last 6 and over the 6 before (None: nothing to weigh);
    what to suggest, and why."""

    client: Client
    currency: str
    exposure: Decimal
    late: Decimal
    delay: int | None
    recent: int | None
    before: int | None
    suggestions: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def trend(self) -> str:
        """« hausse », « baisse » or « stable »; nothing while one of the halves is empty."""
        if self.recent is None or self.before is None:
            return ""
        change = self.recent - self.before
        if abs(change) < TREND:
            return "stable"
        return "hausse" if change > 0 else "baisse"


def risks(on: OnDay) -> tuple[Risk, ...]:
    """The clients that owe something at a date, the greatest exposure of each currency first."""
    groups: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in on.claims:
        groups[claim.client.account, claim.currency].append(claim)
    at_risk = [
        _risk(claims, on.day, insolvent=account in on.proceedings)
        for (account, _), claims in groups.items()
        if any(claim.balance > 0 for claim in claims)
    ]
    return tuple(sorted(at_risk, key=lambda r: (r.currency, -r.exposure, r.client.account)))


def _risk(claims: Sequence[Claim], day: dt.date, *, insolvent: bool) -> Risk:
    half, year = months_after(day, -MONTHS), months_after(day, -2 * MONTHS)
    late = sum((c.balance for c in claims if c.late_on(day)), ZERO)
    exposure = sum((c.balance for c in claims), ZERO)
    delay = weighted_delay(claims, year, day)
    recent, before = weighted_delay(claims, half, day), weighted_delay(claims, year, half)
    risk = Risk(claims[0].client, claims[0].currency, exposure, late, delay, recent, before)
    return replace(
        risk,
        suggestions=tuple(_suggestions(risk, insolvent=insolvent)),
        reasons=tuple(_reasons(risk, insolvent=insolvent)),
    )


def weighted_delay(claims: Iterable[Claim], after: dt.date, until: dt.date) -> int | None:
    """Days late weighted by amounts, half-up, from the day after `after` to `until`.

    Each payment of these days weighs its amount, by the days it came after the due date (none
    when in time); what was late and unpaid at the end weighs its balance, by its days late
    then. Credit notes are no payments. None when nothing weighs.
    """
    amount = weight = ZERO
    for claim in claims:
        if claim.due is None:
            continue
        for paid, days in _parts(claim, claim.due, after, until):
            amount += paid
            weight += paid * days
    return int((weight / amount).quantize(Decimal(1), ROUND_HALF_UP)) if amount else None


def _parts(
    claim: Claim, due: dt.date, after: dt.date, until: dt.date
) -> Iterable[tuple[Decimal, int]]:
    for receipt in claim.receipts:
        if after < receipt.date <= until and receipt.is_payment:
            yield receipt.amount, max((receipt.date - due).days, 0)
    unpaid = claim.amount - sum((r.amount for r in claim.receipts if r.date <= until), ZERO)
    if due < until and unpaid > 0:
        yield unpaid, (until - due).days


def _suggestions(risk: Risk, *, insolvent: bool) -> Iterable[str]:
    """What a careful seller would think of. A public body pays neither before nor sooner than
    its rules say; nothing is suggested about a client that is never reminded."""
    if risk.client.excluded:
        return
    delay = risk.delay or 0
    if risk.client.debtor is not DebtorType.PUBLIC:
        if insolvent or delay >= DEPOSIT:
            yield "acompte à la commande"
        if delay >= SHORTER or risk.trend == "hausse":
            yield "délai plus court"
    if risk.exposure > risk.late and delay >= CALL:
        yield "un appel avant l'échéance"


def _reasons(risk: Risk, *, insolvent: bool) -> Iterable[str]:
    if insolvent:
        yield "procédure collective"
    if risk.delay:
        yield f"{count(risk.delay, 'jour')} de retard moyen"
    if risk.trend == "hausse":
        yield f"en hausse de {count((risk.recent or 0) - (risk.before or 0), 'jour')}"
