"""How a letter leaves (rule 6.21): the step's channel, the client's wish, what can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from relance.policy.settings import Step
from relance.text.addresses import dialled
from relance.text.words import told
from relance.values.facts import Client
from relance.values.kinds import Channel

_FALLBACKS = (Channel.EMAIL, Channel.POST, Channel.SMS, Channel.PHONE)
_LACKS = {
    Channel.EMAIL: "adresse de courriel manquante",
    Channel.SMS: "numéro de téléphone manquant ou mal écrit",
    Channel.PHONE: "numéro de téléphone manquant",
    Channel.POST: "adresse postale manquante",
    Channel.REGISTERED: "adresse postale manquante",
}


@dataclass(frozen=True, slots=True)
class Route:
    """The channels of a letter, the first one carrying it, and what the plan says of the choice."""

    channels: tuple[Channel, ...]
    remarks: tuple[str, ...] = ()


class Unreachable(Exception):
    """No channel leads to the client; `code` is the wait's."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def resolve(client: Client, step: Step, extra: Sequence[Channel] = ()) -> Route:
    """The channels of a step for a client, with those that a rule adds.

    A registered letter or a file belongs to the step and has no fallback; otherwise the client's
    own channel takes the place of the step's, and the next possible one stands in for the first
    when it is not. Raises `Unreachable`.
    """
    if Channel.REGISTERED in step.channels or Channel.FILE in step.channels:
        if not client.address:
            raise Unreachable("adresse-postale-manquante", "adresse postale manquante")
        added = [c for c in extra if _can(client, c)]
        return Route((*step.channels, *added))
    own = step.channels if client.channel is None else (client.channel,)
    wishes = tuple(dict.fromkeys([*own, *extra]))
    chosen = _possible(client, (wishes[0], *_FALLBACKS))
    if chosen is None:
        raise Unreachable("coordonnees-manquantes", "coordonnées manquantes")
    extras = [c for c in wishes[1:] if c is not chosen and _can(client, c)]
    lost = [c for c in wishes if not _can(client, c)]
    remarks = tuple(_remark(channel, chosen, first=channel is wishes[0]) for channel in lost)
    return Route((chosen, *extras), remarks)


def _possible(client: Client, wishes: Sequence[Channel]) -> Channel | None:
    return next((channel for channel in wishes if _can(client, channel)), None)


def _can(client: Client, channel: Channel) -> bool:
    match channel:
        case Channel.EMAIL:
            return bool(client.emails)
        case Channel.SMS:
            return client.phone is not None and dialled(client.phone) is not None
        case Channel.PHONE:
            return client.phone is not None
        case _:
            return bool(client.address)


def _remark(lost: Channel, chosen: Channel, *, first: bool) -> str:
    instead = f" ; {told(chosen)} à la place" if first else ""
    return f"{told(lost)} impossible : {_LACKS[lost]}{instead}"
