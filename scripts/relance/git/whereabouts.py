"""Where the commit of a run is: on its branch, on another one where a hook led it, or nowhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

from relance.git.program import REFLOG, Git, refused
from relance.git.transaction_record import TransactionRecord

HEADS = "refs/heads/"


def made_on(git: Git, record: TransactionRecord) -> str | None:
    """The branch that holds our commit, made whole: its own, or the base it was merged into."""
    homes = dict.fromkeys((record.home, record.base_branch))
    return next((home for home in homes if _first_is_ours(git, record, home)), None)


def _first_is_ours(git: Git, record: TransactionRecord, branch: str) -> bool:
    """Whether the first commit of a branch since ours began is the one it was to be."""
    tip = git.commit(f"{HEADS}{branch}")
    if not record.blobs or tip is None:
        return False
    since = f"{record.parent}..{tip}"
    made = git.run("rev-list", "--reverse", "--first-parent", since).decode().partition("\n")[0]
    return bool(made) and record.holds(git, made)


@dataclass(frozen=True, slots=True)
class Stray:
    """A commit of ours on a branch that is not its own; "HEAD" when on none."""

    reference: str
    commit: str

    def __str__(self) -> str:
        return self.reference.removeprefix(HEADS)


def strays(git: Git, record: TransactionRecord) -> list[Stray]:
    """Where else git put our commit, by its own log: a hook changed branches before it."""
    if not record.blobs:
        return []
    parent = record.parent
    return [
        Stray(reference, tip)
        for reference, tip, parents in _tips(git)
        if parents == parent and reference != f"{HEADS}{record.home}"
        if _put_there_by_us(git, reference, tip) and record.holds(git, tip)
    ]


def _tips(git: Git) -> Iterator[tuple[str, str, str]]:
    """Each branch with its commit and that one's parents; HEAD too when it is on none."""
    form = "--format=%(refname)%00%(objectname)%00%(parent)"
    for line in os.fsdecode(git.run("for-each-ref", form, HEADS)).splitlines():
        reference, tip, parents = line.split("\0")
        yield reference, tip, parents
    if git.branch() is None and (detached := git.commit("HEAD")):
        yield "HEAD", detached, _parents(git, detached)


def _parents(git: Git, commit: str) -> str:
    return git.run("log", "-1", "--format=%P", commit).decode().strip()


def _put_there_by_us(git: Git, reference: str, tip: str) -> bool:
    """Whether git's log of a branch says that its last move was a commit of this program."""
    done = git.attempt("reflog", "show", "-1", "--format=%H %gs", reference)
    return done.stdout.startswith(f"{tip} {REFLOG}".encode())


def check_place(git: Git, record: TransactionRecord, made: str) -> None:
    """Refuse a commit that is not where it was to be, alone: a hook moved something."""
    parent, branch = record.parent, git.branch()
    parents = _parents(git, made)
    base = git.commit(f"{HEADS}{record.base_branch}") if record.branch else record.base
    remarks = [
        (branch != record.home, f"a changé de branche ({branch or 'HEAD détachée'})"),
        (base != record.base, f"a déplacé la branche {record.base_branch}"),
        (made == parent, "a défait le commit"),
        (parent not in {made, parents}, "a ajouté un autre commit"),
        (stash(git) != record.stash, "a remisé des changements (git stash list, git stash pop)"),
    ]
    changes = [words for wrong, words in remarks if wrong]
    if changes:
        what = f"un hook de git {' et '.join(changes)}"
        raise refused(what, "retirez cela de ce hook, puis relancez")


def stash(git: Git) -> str:
    """The last changes set aside with git stash, "" when there are none."""
    return git.commit("refs/stash") or ""
