"""A letter's body as a tree of elements: of its HTML, what mail programs may be given.

The HTML is our own, made from Markdown, where raw HTML is text. A hand may still have written a
link or an image: of links only those that a reader expects stay, of images their words.
"""

from __future__ import annotations

from html.parser import HTMLParser
from xml.etree.ElementTree import Element, SubElement

from relance.text.escapes import unmarked

_EMPTY = frozenset({"br", "hr", "img", "col"})
_LEFT_OUT = frozenset({"col", "colgroup"})
_KEPT = {"class", "align", "scope", "start"}
_SCHEMES = ("https://", "http://", "mailto:", "tel:")


def body_tree(html: str) -> Element:
    """The elements of a fragment of HTML, in a `<div>` of their own."""
    reader = _TreeReader()
    reader.feed(html)
    reader.close()
    return reader.root


class _TreeReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("div")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LEFT_OUT:
            return
        given = {name: value or "" for name, value in attrs}
        if tag == "img":
            self.handle_data(given.get("alt", ""))
            return
        element = SubElement(self._open[-1], tag, {k: v for k, v in given.items() if k in _KEPT})
        address = given.get("href", "")
        if tag == "a" and address.lower().startswith(_SCHEMES):
            element.set("href", unmarked(address, kept=""))
        if tag not in _EMPTY:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _EMPTY | _LEFT_OUT and len(self._open) > 1:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        text, parent = unmarked(data), self._open[-1]
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + text
        else:
            parent.text = (parent.text or "") + text
