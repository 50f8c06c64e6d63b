"""What the papers of a client are called on the disk: no client's take the place of another's."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from relance.text.writing import slug
from relance.values.facts import Client


def paper_name(client: Client, clients: Iterable[Client]) -> str:
    """The client's name as that of a file or folder; with a mark of its account where another
    client's, but for capitals, accents or what is cut, would be the same."""
    name = slug(client.label)
    if any(slug(other.label) == name for other in clients if other.account != client.account):
        return f"{name}-{sha256(client.account.encode()).hexdigest()[:6]}"
    return name
