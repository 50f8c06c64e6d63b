"""The tables of a letter in a mail: read on a telephone as on a wide screen.

What holds without any style sheet is the narrow form: each row of a list is a card, its cells two
by two under their names. The style sheet makes a table of it where there is room.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement

_CELLS = ("td", "th")
_LAID_OUT = frozenset({"table", "thead", "tbody", "tr", *_CELLS})
_BLOCK = "display:block"
_RULE = "border-bottom:1px solid #d3d6d9"
_GREY = "color:#595959"
_WORTH = "vertical-align:top;text-align:right;white-space:nowrap"


def style_table(table: Element) -> None:
    """Give a table the form that its class asks for: a list of rows without one."""
    table.set("cellpadding", "0")
    table.set("cellspacing", "0")
    table.set("width", "100%")
    for part in table.iter():
        if part.tag in _LAID_OUT:  # a blank between two cells that stand two by two is too much
            part.tail = None
            part.text = (part.text or "").strip() or None if part.tag not in _CELLS else part.text
    match table.get("class"):
        case "compte":
            _style_account(table)
        case "paires":
            _style_card(table)
        case _:
            _style_list(table)


def text_of(element: Element) -> str:
    """All the words of an element."""
    return "".join(element.itertext()).strip()


def _cells(row: Element) -> list[Element]:
    return [cell for cell in row if cell.tag in _CELLS]


def _style_account(table: Element) -> None:
    """Words and amounts, down to the total."""
    table.set("style", "width:100%;border-collapse:collapse;margin:0 0 16px")
    for row in table.iter("tr"):
        total = row.get("class") == "total"
        weight = ";font-size:18px;color:#1f3a56;border-top:2px solid #1f3a56" if total else ""
        for cell in _cells(row):
            at_right = cell.attrib.pop("align", "") == "right"
            place = _WORTH if at_right else "text-align:left;font-weight:normal"
            room = "10px 0" if total else "4px 0"
            cell.set(
                "style",
                f"padding:{room}{'' if at_right else ';padding-right:12px'};{place}{weight}",
            )


def _style_card(table: Element) -> None:
    """Facts two by two: the name of each above it, or beside it where there is room."""
    table.set("class", "carte")
    table.set("style", f"{_BLOCK};width:100%")
    for part in table.iter("tbody"):
        part.set("style", _BLOCK)
    for row in table.iter("tr"):
        row.set("style", f"{_BLOCK};padding:4px 0")
        for cell in _cells(row):
            cell.attrib.pop("align", None)
            name = f"text-align:left;font-weight:normal;font-size:13px;{_GREY}"
            cell.set("style", f"{_BLOCK};{name if cell.tag == 'th' else ''}".rstrip(";"))
            if cell.tag == "th":
                cell.set("class", "gris")


def _style_list(table: Element) -> None:
    """A row is a card whose first cell is its title; the others bear the words of the head."""
    table.set("class", "liste")
    table.set("style", f"{_BLOCK};width:100%;border-collapse:collapse;margin:0 0 16px")
    names = [text_of(cell) for head in table.iter("thead") for cell in head.iter("th")]
    for part in table:
        part.set("style", "display:none" if part.tag == "thead" else _BLOCK)
    for head in table.iter("thead"):
        for cell in head.iter("th"):
            cell.set("style", f"text-align:{cell.attrib.pop('align', 'left')};font-weight:normal")
    for body in table.iter("tbody"):
        for row in body.iter("tr"):
            row.set("style", f"{_BLOCK};padding:8px 0;{_RULE}")
            for cell, name, first in _named(row, names):
                _style_cell(cell, name, first=first)


def _named(row: Element, names: list[str]) -> Iterator[tuple[Element, str, bool]]:
    for number, cell in enumerate(_cells(row)):
        yield cell, names[number] if number < len(names) else "", number == 0


def _style_cell(cell: Element, name: str, *, first: bool) -> None:
    if cell.attrib.pop("align", "") == "right":
        cell.set("class", "nombre")
    if first:
        cell.set("style", f"{_BLOCK};font-weight:600")
    elif not text_of(cell):
        cell.set("style", "display:none")
    else:
        cell.set("style", "display:inline-block;width:50%")
        _put_name(cell, name)


def _put_name(cell: Element, name: str) -> None:
    """The head's word above what a cell says; a table that is one has no need of it."""
    if not name:
        return
    label = Element("small")
    label.text = name
    SubElement(label, "br")
    label.tail, cell.text = cell.text, None
    cell.insert(0, label)
