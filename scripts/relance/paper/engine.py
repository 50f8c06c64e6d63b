"""WeasyPrint as every page needs it: its fonts, what it only logs, all that it may open."""

from __future__ import annotations

import logging
import mimetypes
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote

from relance.paper.native import found_at_once
from relance.text import fonts

with found_at_once():
    from weasyprint import CSS as CSS
    from weasyprint import HTML as HTML
    from weasyprint.css.counters import CounterStyle as CounterStyle
    from weasyprint.text.ffi import pango
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse


def pango_version() -> str:
    """The version of the library that breaks lines, « 1.50.12 »."""
    number = int(pango.pango_version())
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"


class OwnFonts(FontConfiguration):  # type: ignore[misc]  # weasyprint carries no types
    """A font configuration whose files only the process that wrote them removes."""

    def __init__(self) -> None:
        super().__init__()
        self._process = os.getpid()

    def __del__(self) -> None:
        if os.getpid() == self._process:
            super().__del__()


@contextmanager
def said() -> Iterator[list[str]]:
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


class PageHtml(HTML):  # type: ignore[misc]  # weasyprint carries no types
    """A page without footnotes: WeasyPrint's own style sheet gives each element five styles for
    its footnotes, more than half of all the styles of a letter, and none of our pages has any."""

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:  # noqa: FBT001, FBT002
        assert not forms
        return [_usual_styles()]


@cache
def _usual_styles() -> CSS:
    lines = (files("weasyprint") / "css" / "html5_ua.css").read_text("utf-8").splitlines()
    kept = [line for line in lines if not re.match("::(foot)?note", line)]
    return CSS(string="\n".join(kept).replace("\n::marker", "\nli::marker"))


BASE = "http://lettres.invalid/"  # relative addresses stay relative: no machine path in a PDF
# What archiving asks: which colours are meant. Read once, not for each letter.
PROFILE = "http://couleurs.invalid/srgb.icc"
PROFILE_FILE = Path(str(files("weasyprint") / "pdf" / "sRGB2014.icc"))


@cache
def srgb() -> bytes:
    """The profile itself."""
    return PROFILE_FILE.read_bytes()


class LettersOnly(URLFetcher):  # type: ignore[misc]  # weasyprint carries no types
    """Gives WeasyPrint the files of `letters/` and our fonts, and nothing else."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder.resolve()

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The file of that address; refused when there is none here."""
        path = self._path(unquote(re.split("[?#]", url, maxsplit=1)[0]))
        if path is None:
            raise ValueError("adresse hors de letters/")
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    def _path(self, url: str) -> Path | None:
        if url == PROFILE:
            return PROFILE_FILE
        if url.startswith(fonts.URL):
            return fonts.font_file(url.removeprefix(fonts.URL))
        path = (self._folder / url.removeprefix(BASE)).resolve()
        inside = url.startswith(BASE) and path.is_relative_to(self._folder)
        return path if inside and path.is_file() else None


class ImagesOnly(URLFetcher):  # type: ignore[misc]  # weasyprint carries no types
    """Gives WeasyPrint the images of a sheet and our fonts, and nothing else."""

    def __init__(self, images: Mapping[str, bytes]) -> None:
        super().__init__()
        self._images = images

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The image or the font of that address, or the colours; refused when it is none."""
        if url == PROFILE:
            return URLFetcherResponse(url, srgb(), {"Content-Type": "application/vnd.iccprofile"})
        if url.startswith(fonts.URL) and (path := fonts.font_file(url.removeprefix(fonts.URL))):
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": "font/otf"})
        name = url.removeprefix(BASE)
        if not url.startswith(BASE) or name not in self._images:
            raise ValueError("image inconnue")
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, self._images[name], {"Content-Type": kind})


class OneFile(URLFetcher):  # type: ignore[misc]  # weasyprint carries no types
    """Gives WeasyPrint one content, whatever it asks for."""

    def __init__(self, content: bytes, media_type: str) -> None:
        super().__init__()
        self._answer = content, {"Content-Type": media_type}

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The content, under that address."""
        content, kind = self._answer
        return URLFetcherResponse(url, content, kind)
