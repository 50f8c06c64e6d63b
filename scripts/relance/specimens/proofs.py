"""Made-up papers tried one after the other: laid out where a page brings something new.

What WeasyPrint can find wrong depends on a page's elements, their classes and what they stand in,
not on its words; what depends on the words, the characters to draw, is looked at on every page.
"""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from relance.paper import pdf

# An element and those it stands in, from the outermost: the attributes that a style sheet names.
Place = tuple[str, ...]

_STYLED = frozenset({"lang", "class", "style", "align", "src"})
_EMPTY = frozenset({"meta", "img", "br", "hr", "col"})


class Proofs:
    """The places that were laid out already, of one folder of templates (`letters/`)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: set[Place] = set()

    def check(self, markdown_text: str) -> None:
        """Raises Refusal as `pdf.render` would; a page with an element in a place, or of a class,
        that no page had before is laid out indeed."""
        places = places_of(pdf.readable(markdown_text, self._folder))
        if not places <= self._known:
            pdf.render(markdown_text, self._folder)
            self._known |= places


def places_of(page: str) -> frozenset[Place]:
    """Every place there is on a page of HTML."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return frozenset(reader.places)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.places: set[Place] = set()
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        styled = "".join(f" {key}={value}" for key, value in attrs if key in _STYLED)
        self.places.add((*self._open, tag + styled))
        if tag not in _EMPTY:
            # The language of a page is a place, not a part of all its others.
            self._open.append(tag if tag == "html" else tag + styled)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _EMPTY:
            self._open.pop()
