"""The HTML part of a mail: the letter's own Markdown, by the house's typography, on any screen.

Everything that a mail program must know stands on the element itself; the style sheet adds what
a wide or a dark screen makes better. Nothing is fetched from anywhere: the only image is the
payment code, which the message brings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from xml.etree.ElementTree import Element, tostring

from markupsafe import Markup

from relance.paper import markdown_body
from relance.paper.page import code_title, page_values, payment_order, printed_people, raised
from relance.paper.payment_code import picture, side
from relance.sending.body_tree import body_tree
from relance.sending.mail_tables import style_table
from relance.sending.payment_panel import CODE, CodeImage, PaymentFacts, style_panel
from relance.text import templates
from relance.text.templates import Escape

MOST = 100_000  # bytes: a widespread program cuts a mail at 102 kB
_TEMPLATE = "courriel.html"
_STYLES = {
    "p": "margin:0 0 14px",
    "h1": "margin:28px 0 8px;font-size:18px;line-height:1.3;font-weight:600",
    "h2": "margin:24px 0 8px;font-size:16px;line-height:1.3;font-weight:600",
    "h3": "margin:20px 0 8px;font-size:16px;line-height:1.3;font-weight:600",
    "ul": "margin:0 0 14px;padding:0 0 0 20px",
    "ol": "margin:0 0 14px;padding:0 0 0 24px",
    "li": "margin:0 0 4px",
    "strong": "font-weight:600",
    "a": "color:#1f3a56",
    "blockquote": "margin:16px 0;padding:12px 16px;border-left:4px solid #1f3a56;"
    "background:#eef1f5;font-size:17px",
    "pre": "margin:0 0 14px;white-space:pre-wrap",
    "hr": "border:0;border-top:1px solid #d3d6d9;margin:24px 0",
}
_SECTIONS = {
    "fin": "margin-top:20px",
    "annexe": "margin-top:24px;font-size:14px",
    "feuillet": "margin-top:32px;padding-top:8px;border-top:1px solid #d3d6d9",
}
_CLASSED = frozenset({"table", "tr", "div", "span"})  # whose form their class decides


@dataclass(frozen=True, slots=True)
class HtmlPart:
    """The page, and the payment code that it shows, a PNG; no code where a letter has none."""

    page: str
    code: bytes | None


def inner_html(body: str) -> str:
    """The HTML of a letter's Markdown body, with the place of its payment code: both parts of a
    mail are made of it."""
    return markdown_body.html(body, Element("span", {"class": CODE}))


def html_part(
    front: Mapping[str, object], inner: str, folder: Path, address: Callable[[bytes], str]
) -> HtmlPart | None:
    """The page of a letter's front matter and `inner_html`; None when it would be too large for
    mail.

    `folder` is `letters/`; `address` says where the page finds the image that it is given.
    Raises Refusal, as the PDF does, for a front matter that cannot be used.
    """
    values, language = page_values(front, folder), str(front["langue"])
    order = payment_order(values)
    code = image = None
    if order is not None:
        code = picture(order)
        image = CodeImage(address(code), code_title(values), side(order))
    tree = body_tree(inner)
    _style(tree, PaymentFacts.of(values, image))
    inside = "".join(tostring(element, "unicode", method="html") for element in tree)
    corps = Markup(inside)  # noqa: S704 - escaped by the line above
    values |= printed_people(values) | {"corps": corps}
    path = Path(str(files("relance") / "data" / _TEMPLATE))
    page = raised(templates.render(path, values, Escape.HTML), language)
    return HtmlPart(page, code) if len(page.encode()) <= MOST else None


def _style(tree: Element, payment: PaymentFacts) -> None:
    """Give every element of a body what a mail program must know of it."""
    for element in tree.iter():
        _style_element(element)
    for table in tree.iter("table"):
        style_table(table)
    for parent in list(tree.iter()):
        for panel in [child for child in parent if child.get("class") == "paiement"]:
            style_panel(panel, payment)
            if not len(panel):
                parent.remove(panel)


def _style_element(element: Element) -> None:
    if element.tag == "section":
        name = element.attrib.pop("class", "").partition(" ")[0]
        element.tag = "div"
        element.set("style", _SECTIONS.get(name, ""))
    elif element.tag not in _CLASSED:
        element.attrib.pop("class", None)
    if style := _STYLES.get(element.tag):
        element.set("style", style)
