"""How to pay, as a mail shows it: what is to be copied in one touch, a button for each link, the
payment code where there is a screen to photograph.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement

from relance.sending.mail_tables import text_of
from relance.text.addresses import dialled
from relance.text.typography import grouped, ordinary

CODE = "code"  # the class of what a telephone leaves out: it cannot photograph itself
DRAWN = re.compile(r"\bQR\b")  # « Code QR », « QR code », « QR-Code »
_PANEL = "margin:20px 0;padding:14px 16px;border-left:4px solid #1f3a56;background:#eef1f5"
_BUTTON = (
    "display:inline-block;margin:4px 0;padding:11px 20px;border-radius:4px;background:#1f3a56;"
    "color:#ffffff;font-weight:600;text-decoration:none"
)
_WHOLE = "-webkit-user-select:all;user-select:all"  # one touch takes it all, to copy
_LINK = "color:#1f3a56"


@dataclass(frozen=True, slots=True)
class CodeImage:
    """A payment code on the page: where it is found, its words, its side in pixels."""

    address: str
    words: str
    side: int


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """What a reader copies or touches, and the payment code if there is one."""

    reference: str
    iban: str
    email: str
    phone: str
    image: CodeImage | None

    @classmethod
    def of(cls, values: Mapping[str, Any], image: CodeImage | None) -> PaymentFacts:
        """That of a letter's front matter."""
        iban, email, phone = (
            str(values["creancier"].get(key) or "") for key in ("iban", "courriel", "telephone")
        )
        return cls(str(values["relance"]), grouped(iban), email, phone, image)


def style_panel(panel: Element, payment: PaymentFacts) -> None:
    """Give the block « paiement » of a body its form; without a card or a code it is left empty."""
    panel.set("class", "panneau")
    panel.set("style", _PANEL)
    for place in [child for child in panel if child.get("class") == CODE]:
        panel.remove(place)
    for row in panel.iter("tr"):
        _style_row(row, payment)
    for written in (payment.iban, ordinary(payment.iban)):  # the latter as a hand leaves it
        _put(panel, written, lambda: _account(payment.iban))
    _put(panel, payment.email, lambda: _link(f"mailto:{payment.email}", payment.email))
    if number := dialled(payment.phone):
        _put(panel, payment.phone, lambda: _link(f"tel:{number}", payment.phone))
    if payment.image:
        _show_code(panel, _image(payment.image))


def _style_row(row: Element, payment: PaymentFacts) -> None:
    name, *cells = row
    if DRAWN.search(text_of(name)):
        row.set("class", CODE)
        return
    for cell in cells:
        links = list(cell)
        if len(links) == 1 and links[0].tag == "a" and text_of(cell) == text_of(links[0]):
            _make_button(row, cell, links[0])
        elif payment.reference in text_of(cell):
            cell.set("style", f"{cell.get('style')};{_WHOLE}")


def _show_code(panel: Element, image: Element) -> None:
    """The payment code over the words that tell of it, at the end where none do."""
    rows = [row for row in panel.iter("tr") if row.get("class") == CODE]
    if not rows:
        panel.append(image)
        return
    cell = rows[-1][-1]
    image.tail, cell.text = cell.text, None
    cell.insert(0, image)


def _make_button(row: Element, cell: Element, link: Element) -> None:
    """One button in place of an address that no one reads; where it leads is told under it."""
    where = urlsplit(link.get("href", "")).hostname or ""
    link.text = text_of(row[0])
    link.set("class", "bouton")
    link.set("style", _BUTTON)
    SubElement(cell, "br")
    SubElement(cell, "small").text = where
    cell.set("colspan", "2")
    row.remove(row[0])


def _account(iban: str) -> Element:
    """An IBAN in groups for the eye, copied without a space: some banks' forms take none."""
    element = Element("span", {"style": _WHOLE})
    *groups, last = iban.split()
    for group in groups:  # the room stands after a group, lest a line begin with it
        SubElement(element, "span", {"style": "padding-right:5px"}).text = group
        SubElement(element, "wbr")
    SubElement(element, "span").text = last
    return element


def _link(address: str, words: str) -> Element:
    element = Element("a", {"href": address, "style": _LINK})
    element.text = words
    return element


def _image(code: CodeImage) -> Element:
    form = "display:block;margin:4px 0 8px;background:#ffffff"
    return Element(
        "img",
        {
            "class": CODE,
            "src": code.address,
            "alt": code.words,
            "width": str(code.side),
            "height": str(code.side),
            "style": form,
        },
    )


def _put(root: Element, words: str, make: Callable[[], Element]) -> None:
    """Put an element in place of these words, wherever they stand outside a link."""
    if not words:
        return
    for element in list(root.iter()):
        if element.tag == "a":
            continue
        for number, child in reversed(list(enumerate(element))):
            before, mark, after = (child.tail or "").partition(words)
            if mark:
                child.tail, made = before, make()
                made.tail = after
                element.insert(number + 1, made)
        before, mark, after = (element.text or "").partition(words)
        if mark:
            element.text, made = before, make()
            made.tail = after
            element.insert(0, made)
