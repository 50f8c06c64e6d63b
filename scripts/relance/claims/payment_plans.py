"""Payment plans (rule 4.6): what was agreed, what came in since, where it stands.

A plan is the `#echeancier` notes of one day about the same invoices of a client, or about its
whole account as it stood that day. A later plan replaces an earlier one for what both cover.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from relance.claims.claim import Claim, Receipt
from relance.claims.receivables import receivables
from relance.policy.settings import Policy
from relance.text.locales import french_date, money
from relance.values.amounts import ZERO
from relance.values.dates import Workdays
from relance.values.facts import Books, Note
from relance.values.kinds import NoteSort
from relance.values.problem import Problem, Source
from relance.values.terms import Terms


@dataclass(frozen=True, slots=True)
class Instalment:
    """One payment of a plan: its place from 1, its last day, its amount in the plan's currency."""

    place: int
    due: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class PaymentPlan:
    """What was agreed with a client; without `invoices`, about all it owed that day."""

    account: str
    agreed: date
    invoices: tuple[str, ...]
    currency: str
    instalments: tuple[Instalment, ...]
    source: Source

    @property
    def total(self) -> Decimal:
        """The sum of its instalments."""
        return sum((instalment.amount for instalment in self.instalments), ZERO)

    def names(self, claim: Claim) -> bool:
        """Whether it speaks of that claim, whatever its currency: by the invoice's number, or
        because the invoice was there when the whole account was put in order."""
        if claim.client.account != self.account:
            return False
        return claim.invoice in self.invoices if self.invoices else claim.invoiced <= self.agreed

    def covers(self, claim: Claim) -> bool:
        """Whether payments of that claim settle its instalments."""
        return claim.currency == self.currency and self.names(claim)


class Standing(StrEnum):
    """How a plan does."""

    RUNNING = "en cours"
    KEPT = "tenu"
    BROKEN = "rompu"


@dataclass(frozen=True, slots=True)
class State:
    """Where a plan stands on a day.

    `instalment` is the next one to come in, or the one that was missed, `missing` what it still
    lacks, `last` the end of its grace; a plan that is kept has none of them.
    """

    plan: PaymentPlan
    standing: Standing
    instalment: Instalment | None = None
    missing: Decimal = ZERO
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Leniency:
    """What a plan forgives: `grace` in working days, and a shortfall up to `tolerance`."""

    grace: int
    tolerance: Decimal
    workdays: Workdays


def state(plan: PaymentPlan, receipts: Iterable[Receipt], leniency: Leniency, day: date) -> State:
    """Where a plan stands: payments dated on or after its day settle its instalments in order.

    What the creditor takes off is no payment: it shortens the plan from its end. An instalment
    unmet beyond its grace breaks the plan; once made good, the plan goes on.
    """
    since = [r for r in receipts if plan.agreed <= r.date <= day]
    paid = sum((r.amount for r in since if r.is_payment), ZERO)
    owed = plan.total - sum((r.amount for r in since if not r.is_payment), ZERO)
    expected = ZERO
    for instalment in plan.instalments:
        expected += instalment.amount
        missing = min(expected, owed) - paid
        if missing > leniency.tolerance:
            last = leniency.workdays.add(instalment.due, leniency.grace)
            standing = Standing.BROKEN if day > last else Standing.RUNNING
            return State(plan, standing, instalment, min(missing, instalment.amount), last)
    return State(plan, Standing.KEPT)


# ---------------------------------------------------------------- Reading the notes


def agreed_plans(notes: Iterable[Note]) -> tuple[PaymentPlan, ...]:
    """The plans that the notes write down, in the order in which they were agreed.

    Two notes for one day are one instalment; instalments in two currencies are two plans.
    """
    groups: dict[tuple[str, date, tuple[str, ...], str], list[Note]] = defaultdict(list)
    for note in notes:
        if note.sort is NoteSort.PAYMENT_PLAN and note.due and note.amount:
            invoices = tuple(sorted(note.invoices))
            groups[note.account, note.date, invoices, note.amount.currency].append(note)
    plans = [
        PaymentPlan(*where, _instalments(group), max(note.source for note in group))
        for where, group in groups.items()
    ]
    return tuple(sorted(plans, key=lambda plan: (plan.agreed, plan.source)))


def _instalments(notes: Iterable[Note]) -> tuple[Instalment, ...]:
    amounts: dict[date, Decimal] = defaultdict(Decimal)
    for note in notes:
        assert note.due and note.amount
        amounts[note.due] += note.amount.number
    return tuple(Instalment(n, day, amounts[day]) for n, day in enumerate(sorted(amounts), 1))


