"""`relance rendre`: the PDFs of letters edited by hand, on their unmerged branch."""

from __future__ import annotations

from pathlib import Path

import click

from relance import console
from relance.options import in_folder


@click.command()
@in_folder
def rendre(folder: Path) -> None:
    """Refait les PDF des lettres retouchées, sur leur branche, et accorde le registre.

    Les mots sont libres ; un chiffre que les livres ne donnent pas est refusé.
    """
    from relance.company import read_company
    from relance.revision import rehearsal, rendering
    from relance.revision.unmerged import registers, unmerged
    from relance.vcs.repository import Repository

    repository = Repository.at(folder.resolve())
    with repository.lock():
        console.say(repository.recover())
        company = read_company(repository.folder)
        run = unmerged(repository, company)
        repository.check_committed(registers(company))
        made = rendering.render(repository, run, company)
        if not made.texts:
            console.next_thing("aucune lettre retouchée : rien à refaire, aucun commit.")
            return
        change = rendering.rewrite(made, repository.head())
        rehearsal.rehearse(repository, change, "HEAD", made.letters)
        repository.commit_rewrite(change)
        rendering.write_loose(made.loose, repository.folder)
    for name in made.told:
        console.say(name)
    console.next_thing(
        f"enregistré sur {run.branch} ; relisez les PDF, puis git push ou fusionnez."
    )
