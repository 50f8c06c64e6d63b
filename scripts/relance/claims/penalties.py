"""The `penalites` command: its arguments become a debt, without a company or a ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from relance.claims.calculator import Calculation, calculate
from relance.claims.interest import Debt
from relance.claims.model import Receipt
from relance.claims.rates import Rates
from relance.values.kinds import DebtorType, Imputation


def calculated(given: Mapping[str, Any], today: date) -> Calculation:
    """The interest and fee of the debt that the command line describes."""
    receipts = [Receipt(day, amount) for day, amount in given["payments"]]
    receipts += [Receipt(day, amount, credit_note=True) for day, amount in given["credit_notes"]]
    debt = Debt(
        debtor=DebtorType(given["debtor"]),
        amount=given["amount"],
        due=given["due"],
        receipts=tuple(sorted(receipts, key=lambda receipt: receipt.date)),
        runs_from=given["notice"],
        agreed=given["rate"],
        imputation=Imputation(given["imputation"]),
    )
    return calculate(debt, given["until"] or today, Rates.known())
