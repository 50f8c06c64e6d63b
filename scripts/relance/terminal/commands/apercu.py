"""`relance apercu`: every template with made-up clients."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import click

from relance.ledger.company import POLICY, TEMPLATES
from relance.paper import screen
from relance.paper.press import Job, Power
from relance.paper.rendering import opened
from relance.policy.reader import read_policy
from relance.policy.settings import Policy
from relance.sending.mail_preview import mails_of, standalone_mail
from relance.specimens.previews import Preview, PreviewForm, previews
from relance.terminal.options import filled, in_folder, unpowered, with_power
from relance.terminal.views.console import next_thing, progress_of, say
from relance.text.locales import is_language
from relance.text.words import count
from relance.text.writing import write_files
from relance.values.problem import Problem, Refusal, refuse
from relance.values.register import LETTER_ID

FOLDER = "out/apercu"


@dataclass(frozen=True, slots=True)
class PreviewOptions:
    """What `apercu` was asked for: the previews whose names hold these words, all when `whole`,
    opened when `launch`; without a `target` they go to out/apercu."""

    folder: Path
    words: tuple[str, ...]
    form: str
    launch: bool
    whole: bool
    target: Path | None
    power: Power


@click.command()
@in_folder
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
@with_power
@filled(PreviewOptions)
def apercu(asked: PreviewOptions) -> None:
    """Chaque modèle, de votre entreprise à des clients inventés, du plus connu au moins connu.

    NOM ne garde que les aperçus dont le nom contient tous ces mots : « en relance-1 ». Le numéro
    d'une lettre, R20261121-01, montre le courriel qui la portera, avec son vrai client.
    """
    if asked.form == "html":
        unpowered(asked.power, "--format html")
    root, words = asked.folder.resolve(), asked.words
    templates, target = root / TEMPLATES, asked.target or root / FOLDER
    if words and all(map(LETTER_ID.fullmatch, words)):
        files = mails_of(root, words, templates)
    else:
        files = _made(_chosen(read_policy(root / POLICY), templates, asked), templates, asked)
    write_files(target, files)
    for name in files:
        path = target / name
        say(str(path.relative_to(root) if path.is_relative_to(root) else path))
    if asked.launch:
        only = target / next(iter(files)) if len(files) == 1 else target
        # xdg-open hands over and ends; elsewhere to wait would be to wait for the viewer.
        click.launch(str(only), wait=sys.platform == "linux")
    next_thing(f"{count(len(files), 'aperçu')} ; ce dossier se supprime sans perte.")


def _chosen(policy: Policy, templates: Path, asked: PreviewOptions) -> list[Preview]:
    chosen = [
        preview
        for preview in previews(templates, policy, firm=True)
        if _wanted(preview, asked.words, whole=asked.whole)
    ]
    if not chosen:
        remedy = "relance apercu, sans nom, les montre tous"
        raise refuse(" ".join(asked.words), "aucun aperçu de ce nom", remedy)
    return chosen


def _wanted(preview: Preview, words: tuple[str, ...], *, whole: bool) -> bool:
    language, _, name = preview.name.partition("/")
    return (whole or preview.main) and all(
        word == language if is_language(word) else word in name for word in words
    )


def _made(chosen: list[Preview], folder: Path, asked: PreviewOptions) -> dict[str, bytes]:
    """The files by name. Raises Refusal with the faults of all the templates, none written."""
    files: dict[str, bytes] = {}
    problems: dict[Problem, None] = {}
    jobs: list[Job] = []
    for preview in chosen:
        try:
            text = preview.make()
            if preview.form is PreviewForm.TEXT:
                files[f"{preview.name}.txt"] = f"{text}\n".encode()
            elif preview.form is PreviewForm.MAIL:
                files[f"{preview.name}.html"] = _mail(preview, text, folder)
            elif asked.form == "html":
                files[f"{preview.name}.html"] = screen.standalone(text, folder).encode()
            else:
                jobs.append(Job(preview.name, "", text))
        except Refusal as refusal:
            problems |= dict.fromkeys(refusal.problems)
    if jobs:
        files |= _pages(jobs, folder, asked.power, problems)
    if problems:
        raise Refusal(list(problems))
    return files


def _mail(preview: Preview, text: str, folder: Path) -> bytes:
    return standalone_mail(text, folder, preview.name).encode()


def _pages(
    jobs: list[Job], folder: Path, power: Power, problems: dict[Problem, None]
) -> dict[str, bytes]:
    """The PDFs in the order of their jobs; what is wrong with the others joins `problems`."""
    pages = {job.name: b"" for job in jobs}
    with (
        opened(power) as press,
        progress_of(len(jobs), "Aperçus") as done,
    ):
        for made in press.make(jobs, folder):
            pages[made.name] = made.page
            problems |= dict.fromkeys(made.problems)
            done(made.name)
    return {f"{name}.pdf": page for name, page in pages.items()}
