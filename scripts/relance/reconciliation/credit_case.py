"""A credit while it is graded: what is known of it, and what it is taken for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from relance.reconciliation.match import Grade, Match, PossibleMatch, StatementLine
from relance.reconciliation.payers import Payer
from relance.reconciliation.quotes import Quoted
from relance.reconciliation.readings import AmountReading
from relance.values.facts import Client

_MOST = 8  # ways to read one line


@dataclass(frozen=True, slots=True)
class CreditCase:
    """A credit, with what it quotes of each client, and who paid."""

    item: StatementLine
    quoted: Mapping[str, Quoted]
    payer: Payer

    @property
    def amount(self) -> Decimal:
        """What came in."""
        return self.item.amount

    @property
    def currency(self) -> str:
        """The account's."""
        return self.item.currency

    @property
    def day(self) -> date:
        """The day it came in."""
        return self.item.line.date

    @property
    def known(self) -> Client | None:
        """The client who paid, if one alone may have."""
        return self.payer.client


@dataclass(frozen=True, slots=True)
class CreditVerdict:
    """What a case is taken for: the `reading` of a match with parts, the others as candidates."""

    grade: Grade
    reason: str
    client: Client | None = None
    reading: AmountReading | None = None
    candidates: tuple[PossibleMatch, ...] = ()

    def match(self, item: StatementLine) -> Match:
        """The match that it is."""
        reading = self.reading
        claimed = (reading.as_candidate(self.client),) if reading and self.client else ()
        others = () if self.grade.certain else _each_once((*claimed, *self.candidates))
        return Match(
            item,
            self.grade,
            self.reason,
            self.client,
            reading.told if reading else (),
            reading.surplus if reading else Decimal(0),
            candidates=others,
        )


def candidates(client: Client, readings: Sequence[AmountReading]) -> tuple[PossibleMatch, ...]:
    """Readings of one client's money as candidates."""
    return tuple(reading.as_candidate(client) for reading in readings)


def _each_once(listed: Sequence[PossibleMatch]) -> tuple[PossibleMatch, ...]:
    best: dict[tuple[object, ...], PossibleMatch] = {}
    for candidate in listed:
        best.setdefault((candidate.client.account, candidate.parts, candidate.surplus), candidate)
    return tuple(best.values())[:_MOST]
