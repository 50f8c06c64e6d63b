"""The audit of a company's folder: base by base, then the register's own past."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from relance.audit.losses import losses, restored
from relance.audit.merged import RegisterHistory
from relance.audit.merged_files import MergedFiles, strays, vanished
from relance.audit.proving import AuditedLetters, Prover, printed
from relance.audit.rerun import RunKey, compared, rerun
from relance.audit.verdict import Audit, Proof
from relance.cache.cached_books import recalled_past, recalled_whole
from relance.git.past import PastCommits, merged_into
from relance.git.repository import Repository
from relance.git.worktree import checkouts
from relance.ledger.company import Company
from relance.paper.press import Job, Press
from relance.runs import letter_files
from relance.runs.pending import PREFIX
from relance.values.issued import IssuedLetter
from relance.values.problem import Problem, Refusal


@dataclass(frozen=True, slots=True)
class Scope:
    """Which letters are looked at, and how closely; both days included."""

    since: date | None = None
    until: date | None = None
    pages: bool = True

    def holds(self, letter: IssuedLetter) -> bool:
        """Whether the letter is to be derived again."""
        return not (
            (self.since and letter.date < self.since) or (self.until and letter.date > self.until)
        )


class Auditor:
    """Audits the letters of a folder; `press` makes their pages again, none kept from before."""

    def __init__(self, repository: Repository, scope: Scope, press: Press) -> None:
        self._press = press
        self._repository = repository
        self._scope = scope
        past = PastCommits(repository, merged_into(repository, PREFIX))
        self._history = RegisterHistory(past)
        self._company: Company | None = None
        self._refused: tuple[Problem, ...] = ()
        try:
            self._company = recalled_whole(repository.folder)
        except Refusal as refusal:  # its past can still be told
            self._refused = refusal.problems

    @property
    def letters(self) -> tuple[IssuedLetter, ...]:
        """The letters to be looked at, by id."""
        issued = self._company.books.letters if self._company else ()
        return tuple(letter for letter in issued if self._scope.holds(letter))

    def audit(self, done: Callable[[str], None]) -> Audit:
        """Derive every letter again, and read the register's past; `done` is called with a name
        after each one."""
        proofs = self._proofs(done) if self._company else []
        return Audit(
            proofs=tuple(sorted(proofs, key=lambda proof: proof.letter.id)),
            problems=(*self._refused, *losses(self._history), *self._strays()),
            notes=(*restored(self._history), *self._vanished(), *self._shallow()),
        )

    def _strays(self) -> Iterator[Problem]:
        if self._company:
            yield from strays(self._history, self._company.books.letters)

    def _vanished(self) -> Iterator[str]:
        if self._company:
            yield from vanished(self._history, self._company.books.letters)

    def _shallow(self) -> Iterator[str]:
        if self._history.past.shallow:
            yield "clone partiel : le passé d'avant n'est pas là (git fetch --unshallow)"

    def _proofs(self, done: Callable[[str], None]) -> list[Proof]:
        company = self._company
        assert company is not None
        letters, proofs = self.letters, []
        files = MergedFiles.of(company.root, self._history, letters)
        with checkouts(self._history.past.repository) as at:
            for base, group in self._by_base(letters):
                for proof in self._of_base(at, base, group):
                    problems = (*files.faults(proof.letter), *proof.problems)
                    proofs.append(replace(proof, problems=problems))
                    done(proof.client)
        return proofs

    def _by_base(self, letters: Sequence[IssuedLetter]) -> Iterator[tuple[str, list[IssuedLetter]]]:
        """The letters by base, in the order of their days: what changes between two is little."""
        groups: dict[str, list[IssuedLetter]] = defaultdict(list)
        for letter in sorted(letters, key=lambda issued: issued.id):
            groups[letter.base or ""].append(letter)
        yield from groups.items()

    def _of_base(
        self, at: Callable[[str], Path], base: str, letters: Sequence[IssuedLetter]
    ) -> Iterator[Proof]:
        """The proofs of the letters of one base, which is loaded once."""
        reason, company = self._loaded(at, base)
        if company is None:
            yield from (self._unreplayable(letter, reason) for letter in letters)
            return
        runs: dict[RunKey, list[IssuedLetter]] = defaultdict(list)
        for letter in letters:
            runs[RunKey.of(letter)].append(letter)
        for run in runs.values():
            yield from self._of_run(company, run)

    def _loaded(self, at: Callable[[str], Path], base: str) -> tuple[str, Company | None]:
        """The base's policy and books, or why they cannot be had."""
        if not base:
            return "base non notée au registre", None
        if base not in self._history.past.parents:
            return f"base {base[:7]} absente de l'historique", None
        try:
            return "", recalled_past(at(base), self._history.past.repository.folder)
        except Refusal as refusal:
            return f"base {base[:7]} illisible par cette version ({refusal.problems[0]})", None

    def _of_run(self, base: Company, run: Sequence[IssuedLetter]) -> Iterator[Proof]:
        assert self._company is not None
        ours = letter_files.engines()
        replayed = rerun(base, run, self._company.books.letters, ours)
        proofs, jobs = dict[str, Proof](), list[Job]()
        for letter in run:
            audited, engines = self._audited.of(letter), compared(letter.version, ours)
            prover = Prover(base, replayed, engines, self._scope.pages)
            proof = prover.prove(audited)
            if job := prover.page(proof, audited):
                jobs.append(job)
                proofs[letter.id] = proof
            else:
                yield proof
        for made in self._press.make(jobs, base.templates):
            yield printed(proofs[made.name], made)

    def _unreplayable(self, letter: IssuedLetter, reason: str) -> Proof:
        client = self._audited.client(letter)
        return Proof(letter, client, remarks=(reason,), replayed=False)

    @cached_property
    def _audited(self) -> AuditedLetters:
        assert self._company is not None
        return AuditedLetters(self._company)
