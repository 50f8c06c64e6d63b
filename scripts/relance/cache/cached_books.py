"""Books recalled from their last reading: a cache of facts in the git directory.

Only a shortcut for what shows: it can be deleted at any time, it is never used where a plugin of
the user's own makes the books, and nothing is written or sent before the books are read whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from relance.cache.book_states import (
    BookState,
    policy_print,
    proof_of,
    proved,
    read_with,
    remembered,
)
from relance.cache.evidence import Evidence
from relance.cache.factfile import FactFile, KeptFacts
from relance.cache.reduction import ReadWhole, Whole, reader_print
from relance.cache.reduction_file import ReductionFile
from relance.git.program import Git
from relance.ledger.company import POLICY, Company, checked, policy_of, read_company, sha256
from relance.ledger.settled_letters import for_a_plan
from relance.policy.settings import Policy
from relance.text.locales import french_date
from relance.values.facts import Books
from relance.values.problem import Refusal

if TYPE_CHECKING:
    from relance.ledger.books import BooksReading

Made = TypeVar("Made")

FOLDER = "faits"
_RECALLED = "livres repris de leur dernière lecture : rien n'y a changé"
_PARTLY = "livres repris de leur dernière lecture entière, avec ce qui s'y est ajouté"
_WHOLE = "-entiers"  # all the facts, apart from what a plan needs of them


@contextmanager
def recalled(
    root: Path,
    day_of: Callable[[Policy], date],
    made: Callable[[Company], Made],
    tell: Callable[[str], None] = lambda _: None,
) -> Iterator[Made]:
    """What is `made` of the company as a plan of that day needs it: recalled or, failing that,
    read, and kept for the next time once this one is served; `tell` says which, and why. Raises
    `Refusal` as `read_company` does.
    """
    print_ = policy_print(root)
    policy = policy_of(root)
    day, place, proof = day_of(policy), _fact_file(root), proof_of(root, policy, print_)
    kept, others = _kept(root, place, proof, policy, day)
    if kept and (kept.books.closed_until is None or kept.books.closed_until <= day):
        tell(_RECALLED)
        yield made(checked(Company(root, policy, kept.books)))
        if place and proof and others:  # the next plan need not read all the facts
            place.write(proof, kept.documents, kept.books)
        return
    # What is read for the first time may never be read again: nothing is prepared for it then.
    again = bool(place and proof and not kept and not place.empty)
    why = _why(place, proof, kept.books if kept else None)
    state, whole = None, None
    if again and proof:
        try:
            state = _part(root, policy, proof, day)
        except ReadWhole as refused:
            why += f", et {refused.why}"
    tell(_PARTLY if state else f"livres lus en entier : {why}")
    if state is None:
        state, whole = read_with(policy, root, day)
    yield made(checked(Company(root, policy, state.books)))
    if place and not kept:
        after = proof_of(root, policy, print_)
        tell(_outcome(place, state, proof, after))
        if again and whole and proof and state.agrees(proof) and proof == after:
            _keep_part(root, whole, policy, day)


def _part(root: Path, policy: Policy, proof: Evidence, day: date) -> BookState:
    """What a plan of that day needs of books that were added to. Raises `ReadWhole` when that
    does not tell it."""
    kept = _reduction_file(root).read()
    if kept.made_by != reader_print(policy_print(root), policy.ledger.file):
        raise ReadWhole(Whole.OTHER_READER)
    from relance.cache.partial_reading import read_partly  # a recall does without Beancount

    return read_partly(kept, policy, root, proof.files, day)


def _keep_part(root: Path, made: BooksReading, policy: Policy, day: date) -> None:
    """Keep what the next reading of these books can do without."""
    from relance.cache.cutting import reduction  # a recall does without Beancount

    file = _reduction_file(root)
    try:
        cut = reduction(made, policy, root, day)
    except ReadWhole as whole:
        file.write(whole.why)
    else:
        print_ = reader_print(policy_print(root), policy.ledger.file)
        file.write(replace(cut, made_by=print_))


def _outcome(
    place: FactFile, state: BookState, before: Evidence | None, after: Evidence | None
) -> str:
    """Keep what was read between these two looks at the files; what came of it, in French."""
    if not state.plain:
        left = "un greffon du grand livre n'est pas de Beancount"
    elif not (before and state.agrees(before)):
        left = "un nom de fichier ou de dossier n'y est pas suivi"
    elif before != after:  # what changed meanwhile may have been read before or after
        left = "ils ont changé pendant la lecture"
    else:
        left = place.write(before, state.documents, state.books)
    return f"non gardés pour la suite : {left}" if left else "gardés pour la suite"


def _why(place: FactFile | None, proof: Evidence | None, kept: Books | None) -> str:
    """Why nothing could be recalled, in French."""
    if place is None:
        return "hors de git, rien ne se garde"
    if proof is None:
        return "un fichier ne se lit pas comme il est nommé"
    if kept and kept.closed_until:
        return f"ce qui est gardé vaut à partir du {french_date(kept.closed_until)}"
    if place.empty:
        return "rien n'est gardé encore"
    return "un fichier, la politique, un document ou une version a changé depuis la dernière fois"


def _kept(
    root: Path, place: FactFile | None, proof: Evidence | None, policy: Policy, day: date
) -> tuple[KeptFacts | None, bool]:
    """What a plan of that day needs: as it was kept, else out of all the facts, and whether so."""
    if not (place and proof):
        return None, False
    if kept := place.read(proof):
        return kept, False
    whole = _fact_file(root, _WHOLE)
    if not whole or not (facts := whole.read(proof)):
        return None, False
    return facts._replace(books=for_a_plan(facts.books, policy, day)), True


def recalled_whole(root: Path, tell: Callable[[str], None] = lambda _: None) -> Company:
    """The company with all its facts, for what only shows: recalled or, failing that, read and
    kept; `tell` says which, and why. Raises `Refusal` as `read_company` does."""
    print_ = policy_print(root)
    policy = policy_of(root)
    place, proof = _fact_file(root, _WHOLE), proof_of(root, policy, print_)
    if place and proof and (kept := place.read(proof)):
        tell(_RECALLED)
        return checked(Company(root, policy, kept.books))
    tell(f"livres lus en entier : {_why(place, proof, None)}")
    read_now = proved(root)
    if place:
        tell(_outcome(place, read_now.state, proof, read_now.proof))
    return read_now.company


def recalled_past(then: Path, root: Path) -> Company:
    """The company as a commit had it, checked out at `then`, with all its facts, for what only
    shows: those kept of `root` when it stood so, else read, and not kept. Raises `Refusal` as
    `read_company` does."""
    policy = policy_of(then)
    place, proof = _fact_file(root, _WHOLE), proof_of(then, policy, policy_print(then))
    kept = replace(place, root=then).read(proof) if place and proof else None
    return checked(Company(then, policy, kept.books)) if kept else read_company(then)


def before_writing(root: Path) -> Company:
    """The company with all its facts, for what is about to change them: recalled or, failing that,
    read, and not kept. The books are read whole again with the change in place."""
    print_ = policy_print(root)
    policy = policy_of(root)
    place, proof = _fact_file(root, _WHOLE), proof_of(root, policy, print_)
    kept = place.read(proof) if place and proof else None
    return checked(Company(root, policy, kept.books)) if kept else proved(root).company


def keep_written(root: Path) -> None:
    """Keep what a rehearsal of this process read, now that just that is written: what the next
    command finds here, on whatever branch."""
    with suppress(Refusal):
        place, policy = _fact_file(root, _WHOLE), policy_of(root)
        proof = proof_of(root, policy, policy_print(root))
        if place and proof and (state := remembered(root, proof)):
            place.write(proof, state.documents, state.books)


def _fact_file(root: Path, which: str = "") -> FactFile | None:
    """Where the books of this policy are kept; outside git, nowhere."""
    try:
        git = Git.of(root)
    except Refusal:
        return None
    return FactFile(git.own / FOLDER, _name(git, root) + which, root, whole=which == _WHOLE)


def _reduction_file(root: Path) -> ReductionFile:
    git = Git.of(root)
    return ReductionFile(git.own / FOLDER / f"{_name(git, root)}-partie.json")


def _name(git: Git, root: Path) -> str:
    return sha256(git.from_top(root / POLICY).encode())[:16]
