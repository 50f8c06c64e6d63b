"""`relance emettre`: letters, PDF, register and commit of a day; on request, its review too."""

from __future__ import annotations

import signal
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click
from click.core import ParameterSource

from relance.paper.press import Power
from relance.terminal import clock
from relance.terminal.options import common, filled, with_power
from relance.values.problem import Status

_BY_SIGNAL = 128  # and the number of the signal, as shells say it


@dataclass(frozen=True, slots=True)
class IssueOptions:
    """What `emettre` was asked for; with patterns, of every company that they name."""

    folder: Path
    day: date | None
    patterns: tuple[str, ...]
    push: bool
    working_days: bool
    power: Power


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
@click.option("--jours-ouvres", "working_days", is_flag=True, help="Ne fait rien un jour chômé.")
@with_power
@filled(IssueOptions)
def emettre(asked: IssueOptions) -> None:
    """Écrit les lettres du jour, leurs PDF et le registre, et les enregistre dans git.

    Avec --dossiers, chaque entreprise a son passage et son dépôt. Le statut est 0 si tout va
    bien, sinon le plus petit des leurs (1 panne, 2 faute à corriger, 3 dépôt à remettre en état).
    """
    context = click.get_current_context()
    _check(context, asked)
    if status := _of_many(asked) if asked.patterns else _of_one(asked):
        context.exit(status)


def _check(context: click.Context, asked: IssueOptions) -> None:
    """Refuse what a shell makes of a pattern without quotes, and two ways to say which folder."""
    if context.args:
        what = f"argument de trop : {' '.join(context.args)}"
        hint = " (le motif s'écrit entre apostrophes : --dossiers 'clients/*')"
        raise click.UsageError(what + (hint if asked.patterns else ""))
    if asked.patterns and context.get_parameter_source("folder") is ParameterSource.COMMANDLINE:
        raise click.UsageError("--dossier et --dossiers s'excluent : choisissez l'un des deux.")


def _of_one(asked: IssueOptions) -> int:
    """The run of a company, printed as it goes on; its exit status."""
    from relance.runs import daily
    from relance.specimens.soundness import sound
    from relance.terminal.views.emettre_view import show_run

    request = daily.RunRequest(asked.day, asked.power, asked.push, asked.working_days)
    with closing(daily.run(asked.folder, request, clock.today, sound)) as events:
        return 0 if show_run(events) else int(Status.REFUSED_STATE)


def _of_many(asked: IssueOptions) -> int:
    """The runs of an office's companies, side by side, then one table; their exit status.

    Raises `Refusal` when the patterns name none, and `KeyboardInterrupt`, once all is told,
    when Ctrl-C stopped the runs.
    """
    from relance.runs.daily import RunRequest
    from relance.terminal.offices.child import Order, never_run, overall
    from relance.terminal.offices.companies import select
    from relance.terminal.offices.running import run_all, shared
    from relance.terminal.views import emettre_table
    from relance.terminal.views.console import progress_of

    chosen = select(asked.patterns)
    emettre_table.show_remarks(chosen.remarks)
    runnable = [folder for folder in chosen.folders if folder not in chosen.refused]
    at_once, power = shared(asked.power, len(runnable))
    request = RunRequest(asked.day, power, asked.push, asked.working_days)
    orders = [Order(folder, request) for folder in runnable]
    with progress_of(len(orders), "Entreprises") as done:
        ended = run_all(orders, at_once, done)
    reports = dict(zip(runnable, ended.reports, strict=True))
    reports |= {folder: never_run(why) for folder, why in chosen.refused.items()}
    emettre_table.show({folder: reports[folder] for folder in chosen.folders}, asked.day)
    if ended.signal == signal.SIGINT:
        raise KeyboardInterrupt
    return _BY_SIGNAL + ended.signal if ended.signal else overall(reports.values())
