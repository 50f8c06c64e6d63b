"""`relance emettre` as it goes on, and what it left behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace

from rich.text import Text

from relance.decision import notices, planwords
from relance.decision.outcomes import Plan
from relance.decision.statements import LeftOut
from relance.runs import daily
from relance.runs.daily import IssuedRun, RunEvent
from relance.runs.publishing import Published
from relance.runs.run_files import LaidOut
from relance.terminal.views.console import (
    borderless,
    next_thing,
    out,
    progress_of,
    say,
    show_problems,
    show_warnings,
    typed,
)
from relance.text.escapes import plain
from relance.text.locales import french_date, money
from relance.text.words import count, listed


def show_run(events: Iterable[RunEvent]) -> bool:
    """Print what happens as it happens; whether all that was asked for could be done."""
    complete = True
    plan: Plan | None = None
    with ExitStack() as bar:
        advance: Callable[[str], None] | None = None
        for event in events:
            if not isinstance(event, LaidOut):
                plan = _plan_of(event) or plan
                _show(event, plan)
                complete = complete and not (isinstance(event, Published) and event.faults)
            elif advance is None:
                advance = bar.enter_context(progress_of(event.letters, "Lettres"))
            else:
                advance(event.client)
                if event.number == event.letters:
                    bar.close()  # git, which comes next, may ask for a passphrase
    return complete


def _plan_of(event: RunEvent) -> Plan | None:
    match event:
        case daily.Decided(plan):
            return plan
        case daily.StatementsDecided(statements):
            return statements.plan
    return None


def _show(event: RunEvent, plan: Plan | None) -> None:
    match event:
        case daily.Remark(sentence):
            say(sentence)
        case daily.DayOff():
            next_thing(event.sentence)
        case daily.Decided() | daily.StatementsDecided():
            _show_decided(event)
        case daily.NothingNew(branches):
            _show_nothing(plan, branches)
        case daily.Issued(run, warnings):
            show_warnings(warnings)
            _show_letters(plan)
            show_issued(run)
        case daily.NothingToPush():
            say("Aucune branche à pousser.")
        case Published():
            show_published(event)


def _show_decided(event: daily.Decided | daily.StatementsDecided) -> None:
    match event:
        case daily.Decided(plan, creditor, standing):
            _show_day(plan, creditor, standing)
        case daily.StatementsDecided(statements, creditor):
            _show_day(statements.plan, creditor, ())
            _show_left_out(statements.left_out)


def _show_day(plan: Plan, creditor: str, standing: Sequence[str]) -> None:
    """Whose letters, of which day, and what may make one wrong."""
    out.put(Text.assemble("\n", (plain(creditor), "bold"), f" · {french_date(plan.date)}\n"))
    if standing:
        which = standing[0] if len(standing) == 1 else f"{standing[0]} à {standing[-1][-2:]}"
        say(f"Déjà là, de ce jour : {count(len(standing), 'lettre')} ({which}).\n")
    if plan.unsettled:
        lines = f"{count(len(plan.unsettled), 'ligne')} de banque"
        say(f"{notices.UNSETTLED} : {lines}, {typed(notices.SETTLE)}.\n")
    show_warnings(plan.warnings)


def _show_left_out(left_out: Sequence[LeftOut]) -> None:
    """Who owes something and gets no statement of account, and why."""
    if not left_out:
        return
    say(f"Sans relevé : {count(len(left_out), 'client')}.")
    table = borderless(("", 0), ("", 0))
    for one in left_out:
        reason = Text.assemble(plain(one.reason), (f" [{one.code}]", "yellow"))
        table.add_row(Text(plain(one.client.label), "bold"), reason)
    out.put(table, left=4)
    out.print()


def _show_nothing(plan: Plan | None, branches: Sequence[str]) -> None:
    """Why no letter is made: the branches to approve first, then the reasons by their number."""
    for branch in branches:
        say(typed(f"À relire et approuver : relance approuver {branch}"))
    if branches:
        say("    Ou supprimez-la ; supprimée ailleurs : git fetch --prune")
    if plan and plan.waits:
        say(f"{planwords.summed(replace(plan, letters=()))} ({planwords.reasons(plan)}).")
        say(typed(f"relance plan --au {plan.date} dit pourquoi."))
    next_thing("rien de nouveau à émettre : aucun fichier, aucun commit.")


def _show_letters(plan: Plan | None) -> None:
    """The letters that were written, one a line, and what they ask in all."""
    if plan is None:
        return
    table = borderless(("", 12), ("", 0), ("", 1), ("", 0), ("r", 9))
    for letter in plan.letters:
        total = "" if letter.informs else money(letter.total.number, letter.total.currency)
        whom, channels = Text(plain(letter.client.label), "bold"), listed(letter.channels)
        step = planwords.title(letter).replace(" n° ", " n°\u00a0")
        table.add_row(letter.id, whom, step, Text(channels, "dim"), total)
    out.put(table)
    say(f"\nÉcrit : {planwords.counted(plan.letters)}.")
    if plan.waits:
        held = planwords.summed(replace(plan, letters=()))
        say(typed(f"{held} : relance plan --au {plan.date} dit pourquoi."))


def show_issued(run: IssuedRun) -> None:
    """What a run left behind and what to do next."""
    say(f"Dans {run.folder}/, registre {run.register}.")
    if not run.branch:
        next_thing(f"relisez {run.folder}/sommaire.md ; tout est enregistré sur {run.base}.")
        return
    say(f"Vous êtes sur la branche {run.branch} ; pour revenir : git switch {run.base}")
    approve = f"approuvez : relance approuver {run.branch}"
    ask = f"proposez-la : git push -u origin {run.branch}"
    next_thing(f"relisez {run.folder}/sommaire.md, puis {ask if run.shared else approve}")


def show_published(made: Published) -> None:
    """Where a branch went, and its request for review; else what is left to type."""
    show_problems(made.faults)
    if made.url:
        state = "est déjà ouverte" if made.known else "est ouverte"
        next_thing(f"la demande de {made.branch} {state} : {made.url}")
        return
    say(f"Pour pousser {made.branch} vers {made.remote} et ouvrir la demande :")
    for command in made.commands:
        out.put_command(Text(command), left=4)
    if made.form:
        say(f"Ou, une fois la branche poussée, dans le navigateur : {made.form}")
