"""Payment codes as drawings: the only module that imports segno."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

import segno

_QUIET = 2  # modules; the white of the page around the drawing does the rest


def drawing(payload: bytes, title: str) -> Element:
    """The `<svg>` of a QR code, error level M as EPC069-12 asks, `title` its text for the blind."""
    # The mask is given: choosing the best of eight costs more than laying out a paragraph.
    code = segno.make_qr(payload, error="m", boost_error=False, mask=4)
    size = code.symbol_size(border=0)[0]
    outer = size + 2 * _QUIET
    svg = Element("svg", viewBox=f"{-_QUIET} {-_QUIET} {outer} {outer}")
    SubElement(svg, "title").text = title
    SubElement(svg, "path", d=_rows(code.matrix), stroke="#000")
    return svg


def _rows(matrix: tuple[bytearray, ...]) -> str:
    """Each row's runs of dark modules as strokes one module thick."""
    strokes = []
    for y, row in enumerate(matrix):
        x = 0
        while (start := row.find(1, x)) >= 0:
            x = row.find(0, start)
            x = len(row) if x < 0 else x
            strokes.append(f"M{start} {y}.5H{x}")
    return "".join(strokes)
