"""The run of a day in one company, from its plan to its commit; on request, its review too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from relance.decision.model import Letter, Plan
from relance.git.remote import Remote, has_remote
from relance.git.repository import Repository
from relance.git.worktree import worktree
from relance.ledger.company import Company, read_company
from relance.paper.opening import printing
from relance.runs import run_files
from relance.runs.conditions import check_date, check_near, complete
from relance.runs.pending import decide, pending_letters, stand
from relance.terminal.clock import today
from relance.terminal.offices.exchange import Asked, Issued, Outcome, Report
from relance.terminal.views.faults import show_warnings
from relance.terminal.views.issued import show_issued
from relance.terminal.views.plan import show_plan
from relance.terminal.views.progress import progress_of
from relance.terminal.views.published import show_published
from relance.terminal.views.screen import next_thing, say
from relance.text.locales import french_date
from relance.values.amounts import Money
from relance.values.issued import PendingLetter
from relance.values.problem import Refusal, Status


@dataclass(frozen=True, slots=True)
class _Base:
    """What a run starts from: the repository on its branch, the company as it stands there."""

    repository: Repository
    branch: str
    company: Company


@dataclass(slots=True)
class DayRun:
    """The run of a company; `report` holds at any moment what it has done so far, while the
    console is told the same at length."""

    folder: Path
    asked: Asked
    report: Report = field(default_factory=Report)

    def make(self) -> None:
        """Do it all. Raises `Refusal` with every reason, nothing being written then."""
        repository = Repository.at(self.folder.resolve())
        with repository.lock():
            self._say(repository.recover())
            branch = repository.ready_to_issue()
            base = _Base(repository, branch, complete(read_company(repository.folder)))
            policy = base.company.policy
            self._know(name=policy.creditor.name)
            now = today(policy.calendar.timezone)
            day = self.asked.day or now
            check_near(day, now)
            if self.asked.working_days and policy.workdays.is_off(day):
                self._nothing(f"le {french_date(day)} n'est pas ouvré : rien n'est émis.")
                return
            where = _destination(base) if self.asked.push else None
            self._issue(base, day)
        if where:
            self._publish(repository, where, day)

    def refused(self, refusal: Refusal) -> None:
        """What stopped it; letters that are committed already stay."""
        outcome = Outcome.NOT_PUSHED if self.report.issued else Outcome.REFUSED
        self._know(outcome=outcome, status=int(refusal.status), problems=refusal.problems)

    def interrupted(self) -> None:
        """Someone stopped it; letters that are committed already stay."""
        if not self.report.issued:
            self._know(outcome=Outcome.INTERRUPTED, status=int(Status.BUG))
        elif self.asked.push:
            self._know(outcome=Outcome.NOT_PUSHED, status=int(Status.REFUSED_STATE))

    def _know(self, **facts: Any) -> None:
        self.report = replace(self.report, **facts)

    def _say(self, sentence: str | None) -> None:
        if sentence:
            say(sentence)
            self._know(said=(*self.report.said, sentence))

    def _nothing(self, sentence: str) -> None:
        next_thing(sentence)
        self._know(said=(*self.report.said, sentence))

    def _issue(self, base: _Base, day: date) -> None:
        """The run of a day, from its plan to its commit."""
        company, repository = base.company, base.repository
        check_date(company, day)
        repository.check_committed(company.files_read())
        pending = pending_letters(repository, company)
        plan = decide(company, day, pending)
        standing = stand(company, pending, day)
        show_plan(plan, company.policy.creditor.name, standing)
        self._know(warnings=plan.warnings, standing=len(standing))
        if day > today(company.policy.calendar.timezone):
            self._say(f"Attention : le {french_date(day)} est dans l'avenir.")
        run_files.check_branch(repository, base.branch, plan)
        if not plan.letters:
            next_thing("rien de nouveau à émettre : aucun fichier, aucun commit.")
            return
        repository.check_committed(run_files.enclosures(plan, company))
        self._write(base, plan, pending)

    def _write(self, base: _Base, plan: Plan, pending: tuple[PendingLetter, ...]) -> None:
        """The letters laid out, the register read back, the commit."""
        repository, company = base.repository, base.company
        name = run_files.run_name(plan.date, company, pending)
        origin = run_files.Origin(name, repository.head(), pending)
        with worktree(repository) as tree:
            with (
                progress_of(len(plan.letters), "Lettres") as done,
                printing(self.asked.power, repository.pages, done) as press,
            ):
                run = run_files.prepare(plan, company, origin, run_files.Workshop(press, tree))
            run_files.check(run, tree, company)
            change = run_files.change(run, company.policy.git.branch, plan.date)
            commit = repository.commit_files(change)
            self._issued(base, plan, run.folder, (change.branch, commit))
            run_files.write_loose(run, repository.folder)
        show_warnings(run.warnings)
        self._know(warnings=(*plan.warnings, *run.warnings))
        show_issued(run, base.branch, change.branch, shared=has_remote(repository.git))

    def _issued(self, base: _Base, plan: Plan, folder: str, made: tuple[str, str]) -> None:
        """Letters are committed: from here on they stay, whatever comes."""
        branch, commit = made
        issued = Issued(
            letters=len(plan.letters),
            totals=_totals(plan.letters),
            folder=folder,
            base=base.branch,
            branch=branch,
            commit=commit,
            shared=has_remote(base.repository.git),
        )
        self._know(outcome=Outcome.ISSUED, issued=issued)

    def _publish(self, repository: Repository, where: Remote, day: date) -> None:
        """Push the day's branches and open their requests."""
        from relance.runs import publishing

        branches = publishing.unpublished(repository, day.isoformat())
        if not branches:
            say("Aucune branche à pousser.")
        for branch in branches:
            made = publishing.publish(repository, where, branch)
            show_published(made)
            self._know(published=(*self.report.published, made))
        if any(each.faults for each in self.report.published):
            self._know(outcome=Outcome.NOT_PUSHED, status=int(Status.REFUSED_STATE))


def _destination(base: _Base) -> Remote:
    """Where the branch will go: asked first, so that nothing is written when it cannot."""
    from relance.runs import publishing

    return publishing.destination(base.repository, base.branch, base.company.policy.git.branch)


def _totals(letters: Iterable[Letter]) -> tuple[Money, ...]:
    """What letters demand, by currency."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for letter in letters:
        sums[letter.currency] += letter.total.number
    return tuple(Money(number, currency) for currency, number in sorted(sums.items()))
