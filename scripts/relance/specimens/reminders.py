"""Made-up letters, the fullest and the barest, on which templates are tried before they serve."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from relance.claims.claim import Receipt
from relance.claims.interest import Interest, Segment
from relance.claims.penalties import Penalties, PenaltyDemand
from relance.claims.penalty_account import PenaltyAccount
from relance.claims.receivables import receivables
from relance.decision.outcomes import Letter, Line
from relance.decision.steps import INSTALMENT_LETTER
from relance.policy.settings import Creditor, Step
from relance.specimens import made_up_company
from relance.specimens.made_up_company import DAY, INSTALMENT_NEAR
from relance.values.amounts import ZERO, cents
from relance.values.kinds import Channel, DebtorType

_BARE = Creditor(name="Exemple", address=("67000 Strasbourg",))


def proposal(letter: Letter) -> dict[str, object]:
    """A payment plan for what that letter claims, in three instalments."""
    total = letter.total.number
    third = cents(total / 3)
    shares = (third, third, total - 2 * third)
    return {
        "versements": [
            {"numero": n, "date": DAY + timedelta(30 * n), "montant": share}
            for n, share in enumerate(shares, 1)
        ],
        "interets": "abandonnes",
        "grace": 5,
    }


def specimens(step: Step) -> Iterator[tuple[Letter, Creditor]]:
    """Letters of that step: everything at once for each debtor type, then next to nothing."""
    for debtor in DebtorType:
        letter = _of_step(made_up_company.letter(debtor, DAY), step)
        if debtor is DebtorType.OTHER:  # as if no letter had gone before
            first = [
                replace(line, rank=min(line.rank, 1), sent_before=0, interest=None)
                for line in letter.lines
            ]
            letter = replace(letter, rank=min(letter.rank, 1), lines=tuple(first))
        yield letter, made_up_company.creditor()
    yield _bare(step), _BARE


def reminders_of_instalments(step: Step) -> Iterator[tuple[Letter, Creditor]]:
    """Reminders of an instalment of a payment plan, by the step that gives them their day."""
    like = step.model_copy(update={"letter": INSTALMENT_LETTER})
    running = [made_up_company.letter(debtor, INSTALMENT_NEAR) for debtor in DebtorType]
    for decided in running:
        yield _of_step(decided, like), made_up_company.creditor()
    letter, plan = _bare(like), running[0].lines[0].plan
    asked = tuple(replace(x, plan=plan, asked=cents(x.claimed / 2)) for x in letter.lines)
    yield replace(letter, rank=0, lines=asked), _BARE


def remainders(step: Step) -> Iterator[tuple[Letter, Creditor]]:
    """Letters that ask what paid invoices left of their penalties."""
    letters = [made_up_company.letter(debtor, DAY) for debtor in DebtorType]
    for letter in (*(_of_step(decided, step) for decided in letters), _bare(step)):
        lines = tuple(_paid(line, step) for line in letter.lines if line.step)
        creditor = made_up_company.creditor() if letter.client.debtor else _BARE
        yield replace(letter, lines=lines, notice_follows=False), creditor


def _paid(line: Line, step: Step) -> Line:
    """A line whose invoice was paid, its interest and fee left."""
    day = DAY - timedelta(20)
    claim = replace(
        line.claim, receipts=(*line.claim.receipts, Receipt(day, line.claim.balance)), doubt=None
    )
    interest = line.interest or Interest((), cents(Decimal(5)), ZERO, cents(Decimal(5)), day)
    left = Penalties(interest.total, line.fee)
    notice = PenaltyDemand("R20261007-01", DAY - timedelta(47), notice=True, amount=left)
    account = PenaltyAccount(
        client=claim.client,
        invoice=claim.invoice or "",
        currency=claim.currency,
        claims=(claim,),
        settled_on=day,
        accrued=left,
        demands=(notice,),
        demanded=left,
    )
    return replace(
        line,
        claim=claim,
        step=step,
        interest=interest,
        disputed=ZERO,
        demanded=True,
        plan=None,
        remainder=account,
    )


def _of_step(letter: Letter, step: Step) -> Letter:
    """The letter as that step would have it, whatever the days between steps: it claims all
    that a letter can, so that every piece of a template is met."""
    lines = [replace(line, step=step) if line.step else line for line in letter.lines]
    return replace(
        letter,
        step=step,
        rank=0 if step.before_due else letter.rank,
        channels=step.channels,
        days_given=8,
        deadline=None if step.formal_notice else letter.date + timedelta(8),
        lines=tuple(replace(line, interest=rate_unknown(line.interest)) for line in lines),
    )


def rate_unknown(interest: Interest | None) -> Interest | None:
    """The interest as if it stopped before `DAY` for want of a published rate, which no ledger
    can say once it is published."""
    if interest is None:
        return None
    last = DAY - timedelta(10)
    segments = tuple(
        _until(last, segment) for segment in interest.segments if segment.start <= last
    )
    later = interest.total - sum((segment.amount for segment in segments), ZERO)
    return replace(
        interest,
        segments=segments,
        total=interest.total - later,
        interest_owed=interest.interest_owed - later,
        until=last,
        unknown_from=last + timedelta(1),
    )


def _until(last: date, segment: Segment) -> Segment:
    """The days of a segment up to the last one."""
    if segment.end <= last:
        return segment
    days = segment.days - (segment.end - last).days
    amount = cents(segment.principal * segment.rate * days / 36500)
    return replace(segment, end=last, days=days, amount=amount)


def _bare(step: Step) -> Letter:
    """A letter to the client without name or type, whom no plan would write to."""
    client = made_up_company.bare_client()
    claims = receivables(made_up_company.company().books, None, DAY).claims
    (claim,) = (claim_of_anyone for claim_of_anyone in claims if claim_of_anyone.client == client)
    assert claim.due is not None
    late = (DAY - claim.due).days
    return Letter(
        id="R20261123-01",
        date=DAY,
        client=client,
        currency=claim.currency,
        step=step,
        rank=0 if step.before_due else 1,
        track="standard",
        channels=(Channel.EMAIL,),
        lines=(Line(claim, step, 1, "standard", late, demanded=True),),
    )
