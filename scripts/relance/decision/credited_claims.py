"""Invoices that were credited after a letter claimed them: its figures are to be put right (rule
18.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from relance.claims.claim import Claim, Receipt
from relance.claims.history import Past
from relance.claims.interest import Interest
from relance.claims.on_day import OnDay
from relance.claims.penalty_reckoning import HOME
from relance.decision.corrections import Correction
from relance.decision.obstacles import Obstacles
from relance.decision.pricing import Pricing
from relance.policy.step_settings import INFORMATION_DAYS
from relance.values.amounts import ZERO, total
from relance.values.kinds import Information

_BY_HAND = "rectification"


def to_correct(on: OnDay) -> tuple[Correction, ...]:
    """Every claim credited lately that a letter claimed for more, by client and invoice."""
    judge, corrections = _Judge(on), list[Correction]()
    for account in sorted({letter.account for letter in on.letters if letter.rank}):
        for claim in on.claims_of(account):
            if any(receipt.credit_note for receipt in claim.receipts):
                corrections += judge.judged(claim)
    return tuple(corrections)


class _Judge:
    """Says what letters claimed too much, by the books of a day."""

    def __init__(self, on: OnDay) -> None:
        self._on = on
        self._obstacles = Obstacles(on)
        self._pricing = Pricing(on)

    def judged(self, claim: Claim) -> Iterator[Correction]:
        """The correction of a claim; nothing where its client was told, or has paid the rest."""
        past = self._last_told(claim)
        if past is None:
            return
        new = _unknown_to(past, claim)
        credits = tuple(receipt for receipt in new if receipt.credit_note and receipt.linked)
        claimed = self._on.demands.demanded(claim, past)
        disputed = past.citation.balance.number - claimed
        if not self._lately(credits) or self._settled_by_money(claim, credits):
            return
        correction = Correction(
            claim=claim,
            past=past,
            claimed=claimed,
            credits=credits,
            received=total(receipt.amount for receipt in new) - total(r.amount for r in credits),
            formal_notice=self._on.history.is_notice(past.citation),
        )
        if correction.credited <= max(disputed, self._on.policy.tolerance_for(claim.currency)):
            return
        yield self._decided(self._priced(correction))

    def _last_told(self, claim: Claim) -> Past | None:
        """The last letter that told the claim's figures: a reminder that left, a correction, even
        one that waits for its approval."""
        history = self._on.history
        reminders = [p for p in history.of(claim) if p.citation.rank and history.left(p.letter)]
        corrections = history.informed(Information.CORRECTION, claim) if reminders else ()
        past = [*reminders, *corrections]
        return max(past, key=lambda p: (p.letter.date, p.letter.id), default=None)

    def _lately(self, credits: Sequence[Receipt]) -> bool:
        """Whether one of them is recent: old ones are not dug out."""
        days = INFORMATION_DAYS[Information.CORRECTION]
        return any((self._on.day - receipt.date).days <= days for receipt in credits)

    def _settled_by_money(self, claim: Claim, credits: Sequence[Receipt]) -> bool:
        """Whether the client paid what the credit notes left: it knows what it owed."""
        last = max(receipt.date for receipt in credits)
        paid = any(receipt.is_payment and receipt.date > last for receipt in claim.receipts)
        return claim.balance <= 0 and paid

    def _priced(self, correction: Correction) -> Correction:
        """With the penalties that were asked, and what of them is right now; of a settled invoice
        what is left of those that were demanded."""
        on, claim = self._on, correction.claim
        account = on.penalties.of(claim)
        if not account.demands:
            return correction
        asked = account.demands[-1].amount
        if account.settled_on is None:
            interest, fee = self._pricing.cost(claim)
            return replace(correction, penalties=asked, interest=interest, fee=fee)
        left = account.left
        interest = Interest((), left.interest, left.interest, ZERO, on.day)
        fee = left.fee if claim.currency == HOME else on.penalties.of(claim, HOME).left.fee
        return replace(correction, penalties=asked, interest=interest, fee=fee)

    def _decided(self, correction: Correction) -> Correction:
        """What keeps it from its letter."""
        on, claim = self._on, correction.claim
        disputed = correction.past.citation.balance.number - correction.claimed
        adds_up = correction.claimed - correction.credited - correction.received == claim.balance
        if disputed or not adds_up:
            return correction.held(_BY_HAND, "ses chiffres ne se suivent pas : écrivez-lui")
        if on.overpaid(claim.client.account):
            return correction.held(_BY_HAND, "un trop-perçu est à lui rendre : écrivez-lui")
        if obstacle := self._obstacles.of_correction(claim):
            return correction.held(obstacle.code, obstacle.reason)
        if not on.policy.correction:
            return correction.held(_BY_HAND, "écrivez-lui, ou rectification: true l'écrit")
        return correction


def _unknown_to(past: Past, claim: Claim) -> Sequence[Receipt]:
    """What reduced the claim since a letter: what is dated after it, and of what is dated before
    what it did not count, since it was booked later.

    A credit note often bears an earlier day than its entry. What the letter did not know is then
    what makes up the difference to the cent, the latest first; where nothing does, nothing is
    taken for unknown.
    """
    after = [receipt for receipt in claim.receipts if receipt.date > past.letter.date]
    before = [receipt for receipt in claim.receipts if receipt.date <= past.letter.date]
    before.sort(key=lambda receipt: receipt.date)
    missing = past.citation.balance.number - claim.as_of(past.letter.date).balance
    late: list[Receipt] = []
    while missing > 0 and before:
        late.append(before.pop())
        missing -= late[-1].amount
    return [*late, *after] if not missing else after
