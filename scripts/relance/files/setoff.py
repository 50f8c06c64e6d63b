"""What each payment of a debt settled: interest first, or principal (C. civ. 1343-1)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from relance.claims.interest import Debt, accrue
from relance.claims.model import Receipt
from relance.claims.rates import Rates


@dataclass(frozen=True, slots=True)
class SetOff:
    """One receipt and the two parts it splits into; what they leave of the principal and of the
    interest on its day."""

    receipt: Receipt
    interest: Decimal
    principal: Decimal
    principal_left: Decimal
    interest_owed: Decimal


def set_off(debt: Debt, until: date, rates: Rates) -> tuple[SetOff, ...]:
    """The receipts up to `until` in the order in which they count: credit notes for what never
    was owed first, then by day."""
    found: list[SetOff] = []
    counted: tuple[Receipt, ...] = ()
    for receipt in sorted(debt.known(until), key=lambda r: _order(debt, r)):
        day = receipt.date
        # A sum that never was owed counts from the start, whatever the day of its credit note.
        own = replace(receipt, date=date.min) if debt.backdated(receipt) else receipt
        before = accrue(replace(debt, receipts=counted), day, rates)
        counted = (*counted, own)
        after = accrue(replace(debt, receipts=counted), day, rates)
        interest = max(before.interest_owed - after.interest_owed, Decimal(0))
        if debt.backdated(receipt):
            interest = Decimal(0)
        found.append(
            SetOff(
                receipt,
                interest,
                receipt.amount - interest,
                after.principal_left,
                after.interest_owed,
            )
        )
    return tuple(found)


def _order(debt: Debt, receipt: Receipt) -> tuple[bool, date, bool]:
    return (not debt.backdated(receipt), receipt.date, not receipt.credit_note)
