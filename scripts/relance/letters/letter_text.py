"""A letter's file, read: what it says of itself with places, its body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from relance.text import frontmatter
from relance.text.yamlfile import Trail, YamlDocument


@dataclass(frozen=True, slots=True)
class LetterText:
    """A letter's file, read: its front matter with places, its body and where that begins."""

    front: YamlDocument
    body: str
    offset: int

    @classmethod
    def of(cls, text: str, name: str) -> LetterText:
        """Read it. Raises Refusal when its front matter cannot be read."""
        front, body = frontmatter.front_document(text, name)
        return cls(front, body, frontmatter.lines_above(text))

    @property
    def values(self) -> Mapping[str, object]:
        """The front matter's values."""
        assert isinstance(self.front.value, dict)
        return self.front.value


def invoice_rows(front: Mapping[str, object]) -> list[Mapping[str, object]]:
    """The invoices of a front matter, whatever a hand made of it."""
    rows = front.get("factures")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def as_text(value: object) -> str:
    """A value of a front matter as a letter's text says it; its figures alone are looked at."""
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)


def leaves(value: object, trail: Trail = ()) -> Iterator[tuple[Trail, object]]:
    """Every simple value of the front matter with the keys that lead to it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*trail, key))
    elif isinstance(value, list) and value:
        for place, inner in enumerate(value):
            yield from leaves(inner, (*trail, place))
    else:
        yield trail, value
