"""Pages of the house that are no letters: their HTML, from a Markdown body, and their PDF."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from markupsafe import Markup
from weasyprint import CSS, HTML

from relance.paper import markdown_body
from relance.paper.engine import BASE, ImagesOnly, OneFile, OwnFonts, said
from relance.paper.page_faults import page_problem
from relance.text import fonts, templates
from relance.text.glyphs import replaced
from relance.text.templates import Escape
from relance.values.problem import Problem, Refusal, Source


def sheet_html(page: Path, values: Mapping[str, object], body: str) -> str:
    """The HTML that the template `page` makes of `values` and of a Markdown body, `corps`."""
    corps = Markup(markdown_body.html(body))  # noqa: S704 - raw HTML is text there
    return templates.render(page, {**values, "corps": corps}, Escape.HTML)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of the house: its HTML and style sheet, and its images by the names it uses."""

    name: str
    html: str
    style: str
    images: Mapping[str, bytes]


def lay_out(sheet: Sheet) -> bytes:
    """The PDF of a page that is no letter, with its own images and our fonts; the same sheet
    gives the same bytes. A character that our fonts cannot draw is shown as « ? »: the page is
    read at home, and no other font may take its place.

    Raises Refusal, naming the sheet, for an image or a style that cannot be used.
    """
    fetcher, settings = ImagesOnly(sheet.images), OwnFonts()
    with said() as messages:
        styles = [
            CSS(string=text, base_url=BASE, url_fetcher=fetcher, font_config=settings)
            for text in (fonts.faces_css(), sheet.style)
        ]
        document = HTML(string=replaced(sheet.html), base_url=BASE, url_fetcher=fetcher)
        result: bytes = document.write_pdf(
            font_config=settings,
            stylesheets=styles,
            pdf_identifier=sha256(sheet.html.encode()).digest()[:16],
            pdf_tags=True,
        )
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
