"""What is said and done around the files of a new folder: what is added to one that has some
already, agreed to first; the repository of one that is new; the next command."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from relance.git import first_commit
from relance.ledger.company import POLICY
from relance.terminal import creditor_answers
from relance.terminal.creditor_entry import CreditorEntry
from relance.terminal.model_folder import YEAR_FILE, ModelFolder
from relance.terminal.views.console import say, show_diff, show_problems

_FIRST_COMMIT = "Point de départ"


def agreed(model: ModelFolder, *, accepted: bool) -> bool:
    """Show what would be added to a folder that has something already, and ask, unless it is
    `accepted`. Raises `Refusal` when nobody can be asked, or nothing is missing."""
    if not model.there:
        return True
    if not (model.listed or accepted) or not (accepted or creditor_answers.someone_answers()):
        raise model.offered()
    if model.listed:
        say(f"Déjà présents : {model.there_in_short}. Manquent, et seraient ajoutés :")
    for name in model.listed:
        say(f"  {name}")
    show_diff(model.earlier.diff())
    return accepted or _choice("Les ajouter (o/n)") == "o"


def _choice(question: str) -> str:
    choice = click.Choice(["o", "n"])
    return str(click.prompt(question, type=choice, show_choices=False, prompt_suffix=" : "))


def after_adding(folder: Path, creditor: CreditorEntry) -> str:
    """The next command in a folder to which something was added."""
    fill = "" if creditor.is_named else f"remplissez {folder}/{POLICY} (créancier), puis : "
    return f"{fill}relance verifier{_at(folder)}, puis git add et git commit"


def recorded(folder: Path, model: ModelFolder, creditor: CreditorEntry) -> str:
    """Make the repository of a new folder and its first commit, when its creditor is known; the
    next command. With examples alone, where a first invoice goes is said before."""
    place = _at(folder)
    if entries := [name for name in model.missing if YEAR_FILE.fullmatch(name)]:
        say(f"Vos clients et vos factures vont dans {folder}/{entries[0]}, qui a des exemples.")
    if not creditor.is_named:
        return f"remplissez {folder}/{POLICY} (créancier), puis : relance verifier{place}"
    if first_commit.is_within_one(model.folder):
        return f"git add {shlex.quote(str(folder))}, git commit, puis : relance plan{place}"
    signature = (creditor.name, creditor.email)
    files = [*model.there, *model.missing]
    begun = first_commit.begin(model.folder, files, _FIRST_COMMIT, signature)
    if begun.problems:
        show_problems(begun.problems)
        quoted = shlex.quote(str(folder))
        return f'cd {quoted} && git add . && git commit -m "{_FIRST_COMMIT}", puis : relance plan'
    say(f"Enregistré dans git, branche {first_commit.BRANCH} : {_FIRST_COMMIT}.")
    if begun.signed:
        say(f"Les enregistrements de ce dossier sont signés {' <'.join(signature)}>.")
    return f"relance plan{place}"


def _at(folder: Path) -> str:
    return "" if folder.resolve() == Path.cwd() else f" --dossier {shlex.quote(str(folder))}"
