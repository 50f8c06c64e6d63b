"""Which letter of a plan made again stands for which issued letter; what became of its claims.

Two decisions about the same claims make the same letter, whatever its number, sums or words:
claims are what a letter is about, the rest is what may have changed. Each open claim is in one
letter of a plan at most, so the letters of a plan share out the claims between them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from relance.claims.history import Key, cited, key
from relance.decision.outcomes import Letter, Line, Plan, Wait
from relance.decision.recording import recorded
from relance.values.amounts import Money, total
from relance.values.issued import Citation, IssuedLetter

# What a letter is about: a claim, and the step of one that only tells something of it, "" for one
# that asks. Both may be about one claim on one day, and are never taken for each other.
Topic = tuple[Key, str]

# A claim as a letter moves it. A reminder of a plan's instalment moves no step: it is about that
# instalment, and the next one's reminder is another letter though it cites the same claim.
Moved = tuple[Topic, date | None]
Moves = Mapping[Moved, tuple[str, int]]  # the step and the rank that each claim comes to


@dataclass(frozen=True, slots=True)
class LetterMatch:
    """The letter that the books give in place of an issued one; it bears the latter's number.

    `exact` when it moves the same claims to the same steps and ranks: then it is the letter as
    it was decided, and its words are those that were there before anybody touched them.
    """

    letter: Letter
    exact: bool


def match(letters: Iterable[Letter], issued: Iterable[IssuedLetter]) -> dict[str, LetterMatch]:
    """The decided letter that each issued one is, by the latter's number; without one, none.

    A letter stands for one issued letter alone, and shares a claim with it at least. The pairs
    that share most claims come first; then those that differ by the fewest others, so that a
    letter is not taken for a bigger one that happens to hold its claims; then those that agree
    on most steps, which tells a late letter from a reminder when both became one; then the order
    of the issued and of the decided ones.
    """
    theirs, ours = list(issued), list(letters)
    matches: dict[int, LetterMatch] = {}
    used: set[int] = set()
    # The best pair left takes both its letters: what it takes is no match for any other.
    for likeness, number, place in sorted(_pairs(theirs, ours)):
        if number not in matches and place not in used:
            used.add(place)
            letter = replace(ours[place], id=theirs[number].id)
            matches[number] = LetterMatch(letter, exact=likeness.exact)
    return {theirs[number].id: matches[number] for number in sorted(matches)}


def _pairs(
    issued: Sequence[IssuedLetter], letters: Sequence[Letter]
) -> Iterator[tuple[_Likeness, int, int]]:
    """How alike an issued and a decided letter are that share a claim, with their places."""
    after = [_moves(recorded(letter, "")) for letter in letters]
    holding: dict[Moved, set[int]] = defaultdict(set)
    for place, moves in enumerate(after):
        for claim in moves:
            holding[claim].add(place)
    for number, before in enumerate(map(_moves, issued)):
        for place in set[int]().union(*(holding.get(claim, ()) for claim in before)):
            yield _likeness(before, after[place]), number, place


@dataclass(frozen=True, slots=True, order=True)
class _Likeness:
    """How far an issued and a decided letter are from being one; the least first."""

    shared: int  # negative
    others: int
    moved_alike: int  # negative

    @property
    def exact(self) -> bool:
        return not self.others and self.shared == self.moved_alike


def _likeness(before: Moves, after: Moves) -> _Likeness:
    shared = before.keys() & after.keys()
    alike = sum(before[claim] == after[claim] for claim in shared)
    return _Likeness(-len(shared), len(before.keys() ^ after.keys()), -alike)


def _moves(letter: IssuedLetter) -> Moves:
    """The claims that a letter moves, with the step and rank that each comes to."""
    return {(topic(letter, c), c.instalment_due): (c.step, c.rank) for c in letter.citations}


def topic(letter: IssuedLetter, citation: Citation) -> Topic:
    """What a citation of a letter is about."""
    return cited(letter, citation), citation.step if citation.informs else ""


def decisions(plan: Plan) -> Mapping[Topic, Line | Wait]:
    """What becomes of every open claim: its line in a letter that moves it, or its wait.

    Claim by claim, whichever letter holds it: an invoice chased in another letter than before is
    still chased, and the client is told nothing else about it.
    """
    made: dict[Topic, Line | Wait] = {(key(wait.claim), ""): wait for wait in plan.waits}
    for letter in plan.letters:
        step = letter.step.name if letter.informs else ""
        made |= {(key(line.claim), step): line for line in letter.lines if line.step}
    return made


def told_total(letter: Letter) -> Money:
    """What a letter demands; of one that asks for nothing, the balances that it tells."""
    if not letter.informs:
        return letter.total
    return Money(total(line.claim.balance for line in letter.lines), letter.currency)


def told_before(issued: IssuedLetter) -> Money | None:
    """The same of a letter of the register; None where an older one does not tell it."""
    if not issued.informs or not issued.citations:
        return issued.total
    balances = [citation.balance for citation in issued.citations]
    return Money(total(balance.number for balance in balances), balances[0].currency)
