"""`relance plan` looking ahead: what is to come, what another policy changes, the risks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby

from rich.table import Table
from rich.text import Text

from relance.decision.outcomes import Plan
from relance.outlook.events import Event, EventKind, named, short_title
from relance.outlook.policy_diff import PolicyChange, PolicyOutcome, Shift
from relance.outlook.risks import Risk
from relance.outlook.timeline import Timeline
from relance.terminal.views.console import borderless, out, show_warnings
from relance.text.escapes import plain
from relance.text.locales import enumeration, french_date, money, short_date
from relance.text.words import count, listed

_STYLES = {EventKind.LETTER: "yellow", EventKind.FILE: "red", EventKind.LIMITATION: "red"}
_ARROWS = {"hausse": "↑", "baisse": "↓", "stable": "=", "": ""}
_WHAT = {
    "decision": "décision",
    "etape": "étape",
    "canal": "canal",
    "ton": "ton",
    "montant": "montant",
    "delai": "délai laissé",
    "motif": "motif",
    "date": "date",
}


# ---------------------------------------------------------------- The timeline


def show_timeline(timeline: Timeline, creditor: str, assumptions: Sequence[str]) -> None:
    """The events by week, then by client; what has no date at the end."""
    start, until = french_date(timeline.span.start), french_date(timeline.span.until)
    out.put(Text.assemble("\n", (plain(creditor), "bold"), f" · du {start} au {until}"), hang=4)
    for assumption in assumptions:
        out.put(Text(assumption, "dim"), left=2)
    for monday, week in groupby(timeline.events, key=lambda event: _monday(event.date)):
        _show_week(monday, list(week))
    if not timeline.events:
        out.print("\nRien d'attendu dans cette période.")
    _show_undated(timeline)
    show_warnings(timeline.warnings)


def _monday(day: date) -> date:
    return day - timedelta(day.weekday())


def _show_week(monday: date, events: Sequence[Event]) -> None:
    sunday = monday + timedelta(6)
    letters = sum(event.kind is EventKind.LETTER for event in events)
    number = f" · {count(letters, 'lettre')}" if letters else ""
    days = f"du {short_date(monday)} au {short_date(sunday)}"
    week = f"\nSemaine {monday.isocalendar().week}"
    out.put(Text.assemble((week, "bold"), f", {days}", (number, "dim")), hang=4)
    for _, of_client in groupby(sorted(events, key=_by_client), key=lambda e: e.client.account):
        _show_client(list(of_client))


def _by_client(event: Event) -> tuple[str, date]:
    return (event.client.account, event.date)


def _show_client(events: Sequence[Event]) -> None:
    out.put(Text(plain(events[0].client.label), "bold"), left=2)
    table = borderless(("", 10), ("", 20), ("", 0), ("r", 13), ("", 0))
    for event in events:
        table.add_row(
            short_date(event.date),
            Text(short_title(event), _STYLES.get(event.kind, "cyan")),
            Text(", ".join(named(claim) for claim in event.claims)),
            _total(event),
            Text(listed(event.channels) or "–", "dim"),
        )
    out.put(table, left=4)


def _total(event: Event) -> str:
    return money(event.total.number, event.total.currency) if event.total else ""


def _show_undated(timeline: Timeline) -> None:
    if not timeline.undated:
        return
    codes = Counter(wait.code for wait in timeline.undated).most_common()
    waiting = enumeration([f"{code} {number}" for code, number in codes])
    number = count(len(timeline.undated), "créance")
    out.put(Text(f"\nSans date connue : {number} ({waiting}) ; relance plan dit pourquoi."), hang=4)


# ---------------------------------------------------------------- Another policy


Named = tuple[str, Plan]  # a plan and the name of its policy


def show_changes(before: Named, after: Named, changes: Sequence[PolicyChange]) -> None:
    """What the second policy changes on the plans' day, client by client, claim by claim."""
    out.put(Text(f"\nAu {french_date(before[1].date)}", "bold"), hang=4)
    for name, plan in (before, after):
        out.put(Text(f"  {plain(name)} : {_summary(plan)}"), hang=4)
    if not changes:
        out.print("\nAucune créance n'est décidée autrement.")
    for _, of_client in groupby(changes, key=lambda change: change.claim.client.account):
        _show_client_changes(list(of_client))
    show_warnings(tuple(w for w in after[1].warnings if w not in before[1].warnings))


def _summary(plan: Plan) -> str:
    return f"{count(len(plan.letters), 'lettre')}, {count(len(plan.waits), 'attente')}"


