"""Made-up letters that ask for nothing, the fullest and the barest, to try their templates on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from relance.claims.claim import Claim, Receipt
from relance.claims.history import Past
from relance.claims.penalties import Penalties, PenaltyDemand
from relance.decision.corrections import Correction
from relance.decision.outcomes import Letter, Line
from relance.policy.settings import Creditor, Step
from relance.specimens.made_up_company import DAY
from relance.specimens.reminders import specimens
from relance.values.amounts import ZERO, Money, cents
from relance.values.issued import Citation, IssuedLetter


def thanks(step: Step) -> Iterator[tuple[Letter, Creditor]]:
    """Letters of thanks for all the invoices of a reminder, then for the one of a client of whom
    next to nothing is known."""
    for letter, creditor in specimens(step):
        yield _informing(letter, [_paid(line) for line in letter.lines if line.step]), creditor


def corrections(step: Step) -> Iterator[tuple[Letter, Creditor]]:
    """Letters that put right a formal notice, in which what was credited wholly stands beside what
    was in part, then a reminder of a client of whom next to nothing is known."""
    for letter, creditor in specimens(step):
        lines = [
            _credited(line, whole=n % 2 == 1)
            for n, line in enumerate(x for x in letter.lines if x.step)
        ]
        yield _informing(letter, lines), creditor


def _informing(letter: Letter, lines: list[Line]) -> Letter:
    return replace(
        letter,
        rank=0,
        lines=tuple(lines),
        channels=letter.step.channels,
        days_given=None,
        deadline=None,
        broken_promise=None,
        copies_asked=(),
        notice_follows=False,
    )


def _paid(line: Line) -> Line:
    receipt = Receipt(DAY - timedelta(4), line.claim.balance)
    claim = replace(line.claim, receipts=(*line.claim.receipts, receipt), doubt=None)
    return _telling(replace(line, claim=claim))


def _credited(line: Line, *, whole: bool) -> Line:
    """A line whose claim a credit note took off, or a third of it."""
    claim, day = line.claim, DAY - timedelta(1)
    claimed = claim.balance
    number = claimed if whole else cents(claimed / 3)
    note = Receipt(day, number, credit_note=True)
    claim = replace(claim, receipts=(*claim.receipts, note), doubt=None)
    interest = None if whole else line.interest
    past = _asked(claim, Money(claimed, claim.currency))
    correction = Correction(
        claim=claim,
        past=past,
        claimed=claimed,
        credits=(note,),
        received=ZERO,
        demand=_demand(line, past.letter),
        interest=interest,
        fee=ZERO if whole else line.fee,
        notice=past if line.interest else None,
    )
    telling = _telling(replace(line, claim=claim))
    return replace(telling, interest=interest, fee=correction.fee, correction=correction)


def _demand(line: Line, letter: IssuedLetter) -> PenaltyDemand | None:
    """What the letter asked for the delay of a claim."""
    if line.interest is None:
        return None
    asked = Penalties(line.interest.total, line.fee)
    return PenaltyDemand(letter.id, letter.date, notice=True, amount=asked)


def _asked(claim: Claim, balance: Money) -> Past:
    """The letter that asked so much of a claim."""
    letter, day = "R20261007-01", DAY - timedelta(47)
    step, invoice = "mise-en-demeure", claim.invoice or ""
    due = claim.due or day
    citation = Citation(letter, invoice, claim.instalment, step, 3, "standard", due, balance)
    account = claim.client.account
    return Past(IssuedLetter(letter, day, account, "", step, 3, "standard", ()), citation)


def _telling(line: Line) -> Line:
    """The line as a letter has it that asks for nothing."""
    return replace(line, rank=0, demanded=False, interest=None, fee=ZERO, disputed=ZERO, plan=None)
