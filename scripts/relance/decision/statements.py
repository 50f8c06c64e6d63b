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
from relance.decision.claims import ClaimDecisions
from relance.decision.information_letters import information_letter, information_line
from relance.decision.obstacles import Obstacles
from relance.decision.outcomes import Letter, Line, Plan
from relance.decision.planner import TO_HAND_OVER, make_plan, numbered, stale_bank
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
    clerk, letters, left_out = _Clerk(on, chosen), list[Letter](), _owing_nothing(on, chosen)
    for _, claims in sorted(_open(on, chosen).items()):
        if reason := clerk.reason(claims):
            left_out.append(reason)
        else:
            letters.extend(clerk.letters(claims))
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


def _open(on: OnDay, chosen: Collection[str] | None) -> dict[str, list[Claim]]:
    """What is open, by client; unless they are named, nothing of those whom the books left out
    (`relance: FALSE`)."""
    accounts: dict[str, list[Claim]] = defaultdict(list)
    for claim in on.open:
        client = claim.client
        unasked = client.name is None or client.excluded
        if not unasked if chosen is None else client.account in chosen:
            accounts[client.account].append(claim)
    return accounts


def _owing_nothing(on: OnDay, chosen: Collection[str] | None) -> list[LeftOut]:
    """The clients who were named and on whose account nothing is open."""
    owing = {claim.client.account for claim in on.open}
    return [
        LeftOut(client, "releve-solde", "ne doit rien")
        for client in on.books.clients
        if client.account in (chosen or ()) and client.account not in owing
    ]


class _Clerk:
    """Says who gets a statement, and makes it."""

    def __init__(self, on: OnDay, chosen: Collection[str] | None) -> None:
        self._on = on
        self._chosen = chosen
        self._obstacles = Obstacles(on)
        self._step = on.policy.information_step(Information.STATEMENT)
        self._stale = stale_bank(on.policy, on.books, on.day)
        self._decisions = ClaimDecisions(on)

    def reason(self, claims: Sequence[Claim]) -> LeftOut | None:
        """Why the client of all these open claims gets none, in whatever currency."""
        return next(self._reasons(claims), None)

    def letters(self, claims: Sequence[Claim]) -> Iterator[Letter]:
        """The statements of a client, one per currency that is not told yet, with the open claims
        in them."""
        for currency in self._untold(claims):
            lines = [self._line(claim) for claim in claims if claim.currency == currency]
            yield information_letter(self._on, self._step, lines)

    def _line(self, claim: Claim) -> Line:
        return replace(
            information_line(self._on, self._step, claim, "ouverte au relevé"),
            days_late=max((self._on.day - claim.due).days, 0) if claim.due else 0,
        )

    def _reasons(self, claims: Sequence[Claim]) -> Iterator[LeftOut]:
        client = claims[0].client
        if self._stale:
            yield LeftOut(client, "banque-ancienne", self._stale)
        for claim in claims:
            if obstacle := self._obstacles.of_statement(claim):
                yield LeftOut(client, obstacle.code, f"{claim.numbered} : {obstacle.reason}")
        yield from self._handed_over(claims)
        for letter in self._written_to(client):
            if letter.date == self._on.day:
                yield LeftOut(client, "releve-ecart", f"{letter.id} lui est adressée ce jour")
        if not self._untold(claims):
            last = max(self._stated(client), key=lambda letter: (letter.date, letter.id))
            day = french_date(last.date)
            yield LeftOut(client, "releve-deja", f"{last.id} du {day} l'était déjà ce mois")
        try:
            resolve_written(client, self._step, self._on.policy.page.window)
        except Unreachable as obstacle:
            yield LeftOut(client, obstacle.code, str(obstacle))

    def _handed_over(self, claims: Sequence[Claim]) -> Iterator[LeftOut]:
        """A file that goes to a lawyer or a bailiff, or went there already, is for them to write
        about, unless whoever knows it names its client."""
        if self._chosen is not None:
            return
        for decision in self._decisions.decide(claims):
            if decision.code == TO_HAND_OVER:
                reason = f"{decision.claim.numbered} : {decision.reason}"
                yield LeftOut(decision.claim.client, decision.code, reason)

    def _untold(self, claims: Sequence[Claim]) -> list[str]:
        """The currencies of these claims of a client that no statement of the month tells, unless
        the client is named."""
        stated = self._stated(claims[0].client) if self._chosen is None else []
        totals = [letter.total for letter in stated]
        said = {total.currency for total in totals if total}
        currencies = sorted({claim.currency for claim in claims})
        return [x for x in currencies if x not in said and None not in totals]

    def _written_to(self, client: Client) -> Iterator[IssuedLetter]:
        """The letters to a client that stand, those that wait on a branch among them."""
        waiting = (x.letter for x in self._on.pending if x.letter.account == client.account)
        issued = (*self._on.letters_of(client.account), *waiting)
        return (letter for letter in issued if letter.cancelled_on is None)

    def _stated(self, client: Client) -> list[IssuedLetter]:
        """The statements that the client had in the same month."""
        month = _month(self._on.day)
        letters = self._written_to(client)
        return [x for x in letters if x.states_account and _month(x.date) == month]


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month
