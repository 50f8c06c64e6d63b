"""A base loaded again: which letters its books give, on the day and in the state of a run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath

from relance.claims.on_day import OnDay
from relance.decision.model import Letter, Plan, Wait
from relance.decision.plan import make_plan
from relance.ledger.company import Company
from relance.runs.pending import PREFIX
from relance.values.issued import IssuedLetter, PendingLetter

Claim = tuple[str, int]
_SUFFIX = re.compile(r"-(\d+)$")


@dataclass(frozen=True, slots=True)
class RunKey:
    """What tells one run from another, in the order in which they were made."""

    date: date
    place: int
    name: str

    @classmethod
    def of(cls, letter: IssuedLetter) -> RunKey:
        """The run of a letter, as the folder of its file names it."""
        name = PurePosixPath(letter.path).parent.name
        suffix = _SUFFIX.fullmatch(name.removeprefix(letter.date.isoformat()))
        return cls(letter.date, int(suffix[1]) if suffix else 1, name)

    def precedes(self, other: RunKey) -> bool:
        """Whether it was made before the other, as far as names tell."""
        return (self.date, self.place) < (other.date, other.place)


@dataclass(frozen=True, slots=True)
class Replay:
    """The plans that a run may have been decided by, the likeliest first.

    What waited on branches at the time is known for the letters that were merged since; of a
    branch that was refused nothing is left, so the run may also have seen none.
    """

    plans: tuple[Plan, ...]

    def candidates(self, letter: IssuedLetter) -> list[Letter]:
        """The letters that each plan gives in place of this one, under its number."""
        found = (_same(letter, plan.letters) for plan in self.plans)
        return [replace(each, id=letter.id) for each in found if each is not None]

    def wait(self, letter: IssuedLetter) -> Wait | None:
        """Why a claim of the letter waits instead."""
        cited = {(each.invoice, each.instalment) for each in letter.citations}
        waits = (wait for plan in self.plans for wait in plan.waits)
        return next((w for w in waits if (w.claim.invoice, w.claim.instalment) in cited), None)


def replay(company: Company, run: Sequence[IssuedLetter], known: Iterable[IssuedLetter]) -> Replay:
    """Decide again what `run` decided; `company` is its base, `known` are all letters since."""
    on = OnDay(company.policy, company.books, run[0].date)
    likely = tuple(_pending(company, run, known))
    seen = [likely, ()] if likely else [()]
    return Replay(tuple(make_plan(on.awaiting(pending)) for pending in seen))


def _pending(
    company: Company, run: Sequence[IssuedLetter], known: Iterable[IssuedLetter]
) -> Iterator[PendingLetter]:
    """The letters that earlier runs left on their branches: issued, not yet in the base."""
    base, own = {letter.id for letter in company.books.letters}, RunKey.of(run[0])
    for letter in known:
        key = RunKey.of(letter)
        if letter.id not in base and key.precedes(own):
            unmerged = replace(letter, dispatches=(), returns=(), cancellation=None)
            yield PendingLetter(unmerged, PREFIX + key.name)


def _same(letter: IssuedLetter, derived: Iterable[Letter]) -> Letter | None:
    """The derived letter to the same client that moves the same claims, most of them at least."""
    cited = {(each.invoice, each.instalment) for each in letter.citations}
    currencies = {each.balance.currency for each in letter.citations}
    own = [x for x in derived if x.client.account == letter.account and x.currency in currencies]
    best = max(own, key=lambda each: _likeness(cited, each), default=None)
    return best if best and cited & _moved(best) else None


def _likeness(cited: set[Claim], letter: Letter) -> int:
    moved = _moved(letter)
    return len(cited & moved) - len(cited ^ moved)


def _moved(letter: Letter) -> set[Claim]:
    return {(x.claim.invoice or "", x.claim.instalment) for x in letter.lines if x.step}
