"""Letters as A4 PDF files: the only module that imports weasyprint.

A PDF is made of the Markdown file and of the folder `letters/` alone: its style sheet, its page
and its images. Nothing else is read and nothing is fetched. The same Markdown gives the same
bytes on one machine.
"""

from __future__ import annotations

import atexit
import gc
import hashlib
import html
import logging
import mimetypes
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from weasyprint import CSS, HTML
from weasyprint.css.counters import CounterStyle
from weasyprint.text.ffi import pango
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from relance import fonts, frontmatter
from relance.letters import templates
from relance.memory import uncollected
from relance.pages import markdown_body, standards
from relance.pages.page import UNUSED, page_html
from relance.problem import Problem, Refusal, Source, in_templates, refuse

STYLE = "letter.css"
_BASE = "http://lettres.invalid/"  # relative addresses stay relative: no machine path in a PDF
# What archiving asks: which colours are meant. Read once, not for each letter.
_PROFILE = "http://couleurs.invalid/srgb.icc"
_PROFILE_FILE = Path(str(files("weasyprint") / "pdf" / "sRGB2014.icc"))
_COLOURS_CSS = f"@color-profile --srgb {{ src: url({_PROFILE}); components: r, g, b }}"


@cache
def _srgb() -> bytes:
    return _PROFILE_FILE.read_bytes()


def pango_version() -> str:
    """The version of the library that breaks lines, « 1.50.12 »."""
    number = int(pango.pango_version())
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"


def render(markdown_text: str, folder: Path) -> bytes:
    """The PDF of a letter's Markdown file; `folder` is `letters/`.

    Raises Refusal, naming the letter, for an incomplete front matter, an image or a style that
    cannot be used, and a character that the letters' fonts cannot draw.
    """
    style = folder / STYLE
    if not style.is_file():
        raise refuse(str(style), "la feuille de style des lettres manque")
    return _renderer(folder, folder.resolve(), style.stat().st_mtime_ns).render(markdown_text)


def readable(markdown_text: str, folder: Path) -> str:
    """The HTML of a letter, not laid out. Raises Refusal, naming the letter, for an incomplete
    front matter and a character that the letters' fonts cannot draw."""
    return _page(markdown_text, folder)[1]


def _page(markdown_text: str, folder: Path) -> tuple[Source, str]:
    front, body = frontmatter.front_matter(markdown_text, without=UNUSED)
    page = page_html(front, body, folder)
    source = Source(str(front["relance"]))
    _check_glyphs(page, source, front)
    return source, page


@lru_cache(maxsize=4)
@uncollected()
def _renderer(folder: Path, _resolved: Path, _written: int) -> Renderer:
    return Renderer(folder)


@atexit.register
def _forget() -> None:
    """Let WeasyPrint remove its copies of the fonts while it still can."""
    _renderer.cache_clear()
    gc.unfreeze()  # what a reader of ledgers set aside from collection
    gc.collect()


class _Fonts(FontConfiguration):  # type: ignore[misc]  # weasyprint carries no types
    """A font configuration whose files only the process that wrote them removes."""

    def __init__(self) -> None:
        super().__init__()
        self._process = os.getpid()

    def __del__(self) -> None:
        if os.getpid() == self._process:
            super().__del__()


