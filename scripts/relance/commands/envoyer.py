"""`relance envoyer`: what was approved leaves, and what left is recorded."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from relance import clock, sendview
from relance.dispatch import run
from relance.options import common


@click.command()
@common
@click.option("--essai", metavar="ADRESSE", help="Envoie tout à cette adresse ; n'enregistre rien.")
@click.option(
    "--sans-envoi",
    "dry",
    is_flag=True,
    help="N'envoie et n'enregistre rien : écrit les courriels (.eml) et les autres fichiers.",
)
@click.option("--seulement", "only", metavar="LETTRE", multiple=True, help="Cette lettre seule.")
@click.pass_context
def envoyer(
    context: click.Context,
    folder: Path,
    day: date | None,
    essai: str | None,
    *,
    dry: bool,
    only: tuple[str, ...],
) -> None:
    """Envoie les lettres approuvées : courriels, tirage à poster, SMS, appels à passer."""
    if essai is not None and dry:
        raise click.UsageError("--essai envoie, --sans-envoi n'envoie pas : l'un ou l'autre")
    request = run.Request(folder.resolve(), day, essai or "", dry, only)
    with run.opened(request, clock.now) as sending:
        sendview.show_start(sending)
        papers = run.make_papers(sending)
        results = [*sending.lacking]
        with sendview.progress(len(sending.jobs)) as done:
            for result in run.send(sending, clock.pause):
                results.append(result)
                done()
        sendview.show_outcome(sending, results, papers)
        run.record(sending)
    sendview.show_next(sending, results, papers)
    if run.incomplete(sending, results):
        context.exit(4)
