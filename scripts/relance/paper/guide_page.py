"""The guide as one HTML page that a browser shows without a server or a network."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from string import Template

from markdown import Markdown

_LINK = re.compile(r"\]\(([a-z-]*)(?:\.md)?(?:#([^)]*))?\)")
_IMAGE = re.compile(r"!\[([^]]*)\]\(([^):]+)\)")


def guide_page(contents: str, pages: Mapping[str, str], folder: Path) -> str:
    """The table of contents beside all pages, each link leading to its place among them; pictures
    are those of the guide's `folder`."""
    parts = [
        f'<section id="{name}">{_html(name, text, folder)}</section>'
        for name, text in pages.items()
    ]
    page = files("relance").joinpath("data/guide.html").read_text(encoding="utf-8")
    return Template(page).substitute(table=_html("table", contents, folder), pages="\n".join(parts))


def _html(name: str, text: str, folder: Path) -> str:
    """One page, its headings and links named after it."""

    def target(link: re.Match[str]) -> str:
        page = link[1] or name
        return f"](#{page}-{link[2]})" if link[2] else f"](#{page})"

    def picture(image: re.Match[str]) -> str:
        return f"![{image[1]}]({(folder / image[2]).as_uri()})"

    converter = Markdown(
        extensions=["fenced_code", "tables", "toc"],
        extension_configs={"toc": {"slugify": lambda title, _: f"{name}-{_anchor(title)}"}},
    )
    body = converter.convert(_LINK.sub(target, _IMAGE.sub(picture, text)))
    return body.replace("<table>", '<div class="table"><table>').replace(
        "</table>", "</table></div>"
    )


def _anchor(title: str) -> str:
    """What forges make of a title, so that links are written once for both."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
