"""The proof before a branch's letters change: the books read back with the new files in place."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from relance.git.repository import Repository
from relance.git.transaction import NewCommit
from relance.git.worktree import worktree
from relance.ledger.company import read_company
from relance.values.issued import IssuedLetter
from relance.values.problem import Problem, Refusal, Source


def rehearse(
    repository: Repository, rewrite: NewCommit, tree: str, letters: Iterable[IssuedLetter]
) -> None:
    """Refuse when the ledger, with the files of `rewrite` in a copy of `tree`, would not read
    back just these letters among those of the register, and every other one as it stands."""
    with worktree(repository, tree) as root:
        before = {letter.id: letter for letter in read_company(root).books.letters}
        _apply(rewrite, root)
        after = {letter.id: letter for letter in read_company(root).books.letters}
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    expected = {letter.id: letter for letter in letters}
    wrong = [name for name in changed | expected.keys() if after.get(name) != expected.get(name)]
    if wrong:
        what = f"le registre ne se relirait pas comme il est écrit ({', '.join(sorted(wrong))})"
        remedy = "vérifiez que le grand livre inclut ce registre et que les comptes sont ouverts"
        raise Refusal([Problem(Source("out/registre"), what, remedy)])


def _apply(rewrite: NewCommit, root: Path) -> None:
    for name, content in rewrite.files.items():
        place = root / name
        if content is None:
            place.unlink(missing_ok=True)
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
