"""Pages of the house that are no letters: their HTML, from a Markdown body, and their PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from relance.paper import markdown_body
from relance.paper.page import raised
from relance.text import templates
from relance.text.templates import Escape
from relance.text.typography import FRENCH


@dataclass(frozen=True, slots=True)
class SheetSection:
    """A part of a document: the name that its style sheet knows it by, and its Markdown."""

    name: str
    markdown: str


def sheet_html(page: Path, values: Mapping[str, object], sections: Sequence[SheetSection]) -> str:
    """The HTML that the template `page`, in French, makes of `values` and of Markdown, `corps`."""
    made = (
        f'<section class="{section.name}">\n{markdown_body.html(section.markdown)}\n</section>'
        for section in sections
    )
    corps = Markup("\n".join(made))  # noqa: S704 - raw HTML is text there
    return raised(templates.render(page, {**values, "corps": corps}, Escape.HTML), FRENCH)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document of the house: its style sheet, its images by the names it uses, and its HTML;
    of several, each tighter than the one before, the first of those with the fewest pages."""

    name: str
    html: Sequence[str]
    style: str
    images: Mapping[str, bytes]


def lay_out(sheet: Sheet) -> bytes:
    """The PDF of a page that is no letter, with its own images and our fonts, archived and
    accessible as letters are; the same sheet gives the same bytes. A character that our fonts
    cannot draw is shown as « ? »: the page is read at home, and no other font may take its place.

    Raises Refusal, naming the sheet, for an image or a style that cannot be used.
    """
    from relance.paper import sheet_layout

    return sheet_layout.lay_out(sheet)


def picture(content: bytes, media_type: str, name: str) -> bytes:
    """An image on an A4 page, as large as fits. Raises Refusal naming it when it is damaged."""
    from relance.paper import sheet_layout

    return sheet_layout.picture(content, media_type, name)
