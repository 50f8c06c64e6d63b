"""The companies that patterns of folders name: each once, and none beside its twin."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from glob import glob
from pathlib import Path

from relance.ledger.company import POLICY
from relance.terminal.offices.twins import clashes
from relance.values.problem import Refusal, refuse


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
    if bare := _bare(matched, holding):
        told = ", ".join(str(folder) for folder in bare)
        remarks.append(f"Sans {POLICY}, laissés de côté : {told}.")
    return Selection(tuple(named), clashes(named), (*remarks, *twins))


def _folders(pattern: str) -> list[Path]:
    """The folders of a pattern; a name that a pattern would read otherwise is taken as it is."""
    full = os.path.expanduser(pattern)  # between quotes, no shell does it
    names = glob(full, recursive=True) or [full]
    return [Path(name) for name in names if os.path.isdir(name)]


def _bare(matched: Mapping[str, Sequence[Path]], holding: Sequence[Path]) -> list[Path]:
    """The folders that were named and are no company; not what `**` goes through, nor what lies
    in a company or above one."""
    companies = set(holding)
    above = {parent for company in companies for parent in company.parents}
    named = {folder for pattern in matched if "**" not in pattern for folder in matched[pattern]}
    return sorted(
        folder for folder in named - companies - above if companies.isdisjoint(folder.parents)
    )


def _once(folders: Iterable[Path]) -> tuple[list[Path], list[str]]:
    """Each folder under one name, the one that is no link first; what is said of the others."""
    named: dict[Path, Path] = {}
    twins = []
    for folder in sorted(folders, key=lambda each: (each.is_symlink(), each)):
        first = named.setdefault(folder.resolve(), folder)
        if first is not folder:
            twins.append(f"{folder} est le même dossier que {first} : pris une fois.")
    return sorted(named.values()), twins
