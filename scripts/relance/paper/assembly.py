"""PDFs put one after the other in one file, with pikepdf.

The same parts always give the same bytes. What belongs to a document as a whole (tags, attached
files, forms to fill in, its own outline) stays behind: the result is to be read and printed.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pikepdf

from relance.values.problem import Problem, Refusal, Source

A4 = (595.28, 841.89)  # points


@dataclass(frozen=True, slots=True)
class Part:
    """One document of a file: `title` is its entry in the outline and its name in a refusal."""

    title: str
    pdf: bytes


def join(parts: Sequence[Part], title: str = "", *, recto: bool = False) -> bytes:
    """One PDF of all parts in order, with an outline entry each, of that title.

    With `recto` every part begins on an odd page, on the front of a sheet printed on both sides:
    a blank page is added where it must. Raises Refusal with every part that cannot be read.
    """
    whole = pikepdf.new()
    outline: list[pikepdf.OutlineItem] = []
    problems: list[Problem] = []
    for part in parts:
        if recto and len(whole.pages) % 2:
            whole.add_blank_page(page_size=A4)
        outline.append(pikepdf.OutlineItem(part.title, len(whole.pages)))
        try:
            with _opened(part.pdf, part.title) as pdf:
                whole.pages.extend(_cleaned(pdf).pages)
        except Refusal as refusal:
            problems.extend(refusal.problems)
    if problems:
        raise Refusal(problems)
    if title:
        entitle(whole, title)
    return _written(whole, outline)


def entitle(pdf: pikepdf.Pdf, title: str) -> None:
    """Give a file what a reader's program asks first: its title and its language."""
    pdf.docinfo["/Title"] = title
    pdf.Root.Lang = pikepdf.String("fr")
    pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)


def page_count(pdf: bytes, name: str = "PDF") -> int:
    """How many pages it has; Refusal naming it when it cannot be read."""
    with _opened(pdf, name) as opened:
        return len(opened.pages)


def on_a4(pdf: bytes, name: str) -> bytes:
    """The same document on A4 paper, upright or on its side as each page is: a page of another
    size is scaled to fit and centred. Raises Refusal naming what cannot be read."""
    with _opened(pdf, name) as opened:
        if all(_is_a4(page) for page in opened.pages):
            return pdf
        sheets = pikepdf.new()
        for page in _cleaned(opened).pages:
            width, height = A4[::-1] if _lies(page) else A4
            sheet = sheets.add_blank_page(page_size=(width, height))
            sheet.add_overlay(page, pikepdf.Rectangle(0, 0, width, height))
        return _written(sheets, ())


_SLACK = 9  # points, about 3 mm: what printers forgive


def _size(page: pikepdf.Page) -> tuple[float, float]:
    """Width and height as the page is seen, its rotation counted."""
    left, bottom, right, top = (float(side) for side in page.cropbox)
    size = abs(right - left), abs(top - bottom)
    return size[::-1] if page.rotation % 180 else size


def _lies(page: pikepdf.Page) -> bool:
    width, height = _size(page)
    return width > height


def _is_a4(page: pikepdf.Page) -> bool:
    pairs = zip(sorted(_size(page)), A4, strict=True)
    return all(abs(side - expected) <= _SLACK for side, expected in pairs)


def check(pdf: bytes, name: str) -> None:
    """Read the whole of it, page by page; Refusal naming it when something in it is damaged."""
    with _opened(pdf, name) as opened:
        try:
            damaged = bool(opened.check_pdf_syntax())
        except pikepdf.PdfError:
            damaged = True
    if damaged:
        raise _unreadable(name, "ce PDF est endommagé")


@contextmanager
def _opened(pdf: bytes, name: str) -> Iterator[pikepdf.Pdf]:
    """A PDF that opens without a password and without repair: a repaired one may lack pages."""
    try:
        with pikepdf.open(io.BytesIO(pdf), attempt_recovery=False) as opened:
            if not opened.pages:
                raise _unreadable(name, "ce PDF n'a aucune page")
            yield opened
    except pikepdf.PasswordError as error:
        raise _unreadable(name, "ce PDF est protégé par un mot de passe") from error
    except pikepdf.PdfError as error:
        raise _unreadable(name, "ce fichier n'est pas un PDF, ou il est endommagé") from error


def _unreadable(name: str, what: str) -> Refusal:
    remedy = "enregistrez-le de nouveau (imprimer dans un fichier PDF), sans mot de passe"
    return Refusal([Problem(Source(name), what, remedy)])


def _cleaned(pdf: pikepdf.Pdf) -> pikepdf.Pdf:
    """The document with its filled-in fields drawn, as a form does not survive being joined, and
    its pages without the tags whose tree stays behind."""
    if "/AcroForm" in pdf.Root:
        pdf.generate_appearance_streams()
        pdf.flatten_annotations("print")
    for page in pdf.pages:
        if "/StructParents" in page:
            del page.StructParents
    return pdf


def _written(whole: pikepdf.Pdf, items: Sequence[pikepdf.OutlineItem]) -> bytes:
    with whole.open_outline() as outline:
        outline.root.extend(items)
    whole.Root.PageMode = pikepdf.Name.UseOutlines
    target = io.BytesIO()
    whole.save(
        target,
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )
    whole.close()
    return target.getvalue()
