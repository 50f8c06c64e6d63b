"""`relance init`: the folder of a real company."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import click

from relance.terminal.views.console import next_thing, say
from relance.values.problem import refuse

_PACKAGE = Path(__file__).parents[2]
_PACKAGED = _PACKAGE / "depart"
_CHECKOUT = _PACKAGE.parents[1]


@click.command()
@click.argument("folder", metavar="DOSSIER", type=click.Path(file_okay=False, path_type=Path))
def init(folder: Path) -> None:
    """Prépare le dossier d'une vraie entreprise."""
    for name in start(folder.resolve()):
        say(f"  {name}")
    next_thing(f"remplissez {folder}/relance.yaml (créancier), puis : relance verifier")


def start(folder: Path) -> list[str]:
    """Write a starting policy, ledger, templates and register header; returns the files' names.

    Raises `Refusal` when one of them is already there: nothing is overwritten.
    """
    there = next(place for place in (folder, *folder.parents) if place.exists())
    if not there.is_dir():
        raise refuse(str(folder), f"{there} n'est pas un dossier", "choisissez un autre nom")
    files = dict(_files())
    taken = [name for name in files if (folder / name).exists()]
    if taken:
        raise refuse(str(folder), f"déjà présents : {_few(taken)}", "choisissez un dossier vide")
    for name, source in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    return sorted(files)


_SHOWN = 5


def _few(names: list[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" et {more} de plus" if more > 0 else "")


def _files() -> Iterable[tuple[str, Path]]:
    model = _PACKAGE / "modele"
    for path in sorted(model.rglob("*")):
        if path.is_file():
            yield path.relative_to(model).as_posix().replace("dot-", "."), path
    letters = _PACKAGED / "letters" if _PACKAGED.is_dir() else _CHECKOUT / "letters"
    for path in sorted(letters.rglob("*")):
        if path.is_file():
            yield f"letters/{path.relative_to(letters).as_posix()}", path
