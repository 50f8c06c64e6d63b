"""`relance emettre`: letters, PDF, register and commit of a day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from relance import console, issuing
from relance.clock import today
from relance.company import read_company
from relance.options import common
from relance.pending import pending_letters
from relance.plan import make_plan
from relance.typography import french_date
from relance.vcs.repository import Repository


@click.command()
@common
def emettre(folder: Path, day: date | None) -> None:
    """Écrit les lettres du jour, leurs PDF et le registre, et les enregistre dans git."""
    repository = Repository.at(folder.resolve())
    with repository.lock():
        console.say(repository.recover())
        branch = repository.ready_to_issue()
        company = issuing.complete(read_company(repository.folder))
        day = day or today(company.policy.calendar.timezone)
        issuing.check_date(company, day)
        repository.check_committed(company.files_read())
        pending = pending_letters(repository, company)
        decided = make_plan(company.policy, company.books, day, pending)
        console.show_plan(decided, company.policy.creditor.name)
        if day > today(company.policy.calendar.timezone):
            console.say(f"Attention : le {french_date(day)} est dans l'avenir.")
        issuing.check_branch(branch, decided)
        if not decided.letters:
            console.next_thing("rien de nouveau à émettre : aucun fichier, aucun commit.")
            return
        repository.check_committed(issuing.enclosures(decided, company))
        name = issuing.run_name(day, company, pending)
        with console.progress(len(decided.letters)) as done:
            origin = issuing.Origin(name, repository.head())
            run = issuing.prepare(decided, company, origin, done)
        with repository.worktree() as tree:
            issuing.check(run, tree, company)
        repository.commit_files(issuing.change(run, company.policy.git.branch, day))
        issuing.write_loose(run, repository.folder)
    console.show_warnings(run.warnings)
    console.show_issued(run, branch, company.policy.git.branch.replace("{date}", name))