class Renderer:
    """Lays out letters; style sheet and fonts are read once for all of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._fetcher = _Fetcher(folder)
        self._fonts = _Fonts()
        self._counters = CounterStyle()
        self._colours: dict[str, object] = {}
        with _said() as messages:
            own = templates.read(folder / STYLE)
            # Each element is held against each sheet; the user's stays apart, for its line numbers.
            house = f"{fonts.faces_css()}\n{_COLOURS_CSS}\n{markdown_body.COLUMNS_CSS}"
            self._styles = [self._css(text) for text in (house, own)]
        if messages:
            raise Refusal([_style_problem(folder / STYLE, message) for message in messages])

    def _css(self, text: str) -> CSS:
        return CSS(
            string=text,
            base_url=_BASE,
            url_fetcher=self._fetcher,
            font_config=self._fonts,
            counter_style=self._counters,
            color_profiles=self._colours,
        )

    def render(self, markdown_text: str) -> bytes:
        """The PDF of one letter (see `render`)."""
        source, page = _page(markdown_text, self._folder)
        unfit: list[Problem] = []
        with _said() as messages:
            written = self._write(page, lambda pdf: unfit.extend(_unfit(pdf, source)))
        if problems := [_page_problem(source, message) for message in messages] + unfit:
            raise Refusal(problems)
        return standards.identified(written, sha256(markdown_text.encode()).digest()[:16])

    def _write(self, page: str, look: Callable[[Any], None]) -> bytes:
        def finish(_: object, pdf: Any) -> None:
            look(pdf)
            standards.conform(pdf, _srgb())

        options = {
            "pdf_variant": standards.VARIANT,
            "pdf_identifier": False,
            "output_intent": "--srgb",
        }
        document = _Page(string=page, base_url=_BASE, url_fetcher=self._fetcher).render(
            font_config=self._fonts,
            counter_style=self._counters,
            color_profiles=self._colours,
            stylesheets=self._styles,
            **options,
        )
        standards.declare_accessible(document.metadata)
        written: bytes = document.write_pdf(finisher=finish, **options)
        return written


class _Page(HTML):  # type: ignore[misc]  # weasyprint carries no types
    """A page without footnotes: WeasyPrint's own style sheet gives each element five styles for
    its footnotes, more than half of all the styles of a letter."""

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:  # noqa: FBT001, FBT002
        assert not forms
        return [_usual_styles()]


@cache
def _usual_styles() -> CSS:
    lines = (files("weasyprint") / "css" / "html5_ua.css").read_text("utf-8").splitlines()
    kept = [line for line in lines if not re.match("::(foot)?note", line)]
    return CSS(string="\n".join(kept).replace("\n::marker", "\nli::marker"))


class _Fetcher(URLFetcher):  # type: ignore[misc]  # weasyprint carries no types
    """Gives WeasyPrint the files of `letters/` and our fonts, and nothing else."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder.resolve()

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        path = self._path(unquote(re.split("[?#]", url, maxsplit=1)[0]))
        if path is None:
            raise ValueError("adresse hors de letters/")
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    def _path(self, url: str) -> Path | None:
        if url == _PROFILE:
            return _PROFILE_FILE
        if url.startswith(fonts.URL):
            return fonts.font_file(url.removeprefix(fonts.URL))
        path = (self._folder / url.removeprefix(_BASE)).resolve()
        inside = url.startswith(_BASE) and path.is_relative_to(self._folder)
        return path if inside and path.is_file() else None


@contextmanager
def _said() -> Iterator[list[str]]:
    """What WeasyPrint only logs, from warnings on."""
    messages: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: messages.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("weasyprint")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.WARNING)
    try:
        yield messages
    finally:
        logger.setLevel(level)
        logger.removeHandler(handler)


# ---------------------------------------------------------------- Pages that are no letters


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
    fetcher, settings = _Given(sheet.images), _Fonts()
    with _said() as messages:
        styles = [
            CSS(string=text, base_url=_BASE, url_fetcher=fetcher, font_config=settings)
            for text in (fonts.faces_css(), sheet.style)
        ]
        drawable = sheet.html.translate(
            dict.fromkeys(map(ord, fonts.missing_glyphs(sheet.html)), "?")
        )
        document = HTML(string=drawable, base_url=_BASE, url_fetcher=fetcher)
        result: bytes = document.write_pdf(
            font_config=settings,
            stylesheets=styles,
            pdf_identifier=sha256(sheet.html.encode()).digest()[:16],
            pdf_tags=True,
        )
    if problems := [_page_problem(Source(sheet.name), message) for message in messages]:
        raise Refusal(problems)
    return result


