"""`relance plan`: what would be issued today, and why the rest waits."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from relance.terminal.clock import today
from relance.terminal.options import Day, as_json, common, filled
from relance.text.escapes import json_text
from relance.text.typography import french
from relance.values.collector import uncollected

if TYPE_CHECKING:
    from relance.decision.outcomes import Plan
    from relance.ledger.company import Company
    from relance.outlook.people import Follower
    from relance.policy.settings import Policy
    from relance.values.issued import PendingLetter


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """What `plan` was asked for; `form` is "texte" or "json", `follower` the person whose clients
    alone are shown, `other` another policy, `ics` where a calendar goes, `verbose` whether it is
    said how the books were read."""

    folder: Path
    day: date | None
    form: str
    follower: str | None
    by_risk: bool
    until: date | None
    other: Path | None
    ics: str | None
    verbose: bool

    @property
    def looks_ahead(self) -> bool:
        """Whether the time to come is asked for, or another policy."""
        return any((self.until, self.other, self.ics))


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
@click.option("-v", "--detail", "verbose", is_flag=True, help="Dit comment les livres sont lus.")
@filled(PlanOptions)
def plan(asked: PlanOptions) -> None:
    """Ce qui serait émis, et pourquoi le reste attend. N'écrit que le fichier de --ics."""
    root = asked.folder.resolve()

    def tell(words: str) -> None:
        if asked.verbose:
            click.echo(french(words), err=True)

    # One plan, or one look ahead, is all this process makes: nothing of it is worth collecting.
    if asked.looks_ahead or asked.by_risk:
        from relance.cache.cached_books import recalled_whole

        with uncollected():
            _look_further(recalled_whole(root, tell), asked)
        return
    from relance.cache.cached_books import recalled

    def decided(company: Company) -> _Decided:
        day = _day(company.policy, asked.day)
        return _decided(company, day, _person(company, asked.follower))

    def day_of(policy: Policy) -> date:
        return _day(policy, asked.day)

    with uncollected(), recalled(root, day_of, decided, tell) as made:
        _show(made, asked.form)


class _Decided(NamedTuple):
    company: Company
    pending: tuple[PendingLetter, ...]
    plan: Plan


def _decided(company: Company, day: date, person: Follower | None) -> _Decided:
    # Imported once the books are read, where the reading of large ones left memory free.
    from relance.runs.pending import decide, waiting_letters

    pending = waiting_letters(company)
    plan = decide(company, day, pending, _day(company.policy, None))
    return _Decided(company, pending, person.plan(plan) if person else plan)


def _day(policy: Policy, day: date | None) -> date:
    return day or today(policy.calendar.timezone)


def _person(company: Company, name: str | None) -> Follower | None:
    from relance.outlook.people import Follower

    return None if name is None else Follower(name, company.books.clients)


def _look_further(company: Company, asked: PlanOptions) -> None:
    """What is asked beyond today's plan: the clients by risk, or the time to come."""
    day, person = _day(company.policy, asked.day), _person(company, asked.follower)
    if not asked.looks_ahead:
        _show_risks(company, day, asked.form, person)
        return
    from relance.terminal.commands import plan_ahead

    _, pending, plan = _decided(company, day, person)
    plan_ahead.show(company, plan, pending, asked, person)


def _show(decided: _Decided, form: str) -> None:
    company, pending, plan = decided
    if form == "json":
        from relance.terminal.views.json_text import printed
        from relance.terminal.views.plan_json import plan_as_json

        sys.stdout.writelines(f"{line}\n" for line in printed(plan_as_json(plan)))
        return
    from relance.runs.conditions import bars
    from relance.runs.pending import issued_on
    from relance.terminal.views.console import next_thing
    from relance.terminal.views.plan_view import show_plan  # rich is slow to import

    day = plan.date
    show_plan(plan, company.policy.creditor.name, issued_on(day, company, pending))
    refusals = bars(company, plan, _day(company.policy, None)) if plan.letters else []
    for refusal in refusals:
        next_thing(f"relance emettre refuserait : {refusal.what} ; {refusal.remedy}")
    if refusals:
        return
    if plan.letters:
        next_thing(f"{_issuing(company.root, day)} écrit ces lettres.")
    else:
        next_thing("rien à faire aujourd'hui ; relance expliquer FACTURE dit pourquoi.")


def _issuing(root: Path, day: date) -> str:
    """The command that issues the plan's letters, as it works from here."""
    if root != Path.cwd():
        return f"relance emettre --dossier {shlex.quote(str(root))} --au {day}"
    made = root / "Makefile"
    if made.is_file() and "\nrelance:" in made.read_text(encoding="utf-8", errors="replace"):
        return f"make relance DATE={day} (ou relance emettre --au {day})"
    return f"relance emettre --au {day}"


def _show_risks(company: Company, day: date, form: str, person: Follower | None) -> None:
    from relance.claims.on_day import OnDay
    from relance.outlook.risks import risks
    from relance.terminal.views.plan_ahead_view import risks_as_json, show_risks

    clients_at_risk = risks(OnDay(company.policy, company.books, day))
    clients_at_risk = person.risks(clients_at_risk) if person else clients_at_risk
    if form == "json":
        click.echo(json_text(risks_as_json(clients_at_risk, day), indent=2))
    else:
        show_risks(clients_at_risk, day)
