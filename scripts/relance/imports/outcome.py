"""What became of each file, and what a person must know of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from relance.values.problem import Problem


class FileFate(StrEnum):
    """What became of a file."""

    TAKEN = "importé"
    PARTLY = "importé en partie"
    KNOWN = "déjà là"
    ASIDE = "laissé de côté"
    REFUSED = "refusé"


@dataclass(slots=True)
class FileOutcome:
    """One file: how many facts `came` in, were `known` already, and are `pending`: written as
    drafts for a person to settle. `faults` are why it is refused, `remarks` are told beside,
    `left` is what of a file that is taken could not be, `kept_out` names what a person had taken
    out of the books."""

    name: str
    kind: str
    fate: FileFate = FileFate.TAKEN
    came: int = 0
    known: int = 0
    pending: int = 0
    faults: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    left: list[Problem] = field(default_factory=list)
    kept_out: list[str] = field(default_factory=list)

    def refuse(self, *faults: Problem) -> None:
        """Leave the whole file where it is."""
        if not faults:
            return
        self.fate = FileFate.REFUSED
        self.faults.extend(fault for fault in faults if fault not in self.faults)
        self.came = self.known = self.pending = 0
