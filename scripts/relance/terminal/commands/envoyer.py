"""`relance envoyer`: what was approved leaves, and what left is recorded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from relance.sending import run
from relance.sending.return_run import ReturnRequest, take_returns
from relance.specimens.soundness import sound
from relance.terminal import clock
from relance.terminal.options import common, filled
from relance.terminal.views import envoyer_view as view
from relance.terminal.views.retours_view import show_returns
from relance.values.problem import Status


@click.command()
@common
@click.option(
    "--essai",
    "trial",
    metavar="ADRESSE",
    help="Envoie tout à cette adresse ; n'enregistre rien.",
)
@click.option(
    "--sans-envoi",
    "dry",
    is_flag=True,
    help="N'envoie et n'enregistre rien : écrit les courriels (.eml) et les autres fichiers.",
)
@click.option("--seulement", "only", metavar="LETTRE", multiple=True, help="Cette lettre seule.")
@click.option(
    "--hors-ligne",
    "offline",
    is_flag=True,
    help="N'interroge pas le dépôt distant ; ce qu'on en sait déjà compte toujours.",
)
@click.option(
    "--retours",
    "returns",
    type=click.Path(exists=True, path_type=Path),
    metavar="CHEMIN",
    help="N'envoie rien : lit ici (maildir, mbox, .eml) les courriels revenus, et les note.",
)
@filled(run.SendingRequest)
def envoyer(request: run.SendingRequest) -> None:
    """Envoie les lettres approuvées : courriels, tirage à poster, SMS, appels à passer."""
    if request.trial is not None and request.dry:
        raise click.UsageError("--essai envoie, --sans-envoi n'envoie pas : l'un ou l'autre")
    request = replace(request, folder=request.folder.resolve())
    if request.returns is not None:
        _take_returns(request, request.returns)
        return
    with run.opened(request, clock.now, sound) as sending:
        view.show_start(sending)
        papers = run.make_papers(sending)
        results = [*sending.lacking]
        with view.progress(len(sending.jobs)) as done:
            for result in run.send(sending, clock.pause):
                results.append(result)
                done()
        try:  # what has left is kept before it is shown: a screen may break
            run.record(sending)
        finally:
            view.show_outcome(sending, results, papers)
    view.show_next(sending, results, papers)
    if run.incomplete(sending, results, papers.hands):
        click.get_current_context().exit(int(Status.NOT_ALL_SENT))


def _take_returns(request: run.SendingRequest, mail: Path) -> None:
    if request.day or request.trial is not None or request.dry or request.only:
        raise click.UsageError("--retours lit ce qui est revenu : seul --hors-ligne va avec")
    wanted = ReturnRequest(request.folder, mail, request.offline)
    show_returns(take_returns(wanted, clock.now, sound))
