"""A decided letter as the register tells it: what later decisions need to know of it."""

from __future__ import annotations

from decimal import Decimal

from relance.decision.outcomes import Letter, Line
from relance.values.amounts import ZERO, Money
from relance.values.issued import Citation, IssuedLetter


def recorded(letter: Letter, path: str) -> IssuedLetter:
    """The letter as an entry of the register, its file being `path`; without the fingerprints
    and the versions, which only its printing knows."""
    return IssuedLetter(
        id=letter.id,
        date=letter.date,
        account=letter.client.account,
        path=path,
        step=letter.step.name,
        rank=letter.rank,
        track=letter.track,
        channels=tuple(channel.value for channel in letter.channels),
        citations=tuple(citation(letter.id, line) for line in letter.lines if line.step),
        stopped_on=letter.settled_on,
        days_given=letter.days_given,
        total=letter.total,
        interest=Money(letter.interest, letter.currency),
        fee=Money(letter.fee, "EUR"),
        tone=letter.tone.value,
    )


def citation(letter: str, line: Line) -> Citation:
    """What the register says of a claim that the letter of this number moves."""
    claim = line.claim
    assert line.step is not None and claim.invoice is not None and claim.due is not None
    return Citation(
        letter=letter,
        invoice=claim.invoice,
        instalment=claim.instalment,
        step=line.step.name,
        rank=line.rank,
        track=line.track,
        due=claim.due,
        balance=Money(claim.balance, claim.currency),
        instalment_due=line.instalment,
        interest=_demanded(line, line.interest.total if line.interest else ZERO, claim.currency),
        fee=_demanded(line, line.fee, "EUR"),
    )


def _demanded(line: Line, amount: Decimal, currency: str) -> Money | None:
    """A part of the sum demanded, if it is one."""
    return Money(amount, currency) if line.demanded and amount else None
