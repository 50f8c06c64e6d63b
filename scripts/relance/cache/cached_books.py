"""Books recalled from their last reading: a cache of facts in the git directory.

Only a shortcut for what shows a plan: it can be deleted at any time, it is never used where a
plugin of the user's own makes the books, and what writes or sends reads the books themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from relance.cache.evidence import Evidence, Standing, evidence, standing
from relance.cache.factfile import FactFile
from relance.git.program import Git
from relance.ledger.company import POLICY, Company, checked, sha256
from relance.policy.reader import read_policy
from relance.policy.settings import Policy
from relance.values.collector import uncollected
from relance.values.facts import Books
from relance.values.problem import Refusal

Made = TypeVar("Made")

FOLDER = "faits"
_OWN = "beancount."  # the plugins that come with Beancount read nothing but the books


@dataclass(frozen=True, slots=True)
class _Reading:
    """Books as just read, and what their reading looked at: `plain` when no code of the user's
    made them. Names are told from the repository's folder. Until it has proved them, Beancount may
    still refuse the books."""

    books: Books
    documents: tuple[Standing, ...]
    folders: frozenset[str]
    plain: bool
    prove: Callable[[], None]

    def agrees(self, proof: Evidence) -> bool:
        """Whether the evidence holds all that was read: what it does not know could change."""
        complete = proof.files.issuperset(self.books.files) and proof.folders == self.folders
        return self.plain and complete


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
    print_ = _policy_print(root)
    policy = read_policy(root / POLICY)
    day, place, proof = day_of(policy), _fact_file(root), _proof(root, policy, print_)
    kept = place.read(proof) if place and proof else None
    if kept and (kept.closed_until is None or kept.closed_until <= day):
        yield made(checked(Company(root, policy, kept)))
        return
    reading = _read(policy, root, day)
    try:
        served = made(checked(Company(root, policy, reading.books)))
    except Exception:
        reading.prove()  # what is wrong with the books comes before what came of it
        raise
    reading.prove()
    yield served
    if kept or not (place and proof and reading.agrees(proof)):
        return
    # What changed meanwhile may have been read before or after: nothing is kept then.
    if _proof(root, policy, print_) == proof:
        place.write(proof, reading.documents, reading.books)


def _proof(root: Path, policy: Policy, print_: str) -> Evidence | None:
    """What the books depend on now; None when the policy is not the one that was read."""
    return evidence(root, policy.ledger.file, print_) if _policy_print(root) == print_ else None


def _policy_print(root: Path) -> str:
    try:
        policy = root / POLICY  # a pipe in its place would never end
        return sha256(policy.read_bytes()) if policy.is_file() else ""
    except OSError:
        return ""


def _fact_file(root: Path) -> FactFile | None:
    """Where the books of this policy are kept; outside git, nowhere."""
    try:
        git = Git.of(root)
    except Refusal:
        return None
    name = sha256(git.from_top(root / POLICY).encode())[:16]
    return FactFile(git.own / FOLDER / f"{name}.json", root)


def _read(policy: Policy, root: Path, day: date) -> _Reading:
    from relance.ledger.beancount import load
    from relance.ledger.books import facts  # a recall does without Beancount

    with uncollected():
        loaded = load(root / policy.ledger.file, root)
        return _Reading(
            books=facts(loaded, policy, root, closed_by=day),
            documents=tuple(standing(root, loaded.documents(root))),
            folders=frozenset(loaded.folders),
            plain=all(name.startswith(_OWN) for name in loaded.plugins),
            prove=loaded.prove,
        )
