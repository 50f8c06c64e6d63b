"""`relance retirer`: letters taken out of their unmerged branch."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from relance.terminal.clock import today
from relance.terminal.options import Day, common
from relance.terminal.views.console import next_thing, say, show_diff
from relance.text.words import count

if TYPE_CHECKING:
    from relance.runs.unmerged import Unmerged
    from relance.runs.withdrawal import Removal


@click.command()
@common
@click.argument("letters", metavar="R…", nargs=-1, required=True)
@click.option("--jusqu-au", "until", type=Day(), help="Note aussi une suspension jusqu'à ce jour.")
def retirer(folder: Path, day: date | None, letters: tuple[str, ...], until: date | None) -> None:
    """Retire des lettres de leur branche : fichiers, registre, sommaire.

    Sans --jusqu-au, le passage suivant les propose à nouveau.
    """
    from relance.cache.book_states import read_once
    from relance.cache.cached_books import keep_written
    from relance.git.repository import Repository
    from relance.runs import withdrawal
    from relance.runs.unmerged import chosen, registers, rehearse, tracked, unmerged

    repository = Repository.at(folder.resolve())
    with repository.lock():
        say(repository.recover())
        company = read_once(repository.folder)
        run = unmerged(repository, company)
        gone = chosen(run, company, letters)
        day = day or today(company.policy.calendar.timezone)
        notes = withdrawal.holds(gone, day, until) if until else []
        made = withdrawal.remove(repository, run, company, gone, notes)
        touched = [path for path in made.files if (repository.folder / path).is_file()]
        repository.check_committed([*registers(company), *tracked(repository, touched)])
        change = withdrawal.rewrite(made, repository.head())
        rehearse(repository, change, "HEAD", ())
        repository.commit_rewrite(change)
        keep_written(repository.folder)
    for letter in gone:
        say(f"{letter.id} retirée ({letter.account})")
    for addition in made.additions:
        show_diff(addition.diff())
    next_thing(_next(made, run))


def _next(made: Removal, run: Unmerged) -> str:
    from relance.runs.unmerged import emptied

    if made.left:
        number = count(len(made.left), "lettre")
        return f"enregistré sur {run.branch}, où il reste {number} ; puis git push ou fusionnez."
    if made.additions:
        return f"plus aucune lettre sur {run.branch} : fusionnez-la pour garder la suspension."
    return emptied(run)
