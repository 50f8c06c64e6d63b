"""The companies that patterns of folders name: each once, and none that shares its repository."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from glob import glob
from pathlib import Path

from relance.company import POLICY, sha256
from relance.problem import Problem, Refusal, Source, Status, refuse
from relance.vcs.git import Git
from relance.vcs.repository import Repository


@dataclass(frozen=True, slots=True)
class Selection:
    """The companies' folders in order, those that may not run with their reasons, and what is
    worth saying of the rest."""

    folders: tuple[Path, ...]
    refused: dict[Path, Refusal]
    remarks: tuple[str, ...]


def select(patterns: Sequence[str]) -> Selection:
    """The companies of these patterns, relative to the current folder or absolute; `**` goes
    down. Raises `Refusal` when there is none."""
    matched = {pattern: _folders(pattern) for pattern in patterns}
    found = sorted({folder for folders in matched.values() for folder in folders})
    holding = [folder for folder in found if os.path.isfile(folder / POLICY)]
    if not holding:
        where = " ".join(patterns)
        what = f"aucun dossier avec {POLICY} ne répond à ce motif dans {Path.cwd()}"
        remedy = "vérifiez-le ; il s'écrit entre apostrophes : --dossiers 'clients/*'"
        raise refuse(where, what, remedy)
    named, twins = _once(holding)
    empty = [pattern for pattern in patterns if not matched[pattern]]
    remarks = [f"« {pattern} » ne désigne aucun dossier." for pattern in empty]
    if bare := [str(folder) for folder in found if folder not in holding]:
        remarks.append(f"Sans {POLICY}, laissés de côté : {', '.join(bare)}.")
    return Selection(tuple(named), _clashes(named), (*remarks, *twins))


def _folders(pattern: str) -> list[Path]:
    """The folders of a pattern; a name that a pattern would read otherwise is taken as it is."""
    full = os.path.expanduser(pattern)  # between quotes, no shell does it
    names = glob(full, recursive=True) or [full]
    return [Path(name) for name in names if os.path.isdir(name)]


def _once(folders: Iterable[Path]) -> tuple[list[Path], list[str]]:
    """Each folder under one name, the one that is no link first; what is said of the others."""
    named: dict[Path, Path] = {}
    twins = []
    for folder in sorted(folders, key=lambda each: (each.is_symlink(), each)):
        first = named.setdefault(folder.resolve(), folder)
        if first is not folder:
            twins.append(f"{folder} est le même dossier que {first} : pris une fois.")
    return sorted(named.values()), twins


_SHARED = "partage son dépôt git avec {} : les lettres de l'une gêneraient celles de l'autre"
_COPIED = "a le même dépôt distant (origin) que {} : les mêmes clients, deux fois relancés"
_TWIN = (
    "est une copie de {} (même histoire, même politique) : les mêmes clients, deux fois relancés"
)
_REMEDY = (
    "un dépôt par entreprise, une copie par dépôt ; ou l'une après l'autre, chacune approuvée "
    "avant la suivante (relance emettre --dossier)"
)


def _clashes(folders: Sequence[Path]) -> dict[Path, Refusal]:
    """The folders that would come in each other's way: nobody may be reminded twice."""
    places: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for folder in folders:
        for home in _homes(folder):
            places[home].append(folder)
    found: dict[Path, Refusal] = {}
    for (what, _), together in places.items():
        for folder in together if len(together) > 1 else ():
            others = ", ".join(str(each) for each in together if each != folder)
            problem = Problem(Source(str(folder)), what.format(others), _REMEDY)
            found.setdefault(folder, Refusal([problem], Status.REFUSED_STATE))
    return found


def _homes(folder: Path) -> Iterator[tuple[str, str]]:
    """What no two companies may share: what is said when they do, and where it is. A folder
    without a repository will say so itself."""
    try:
        repository = Repository.at(folder)
    except Refusal:
        return
    yield _SHARED, str(repository.shared.resolve())
    if origin := _origin(repository.git):
        yield _COPIED, origin
    roots = repository.git.attempt("rev-list", "--max-parents=0", "HEAD").stdout
    with suppress(OSError):  # its own run will say why
        yield _TWIN, sha256(roots + (folder / POLICY).read_bytes())


def _origin(git: Git) -> str:
    """Where `origin` is; a folder under its one true name."""
    told = git.attempt("config", "--get", "remote.origin.url")
    url = os.fsdecode(told.stdout).removesuffix("\n").removeprefix("file://")
    here = git.top / url
    return str(here.resolve()) if url and here.exists() else url.rstrip("/").removesuffix(".git")
