"""Pages of the house laid out by WeasyPrint; their door is `sheet`, which has it come only when one
is."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from relance.paper import standards
from relance.paper.engine import BASE, CSS, HTML, ImagesOnly, OneFile, OwnFonts, PageHtml, said
from relance.paper.page_faults import page_problem
from relance.text import fonts
from relance.text.glyphs import replaced
from relance.values.problem import Problem, Refusal, Source

if TYPE_CHECKING:  # the door stands before what it opens on
    from relance.paper.sheet import Sheet


def lay_out(sheet: Sheet) -> bytes:
    """See `sheet.lay_out`."""
    fetcher = ImagesOnly(sheet.images)
    shared: dict[str, Any] = {"font_config": OwnFonts(), "color_profiles": {}}
    with said() as messages:
        styles = [
            CSS(string=text, base_url=BASE, url_fetcher=fetcher, **shared)
            for text in (fonts.faces_css(), standards.COLOURS_CSS, sheet.style)
        ]
        documents = [
            PageHtml(string=replaced(html), base_url=BASE, url_fetcher=fetcher).render(
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
    """See `sheet.picture`."""
    with said() as messages:
        document = HTML(string=_PICTURE, base_url=BASE, url_fetcher=OneFile(content, media_type))
        result: bytes = document.write_pdf(pdf_identifier=sha256(content).digest()[:16])
    if messages:
        remedy = "enregistrez-la de nouveau, en PNG, en JPEG ou en PDF"
        raise Refusal([Problem(Source(name), "cette image est illisible ou endommagée", remedy)])
    return result
