"""A second reader of electronic invoices agrees with ours, and the schemas it brings hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import facturx
import pytest

import electronic
from electronic import BUYER, MINIMUM, Bill, bills, cii, ubl
from relance.incoming.invoice import Invoice
from relance.incoming.recognition import recognise

FULL = Bill(
    "F 1/26",
    date(2026, 3, 2),
    date(2026, 4, 1),
    buyer=replace(BUYER, name="R & D <Dupont>"),
    bases={"20": "1000.10", "5.5": "33.33", "0": "7.00"},
    prepaid="20.00",
    delivered=date(2026, 2, 27),
    refers_to="F0",
    terms="30 jours",
    note="Merci",
)
BILLS = [
    FULL,
    replace(FULL, code="381", due=None),
    replace(FULL, bases={"20": "-100.00"}, prepaid=""),
    replace(FULL, currency="GBP", process=""),
    *bills(Random(15), 8),
]
CONTENTS = [write(bill) for bill in BILLS for write in (cii, ubl)]
SAMPLES = Path(__file__).parent / "samples"
CONTENTS += [
    (SAMPLES / f"{name}.xml").read_bytes()
    for name in ("cii-akretion-extended", "ubl-akretion-en16931")
]


def figures(theirs: dict[str, Any]) -> list[str]:
    """Its number, day, due date, delivery, currency, total, prepaid, due for payment, buyer."""
    terms = ("BT-1", "BT-2", "BT-9", "BT-72", "BT-5", "BT-112", "BT-113", "BT-115")
    told = [str(theirs.get(term) or "").lstrip("-") for term in terms]
    return [*told, theirs["BG-7"]["name"], theirs["BG-7"].get("legal_identifier", "")]


def our_figures(invoice: Invoice) -> list[str]:
    """The same of ours."""
    days = (invoice.issued, invoice.due, invoice.delivered)
    sums = (invoice.total, invoice.prepaid, invoice.payable)
    return [
        invoice.number,
        *(str(day or "") for day in days),
        invoice.currency,
        *(str(figure.value) if figure else "" for figure in sums),
        invoice.buyer.name,
        invoice.buyer.siren,
    ]


@pytest.mark.slow
@pytest.mark.parametrize("content", CONTENTS, ids=range(len(CONTENTS)))
def test_two_readers_read_the_same_and_the_schema_holds(content: bytes) -> None:
    (ours,) = recognise(content, "f.xml").read(content, "f.xml").facts
    theirs = facturx.parse_ubl_cii_xml(content, check_xsd=True)
    assert our_figures(ours) == figures(theirs)


def test_the_smallest_profile_and_the_pdf_are_theirs_too() -> None:
    assert facturx.xml_check_xsd(cii(FULL, MINIMUM))
    content = cii(FULL)
    assert facturx.get_xml_from_pdf(electronic.facturx(FULL)) == ("factur-x.xml", content)
