"""The files that come in: which they are, and what each says."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from relance.imports.outcome import FileOutcome
from relance.incoming import fec
from relance.incoming.csv_profiles import CsvProfile
from relance.incoming.facturx import PlainPdf
from relance.incoming.fec_columns import is_fec
from relance.incoming.reading import Head
from relance.incoming.recognition import recognise
from relance.ledger.bank_profiles import own_profiles
from relance.policy.importing import ImportSettings
from relance.values.problem import Problem, Refusal, Source, refuse

MOST_BYTES = 50 * 2**20
_MOST_FILES = 10_000
_START = 2**14  # bytes in which the header of an accounting export ends


@dataclass(slots=True)
class IncomingFile:
    """A file with its facts, in its own order; `name` is how it is told, `sha256` of its bytes."""

    path: Path
    name: str
    sha256: str
    outcome: FileOutcome
    facts: tuple[Any, ...] = ()

    @property
    def taken(self) -> bool:
        """Whether nothing was found against it so far."""
        return not self.outcome.faults


def files_in(places: Iterable[Path]) -> list[Path]:
    """The files named, and those in the folders named, hidden ones apart; `Refusal` (2) for what
    is not there."""
    listed: list[Path] = []
    for place in places:
        if place.is_dir():
            inside = (path for path in sorted(place.rglob("*")) if path.is_file())
            listed += [path for path in inside if not _hidden(path.relative_to(place))]
        elif place.is_file():
            listed.append(place)
        else:
            raise refuse(str(place), "ce fichier est introuvable", "vérifiez son nom")
    if len(listed) > _MOST_FILES:
        what = f"il y a là {len(listed)} fichiers, plus de {_MOST_FILES}"
        raise refuse(str(listed[0].parent), what, "importez-les en plusieurs fois")
    return list(dict.fromkeys(path.absolute() for path in listed))


def _hidden(path: Path) -> bool:
    return any(part.startswith((".", "~$")) for part in path.parts)


def size_of(path: Path) -> int:
    """The bytes of a file, 0 for one that is not there any more."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


@dataclass(frozen=True, slots=True)
class OwnForms:
    """What the firm says of the files that its bank and its accounting program give it."""

    banks: Collection[CsvProfile]
    fec_clients: Collection[str]

    @classmethod
    def of(cls, settings: ImportSettings) -> OwnForms:
        """As the policy says."""
        return cls(own_profiles(settings), settings.fec.clients)


def read_file(path: Path, root: Path, forms: OwnForms) -> IncomingFile:
    """One file, recognised by its content and read; what cannot be is a fault of its outcome."""
    name = str(path).removeprefix(f"{root}/")
    outcome = FileOutcome(name, "inconnu")
    try:
        content = _content(path, name)
        kind = recognise(content, name, forms.banks, forms.fec_clients)
        outcome.kind = kind.name
        reading = kind.read(content, name)
    except OSError as fault:
        what = f"ce fichier ne se lit pas : « {fault.strerror} »"
        outcome.refuse(Problem(Source(name), what, "rendez-le accessible, ou retirez-le"))
        return IncomingFile(path, name, "", outcome)
    except Refusal as refusal:
        if isinstance(refusal, PlainPdf):
            outcome.kind = "PDF"
        outcome.refuse(*refusal.problems)
        return IncomingFile(path, name, "", outcome)
    outcome.remarks.extend(reading.remarks)
    if reading.faults and reading.divisible and reading.facts:
        outcome.left.extend(reading.faults)
    elif reading.faults:
        outcome.refuse(*reading.faults)
    elif not reading.facts:
        what = "rien n'est à prendre dans ce fichier"
        outcome.refuse(Problem(Source(name), what, "vérifiez que c'est le bon, ou retirez-le"))
    return IncomingFile(
        path, name, hashlib.sha256(content).hexdigest(), outcome, tuple(reading.facts)
    )


def _content(path: Path, name: str) -> bytes:
    """The bytes of a file, unless there are too many; a year of accounts may have more."""
    size = path.stat().st_size
    most = fec.MOST_BYTES if size > MOST_BYTES and _begins_as_fec(path, name) else MOST_BYTES
    if size > most:
        raise refuse(name, f"ce fichier dépasse {most >> 20} Mio", "découpez-le")
    return path.read_bytes()


def _begins_as_fec(path: Path, name: str) -> bool:
    with path.open("rb") as file:
        return is_fec(Head(file.read(_START), name))
