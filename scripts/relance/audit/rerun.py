"""A run decided again from its base: which letters its books give, and with which versions.

A letter's words depend on the version of the program alone, the bytes of its PDF on every engine
that it records.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath

from relance.claims.on_day import OnDay
from relance.decision.outcomes import Letter, Plan, Wait
from relance.decision.statements import plan_like
from relance.ledger.company import Company
from relance.policy.settings import Policy
from relance.runs.matching import LetterMatch, decisions, match, topic
from relance.runs.pending import PREFIX
from relance.values.issued import IssuedLetter, PendingLetter

PROGRAM = "relance"
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
class Rerun:
    """The plans that a run may have been decided by, the likeliest first, and which of the
    letters of each stands for which of the run's.

    What waited on branches at the time is known for the letters that were merged since; of a
    branch that was refused nothing is left, so the run may also have seen none.
    """

    plans: tuple[Plan, ...]
    matches: tuple[Mapping[str, LetterMatch], ...]

    def candidates(self, letter: IssuedLetter) -> list[Letter]:
        """The letters that each plan gives in place of this one, under its number."""
        return [matches[letter.id].letter for matches in self.matches if letter.id in matches]

    def wait(self, letter: IssuedLetter) -> Wait | None:
        """Why a claim of the letter waits instead."""
        topics = {topic(letter, citation) for citation in letter.citations}
        decided = (decision for plan in self.plans for decision in decisions(plan).items())
        return next((x for about, x in decided if about in topics and isinstance(x, Wait)), None)


def rerun(
    company: Company, run: Sequence[IssuedLetter], since: Iterable[IssuedLetter], ours: str
) -> Rerun:
    """Decide again what `run` decided; `company` is its base, `since` are all letters since,
    `ours` the versions installed."""
    policies = [company.policy]
    if not compared(run[0].version, ours).same_program:
        policies.append(_of_before(company.policy))
    days = [
        on for policy in policies for on in OnDay(policy, company.books, run[0].date).as_runs_saw()
    ]
    likely = tuple(_pending(company, run, since))
    # A branch waited for may have been deleted before the run: it then saw none.
    seen = [likely, ()] if likely else [()]
    plans = tuple(plan_like(on.awaiting(pending), run) for on in days for pending in seen)
    return Rerun(plans, tuple(match(plan.letters, run) for plan in plans))


def _of_before(policy: Policy) -> Policy:
    """The policy as versions before 0.2.0 read it: one that says nothing of dispatches took them
    for done (rule 6.26)."""
    if policy.dispatch.follow_up is not None:
        return policy
    dispatch = policy.dispatch.model_copy(update={"follow_up": False})
    return policy.model_copy(update={"dispatch": dispatch})


def _pending(
    company: Company, run: Sequence[IssuedLetter], since: Iterable[IssuedLetter]
) -> Iterator[PendingLetter]:
    """The letters that earlier runs left on their branches: issued, not yet in the base."""
    base, ours = {letter.id for letter in company.books.letters}, RunKey.of(run[0])
    for letter in since:
        key = RunKey.of(letter)
        if letter.id not in base and key.precedes(ours):
            unmerged = replace(letter, dispatches=(), returns=(), cancellation=None)
            yield PendingLetter(unmerged, PREFIX + key.name)


@dataclass(frozen=True, slots=True)
class Engines:
    """What changed between two sets of versions; a letter's words depend on the program alone,
    the bytes of its PDF on every engine."""

    changes: tuple[str, ...]
    same_program: bool

    @property
    def same(self) -> bool:
        """Whether the PDF can be made again to the byte."""
        return not self.changes

    def __str__(self) -> str:
        return f"autre version : {', '.join(self.changes)}" if self.changes else ""


def compared(recorded: str | None, ours: str) -> Engines:
    """Compare « relance 0.1.0, weasyprint 70.0 » with what is installed."""
    if not recorded:
        return Engines(("non notée",), same_program=False)
    then, now = _versions(recorded), _versions(ours)
    changes = tuple(
        f"{name} {then.get(name, '?')} → {now.get(name, '?')}"
        for name in dict.fromkeys([*then, *now])
        if then.get(name) != now.get(name)
    )
    return Engines(changes, same_program=then.get(PROGRAM) == now.get(PROGRAM))


def _versions(text: str) -> dict[str, str]:
    pairs = (part.strip().rpartition(" ") for part in text.split(","))
    return {name: version for name, _, version in pairs}
