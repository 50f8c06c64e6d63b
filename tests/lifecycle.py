"""Lifecycle messages of made-up invoices, as platforms write them (XP Z12-012, CDAR D22B)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

DATA = "urn:un:unece:uncefact:data:standard:"
OURS = "732829320"  # the SIREN of the seller in `electronic`


@dataclass(frozen=True)
class Message:
    """One status of an invoice; `amounts` are sums by kind (MPA, MAPTTC, MNATTC…) in `currency`,
    `reasons` texts by code."""

    number: str
    code: str
    at: str = "20260915101500"
    id: str = ""
    seller: str = OURS
    type_code: str = "380"
    issued: str = "20260801"
    name: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)
    comment: str = ""
    amounts: Mapping[str, str] = field(default_factory=dict)
    currency: str = "EUR"
    paid_on: str = ""

    @property
    def named(self) -> str:
        return self.id or f"{self.number}_{self.code}_{self.at}#{self.type_code}_{self.issued}"


def cdar(*statuses: Message, head: str = "") -> bytes:
    """The message that tells these statuses; `head` stands before its root."""
    first = statuses[0]
    references = "".join(map(_reference, statuses))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
{head}<rsm:CrossDomainAcknowledgementAndResponse
 xmlns:rsm="{DATA}CrossDomainAcknowledgementAndResponse:100"
 xmlns:ram="{DATA}ReusableAggregateBusinessInformationEntity:100"
 xmlns:udt="{DATA}UnqualifiedDataType:100" xmlns:qdt="{DATA}QualifiedDataType:100">
 <rsm:ExchangedDocumentContext>
  <ram:BusinessProcessSpecifiedDocumentContextParameter><ram:ID>REGULATED</ram:ID>
  </ram:BusinessProcessSpecifiedDocumentContextParameter>
  <ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>urn.cpro.gouv.fr:1p0:CDV:invoice</ram:ID>
  </ram:GuidelineSpecifiedDocumentContextParameter>
 </rsm:ExchangedDocumentContext>
 <rsm:ExchangedDocument>
  <ram:ID>{escape(first.named)}</ram:ID>
  <ram:IssueDateTime><udt:DateTimeString format="204">20261120080000</udt:DateTimeString>
  </ram:IssueDateTime>
  <ram:SenderTradeParty><ram:RoleCode>WK</ram:RoleCode></ram:SenderTradeParty>
 </rsm:ExchangedDocument>
 <rsm:AcknowledgementDocument>
  <ram:MultipleReferencesIndicator><udt:Indicator>{str(len(statuses) > 1).lower()}</udt:Indicator>
  </ram:MultipleReferencesIndicator>
  <ram:TypeCode>305</ram:TypeCode>
  <ram:IssueDateTime><udt:DateTimeString format="204">{first.at}</udt:DateTimeString>
  </ram:IssueDateTime>
{references} </rsm:AcknowledgementDocument>
</rsm:CrossDomainAcknowledgementAndResponse>
""".encode()


def _reference(message: Message) -> str:
    seller = f'<ram:GlobalID schemeID="0002">{message.seller}</ram:GlobalID>'
    party = f"<ram:IssuerTradeParty>{seller if message.seller else ''}</ram:IssuerTradeParty>"
    return f"""  <ram:ReferenceReferencedDocument>
   <ram:IssuerAssignedID>{escape(message.number)}</ram:IssuerAssignedID>
   <ram:TypeCode>{message.type_code}</ram:TypeCode>
   <ram:FormattedIssueDateTime><qdt:DateTimeString format="102">{message.issued}
</qdt:DateTimeString></ram:FormattedIssueDateTime>
   <ram:ProcessConditionCode>{message.code}</ram:ProcessConditionCode>
   <ram:ProcessCondition>{escape(message.name)}</ram:ProcessCondition>
   {party}
{_details(message)}  </ram:ReferenceReferencedDocument>
"""


def _details(message: Message) -> str:
    comment = (
        f"<ram:IncludedNote><ram:Content>{escape(message.comment)}</ram:Content></ram:IncludedNote>"
        if message.comment
        else ""
    )
    day = (
        f'<ram:ValueDateTime><udt:DateTimeString format="102">{message.paid_on}'
        "</udt:DateTimeString></ram:ValueDateTime>"
        if message.paid_on
        else ""
    )
    sums = "".join(
        f"<ram:SpecifiedDocumentCharacteristic><ram:TypeCode>{kind}</ram:TypeCode>"
        f'<ram:ValueAmount currencyID="{message.currency}">{amount}</ram:ValueAmount>{day}'
        "</ram:SpecifiedDocumentCharacteristic>"
        for kind, amount in message.amounts.items()
    )
    reasons = message.reasons or ({"": ""} if sums or comment else {})
    details = []
    for place, (code, text) in enumerate(reasons.items()):
        why = f"<ram:ReasonCode>{code}</ram:ReasonCode>" if code else ""
        why += f"<ram:Reason>{escape(text)}</ram:Reason>" if text else ""
        more = comment + sums if place == 0 else ""
        details.append(
            f"   <ram:SpecifiedDocumentStatus>{why}<ram:SequenceNumeric>{place + 1}"
            f"</ram:SequenceNumeric>{more}</ram:SpecifiedDocumentStatus>\n"
        )
    return "".join(details)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Files in a zip, under these names."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()
