"""What the templates of a day know, by French names: figures and dates in French typography.

Nothing is escaped here: the templates do it, of everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from relance.decision import notices, planwords
from relance.decision.outcomes import Plan
from relance.decision.urgency import Urgency, urgency
from relance.fava.books_reader import ShownDay, Study
from relance.fava.cells import Cells, Facts, words
from relance.fava.departures import departures
from relance.fava.links import Links
from relance.fava.selection import Selection
from relance.outlook.people import only
from relance.outlook.task import TITLES, TaskKind
from relance.outlook.tasks import Today, at_a_glance, nothing_to_do
from relance.report.ageing import AgedBalance, aged_balance
from relance.runs.conditions import unready
from relance.settling.open_questions import open_questions
from relance.text.locales import french_date, money
from relance.values.amounts import ZERO
from relance.values.problem import Problem


def refused(problems: Iterable[Problem], links: Links, model: str = "relances-refus.html") -> Facts:
    """Why there is nothing to show: books in error decide nothing."""
    cells = Cells(links)
    return {
        "modele": model,
        "problemes": [cells.problem(problem) for problem in problems],
        "jour": links.day(),
    }


def day(study: Study, choice: Selection, links: Links) -> Facts:
    """A day: what goes out, what waits and why, who owes what since when."""
    situation, cells = study.at(choice.day, choice.today), Cells(links)
    plan, aged = only(situation.plan, choice.keeps), _balances(situation, choice)
    glance = at_a_glance(situation.on, plan, situation.review, unready(situation.company))
    return {
        "modele": "relances-jour.html",
        **heading(situation, choice),
        "filtre": bool(choice.left),
        "encours": _sums({x.currency: x.open for x in aged}),
        "echu": _sums({x.currency: x.late for x in aged}),
        "total": planwords.totals(plan.letters),
        "delai": notices.TO_DECLARE_RULE,
        "a_faire": "Aujourd’hui" if choice.day == choice.today else "À faire ce jour-là",
        "taches": _tasks(glance, choice, cells),
        "ensuite": words(nothing_to_do(glance)),
        "rapprocher": [
            cells.question(question)
            for question in (open_questions(situation.on) if plan.unsettled else ())
            if question.waiting in plan.unsettled
        ],
        "commande": notices.SETTLE,
        "declarations": [cells.declaration(declaration) for declaration in plan.declarations],
        "litiges": [cells.dispute(dispute) for dispute in plan.disputes if dispute.alert],
        "lettres": [cells.letter(letter) for letter in plan.letters],
        "partis": [cells.departure(departure) for departure in departures(situation.on, choice)],
        "attentes": len(plan.waits),
        "attendus": _waits(plan, cells),
        "balances": [cells.balance(balance) for balance in aged if balance.rows],
        "transmettre": [cells.handover(handover) for handover in plan.handovers],
        "avertissements": [cells.problem(problem) for problem in _warnings(situation)],
    }


def _tasks(glance: Today, choice: Selection, cells: Cells) -> list[Facts]:
    """The kinds of what is to be done, each with its tasks; those of chosen clients alone."""
    kept = [task for task in glance.tasks if task.client is None or choice.keeps(task.client)]
    return [
        {"titre": words(TITLES[kind]), "taches": [cells.task(task) for task in tasks]}
        for kind in TaskKind
        if (tasks := [task for task in kept if task.kind is kind])
    ]


def _waits(plan: Plan, cells: Cells) -> list[Facts]:
    """The claims that wait, by who must act."""
    return [
        {"titre": words(who.value), "attentes": [cells.wait(wait) for wait in waits]}
        for who in Urgency
        if (waits := [wait for wait in plan.waits if urgency(wait.code) is who])
    ]


def heading(situation: ShownDay, choice: Selection) -> Facts:
    """Whose page it is, and of which day."""
    return {
        "entreprise": situation.company.policy.creditor.name,
        "date": french_date(choice.day),
        "quand": _when(choice.day, choice.today),
    }


def _when(day: date, today: date) -> str:
    if day == today:
        return "aujourd’hui"
    return "date passée" if day < today else "date à venir"


def _balances(situation: ShownDay, choice: Selection) -> list[AgedBalance]:
    whole = [aged_balance(situation.on, currency) for currency in situation.on.currencies]
    return [replace(x, rows=tuple(r for r in x.rows if choice.keeps(r.client))) for x in whole]


def _warnings(situation: ShownDay) -> list[Problem]:
    unread = situation.company.register_unread()
    return [*([unread] if unread else []), *situation.plan.warnings]


def _sums(amounts: Mapping[str, Decimal]) -> str:
    sums = [money(number, currency) for currency, number in amounts.items() if number]
    return " + ".join(sums) or money(ZERO, "EUR")
