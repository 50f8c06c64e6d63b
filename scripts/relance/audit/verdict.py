"""What an audit says: of each letter, and of the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from relance.values.issued import IssuedLetter
from relance.values.problem import Problem


class Verdict(StrEnum):
    """What is known of a letter once it was derived again."""

    PROVED = "prouvée"
    EDITED = "retouchée"
    FIGURES = "chiffres"
    UNREPLAYABLE = "non rejouable"
    FAULTY = "écart"


@dataclass(frozen=True, slots=True)
class Proof:
    """One letter: its verdict, what is to be known beside it, what is wrong with it.

    `diff` shows the hand edits, derived text first; `pdf` says whether its bytes were made again
    and found the same, None when they were not compared.
    """

    letter: IssuedLetter
    client: str
    remarks: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    diff: str = ""
    pdf: bool | None = None
    replayed: bool = True
    worded: bool = True

    @property
    def verdict(self) -> Verdict:
        """The worst thing that is true of it."""
        if self.problems:
            return Verdict.FAULTY
        if not self.replayed:
            return Verdict.UNREPLAYABLE
        if self.diff:
            return Verdict.EDITED
        return Verdict.PROVED if self.worded else Verdict.FIGURES


@dataclass(frozen=True, slots=True)
class Audit:
    """The letters in order, and what is wrong with the register's past as a whole.

    `notes` are no faults: what could not be looked at, what was lost and put back.
    """

    proofs: tuple[Proof, ...]
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def findings(self) -> tuple[Problem, ...]:
        """Everything that is wrong, each thing once."""
        of_letters = (problem for proof in self.proofs for problem in proof.problems)
        return tuple(dict.fromkeys([*self.problems, *of_letters]))

    @property
    def counts(self) -> Counter[Verdict]:
        """How many letters have each verdict."""
        return Counter(proof.verdict for proof in self.proofs)


def lines_changed(diff: str) -> tuple[int, int]:
    """How many lines a unified diff adds and takes away."""
    rows = [row for row in diff.splitlines() if not row.startswith(("+++", "---"))]
    return _starting(rows, "+"), _starting(rows, "-")


def _starting(rows: Iterable[str], sign: str) -> int:
    return sum(row.startswith(sign) for row in rows)
