"""`relance releves`: statements of account on a branch, by the same review as letters."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from relance.paper.press import Power
from relance.terminal import clock
from relance.terminal.options import common, filled, with_power
from relance.values.problem import Status


@dataclass(frozen=True, slots=True)
class StatementsOptions:
    """What `releves` was asked for: clients by name or account, all without any."""

    folder: Path
    day: date | None
    clients: tuple[str, ...]
    push: bool
    power: Power


@click.command()
@click.argument("clients", metavar="[CLIENT]...", nargs=-1)
@common
@click.option("--pousser", "push", is_flag=True, help="Pousse la branche, ouvre la demande.")
@with_power
@filled(StatementsOptions)
def releves(asked: StatementsOptions) -> None:
    """Écrit un relevé de compte à chaque client qui doit quelque chose, copies des factures
    jointes, sur une branche à relire : ni relance, ni somme réclamée.

    Un par client et par mois ; CLIENT, par nom ou par compte, en redemande un. Une procédure, un
    litige, une suspension, un doute sur les livres retiennent celui du client, et c'est dit.
    """
    from relance.runs import daily
    from relance.specimens.soundness import sound
    from relance.terminal.views.emettre_view import show_run

    request = daily.RunRequest(asked.day, asked.power, asked.push, statements=asked.clients)
    with closing(daily.run(asked.folder, request, clock.today, sound)) as events:
        if not show_run(events):
            click.get_current_context().exit(int(Status.REFUSED_STATE))
