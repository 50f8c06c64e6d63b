"""What is to be printed, on what paper, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from relance.policy.model import Creditor, DispatchSettings


@dataclass(frozen=True, slots=True)
class PrintJob:
    """What goes into one envelope: a letter's PDF, its enclosures after it.

    `client` is the name, `address` the lines below it as the letter prints them, the country's
    last for a foreign one; `registered` asks for a receipt.
    """

    letter_id: str
    client: str
    address: tuple[str, ...]
    registered: bool
    pdf: bytes


@dataclass(frozen=True, slots=True)
class PrintSetting:
    """Whose letters they are, how they are printed; `templates` is `letters/`, `language` the
    house's own."""

    creditor: Creditor
    templates: Path
    paper: DispatchSettings = field(default_factory=DispatchSettings)
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class PrintRun:
    """Files by name: `tirage.pdf` to print, `bordereau.pdf` to check it by, `bordereau.csv` for a
    mailing service; `letters` are their ids in the order of the print. No file without a job."""

    files: dict[str, bytes]
    letters: tuple[str, ...] = ()
