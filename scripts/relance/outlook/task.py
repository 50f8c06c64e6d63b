"""One thing that a person must do: of which kind, about whom, how much, by which command."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from relance.values.amounts import Money
from relance.values.facts import Client
from relance.values.issued import IssuedLetter
from relance.values.problem import Source


class TaskKind(StrEnum):
    """The sorts of task, in the order in which they are told."""

    REPAIR = "corriger"
    DECLARATION = "declarer"
    LIMITATION = "prescription"
    BANK = "rapprocher"
    REVIEW = "approuver"
    ISSUE = "emettre"
    EMAIL = "courriels"
    POST = "poster"
    TEXT = "sms"
    CALL = "appeler"
    PROMISE = "promesse"
    PLAN = "echeancier"
    DISPUTE = "litige"
    UNDELIVERED = "non-parvenue"
    MISSING = "completer"
    PENALTIES = "penalites"
    DECISION = "decider"
    HANDOVER = "transmettre"


TITLES = {
    TaskKind.REPAIR: "À corriger avant toute lettre",
    TaskKind.DECLARATION: "À déclarer avant qu'il soit trop tard",
    TaskKind.LIMITATION: "Bientôt prescrites",
    TaskKind.BANK: "À rapprocher, la banque le dit",
    TaskKind.REVIEW: "À relire et approuver",
    TaskKind.ISSUE: "À écrire",
    TaskKind.EMAIL: "Courriels à envoyer",
    TaskKind.POST: "Lettres à poster",
    TaskKind.TEXT: "SMS à envoyer",
    TaskKind.CALL: "Appels à passer",
    TaskKind.PROMISE: "Promesses échues",
    TaskKind.PLAN: "Échéanciers rompus",
    TaskKind.DISPUTE: "Litiges qui durent",
    TaskKind.UNDELIVERED: "Lettres revenues, ou dont rien ne dit le départ",
    TaskKind.MISSING: "Données à compléter",
    TaskKind.PENALTIES: "Pénalités à demander ou à abandonner",
    TaskKind.DECISION: "À décider",
    TaskKind.HANDOVER: "Dossiers à transmettre",
}


@dataclass(frozen=True, slots=True)
class Task:
    """Something that a person must do: about whom, how much by currency, what, with the one
    `command` that does it.

    `client` is None where it concerns several; `since` is the day from which it waits, `deadline`
    the last one to do it, `source` the line of the books to look at.
    """

    kind: TaskKind
    who: str
    what: str
    command: str
    totals: tuple[Money, ...] = ()
    client: Client | None = None
    since: dt.date | None = None
    deadline: dt.date | None = None
    invoices: tuple[str, ...] = ()
    source: Source | None = None

    @property
    def phone(self) -> str | None:
        """The number to call, of a task that is a call."""
        return self.client.phone if self.kind is TaskKind.CALL and self.client else None


@dataclass(frozen=True, slots=True)
class UnderReview:
    """The letters of the branch checked out that `home`, which it is to be merged into, does not
    have: approved by nobody yet."""

    branch: str
    home: str
    letters: tuple[IssuedLetter, ...]


def dialled(phone: str) -> str:
    """A telephone number as machines dial it."""
    return "".join(sign for sign in phone if sign in "+0123456789")


def totals(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """The sums by currency: never mixed, never converted."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for amount in amounts:
        sums[amount.currency] += amount.number
    return tuple(Money(number, currency) for currency, number in sorted(sums.items()))
