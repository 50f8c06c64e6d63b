"""Penalties that a formal notice demanded and the payment of its invoice left open: a decision
to take (rule 7.19), told before the letters."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from relance.claims.claim import Claim
from relance.claims.on_day import OnDay
from relance.claims.penalty_account import PenaltyAccount
from relance.decision.obstacles import Obstacles
from relance.text.locales import french_date
from relance.values.issued import IssuedLetter
from relance.values.kinds import Channel, RemainderRule


@dataclass(frozen=True, slots=True)
class OpenRemainder:
    """What a paid invoice left of the penalties that a formal notice demanded, and what becomes
    of it, as a code and in words: `reliquat` is to be decided, `reliquat-demande` was asked by
    `letter`, any other code makes its letter wait, until `earliest` when that is known; without
    a code it is in a letter of the day."""

    account: PenaltyAccount
    code: str = ""
    reason: str = ""
    earliest: date | None = None
    letter: IssuedLetter | None = None

    @property
    def claim(self) -> Claim:
        """The claim that stands for the invoice."""
        return self.account.claims[0]

    @property
    def ready(self) -> bool:
        """Whether a letter may ask it today."""
        return not self.code

    @property
    def command(self) -> str:
        """What to type to give it up."""
        return f"relance noter --abandon-penalites {shlex.quote(self.account.invoice)}"

    def held(self, code: str, reason: str, earliest: date | None = None) -> OpenRemainder:
        """The same that waits, unless it does already."""
        if not self.ready:
            return self
        return OpenRemainder(self.account, code, reason, earliest, self.letter)


def open_remainders(on: OnDay) -> tuple[OpenRemainder, ...]:
    """Every one, the first paid first, those up to the threshold left out."""
    judge, is_notice = _Judge(on), on.history.is_notice
    noticed = {x.account for x in on.letters if any(map(is_notice, x.citations))}
    clients = (client for client in noticed if any(_paid(x, on) for x in on.claims_of(client)))
    accounts = (account for client in clients for account in on.penalties.followed(client))
    remainders = [judge.judged(account) for account in accounts if _is_open(account, on)]
    return tuple(sorted(remainders, key=_order))


def _order(remainder: OpenRemainder) -> tuple[date, str, str]:
    account = remainder.account
    return (account.settled_on or date.max, account.client.account, account.invoice)


def _paid(claim: Claim, on: OnDay) -> bool:
    """Whether its invoice is paid, a notice having demanded it: no other leaves any remainder."""
    sold = (other for other in on.instalments(claim) if other.due and not other.penalty)
    return bool(on.history.notices(claim)) and all(other.balance <= 0 for other in sold)


def _is_open(account: PenaltyAccount, on: OnDay) -> bool:
    """Whether a notice demanded what the paid invoice left; debts that insolvency stopped are
    demanded no more (C. com. L622-21), those of clients left out are nobody's business."""
    if account.settled_on is None or account.notice is None or account.client.excluded:
        return False
    floor = on.policy.remainder_floor(account.currency)
    return account.left.total > floor and not on.stopped(account.claims[0])


class _Judge:
    """Says what becomes of what is left, by the policy and the books of a day."""

    def __init__(self, on: OnDay) -> None:
        self._on = on
        self._obstacles = Obstacles(on)
        self._step = on.policy.remainder_step

    def judged(self, account: PenaltyAccount) -> OpenRemainder:
        """The remainder with what becomes of it."""
        return next(self._reasons(account), OpenRemainder(account))

    def _reasons(self, account: PenaltyAccount) -> Iterator[OpenRemainder]:
        on, here, claim = self._on, OpenRemainder(account), account.claims[0]
        if asked := on.history.remainder(claim):
            reason = f"demandé par {asked.id} du {french_date(asked.date)}"
            yield OpenRemainder(account, "reliquat-demande", reason, letter=asked)
        if on.policy.interest.remainder is not RemainderRule.REMIND:
            yield here.held("reliquat", "à abandonner, ou à demander (penalites.reliquat)")
        if account.currency != claim.currency or Channel.FILE in self._step.channels:
            yield here.held("reliquat", "à abandonner, ou à demander vous-même")
        for part in account.claims:
            if obstacle := self._obstacles.of_remainder(part):
                yield here.held(obstacle.code, obstacle.reason)
        if (earliest := self._earliest(account)) > on.day:
            reason = f"lettre à partir du {french_date(earliest)}"
            yield here.held("reliquat-ecart", reason, earliest)

    def _earliest(self, account: PenaltyAccount) -> date:
        """The first day of the letter: the step's gap after the payment and after the last letter
        about the invoice, and the gap between two letters to its client."""
        on, policy = self._on, self._on.policy
        gap = timedelta(self._step.gap or policy.gap)
        days = [account.settled_on or on.day]
        for claim in account.claims:
            days += [on.history.starts(x.letter) or x.letter.date for x in on.history.of(claim)]
        earliest = [max(days) + gap]
        if last := on.history.last_run(account.client.account, before_due=False):
            earliest.append(last + timedelta(policy.client_gap))
        return policy.workdays.on_or_after(max(earliest))
