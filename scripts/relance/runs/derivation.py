"""Letters derived once more from the books: the measure of every change made by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from relance.cache.book_states import read_once
from relance.claims.on_day import OnDay
from relance.decision.outcomes import Letter, Plan
from relance.decision.statements import plan_like
from relance.git.repository import Repository
from relance.ledger.company import Company
from relance.letters.compose import setting_of
from relance.runs.enclosures import readable
from relance.runs.letter_files import texts
from relance.runs.matching import match
from relance.runs.pending import pending_letters
from relance.runs.unmerged import Unmerged
from relance.values.issued import PendingLetter


@dataclass(frozen=True, slots=True)
class Derived:
    """The plan of a day on the books of `company`, and which of its letters each issued one is.

    `letters` are by the issued letters' ids, which they bear. `texts` make their files' texts.
    """

    company: Company
    plan: Plan
    letters: Mapping[str, Letter]

    def texts(self, name: str) -> dict[str, str]:
        """The texts of one letter by the end of their file names."""
        return texts(self.letters[name], setting_of(self.company))

    def client(self, name: str) -> str:
        """Whom a letter is to."""
        return self.letters[name].client.label

    @property
    def numbers(self) -> tuple[str, ...]:
        """Every invoice number of the books, as the ledger and as letters write it."""
        movements = self.company.books.movements
        names = {name for movement in movements for name in movement.invoices}
        return tuple(sorted(names | {movement.label for movement in movements if movement.label}))


def again(repository: Repository, run: Unmerged, tree: Path) -> Derived:
    """The run's letters derived as they were: `tree` is the company's folder at their commit.

    Other branches may have been merged or deleted since: the plan that gives the run its
    letters is the one. What it does not give is missing from `letters`.
    """
    company = read_once(tree)
    pending = pending_letters(repository, company)
    seen = OnDay(company.policy, company.books, run.day).as_runs_saw()
    plans = [plan_like(on.awaiting(x), run.letters) for on in seen for x in (pending, ())]
    candidates = [_derived(company, plan, run, exact=True) for plan in plans]
    return max(candidates, key=lambda derived: len(derived.letters))


def afresh(company: Company, day: date, pending: Sequence[PendingLetter], run: Unmerged) -> Derived:
    """The run's letters as these books give them at a day: those about the same claims."""
    on = OnDay(company.policy, company.books, day, tuple(pending))
    return _derived(company, plan_like(on.foreseeing(), run.letters), run, exact=False)


def _derived(company: Company, plan: Plan, run: Unmerged, *, exact: bool) -> Derived:
    """As a run composes them: copies that cannot be read are not announced.

    Unless `exact`, a letter may have changed since; else it is the very one that was issued, for
    a hand edit is measured against what it was made on, not against a letter that is like it.
    """
    pairs = match(plan.letters, run.letters).items()
    letters = {name: matched.letter for name, matched in pairs if matched.exact or not exact}
    return Derived(readable(plan.letters, company).company, plan, letters)


def others_pending(
    repository: Repository, company: Company, run: Unmerged
) -> tuple[PendingLetter, ...]:
    """The letters that wait on other branches than the run's own."""
    ours = {letter.id for letter in run.letters}
    return tuple(p for p in pending_letters(repository, company) if p.letter.id not in ours)


def only(plan: Plan, letters: Iterable[Letter]) -> Plan:
    """The plan with these letters alone."""
    return replace(plan, letters=tuple(letters))


def before(company: Company, run: Unmerged) -> Company:
    """The company as if the run had not been: its books without the run's letters."""
    ours = {letter.id for letter in run.letters}
    rest = tuple(letter for letter in company.books.letters if letter.id not in ours)
    return replace(company, books=replace(company.books, letters=rest))
