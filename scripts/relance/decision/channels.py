"""How a letter leaves (rule 6.21): the step's channel, the client's wish, what can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from relance.policy.output import Window
from relance.policy.settings import Step
from relance.policy.step_settings import WRITTEN
from relance.text.address_panel import Addressee, Panel, Room, TooLong, panel
from relance.text.addresses import dialled
from relance.text.words import told
from relance.values.facts import Client
from relance.values.kinds import Channel

_FALLBACKS = (Channel.EMAIL, Channel.POST, Channel.SMS, Channel.PHONE)
_WINDOW = Window()


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


def on_envelope(client: Client, window: Window) -> Panel:
    """The client's address as the envelope's window shows it. Raises TooLong."""
    to = Addressee(client.label, client.reader, client.address, client.country)
    return panel(to, Room(window.width, window.height))


def resolve(
    client: Client, step: Step, extra: Sequence[Channel] = (), window: Window = _WINDOW
) -> Route:
    """The channels of a step for a client, with those that a rule adds.

    A registered letter or a file belongs to the step and has no fallback; otherwise the client's
    own channel takes the place of the step's, and the next possible one stands in for the first
    when it is not. An address that does not fit in the envelope's window is none for the post,
    and enough for a file, which nobody posts. Raises `Unreachable`.
    """
    lacks = _lacks(client, window)
    if Channel.REGISTERED in step.channels or Channel.FILE in step.channels:
        if not client.address:
            raise Unreachable("adresse-postale-manquante", "adresse postale manquante")
        if Channel.REGISTERED in step.channels and Channel.REGISTERED in lacks:
            raise Unreachable("adresse-trop-longue", lacks[Channel.REGISTERED])
        added = [c for c in extra if c not in lacks]
        return Route((*step.channels, *added))
    usual = step.channels if client.channel is None else (client.channel,)
    wishes = tuple(dict.fromkeys([*usual, *extra]))
    chosen = next((c for c in (wishes[0], *_FALLBACKS) if c not in lacks), None)
    if chosen is None and client.address:
        raise Unreachable("adresse-trop-longue", lacks[Channel.POST])
    if chosen is None:
        raise Unreachable("coordonnees-manquantes", "coordonnées manquantes")
    extras = [c for c in wishes[1:] if c is not chosen and c not in lacks]
    remarks = tuple(
        _remark(c, lacks[c], chosen if c is wishes[0] else None) for c in wishes if c in lacks
    )
    return Route((chosen, *extras), remarks)


def resolve_written(client: Client, step: Step, window: Window = _WINDOW) -> Route:
    """The one channel of a letter that asks for nothing: by e-mail or by post, as the client
    wishes or else as the step says, the other one when that leads nowhere. Raises
    `Unreachable`."""
    lacks = _lacks(client, window)
    wish = client.channel if client.channel in WRITTEN else step.channels[0]
    chosen = next((c for c in (wish, *WRITTEN) if c not in lacks), None)
    if chosen is None:
        if client.address:
            raise Unreachable("adresse-trop-longue", lacks[Channel.POST])
        raise Unreachable("coordonnees-manquantes", "coordonnées manquantes")
    return Route((chosen,), (_remark(wish, lacks[wish], chosen),) if wish in lacks else ())


def _lacks(client: Client, window: Window) -> dict[Channel, str]:
    """The channels that do not lead to the client, and why."""
    lacks: dict[Channel, str] = {}
    if not client.mailed:
        lacks[Channel.EMAIL] = "adresse de courriel manquante"
    if client.phone is None:
        lacks[Channel.PHONE] = "numéro de téléphone manquant"
    if client.phone is None or dialled(client.phone) is None:
        lacks[Channel.SMS] = "numéro de téléphone manquant ou mal écrit"
    if post := _unposted(client, window):
        lacks[Channel.POST] = lacks[Channel.REGISTERED] = post
    return lacks


def _unposted(client: Client, window: Window) -> str | None:
    if not client.address:
        return "adresse postale manquante"
    try:
        on_envelope(client, window)
    except TooLong as reason:
        return f"adresse postale trop longue : {reason}"
    return None


def _remark(lost: Channel, reason: str, chosen: Channel | None) -> str:
    instead = f" ; {told(chosen)} à la place" if chosen else ""
    return f"{told(lost)} impossible : {reason}{instead}"
