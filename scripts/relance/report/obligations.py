"""Promises and how they were kept, open disputes, limitation by year, the largest debtors."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from relance.claims.claim import Claim
from relance.claims.on_day import OnDay
from relance.claims.promises import PromiseOutcome
from relance.outlook.risks import weighted_delay
from relance.report.ageing import AgedBalance
from relance.report.period import Period
from relance.values.amounts import ratio, total
from relance.values.dates import months_after
from relance.values.facts import Client

# ---------------------------------------------------------------- Promises


@dataclass(frozen=True, slots=True)
class PromisesKept:
    """The promises whose last day lies in the period, or that still run: how many by outcome,
    what they promised and what came of it."""

    outcomes: Mapping[PromiseOutcome, int]
    promised: Mapping[PromiseOutcome, Decimal]
    received: Mapping[PromiseOutcome, Decimal]

    @property
    def judged(self) -> int:
        """Those kept, partly kept or broken."""
        return sum(self.outcomes.get(outcome, 0) for outcome in JUDGED)

    @property
    def share(self) -> Decimal | None:
        """Kept whole / judged, from 0 to 1."""
        return ratio(self.outcomes.get(PromiseOutcome.KEPT, 0), self.judged)


JUDGED = (PromiseOutcome.KEPT, PromiseOutcome.PARTLY_KEPT, PromiseOutcome.BROKEN)


def promises_kept(on: OnDay, currency: str, period: Period) -> PromisesKept:
    """The promises of a period about claims in a currency, as judged on the day."""
    accounts = dict.fromkeys(note.account for note in on.books.notes)
    counts: Counter[PromiseOutcome] = Counter()
    promised: dict[PromiseOutcome, Decimal] = defaultdict(Decimal)
    received: dict[PromiseOutcome, Decimal] = defaultdict(Decimal)
    for promise in (p for account in accounts for p in on.promises.of(account)):
        shares = [share for share in promise.shares if share.currency == currency]
        running = promise.outcome is PromiseOutcome.RUNNING
        if shares and (running or promise.last in period):
            counts[promise.outcome] += 1
            promised[promise.outcome] += shares[0].promised
            received[promise.outcome] += min(shares[0].received, shares[0].promised)
    return PromisesKept(counts, promised, received)


# ---------------------------------------------------------------- Disputes

AGES = ((30, "0-30"), (60, "31-60"), (90, "61-90"))
UNSAID = "non dite"


@dataclass(frozen=True, slots=True)
class Disputed:
    """Open disputes of one reason and age in days since their first note."""

    reason: str
    age: str
    count: int
    amount: Decimal


def disputes(on: OnDay, currency: str) -> tuple[Disputed, ...]:
    """What is disputed on a day. The reason is the last that a call, an e-mail or an answer
    about the invoice gave (`raison`), « non dite » without any."""
    amounts_of: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for dispute in on.disputes.listed(on.day, on.policy.dispute.alert):
        if dispute.claim.currency == currency and not on.ceded(dispute.claim):
            age = next((name for limit, name in AGES if dispute.days <= limit), "plus-de-90")
            amounts_of[_reason(dispute.claim, on), age].append(dispute.amount)
    ages = [*(name for _, name in AGES), "plus-de-90"]
    rows = [Disputed(*where, len(amounts), total(amounts)) for where, amounts in amounts_of.items()]
    return tuple(sorted(rows, key=lambda row: (row.reason, ages.index(row.age))))


def _reason(claim: Claim, on: OnDay) -> str:
    account = claim.client.account
    given = [
        note.reason.value
        for note in on.notes.of(account)
        if note.reason and note.concerns(account, claim.invoice)
    ]
    return given[-1] if given else UNSAID


# ---------------------------------------------------------------- Limitation


@dataclass(frozen=True, slots=True)
class LimitationYear:
    """Open claims whose last day to go to court lies in a year, the first of these days, and
    how many of them an act of the debtor moved there; `over` those whose day has passed."""

    year: int
    count: int
    amount: Decimal
    first: date
    moved: int
    over: int


def limitation_years(on: OnDay, currency: str) -> tuple[LimitationYear, ...]:
    """Open claims by the year of their limitation: a computation, never a verdict."""
    years: dict[int, list[_Barred]] = defaultdict(list)
    for claim in on.ours:
        if claim.currency == currency:
            barred = on.limitation(claim)
            last = barred.last_day
            years[last.year].append(_Barred(claim.balance, last, barred.moved is not None))
    return tuple(_year(year, years[year], on.day) for year in sorted(years))


class _Barred(NamedTuple):
    """An open claim: the balance, its last day to act, whether the debtor moved that day."""

    balance: Decimal
    last: date
    moved: bool


def _year(year: int, claims: Sequence[_Barred], day: date) -> LimitationYear:
    return LimitationYear(
        year=year,
        count=len(claims),
        amount=total(claim.balance for claim in claims),
        first=min(claim.last for claim in claims),
        moved=sum(claim.moved for claim in claims),
        over=sum(claim.last < day for claim in claims),
    )


# ---------------------------------------------------------------- The largest debtors

TOP = 10


@dataclass(frozen=True, slots=True)
class Exposure:
    """A client's open sum, its share of all that is open (0 to 1), what of it is late, and its
    days late weighted by amounts over 12 months (see `risks.weighted_delay`)."""

    client: Client
    open: Decimal
    share: Decimal | None
    late: Decimal
    delay: int | None


def exposures(aged: AgedBalance, on: OnDay) -> tuple[Exposure, ...]:
    """The ten clients that owe most."""
    rows = [row for row in aged.rows if row.open > 0][:TOP]
    year = months_after(on.day, -12)
    owed: dict[str, list[Claim]] = defaultdict(list)
    for claim in on.claims_in(aged.currency):
        owed[claim.client.account].append(claim)
    return tuple(
        Exposure(
            client=row.client,
            open=row.open,
            share=ratio(row.open, aged.open),
            late=row.late,
            delay=weighted_delay(owed[row.client.account], year, on.day),
        )
        for row in rows
    )
