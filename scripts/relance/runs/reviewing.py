"""The letters of a branch against the branch they would be merged into: `verifier --contre`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from relance.git.repository import Repository
from relance.git.worktree import worktree
from relance.ledger.company import Company, read_company
from relance.runs.pending import pending_letters
from relance.runs.staleness import Review, View, stale, under_review
from relance.values.issued import IssuedLetter
from relance.values.problem import Problem, Refusal


def outdated(company: Company, target: str, today: date) -> tuple[Problem, ...]:
    """A complaint for every invoice that a letter of the folder cites and that the branch
    `target` would not chase so any more, on the letter's day or today.

    Raises `Refusal` when git does not know the branch, or when its books cannot be read.
    """
    repository = Repository.at(company.root)
    with repository.lock():
        commit = repository.commit_of(target)
        merged = _read(repository, commit, target)
        letters = under_review(company.books.letters, merged.books)
        if not letters:
            return ()
        now = _now(repository, merged, letters)
        then = _bases(repository, letters, {commit: now})
        reviews = [Review(x, now, then.get(x.base or ""), today) for x in letters]
    return tuple(problem for review in reviews for problem in stale(review))


def _now(repository: Repository, merged: Company, letters: Iterable[IssuedLetter]) -> View:
    """The books of the target with the letters of other branches, those under review apart."""
    own = {letter.id for letter in letters}
    pending = pending_letters(repository, merged)
    return View(merged.policy, merged.books, tuple(p for p in pending if p.letter.id not in own))


def _bases(
    repository: Repository, letters: Iterable[IssuedLetter], known: dict[str, View]
) -> dict[str, View]:
    """The books on which each letter was decided; a commit that is not here is left out."""
    for base in sorted({letter.base for letter in letters if letter.base} - known.keys()):
        if repository.holds(base):
            company = _read(repository, base, base[:8])
            known[base] = View(company.policy, company.books)
    return known


def _read(repository: Repository, commit: str, name: str) -> Company:
    """The company as a commit holds it; its faults are told with the name of that commit."""
    try:
        with worktree(repository, commit) as tree:
            return read_company(tree)
    except Refusal as refused:
        told = [
            replace(p, source=replace(p.source, path=f"{name}:{p.source.path}"))
            for p in refused.problems
        ]
        raise Refusal(told, refused.status) from None
