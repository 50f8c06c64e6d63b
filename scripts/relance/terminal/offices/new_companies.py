"""Many companies from many exports: one folder each, one failing without touching the others."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from glob import glob
from pathlib import Path

from relance.claims.on_day import OnDay
from relance.imports.prepared import Prepared
from relance.ledger.company import read_company
from relance.outlook.lacking import Lacking, lacking, sums_of
from relance.terminal.clock import today
from relance.terminal.founding import Founding, creditor_of, files_of, found, is_free
from relance.text.writing import slug
from relance.values.amounts import Money
from relance.values.problem import Problem, Refusal, refuse


@dataclass(frozen=True, slots=True)
class NewCompany:
    """One company: its folder, what its files brought and lack, what it is owed by currency;
    `problems` when it could not be made. Nothing at all when its folder was there already."""

    folder: Path
    prepared: Prepared | None = None
    lacks: Sequence[Lacking] = ()
    owed: Sequence[Money] = ()
    problems: Sequence[Problem] = ()


def found_all(parent: Path, patterns: Sequence[str]) -> Iterator[NewCompany]:
    """A company below `parent` for each file, or folder of files, of these patterns, each once it
    is made. Raises `Refusal` (2) when there is none. A folder that is there already is left."""
    places = sorted({place for pattern in patterns for place in _places(pattern)})
    if not places:
        remedy = "vérifiez-le ; il s'écrit entre apostrophes : --dossiers 'exports/*'"
        raise refuse(" ".join(patterns), f"rien ne répond à ce motif dans {Path.cwd()}", remedy)
    return (_company(folder, place) for folder, place in _named(parent, places))


def _places(pattern: str) -> Iterator[Path]:
    """The files and folders of a pattern; a name that a pattern would read otherwise is taken as
    it is."""
    full = os.path.expanduser(pattern)  # between quotes, no shell does it
    names = glob(full, recursive=True) or [full]
    return (Path(name) for name in names if os.path.exists(name))


def _named(parent: Path, places: Sequence[Path]) -> Iterator[tuple[Path, Path]]:
    """A folder for each, named as its file is, no two alike."""
    taken: set[str] = set()
    for place in places:
        usual = name = slug(place.name if place.is_dir() else place.stem)
        number = 2
        while name in taken:
            name, number = f"{usual}-{number}", number + 1
        taken.add(name)
        yield parent / name, place


def _company(folder: Path, place: Path) -> NewCompany:
    if not is_free(folder):
        return NewCompany(folder)
    try:
        paths = files_of([place])
        founding = Founding(folder, paths, creditor_of(paths))
        prepared = found(founding, lambda _name, _bytes: None)
        company = read_company(folder)
    except Refusal as refusal:
        return NewCompany(folder, problems=refusal.problems)
    day = today(company.policy.calendar.timezone)
    on = OnDay(company.policy, company.books, day)
    return NewCompany(folder, prepared, lacking(on), sums_of(on.open))
