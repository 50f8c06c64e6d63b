"""What claims ask of a person: what was not kept, what the books lack, what is to be decided."""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Iterator

from relance.claims.on_day import OnDay
from relance.claims.payment_plans import Standing
from relance.claims.promises import PromiseOutcome
from relance.decision import notices
from relance.decision.outcomes import Plan, Wait
from relance.decision.urgency import Urgency, urgency
from relance.outlook.events import named
from relance.outlook.task import Task, TaskKind, totals
from relance.text.locales import french_date, money
from relance.text.words import count
from relance.values.amounts import Money

_MONEY_CODES = frozenset({"credit-non-affecte", "reglement-brouillon"})
# Waits whose question is asked by another task, or answered by time.
_ASKED_ELSEWHERE = frozenset(
    {"branche-en-attente", "non-postee", "non-envoyee", "adresse-a-verifier", "retour-sans-motif"}
    | {"litige", "procedure-collective", "contentieux", "encaissement-a-affecter"}
    | {"reglement-a-venir"}
)


def claim_tasks(on: OnDay, plan: Plan) -> Iterator[Task]:
    """Those of promises, payment plans, disputes, waits, penalties left and files to hand over."""
    yield from _promises(on)
    yield from _broken_plans(on)
    yield from _disputes(plan)
    yield from _waits(plan)
    yield from _remainders(plan)
    yield from _handovers(plan)


def _promises(on: OnDay) -> Iterator[Task]:
    """The promises whose day has come and that are not kept: time to look, and to call."""
    notes = set()
    for claim in on.open:
        promise = on.promises.latest(claim)
        if (
            promise is None
            or promise.note in notes
            or promise.outcome is not PromiseOutcome.RUNNING
        ):
            continue
        notes.add(promise.note)
        due = promise.note.due
        if due is not None and due <= on.day:
            missing = [Money(share.missing, share.currency) for share in promise.shares]
            yield Task(
                kind=TaskKind.PROMISE,
                who=claim.client.label,
                what=f"promis pour le {french_date(due)} ; attendu jusqu'au "
                f"{french_date(promise.last)}, puis la relance reprend",
                command=f"relance expliquer {shlex.quote(claim.client.account)}",
                totals=tuple(amount for amount in missing if amount.number),
                client=claim.client,
                since=due,
                deadline=promise.last,
                invoices=promise.note.invoices,
                source=promise.note.source,
            )


def _broken_plans(on: OnDay) -> Iterator[Task]:
    plans = set()
    for claim in on.open:
        state = on.payment_plans.of(claim)
        if state is None or state.standing is not Standing.BROKEN or state.instalment is None:
            continue
        plan = state.plan
        if (plan.account, plan.agreed, plan.invoices) in plans:
            continue
        plans.add((plan.account, plan.agreed, plan.invoices))
        due = state.instalment.due
        yield Task(
            kind=TaskKind.PLAN,
            who=claim.client.label,
            what=f"versement n° {state.instalment.place} du {french_date(due)}, il manque "
            f"{money(state.missing, plan.currency)}",
            command=f"relance expliquer {shlex.quote(claim.client.account)}",
            totals=(Money(state.missing, plan.currency),),
            client=claim.client,
            since=due,
            invoices=plan.invoices,
            source=plan.source,
        )


def _disputes(plan: Plan) -> Iterator[Task]:
    for dispute in plan.disputes:
        if dispute.alert:
            claim = dispute.claim
            invoice = claim.invoice or claim.client.account
            yield Task(
                kind=TaskKind.DISPUTE,
                who=claim.client.label,
                what=f"{named(claim)}, depuis {count(dispute.days, 'jour')} : {dispute.text}",
                command=f"relance noter --litige-clos {shlex.quote(invoice)}",
                totals=(Money(dispute.amount, claim.currency),),
                client=claim.client,
                since=dispute.opened,
                invoices=(claim.invoice,) if claim.invoice else (),
                source=claim.source,
            )


def _waits(plan: Plan) -> Iterator[Task]:
    """The waits that only a person ends, together by client and reason."""
    groups: dict[tuple[TaskKind, str, str], list[Wait]] = defaultdict(list)
    for wait in plan.waits:
        if kind := _kind_of(wait.code):
            groups[kind, wait.claim.client.account, wait.code].append(wait)
    for (kind, _, _), waits in groups.items():
        claim = waits[0].claim
        numbers = ", ".join(named(wait.claim) for wait in waits[:3])
        more = f" et {count(len(waits) - 3, 'autre')}" if len(waits) > 3 else ""
        invoices = tuple(wait.claim.invoice for wait in waits if wait.claim.invoice)
        yield Task(
            kind=kind,
            who=claim.client.label,
            what=f"{numbers}{more} : {waits[0].reason}",
            command=f"relance expliquer {shlex.quote(claim.invoice or claim.client.account)}",
            totals=totals(
                Money(wait.claim.balance or wait.claim.unallocated, wait.claim.currency)
                for wait in waits
            ),
            client=claim.client,
            since=min((wait.claim.due for wait in waits if wait.claim.due), default=None),
            invoices=invoices,
            source=claim.source,
        )


def _kind_of(code: str) -> TaskKind | None:
    asked = urgency(code)
    if asked is Urgency.MISSING:
        return TaskKind.MISSING
    if asked is Urgency.PATIENT or code in _ASKED_ELSEWHERE or code == "banque-ancienne":
        return None
    return TaskKind.BANK if code in _MONEY_CODES else TaskKind.DECISION


def _remainders(plan: Plan) -> Iterator[Task]:
    for remainder in plan.remainders:
        if remainder.code == "reliquat":
            account = remainder.account
            yield Task(
                kind=TaskKind.PENALTIES,
                who=account.client.label,
                what=f"{account.label} : {notices.remainder_sums(remainder)}",
                command=remainder.command,
                totals=(Money(account.left.total, account.currency),),
                client=account.client,
                since=account.settled_on,
                invoices=(account.invoice,),
                source=remainder.claim.source,
            )


def _handovers(plan: Plan) -> Iterator[Task]:
    for handed in plan.handovers:
        yield Task(
            kind=TaskKind.HANDOVER,
            who=handed.client.label,
            what=notices.time_barred(handed.limitation),
            command=notices.handover_command(handed),
            totals=tuple(Money(total.principal, total.currency) for total in handed.totals),
            client=handed.client,
            invoices=tuple(x.claim.invoice for x in handed.claims if x.claim.invoice),
            source=handed.client.source,
        )
