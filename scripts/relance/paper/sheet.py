"""Pages of the house that are no letters: their HTML, from a Markdown body, and their PDF."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from markupsafe import Markup
from weasyprint import CSS, HTML

from relance.paper import markdown_body, standards
from relance.paper.engine import BASE, ImagesOnly, OneFile, OwnFonts, said
from relance.paper.page import raised
from relance.paper.page_faults import page_problem
from relance.text import fonts, templates
from relance.text.glyphs import replaced
from relance.text.templates import Escape
from relance.text.typography import FRENCH
from relance.values.problem import Problem, Refusal, Source


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
    fetcher = ImagesOnly(sheet.images)
    shared: dict[str, Any] = {"font_config": OwnFonts(), "color_profiles": {}}
    with said() as messages:
        styles = [
            CSS(string=text, base_url=BASE, url_fetcher=fetcher, **shared)
            for text in (fonts.faces_css(), standards.COLOURS_CSS, sheet.style)
        ]
        documents = [
            HTML(string=replaced(html), base_url=BASE, url_fetcher=fetcher).render(
                stylesheets=styles, **shared, **standards.options()
            )
            for html in sheet.html
        ]
        document = min(documents, key=lambda document: len(document.pages))
        result = standards.write(document, sha256(sheet.html[0].encode()).digest()[:16])
    if problems := [page_problem(Source(sheet.name), message) for message in messages]:
        raise Refusal(problems)
    return result


_PICTURE = """
<style>
  @page { size: A4; margin: 10mm }
  body { margin: 0 }
  img { width: 190mm; height: 276mm; object-fit: contain }
</style>
<img src="picture">
"""


def picture(content: bytes, media_type: str, name: str) -> bytes:
    """An image on an A4 page, as large as fits. Raises Refusal naming it when it is damaged."""
    with said() as messages:
        document = HTML(string=_PICTURE, base_url=BASE, url_fetcher=OneFile(content, media_type))
        result: bytes = document.write_pdf(pdf_identifier=hashlib.sha256(content).digest()[:16])
    if messages:
        remedy = "enregistrez-la de nouveau, en PNG, en JPEG ou en PDF"
        raise Refusal([Problem(Source(name), "cette image est illisible ou endommagée", remedy)])
    return result
