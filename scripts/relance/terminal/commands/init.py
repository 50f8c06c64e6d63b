"""`relance init`: the folder of a real company, empty or made from the files that it has."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from relance.ledger.company import POLICY, read_company
from relance.terminal.model_folder import start
from relance.terminal.options import filled
from relance.terminal.views.console import next_thing, progress_of_bytes, say
from relance.values.problem import Status, refuse


@dataclass(frozen=True, slots=True)
class InitOptions:
    """What `init` was asked for."""

    folder: Path
    complete: bool
    first: Path | None
    more: tuple[Path, ...]
    patterns: tuple[str, ...]


@click.command()
@click.argument("folder", metavar="DOSSIER", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--completer",
    "complete",
    is_flag=True,
    help="Ajoute ce qui manque à un dossier qui a déjà des fichiers, sans toucher à aucun.",
)
@click.option(
    "--depuis",
    "first",
    metavar="FICHIER...",
    type=click.Path(path_type=Path),
    help="Prépare le dossier depuis un FEC, un tableau de clients, des factures, des relevés.",
)
@click.argument("more", metavar="[FICHIER]...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--dossiers",
    "patterns",
    metavar="MOTIF",
    multiple=True,
    help="Une entreprise dans DOSSIER par fichier, ou dossier de fichiers, de ce motif.",
)
@filled(InitOptions)
def init(asked: InitOptions) -> None:
    """Prépare le dossier d'une vraie entreprise.

    Dans un dossier qui a déjà un grand livre, montre ce qui manque ; --completer l'ajoute.
    """
    _check(asked)
    if asked.patterns:
        from relance.terminal.offices.new_companies import found_all
        from relance.terminal.views.new_companies_view import show_companies

        if not show_companies(found_all(asked.folder.resolve(), asked.patterns)):
            sys.exit(Status.REFUSED_INPUT)
    elif asked.first:
        _from_files(asked.folder, (asked.first, *asked.more))
    else:
        for name in start(asked.folder.resolve(), complete=asked.complete):
            say(f"  {name}")
        next_thing(f"remplissez {asked.folder}/{POLICY} (créancier), puis : relance verifier")


def _check(asked: InitOptions) -> None:
    """Refuse options that say two things."""
    if asked.more and not asked.first:
        what = "des fichiers sont nommés sans --depuis"
        raise refuse(str(asked.more[0]), what, f"relance init {asked.folder} --depuis FICHIER…")
    chosen = [bool(asked.first), bool(asked.patterns), asked.complete]
    if sum(chosen) > 1:
        what = "--depuis, --dossiers et --completer ne vont pas ensemble"
        raise refuse(str(asked.folder), what, "gardez-en une")


def _from_files(folder: Path, places: Sequence[Path]) -> None:
    """A company's folder from these files, then what is missing before its letters."""
    from relance.claims.on_day import OnDay
    from relance.imports.inbox import size_of
    from relance.outlook.lacking import lacking
    from relance.terminal.clock import today
    from relance.terminal.founding import files_of, found
    from relance.terminal.views.importer_view import show_brought
    from relance.terminal.views.lacking_view import show_lacking

    paths = files_of(places)
    with progress_of_bytes(sum(map(size_of, paths)), "lecture") as step:
        prepared = found(folder.resolve(), paths, step)
    show_brought(prepared)
    company = read_company(folder.resolve())
    day = today(company.policy.calendar.timezone)
    show_lacking(lacking(OnDay(company.policy, company.books, day)))
    next_thing(f"relance plan --dossier {folder} ; complétez {folder}/{POLICY}, puis verifier")
    if prepared.refused:
        sys.exit(Status.REFUSED_INPUT)
