"""`relance rendre`: the PDFs of letters edited by hand, on their unmerged branch; the specimen."""

from __future__ import annotations

from pathlib import Path

import click

from relance.paper.press import Power
from relance.terminal.options import in_folder, unpowered, with_power
from relance.terminal.views.console import next_thing, progress_of, say

_SPECIMEN = "out/charte"


@click.command()
@click.option("--specimen", is_flag=True, help="Dessine plutôt la charte et la feuille d'essai.")
@in_folder
@with_power
def rendre(folder: Path, power: Power, *, specimen: bool) -> None:
    """Refait les PDF des lettres retouchées, sur leur branche, et accorde le registre.

    Les mots sont libres ; un chiffre que les livres ne donnent pas est refusé. Avec --specimen,
    dessine dans out/charte/ tout ce qu'une lettre montre, et la feuille d'essai des fenêtres.
    """
    if specimen:
        unpowered(power, "--specimen")
        _draw(folder)
    else:
        _render(folder, power)


def _draw(folder: Path) -> None:
    from relance.ledger.company import POLICY, TEMPLATES
    from relance.policy.reader import read_policy
    from relance.specimens.previews import specimen
    from relance.text.writing import write_files

    policy = read_policy(folder / POLICY)
    sheets = specimen(policy, folder / TEMPLATES)
    write_files(folder / _SPECIMEN, sheets)
    for name in sheets:
        say(f"{_SPECIMEN}/{name}")


def _render(folder: Path, power: Power) -> None:
    from relance.cache.book_states import read_once
    from relance.cache.cached_books import keep_written
    from relance.git.repository import Repository
    from relance.paper.rendering import printing
    from relance.runs import reprint
    from relance.runs.unmerged import registers, rehearse, unmerged

    repository = Repository.at(folder.resolve())
    with repository.lock():
        say(repository.recover())
        company = read_once(repository.folder)
        run = unmerged(repository, company)
        repository.check_committed(registers(company))
        count = len(reprint.edited(run, repository.folder))
        with (
            progress_of(count, "Lettres") as done,
            printing(power, repository.pages, done) as press,
        ):
            made = reprint.render(repository, run, company, press)
        if not made.texts:
            next_thing("aucune lettre retouchée : rien à refaire, aucun commit.")
            return
        change = reprint.rewrite(made, repository.head())
        rehearse(repository, change, "HEAD", made.letters)
        repository.commit_rewrite(change)
        keep_written(repository.folder)
        reprint.write_loose(made.loose, repository.folder)
    for name in made.told:
        say(name)
    next_thing(f"enregistré sur {run.branch} ; relisez les PDF, puis git push ou fusionnez.")
