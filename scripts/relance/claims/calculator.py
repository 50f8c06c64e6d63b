"""The interest calculator alone: what one debt costs, without ledger or policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from relance.claims.interest import Debt, Interest, Segment, accrue, floor, recovery_fee
from relance.claims.rates import Rates
from relance.values.amounts import LARGEST, ZERO, cents
from relance.values.problem import Problem, Refusal, Source

STATUTORY_FEE = Decimal(40)  # EUR, C. com. D441-5


@dataclass(frozen=True, slots=True)
class Calculation:
    """What one debt costs at a date.

    `balance` is what was not paid, interest apart: negative when too much came in. `fee` is
    in EUR. `floor` (percent) is what the contract's rate is under, None when it is not.
    """

    interest: Interest
    balance: Decimal
    fee: Decimal
    floor: Decimal | None

    @property
    def total(self) -> Decimal:
        """What is still to be paid: principal left, interest owed, fee."""
        return self.interest.principal_left + self.interest.interest_owed + self.fee


def calculate(debt: Debt, until: date, rates: Rates, fee: Decimal = STATUTORY_FEE) -> Calculation:
    """The cost of `debt` at the end of the day `until`; what came in later does not count yet.

    Raises Refusal for amounts that are none, all of them at once.
    """
    if problems := tuple(_faults(debt)):
        raise Refusal(problems)
    received = sum((receipt.amount for receipt in debt.known(until)), ZERO)
    return Calculation(
        interest=accrue(debt, until, rates),
        balance=debt.amount - received,
        fee=recovery_fee(debt, until, fee),
        floor=floor(debt, rates) if until > debt.due else None,
    )


def as_json(result: Calculation) -> dict[str, object]:
    """The public answer of `penalites --format json`: keys may be added, never changed.

    `principal` is what is left of it at `arrete_au`, every receipt imputed;
    `total_penalites` all interest accrued, `penalites_dues` the part not yet paid. So
    `solde` + `total_penalites` = `principal` + `penalites_dues`.
    """
    interest = result.interest
    return {
        "principal": _amount(interest.principal_left),
        "total_penalites": _amount(interest.total),
        "indemnite": _amount(result.fee),
        "segments": [segment_as_json(segment) for segment in interest.segments],
        "arrete_au": interest.until.isoformat(),
        "solde": _amount(result.balance),
        "penalites_dues": _amount(interest.interest_owed),
        "total_du": _amount(result.total),
        "taux_inconnu_depuis": interest.unknown_from and interest.unknown_from.isoformat(),
        "plancher": None if result.floor is None else rate_text(result.floor),
    }


def rate_text(rate: Decimal) -> str:
    """A percentage with at least two decimals, more only when they say something."""
    exponent = rate.normalize().as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) else 0  # infinities have none
    return f"{rate:.{max(decimals, 2)}f}"


def segment_as_json(segment: Segment) -> dict[str, object]:
    """One stretch of days with one rate and one principal."""
    return {
        "du": segment.start.isoformat(),
        "au": segment.end.isoformat(),
        "jours": segment.days,
        "principal": _amount(segment.principal),
        "taux": rate_text(segment.rate),
        "montant": _amount(segment.amount),
    }


def _amount(amount: Decimal) -> str:
    return f"{cents(amount)}"


def _faults(debt: Debt) -> Iterator[Problem]:
    named = [("MONTANT", debt.amount)]
    named += [("--avoir" if r.credit_note else "--reglement", r.amount) for r in debt.receipts]
    for argument, amount in named:
        if not (amount.is_finite() and ZERO < amount < LARGEST):
            yield impossible(argument, str(amount))


def impossible(argument: str, amount: str) -> Problem:
    """An amount that nobody can owe."""
    what = f"le montant {amount} n'est pas une somme possible"
    return Problem(
        Source(argument), what, "donnez un montant positif en euros, par exemple 1440.00"
    )
