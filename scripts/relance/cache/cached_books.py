"""Books recalled from their last reading: a cache of facts in the git directory.

Only a shortcut for what shows: it can be deleted at any time, it is never used where a plugin of
the user's own makes the books, and nothing is written or sent before the books are read whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TypeVar

from relance.cache.book_states import Proved, policy_print, proof_of, proved, read
from relance.cache.evidence import Evidence
from relance.cache.factfile import FactFile
from relance.git.program import Git
from relance.ledger.company import POLICY, Company, checked, policy_of, sha256
from relance.ledger.settled import pruned
from relance.policy.settings import Policy
from relance.values.facts import Books
from relance.values.problem import Refusal

Made = TypeVar("Made")

FOLDER = "faits"
_WHOLE = "-entiers"  # all the facts, apart from what a plan needs of them


@contextmanager
def recalled(
    root: Path, day_of: Callable[[Policy], date], made: Callable[[Company], Made]
) -> Iterator[Made]:
    """What is `made` of the company as a plan of that day needs it: recalled or, failing that,
    read, and kept for the next time once this one is served. Raises `Refusal` as `read_company`
    does.

    While it is made Beancount still checks whole books on another core: `made` shows nothing and
    writes nothing, and what it gives back is known only when they are proved.
    """
    print_ = policy_print(root)
    policy = policy_of(root)
    day, place, proof = day_of(policy), _fact_file(root), proof_of(root, policy, print_)
    kept = _kept(root, place, proof, policy, day)
    if kept and (kept.closed_until is None or kept.closed_until <= day):
        yield made(checked(Company(root, policy, kept)))
        return
    state = read(policy, root, day)
    try:
        served = made(checked(Company(root, policy, state.books)))
    except Exception:
        state.prove()  # what is wrong with the books comes before what came of it
        raise
    state.prove()
    yield served
    if kept or not (place and proof and state.agrees(proof)):
        return
    # What changed meanwhile may have been read before or after: nothing is kept then.
    if proof_of(root, policy, print_) == proof:
        place.write(proof, state.documents, state.books)


def _kept(
    root: Path, place: FactFile | None, proof: Evidence | None, policy: Policy, day: date
) -> Books | None:
    """What a plan of that day needs: as it was kept, else out of all the facts."""
    if not (place and proof):
        return None
    if kept := place.read(proof):
        return kept
    whole = _fact_file(root, _WHOLE)
    return pruned(books, policy, day) if whole and (books := whole.read(proof)) else None


def recalled_whole(root: Path) -> Company:
    """The company with all its facts, for what only shows: recalled or, failing that, read and
    kept. Raises `Refusal` as `read_company` does."""
    print_ = policy_print(root)
    policy = policy_of(root)
    place, proof = _fact_file(root, _WHOLE), proof_of(root, policy, print_)
    if place and proof and (books := place.read(proof)):
        return checked(Company(root, policy, books))
    read_now = proved(root)
    if place and read_now.proof:
        place.write(read_now.proof, read_now.state.documents, read_now.state.books)
    return read_now.company


def keep(root: Path, rehearsed: Proved) -> None:
    """Keep what a rehearsal read, now that it is written: what the next command finds here."""
    place, policy = _fact_file(root, _WHOLE), rehearsed.company.policy
    proof = proof_of(root, policy, policy_print(root))
    if place and proof and proof == rehearsed.proof and rehearsed.state.stands(root):
        place.write(proof, rehearsed.state.documents, rehearsed.state.books)


def _fact_file(root: Path, which: str = "") -> FactFile | None:
    """Where the books of this policy are kept; outside git, nowhere."""
    try:
        git = Git.of(root)
    except Refusal:
        return None
    name = sha256(git.from_top(root / POLICY).encode())[:16]
    return FactFile(git.own / FOLDER / f"{name}{which}.json", root)
