"""`relance emettre` as it goes on, and what it left behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack

from rich.text import Text

from relance.runs import daily
from relance.runs.daily import IssuedRun, RunEvent
from relance.runs.publishing import Published
from relance.runs.run_files import LaidOut
from relance.terminal.views.console import (
    err,
    next_thing,
    out,
    problem_text,
    progress_of,
    say,
    show_warnings,
)
from relance.terminal.views.plan_view import show_plan
from relance.text.words import count


def show_run(events: Iterable[RunEvent]) -> bool:
    """Print what happens as it happens; whether all that was asked for could be done."""
    complete = True
    with ExitStack() as bar:
        advance: Callable[[str], None] | None = None
        for event in events:
            if not isinstance(event, LaidOut):
                _show(event)
                complete = complete and not (isinstance(event, Published) and event.faults)
            elif advance is None:
                advance = bar.enter_context(progress_of(event.letters, "Lettres"))
            else:
                advance(event.client)
                if event.number == event.letters:
                    bar.close()  # git, which comes next, may ask for a passphrase
    return complete


def _show(event: RunEvent) -> None:
    match event:
        case daily.Remark(sentence):
            say(sentence)
        case daily.DayOff():
            next_thing(event.sentence)
        case daily.Decided(plan, creditor, standing):
            show_plan(plan, creditor, standing)
        case daily.NothingNew():
            next_thing("rien de nouveau à émettre : aucun fichier, aucun commit.")
        case daily.Issued(run, warnings):
            show_warnings(warnings)
            show_issued(run)
        case daily.NothingToPush():
            say("Aucune branche à pousser.")
        case Published():
            show_published(event)


def show_issued(run: IssuedRun) -> None:
    """What a run left behind and what to do next."""
    say(f"{count(run.letters, 'lettre')} dans {run.folder}/, registre {run.register}.")
    if not run.branch:
        next_thing(f"relisez {run.folder}/sommaire.md ; tout est enregistré sur {run.base}.")
        return
    say(f"Vous êtes sur la branche {run.branch} ; pour revenir : git switch {run.base}")
    approve = f"approuvez : git switch {run.base} && git merge --no-ff {run.branch}"
    ask = f"proposez-la : git push -u origin {run.branch}"
    next_thing(f"relisez {run.folder}/sommaire.md, puis {ask if run.shared else approve}")


def show_published(made: Published) -> None:
    """Where a branch went, and its request for review; else what is left to type."""
    for fault in made.faults:
        err.print(problem_text(fault, "red"), soft_wrap=True)
    if made.url:
        state = "est déjà ouverte" if made.known else "est ouverte"
        next_thing(f"la demande de {made.branch} {state} : {made.url}")
        return
    say(f"Pour pousser {made.branch} vers {made.remote} et ouvrir la demande :")
    for command in made.commands:
        out.print(Text(f"    {command}"), soft_wrap=True)
    if made.form:
        say(f"Ou, une fois la branche poussée, dans le navigateur : {made.form}")
