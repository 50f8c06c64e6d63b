"""Whether git could commit now: nothing waits for the user, files are as HEAD holds them or new."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path

from relance.git.program import Git, refused, words
from relance.values.problem import Problem, Refusal, Source, Status

# What git leaves in its directory while an operation waits for the user.
_UNDER_WAY = {
    "MERGE_HEAD": ("une fusion est en cours", "git commit, ou git merge --abort"),
    "rebase-merge": ("un rebase est en cours", "git rebase --continue, ou --abort"),
    "rebase-apply": ("un rebase est en cours", "git rebase --continue, ou --abort"),
    "CHERRY_PICK_HEAD": ("un cherry-pick est en cours", "git cherry-pick --continue, ou --abort"),
    "REVERT_HEAD": ("un revert est en cours", "git revert --continue, ou --abort"),
    "BISECT_LOG": ("une bissection est en cours", "git bisect reset"),
    "index.lock": ("une commande git est en cours", "si aucune ne tourne plus, supprimez {}"),
}
# Those that are references, which a repository with a reftable keeps in no file of theirs.
_REFERENCES = ("CHERRY_PICK_HEAD", "REVERT_HEAD")


def under_way(git: Git) -> list[Problem]:
    """Every operation of git that waits for the user."""
    problems = []
    for name, (what, remedy) in _UNDER_WAY.items():
        place = git.directory / name
        if place.exists() or (name in _REFERENCES and git.commit(name)):
            way_out = f"attendez ou terminez : {remedy.format(place)}"
            problems.append(Problem(Source("git"), what, way_out))
    return problems


def check_unlocked(git: Git, branches: Iterable[str]) -> None:
    """Refuse while a git command works, or has left its lock: nothing of git's may be moved."""
    references = [f"refs/heads/{branch}.lock" for branch in branches]
    shared = [*references, "packed-refs.lock", "reftable/tables.list.lock"]
    places = [git.directory / name for name in ("index.lock", "HEAD.lock")]
    places += [git.common / name for name in shared]
    if locks := [place for place in places if os.path.lexists(place)]:
        what = f"une commande git travaille, ou a été tuée : {', '.join(map(str, locks))}"
        remedy = "attendez qu'elle finisse ; si aucune ne tourne plus, supprimez ce fichier"
        raise refused(what, f"{remedy}, puis relancez")


def identity(git: Git) -> tuple[Problem, ...]:
    """The complaint when git does not know who commits."""
    for name in ("GIT_COMMITTER_IDENT", "GIT_AUTHOR_IDENT"):
        done = git.attempt("var", name)
        if done.returncode:
            what = f"git ne sait pas qui committe : « {words(done.stderr)} »"
            remedy = 'git config user.name "Prénom Nom" && git config user.email nom@domaine'
            return refused(what, remedy).problems
    return ()


def check_committed(git: Git, folder: Path, paths: Iterable[str]) -> None:
    """Refuse, naming each, the files below `folder` that are not read as HEAD holds them."""
    chains = {path: really_read(git, folder, path) for path in sorted(set(paths))}
    committed, staged = git.tree(), git.index()
    names = {name for chain in chains.values() for name in chain}
    objects = _objects(git, sorted(names & committed.keys()))
    same = {name for name in objects if committed[name] == staged.get(name) == objects[name]}
    problems = []
    for path, chain in chains.items():
        if not chain:
            what, remedy = "est introuvable ou hors du dépôt", "placez-le dans le dépôt"
        elif not committed.keys() >= set(chain):
            named = shlex.quote(path)
            what = "n'est pas committé"
            remedy = f'git add {named} (-f s\'il est ignoré), puis git commit -m "Livres"'
        elif not same >= set(chain):
            what = "n'est pas tel que committé"
            remedy = "git commit, ou annulez-en les changements"
        else:
            continue
        problems.append(Problem(Source(path), f"ce fichier est lu mais {what}", remedy))
    if problems:
        raise Refusal(problems, Status.REFUSED_STATE)


def really_read(git: Git, folder: Path, path: str) -> tuple[str, ...]:
    """The links on the way to a file, then the file; empty when missing or outside."""
    here, chain = Path(os.path.normpath(folder / path)), []
    if not here.is_file():
        return ()
    while link := next((up for up in [*reversed(here.parents), here] if up.is_symlink()), None):
        chain.append(link)
        here = Path(os.path.normpath(link.parent / link.readlink() / here.relative_to(link)))
    if not here.is_relative_to(git.top):
        return ()
    # Links that lead to the repository from outside are no part of it.
    inside = (step for step in [*chain, here] if step.is_relative_to(git.top))
    return tuple(step.relative_to(git.top).as_posix() for step in inside)


def _objects(git: Git, names: list[str]) -> dict[str, str]:
    """The objects git would make of these files now."""
    links = [name for name in names if (git.top / name).is_symlink()]
    files = [name for name in names if name not in links]
    listed = b"".join(os.fsencode(_quoted(name)) for name in files)
    made = git.run("hash-object", "--stdin-paths", stdin=listed).decode().split()
    for name in links:
        target = os.fsencode((git.top / name).readlink())
        made += git.run("hash-object", "--stdin", stdin=target).decode().split()
    return dict(zip(files + links, made, strict=True))


def _quoted(path: str) -> str:
    """A path on a line of its own, as git's C-style quoting writes it."""
    for character, escape in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r")):
        path = path.replace(character, escape)
    return f'"{path}"\n'


def new_files(git: Git, files: Mapping[str, bytes | None]) -> tuple[list[str], list[Problem]]:
    """Those of the files that HEAD does not hold yet; the complaints about what is in their way."""
    new, problems = [], []
    committed, staged = git.tree(), git.index()
    for path, content in files.items():
        place = git.top / path
        if not (os.path.lexists(place) or path in committed or path in staged):
            new.append(path)
        elif committed.get(path, "") != staged.get(path) or not _holds(place, content):
            remedy = "committez-le s'il est à garder, sinon déplacez-le"
            what = "ce fichier existe déjà et ne sera pas remplacé"
            problems.append(Problem(Source(path), what, remedy))
    return new, problems


def _holds(path: Path, content: bytes | None) -> bool:
    return path.is_file() and not path.is_symlink() and path.read_bytes() == content
