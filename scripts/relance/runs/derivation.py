"""Letters derived once more from the books: the measure of every change made by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from relance.claims.on_day import OnDay
from relance.decision.model import Letter, Plan
from relance.decision.plan import make_plan
from relance.decision.recording import recorded
from relance.git.repository import Repository
from relance.ledger.company import Company, read_company
from relance.letters.compose import setting_of
from relance.runs.enclosures import readable
from relance.runs.letter_files import texts
from relance.runs.pending import pending_letters
from relance.runs.unmerged import Unmerged
from relance.values.issued import Citation, IssuedLetter, PendingLetter


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
        found = {name for movement in movements for name in movement.invoices}
        return tuple(sorted(found | {movement.label for movement in movements if movement.label}))


def again(repository: Repository, run: Unmerged, tree: Path) -> Derived:
    """The run's letters derived as they were: `tree` is the company's folder at their commit.

    Other branches may have been merged or deleted since: the plan that gives the run its
    letters is the one. What it does not give is missing from `letters`.
    """
    company = read_company(tree)
    pending = pending_letters(repository, company)
    on = OnDay(company.policy, company.books, run.day)
    plans = [make_plan(on.awaiting(each)) for each in (pending, ())]
    found = [_derived(company, plan, same_letters(plan, run.letters)) for plan in plans]
    return max(found, key=lambda derived: len(derived.letters))


def afresh(company: Company, day: date, pending: Sequence[PendingLetter], run: Unmerged) -> Derived:
    """The run's letters as these books give them at a day: those about the same claims."""
    plan = make_plan(OnDay(company.policy, company.books, day, tuple(pending)))
    return _derived(company, plan, nearest_letters(plan, run.letters))


def _derived(company: Company, plan: Plan, letters: Mapping[str, Letter]) -> Derived:
    """As a run composes them: copies that cannot be read are not announced."""
    return Derived(readable(plan.letters, company).company, plan, letters)


def others_pending(
    repository: Repository, company: Company, run: Unmerged
) -> tuple[PendingLetter, ...]:
    """The letters that wait on other branches than the run's own."""
    own = {letter.id for letter in run.letters}
    return tuple(p for p in pending_letters(repository, company) if p.letter.id not in own)


def same_letters(plan: Plan, issued: Iterable[IssuedLetter]) -> dict[str, Letter]:
    """The plan's letters that move the same claims to the same steps, by the issued ones' ids."""
    by_claims = {_claims(recorded(letter, "")): letter for letter in plan.letters}
    pairs = ((each.id, by_claims.get(_claims(each))) for each in issued)
    return {name: replace(letter, id=name) for name, letter in pairs if letter}


def _claims(letter: IssuedLetter) -> tuple[str, frozenset[tuple[object, ...]]]:
    return letter.account, frozenset(
        (c.invoice, c.instalment, c.balance.currency, c.step, c.rank, c.instalment_due)
        for c in letter.citations
    )


def nearest_letters(plan: Plan, issued: Sequence[IssuedLetter]) -> dict[str, Letter]:
    """The plan's letter that shares most claims with each issued one, each used once."""
    told = [recorded(letter, "") for letter in plan.letters]
    shared = [
        (len(_cited(mine) & _cited(theirs)), -place, number)
        for number, mine in enumerate(issued)
        for place, theirs in enumerate(told)
        if mine.account == theirs.account and _cited(mine) & _cited(theirs)
    ]
    found: dict[str, Letter] = {}
    used: set[int] = set()
    for _, place, number in sorted(shared, reverse=True):
        name = issued[number].id
        if name not in found and -place not in used:
            used.add(-place)
            found[name] = replace(plan.letters[-place], id=name)
    return {letter.id: found[letter.id] for letter in issued if letter.id in found}


def _cited(letter: IssuedLetter) -> set[tuple[str, int, str, object]]:
    return {_cite(citation) for citation in letter.citations}


def _cite(citation: Citation) -> tuple[str, int, str, object]:
    return (
        citation.invoice,
        citation.instalment,
        citation.balance.currency,
        citation.instalment_due,
    )


def only(plan: Plan, letters: Iterable[Letter]) -> Plan:
    """The plan with these letters alone."""
    return replace(plan, letters=tuple(letters))


def agrees(letter: Letter, issued: IssuedLetter) -> bool:
    """Whether the register says of the letter what the books do, prints and versions apart."""
    told = replace(recorded(letter, issued.path), tone=issued.tone)  # older registers have none
    bare = replace(
        issued,
        markdown_sha256=None,
        pdf_sha256=None,
        sms_sha256=None,
        base=None,
        version=None,
        policy_sha256=None,
        dispatches=(),
    )
    return told == bare


def before(company: Company, run: Unmerged) -> Company:
    """The company as if the run had not been: its books without the run's letters."""
    own = {letter.id for letter in run.letters}
    rest = tuple(letter for letter in company.books.letters if letter.id not in own)
    return replace(company, books=replace(company.books, letters=rest))
