"""`relance approuver`: the branch of letters merged, once it was shown and agreed to."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from relance.terminal.clock import today
from relance.terminal.options import common
from relance.terminal.views.console import next_thing, say


@click.command()
@common
@click.argument("branch", metavar="[BRANCHE]", required=False)
@click.option("--oui", "agreed", is_flag=True, help="Sans poser la question.")
def approuver(folder: Path, day: date | None, branch: str | None, *, agreed: bool) -> None:
    """Fusionne une branche de lettres dans la branche principale : c'est l'approbation.

    Montre d'abord ce qui serait fusionné. Refuse des lettres que des écritures plus récentes
    rendent fausses, et un dossier dont des changements ne sont pas enregistrés. Ne pousse rien.
    """
    from relance.git.remote import has_remote
    from relance.git.repository import Repository
    from relance.ledger.company import read_company
    from relance.runs import merging
    from relance.terminal import interview
    from relance.terminal.views.approuver_view import show_approval

    if not (agreed or interview.on_terminal()):
        raise click.UsageError("personne pour répondre : ajoutez --oui")
    repository = Repository.at(folder.resolve())
    with repository.lock():
        say(repository.recover())
        company = read_company(repository.folder)
        name = merging.branch_to_approve(repository, company, branch)
        now = day or today(company.policy.calendar.timezone)
        approval = merging.approval(repository, name, now)
        show_approval(approval)
        if not (agreed or interview.merging(approval.base.home)):
            next_thing("rien n'est fusionné.")
            return
        merging.merge(repository, approval)
        shared = has_remote(repository.git)
    say(f"Fusionné dans {approval.base.home}, où vous êtes.")
    push = "git push, puis " if shared else ""
    next_thing(f"{push}relance envoyer ; la branche ne sert plus : git branch -d {name}")
