"""The letters that ask what paid invoices left of their penalties (rule 7.19)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta

from relance.claims.interest import Interest, Segment, accrue
from relance.claims.on_day import OnDay
from relance.claims.penalty_account import PenaltyAccount
from relance.decision.channels import Unreachable, resolve
from relance.decision.outcomes import Letter, Line
from relance.decision.remainders import OpenRemainder
from relance.decision.rules import tone_of
from relance.values.amounts import total


class RemainderLetters:
    """Gathers ready remainders into letters, one per client and currency."""

    def __init__(self, on: OnDay) -> None:
        self._on = on
        self._step = on.policy.remainder_step

    def decided(
        self, remainders: Iterable[OpenRemainder], written_to: Collection[str]
    ) -> tuple[tuple[OpenRemainder, ...], list[Letter]]:
        """The remainders with what becomes of them, and their letters. A client who is
        `written_to` by another letter of the day gets none: what is open comes first."""
        decided = tuple(self._reachable(remainder, written_to) for remainder in remainders)
        groups: dict[tuple[str, str], list[PenaltyAccount]] = defaultdict(list)
        for remainder in decided:
            if remainder.ready:
                groups[remainder.account.client.account, remainder.account.currency].append(
                    remainder.account
                )
        return decided, [self._letter(accounts) for _, accounts in sorted(groups.items())]

    def _reachable(self, remainder: OpenRemainder, written_to: Collection[str]) -> OpenRemainder:
        client = remainder.account.client
        if remainder.ready and client.account in written_to:
            return remainder.held("reliquat-ecart", "une autre lettre part à ce client")
        try:
            resolve(client, self._step, window=self._on.policy.page.window)
        except Unreachable as obstacle:
            return remainder.held(obstacle.code, str(obstacle))
        return remainder

    def _letter(self, accounts: Sequence[PenaltyAccount]) -> Letter:
        on, client, step = self._on, accounts[0].client, self._step
        lines = [self._line(account) for account in accounts]
        route = resolve(client, step, window=on.policy.page.window)
        days = step.days_given(client.debtor)
        end = None if days is None else on.policy.workdays.on_or_after(on.day + timedelta(days))
        return Letter(
            id="",
            date=on.day,
            client=client,
            currency=accounts[0].currency,
            step=step,
            rank=max(line.rank for line in lines),
            track=lines[0].track,
            channels=route.channels,
            lines=tuple(lines),
            days_given=days,
            deadline=end,
            remarks=route.remarks,
            tone=tone_of(None, step, on.profiles[client.account].profile),
            notice_follows=False,
        )

    def _line(self, account: PenaltyAccount) -> Line:
        claim = account.claims[0]
        assert claim.due is not None and account.settled_on is not None
        before = sum(past.citation.rank > 0 for past in self._on.history.of(claim))
        notice = account.notice
        return Line(
            claim=claim,
            step=self._step,
            rank=before + 1,
            track=self._track(account),
            days_late=max((account.settled_on - claim.due).days, 0),
            demanded=True,
            interest=self._interest(account),
            fee=account.left.fee,
            because=f"payée, les pénalités de {notice.letter} restent dues" if notice else "",
            remainder=account,
        )

    def _track(self, account: PenaltyAccount) -> str:
        past = self._on.history.of(account.claims[0])
        return past[-1].citation.track if past else ""

    def _interest(self, account: PenaltyAccount) -> Interest:
        """The interest left, with the segments of what was demanded."""
        left, principal = account.left.interest, min(account.left.interest, account.set_off)
        segments, until = self._demanded(account)
        return Interest(segments, left, principal, left - principal, until)

    def _demanded(self, account: PenaltyAccount) -> tuple[tuple[Segment, ...], date]:
        """How the interest demanded was reckoned, and until when; no segments where the books
        have changed since, and would say another sum."""
        end = account.settled_on or self._on.day
        for until in sorted({end, *(demand.date for demand in account.demands)}):
            segments = tuple(self._segments(account, until))
            if total(segment.amount for segment in segments) == account.demanded.interest:
                return segments, until
        return (), end

    def _segments(self, account: PenaltyAccount, until: date) -> Iterator[Segment]:
        for claim in account.claims:
            if claim.currency == account.currency and self._on.bears_interest(claim):
                yield from accrue(self._on.debt(claim), until, self._on.rates).segments
