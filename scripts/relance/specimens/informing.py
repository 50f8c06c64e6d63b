"""Made-up letters that ask for nothing, the fullest and the barest, to try their templates on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from relance.claims.claim import Receipt
from relance.decision.outcomes import Letter, Line
from relance.policy.settings import Creditor, Step
from relance.specimens.made_up_company import DAY
from relance.specimens.reminders import specimens
from relance.values.amounts import ZERO


def thanks(step: Step) -> Iterator[tuple[Letter, Creditor]]:
    """Letters of thanks for all the invoices of a reminder, then for the one of a client of whom
    next to nothing is known."""
    for letter, creditor in specimens(step):
        yield _informing(letter, [_paid(line) for line in letter.lines if line.step]), creditor


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


def _telling(line: Line) -> Line:
    """The line as a letter has it that asks for nothing."""
    return replace(line, rank=0, demanded=False, interest=None, fee=ZERO, disputed=ZERO, plan=None)
