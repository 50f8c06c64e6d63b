"""`relance emettre`: letters, PDF, register and commit of a day; on request, its review too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from relance import console, issuing
from relance.admission import check_date, check_near, complete
from relance.clock import today
from relance.company import Company, read_company
from relance.options import common, with_power
from relance.pending import decide, pending_letters, stand
from relance.problem import Status
from relance.rendering.opening import printing
from relance.rendering.power import Power
from relance.typography import french_date
from relance.vcs.remote import Remote
from relance.vcs.repository import Repository


@dataclass(frozen=True, slots=True)
class _Wanted:
    day: date
    power: Power


@click.command()
@common
@click.option("--pousser", "push", is_flag=True, help="Pousse la branche, ouvre la demande.")
@click.option("--jours-ouvres", "working", is_flag=True, help="Ne fait rien un jour chômé.")
@with_power
def emettre(folder: Path, day: date | None, power: Power, **asked: bool) -> None:
    """Écrit les lettres du jour, leurs PDF et le registre, et les enregistre dans git."""
    repository = Repository.at(folder.resolve())
    with repository.lock():
        console.say(repository.recover())
        branch = repository.ready_to_issue()
        company = complete(read_company(repository.folder))
        now = today(company.policy.calendar.timezone)
        day = day or now
        check_near(day, now)
        if asked["working"] and company.policy.workdays.is_off(day):
            console.next_thing(f"le {french_date(day)} n'est pas ouvré : rien n'est émis.")
            return
        where = _destination(repository, branch, company) if asked["push"] else None
        _issue(repository, branch, company, _Wanted(day, power))
    if where and not _publish(repository, where, day):
        raise click.exceptions.Exit(Status.REFUSED_STATE)


def _destination(repository: Repository, branch: str, company: Company) -> Remote:
    """Where the branch will go: asked first, so that nothing is written when it cannot."""
    from relance import publishing

    return publishing.destination(repository, branch, company.policy.git.branch)


def _publish(repository: Repository, where: Remote, day: date) -> bool:
    """Push the day's branches and open their requests; whether none was refused."""
    from relance import publishing

    branches = publishing.unpublished(repository, day.isoformat())
    if not branches:
        console.say("Aucune branche à pousser.")
    made = [publishing.publish(repository, where, branch) for branch in branches]
    for each in made:
        console.show_published(each)
    return not any(each.faults for each in made)


def _issue(repository: Repository, branch: str, company: Company, wanted: _Wanted) -> None:
    """The run of a day, from its plan to its commit."""
    day = wanted.day
    check_date(company, day)
    repository.check_committed(company.files_read())
    pending = pending_letters(repository, company)
    decided = decide(company, day, pending)
    console.show_plan(decided, company.policy.creditor.name, stand(company, pending, day))
    if day > today(company.policy.calendar.timezone):
        console.say(f"Attention : le {french_date(day)} est dans l'avenir.")
    issuing.check_branch(branch, decided)
    if not decided.letters:
        console.next_thing("rien de nouveau à émettre : aucun fichier, aucun commit.")
        return
    repository.check_committed(issuing.enclosures(decided, company))
    name = issuing.run_name(day, company, pending)
    origin = issuing.Origin(name, repository.head(), pending)
    with repository.worktree() as tree:
        with (
            console.progress_of(len(decided.letters), "Lettres") as done,
            printing(wanted.power, repository.pages, done) as press,
        ):
            run = issuing.prepare(decided, company, origin, issuing.Workshop(press, tree))
        issuing.check(run, tree, company)
        repository.commit_files(issuing.change(run, company.policy.git.branch, day))
        issuing.write_loose(run, repository.folder)
    console.show_warnings(run.warnings)
    where = company.policy.git.branch.replace("{date}", name)
    console.show_issued(run, branch, where, shared=repository.has_remote())
