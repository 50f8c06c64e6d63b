"""The body of a letter, from Markdown to HTML: the only module that imports markdown.

Raw HTML is text here, so that nothing in a letter reaches the page but what Markdown can say.
Four conventions, all plain Markdown, carry the layout:

- the dashes under a table's head give its columns their relative widths;
- a table without words in its head is a list of pairs: an account when its last column is
  aligned right, else a card;
- a row whose cells all begin in bold is a total;
- what follows the last rule (`---`), up to the next heading, is the end of the letter, never
  split; what follows that heading is an annex in small type;
- a heading of the first level begins a page of its own, to the end of the file.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.extensions import Extension
from markdown.extensions.tables import TableProcessor
from markdown.treeprocessors import Treeprocessor

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def html(text: str) -> str:
    """The HTML fragment of a Markdown body."""
    return Markdown(extensions=[_LetterBody()]).convert(text)


class _LetterBody(Extension):
    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the library's name
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        md.parser.blockprocessors.register(_Table(md.parser), "table", 75)
        md.treeprocessors.register(_Layout(md), "layout", 5)


class _Table(TableProcessor):
    """Tables with columns as wide as the dashes say, and alignment in the `align` attribute."""

    def __init__(self, parser: BlockParser) -> None:
        super().__init__(parser, {"use_align_attribute": True})

    def run(self, parent: Element, blocks: list[str]) -> None:
        super().run(parent, blocks)
        widths = [len(cell.strip()) for cell in self.separator]
        columns = Element("colgroup")
        for width in widths:
            SubElement(columns, "col", style=f"width: {100 * width / sum(widths):.1f}%")
        parent[-1].insert(0, columns)


class _Layout(Treeprocessor):
    """Names the parts of a letter for the style sheet, once the inline marks are known."""

    def run(self, root: Element) -> None:
        for table in root.iter("table"):
            _name_table(table)
        page = _set_apart(root)
        _gather_end(root)
        root.extend(page)


def _name_table(table: Element) -> None:
    head, body = table.find("thead"), table.find("tbody")
    assert head is not None and body is not None
    rows = list(body)
    if not any(_words(cell) for cell in head.iter("th")):
        table.set("class", "compte" if _aligned_right(rows) else "paires")
        table.remove(head)
        for row in rows:
            row[0].tag = "th"
            row[0].set("scope", "row")
    for cell in head.iter("th"):
        cell.set("scope", "col")
    for row in rows:
        cells = [cell for cell in row if _words(cell)]
        if cells and all(_bold(cell) for cell in cells):
            row.set("class", "total")


def _words(cell: Element) -> str:
    return "".join(cell.itertext()).strip()


def _bold(cell: Element) -> bool:
    return not (cell.text or "").strip() and len(cell) > 0 and cell[0].tag == "strong"


def _aligned_right(rows: list[Element]) -> bool:
    return bool(rows) and rows[0][-1].get("align") == "right"


def _set_apart(root: Element) -> list[Element]:
    """Take away what follows the first heading of the first level, in a section of its own."""
    start = next((n for n, element in enumerate(root) if element.tag == "h1"), len(root))
    apart = list(root)[start:]
    del root[start:]
    section = Element("section", {"class": "feuillet"})
    section.extend(apart)
    return [section] if apart else []


def _gather_end(root: Element) -> None:
    """Put what follows the last rule in a section up to the next heading, the rest in another."""
    rules = [n for n, element in enumerate(root) if element.tag == "hr"]
    if not rules:
        return
    following = list(root)[rules[-1] + 1 :]
    headings = [n for n, element in enumerate(following) if element.tag in _HEADINGS]
    split = headings[0] if headings else len(following)
    del root[rules[-1] :]
    for name, elements in (("fin", following[:split]), ("annexe", following[split:])):
        if elements:
            SubElement(root, "section", {"class": name}).extend(elements)
