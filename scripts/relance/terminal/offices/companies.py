"""The companies that patterns of folders name: each folder once, and no company under two names.

Two runs of one company would remind its clients twice. What two folders share says that they are
one, never their history: a copy of years ago, a shallow clone, a backup whose policy was corrected
since are as much the same company as a copy of today.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from glob import glob
from itertools import combinations
from pathlib import Path

from relance.git.remote import origin
from relance.git.repository import Repository
from relance.ledger.company import POLICY
from relance.policy.creditor import Creditor
from relance.policy.reader import read_policy
from relance.text.firms import bare
from relance.text.typography import grouped
from relance.values.problem import Problem, Refusal, Source, Status, refuse


@dataclass(frozen=True, slots=True)
class Companies:
    """The companies' folders in order, those that may not run with their reasons, and what is
    worth saying of the rest."""

    folders: tuple[Path, ...]
    refused: dict[Path, Refusal]
    remarks: tuple[str, ...]


def select(patterns: Sequence[str]) -> Companies:
    """The companies of these patterns, relative to the current folder or absolute; `**` goes
    down. Raises `Refusal` when there is none."""
    matched = {pattern: _folders(pattern) for pattern in patterns}
    matching = sorted({folder for folders in matched.values() for folder in folders})
    holding = [folder for folder in matching if os.path.isfile(folder / POLICY)]
    if not holding:
        where = " ".join(patterns)
        what = f"aucun dossier avec {POLICY} ne répond à ce motif dans {Path.cwd()}"
        remedy = "vérifiez-le ; il s'écrit entre apostrophes : --dossiers 'clients/*'"
        raise refuse(where, what, remedy)
    named, twins = _distinct(holding)
    empty = [pattern for pattern in patterns if not matched[pattern]]
    remarks = [f"« {pattern} » ne désigne aucun dossier." for pattern in empty]
    if others := _without_policy(matched, holding):
        names = ", ".join(str(folder) for folder in others)
        remarks.append(f"Sans {POLICY}, laissés de côté : {names}.")
    return Companies(tuple(named), clashes(named), (*remarks, *twins))


def _folders(pattern: str) -> list[Path]:
    """The folders of a pattern; a name that a pattern would read otherwise is taken as it is."""
    full = os.path.expanduser(pattern)  # between quotes, no shell does it
    names = glob(full, recursive=True) or [full]
    return [Path(name) for name in names if os.path.isdir(name)]


def _without_policy(matched: Mapping[str, Sequence[Path]], holding: Sequence[Path]) -> list[Path]:
    """The folders that were named and are no company; not what `**` goes through, nor what lies
    in a company or above one."""
    companies = set(holding)
    above = {parent for company in companies for parent in company.parents}
    named = {folder for pattern in matched if "**" not in pattern for folder in matched[pattern]}
    return sorted(
        folder for folder in named - companies - above if companies.isdisjoint(folder.parents)
    )


def _distinct(folders: Iterable[Path]) -> tuple[list[Path], list[str]]:
    """Each folder under one name, the one that is no link first; what is said of the others."""
    named: dict[Path, Path] = {}
    twins = []
    for folder in sorted(folders, key=lambda path: (path.is_symlink(), path)):
        first = named.setdefault(folder.resolve(), folder)
        if first is not folder:
            twins.append(f"{folder} est le même dossier que {first} : pris une fois.")
    return sorted(named.values()), twins


# ---------------------------------------------------------------- One company under two names


_REMEDY = (
    "ne désignez que l'un d'eux ; si ce sont vraiment deux comptabilités, un passage dans chacune, "
    "l'un après l'autre (relance emettre --dossier)"
)


@dataclass(frozen=True, slots=True)
class _Identity:
    """Where a company is kept, where it came from, in whose name it claims; empty or None where
    its own run will say what is wrong."""

    repository: str
    origin: str
    creditor: Creditor | None


def clashes(folders: Sequence[Path]) -> dict[Path, Refusal]:
    """The folders that would come in each other's way, with what they share and with which."""
    identities = {folder: _identity(folder) for folder in folders}
    sharing: dict[Path, dict[str, list[Path]]] = defaultdict(lambda: defaultdict(list))
    for one, other in combinations(folders, 2):
        if shared := _shared(identities[one], identities[other]):
            sharing[one][shared].append(other)
            sharing[other][shared].append(one)
    return {folder: _refusal(folder, shared) for folder, shared in sharing.items()}


def _refusal(folder: Path, shared: Mapping[str, Iterable[Path]]) -> Refusal:
    complaints = [
        f"partage {what} avec {', '.join(map(str, others))} : leurs passages se gêneraient, ou "
        "relanceraient deux fois les mêmes clients"
        for what, others in shared.items()
    ]
    problems = [Problem(Source(str(folder)), what, _REMEDY) for what in complaints]
    return Refusal(problems, Status.REFUSED_STATE)


def _shared(one: _Identity, other: _Identity) -> str:
    """What only one company can have, empty when they are two."""
    if one.repository and one.repository == other.repository:
        return "son dépôt git"
    homes = [{company.repository, company.origin} - {""} for company in (one, other)]
    if homes[0] & homes[1]:
        return "le dépôt d'origine (origin)"
    if one.creditor and other.creditor and (who := _same_by(one.creditor, other.creditor)):
        return f"son créancier ({who})"
    return ""


def _same_by(one: Creditor, other: Creditor) -> str:
    """By what two creditors are one. Their SIREN decides; a policy without one is known by its
    name, however written, or by its account at the bank."""
    if one.siren and other.siren:
        return f"SIREN {grouped(one.siren, 3)}" if one.siren == other.siren else ""
    if bare(one.name) == bare(other.name):
        return f"« {one.name} », faute d'un siren dans chaque politique"
    return f"IBAN {grouped(one.iban)}" if one.iban and one.iban == other.iban else ""


def _identity(folder: Path) -> _Identity:
    try:
        creditor = read_policy(folder / POLICY).creditor
    except Refusal:
        creditor = None
    try:
        repository = Repository.at(folder)
    except Refusal:
        return _Identity("", "", creditor)
    return _Identity(repository.home, origin(repository), creditor)
