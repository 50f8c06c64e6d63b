"""`relance rendre`: the specimen of the house's letters."""

from __future__ import annotations

from pathlib import Path

import click

from relance.company import POLICY, TEMPLATES
from relance.options import in_folder
from relance.pages.specimen import specimen as specimen_files
from relance.policy_file import read_policy

FOLDER = "out/charte"


@click.command()
@click.option("--specimen", is_flag=True, required=True, help="La charte et la feuille d'essai.")
@in_folder
def rendre(specimen: bool, folder: Path) -> None:  # noqa: ARG001, FBT001 - click gives it so
    """Dessine dans out/charte/ tout ce qu'une lettre montre, et la feuille d'essai des fenêtres."""
    policy = read_policy(folder / POLICY)
    for name, content in specimen_files(policy, folder / TEMPLATES).items():
        path = folder / FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        click.echo(f"{FOLDER}/{name}")