class _Given(URLFetcher):  # type: ignore[misc]  # weasyprint carries no types
    """Gives WeasyPrint the images of a sheet and our fonts, and nothing else."""

    def __init__(self, images: Mapping[str, bytes]) -> None:
        super().__init__()
        self._images = images

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        if url.startswith(fonts.URL) and (path := fonts.font_file(url.removeprefix(fonts.URL))):
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": "font/otf"})
        name = url.removeprefix(_BASE)
        if not url.startswith(_BASE) or name not in self._images:
            raise ValueError("image inconnue")
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, self._images[name], {"Content-Type": kind})


# ---------------------------------------------------------------- What can be wrong


def _check_glyphs(page: str, source: Source, front: Mapping[str, Any]) -> None:
    """Refuse a letter with characters that our fonts cannot draw, naming client and characters."""
    lacking = sorted(fonts.missing_glyphs(html.unescape(re.sub(r"<[^>]*>", " ", page))))
    if lacking:
        client = front["destinataire"]["nom"]
        shown = ", ".join(f"« {c} » (U+{ord(c):04X})" for c in lacking[:8])
        what = f"{client} : la police des lettres n'a pas {shown}"
        remedy = "écrire ce nom ou ce numéro en lettres latines dans le grand livre"
        raise Refusal([Problem(source, what, remedy)])


_FONT = re.compile(r"^/?(?:[A-Z]{6}\+)?([A-Za-z]+)")


def _families(pdf: Any) -> Iterator[str]:
    """The families of the fonts embedded in a PDF being written."""
    for thing in pdf.objects:
        name = thing.get("BaseFont") if isinstance(thing, dict) else None
        text = name.decode() if isinstance(name, bytes) else str(name or "")
        if found := _FONT.match(text):
            yield found[1]


def _unfit(pdf: Any, source: Source) -> Iterator[Problem]:
    """What a PDF being written holds that cannot be archived or is not ours."""
    for family in sorted(set(_families(pdf)) - {fonts.FAMILY}):
        what = f"police inattendue dans la page : {family}"
        yield Problem(source, what, f"letter.css ne doit employer que « {fonts.FAMILY} »")
    if standards.in_ink(pdf):
        what = "une image de la page (le logo ?) est en quadrichromie (CMJN)"
        yield Problem(source, what, "enregistrez-la en RVB, comme un PDF d'archive le demande")


_PLACE = re.compile(r" at (\d+):(\d+)")


def _style_problem(path: Path, message: str) -> Problem:
    place = _PLACE.search(message)
    source = in_templates(path, *map(int, place.groups() if place else ()))
    return Problem(source, f"feuille de style : {message}", "corriger ou retirer cette ligne")


def _page_problem(source: Source, message: str) -> Problem:
    if "HarfBuzz-Subset" in message:
        what = "la bibliothèque HarfBuzz-Subset manque sur cette machine"
        return Problem(
            source, what, "l'installer (Debian, Ubuntu : apt install libharfbuzz-subset0)"
        )
    what = f"mise en page : {message.replace(_BASE, 'letters/')}"
    return Problem(source, what, "une lettre n'emploie que des images et des styles de letters/")


# ---------------------------------------------------------------- A picture as a page

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
    with _said() as messages:
        document = HTML(string=_PICTURE, base_url=_BASE, url_fetcher=_OneFile(content, media_type))
        result: bytes = document.write_pdf(pdf_identifier=hashlib.sha256(content).digest()[:16])
    if messages:
        remedy = "enregistrez-la de nouveau, en PNG, en JPEG ou en PDF"
        raise Refusal([Problem(Source(name), "cette image est illisible ou endommagée", remedy)])
    return result


class _OneFile(URLFetcher):  # type: ignore[misc]  # weasyprint carries no types
    """Gives WeasyPrint one content, whatever it asks for."""

    def __init__(self, content: bytes, media_type: str) -> None:
        super().__init__()
        self._answer = content, {"Content-Type": media_type}

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        content, kind = self._answer
        return URLFetcherResponse(url, content, kind)
