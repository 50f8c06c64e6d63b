"""The fields of an XML document read one by one, with every fault at its element."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TypeVar

from relance.incoming import xml_values
from relance.incoming.invoice import StatedAmount
from relance.incoming.safe_xml import Node
from relance.text.escapes import short
from relance.values.amounts import ZERO
from relance.values.problem import Problem

T = TypeVar("T")

ASK = "demandez un fichier corrigé à qui l'a émis, ou saisissez la facture à la main"
LONGEST = 200


class XmlFields:
    """A document's fields. What is missing or unreadable is one more of the `faults`, and a value
    of no meaning goes on in its place: who sees a fault uses none of it."""

    def __init__(self, root: Node, remedy: str = ASK) -> None:
        self.root = root
        self._remedy = remedy
        self.faults: list[Problem] = []
        self.remarks: list[Problem] = []

    def fault(self, node: Node | None, what: str) -> None:
        """One more reason to refuse the document, at an element or at its root."""
        self.faults.append((node or self.root).problem(what, self._remedy))

    def remark(self, node: Node | None, what: str, remedy: str) -> None:
        """Something of an element that a person should know, although it is taken."""
        self.remarks.append((node or self.root).problem(what, remedy))

    def needed(self, path: str, what: str) -> Node:
        """The element at a path, which must be there, say something, and say it once."""
        nodes = self.root.all(path)
        if not nodes or not nodes[0].text():
            self.fault(next(iter(nodes), None), f"{what} manque")
        elif len(nodes) > 1 and len({node.text() for node in nodes}) > 1:
            self.fault(nodes[-1], f"{what} est là deux fois, et diffère")
        return nodes[0] if nodes else self.root

    def text(self, path: str, node: Node | None = None) -> str:
        """The text at a path from the node or the root, of a length that people write; or ""."""
        place = (node or self.root).first(path) if path else None
        text = place.text() if place else ""
        if len(text) > LONGEST:
            self.fault(place, f"plus de {LONGEST} caractères : {short(text, 40)}")
        return text

    def day(self, node: Node | None) -> date | None:
        """The day that an element states; None when it is not there."""
        return self._value(node, xml_values.day, date.min)

    def decimal(self, node: Node | None) -> Decimal | None:
        """The number that an element states, of any number of decimals."""
        return self._value(node, xml_values.decimal, ZERO)

    def amount(self, node: Node | None, currency: str) -> StatedAmount | None:
        """The sum that an element states, in this currency when it names one."""
        value = self._value(node, xml_values.amount, ZERO)
        if node is None or value is None:
            return None
        if (theirs := node.attribute("currencyID")) not in ("", currency):
            self.fault(node, f"ce montant est en {short(theirs, 9)}, la facture en {currency}")
        return StatedAmount(value, node.source, node.name)

    def _value(self, node: Node | None, read: Callable[[str], T], meaningless: T) -> T | None:
        text = node.text() if node else ""
        if not text:
            return None
        try:
            return read(text)
        except xml_values.Unreadable as why:
            self.fault(node, f"« {short(text, 40)} » {why}")
            return meaningless