class PaymentPlans:
    """The plans of the claims of a day; `claims` are all of them, settled ones included."""

    def __init__(
        self, claims: Iterable[Claim], notes: Iterable[Note], policy: Policy, day: date
    ) -> None:
        self._policy = policy
        self._day = day
        self._plans: dict[str, list[PaymentPlan]] = defaultdict(list)
        for plan in agreed_plans(note for note in notes if note.date <= day):
            self._plans[plan.account].append(plan)
        self._claims: dict[str, list[Claim]] = defaultdict(list)
        for claim in claims if self._plans else ():
            self._claims[claim.client.account].append(claim)
        self._states: dict[PaymentPlan, State] = {}

    def of(self, claim: Claim) -> State | None:
        """Where the latest plan about the claim stands; None without a plan in its currency."""
        plan = self._latest(claim)
        return self._state(plan) if plan and plan.covers(claim) else None

    def in_another_currency(self, claim: Claim) -> PaymentPlan | None:
        """The latest plan about the claim when its currency is that of nothing it speaks of."""
        plan = self._latest(claim)
        return plan if plan and not plan.covers(claim) else None

    def covered(self, plan: PaymentPlan) -> list[Claim]:
        """All that a plan covers, settled or not."""
        return [claim for claim in self._claims[plan.account] if plan.covers(claim)]

    def in_force(self) -> Iterator[PaymentPlan]:
        """The plans that still decide about something open, in a fixed order."""
        for account in sorted(self._plans):
            still_open = [claim for claim in self._claims[account] if claim.balance > 0]
            latest = {self._latest(claim) for claim in still_open}
            yield from (plan for plan in self._plans[account] if plan in latest)

    def _latest(self, claim: Claim) -> PaymentPlan | None:
        for plan in reversed(self._plans.get(claim.client.account, ())):
            if plan.covers(claim) or (plan.names(claim) and not self.covered(plan)):
                return plan
        return None

    def _state(self, plan: PaymentPlan) -> State:
        if plan not in self._states:
            receipts = [r for claim in self.covered(plan) for r in claim.receipts]
            self._states[plan] = state(plan, receipts, self._leniency(plan.currency), self._day)
        return self._states[plan]

    def _leniency(self, currency: str) -> Leniency:
        policy = self._policy
        tolerance = policy.tolerance_for(currency)
        return Leniency(policy.payment_plan.grace, tolerance, policy.workdays)


# ---------------------------------------------------------------- What is said of them


def in_words(state: State) -> str:
    """A running or broken plan in one sentence for those who keep the books."""
    instalment, plan = state.instalment, state.plan
    if instalment is None:
        return f"échéancier du {french_date(plan.agreed)} tenu"
    agreed, day = french_date(plan.agreed), french_date(instalment.due)
    sum_ = money(instalment.amount, plan.currency)
    place = f"{instalment.place}/{len(plan.instalments)}"
    part = ""
    if state.missing != instalment.amount:
        part = f", dont {money(state.missing, plan.currency)} restent à recevoir"
    if state.standing is Standing.BROKEN:
        return f"échéancier du {agreed} rompu : versement {place} de {sum_} du {day} manqué{part}"
    return f"échéancier du {agreed} en cours : versement {place} de {sum_} le {day}{part}"


def discrepancies(books: Books, plans: Iterable[PaymentPlan], terms: Terms | None) -> list[Problem]:
    """The plans that do not add up to what they cover, as it was open on their day before the
    payments that settle them; and those in a currency that nothing they speak of has."""
    plans, problems = tuple(plans), []
    accounts = {plan.account for plan in plans}
    movements = tuple(m for m in books.movements if m.account in accounts) if plans else ()
    books = replace(books, movements=movements)
    for plan in plans:
        named = [c for c in _before(books, plan, terms) if plan.names(c) and c.balance > 0]
        covered = [c.balance for c in named if plan.covers(c)]
        if not covered:
            problems.append(_astray(plan, named))
        elif (owed := sum(covered, ZERO)) != plan.total:
            problems.append(_uneven(plan, owed))
    return problems


def _before(books: Books, plan: PaymentPlan, terms: Terms | None) -> Sequence[Claim]:
    """The client's claims on the day of a plan, before what was paid that day."""
    movements = [
        movement
        for movement in books.movements
        if movement.account == plan.account
        and (movement.date < plan.agreed or (movement.date == plan.agreed and movement.number > 0))
    ]
    return receivables(replace(books, movements=tuple(movements)), terms, plan.agreed).claims


def _uneven(plan: PaymentPlan, owed: Decimal) -> Problem:
    sum_, open_ = money(plan.total, plan.currency), money(owed, plan.currency)
    return Problem(
        plan.source,
        f"l'échéancier du {french_date(plan.agreed)} fait {sum_} en tout, "
        f"mais ce qu'il couvre devait {open_} ce jour-là",
        "corrigez les montants de ses notes #echeancier, ou les factures qu'elles nomment",
    )


def _astray(plan: PaymentPlan, named: Sequence[Claim]) -> Problem:
    currencies = ", ".join(sorted({claim.currency for claim in named}))
    what = f"l'échéancier du {french_date(plan.agreed)} est en {plan.currency}"
    if not currencies:
        remedy = "corrigez sa date, ou les factures que ses notes nomment"
        return Problem(plan.source, f"{what} : rien de ce qu'il couvre n'était dû", remedy)
    return Problem(
        plan.source,
        f"{what}, ce qu'il couvre en {currencies}",
        "écrivez le montant de ses notes #echeancier dans la devise des factures",
    )
