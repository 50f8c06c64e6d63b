"""`relance emettre`: letters, PDF, register and commit of a day; on request, its review too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from relance.paper.power import Power
from relance.terminal.offices.exchange import Asked
from relance.terminal.options import common, with_power


@click.command(context_settings={"allow_extra_args": True})
@common
@click.option(
    "--dossiers",
    "patterns",
    metavar="MOTIF",
    multiple=True,
    help="Plusieurs entreprises à la fois : 'clients/*', entre apostrophes ; se répète.",
)
@click.option("--pousser", "push", is_flag=True, help="Pousse la branche, ouvre la demande.")
@click.option("--jours-ouvres", "working", is_flag=True, help="Ne fait rien un jour chômé.")
@with_power
@click.pass_context
def emettre(
    context: click.Context, /, folder: Path, day: date | None, power: Power, **asked: Any
) -> None:
    """Écrit les lettres du jour, leurs PDF et le registre, et les enregistre dans git.

    Avec --dossiers, chaque entreprise a son passage et son dépôt. Le statut est 0 si tout va
    bien, sinon le plus petit des leurs (1 panne, 2 faute à corriger, 3 dépôt à remettre en état).
    """
    _check(context, asked["patterns"])
    wanted = Asked(day, power, push=asked["push"], working_days=asked["working"])
    status = _of_many(asked["patterns"], wanted) if asked["patterns"] else _of_one(folder, wanted)
    if status:
        raise click.exceptions.Exit(status)


def _check(context: click.Context, patterns: Sequence[str]) -> None:
    """Refuse what a shell makes of a pattern without quotes, and two ways to say which folder."""
    if context.args:
        what = f"argument de trop : {' '.join(context.args)}"
        hint = " (le motif s'écrit entre apostrophes : --dossiers 'clients/*')" if patterns else ""
        raise click.UsageError(what + hint)
    if patterns and context.get_parameter_source("folder") is ParameterSource.COMMANDLINE:
        raise click.UsageError("--dossier et --dossiers s'excluent : choisissez l'un des deux.")


def _of_one(folder: Path, wanted: Asked) -> int:
    """The run of a company; its exit status."""
    from relance.terminal.offices.dayrun import DayRun

    run = DayRun(folder, wanted)
    run.make()
    return run.report.status


def _of_many(patterns: Sequence[str], wanted: Asked) -> int:
    """The runs of an office's companies; their exit status."""
    from relance.terminal.offices.many import issue_all

    return issue_all(patterns, wanted)
