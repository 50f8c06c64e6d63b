"""What an envelope weighs, before it is weighed: sheets, grams, the post's class."""

from __future__ import annotations

from decimal import ROUND_UP, Decimal

from relance.policy.model import DispatchSettings

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
