"""`relance importer`: invoices and bank statements come in by themselves."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from relance.git.repository import Repository
from relance.imports import import_run, writing_out
from relance.imports.inbox import size_of
from relance.imports.prepared import ImportRequest, Prepared
from relance.incoming import sheets
from relance.ledger.company import POLICY
from relance.policy.reader import read_policy
from relance.terminal.clock import now, pause, today
from relance.terminal.options import filled, in_folder
from relance.terminal.views.console import next_thing, progress_of_bytes, say
from relance.terminal.views.importer_view import show_collected, show_entries, show_import
from relance.values.collector import uncollected
from relance.values.problem import Refusal, Status, refuse

if TYPE_CHECKING:
    from relance.platforms.collecting import Collected

_SHEETS = ("clients.csv", "factures.csv")


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What `importer` was asked for."""

    folder: Path
    places: tuple[Path, ...]
    trial: bool
    commit: bool
    bank: str | None
    follow_lettering: bool
    restored: bool
    sheet: str | None
    platform: bool


@click.command()
@in_folder
@click.argument("places", metavar="[FICHIER|DOSSIER]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--essai", "trial", is_flag=True, help="Montre les écritures, n'écrit rien.")
@click.option("--commit", is_flag=True, help="Enregistre cet import, et lui seul, dans git.")
@click.option(
    "--compte",
    "bank",
    metavar="COMPTE",
    help="Compte du grand livre d'un relevé qui ne dit pas de quel compte il est.",
)
@click.option(
    "--suivre-lettrage",
    "follow_lettering",
    is_flag=True,
    help="Récrit ce qu'un FEC lettre autrement que les livres.",
)
@click.option(
    "--remettre",
    "restored",
    is_flag=True,
    help="Reprend dans ces fichiers ce que vous aviez supprimé du grand livre.",
)
@click.option(
    "--modele",
    "sheet",
    type=click.Choice(_SHEETS),
    help="Écrit ici ce tableau vide, à remplir dans un tableur.",
)
@click.option(
    "--plateforme",
    "platform",
    is_flag=True,
    help="Prend d'abord ce qui est nouveau chez votre plateforme (importer.plateforme).",
)
@filled(ImportOptions)
def importer(asked: ImportOptions) -> None:
    """Lit factures, relevés, FEC et statuts, les écrit au grand livre, range les originaux.

    Sans argument : le dossier a-importer du grand livre. Ce qui est déjà là n'entre pas deux fois.
    """
    if asked.sheet:
        _write_sheet(asked.sheet)
        return
    root = asked.folder.resolve()
    if asked.platform and asked.trial:
        what = "--essai n'écrit rien, --plateforme écrit ce qu'elle prend"
        raise refuse("importer", what, "prenez d'abord, puis essayez")
    repository = Repository.around(root, needed=asked.commit)
    collected = None
    with repository.lock() if repository and not asked.trial else nullcontext():
        say(repository.recover() if repository and not asked.trial else None)
        if asked.platform:
            collected = _collected(root)
            show_collected(collected)
        prepared = _imported(root, asked, repository)
    if prepared:
        show_import(prepared, trial=asked.trial, committed=asked.commit)
    if collected and collected.stopped:
        raise collected.stopped
    if prepared and prepared.refused:
        sys.exit(Status.REFUSED_INPUT)


def _collected(root: Path) -> Collected:
    """What the platform has that is new, put into the inbox."""
    from relance.platforms.collecting import collect
    from relance.platforms.credentials import Tokens, secret
    from relance.platforms.exchange import Exchange, Patience
    from relance.platforms.flow_service import FlowService

    policy = read_policy(root / POLICY)
    settings = policy.importing.platform
    if settings is None:
        what = "la politique ne dit rien de votre plateforme"
        remedy = "écrivez importer.plateforme : adresse, jeton, client, depuis"
        raise refuse(POLICY, what, remedy)
    exchange = Exchange(settings.address, Patience(sleep=pause))
    tokens = Tokens(settings, secret(settings), exchange)
    service = FlowService(settings.address, exchange, tokens)
    inbox = root / import_run.inbox_of(policy.ledger.file)
    return collect(service, inbox, settings.since, now(policy.calendar.timezone))


@uncollected()  # nothing that a file or the books are made of is a circle
def _imported(root: Path, asked: ImportOptions, repository: Repository | None) -> Prepared | None:
    """What the files became, written unless it is a trial; None, said, when there is no file."""
    policy = read_policy(root / POLICY)
    day = today(policy.calendar.timezone)
    places = tuple(map(Path.absolute, asked.places))
    request = ImportRequest(root, places, day, asked.bank, asked.follow_lettering, asked.restored)
    paths = import_run.files_of(request, policy.ledger.file)
    if not paths:
        box = import_run.inbox_of(policy.ledger.file)
        next_thing(f"rien à importer : déposez factures et relevés dans {box}.")
        return None
    with progress_of_bytes(sum(map(size_of, paths)), "lecture") as step:
        prepared = import_run.prepare(request, paths, step)
    if asked.trial:
        show_entries(prepared)
        return prepared
    commits = repository if asked.commit else None
    try:
        writing_out.write(prepared, commits)
    except Refusal as refusal:
        # Books that would not load are most often a balance that the bank's lines contradict.
        if refusal.status is not Status.REFUSED_INPUT or not prepared.has_statements:
            raise
        prepared = import_run.prepare(request, paths, withheld=refusal.problems)
        writing_out.write(prepared, commits)
    return prepared


def _write_sheet(name: str) -> None:
    """The empty sheet, in the folder where one is; with a mark by which spreadsheets know UTF-8."""
    path = Path(name)
    if path.exists():
        raise refuse(name, "ce fichier existe déjà", "renommez-le, ou remplissez-le")
    path.write_bytes(sheets.template(path.stem).encode("utf-8-sig"))
    next_thing(f"{name} est écrit : remplissez-le, puis relance importer {name}")
