"""The sums of a letter that another version wrote: its words are its own, no sum is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from relance.claims.calculator import STATUTORY_FEE
from relance.decision.model import Letter
from relance.letters.figures import Figure, Kind, Reader
from relance.letters.letter_text import as_text, invoice_rows, leaves

Facts = Mapping[str, object]
_SUBJECT = "objet"


class Sums:
    """The amounts that the books of a letter give: those of `front`, its front matter derived
    again, those of the interest's segments, and those of `text`, its body in today's words."""

    def __init__(self, letter: Letter, front: Facts, text: str) -> None:
        known = (str(row[key]) for row in invoice_rows(front) for key in ("numero", "facture"))
        self._reader = Reader(known, letter.currency)
        values = (*(value for _, value in leaves(front)), *_interest(letter))
        said = [as_text(value) for value in values]
        said.append(f"{STATUTORY_FEE} EUR")  # told even where it is not claimed
        said += [block.text for block in self._reader.blocks(text)]
        self._held = {_value(amount) for each in said for amount in self._amounts(each)}

    def foreign(self, front: Facts, body: str) -> Iterator[tuple[int, str]]:
        """The amounts of a written letter that are none of these, each with its line of the
        body, 0 for one of the subject."""
        subject = [(0, str(front.get(_SUBJECT, "")))]
        for line, text in [*subject, *((x.line, x.text) for x in self._reader.blocks(body))]:
            for amount in self._amounts(text):
                if _value(amount) not in self._held:
                    yield line, amount.text

    def _amounts(self, text: str) -> Iterator[Figure]:
        return (each for each in self._reader.figures(text) if each.kind is Kind.AMOUNT)


def _value(amount: Figure) -> str:
    """Without its sign: a receipt stands with or without one."""
    return amount.value.lstrip("-")


def _interest(letter: Letter) -> Iterator[Decimal]:
    for line in letter.lines:
        for segment in line.interest.segments if line.interest else ():
            yield from (segment.principal, segment.amount)