def _show_client_changes(changes: Sequence[PolicyChange]) -> None:
    out.print()
    out.put(Text(plain(changes[0].claim.client.label), "bold"), hang=4)
    table = borderless(("", 14), ("", 0), ("", 0))
    for change in changes:
        what = ", ".join(_WHAT[word] for word in change.what)
        currency = change.claim.currency
        table.add_row(Text(named(change.claim)), "avant", told(change.before, currency))
        table.add_row(Text(what, "dim"), "après", told(change.after, currency))
    out.put(table, left=4)


def told(outcome: PolicyOutcome | None, currency: str) -> Text:
    """What is decided about a claim in one line."""
    if outcome is None:
        return Text("inconnue de cette politique", "dim")
    if not outcome.is_letter:
        after = f" · {outcome.step}" if outcome.step else ""
        when = f" le {short_date(outcome.date)}" if outcome.step and outcome.date else ""
        return Text.assemble((outcome.code, "yellow"), f" {plain(outcome.reason)}{after}{when}")
    sums = [money(outcome.claimed, currency)]
    if outcome.interest:
        sums.append(f"pénalités {money(outcome.interest, currency)}")
    if outcome.fee:
        sums.append(f"indemnité {money(outcome.fee, 'EUR')}")
    given = f", sous {count(outcome.days_given, 'jour')}" if outcome.days_given is not None else ""
    route = listed(outcome.channels)
    head = f"{outcome.step} ({outcome.tone})"
    return Text.assemble((head, "cyan"), f" par {route} : {', '.join(sums)}{given}")


def show_shifts(shifts: Sequence[Shift], until: date) -> None:
    """The steps to come that do not fall on the same day."""
    out.put(Text(f"\nD'ici au {french_date(until)}, si personne ne paie", "bold"), hang=4)
    if not shifts:
        out.print("Aucune étape ne change de jour.")
    for _, of_client in groupby(shifts, key=lambda shift: shift.claim.client.account):
        client_shifts = list(of_client)
        out.print()
        out.put(Text(plain(client_shifts[0].claim.client.label), "bold"), hang=4)
        table = borderless(("", 14), ("", 0), ("", 0))
        for shift in client_shifts:
            days = f"{_day(shift.before)} → {_day(shift.after)}"
            table.add_row(Text(named(shift.claim)), Text(shift.step, "cyan"), days)
        out.put(table, left=4)


def _day(day: date | None) -> str:
    return short_date(day) if day else "pas d'ici là"


# ---------------------------------------------------------------- The clients by risk


def risks_as_json(risks: Iterable[Risk], day: date) -> dict[str, object]:
    """One object; amounts are strings with two decimals, delays whole days or null."""
    return {"date": day.isoformat(), "risques": [_risk(risk) for risk in risks]}


def _risk(risk: Risk) -> dict[str, object]:
    return {
        "compte": risk.client.account,
        "client": risk.client.label,
        "suivi_par": risk.client.followed_by,
        "devise": risk.currency,
        "encours": f"{risk.exposure:.2f}",
        "echu": f"{risk.late:.2f}",
        "retard": risk.delay,
        "retard_6_mois": risk.recent,
        "retard_6_mois_avant": risk.before,
        "tendance": risk.trend or None,
        "suggestions": list(risk.suggestions),
        "raisons": list(risk.reasons),
    }


def show_risks(risks: Sequence[Risk], day: date) -> None:
    """The table of clients by exposure, each followed by what is suggested."""
    out.print(f"\n[bold]Risques[/] au {french_date(day)}\n")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("client", "encours", "dont échu", "retard", "6 mois", "6 avant", ""):
        table.add_column(title, justify="left" if title in ("client", "") else "right")
    for risk in risks:
        table.add_row(
            Text(plain(risk.client.label), "bold"),
            money(risk.exposure, risk.currency),
            money(risk.late, risk.currency),
            *map(_in_days, (risk.delay, risk.recent, risk.before)),
            _ARROWS[risk.trend],
        )
    out.print(table)
    out.print("\nRetard moyen en jours, pondéré par les montants, sur 12 mois.", style="dim")
    _show_suggestions(risks)


def _show_suggestions(risks: Sequence[Risk]) -> None:
    if not any(risk.suggestions for risk in risks):
        return
    out.print("\n[bold]À envisager[/] (à vous d'en décider)")
    for risk in risks:
        if risk.suggestions:
            what, why = ", ".join(risk.suggestions), ", ".join(risk.reasons)
            out.put(Text(f"  {plain(risk.client.label)} : {what} ({why})"), hang=4)


def _in_days(number: int | None) -> str:
    return "" if number is None else f"{number} j"
