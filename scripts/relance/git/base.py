"""The branch that letters will be merged into, and what it holds: read from git, never guessed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from relance.git.program import Git, fields, refused

_USUAL = ("main", "master")


@dataclass(frozen=True, slots=True)
class Base:
    """A branch as git shortens it (`origin/main` when the remote is ahead), its last commit, and
    what `git switch` calls it."""

    name: str
    tip: str
    home: str


def base_branch(git: Git, prefix: str) -> Base:
    """The base of the branches below `prefix`: `relance.base` of git's settings, else what the
    remote calls its default, else main or master, else the only other branch.

    Of a local branch and its remote twins, the one that holds the others. Refused (3) when
    nothing tells, or when they went apart.
    """
    branches = _by_name(git, prefix)
    wanted = [*_settings(git), *_USUAL]
    name = next((usual for usual in wanted if usual in branches), None)
    if name is None and len(branches) == 1:
        (name,) = branches
    if name is None:
        what = "impossible de savoir dans quelle branche celle-ci sera fusionnée"
        names = ", ".join(sorted(branches)) or "aucune autre branche ici"
        raise refused(what, f"git config relance.base NOM ({names})")
    return _furthest(git, name, branches[name])


def _by_name(git: Git, prefix: str) -> dict[str, list[Base]]:
    """The branches that hold no letters under review, here and on remotes, by their own name."""
    form = "--format=%(refname) %(objectname) %(symref)"
    listed = os.fsdecode(git.run("for-each-ref", form, "refs/heads", "refs/remotes"))
    remotes = os.fsdecode(git.run("remote")).splitlines()
    branches: dict[str, list[Base]] = {}
    for line in listed.splitlines():
        reference, commit, pointer = line.split(" ")
        _, where, full = reference.split("/", 2)
        ours = [remote for remote in remotes if full.startswith(f"{remote}/")]
        name = full if where == "heads" else full.removeprefix(f"{max(ours, key=len, default='')}/")
        if not pointer and not name.startswith(prefix):
            branches.setdefault(name, []).append(Base(full, commit, name))
    return branches


def _settings(git: Git) -> list[str]:
    """What the user, then the remote, says is the base."""
    chosen = git.attempt("config", "relance.base").stdout
    pointed = git.attempt("symbolic-ref", "--quiet", "refs/remotes/origin/HEAD").stdout
    names = [chosen, pointed.removeprefix(b"refs/remotes/origin/")]
    return [os.fsdecode(name).removesuffix("\n") for name in names if name]


def _furthest(git: Git, name: str, branches: list[Base]) -> Base:
    for furthest in branches:
        if all(contains(git, furthest.tip, other.tip) for other in branches):
            return furthest
    what = f"{' et '.join(branch.name for branch in branches)} se sont écartées"
    raise refused(what, f"réunissez-les : git switch {name}, puis git pull")


def contains(git: Git, commit: str, other: str) -> bool:
    """Whether the history of a commit holds another."""
    return not git.attempt("merge-base", "--is-ancestor", other, commit).returncode


def fork(git: Git, one: str, other: str) -> str | None:
    """The last commit that two histories share, None when there is none."""
    done = git.attempt("merge-base", one, other)
    return None if done.returncode else done.stdout.decode().strip()


def merged_tree(git: Git, commit: str, other: str) -> str:
    """The tree that merging two commits gives, nothing of the user's being touched.

    Refused (3), with the files in conflict, when a person has to merge them.
    """
    done = git.attempt("merge-tree", "--write-tree", "-z", "--name-only", commit, other)
    if done.returncode == 0:
        return fields(done.stdout)[0]
    if done.returncode != 1:
        git.run("merge-tree", "--write-tree", commit, other)
    names = fields(done.stdout)[1:]
    names = sorted(set(names[: names.index("")] if "" in names else names))
    what = f"la fusion demande un choix dans : {', '.join(names)}"
    raise refused(what, "fusionnez à la main (git merge), puis relancez")


def texts_at(git: Git, commit: str, folder: str) -> Mapping[str, str]:
    """The texts of the files right in a folder of a commit, by path from git's top."""
    rows = fields(git.run("ls-tree", "-z", commit, "--", f"{folder}/"))
    blobs = {row.split("\t", 1)[1]: row.split()[2] for row in rows if row.split()[1] == "blob"}
    texts = git.texts(set(blobs.values()))
    return {path: texts[blob] for path, blob in blobs.items()}


def merge_texts(git: Git, edited: str, origin: str, new: str) -> str | None:
    """The changes from `origin` to `edited` made to `new` as well; None when they collide."""
    git.own.mkdir(exist_ok=True)
    places = [git.own / f"trois-{name}" for name in ("retouche", "origine", "nouveau")]
    try:
        for place, text in zip(places, (edited, origin, new), strict=True):
            place.write_bytes(text.encode())
        done = git.attempt("merge-file", "-p", "-q", *map(str, places))
    finally:
        for place in places:
            place.unlink(missing_ok=True)
    return done.stdout.decode() if done.returncode == 0 else None
