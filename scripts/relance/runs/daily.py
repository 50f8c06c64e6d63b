"""The run of a day in one company, from its plan to its commit; on request, its review too.

What happens is yielded as it happens, for a terminal or a report: nothing is printed here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from relance.cache.cached_books import keep_written
from relance.decision.outcomes import Letter, Plan
from relance.decision.statements import StatementPlan
from relance.git.remote import Remote, has_remote
from relance.git.repository import Repository
from relance.git.worktree import worktree
from relance.ledger.company import Company, read_company
from relance.paper.press import Power
from relance.paper.rendering import printing
from relance.runs import publishing, run_files
from relance.runs.conditions import check_date, check_near, unpayable
from relance.runs.pending import decide, decide_statements, issued_on, pending_letters
from relance.runs.publishing import Published
from relance.runs.run_files import LaidOut
from relance.text.locales import french_date
from relance.values.amounts import Money
from relance.values.issued import PendingLetter
from relance.values.problem import Problem, Refusal


@dataclass(frozen=True, slots=True)
class RunRequest:
    """A run at a day (None: today where the company is), with so much power; `push` its branch
    and open the request, on `working_days` only. With `statements` it writes no reminders, but
    the statements of account of these clients, of all for none."""

    day: date | None
    power: Power
    push: bool = False
    working_days: bool = False
    statements: tuple[str, ...] | None = None


# ---------------------------------------------------------------- What happens


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence to pass on: a killed run was taken back, the day lies ahead."""

    sentence: str


@dataclass(frozen=True, slots=True)
class DayOff:
    """Nothing is done, since the day is no working day."""

    day: date

    @property
    def sentence(self) -> str:
        """The same in words."""
        return f"le {french_date(self.day)} n'est pas ouvré : rien n'est émis."


@dataclass(frozen=True, slots=True)
class Decided:
    """The plan of the day; `standing` are the ids of the letters issued that day before."""

    plan: Plan
    creditor: str
    standing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatementsDecided:
    """The statements of account of the day, and who gets none though something is open."""

    statements: StatementPlan
    creditor: str


@dataclass(frozen=True, slots=True)
class NothingNew:
    """No letter is due: no file, no commit; those on these `branches` wait for their approval."""

    branches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IssuedRun:
    """The letters of a run: how many, what they demand by currency, where they lie; `base` is
    the branch they were decided on, `branch` is empty when they were committed there. `shared`
    when there is a remote to push to."""

    letters: int
    totals: tuple[Money, ...]
    folder: str
    register: str
    base: str
    branch: str
    commit: str
    shared: bool


@dataclass(frozen=True, slots=True)
class Committed:
    """The letters are in git: from here on they stay, whatever comes."""

    run: IssuedRun


@dataclass(frozen=True, slots=True)
class Issued:
    """Everything is in its place; `warnings` are what the making of the letters brought up."""

    run: IssuedRun
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class NothingToPush:
    """There is no branch of letters of that day."""


RunEvent = (
    Remark
    | DayOff
    | Decided
    | StatementsDecided
    | NothingNew
    | LaidOut
    | Committed
    | Issued
    | NothingToPush
    | Published
)
RunEvents = Generator[RunEvent, None, None]


# ---------------------------------------------------------------- The run


@dataclass(frozen=True, slots=True)
class _Base:
    """What a run starts from: the repository on its branch, the company as it stands there, the
    day of the run and today's date."""

    repository: Repository
    branch: str
    company: Company
    day: date
    today: date


def run(
    folder: Path,
    request: RunRequest,
    today: Callable[[str], date],
    sound: Callable[[Company], Company],
) -> RunEvents:
    """Do it all; `today` gives the date in a time zone, `sound` refuses a company with a fault.

    Raises `Refusal` with every reason; unless `Committed` came before, nothing is written then.
    Close it when you leave it early: the lock and the copy of the folder go away with it.
    """
    repository = Repository.at(folder.resolve())
    with repository.lock():
        if taken_back := repository.recover():
            yield Remark(taken_back)
        branch = repository.ready_to_issue()
        company = sound(read_company(repository.folder))
        policy = company.policy
        now = today(policy.calendar.timezone)
        day = request.day or now
        check_near(day, now)
        if request.working_days and policy.workdays.is_off(day):
            yield DayOff(day)
            return
        # Asked before anything is written: the branch may have nowhere to go.
        template = policy.git.branch
        where = publishing.destination(repository, branch, template) if request.push else None
        yield from _issue(_Base(repository, branch, company, day, now), request)
        keep_written(repository.folder)
    if where:
        yield from _publish(repository, where, day)


def _issue(base: _Base, request: RunRequest) -> RunEvents:
    """Decide on what is committed; lay out the letters, if any, and commit them."""
    repository, company = base.repository, base.company
    check_date(company, base.day)
    repository.check_committed(company.files_read())
    pending = pending_letters(repository, company)
    if request.statements is None:
        plan = decide(company, base.day, pending, base.today)
        yield Decided(plan, company.policy.creditor.name, issued_on(base.day, company, pending))
    else:
        decided = decide_statements(company, base.day, pending, request.statements)
        plan = decided.plan
        yield StatementsDecided(decided, company.policy.creditor.name)
    if base.day > base.today:
        yield Remark(f"Attention : le {french_date(base.day)} est dans l'avenir.")
    run_files.check_branch(repository, base.branch, plan)
    if not plan.letters:
        yield NothingNew(tuple(dict.fromkeys(waiting.branch for waiting in pending)))
        return
    if refusals := unpayable(plan.letters, company.policy.creditor):
        raise Refusal(refusals)
    repository.check_committed(run_files.enclosures(plan, company))
    yield from _write(base, plan, pending, request.power)


def _write(base: _Base, plan: Plan, pending: Sequence[PendingLetter], power: Power) -> RunEvents:
    """The letters laid out in a copy of the folder, the register read back there, the commit."""
    repository, company = base.repository, base.company
    name = run_files.run_name(plan.date, company, pending)
    origin = run_files.Origin(name, repository.head(), tuple(pending))
    with worktree(repository) as tree:
        with printing(power, repository.pages) as press:
            made = yield from run_files.prepare(plan, company, origin, press, tree)
        run_files.check(made, tree, company)
        change = run_files.change(made, company.policy.git.branch, plan.date)
        commit = repository.commit_files(change)
        issued = IssuedRun(
            letters=len(plan.letters),
            totals=_totals(plan.letters),
            folder=made.folder,
            register=made.register,
            base=base.branch,
            branch=change.branch,
            commit=commit,
            shared=has_remote(repository.git),
        )
        yield Committed(issued)
        run_files.write_loose(made, repository.folder)
    yield Issued(issued, made.warnings)


def _totals(letters: Iterable[Letter]) -> tuple[Money, ...]:
    """What letters demand, by currency."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for letter in letters:
        if letter.informs:
            continue
        sums[letter.currency] += letter.total.number
    return tuple(Money(number, currency) for currency, number in sorted(sums.items()))


def _publish(repository: Repository, where: Remote, day: date) -> RunEvents:
    """Push the day's branches and open their requests."""
    branches = publishing.unpublished(repository, day.isoformat())
    if not branches:
        yield NothingToPush()
    for branch in branches:
        yield publishing.publish(repository, where, branch)
