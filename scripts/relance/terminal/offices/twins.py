"""Folders that are one company under two names: neither may run beside the other.

What they share says so, never their history: a copy of years ago, a shallow clone, a backup whose
policy was corrected since are as much the same company as a copy of today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from relance.git.remote import origin
from relance.git.repository import Repository
from relance.ledger.company import POLICY
from relance.policy.books import Creditor
from relance.policy.reader import read_policy
from relance.text.firms import bare
from relance.text.typography import grouped
from relance.values.problem import Problem, Refusal, Source, Status

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
    known = {folder: _identity(folder) for folder in folders}
    found: dict[Path, dict[str, list[Path]]] = defaultdict(lambda: defaultdict(list))
    for one, other in combinations(folders, 2):
        if shared := _shared(known[one], known[other]):
            found[one][shared].append(other)
            found[other][shared].append(one)
    return {folder: _refusal(folder, shared) for folder, shared in found.items()}


def _refusal(folder: Path, shared: Mapping[str, Iterable[Path]]) -> Refusal:
    told = [
        f"partage {what} avec {', '.join(map(str, others))} : leurs passages se gêneraient, ou "
        "relanceraient deux fois les mêmes clients"
        for what, others in shared.items()
    ]
    problems = [Problem(Source(str(folder)), what, _REMEDY) for what in told]
    return Refusal(problems, Status.REFUSED_STATE)


def _shared(one: _Identity, other: _Identity) -> str:
    """What only one company can have, empty when they are two."""
    if one.repository and one.repository == other.repository:
        return "son dépôt git"
    homes = [{each.repository, each.origin} - {""} for each in (one, other)]
    if homes[0] & homes[1]:
        return "le dépôt d'origine (origin)"
    if one.creditor and other.creditor and (who := _same(one.creditor, other.creditor)):
        return f"son créancier ({who})"
    return ""


def _same(one: Creditor, other: Creditor) -> str:
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
