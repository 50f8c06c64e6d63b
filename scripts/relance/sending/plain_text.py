"""A letter's body as plain text: what those see who open no PDF.

It reads the HTML that the PDF is made of, so that both say the same; tables become aligned
columns, and lists of lines when they are too wide for a mail program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from relance.paper import markdown_body
from relance.text.typography import FRENCH, is_french, ordinary

_WIDTH = 78  # RFC 5322, 2.1.1
_GAP = "  "
_DRAWN = re.compile(r"\bQR\b")  # « Code QR », « QR code », « QR-Code »
_BLOCKS = ("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "pre", "blockquote")


def plain_text(body: str, language: str = FRENCH) -> str:
    """The Markdown body of a letter as lines of text, one blank line between two blocks.

    `language` says whether a colon has a space before it. A payment code is a drawing: the row
    that tells of it is left out.
    """
    reader = _Reader(" : " if is_french(language) else ": ")
    reader.feed(markdown_body.html(body))
    reader.close()
    return ordinary("\n\n".join(filter(None, reader.blocks))) + "\n"


@dataclass(slots=True)
class _Cell:
    right: bool
    text: str = ""


@dataclass(slots=True)
class _Rows:
    """A table being read: whether its first row is a head, and its rows of cells."""

    headed: bool = False
    rows: list[list[_Cell]] = field(default_factory=list)


class _Reader(HTMLParser):
    """Gathers the blocks of a body; text outside any block, such as line ends, is layout."""

    def __init__(self, colon: str) -> None:
        super().__init__(convert_charrefs=True)
        self._colon = colon
        self.blocks: list[str] = []
        self._text: list[str] | None = None
        self._table: _Rows | None = None
        self._lists: list[int | None] = []  # the next number, None in a list without numbers
        self._item = False  # whether the last block is an item of the list being read
        self._verbatim = False
        self._link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "table":
            self._table = _Rows()
        elif tag in ("ul", "ol"):
            self._flush()
            self._item = self._item and bool(self._lists)
            self._lists.append(1 if tag == "ol" else None)
        elif tag == "tr" and self._table:
            self._table.rows.append([])
        elif tag in ("td", "th") and self._table:
            self._table.headed |= tag == "th" and given.get("scope") == "col"
            self._table.rows[-1].append(_Cell(given.get("align") == "right"))
        elif tag in _BLOCKS:
            self._open(tag)
        elif tag == "br":
            self._add("\n")
        elif tag == "a":
            self._link = given.get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self._table:
            self.blocks.append(_table(self._table, self._colon))
            self._table = None
        elif tag in ("ul", "ol"):
            self._flush()
            self._lists.pop()
        elif tag in _BLOCKS:
            self._flush()
        elif tag == "a":
            self._close_link()

    def handle_data(self, data: str) -> None:
        self._add(data if self._verbatim else data.replace("\n", " "))

    def _add(self, data: str) -> None:
        if self._table and self._table.rows and self._table.rows[-1]:
            self._table.rows[-1][-1].text += data
        elif self._text is not None:
            self._text.append(data)

    def _open(self, tag: str) -> None:
        if tag != "li" and self._text is not None:  # a paragraph within a list's item
            return
        self._flush()
        self._text, self._verbatim = [], tag == "pre"
        if tag == "li" and self._lists:
            number = self._lists[-1]
            self._text.append("- " if number is None else f"{number}. ")
            if number is not None:
                self._lists[-1] = number + 1

    def _flush(self) -> None:
        """End the block being read; the items of a list follow each other."""
        lines = "".join(self._text or ()).strip("\n").split("\n")
        if not self._verbatim:
            lines = [" ".join(re.split(" +", line)).strip() for line in lines]
        text = "\n".join(lines).rstrip()
        if text and self._item and self._lists:
            self.blocks[-1] += f"\n{text}"
        elif text:
            self.blocks.append(text)
            self._item = bool(self._lists)
        self._text, self._verbatim = None, False

    def _close_link(self) -> None:
        """A link's address, unless its words are the address already."""
        words = "".join(self._text or ())
        address = self._link.removeprefix("mailto:")
        if address and address not in words:
            self._add(f" ({address})")
        self._link = ""


def _table(table: _Rows, colon: str) -> str:
    rows = [[" ".join(cell.text.split()) for cell in row] for row in table.rows]
    rows = [row for row in rows if any(row) and (table.headed or not _DRAWN.search(row[0]))]
    if not rows:
        return ""
    right = [cell.right for cell in table.rows[-1]]
    lines = list(_aligned(rows, right))
    pairs = not table.headed and not right[-1]  # a card, where an account has its amounts aligned
    if pairs or max(map(len, lines)) > _WIDTH:
        lines = list(_as_list(rows) if table.headed else (_pair(row, colon) for row in rows))
    return "\n".join(lines)


def _aligned(rows: Sequence[Sequence[str]], right: Sequence[bool]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            text.rjust(width) if at_right else text.ljust(width)
            for text, width, at_right in zip(row, widths, right, strict=True)
        ]
        yield _GAP.join(cells).rstrip()


def _as_list(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Each row as a line: its cells with the head's words."""
    head, *body = rows
    for row in body:
        named = [f"{name} {text}".strip() for name, text in zip(head, row, strict=True) if text]
        yield "- " + ", ".join(named)


def _pair(row: Sequence[str], colon: str) -> str:
    """« Référence : F1 », « Une question ? 01 99 00 12 34 »."""
    name, *rest = filter(None, row)
    mark = " " if name.endswith(("?", ":")) else colon
    return mark.join([name, ", ".join(rest)]) if rest else name
