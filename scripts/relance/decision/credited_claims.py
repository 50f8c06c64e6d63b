"""Invoices that were credited after a letter claimed them: its figures are to be put right (rule
18.3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from relance.claims.claim import Claim, Receipt
from relance.claims.history import Past, cited, key
from relance.claims.interest import Interest
from relance.claims.on_day import OnDay
from relance.claims.penalty_reckoning import HOME
from relance.decision.corrections import Correction
from relance.decision.obstacles import Obstacles
from relance.decision.pricing import Pricing
from relance.policy.step_settings import INFORMATION_DAYS
from relance.values.amounts import ZERO, total
from relance.values.kinds import Information, RemainderRule

_BY_HAND = "rectification"


def to_correct(on: OnDay) -> tuple[Correction, ...]:
    """Every claim credited lately that a letter claimed for more, by client and invoice, with the
    other claims of its invoice that letters claimed: what keeps one from its letter keeps all."""
    judge, corrections = _Judge(on), list[Correction]()
    for account in sorted({letter.account for letter in on.letters if letter.rank}):
        invoices: dict[tuple[str, str], list[Claim]] = defaultdict(list)
        for claim in on.claims_of(account):
            if claim.invoice:
                invoices[claim.invoice, claim.currency].append(claim)
        for claims in invoices.values():
            if any(receipt.credit_note for claim in claims for receipt in claim.receipts):
                corrections += judge.of_invoice(claims)
    return tuple(corrections)


class _Judge:
    """Says what letters claimed too much, by the books of a day."""

    def __init__(self, on: OnDay) -> None:
        self._on = on
        self._obstacles = Obstacles(on)
        self._pricing = Pricing(on)

    def of_invoice(self, claims: Iterable[Claim]) -> list[Correction]:
        """What its client is to be told of an invoice; nothing where it knows all, or has paid
        what the credit notes left."""
        corrections = [x for claim in claims if (x := self._corrected(claim))]
        if all(correction.beside for correction in corrections):
            return []
        decided = [self._decided(x) for x in self._priced(corrections)]
        held = next((x for x in decided if not x.ready), None)
        return [x.held(held.code, held.reason) for x in decided] if held else decided

    def _corrected(self, claim: Claim) -> Correction | None:
        """A claim as the last letter told it, and as it is; None where no letter claimed it."""
        past = self._last_told(claim)
        if past is None or (past.citation.balance.number <= 0 and claim.balance <= 0):
            return None
        new = _unknown_to(past, claim)
        credits = tuple(receipt for receipt in new if receipt.credit_note)
        claimed = self._on.demands.demanded(claim, past)
        disputed = past.citation.balance.number - claimed
        linked = [receipt for receipt in credits if receipt.linked]
        credited = total(receipt.amount for receipt in linked)
        return Correction(
            claim=claim,
            past=past,
            claimed=claimed,
            credits=credits,
            received=total(receipt.amount for receipt in new) - total(r.amount for r in credits),
            waived=total(receipt.amount for receipt in new if receipt.waived),
            beside=not self._lately(linked)
            or self._settled_by_money(claim, linked)
            or credited <= max(disputed, self._on.policy.tolerance_for(claim.currency)),
            notice=next((p for p in reversed(self._gone(claim)) if self._notifies(p)), None),
            others=self._others(claim),
        )

    def _gone(self, claim: Claim) -> list[Past]:
        """The reminders of a claim that left, in order; a formal notice once it was posted."""
        history = self._on.history
        return [
            past
            for past in history.of(claim)
            if past.citation.rank and history.left(past.letter) and history.starts(past.letter)
        ]

    def _notifies(self, past: Past) -> bool:
        return self._on.history.is_notice(past.citation)

    def _others(self, claim: Claim) -> frozenset[str]:
        """The invoices still open that letters claimed with this one."""
        open_now = {
            key(other) for other in self._on.claims_of(claim.client.account) if other.balance > 0
        }
        return frozenset(
            citation.invoice
            for past in self._gone(claim)
            for citation in past.letter.citations
            if citation.invoice != claim.invoice and cited(past.letter, citation) in open_now
        )

    def _last_told(self, claim: Claim) -> Past | None:
        """The last letter that told the claim's figures: a reminder that left, a correction, even
        one that waits for its approval."""
        reminders = self._gone(claim)
        informed = self._on.history.informed
        corrections = informed(Information.CORRECTION, claim) if reminders else ()
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

    def _priced(self, corrections: Sequence[Correction]) -> list[Correction]:
        """Those of one invoice with the penalties that were asked, and what of them is right now:
        of a settled invoice what is left of those that were demanded, once."""
        penalties = self._on.penalties
        asked = [replace(x, demand=penalties.last_demand(x.claim)) for x in corrections]
        first = next((n for n, x in enumerate(asked) if x.demand), None)
        if first is None:
            return asked
        if penalties.of(asked[first].claim).settled_on is None:
            return [self._at_cost(x) if x.demand else x for x in asked]
        asked[first] = self._left(asked[first])
        return [replace(x, demand=None) for x in asked] if asked[first].undecided else asked

    def _at_cost(self, correction: Correction) -> Correction:
        interest, fee = self._pricing.cost(correction.claim)
        return replace(correction, interest=interest, fee=fee)

    def _left(self, correction: Correction) -> Correction:
        """With what is left of a settled invoice's penalties, which only a policy that reminds of
        it asks."""
        on, claim = self._on, correction.claim
        left, fee = on.penalties.of(claim).left.interest, on.penalties.of(claim, HOME).left.fee
        asks = on.policy.interest.remainder is RemainderRule.REMIND
        if not asks or left + fee <= on.policy.remainder_floor(claim.currency):
            return replace(correction, undecided=left + fee)
        until = correction.demand.date if correction.demand else on.day
        interest = Interest((), left, left, ZERO, until)
        return replace(correction, interest=interest, fee=fee)

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
