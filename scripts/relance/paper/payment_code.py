"""Payment codes: a SEPA transfer after the EPC's guidelines (EPC069-12 v2), and its drawing.

The only module that imports segno, and only to draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from relance.text.escapes import plain
from relance.text.firms import is_valid
from relance.values.amounts import cents

# The limits of the EPC's guidelines: characters for the texts, bytes for the whole.
_NAME, _TEXT, _BYTES = 70, 140, 331
# The other lines at their longest: mark, version, charset, kind, BIC, IBAN, amount, line feeds.
_OTHER_BYTES = len("BCD\n002\n1\nSCT\n" + 11 * "B" + 34 * "I" + "EUR999999999.99" + 6 * "\n")
_MOST = Decimal("999999999.99")


def payload(payee: Mapping[str, object], order: Mapping[str, object]) -> bytes | None:
    """What the code says, for a `creancier` and a `virement` of a front matter; None when the
    guidelines do not allow it: no valid IBAN, nothing or too much to pay, a text too long."""
    amount = _amount(order.get("montant"))
    iban = "".join(str(payee.get("iban") or "").split())
    reference = plain(str(order.get("reference") or ""))
    name = plain(str(payee.get("nom") or ""))[:_NAME]
    if amount is None or not (name and reference) or len(reference) > _TEXT:
        return None
    if not is_valid("iban", iban):
        return None
    bic = "".join(str(payee.get("bic") or "").split())
    lines = ("BCD", "002", "1", "SCT", bic, name, iban, f"EUR{amount}", "", "", reference)
    written = "\n".join(lines).encode()
    return written if len(written) <= _BYTES else None


def has_room(name: str, reference: str) -> bool:
    """Whether a code that pays this name has room for this text, whatever else it says."""
    written = f"{plain(name)[:_NAME]}{reference}".encode()
    return len(reference) <= _TEXT and len(written) <= _BYTES - _OTHER_BYTES


def _amount(value: object) -> Decimal | None:
    try:
        amount = cents(Decimal(str(value)))
    except InvalidOperation:
        return None
    return amount if 0 < amount <= _MOST else None


_QUIET = 2  # modules; the white of the page around the drawing does the rest


def drawing(payload: bytes, title: str) -> Element:
    """The `<svg>` of a QR code, error level M as EPC069-12 asks, `title` its text for the blind."""
    code = _code(payload)
    size = code.symbol_size(border=0)[0]
    outer = size + 2 * _QUIET
    svg = Element("svg", viewBox=f"{-_QUIET} {-_QUIET} {outer} {outer}")
    SubElement(svg, "title").text = title
    SubElement(svg, "path", d=_rows(code.matrix), stroke="#000")
    return svg


def picture(payload: bytes) -> bytes:
    """The same code as a PNG, its white border inside, for a mail that a dark screen may show."""
    with BytesIO() as written:
        _code(payload).save(written, kind="png", scale=_SCALE, border=_BORDER)
        return written.getvalue()


def side(payload: bytes) -> int:
    """The side in pixels at which a screen shows that picture: a telephone reads it there."""
    return int(_code(payload).symbol_size(scale=_SHOWN, border=_BORDER)[0])


_SCALE, _SHOWN, _BORDER = 4, 3, 4  # pixels a module, drawn and shown; modules


@lru_cache(maxsize=4)  # an e-mail asks for its code and, apart, for the size of it
def _code(payload: bytes) -> Any:
    import segno  # only drawing needs it

    # The mask is given: choosing the best of eight costs more than laying out a paragraph.
    return segno.make_qr(payload, error="m", boost_error=False, mask=4)


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
