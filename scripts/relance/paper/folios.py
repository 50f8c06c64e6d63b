"""A file of several documents whose pages are counted through: each bears its folio, those of an
exhibit its stamp, so that whoever pleads can name a page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from html import escape

import pikepdf

from relance.paper.assembly import Part, join, page_count
from relance.paper.sheet import Sheet, lay_out

_STYLE = """
@page { size: A4; margin: 0 }
@page couchee { size: A4 landscape }
body { margin: 0; font-family: Lettre; color: #000 }
section { break-after: page; position: relative; height: 297mm }
section.couchee { page: couchee; height: 210mm }
p { position: absolute; right: 12mm; margin: 0 }
.cachet { top: 7mm; padding: 1mm 2.5mm; border: 0.4mm solid #000; font-size: 11pt;
  font-weight: 600; background: #fff }
.folio { bottom: 6mm; font-size: 8pt }
"""


def numbered(parts: Sequence[Part], stamps: Sequence[str], title: str) -> bytes:
    """The parts in one PDF of that title; `stamps` has what each part's pages bear, "" for
    nothing but the folio. Raises Refusal with every part that cannot be read."""
    whole = join(parts, title)
    pages = [page_count(part.pdf, part.title) for part in parts]
    marks = [stamp for stamp, count in zip(stamps, pages, strict=True) for _ in range(count)]
    with pikepdf.open(io.BytesIO(whole)) as file:
        lying = [_upright(file, place) for place in range(len(marks))]
        layer = lay_out(Sheet(title, [_layer(marks, lying, title)], _STYLE, {}))
        with pikepdf.open(io.BytesIO(layer)) as over:
            for page, mark in zip(file.pages, over.pages, strict=True):
                _lay(mark, page)
        target = io.BytesIO()
        file.save(
            target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate
        )
        return target.getvalue()


def _upright(file: pikepdf.Pdf, place: int) -> bool:
    """Make the page what its reader sees, without a rotation to be made; whether it lies."""
    page = file.pages[place]
    if page.rotation:
        left, bottom, right, top = (float(side) for side in page.mediabox)
        size = (right - left, top - bottom)
        width, height = size[::-1] if page.rotation % 180 else size
        with pikepdf.new() as apart:
            seen = apart.add_blank_page(page_size=(width, height))
            _lay(page, seen)
            file.pages[place] = seen
        page = file.pages[place]
    left, bottom, right, top = (float(side) for side in page.mediabox)
    return right - left > top - bottom


def _lay(mark: pikepdf.Page, page: pikepdf.Page) -> None:
    """Draw one page over another of its size. pikepdf's own overlay names what it draws by lot,
    and the same file must have the same bytes."""
    form = mark.as_form_xobject()
    name = page.add_resource(form, pikepdf.Name.XObject, pikepdf.Name.MarquesDuDossier)
    where = pikepdf.Rectangle(*map(float, page.mediabox))
    drawing = page.calc_form_xobject_placement(
        form, name, where, invert_transformations=True, allow_shrink=True, allow_expand=True
    )
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(b"\nQ\n" + drawing, prepend=False)
    page.contents_coalesce()


def _layer(marks: Sequence[str], lying: Sequence[bool], title: str) -> str:
    """The page of marks to be laid over each page."""
    sections = "\n".join(
        f'<section class="{"couchee" if lies else "droite"}">'
        + (f'<p class="cachet">{escape(mark)}</p>' if mark else "")
        + f'<p class="folio">{number} / {len(marks)}</p></section>'
        for number, (mark, lies) in enumerate(zip(marks, lying, strict=True), 1)
    )
    return f'<html lang="fr"><head><title>{escape(title)}</title></head><body>{sections}</body>'
