"""Lifecycle messages of electronic invoices: UN/CEFACT Cross Domain Acknowledgement and Response,
as XP Z12-012 uses it. The numbers MDT are those of its data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from relance.incoming import safe_xml, xml_values
from relance.incoming.reading import Head, Kind, Reading
from relance.incoming.safe_xml import Node
from relance.incoming.status_message import StatusAmount, StatusMessage, StatusReason
from relance.incoming.xml_fields import XmlFields
from relance.text.escapes import short
from relance.text.locales import is_currency
from relance.values.problem import Problem, Refusal

_DATA = "urn:un:unece:uncefact:data:standard:"
_NAME = "CrossDomainAcknowledgementAndResponse"
ROOT = (f"{_DATA}{_NAME}:100", _NAME)
MOST_ELEMENTS = 100_000  # a message about one invoice has a hundred
_PREFIXES = {
    "ram": f"{_DATA}ReusableAggregateBusinessInformationEntity:100",
    "udt": f"{_DATA}UnqualifiedDataType:100",
    "qdt": f"{_DATA}QualifiedDataType:100",
}
_ASK = "demandez ce statut de nouveau à votre plateforme, ou notez-le à la main (relance noter)"
_LONGEST = 300  # characters of what somebody wrote to explain


def read(content: bytes, file: str) -> Reading[StatusMessage]:
    """The statuses of a message, one for each invoice that it is about; `Refusal` (2) for any
    other document. One that cannot be taken keeps no other from it."""
    root = safe_xml.parse(content, file, MOST_ELEMENTS)
    if (root.namespace, root.name) != ROOT:
        what = f"la racine « {short(root.name, 40)} » n'est pas celle d'un statut de facture"
        raise Refusal([Problem(root.source, what, _ASK)])
    root = root.using(**_PREFIXES)
    trial = root.first("ExchangedDocumentContext/ram:TestIndicator/udt:Indicator")
    if trial and trial.text().lower() in ("true", "1"):
        raise Refusal([trial.problem("c'est un message d'essai", "retirez-le")])
    message = _Message(root)
    statuses = list(message.statuses())
    return Reading(tuple(statuses), tuple(message.faults), divisible=True)


class _Message:
    def __init__(self, root: Node) -> None:
        self._root = root
        self._id = short(root.text("ExchangedDocument/ram:ID"), 200)
        self.faults: list[Problem] = []

    def statuses(self) -> Iterator[StatusMessage]:
        """Each that can be taken; why others cannot is told."""
        documents = self._root.all("AcknowledgementDocument")
        references = [
            (document, reference)
            for document in documents
            for reference in document.all("ram:ReferenceReferencedDocument")
        ]
        if not references:
            what = "ce message ne parle d'aucune facture"
            self.faults.append(self._root.problem(what, _ASK))
        for place, (document, reference) in enumerate(references, 1):
            status = self._status(document, reference, place if len(references) > 1 else 0)
            if status:
                yield status

    def _status(self, document: Node, reference: Node, place: int) -> StatusMessage | None:
        fields = XmlFields(reference, _ASK)
        number = fields.text("ram:IssuerAssignedID")  # MDT-87
        code = fields.text("ram:ProcessConditionCode")  # MDT-105
        if not number:
            fields.fault(None, "le numéro de la facture manque")
        if not code:
            fields.fault(None, "le code du statut manque")
        day, hour = self._moment(fields, document)
        issued = fields.day(reference.first("ram:FormattedIssueDateTime/qdt:DateTimeString"))
        status = StatusMessage(
            id=self._named(place) or f"{number}_{code}_{day:%Y%m%d}{hour or dt.time():%H%M%S}",
            number=number,
            code=code,
            name=short(reference.text("ram:ProcessCondition"), 80),
            day=day,
            hour=hour,
            source=reference.source,
            sellers=tuple(  # MDT-129
                node.text() for node in reference.all("ram:IssuerTradeParty/ram:GlobalID")
            ),
            type_code=reference.text("ram:TypeCode"),
            issued=issued,
            reasons=tuple(_reasons(reference)),
            amounts=tuple(_amounts(reference, fields)),
        )
        self.faults.extend(fields.faults)
        return None if fields.faults else status

    def _named(self, place: int) -> str:
        return f"{self._id}/{place}" if self._id and place else self._id

    def _moment(self, fields: XmlFields, document: Node) -> tuple[dt.date, dt.time | None]:
        """When the status was set (MDT-78), else when the message was made (MDT-8)."""
        path = "ram:IssueDateTime/udt:DateTimeString"
        node = document.first(path) or self._root.first(f"ExchangedDocument/{path}")
        if node is None or not node.text():
            fields.fault(node, "la date du statut manque")
            return dt.date.min, None
        try:
            return xml_values.moment(node.text())
        except xml_values.Unreadable as why:
            fields.fault(node, f"« {short(node.text(), 40)} » {why}")
            return dt.date.min, None


def _reasons(reference: Node) -> Iterator[StatusReason]:
    for status in reference.all("ram:SpecifiedDocumentStatus"):
        notes = status.all("ram:IncludedNote/ram:Content")
        reason = StatusReason(
            short(status.text("ram:ReasonCode"), 40),  # MDT-113
            short(status.text("ram:Reason"), _LONGEST),
            short(" ".join(note.text() for note in notes), _LONGEST),
        )
        if str(reason):
            yield reason


def _amounts(reference: Node, fields: XmlFields) -> Iterator[StatusAmount]:
    """The sums that say their currency and their kind (MDT-207, MDT-215)."""
    path = "ram:SpecifiedDocumentStatus/ram:SpecifiedDocumentCharacteristic"
    for sum_ in reference.all(path):
        node = sum_.first("ram:ValueAmount")
        value = fields.decimal(node)
        currency = node.attribute("currencyID") if node else ""
        kind = sum_.text("ram:TypeCode")
        if value is not None and kind and is_currency(currency):
            day = fields.day(sum_.first("ram:ValueDateTime/udt:DateTimeString"))
            yield StatusAmount(kind, value, currency, day)


def is_message(head: Head) -> bool:
    """Whether a file is such a message."""
    return head.root == ROOT


KIND = Kind("statut de facture", is_message, read)
