"""`relance init`: the folder of a real company, empty or made from the files that it has."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from relance.ledger.company import POLICY, read_company
from relance.terminal import creditor_answers, new_folder
from relance.terminal.creditor_entry import CreditorEntry
from relance.terminal.model_folder import ModelFolder
from relance.terminal.options import filled
from relance.terminal.views.console import next_thing, progress_of_bytes, say
from relance.values.problem import Status, refuse


@dataclass(frozen=True, slots=True)
class InitOptions:
    """What `init` was asked for."""

    folder: Path
    complete: bool
    forge: str | None
    first: Path | None
    more: tuple[Path, ...]
    patterns: tuple[str, ...]
    name: str | None
    siren: str | None
    address: str | None
    iban: str | None
    email: str | None
    phone: str | None

    @property
    def creditor(self) -> Mapping[str, str | None]:
        """What options say of the creditor, by the names of its facts."""
        names = ("name", "siren", "address", "iban", "email", "phone")
        return {name: getattr(self, name) for name in names}


@click.command()
@click.argument("folder", metavar="DOSSIER", type=click.Path(file_okay=False, path_type=Path))
@click.option("--nom", "name", help="Votre entreprise, telle que les lettres l'impriment.")
@click.option("--siren", help="Son SIREN, dont la clé est vérifiée.")
@click.option("--adresse", "address", help='Son adresse : "12 rue des Lanternes, 69004 LYON".')
@click.option("--iban", help="Le compte où vos clients paient, dont la clé est vérifiée.")
@click.option("--courriel", "email", help="L'adresse électronique à laquelle ils répondent.")
@click.option("--telephone", "phone", help="Le téléphone où ils appellent.")
@click.option(
    "--forge",
    type=click.Choice(["github", "gitlab"]),
    help="Ajoute les fichiers qui font le passage de chaque jour sur ce serveur.",
)
@click.option(
    "--oui",
    "--completer",
    "complete",
    is_flag=True,
    help="Ajoute sans demander ce qui manque à un dossier qui a déjà des fichiers.",
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

    Dans un terminal, demande ce qu'aucune option n'a dit. Dans un dossier qui a déjà un grand
    livre, montre ce qui manque, et ne l'ajoute qu'une fois accepté.
    """
    _check(asked)
    if asked.patterns:
        from relance.terminal.offices.new_companies import found_all
        from relance.terminal.views.new_companies_view import show_companies

        if not show_companies(found_all(asked.folder.resolve(), asked.patterns)):
            sys.exit(Status.REFUSED_INPUT)
        return
    creditor = creditor_answers.from_options(asked.creditor)
    if asked.first:
        _from_files(asked, creditor, (asked.first, *asked.more))
    else:
        _from_model(asked, creditor)


def _check(asked: InitOptions) -> None:
    """Refuse options that say two things."""
    if asked.more and not asked.first:
        what = "des fichiers sont nommés sans --depuis"
        raise refuse(str(asked.more[0]), what, f"relance init {asked.folder} --depuis FICHIER…")
    chosen = [bool(asked.first), bool(asked.patterns), asked.complete]
    if sum(chosen) > 1:
        what = "--depuis, --dossiers et --oui ne vont pas ensemble"
        raise refuse(str(asked.folder), what, "gardez-en une")
    if asked.patterns and (asked.forge or any(asked.creditor.values())):
        what = "le créancier et la forge d'un seul dossier, avec --dossiers"
        raise refuse(str(asked.folder), what, "une entreprise à la fois, ou sans ces options")


def _from_model(asked: InitOptions, creditor: CreditorEntry) -> None:
    """A folder with examples, or what is missing from one that has something already."""
    model = ModelFolder(asked.folder.resolve(), asked.forge or "")
    if not new_folder.agreed(model, accepted=asked.complete):
        say("Rien n'est ajouté.")
        return
    if POLICY not in model.missing:
        if any(asked.creditor.values()):
            what = "ce fichier est là : aucune option n'y change le créancier"
            raise refuse(f"{asked.folder}/{POLICY}", what, "corrigez-y creancier")
    elif creditor_answers.someone_answers():
        creditor = creditor_answers.ask(creditor, given=asked.creditor)
    was_there = bool(model.there)
    if not was_there:
        for name in model.listed:
            say(f"  {name}")
    model.write(creditor)
    model.earlier.add_register()
    if was_there:
        next_thing(new_folder.after_adding(asked.folder, creditor))
    else:
        next_thing(new_folder.recorded(asked.folder, model, creditor))


def _from_files(asked: InitOptions, creditor: CreditorEntry, places: Sequence[Path]) -> None:
    """A company's folder from these files, then what is missing before its letters."""
    from relance.claims.on_day import OnDay
    from relance.imports.inbox import size_of
    from relance.outlook.lacking import lacking
    from relance.terminal.clock import today
    from relance.terminal.founding import Founding, creditor_of, files_of, found
    from relance.terminal.views.importer_view import show_brought
    from relance.terminal.views.lacking_view import show_lacking

    paths, folder = files_of(places), asked.folder
    creditor = creditor.over(creditor_of(paths))
    if creditor_answers.someone_answers():
        creditor = creditor_answers.ask(creditor, given=asked.creditor)
    founding = Founding(folder.resolve(), paths, creditor, asked.forge or "")
    with progress_of_bytes(sum(map(size_of, paths)), "lecture") as step:
        prepared = found(founding, step)
    show_brought(prepared)
    company = read_company(folder.resolve())
    day = today(company.policy.calendar.timezone)
    show_lacking(lacking(OnDay(company.policy, company.books, day)))
    model = ModelFolder(folder.resolve(), asked.forge or "")
    next_thing(new_folder.recorded(folder, model, creditor))
    if prepared.refused:
        sys.exit(Status.REFUSED_INPUT)
