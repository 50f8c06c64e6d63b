"""Letters on branches that nobody merged yet (rule 6.16)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

from relance.claims.on_day import OnDay
from relance.decision.outcomes import Plan
from relance.decision.planner import day_prefix, make_plan, renumbered
from relance.decision.statements import StatementPlan, plan_statements
from relance.git.branches import PendingBranch, pending_registers, trailers
from relance.git.repository import Repository
from relance.ledger.client_names import find_client, matching, named_like
from relance.ledger.company import Company
from relance.text.escapes import short
from relance.values.collector import uncollected
from relance.values.issued import IssuedLetter, PendingLetter
from relance.values.problem import Problem, Refusal, Source, Status, refuse
from relance.values.register import LETTER_ID

PREFIX = "relance/"  # the policy lets branches begin with nothing else
TRAILER = "Relance"  # a commit names so the letters it brings, or what became of them


def waiting_letters(company: Company) -> tuple[PendingLetter, ...]:
    """The letters that wait on branches; a folder outside git has none."""
    try:
        repository = Repository.at(company.root)
    except Refusal:
        return ()
    return pending_letters(repository, company)


def pending_letters(repository: Repository, company: Company) -> tuple[PendingLetter, ...]:
    """The letters on branches that the base's register does not know (rule 6.16): by
    their ids, so that a squash merge is no trap."""
    merged = set(company.books.letter_ids)
    letters: dict[str, PendingLetter] = {}
    for branch in pending_registers(repository, PREFIX):
        for letter in _letters(branch, company, merged):
            letters[letter.id] = PendingLetter(letter, branch.name)
    return tuple(letters.values())


def used_ids(company: Company, day: date) -> frozenset[str]:
    """The ids of that day which a commit of any branch ever gave, those since taken out of their
    branch included; outside git there are none."""
    try:
        repository = Repository.at(company.root)
    except Refusal:
        return frozenset()
    return trailers(repository.git, TRAILER, day_prefix(day))


def decide(company: Company, day: date, pending: Sequence[PendingLetter], today: date) -> Plan:
    """The plan of a day, its letters numbered as they would be issued; a day before `today` is
    replayed without what the books have of later days."""
    return plan_of(company, seen_on(company, day, pending, today))


def decide_statements(
    company: Company, day: date, pending: Sequence[PendingLetter], clients: Iterable[str]
) -> StatementPlan:
    """The statements of account of a day, numbered as they would be issued: those of these
    clients, by account or name, or of all. Raises `Refusal` for each that the books do not have.
    """
    chosen = _accounts(company, clients)
    on = OnDay(company.policy, company.books, day, tuple(pending)).foreseeing()
    statements = plan_statements(on, chosen or None)
    used = used_ids(company, day) if statements.plan.letters else ()
    return replace(statements, plan=renumbered(statements.plan, used))


def _accounts(company: Company, clients: Iterable[str]) -> frozenset[str]:
    clients_of_books, accounts = company.books.clients, list[str]()
    problems: list[Problem] = []
    for name in clients:
        client = find_client(clients_of_books, name)
        if client is not None:
            accounts.append(client.account)
            continue
        several = bool(matching(clients_of_books, name))
        what = "plusieurs clients de ce nom" if several else "aucun client de ce nom"
        problems.append(Problem(Source(short(name)), what, named_like(name, clients_of_books, ())))
    if problems:
        raise Refusal(problems)
    return frozenset(accounts)


def seen_on(company: Company, day: date, pending: Sequence[PendingLetter], today: date) -> OnDay:
    """The books as the plan of a day sees them; of today, money dated later is known."""
    on = OnDay(company.policy, company.books, day, tuple(pending))
    return on if day < today else on.foreseeing()


def plan_of(company: Company, on: OnDay) -> Plan:
    """The plan of that day, its letters numbered as they would be issued."""
    with uncollected():
        plan = make_plan(on)
    return renumbered(plan, used_ids(company, on.day)) if plan.letters else plan


def issued_on(day: date, company: Company, pending: Iterable[PendingLetter]) -> tuple[str, ...]:
    """The letters of that day that were issued already, here or on a branch, by their ids."""
    issued = [*company.books.letters, *(waiting.letter for waiting in pending)]
    return tuple(sorted({x.id for x in issued if x.date == day and x.cancelled_on is None}))


def _letters(
    branch: PendingBranch, company: Company, merged: Collection[str]
) -> tuple[IssuedLetter, ...]:
    """The letters that a branch's registers bring, beside those `known`; a register that cannot
    be read would hide what waits. The old copy of one that has grown since brings none."""
    if not any(
        set(LETTER_ID.findall(text)).difference(merged) for text in branch.registers.values()
    ):
        return ()
    # Few plans have a branch to look at: the others do without Beancount.
    from relance.ledger.beancount import parse
    from relance.ledger.fields import Complaints
    from relance.ledger.register_reader import brought, read_letters

    complaints = Complaints(company.root)
    entries: list[object] = []
    for name, text in branch.registers.items():
        directives, errors = parse(text)
        entries.extend(directives)
        for line in errors:
            complaints.fault(Source(name, line), "ligne incomprise")
    letters = read_letters(brought(entries, merged), complaints)
    if complaints.faults:
        fault = complaints.faults[0]
        what = f"le registre de cette branche est illisible ({fault.source}: {fault.what})"
        remedy = "corrigez-le sur cette branche ; la supprimer perdrait les lettres à relire"
        raise refuse(branch.name, what, remedy, Status.REFUSED_STATE)
    return letters
