"""`relance rafraichir`: the letters of an open branch made again from the books of its base."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from relance.paper.press import Power
from relance.terminal.clock import today
from relance.terminal.options import common, with_power
from relance.terminal.views.console import next_thing, progress_of, say, show_diff


@click.command()
@common
@with_power
def rafraichir(folder: Path, day: date | None, power: Power) -> None:
    """Recalcule les lettres d'une branche restée ouverte, d'après la branche de base.

    Retire celles qui ne sont plus dues, met les autres à jour, garde les retouches qui tiennent.
    """
    from relance.cache.book_states import read_once
    from relance.cache.cached_books import keep_written
    from relance.git.repository import Repository
    from relance.paper.rendering import printing
    from relance.runs import refresh, reprint
    from relance.runs.unmerged import files_of, rehearse, tracked, unmerged

    repository = Repository.at(folder.resolve())
    with repository.lock():
        say(repository.recover())
        company = read_once(repository.folder)
        run = unmerged(repository, company)
        run_files = [path for letter in run.letters for path in files_of(letter, repository.folder)]
        run_files = tracked(repository, [*run_files, run.summary])
        repository.check_committed([*company.files_read(), *run_files])
        day = day or today(company.policy.calendar.timezone)
        refresh.check_day(run, day)
        with (
            progress_of(len(run.letters), "Lettres") as done,
            printing(power, repository.pages, done) as press,
        ):
            made = refresh.refresh(repository, run, day, press)
        for fate in made.fates:
            say(f"{fate.letter.id} {fate.client} : {refresh.in_words(fate)}")
            show_diff(fate.lost)
        if not made.changes:
            next_thing(f"rien n'a changé depuis {run.base.name} : aucun commit.")
            return
        change = refresh.rewrite(made, run, repository.head())
        tree = refresh.tree_of(repository, run)
        rehearse(repository, change, tree, made.letters)
        repository.commit_rewrite(change)
        keep_written(repository.folder)
        reprint.write_loose(made.loose, repository.folder)
    if made.others:
        also = f"{made.others} autres lettres" if made.others > 1 else "une autre lettre"
        say(f"Ces livres demandent {also} : relance emettre, après la fusion.")
    next_thing(refresh.next_thing(made, run))
