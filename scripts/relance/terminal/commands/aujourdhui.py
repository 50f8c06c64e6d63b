"""`relance aujourdhui`, which `relance` alone is too: what a person must do today."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from relance.terminal.clock import today
from relance.terminal.options import as_json, common, filled
from relance.values.collector import uncollected

if TYPE_CHECKING:
    from relance.ledger.company import Company
    from relance.outlook.tasks import Today
    from relance.policy.settings import Policy


@dataclass(frozen=True, slots=True)
class TodayOptions:
    """What was asked for; `form` is "texte" or "json", `follower` the person whose clients alone
    are shown, `whole` all tasks of a kind, `line` one line for all, `ics` where a calendar goes."""

    folder: Path
    day: date | None
    form: str
    follower: str | None
    whole: bool
    line: bool
    ics: str | None


@click.command()
@common
@as_json
@click.option("--suivi-par", "follower", metavar="NOM", help="Ne montrer que ses clients.")
@click.option("--complet", "whole", is_flag=True, help="Tout, même quand une liste est longue.")
@click.option("--bref", "line", is_flag=True, help="Le tout en une ligne.")
@click.option("--ics", metavar="FICHIER|-", help="Les tâches du jour, pour un agenda.")
@filled(TodayOptions)
def aujourdhui(asked: TodayOptions) -> None:
    """Ce qu'une personne doit faire aujourd'hui, et la commande qui le fait."""
    from relance.cache.cached_books import recalled

    if asked.ics and (asked.form == "json" or asked.line):
        raise click.UsageError("--ics a sa propre forme : retirez --format json ou --bref")
    root = asked.folder.resolve()

    def seen(company: Company) -> tuple[Company, Today]:
        day = asked.day or today(company.policy.calendar.timezone)
        return company, _glance(company, day, asked.follower)

    def day_of(policy: Policy) -> date:
        return asked.day or today(policy.calendar.timezone)

    with uncollected(), recalled(root, day_of, seen) as (company, glance):
        _show(company, glance, asked)


def _glance(company: Company, day: date, follower: str | None) -> Today:
    # Imported once the books are read, where the reading of large ones left memory free.
    from relance.outlook.people import Follower
    from relance.outlook.tasks import at_a_glance
    from relance.runs.conditions import unready
    from relance.runs.pending import plan_of, seen_on, waiting_letters
    from relance.runs.unmerged import under_review

    pending, now = waiting_letters(company), today(company.policy.calendar.timezone)
    on = seen_on(company, day, pending, now)
    plan, review = plan_of(company, on), under_review(company)
    glance = at_a_glance(on, plan, review, unready(company))
    if follower is None:
        return glance
    person = Follower(follower, company.books.clients)
    theirs = (task for task in glance.tasks if task.client is None or person.follows(task.client))
    return replace(glance, tasks=tuple(theirs))


def _show(company: Company, glance: Today, asked: TodayOptions) -> None:
    if asked.form == "json":
        from relance.terminal.views.aujourdhui_json import glance_as_json
        from relance.terminal.views.json_text import printed

        sys.stdout.writelines(f"{line}\n" for line in printed(glance_as_json(glance)))
    elif asked.ics:
        from relance.outlook.calendar_file import tasks_file
        from relance.terminal.calendars import write_calendar
        from relance.text.locales import french_date

        content = tasks_file(company.policy.creditor, glance)
        write_calendar(content, asked.ics, f"tâches du {french_date(glance.date)}")
    elif asked.line:
        from relance.outlook.tasks import in_short

        click.echo(in_short(glance))
    else:
        from relance.terminal.views.aujourdhui_view import show_glance

        show_glance(glance, company.policy.creditor.name, whole=asked.whole)
