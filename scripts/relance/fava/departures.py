"""What left lately: the letters of the register, each with what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from relance.claims.on_day import OnDay
from relance.fava.selection import Selection
from relance.text.locales import short_date
from relance.text.words import listed, told
from relance.values.facts import Client
from relance.values.issued import IssuedLetter

_LATELY = 30  # days


@dataclass(frozen=True, slots=True)
class Departure:
    """A letter that was issued to a client, and its fate in words."""

    letter: IssuedLetter
    client: Client
    fate: str


def departures(on: OnDay, choice: Selection) -> list[Departure]:
    """The letters of the last thirty days, the latest first, to the clients that are shown."""
    since = on.day - timedelta(_LATELY)
    return [
        Departure(letter, client, fate(letter, on))
        for letter in sorted(on.letters, key=lambda letter: letter.id, reverse=True)
        if letter.date > since
        and (client := on.clients.get(letter.account))
        and choice.keeps(client)
    ]


def fate(letter: IssuedLetter, on: OnDay) -> str:
    """« partie le 13/11/2026 (recommandé) », « à envoyer : courriel »."""
    if letter.cancelled_on:
        return f"annulée le {short_date(letter.cancelled_on)}"
    if back := letter.undelivered:
        return f"revenue le {short_date(back.date)}"
    left = f" ; reste : {listed(letter.remaining)}" if letter.remaining else ""
    if letter.gone:
        sent = letter.gone[-1]
        channel = f" ({told(sent.channel)})" if sent.channel else ""
        received = f", reçue le {short_date(sent.received)}" if sent.received else ""
        return f"partie le {short_date(sent.date)}{channel}{received}{left}"
    if on.history.awaited(letter):
        return f"à envoyer : {listed(letter.remaining)}"
    return "émise, envoi non noté"
