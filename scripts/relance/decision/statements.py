"""Statements of account: which clients get one when they are asked for, and why others do not
(rule 18.4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from relance.claims.claim import Claim
from relance.claims.on_day import OnDay
from relance.decision.channels import Unreachable, resolve_written
from relance.decision.information_letters import information_letter, information_line
from relance.decision.obstacles import Obstacles
from relance.decision.outcomes import Letter, Plan
from relance.decision.planner import make_plan, numbered, stale_bank
from relance.decision.remarks import not_joinable
from relance.text.locales import french_date
from relance.values.facts import Client
from relance.values.issued import IssuedLetter
from relance.values.kinds import Information


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A client with something open that gets no statement, and why, as a code and in words."""

    client: Client
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class StatementPlan:
    """The statements of a day, as a plan of letters, and who gets none."""

    plan: Plan
    left_out: tuple[LeftOut, ...]


def plan_statements(on: OnDay, chosen: Collection[str] | None = None) -> StatementPlan:
    """The statements of a day, one per client and currency in which something is open; of the
    `chosen` accounts alone, which then may have had one in the same month."""
    clerk, letters, left_out = _Clerk(on, chosen), list[Letter](), list[LeftOut]()
    for (account, _), claims in sorted(_open(on).items()):
        if chosen is not None and account not in chosen:
            continue
        reason = clerk.reason(claims)
        if reason:
            left_out.append(reason)
        else:
            letters.append(clerk.letter(claims))
    taken = [*(x.id for x in on.books.letters), *(x.letter.id for x in on.pending)]
    plan = Plan(
        date=on.day,
        letters=numbered(letters, on.day, taken),
        waits=(),
        warnings=tuple(not_joinable(letters, on.books.documents)),
        profiles=on.profiles,
        foreseen=bool(on.announced),
    )
    return StatementPlan(plan, tuple(left_out))


def plan_like(on: OnDay, issued: Sequence[IssuedLetter]) -> Plan:
    """The plan that these letters of one run come from: that of the day, or its statements."""
    if issued and all(letter.states_account for letter in issued):
        return plan_statements(on, {letter.account for letter in issued}).plan
    return make_plan(on)


def _open(on: OnDay) -> dict[tuple[str, str], list[Claim]]:
    """What is open, by client and currency; of those left out (`relance: FALSE`) nothing."""
    accounts: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in on.open:
        if claim.client.name is not None and not claim.client.excluded:
            accounts[claim.client.account, claim.currency].append(claim)
    return accounts


class _Clerk:
    """Says who gets a statement, and makes it."""

    def __init__(self, on: OnDay, chosen: Collection[str] | None) -> None:
        self._on = on
        self._chosen = chosen
        self._obstacles = Obstacles(on)
        self._step = on.policy.information_step(Information.STATEMENT)
        self._stale = stale_bank(on.policy, on.books, on.day)

    def reason(self, claims: Sequence[Claim]) -> LeftOut | None:
        """Why the client of these open claims, of one currency, gets none."""
        return next(self._reasons(claims), None)

    def letter(self, claims: Sequence[Claim]) -> Letter:
        """The statement, with the open claims in it."""
        lines = [
            replace(
                information_line(self._on, self._step, claim, "ouverte au relevé"),
                days_late=max((self._on.day - claim.due).days, 0) if claim.due else 0,
            )
            for claim in claims
        ]
        return information_letter(self._on, self._step, lines)

    def _reasons(self, claims: Sequence[Claim]) -> Iterator[LeftOut]:
        client = claims[0].client
        if self._stale:
            yield LeftOut(client, "banque-ancienne", self._stale)
        for claim in claims:
            if obstacle := self._obstacles.of_statement(claim):
                yield LeftOut(client, obstacle.code, f"{claim.numbered} : {obstacle.reason}")
        for letter in self._written_to(client):
            day = french_date(letter.date)
            if letter.date == self._on.day:
                yield LeftOut(client, "releve-ecart", f"{letter.id} lui est adressée ce jour")
            if letter.states_account and self._same_month(letter, claims[0].currency):
                yield LeftOut(client, "releve-deja", f"{letter.id} du {day} l'était déjà ce mois")
        try:
            resolve_written(client, self._step, self._on.policy.page.window)
        except Unreachable as obstacle:
            yield LeftOut(client, obstacle.code, str(obstacle))

    def _written_to(self, client: Client) -> Iterator[IssuedLetter]:
        """The letters to a client that stand, those that wait on a branch among them."""
        waiting = (x.letter for x in self._on.pending if x.letter.account == client.account)
        issued = (*self._on.letters_of(client.account), *waiting)
        return (letter for letter in issued if letter.cancelled_on is None)

    def _same_month(self, letter: IssuedLetter, currency: str) -> bool:
        same_currency = letter.total is None or letter.total.currency == currency
        return (
            self._chosen is None and same_currency and _month(letter.date) == _month(self._on.day)
        )


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month
