"""Whether files are read as git holds them: contents compared as git would store them."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable
from pathlib import Path

from relance.git.program import Git
from relance.values.problem import Problem, Refusal, Source, Status


def check(git: Git, folder: Path, paths: Iterable[str]) -> None:
    """Refuse, naming each, the files read that are not those of HEAD.

    A file read through a symbolic link needs the link and itself committed. Contents are
    compared as git would store them, never by date or by the index's word alone.
    """
    chains = {path: really_read(git, folder, path) for path in sorted(set(paths))}
    committed, staged = git.tree(), git.index()
    names = {name for chain in chains.values() for name in chain}
    found = _objects(git, sorted(names & committed.keys()))
    same = {name for name in found if committed[name] == staged.get(name) == found[name]}
    problems = []
    for path, chain in chains.items():
        if not chain:
            what, remedy = "est introuvable ou hors du dépôt", "placez-le dans le dépôt"
        elif not committed.keys() >= set(chain):
            named = shlex.quote(path)
            what = "n'est pas committé"
            remedy = f'git add {named} (-f s\'il est ignoré), puis git commit -m "Livres"'
        elif not same >= set(chain):
            what, remedy = (
                "n'est pas tel que committé",
                "git commit, ou annulez-en les changements",
            )
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
    inside = (each for each in [*chain, here] if each.is_relative_to(git.top))
    return tuple(each.relative_to(git.top).as_posix() for each in inside)


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
