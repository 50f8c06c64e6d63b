"""A letter's body as plain text: what those see who open no PDF.

It reads the HTML that the PDF is made of, so that both say the same. A row of a table is a line,
each amount beside its name: columns made of spaces stand only in the faces of typewriters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from relance.sending.payment_panel import DRAWN
from relance.text.typography import FRENCH, is_french, ordinary

_BETWEEN = " · "
_NOTHING = "–"
_BLOCKS = ("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "pre", "blockquote")


def plain_text(inner: str, language: str = FRENCH) -> str:
    """The body of a letter (see `html_part.inner_html`) as lines of text, one blank line between
    two blocks.

    `language` says whether a colon has a space before it. A payment code is a drawing: the row
    that tells of it is left out.
    """
    reader = _Reader(" : " if is_french(language) else ": ")
    reader.feed(inner)
    reader.close()
    return ordinary("\n\n".join(filter(None, reader.blocks))) + "\n"


@dataclass(slots=True)
class _Row:
    """A row of a table being read; a total has its own name, which is not the head's."""

    total: bool
    cells: list[str] = field(default_factory=list)

    @property
    def words(self) -> list[str]:
        return [" ".join(cell.split()) for cell in self.cells]


@dataclass(slots=True)
class _Rows:
    """A table being read: whether its first row is a head, and its rows."""

    headed: bool = False
    rows: list[_Row] = field(default_factory=list)


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
            self._table.rows.append(_Row(given.get("class") == "total"))
        elif tag in ("td", "th") and self._table:
            self._table.headed |= tag == "th" and given.get("scope") == "col"
            self._table.rows[-1].cells.append("")
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
        if self._table and self._table.rows and self._table.rows[-1].cells:
            self._table.rows[-1].cells[-1] += data
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
    if table.headed:
        head, *rows = table.rows
        return "\n".join(filter(None, (_line(head.words, row) for row in rows)))
    pairs = (row.words for row in table.rows)
    return "\n".join(_pair(row, colon) for row in pairs if any(row) and not DRAWN.search(row[0]))


def _line(head: Sequence[str], row: _Row) -> str:
    """A row as a line: its cells with the head's words, those that say nothing left out."""
    words = row.words
    names = ["", *head[1:]] if row.total else head
    cells = [
        f"{name} {text}".strip()
        for name, text in zip(names, words, strict=True)
        if text not in ("", _NOTHING)
    ]
    return f"- {_BETWEEN.join(cells)}" if cells else ""


def _pair(row: Sequence[str], colon: str) -> str:
    """« Référence : F1 », « Une question ? 01 99 00 12 34 »."""
    name, *rest = filter(None, row)
    mark = " " if name.endswith(("?", ":")) else colon
    return mark.join([name, ", ".join(rest)]) if rest else name
