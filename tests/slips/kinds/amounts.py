"""Slips in sums and currencies."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from slips.writing import INVOICES, PAYMENTS, Place, Slip, each, slip

AMOUNT = re.compile(r"(?P<account>Actifs:Clients:\S+\s+-?)(?P<number>\d+\.\d\d)")


def retyped(place: Place, typed: str) -> Slip | None:
    """The first sum on the client's account typed as another: the books say the other."""
    found = AMOUNT.search(place.text)
    assert found
    text = AMOUNT.sub(rf"\g<account>{typed}", place.text, count=1)
    if Decimal(typed) == 0 or Decimal(typed) == Decimal(found["number"]):
        return None
    first, *rest = place.entry.moves
    number = Decimal(typed) if first.number > 0 else -Decimal(typed)
    return place.says(text, [replace(first, number=number), *rest])


def written(place: Place) -> str:
    found = AMOUNT.search(place.text)
    assert found
    return found["number"]


def mangled(place: Place, typed: str, what: str = r"\g<account>") -> Slip | None:
    """The first sum typed in a way that is none."""
    return place.becomes(AMOUNT.sub(what + typed, place.text, count=1))


@slip(*INVOICES, *PAYMENTS)
def amount_digits_swapped(place: Place) -> Slip | None:
    number = written(place)
    at = place.random.randrange(len(number.partition(".")[0]) - 1)
    return retyped(place, number[:at] + number[at + 1] + number[at] + number[at + 2 :])


@slip(*INVOICES, *PAYMENTS)
def amount_digit_doubled(place: Place) -> Slip | None:
    number = written(place)
    return retyped(place, number[0] + number)


@slip(*INVOICES, *PAYMENTS)
def amount_digit_forgotten(place: Place) -> Slip | None:
    return retyped(place, written(place)[1:])


@slip(*INVOICES, *PAYMENTS)
def amount_point_forgotten(place: Place) -> Slip | None:
    """A hundred times the sum, in whole euros."""
    return retyped(place, written(place).replace(".", ""))


@slip(*INVOICES, *PAYMENTS, "credit-note")
def amount_with_comma(place: Place) -> Slip | None:
    return mangled(place, written(place).replace(".", ","))


@slip(*INVOICES, *PAYMENTS)
def amount_comma_and_three_digits(place: Place) -> Slip | None:
    """`1,320` for 1.32: Beancount reads a thousand, as 1,320.00 would be written in English."""
    number = written(place)
    whole, _, cents = number.partition(".")
    return retyped(place, f"{whole}{cents}0") and mangled(place, f"{whole},{cents}0")


@slip(*INVOICES, *PAYMENTS)
def amount_with_space(place: Place) -> Slip | None:
    number = written(place)
    return mangled(place, f"{number[:1]} {number[1:]}")


@slip(*INVOICES, *PAYMENTS)
def amount_with_narrow_space(place: Place) -> Slip | None:
    number = written(place)
    return mangled(place, f"{number[:1]}\N{NARROW NO-BREAK SPACE}{number[1:]}")


@slip(*INVOICES, *PAYMENTS)
def amount_in_euro_signs(place: Place) -> Slip | None:
    return place.becomes(place.sub(r"(Actifs:Clients:.*) EUR", r"\1 €"))


@slip(*INVOICES, *PAYMENTS)
def currency_forgotten(place: Place) -> Slip | None:
    return place.becomes(place.sub(r"(Actifs:Clients:.*\d) EUR", r"\1"))


@each(("EURO", "EUROS", "EU", "Eur"), *INVOICES, *PAYMENTS)
def currency_misspelt(place: Place, typed: str) -> Slip | None:
    return place.becomes(place.sub(r"(Actifs:Clients:.*) EUR$", rf"\1 {typed}"))


@each(("EUT", "ERU", "USD", "CHF"), *INVOICES)
def currency_of_an_invoice_mistyped(place: Place, typed: str) -> Slip | None:
    return place.becomes(place.sub(r"(Actifs:Clients:.*) EUR$", rf"\1 {typed}"))


@each(("EUT", "ERU", "USD", "CHF"), *PAYMENTS)
def currency_of_a_payment_mistyped(place: Place, typed: str) -> Slip | None:
    return place.becomes(place.sub(r" EUR$", rf" {typed}", count=0))


@slip(*INVOICES, *PAYMENTS)
def amount_finer_than_cents(place: Place) -> Slip | None:
    return mangled(place, written(place) + "4")


@slip(*INVOICES)
def amount_of_an_invoice_zero(place: Place) -> Slip | None:
    return mangled(place, "0.00")


@slip(*PAYMENTS)
def amount_of_a_payment_zero(place: Place) -> Slip | None:
    return mangled(place, "0.00")


def signs_changed(place: Place) -> str:
    """Every sum with the other sign."""
    return re.sub(
        r"(?m)^(  [A-Z]\S+\s+)(-?)(\d+\.\d+)",
        lambda m: f"{m[1]}{'' if m[2] else '-'}{m[3]}",
        place.text,
    )


@slip(*INVOICES)
def sign_of_an_invoice_changed(place: Place) -> Slip | None:
    return place.becomes(signs_changed(place))


@slip(*PAYMENTS, "transfer")
def sign_of_a_payment_changed(place: Place) -> Slip | None:
    return place.becomes(signs_changed(place))


@slip("credit-note", "loss")
def sign_of_a_credit_changed(place: Place) -> Slip | None:
    return place.becomes(signs_changed(place))


@slip("rejection")
def sign_of_a_rejection_changed(place: Place) -> Slip | None:
    """It then pays the invoice a second time."""
    return place.becomes(signs_changed(place))


@slip(*INVOICES, *PAYMENTS)
def sign_alone_changed(place: Place) -> Slip | None:
    """On the client's line only: all balances when the other has no sum."""
    return place.becomes(
        re.sub(
            r"(Actifs:Clients:\S+\s+)(-?)(\d)",
            lambda m: f"{m[1]}{'' if m[2] else '-'}{m[3]}",
            place.text,
        )
    )
