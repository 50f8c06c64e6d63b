"""A picture as a page."""

from __future__ import annotations

import hashlib

from weasyprint import HTML

from relance.paper.engine import said
from relance.paper.fetchers import BASE, OneFile
from relance.values.problem import Problem, Refusal, Source

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
