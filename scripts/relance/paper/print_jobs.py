"""What is to be printed, on what paper, what it weighs, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_UP, Decimal
from pathlib import Path

from relance.policy.settings import Creditor, DispatchSettings


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


# The classes of a letter by weight at La Poste, in grams; what weighs more is no simple letter.
CLASSES = (20, 100, 250, 500)
_SHEETS_PER_SQUARE_METRE = 16  # A0 is one square metre, and A4 the sixteenth of it (ISO 216)


def sheets(pages: int, *, both_sides: bool) -> int:
    """The sheets of paper that so many pages take."""
    return (pages + 1) // 2 if both_sides else pages


def grams(count: int, paper: DispatchSettings) -> Decimal:
    """The weight of so many sheets in their envelope, rounded up to the tenth of a gram."""
    weight = count * paper.paper_weight / _SHEETS_PER_SQUARE_METRE + paper.envelope_weight
    return weight.quantize(Decimal("0.1"), ROUND_UP)


def weight_class(weight: Decimal) -> int | None:
    """The class by its upper bound, None above the last."""
    return next((bound for bound in CLASSES if weight <= bound), None)
