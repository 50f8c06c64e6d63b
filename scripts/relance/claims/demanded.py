"""What formal notices demanded of a claim: the rest of it has had no notice (rule 6.25)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from relance.claims.claim import Claim
from relance.claims.client_notes import ClientNotes, Disputes
from relance.claims.history import History, Past
from relance.claims.interest import Unnoticed
from relance.values.amounts import ZERO
from relance.values.facts import Books
from relance.values.issued import IssuedLetter

ClaimsOf = Callable[[str], Sequence[Claim]]


class Demands:
    """What the notices in a register demanded, payments since then set off first."""

    def __init__(self, history: History, books: Books, claims_of: ClaimsOf) -> None:
        self._history = history
        self._books = books
        self._claims_of = claims_of

    def missing(self, claim: Claim, asked: Decimal) -> Decimal:
        """What of the sum now `asked` no notice demanded; nothing while there was none."""
        notices = self._history.notices(claim)
        if not notices:
            return ZERO
        left, last = ZERO, date.min
        for past in notices:
            left = max(left - _paid(claim, last, past.letter.date), self.demanded(claim, past))
            last = past.letter.date
        return max(asked - max(left - _paid(claim, last, date.max), ZERO), ZERO)

    def unnoticed(self, claim: Claim) -> tuple[Unnoticed, ...]:
        """The parts of the claim that the first notice in effect did not demand, with the day
        from which a later one does."""
        parts, left, last = [], ZERO, date.min
        for past, start in self._in_effect(claim):
            left = max(left - _paid(claim, last, past.letter.date), ZERO)
            more = self.demanded(claim, past) - left
            if last != date.min and more > 0:
                parts.append(Unnoticed(more, start))
            left, last = left + max(more, ZERO), past.letter.date
        if last == date.min:
            return ()
        never = claim.balance - max(left - _paid(claim, last, date.max), ZERO)
        return (*parts, *([Unnoticed(never)] if never > 0 else []))

    def _in_effect(self, claim: Claim) -> Iterator[tuple[Past, date]]:
        for past in self._history.notices(claim):
            if start := self._history.starts(past.letter):
                yield past, start

    def demanded(self, claim: Claim, past: Past) -> Decimal:
        """The sum that a letter demanded of the claim, interest and fee apart: its balance that
        day, less the part then disputed when the letter's own sums leave something out. A formal
        notice demands only what it gives notice of."""
        letter, balance = past.letter, past.citation.balance.number
        if letter.informs:
            return balance
        notices = [c for c in letter.citations if self._history.is_notice(c)]
        if notices and past.citation not in notices:  # listed beside what the notice demands
            return balance - self._disputed(claim, letter.date)
        cited = notices or letter.citations
        principal = _principal(letter)
        if principal is None or principal >= sum((x.balance.number for x in cited), ZERO):
            return balance
        return principal if len(cited) == 1 else balance - self._disputed(claim, letter.date)

    def _disputed(self, claim: Claim, day: date) -> Decimal:
        """The disputed part as it stood on a day."""
        then = [other.as_of(day) for other in self._claims_of(claim.client.account)]
        return Disputes(then, ClientNotes(self._books.notes, day)).part(claim)


def _principal(letter: IssuedLetter) -> Decimal | None:
    """The balances that a letter demanded; None when its register does not say."""
    if letter.total is None:
        return None
    interest = letter.interest.number if letter.interest else ZERO
    fee = letter.fee.number if letter.fee and letter.total.currency == "EUR" else ZERO
    return letter.total.number - interest - fee


def _paid(claim: Claim, after: date, until: date) -> Decimal:
    """What came in for it after one day, up to another."""
    payments = (r.amount for r in claim.receipts if r.is_payment and after < r.date <= until)
    return sum(payments, ZERO)
