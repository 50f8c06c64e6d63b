"""What happened with each client since the last letter to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from relance.claims.claim import Claim
from relance.claims.history import Key, cited, key
from relance.decision.outcomes import Letter, Line, Plan
from relance.values.amounts import Money
from relance.values.facts import Books, Note
from relance.values.issued import IssuedLetter
from relance.values.movement import Movement
from relance.values.register import as_of


@dataclass(frozen=True, slots=True)
class Move:
    """The claims of a letter that go from one step to another; `before` is None for a first."""

    before: str | None
    after: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class ClientChange:
    """What is new about the client of a letter since `last`, None when it had no letter.

    `late` are the claims that came to be late since, `payments` and `credits` the sums
    by currency, `notes` what was noted.
    """

    letter: Letter
    last: IssuedLetter | None
    moves: tuple[Move, ...]
    late: tuple[Claim, ...] = ()
    payments: tuple[Money, ...] = ()
    credits: tuple[Money, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def days(self) -> int | None:
        """The days since the last letter."""
        return (self.letter.date - self.last.date).days if self.last else None


def changes(plan: Plan, books: Books) -> tuple[ClientChange, ...]:
    """One change for each letter that asks for something, in their order; the last letter is the
    last of these too."""
    standing = [x for x in as_of(books.letters, plan.date) if x.cancelled_on is None]
    past = [x for x in standing if not x.informs]
    steps = _last_steps(past)
    last: dict[str, IssuedLetter] = {}
    for issued in sorted(past, key=lambda x: (x.date, x.id)):
        last[issued.account] = issued
    asking = [x for x in plan.letters if not x.informs]
    return tuple(_change(x, last.get(x.client.account), steps, books) for x in asking)


def _last_steps(letters: Iterable[IssuedLetter]) -> dict[Key, str]:
    """The step that the last letter about each claim took, reminders of instalments apart."""
    steps: dict[Key, str] = {}
    for letter in sorted(letters, key=lambda x: (x.date, x.id)):
        for citation in letter.citations:
            if citation.instalment_due is None and not citation.informs:
                steps[cited(letter, citation)] = citation.step
    return steps


def _change(
    letter: Letter, last: IssuedLetter | None, steps: dict[Key, str], books: Books
) -> ClientChange:
    moves = _moves([line for line in letter.lines if line.step], steps)
    if last is None:
        return ClientChange(letter, None, moves)
    account, since, until = letter.client.account, last.date, letter.date
    new = [
        m
        for m in books.movements
        if m.account == account and since < m.date <= until and m.number < 0 and not m.draft
    ]
    due = (line.claim for line in letter.lines if line.days_late > 0)
    return ClientChange(
        letter=letter,
        last=last,
        moves=moves,
        late=tuple(claim for claim in due if claim.due and claim.due >= since),
        payments=_sums(m for m in new if not (m.credit_note or m.waived)),
        credits=_sums(m for m in new if m.credit_note),
        notes=tuple(n for n in books.notes if n.account == account and since < n.date <= until),
    )


def _moves(lines: Sequence[Line], steps: dict[Key, str]) -> tuple[Move, ...]:
    moves: dict[tuple[str | None, str], list[Claim]] = defaultdict(list)
    for line in lines:
        assert line.step
        moves[steps.get(key(line.claim)), line.step.name].append(line.claim)
    return tuple(Move(*steps_, tuple(claims)) for steps_, claims in moves.items())


def _sums(movements: Iterable[Movement]) -> tuple[Money, ...]:
    totals: dict[str, Money] = {}
    for movement in movements:
        total = totals.get(movement.currency)
        number = -movement.number + (total.number if total else 0)
        totals[movement.currency] = Money(number, movement.currency)
    return tuple(totals[currency] for currency in sorted(totals))
