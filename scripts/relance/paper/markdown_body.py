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

The style sheet finds these parts by their classes; no element has a style of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.extensions import Extension
from markdown.extensions.tables import TableProcessor
from markdown.treeprocessors import Treeprocessor

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_STRONG = ("strong", "em")
SHORT_ANNEX = '<section class="annexe court">'
_SHORT = 10  # rows of an annex's table up to which it stays on one page

# The widths of columns, in half percents, by the classes that tables give them.
COLUMNS_CSS = "".join(f".l{n} {{ width: {n / 2}% }}" for n in range(1, 201))


def html(text: str, code: Element | None = None) -> str:
    """The HTML fragment of a Markdown body, the drawing of a payment code in its place: beside
    the last card before the last rule, at the head of the end when there is none."""
    converter = _converter()
    converter.layout.code = code
    return str(converter.reset().convert(text))


@cache
def _converter() -> _Converter:
    return _Converter()


class _Converter(Markdown):
    """Markdown as letters use it, made once: it costs more than a page of text."""

    def __init__(self) -> None:
        super().__init__(extensions=[_LetterBody()])
        self.layout = _Layout(self)
        self.treeprocessors.register(self.layout, "layout", 5)


class _LetterBody(Extension):
    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the library's name
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        md.parser.blockprocessors.register(_Table(md.parser), "table", 75)


class _Table(TableProcessor):
    """Tables with columns as wide as the dashes say, and alignment in the `align` attribute."""

    def __init__(self, parser: BlockParser) -> None:
        super().__init__(parser, {"use_align_attribute": True})

    def run(self, parent: Element, blocks: list[str]) -> None:
        super().run(parent, blocks)
        widths = [len(cell.strip()) for cell in self.separator]
        columns = Element("colgroup")
        whole = sum(widths) or 1  # a hand may leave blanks where the dashes were
        edges = [round(200 * sum(widths[:n]) / whole) for n in range(len(widths) + 1)]
        for left, right in pairwise(edges):
            SubElement(columns, "col", {"class": f"l{max(1, right - left)}"})
        parent[-1].insert(0, columns)


class _Layout(Treeprocessor):
    """Names the parts of a letter for the style sheet, once the inline marks are known."""

    code: Element | None = None

    def run(self, root: Element) -> None:
        for table in root.iter("table"):
            _name_table(table)
        _begin_with_space(root)
        _name_introductions(root)
        page = _set_apart(root)
        _gather_end(root)
        if self.code is not None:
            _place_code(root, self.code)
        root.extend(page)


def _begin_with_space(root: Element) -> None:
    """The space before strong words moved into them: WeasyPrint breaks a line after its first word
    when the text before such words fits but for its last space."""
    for parent in root.iter():
        before: Element | None = None
        for child in parent:
            text = parent.text if before is None else before.tail
            if child.tag in _STRONG and child.text and text and text.endswith(" "):
                child.text = f" {child.text}"
                if before is None:
                    parent.text = text[:-1]
                else:
                    before.tail = text[:-1]
            before = child


def _name_table(table: Element) -> None:
    head, body = table.find("thead"), table.find("tbody")
    assert head is not None and body is not None
    rows = list(body)
    if not any(_text_of(cell) for cell in head.iter("th")):
        table.set("class", "compte" if _aligned_right(rows) else "paires")
        table.remove(head)
        for row in rows:
            row[0].tag = "th"
            row[0].set("scope", "row")
    for cell in head.iter("th"):
        cell.set("scope", "col")
    for row in rows:
        cells = [cell for cell in row if _text_of(cell)]
        if cells and all(_bold(cell) for cell in cells):
            row.set("class", "total")


def _text_of(cell: Element) -> str:
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


def _name_introductions(root: Element) -> None:
    """A paragraph of nothing but code stands alone; one before a table or code leads to it."""
    elements = list(root)
    for element in elements:
        if element.tag == "p" and _only_code(element):
            element[0].set("class", "seul")
    for element, after in pairwise(elements):
        if element.tag == "p" and (after.tag in ("table", "pre") or _only_code(after)):
            element.set("class", "avant-tableau")


def _only_code(element: Element) -> bool:
    alone = len(element) == 1 and element[0].tag == "code"
    return alone and not (element.text or "").strip() and not (element[0].tail or "").strip()


def _gather_end(root: Element) -> None:
    """Put what follows the last rule in a section up to the next heading, the rest in another."""
    rules = [n for n, element in enumerate(root) if element.tag == "hr"]
    if not rules:
        return
    following = list(root)[rules[-1] + 1 :]
    headings = [n for n, element in enumerate(following) if element.tag in _HEADINGS]
    split = headings[0] if headings else len(following)
    del root[rules[-1] :]
    annex = "annexe court" if _short(following[split:]) else "annexe"
    for name, elements in (("fin", following[:split]), (annex, following[split:])):
        if elements:
            SubElement(root, "section", {"class": name}).extend(elements)


def _short(elements: Sequence[Element]) -> bool:
    return sum(1 for element in elements for _ in element.iter("tr")) <= _SHORT


def _place_code(root: Element, code: Element) -> None:
    cards = [n for n, element in enumerate(root) if element.get("class") == "paires"]
    ends = [n for n, element in enumerate(root) if element.get("class") == "fin"]
    block = Element("div", {"class": "paiement"})
    block.append(code)
    if cards:
        block.append(root[cards[-1]])
        root[cards[-1]] = block
    else:
        root.insert(ends[0] if ends else len(root), block)
