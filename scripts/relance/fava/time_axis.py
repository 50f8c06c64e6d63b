"""The life of a client as a drawing: a line for each kind of thing that happened, time across."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from relance.outlook.chronicle import ChronicleEntry
from relance.text.escapes import plain
from relance.text.locales import money, short_date

Facts = dict[str, object]

# What each line shows, by the first word of what the chronicle calls it.
_LINES = {
    "Factures": {"facture", "débit"},
    "Lettres": {"lettre"},
    "Échanges": {"appel", "courriel", "réponse", "promesse", "litige", "échéancier"},
    "Règlements": {"règlement", "avoir", "abandon"},
}
_MOST_TICKS = 6
_MARGIN = 3  # percent on either side, so that no mark is cut


def drawn(events: Sequence[ChronicleEntry], day: date) -> Facts | None:
    """The lines with their marks, in percent of the width, and the dates below; None when nothing
    happened that a line shows."""
    shown = [event for event in events if _line(event)]
    if not shown:
        return None
    first = min(event.date for event in shown)
    axis = _Axis(first, max(day, first + timedelta(1)))
    return {
        "lignes": [
            {"titre": title, "marques": [_mark(event, axis) for event in theirs]}
            for title in _LINES
            if (theirs := [event for event in shown if _line(event) == title])
        ],
        "dates": list(axis.ticks()),
        "dit": _summed_up(shown, first, day),
    }


class _Axis:
    """From the first event to the day shown."""

    def __init__(self, first: date, last: date) -> None:
        self._first, self._days = first, (last - first).days

    def at(self, day: date) -> str:
        """How far across a day stands."""
        width = 100 - 2 * _MARGIN
        return f"{_MARGIN + width * (day - self._first).days / self._days:.2f}"

    def ticks(self) -> Iterator[Facts]:
        """The first days of months, a few of them."""
        months = [
            day
            for offset in range(self._days + 1)
            if (day := self._first + timedelta(offset)).day == 1
        ]
        step = -(-len(months) // _MOST_TICKS) or 1
        for day in months[::step]:
            yield {"x": self.at(day), "texte": f"{day.month:02}/{day.year}"}


def _line(event: ChronicleEntry) -> str:
    word = event.sort.partition(" ")[0]
    return next((title for title, sorts in _LINES.items() if word in sorts), "")


def _mark(event: ChronicleEntry, axis: _Axis) -> Facts:
    return {
        "x": axis.at(event.date),
        "texte": f"{short_date(event.date)}, {event.sort} : {plain(event.what)}",
        "somme": money(event.amount.number, event.amount.currency) if event.amount else "",
    }


def _summed_up(shown: Iterable[ChronicleEntry], first: date, day: date) -> str:
    """The drawing in a sentence, for whoever does not see it."""
    lines = [_line(event) for event in shown]
    numbers = ", ".join(
        f"{title.lower()} : {lines.count(title)}" for title in _LINES if title in lines
    )
    return f"Du {short_date(first)} au {short_date(day)} : {numbers}. Le tableau dit chacun."
