"""`relance plan` looking ahead: which view was asked for, made and shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from relance.claims.history import POSTAL_DAYS
from relance.claims.on_day import OnDay
from relance.decision.outcomes import Plan
from relance.decision.planner import make_plan
from relance.ledger.books import read_books
from relance.ledger.company import POLICY, Company
from relance.outlook.people import Follower
from relance.outlook.timeline import Timeline, foresee
from relance.policy.reader import read_policy
from relance.terminal.calendars import write_calendar
from relance.terminal.views.console import next_thing
from relance.terminal.views.json_text import printed
from relance.terminal.views.plan_json import plan_as_json
from relance.text.locales import french_date
from relance.values.dates import months_after
from relance.values.issued import PendingLetter
from relance.values.problem import Problem, Refusal, Source

if TYPE_CHECKING:
    from relance.terminal.commands.plan import PlanOptions

_MONTHS = 3  # how far a calendar file looks when nothing says so


def show(
    company: Company,
    plan: Plan,
    pending: Sequence[PendingLetter],
    asked: PlanOptions,
    follower: Follower | None,
) -> None:
    """Show what was asked for from the plan's day on; of `follower`'s clients alone, if any.

    Raises `Refusal`.
    """
    _check(asked, plan.date)
    on = OnDay(company.policy, company.books, plan.date, tuple(pending))
    on = on.foreseeing() if plan.foreseen else on
    if asked.ics:
        timeline = foresee(on, asked.until or months_after(plan.date, _MONTHS))
        _write_calendar(company, _seen(timeline, follower), asked.ics)
    elif asked.other:
        _compare(_under(company, on, asked.other), on, plan, asked, follower)
    elif asked.until:
        _look_ahead(on, plan, asked, follower)


def _check(asked: PlanOptions, day: date) -> None:
    """Refuse what cannot be shown together, and an end before the beginning."""
    problems = []
    if asked.until is not None and asked.until < day:
        what = f"le {asked.until} est avant le {day}"
        problems.append(Problem(Source("--jusqu-au"), what, "donnez une date postérieure"))
    if asked.ics and asked.other:
        what = "un calendrier ne montre qu'une politique"
        problems.append(Problem(Source("--ics"), what, "retirez --politique ou --ics"))
    if asked.ics and asked.form == "json":
        what = "un calendrier a sa propre forme"
        problems.append(Problem(Source("--ics"), what, "retirez --format json ou --ics"))
    if asked.by_risk:
        what = "les risques sont ceux d'un jour"
        remedy = "retirez --risques, ou --jusqu-au, --politique et --ics"
        problems.append(Problem(Source("--risques"), what, remedy))
    if problems:
        raise Refusal(problems)


# ---------------------------------------------------------------- The timeline


def _look_ahead(on: OnDay, plan: Plan, asked: PlanOptions, follower: Follower | None) -> None:
    from relance.terminal.views import plan_ahead_json as as_json
    from relance.terminal.views import plan_ahead_view

    assert asked.until
    timeline = _seen(foresee(on, asked.until), follower)
    granted = assumptions(on)
    if asked.form == "json":
        _print(plan_as_json(plan) | as_json.timeline_as_json(timeline, granted))
        return
    plan_ahead_view.show_timeline(timeline, on.policy.creditor.name, granted)
    next_thing(f"relance plan --jusqu-au {asked.until} --ics relances.ics en fait un agenda.")


def _seen(timeline: Timeline, follower: Follower | None) -> Timeline:
    """The same, what concerns other people's clients left out."""
    if follower is None:
        return timeline
    return replace(
        timeline,
        events=tuple(e for e in timeline.events if follower.follows(e.client)),
        beyond=tuple(e for e in timeline.beyond if follower.follows(e.client)),
        undated=tuple(w for w in timeline.undated if follower.follows(w.claim.client)),
    )


def assumptions(on: OnDay) -> tuple[str, ...]:
    """What a timeline takes for granted, in French."""
    leaving = "Chaque lettre est supposée partir le jour ouvré où elle est due"
    posted = f"postée ce jour-là et reçue {POSTAL_DAYS} jours ouvrés plus tard"
    sentences = [
        f"D'après les écritures au {french_date(on.day)}, si personne ne paie ensuite.",
        f"{leaving} ; une mise en demeure, {posted}.",
        "Promesses et versements figurent à leur date, puis sont supposés non tenus.",
    ]
    if on.policy.ledger.bank:
        sentences.append("Les relevés de banque sont supposés saisis à temps.")
    if on.pending:
        sentences.append("Les lettres qui attendent sur une branche retiennent leurs créances.")
    return tuple(sentences)


# ---------------------------------------------------------------- Another policy


def _compare(
    other: OnDay, on: OnDay, plan: Plan, asked: PlanOptions, follower: Follower | None
) -> None:
    from relance.outlook import policy_diff
    from relance.terminal.views import plan_ahead_json as as_json
    from relance.terminal.views import plan_ahead_view

    assert asked.other
    after = make_plan(other)
    after = follower.plan(after) if follower else after
    changes = policy_diff.compare(plan, after)
    shifts = None
    if asked.until:
        ahead = [
            _seen(foresee(books_of_one, asked.until), follower) for books_of_one in (on, other)
        ]
        shifts = policy_diff.compare_ahead(*ahead)
    if asked.form == "json":
        moved = {} if shifts is None else {"deplacements": as_json.shifts_as_json(shifts)}
        _print(plan_as_json(plan) | {"differences": as_json.changes_as_json(changes)} | moved)
        return
    plan_ahead_view.show_changes((POLICY, plan), (asked.other.name, after), changes)
    if shifts is not None and asked.until:
        plan_ahead_view.show_shifts(shifts, asked.until)


def _under(company: Company, on: OnDay, path: Path) -> OnDay:
    """Another policy, and the books as it reads them: clients name its tracks."""
    policy, current, books = read_policy(path), on.policy, on.books
    if (policy.ledger, policy.tracks) != (current.ledger, current.tracks):
        books = read_books(policy, company.root)
    other = OnDay(policy, books, on.day, on.pending)
    return other.foreseeing() if on.announced else other


# ---------------------------------------------------------------- The calendar file


def _write_calendar(company: Company, timeline: Timeline, where: str) -> None:
    from relance.outlook.calendar_file import calendar_file  # icalendar is slow to import

    content = calendar_file(company.policy.creditor, timeline)
    until = f"relances jusqu'au {french_date(timeline.span.until)}"
    write_calendar(content, where, until)


def _print(value: dict[str, object]) -> None:
    print("\n".join(printed(value)))
