"""`relance apercu`: every template with made-up clients."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from relance import console
from relance.company import POLICY, TEMPLATES
from relance.letters.previews import Preview, previews
from relance.pages import pdf, screen
from relance.policy_file import read_policy
from relance.problem import Problem, Refusal, refuse
from relance.typography import is_language

FOLDER = "out/apercu"


@click.command()
@click.option(
    "--dossier",
    "root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    metavar="DOSSIER",
    help="Dossier de l'entreprise (par défaut : ici).",
)
@click.argument("words", metavar="[NOM]...", nargs=-1)
@click.option("--format", "form", type=click.Choice(["pdf", "html"]), default="pdf")
@click.option("--ouvrir", "launch", is_flag=True, help="Les ouvre ensuite.")
@click.option("--tous", "whole", is_flag=True, help="Chaque type de débiteur, pour tout modèle.")
@click.option(
    "--dans",
    "target",
    type=click.Path(file_okay=False, path_type=Path),
    help=f"Où les écrire (par défaut : {FOLDER}).",
)
def apercu(root: Path, target: Path | None, words: tuple[str, ...], **asked: object) -> None:
    """Chaque modèle avec des clients inventés, du plus connu au moins connu.

    NOM ne garde que les aperçus dont le nom contient tous ces mots : « en relance-1 ».
    """
    root = root.resolve()
    folder, target = root / TEMPLATES, target or root / FOLDER
    chosen = [p for p in _known(root, folder) if _wanted(p, words, whole=bool(asked["whole"]))]
    if not chosen:
        remedy = "relance apercu, sans nom, les montre tous"
        raise refuse(" ".join(words), "aucun aperçu de ce nom", remedy)
    files = _made(chosen, folder, str(asked["form"]))
    for name, content in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        console.say(str(path.relative_to(root) if path.is_relative_to(root) else path))
    if asked["launch"]:
        only = target / next(iter(files)) if len(files) == 1 else target
        # xdg-open hands over and ends; elsewhere to wait would be to wait for the viewer.
        click.launch(str(only), wait=sys.platform == "linux")
    console.next_thing(
        f"{console.count(len(files), 'aperçu')} ; ce dossier se supprime sans perte."
    )


def _known(root: Path, folder: Path) -> Iterator[Preview]:
    return previews(folder, read_policy(root / POLICY))


def _wanted(preview: Preview, words: tuple[str, ...], *, whole: bool) -> bool:
    language, _, name = preview.name.partition("/")
    return (whole or preview.main) and all(
        word == language if is_language(word) else word in name for word in words
    )


def _made(chosen: list[Preview], folder: Path, form: str) -> dict[str, bytes]:
    """The files by name. Raises Refusal with the faults of all the templates, none written."""
    files: dict[str, bytes] = {}
    problems: dict[Problem, None] = {}
    for preview in chosen:
        try:
            text = preview.make()
            if not preview.page:
                files[f"{preview.name}.txt"] = f"{text}\n".encode()
            elif form == "html":
                files[f"{preview.name}.html"] = screen.standalone(text, folder).encode()
            else:
                files[f"{preview.name}.pdf"] = pdf.render(text, folder)
        except Refusal as refusal:
            problems |= dict.fromkeys(refusal.problems)
    if problems:
        raise Refusal(list(problems))
    return files
