"""Books as just read, with all that their reading looked at; each state of them is read once.

A command looks at several states of one company: a branch, its base, what would be written. What
tells two states apart is the `evidence`; books that a plugin of the user's makes are read anew.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from relance.cache.evidence import Evidence, Standing, evidence, standing
from relance.ledger.company import POLICY, Company, checked, policy_of, sha256
from relance.policy.settings import Policy
from relance.values.collector import uncollected
from relance.values.facts import Books

if TYPE_CHECKING:
    from relance.ledger.books import BooksReading

_OWN = "beancount."  # the plugins that come with Beancount read nothing but the books
_STATES = 4  # how many are remembered: large books are large


@dataclass(frozen=True, slots=True)
class BookState:
    """Books as just read, and what their reading looked at: `plain` when no code of the user's
    made them. Names are told from the repository's folder. `notes` are Beancount's own, of the one
    file that they were asked of."""

    books: Books
    documents: tuple[Standing, ...]
    folders: frozenset[str]
    plain: bool
    notes: tuple[Any, ...] = ()

    def agrees(self, proof: Evidence) -> bool:
        """Whether the evidence holds all that was read: what it does not know could change."""
        complete = proof.files.issuperset(self.books.files) and proof.folders == self.folders
        return self.plain and complete

    def stands(self, root: Path) -> bool:
        """Whether the same documents are there still."""
        return tuple(standing(root, (name for name, *_ in self.documents))) == self.documents


class Proved(NamedTuple):
    """A company whose books Beancount accepts; with a `proof` they can be remembered and kept."""

    company: Company
    state: BookState
    proof: Evidence | None


_remembered: OrderedDict[str, BookState] = OrderedDict()


def read(
    policy: Policy, root: Path, day: date | None = None, notes_of: str | None = None
) -> BookState:
    """The books of that policy: whole, or what a plan of that day needs."""
    return read_with(policy, root, day, notes_of)[0]


def read_with(
    policy: Policy, root: Path, day: date | None = None, notes_of: str | None = None
) -> tuple[BookState, BooksReading]:
    """The same, and what it was read from."""
    from relance.ledger.beancount import load
    from relance.ledger.books import reading  # a recall does without Beancount

    with uncollected(lasting=True):
        loaded = load(root / policy.ledger.file, root)
        made = reading(loaded, policy, root, closed_by=day)
        state = BookState(
            books=made.books,
            documents=tuple(standing(root, loaded.documents(root))),
            folders=frozenset(loaded.folders),
            plain=all(name.startswith(_OWN) for name in loaded.plugins),
            notes=loaded.notes(notes_of, root) if notes_of else (),
        )
        return state, made


def read_once(root: Path) -> Company:
    """The company as its files stand, its books proved by this process: the last states that it
    loaded are not loaded again. Raises `Refusal` as `read_company` does."""
    policy, print_ = policy_of(root), policy_print(root)
    proof = proof_of(root, policy, print_)
    if proof and (state := remembered(root, proof)):
        return checked(Company(root, policy, state.books))
    return proved(root).company


def remembered(root: Path, proof: Evidence) -> BookState | None:
    """The state of that evidence, if this process read it and its documents stand as they did."""
    state = _remembered.get(proof.sha256)
    return state if state and state.stands(root) else None


def proved(root: Path, notes_of: str | None = None) -> Proved:
    """The company as its files stand, loaded now, its books proved. Raises `Refusal` as
    `read_company` does."""
    print_ = policy_print(root)
    policy = policy_of(root)
    proof = proof_of(root, policy, print_)
    state = read(policy, root, notes_of=notes_of)
    company = checked(Company(root, policy, state.books))
    # What changed meanwhile may have been read before or after: nothing is remembered then.
    if proof is None or not state.agrees(proof) or proof_of(root, policy, print_) != proof:
        return Proved(company, state, None)
    _remembered[proof.sha256] = state
    while len(_remembered) > _STATES:
        _remembered.popitem(last=False)
    return Proved(company, state, proof)


def proof_of(root: Path, policy: Policy, print_: str) -> Evidence | None:
    """What the books depend on now; None when the policy is not the one that was read."""
    return evidence(root, policy.ledger.file, print_) if policy_print(root) == print_ else None


def policy_print(root: Path) -> str:
    """The fingerprint of the policy's file; nothing without one."""
    try:
        policy = root / POLICY  # a pipe in its place would never end
        return sha256(policy.read_bytes()) if policy.is_file() else ""
    except OSError:
        return ""
