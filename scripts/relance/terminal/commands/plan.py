"""`relance plan`: what would be issued today, and why the rest waits."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from relance.terminal.clock import today
from relance.terminal.options import Day, as_json, common
from relance.values.collector import uncollected

if TYPE_CHECKING:
    from relance.decision.model import Plan
    from relance.ledger.company import Company
    from relance.outlook.people import Follower
    from relance.policy.model import Policy
    from relance.values.issued import PendingLetter

_AHEAD = ("until", "other", "ics")  # the options that look ahead


@click.command()
@common
@as_json
@click.option("--suivi-par", "follower", metavar="NOM", help="Ne montrer que ses clients.")
@click.option("--risques", "by_risk", is_flag=True, help="Les clients par encours et retard.")
@click.option("--jusqu-au", "until", type=Day(), help="Les relances à venir si personne ne paie.")
@click.option(
    "--politique",
    "other",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="Ce que cette autre politique changerait.",
)
@click.option("--ics", metavar="FICHIER|-", help="Les dates à venir, pour un agenda.")
def plan(folder: Path, day: date | None, form: str, **asked: Any) -> None:
    """Ce qui serait émis, et pourquoi le reste attend. N'écrit que le fichier de --ics."""
    root, ahead = folder.resolve(), any(asked[option] for option in _AHEAD)
    if ahead or asked["by_risk"]:
        from relance.ledger.company import read_company

        _look_further(read_company(root), day, form, asked)
        return
    from relance.cache.recall import recalled

    def decided(company: Company) -> _Decided:
        return _decided(company, _day(company.policy, day), _person(company, asked))

    # One plan is all this process makes: nothing of it is worth collecting.
    with uncollected(), recalled(root, lambda policy: _day(policy, day), decided) as made:
        _show(made, form)


class _Decided(NamedTuple):
    company: Company
    pending: tuple[PendingLetter, ...]
    plan: Plan


def _decided(company: Company, day: date, person: Follower | None) -> _Decided:
    # Imported once the books are read, where the reading of large ones left memory free.
    from relance.runs.pending import decide, waiting_letters

    pending = waiting_letters(company)
    plan = decide(company, day, pending)
    return _Decided(company, pending, person.plan(plan) if person else plan)


def _day(policy: Policy, day: date | None) -> date:
    return day or today(policy.calendar.timezone)


def _person(company: Company, asked: Mapping[str, Any]) -> Follower | None:
    from relance.outlook.people import Follower

    name = asked["follower"]
    return None if name is None else Follower(name, company.books.clients)


def _look_further(company: Company, day: date | None, form: str, asked: Mapping[str, Any]) -> None:
    """What is asked beyond today's plan: the clients by risk, or the time to come."""
    day, person = _day(company.policy, day), _person(company, asked)
    if not any(asked[option] for option in _AHEAD):
        _show_risks(company, day, form, person)
        return
    from relance.terminal.views import outlook  # icalendar is slow to import

    _, pending, plan = _decided(company, day, person)
    outlook.show(
        company, plan, pending, outlook.Asked(**{**asked, "form": form, "follower": person})
    )


def _show(decided: _Decided, form: str) -> None:
    company, pending, plan = decided
    if form == "json":
        from relance.terminal.views.plan_json import plan_as_json, printed

        sys.stdout.writelines(f"{line}\n" for line in printed(plan_as_json(plan)))
        return
    from relance.runs.conditions import bars
    from relance.runs.pending import stand
    from relance.terminal.views.console import next_thing
    from relance.terminal.views.plan import show_plan  # rich is slow to import

    day = plan.date
    show_plan(plan, company.policy.creditor.name, stand(company, pending, day))
    found = bars(company, day, _day(company.policy, None)) if plan.letters else []
    for each in found:
        next_thing(f"relance emettre refuserait : {each.what} ; {each.remedy}")
    if found:
        return
    if plan.letters:
        next_thing(f"make relance DATE={day} (ou relance emettre --au {day}) écrit ces lettres.")
    else:
        next_thing("rien à faire aujourd'hui ; relance expliquer FACTURE dit pourquoi.")


def _show_risks(company: Company, day: date, form: str, person: Follower | None) -> None:
    from relance.outlook.risks import risks
    from relance.terminal.views.risks import risks_as_json, show_risks

    found = risks(company.policy, company.books, day)
    found = person.risks(found) if person else found
    if form == "json":
        click.echo(json.dumps(risks_as_json(found, day), ensure_ascii=False, indent=2))
    else:
        show_risks(found, day)
