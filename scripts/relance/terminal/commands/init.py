"""`relance init`: the folder of a real company."""

from __future__ import annotations

from pathlib import Path

import click

from relance.terminal.starter import start
from relance.terminal.views.console import next_thing, say


@click.command()
@click.argument("folder", metavar="DOSSIER", type=click.Path(file_okay=False, path_type=Path))
def init(folder: Path) -> None:
    """Prépare le dossier d'une vraie entreprise."""
    for name in start(folder.resolve()):
        say(f"  {name}")
    next_thing(f"remplissez {folder}/relance.yaml (créancier), puis : relance verifier")
