"""A letter as one HTML file that any browser opens: style, faces and images inside, no script.

It shows the words and the style; only the PDF has the pages.
"""

from __future__ import annotations

import base64
import mimetypes
import re
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from relance.paper.page import page_html
from relance.text import fonts, frontmatter
from relance.text.templates import read

_SCREEN = "ecran.css"
_IMAGE = re.compile(r'(<img[^>]*?\ssrc=")([^":]+)(")')
_FACE = re.compile(rf"url\({re.escape(fonts.URL)}([^)]+)\)")


def standalone(markdown_text: str, folder: Path) -> str:
    """The HTML of a letter's Markdown file; `folder` is `letters/`.

    Raises Refusal, as the PDF does, for a front matter or a page that cannot be used.
    """
    front, body = frontmatter.front_matter(markdown_text)
    page = page_html(front, body, folder)
    page = _IMAGE.sub(lambda image: image[1] + _image(folder, image[2]) + image[3], page)
    style = "\n".join([_faces(), read(folder / "letter.css"), _screen_style()])
    return page.replace("</head>", f"<style>\n{style}\n</style>\n</head>", 1)


def _image(folder: Path, name: str) -> str:
    """The image's data, or its name when there is no such file in `letters/`."""
    path = (folder / name).resolve()
    inside = path.is_relative_to(folder.resolve()) and path.is_file()
    return _data(path.read_bytes(), path.name) if inside else name


@lru_cache(1)
def _faces() -> str:
    def embedded(face: re.Match[str]) -> str:
        path = fonts.font_file(face[1])
        assert path is not None, face[1]
        return f"url({_data(fonts.latin(path), path.name)})"

    return _FACE.sub(embedded, fonts.faces_css())


def _screen_style() -> str:
    return (files("relance") / "data" / _SCREEN).read_text(encoding="utf-8")


def _data(content: bytes, name: str) -> str:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
