"""`relance verifier`: everything that can be checked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from relance.cache.cached_books import recalled_whole
from relance.claims.on_day import OnDay
from relance.outlook.lacking import lacking
from relance.outlook.prevention import look_up
from relance.specimens.verification import verify
from relance.terminal.clock import today
from relance.terminal.fault_guide import explaining
from relance.terminal.options import common
from relance.terminal.views.console import next_thing, nothing, say, show_refusal, show_warnings
from relance.terminal.views.lacking_view import show_lacking
from relance.text.words import count
from relance.values.problem import Problem, Refusal


@click.command()
@common
@click.option(
    "--contre",
    "target",
    metavar="BRANCHE",
    help="Les lettres que cette branche n'a pas encore sont-elles toujours justes ?",
)
@click.option(
    "--expliquer", "explained", is_flag=True, help="Ajoute ce que dit le guide de chaque faute."
)
def verifier(folder: Path, day: date | None, target: str | None, *, explained: bool) -> None:
    """Tout ce qui se vérifie : politique, grand livre, clients, modèles, registre."""
    beside = explaining() if explained else nothing
    try:
        warnings = _checked(folder.resolve(), day, target)
    except Refusal as refused:
        if not explained:
            raise
        show_refusal(refused.problems, beside)
        raise click.exceptions.Exit(int(refused.status)) from None
    show_warnings(warnings, beside)
    say(f"Où vérifier une société : {look_up('SIREN')}.")
    if target:
        say(f"Les lettres de cette branche sont toujours justes sur {target}.")
    next_thing(f"rien à corriger ({count(len(warnings), 'avertissement')}).")


def _checked(root: Path, day: date | None, target: str | None) -> tuple[Problem, ...]:
    """What is missing, shown, then the warnings. Raises `Refusal` with the faults of the folder
    and of its letters at once."""
    company = recalled_whole(root)
    day = day or today(company.policy.calendar.timezone)
    on = OnDay(company.policy, company.books, day)
    show_lacking(lacking(on))
    warnings: tuple[Problem, ...] = ()
    faults: list[Problem] = []
    try:
        warnings = verify(company, on)
    except Refusal as refused:
        faults.extend(refused.problems)
    if target is not None:
        from relance.runs.outdated import outdated

        faults.extend(outdated(company, target, day))
    if faults:
        raise Refusal(faults)
    return warnings
