"""When an electronic invoice is to be paid: its due date, its instalments, its terms in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from relance.incoming.invoice import DueInstalment, StatedAmount
from relance.incoming.xml_fields import XmlFields
from relance.incoming.xml_values import day_in_words
from relance.text.escapes import short
from relance.values.amounts import total

_FAR = timedelta(days=2 * 366)
_LOOK = "vérifiez l'échéance dans la facture, et corrigez l'écriture s'il le faut"


@dataclass(frozen=True, slots=True)
class DuePaths:
    """Where a syntax says when to pay: from the root, and from each part of the terms."""

    days: tuple[str, ...]  # BT-9
    terms: str
    words: str  # BT-20
    term_day: str
    term_amount: str


@dataclass(frozen=True, slots=True)
class DueDates:
    """The last day of payment, the instalments when there are several, and the terms in words."""

    last: date | None
    instalments: tuple[DueInstalment, ...]
    words: str


def due_dates(
    fields: XmlFields, at: DuePaths, issued: date, payable: StatedAmount, currency: str
) -> DueDates:
    """What the document says of its payment. A day before the invoice is no due date; of several
    the last one counts, unless amounts beside them make what is due: the later, the safer."""
    terms = list(fields.root.all(at.terms))
    words = " ".join(text for term in terms for node in term.all(at.words) if (text := node.text()))
    nodes = [node for path in at.days for node in fields.root.all(path)]
    nodes += [node for term in terms for node in term.all(at.term_day)]
    days = set()
    for node in nodes:
        day = fields.day(node)
        if day and day < issued:
            fields.remark(node, "cette échéance précède la facture, elle est laissée", _LOOK)
        elif day:
            days.add(day)
            if day > issued + _FAR:
                fields.remark(node, "cette échéance est à plus de deux ans de la facture", _LOOK)
    if not nodes and (day := day_in_words(words, issued)):
        days.add(day)
    instalments = _instalments(fields, at, payable, currency)
    if len(days) > 1 and not instalments:
        what = "plusieurs échéances, sans montants qui fassent le net à payer : la dernière compte"
        fields.remark(nodes[0], what, _LOOK)
    return DueDates(max(days, default=None), instalments, short(words, 500))


def _instalments(
    fields: XmlFields, at: DuePaths, payable: StatedAmount, currency: str
) -> tuple[DueInstalment, ...]:
    """The parts of the terms as instalments, when each has a day and they make what is due."""
    parts = []
    for term in fields.root.all(at.terms):
        day = fields.day(term.first(at.term_day))
        amount = fields.amount(term.first(at.term_amount), currency)
        if day and amount:
            parts.append(DueInstalment(day, amount))
    ties = len(parts) > 1 and total(part.amount.value for part in parts) == payable.value
    return tuple(sorted(parts, key=lambda part: part.day)) if ties else ()
