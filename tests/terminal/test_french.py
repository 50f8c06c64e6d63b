"""click speaks French: every text of the installed version, and what people really see."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from string import Formatter

import click
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from relance.terminal.french import CATALOGUES, DOMAIN

FOLDER = CATALOGUES / "fr" / "LC_MESSAGES"
PROGRAM = """
from relance.terminal.french import speak_french
speak_french()
import click
@click.command()
@click.argument("facture")
@click.option("--au", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--format", type=click.Choice(["texte", "json"]))
@click.option("--dossier", type=click.Path(exists=True, file_okay=False))
@click.option("--nombre", type=int)
def main(**_): click.echo("fait")
main(prog_name="relance")
"""


def catalogue() -> Catalog:
    with (FOLDER / f"{DOMAIN}.po").open("rb") as po:
        return read_po(po, locale="fr", domain=DOMAIN)


def run(*arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        env=os.environ | {"PYTHONPATH": str(CATALOGUES.parents[1]), "COLUMNS": "80"} | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return (done.stdout + done.stderr).replace("\u00a0", " ")


@pytest.mark.slow
def test_every_text_of_click_is_translated() -> None:
    keywords = {"_": None, "ngettext": (1, 2)}
    found = extract_from_dir(Path(click.__file__).parent, keywords=keywords)
    english = {message for _, _, message, _, _ in found}
    french = {message.id for message in catalogue() if message.id and all(list_of(message.string))}
    assert len(english) > 50
    assert english == french


def test_every_placeholder_is_one_of_the_original() -> None:
    for message in catalogue():
        assert placeholders(message.string) <= placeholders(message.id)


def placeholders(text: object) -> set[str]:
    """The fields that `str.format` would look up: an unknown one would crash the complaint."""
    return {
        field
        for form in list_of(text)
        for _, field, _, _ in Formatter().parse(str(form))
        if field is not None
    }


def test_the_compiled_catalogue_is_up_to_date() -> None:
    with (FOLDER / f"{DOMAIN}.mo").open("rb") as mo:
        assert texts(read_mo(mo)) == texts(catalogue())


def texts(messages: Catalog) -> set[str]:
    return {
        f"{list_of(message.id)} → {list_of(message.string)}" for message in messages if message.id
    }


def list_of(text: object) -> list[object]:
    return list(text) if isinstance(text, list | tuple) else [text]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "seen"),
    [
        (["--help"], "Usage : relance [OPTIONS] FACTURE"),
        (["--help"], "Affiche cette aide et s'arrête."),
        ([], "Erreur : Il manque l'argument 'FACTURE'."),
        (["--dosier", "x"], "L'option '--dosier' n'existe pas. Vouliez-vous dire '--dossier' ?"),
        (["--dosier", "x"], "Pour l'aide : relance --help"),
        (["F1", "--format", "xml"], "'xml' n'est pas l'un de : 'texte', 'json'."),
        (["F1", "--au", "demain"], "'demain' n'est pas une date au format '%Y-%m-%d'."),
        (["F1", "--dossier", "nulle-part"], "Dossier introuvable : 'nulle-part'."),
        (["F1", "--nombre", "dix"], "'dix' n'est pas un nombre correct."),
        (["F1", "--nombre"], "L'option '--nombre' attend une valeur."),
        (["F1", "F2", "F3"], "Arguments de trop : F2 F3"),
    ],
)
def test_people_read_french(arguments: list[str], seen: str) -> None:
    assert seen in run(*arguments)


@pytest.mark.slow
@pytest.mark.parametrize("locale", ["C", "en_GB.UTF-8", "de_DE.UTF-8"])
def test_whatever_the_locale(locale: str) -> None:
    assert "Erreur : Il manque l'argument" in run(LC_ALL=locale, LANGUAGE="de:en")
