"""Booking, and the last check of balances, at a tenth of Beancount's price for the transactions
that are nearly all: every posting a whole sum, of one currency, without cost or price.

Beancount's booking hands such a transaction back as it came, with its tolerances; all others go
through it, in their order. That both give the same is held by `tests/ledger/test_plain_booking.py`
for the version of Beancount that is `TESTED`; another does all of it itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Context, Decimal, Inexact
from functools import reduce
from typing import Any

import beancount
from beancount.core.amount import Amount
from beancount.core.data import Open, Transaction
from beancount.core.interpolate import AUTOMATIC_RESIDUAL, AUTOMATIC_TOLERANCES, infer_tolerances
from beancount.core.inventory import Inventory
from beancount.core.number import ZERO
from beancount.ops import validation
from beancount.parser import booking, booking_full

TESTED = "3.2.3"
_CENT = Decimal("0.01")
_EXACT = Context(prec=25, traps=[Inexact])  # Beancount adds with 28 digits


def book(entries: list[Any], options: Mapping[str, Any]) -> tuple[list[Any], list[Any]]:
    """What Beancount's booking makes of sorted entries, and its errors. The list is used up: never
    are there two of all entries."""
    if beancount.__version__ != TESTED:
        return booking.book(entries, options)  # type: ignore[no-any-return]
    left = _with_tolerances(entries, options)
    if not left:
        return entries, []
    accounts = {posting.account for place in left for posting in entries[place].postings}
    methods: dict[str, Any] = defaultdict(lambda: options["booking_method"])
    methods |= {x.account: x.booking for x in entries if isinstance(x, Open) and x.booking}
    balances: dict[str, Inventory] = defaultdict(Inventory)
    errors: list[Any] = []
    for place, entry in enumerate(entries):
        if place in left:
            booked, more = booking_full.book([entry], options, methods, balances)
            entries[place] = booked[0] if booked else None
            errors += more
        elif isinstance(entry, Transaction):  # what those that are left may draw on
            for posting in entry.postings:
                if posting.account in accounts:
                    balances[posting.account].add_position(posting)
    kept = [entries[place] for place in left if entries[place] is not None]
    errors += booking.validate_missing_eliminated(kept, options)
    return [entry for entry in entries if entry is not None], errors


def _with_tolerances(entries: Sequence[Any], options: Mapping[str, Any]) -> dict[int, None]:
    """Give the plain transactions their tolerances, one for all that have the same; the places of
    the others, in their order."""
    inferred: dict[tuple[str, frozenset[Any]], Any] = {}
    left: dict[int, None] = {}
    for place, entry in enumerate(entries):
        if not isinstance(entry, Transaction):
            continue
        postings: Sequence[Any] = entry.postings
        numbers = _numbers(postings)
        if not numbers:
            left[place] = None
            continue
        key = (postings[0].units.currency, _decimals(numbers))
        if key not in inferred:
            inferred[key] = infer_tolerances(postings, options)
        entry.meta[AUTOMATIC_TOLERANCES] = inferred[key]
    return left


def _numbers(postings: Iterable[Any]) -> list[Decimal]:
    """The numbers of plain postings of one currency; none when one is anything else."""
    numbers: list[Decimal] = []
    currency = None
    for posting in postings:
        units = posting.units
        if type(units) is not Amount or posting.cost is not None or posting.price is not None:
            return []
        number, its = units
        if type(number) is not Decimal or type(its) is not str or its != (currency or its):
            return []
        currency = its
        numbers.append(number)
    return numbers


def _decimals(numbers: Sequence[Decimal]) -> frozenset[Any]:
    """The exponents of these numbers; none when all are cents, as they nearly always are."""
    if all(map(_CENT.same_quantum, numbers)):
        return frozenset()
    return frozenset(number.as_tuple().exponent for number in numbers)


def invalid(entries: Sequence[Any], options: Mapping[str, Any]) -> list[Any]:
    """What Beancount's validation of whole books finds."""
    if beancount.__version__ != TESTED:
        return list(validation.validate(entries, options))
    errors: list[Any] = []
    for check in validation.VALIDATIONS:
        of_balances = check is validation.validate_check_transaction_balances
        looked_at = [*_unbalanced(entries)] if of_balances else entries
        errors += check(looked_at, options)  # type: ignore[no-untyped-call]
    return errors


def _unbalanced(entries: Iterable[Any]) -> Iterator[Any]:
    """The transactions of which it is not plain that they balance."""
    for entry in entries:
        if isinstance(entry, Transaction):
            numbers = _numbers(entry.postings)
            if not numbers or not _balance(numbers) or any(map(_absorbs, entry.postings)):
                yield entry


def _balance(numbers: Iterable[Decimal]) -> bool:
    """Whether the sum of these numbers is nothing, and so few digits are in it that neither it nor
    Beancount's own was rounded."""
    try:
        return not reduce(_EXACT.add, numbers, ZERO)
    except Inexact:
        return False


def _absorbs(posting: Any) -> bool:
    """Whether a posting takes what others leave, which Beancount's sum passes over."""
    return bool(posting.meta) and AUTOMATIC_RESIDUAL in posting.meta
