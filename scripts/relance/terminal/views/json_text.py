"""What the JSON of `plan` and `rapprocher` is made of: amounts, days, claims, clients, lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from relance.claims.claim import Claim
from relance.text.escapes import json_text
from relance.values.amounts import cents
from relance.values.facts import Client

Json = dict[str, object]


def printed(value: Json) -> Iterator[str]:
    """The lines of the object as text: one a key, and one an element where its value is a list.

    A large plan is written ten times faster than with every value on a line of its own, and
    never all in memory.
    """
    yield "{"
    for number, (key, content) in enumerate(value.items(), 1):
        end = "," if number < len(value) else ""
        if isinstance(content, list) and content:
            yield f"  {json_text(key)}: ["
            yield from (f"    {json_text(element)}," for element in content[:-1])
            yield f"    {json_text(content[-1])}"
            yield f"  ]{end}"
        else:
            yield f"  {json_text(key)}: {json_text(content)}{end}"
    yield "}"


def numbered(claim: Claim) -> Json:
    """Which claim it is."""
    return {"facture": claim.invoice, "tranche": claim.instalment}


def client_keys(client: Client) -> Json:
    """Which client it is, and who follows it."""
    return {"compte": client.account, "client": client.label, "suivi_par": client.followed_by}


def amount_text(number: Decimal) -> str:
    """An amount with two decimals."""
    return f"{cents(number)}"


def day_text(day: date | None) -> str | None:
    """An ISO day."""
    return day.isoformat() if day else None
