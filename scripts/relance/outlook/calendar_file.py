"""What is to come as a calendar (RFC 5545): the only module that knows icalendar.

An entry keeps its UID whatever becomes of its date and amount, so that importing the file
again moves what is there instead of adding to it: it is made of the creditor, the account,
the invoice, the instalment and what is expected, never of a date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID, uuid5

from icalendar import Calendar
from icalendar import Event as Entry

from relance.claims.claim import Claim
from relance.outlook.events import Event, EventKind, named, stage, title
from relance.outlook.task import TITLES, Task
from relance.outlook.tasks import Today
from relance.outlook.timeline import Timeline
from relance.policy.settings import Creditor
from relance.text.escapes import plain
from relance.text.locales import enumeration, money, short_date
from relance.text.words import listed
from relance.values.kinds import Channel

PRODUCT = "-//relance//calendrier des relances//FR"
_NAMESPACE = UUID("6d3f8f0a-9a3e-5c55-8f0b-2f1f6a7b1c04")


@dataclass(frozen=True, slots=True)
class _Appointment:
    """An all-day entry; `about` is what makes it the same from one file to the next."""

    about: tuple[str, ...]
    date: dt.date
    kind: str
    summary: str
    description: str


def calendar_file(creditor: Creditor, timeline: Timeline) -> bytes:
    """The calendar of a timeline, the commitments and deadlines after its span included.

    The same plan day and books give the same bytes; a later plan day has a higher SEQUENCE.
    """
    events = (*timeline.events, *timeline.beyond)
    return _calendar(
        creditor, (one for event in events for one in _told(event)), timeline.span.start
    )


def tasks_file(creditor: Creditor, today: Today) -> bytes:
    """The calendar of a day's tasks: those with a last day on that day, the others today; one that
    is not done moves along with the day."""
    return _calendar(creditor, map(_task(today.date), today.tasks), today.date)


def _calendar(creditor: Creditor, entries: Iterable[_Appointment], day: dt.date) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Relances {plain(creditor.name)}")
    owner = creditor.siren or creditor.name
    for appointment in entries:
        calendar.add_component(_entry(appointment, owner, day))
    content: bytes = calendar.to_ical()
    return content


def _entry(appointment: _Appointment, owner: str, day: dt.date) -> Entry:
    entry = Entry()
    entry.add("uid", str(uuid5(_NAMESPACE, "\x1f".join((owner, *appointment.about)))))
    entry.add("dtstamp", dt.datetime.combine(day, dt.time(), dt.UTC))
    entry.add("sequence", day.toordinal())
    entry.add("dtstart", appointment.date)
    entry.add("dtend", appointment.date + dt.timedelta(1))
    entry.add("summary", appointment.summary)
    entry.add("description", appointment.description)
    entry.add("categories", list(dict.fromkeys(("relance", appointment.kind))))
    entry.add("transp", "TRANSPARENT")  # a day with a reminder is not a busy day
    return entry


# ---------------------------------------------------------------- From events to entries


def _told(event: Event) -> Iterator[_Appointment]:
    match event.kind:
        case EventKind.LETTER | EventKind.FILE:
            for claim in event.claims:
                yield _step(event, claim)
                if Channel.PHONE in event.channels:
                    yield _call(event, claim)
        case EventKind.LIMITATION:
            for claim in event.claims:
                yield _deadline(event, claim)
        case _:
            yield _noted(event)


def _step(event: Event, claim: Claim) -> _Appointment:
    return _Appointment(
        about=(*_about(claim), event.kind, stage(event)),
        date=event.date,
        kind=event.kind,
        summary=f"{title(event)} : {_whom(event)}, {named(claim)}",
        description="\n".join([_balance(claim), *_letter(event), _UNLESS_PAID]),
    )


def _call(event: Event, claim: Claim) -> _Appointment:
    """A letter that goes with a call is a task of its own."""
    phone = plain(event.client.phone or "")
    return _Appointment(
        about=(*_about(claim), "appel", stage(event)),
        date=event.date,
        kind="appel",
        summary=f"appeler {_whom(event)} ({phone}) : {named(claim)}",
        description="\n".join([_balance(claim), f"Avec {title(event)}.", _UNLESS_PAID]),
    )


def _deadline(event: Event, claim: Claim) -> _Appointment:
    return _Appointment(
        about=(*_about(claim), event.kind),
        date=event.date,
        kind=event.kind,
        summary=f"{title(event)} : {_whom(event)}, {named(claim)}",
        description=f"{_balance(claim)}\n{_sentence(event)}\nUn calcul, à faire vérifier.",
    )


def _noted(event: Event) -> _Appointment:
    """What a note of the ledger says, of some invoices or of the whole account."""
    client = event.client.account
    planned = event.kind is EventKind.INSTALMENT and event.total  # a plan has one currency
    currency = event.total.currency if planned and event.total else ""
    sum_ = f" ({money(event.total.number, event.total.currency)})" if event.total else ""
    claims = enumeration([named(claim) for claim in event.claims])
    detail = [_sentence(event)] if event.detail else []
    return _Appointment(
        about=(client, ",".join(event.invoices), currency, str(event.place), event.kind),
        date=event.date,
        kind=event.kind,
        summary=f"{title(event)} : {_whom(event)}{sum_}",
        description="\n".join([f"Factures : {claims}.", *detail]),
    )


def _task(day: dt.date) -> Callable[[Task], _Appointment]:
    def appointment(task: Task) -> _Appointment:
        sums = " + ".join(money(total.number, total.currency) for total in task.totals)
        whom = " ".join(filter(None, (plain(task.who), plain(task.phone or ""))))
        account = task.client.account if task.client else task.command
        return _Appointment(
            about=("tache", task.kind, account, *task.invoices),
            date=max(task.deadline or day, day),
            kind=task.kind,
            summary=", ".join(filter(None, (f"{TITLES[task.kind]} : {whom}", sums))),
            description=f"{plain(task.what)}\n{task.command}",
        )

    return appointment


def _sentence(event: Event) -> str:
    return f"{event.detail[0].upper()}{plain(event.detail[1:])}."


_UNLESS_PAID = "Si rien n'est réglé d'ici là."


def _about(claim: Claim) -> tuple[str, ...]:
    return (claim.client.account, claim.invoice or "", str(claim.instalment), claim.currency)


def _whom(event: Event) -> str:
    return plain(event.client.label)


def _balance(claim: Claim) -> str:
    due = f", échéance {short_date(claim.due)}" if claim.due else ""
    return f"{named(claim)} : {money(claim.balance, claim.currency)}{due}."


def _letter(event: Event) -> Iterator[str]:
    if event.channels:
        yield f"Par {listed(event.channels)}."
    if event.total and len(event.claims) > 1:
        total = money(event.total.number, event.total.currency)
        yield f"La lettre porte sur {len(event.claims)} créances, {total} en tout."
