"""Which client a name typed by a person designates, and what to propose when none or several."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable

from relance.text.escapes import one_line, plain, short
from relance.text.locales import bare
from relance.text.words import count
from relance.values.facts import Client
from relance.values.problem import refuse

MOST = 8  # names proposed, a line each


def matching(clients: Iterable[Client], subject: str) -> tuple[Client, ...]:
    """The clients of that account or name; failing that, without regard to case, accents and
    marks; failing that, those that have it in either. An account that another succeeds is its."""
    clients, word = tuple(clients), bare(subject)
    earlier = {account for client in clients for account in client.succeeds}
    current = tuple(client for client in clients if nfc(client.account) not in earlier)
    name = nfc(subject)
    exact = tuple(c for c in current if name in (nfc(c.label), nfc(c.account), *c.succeeds))
    if exact or not word:
        return exact
    names = [(client, (bare(client.label), bare(client.account))) for client in current]
    same = tuple(client for client, both in names if word in both)
    return same or tuple(client for client, both in names if any(word in x for x in both))


def named_like(subject: str, clients: Iterable[Client], others: Iterable[str] = ()) -> str:
    """What can be written instead of a subject that designates no client, or several: a few
    names of clients, or of the `others`, that come near it."""
    everyone = tuple(clients)
    likely = [plain(f"{client.label} ({client.account})") for client in matching(everyone, subject)]
    if not likely:
        names = {bare(name): name for name in (*others, *(client.label for client in everyone))}
        near = difflib.get_close_matches(bare(subject), names, MOST)
        likely = [plain(names[name]) for name in near]
    if not likely:
        return f"aucun nom approchant, sur {count(len(everyone), 'client')}"
    if len(likely) == 1:
        return f"vouliez-vous « {likely[0]} » ?"
    more = [f"… et {len(likely) - MOST} de plus"] if len(likely) > MOST else []
    return "\n".join(["au choix :", *likely[:MOST], *more])


def find_client(clients: Iterable[Client], subject: str) -> Client | None:
    """The one client that an account, a name or a part of it designates."""
    bearers = matching(clients, subject)
    return bearers[0] if len(bearers) == 1 else None


def client_named(clients: Iterable[Client], subject: str) -> Client:
    """The same; refused when there is none, or when there are several."""
    everyone, name = tuple(clients), one_line(subject)
    if client := find_client(everyone, name):
        return client
    several = matching(everyone, name)
    what = "plusieurs clients portent ce nom" if several else "aucun client de ce nom"
    raise refuse("client", f"« {short(name)} » : {what}", named_like(name, everyone))


def nfc(name: str) -> str:
    """The name with each accent as one sign: a keyboard or a file system may write two."""
    return unicodedata.normalize("NFC", name)
