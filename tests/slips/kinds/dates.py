"""Slips in dates: of entries, due dates, dates of invoices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from slips.writing import INVOICES, PAYMENTS, Place, Slip, each, future, slip

PLAUSIBLE = timedelta(366)  # no sale is due later


def written(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def dated(place: Place, day: date | None) -> Slip | None:
    """The entry under another date: the books say so, unless its due date or the run contradict."""
    if day is None or day == place.day or day.year < 2025:
        return None
    text = day.isoformat() + place.text[10:]
    own = "date-facture" in text
    moves = [replace(move, day=day) for move in place.entry.moves]
    dues = [move.due for move in moves if move.due and not own]
    if future(day) or any(due < day or due > day + PLAUSIBLE for due in dues):
        return place.becomes(text)
    return place.says(text, moves)


def swapped(day: date) -> date | None:
    """Day for month."""
    return written(f"{day.year}-{day.day:02d}-{day.month:02d}")


def digits_swapped(day: date, at: int) -> date | None:
    text = day.isoformat()
    return written(text[:at] + text[at + 1] + text[at] + text[at + 2 :])


def shifted(day: date, months: int) -> date | None:
    total = day.year * 12 + day.month - 1 + months
    return written(f"{total // 12}-{total % 12 + 1:02d}-{day.day:02d}")


@slip(*INVOICES, *PAYMENTS, "credit-note", "rejection")
def date_day_for_month(place: Place) -> Slip | None:
    return dated(place, swapped(place.day))


@slip(*INVOICES, *PAYMENTS, "transfer")
def date_digits_swapped(place: Place) -> Slip | None:
    return dated(place, digits_swapped(place.day, place.random.choice((5, 8))))


@slip(*INVOICES)
def date_of_an_invoice_a_year_early(place: Place) -> Slip | None:
    return dated(place, shifted(place.day, -12))


@slip(*INVOICES)
def date_of_an_invoice_a_year_late(place: Place) -> Slip | None:
    return dated(place, shifted(place.day, 12))


@slip(*PAYMENTS, "transfer")
def date_of_a_payment_a_year_early(place: Place) -> Slip | None:
    return dated(place, shifted(place.day, -12))


@slip(*PAYMENTS, "transfer")
def date_of_a_payment_a_year_late(place: Place) -> Slip | None:
    return dated(place, shifted(place.day, 12))


@slip(*INVOICES, *PAYMENTS, "rejection")
def date_a_month_off(place: Place) -> Slip | None:
    return dated(place, shifted(place.day, place.random.choice((-1, 1))))


@slip(*INVOICES, *PAYMENTS, "hold")
def date_in_french(place: Place) -> Slip | None:
    return place.becomes(f"{place.day:%d/%m/%Y}" + place.text[10:])


@slip(*INVOICES, *PAYMENTS)
def date_with_slashes(place: Place) -> Slip | None:
    """`2026/03/05`, which Beancount takes for a date."""
    return place.becomes(f"{place.day:%Y/%m/%d}" + place.text[10:])


@slip(*INVOICES, *PAYMENTS)
def date_that_does_not_exist(place: Place) -> Slip | None:
    return place.becomes(f"{place.day:%Y}-02-30" + place.text[10:])


# ---------------------------------------------------------------- Due dates

DUE = re.compile(r"(echeance: )(\d{4}-\d\d-\d\d)")
WITH_DUE = ("invoice", "instalments", "opening")


def due_on(place: Place, days: Sequence[date | None]) -> Slip | None:
    """Other due dates, in order: the books say so, unless the invoice's date contradicts."""
    if None in days or not days:
        return None
    texts = iter(str(day) for day in days)
    text = DUE.sub(lambda m: m[1] + next(texts), place.text)
    moves = [replace(move, due=due) for move, due in zip(place.entry.moves, days, strict=True)]
    born = re.search(r"date-facture: (\S+)", text)
    sold = date.fromisoformat(born[1]) if born else place.day
    known = [day for day in days if day]
    if all(sold <= day <= sold + PLAUSIBLE for day in known) and len({*known}) == len(known):
        return place.says(text, moves)
    return place.becomes(text)


def dues(place: Place) -> list[date]:
    return [date.fromisoformat(found[1]) for found in DUE.findall(place.text)]


@slip(*WITH_DUE)
def due_day_for_month(place: Place) -> Slip | None:
    return due_on(place, [swapped(day) for day in dues(place)])


@slip(*WITH_DUE)
def due_digits_swapped(place: Place) -> Slip | None:
    at = place.random.choice((2, 5, 8))
    first, *rest = dues(place)
    return due_on(place, [digits_swapped(first, at), *rest])


@slip(*WITH_DUE)
def due_a_year_early(place: Place) -> Slip | None:
    return due_on(place, [shifted(day, -12) for day in dues(place)])


@slip(*WITH_DUE)
def due_a_year_late(place: Place) -> Slip | None:
    return due_on(place, [shifted(day, 12) for day in dues(place)])


@slip(*WITH_DUE)
def due_a_month_off(place: Place) -> Slip | None:
    months = place.random.choice((-1, 1))
    return due_on(place, [shifted(day, months) for day in dues(place)])


@slip("instalments")
def due_of_two_instalments_the_same(place: Place) -> Slip | None:
    """Pasted and not changed: they become one claim."""
    first, *rest = dues(place)
    return due_on(place, [first for _ in (first, *rest)])


@slip("instalments")
def due_of_an_instalment_forgotten(place: Place) -> Slip | None:
    """Of a retention, with an account of its own, the rest may well be due by the client's terms:
    the books say so. Of two lines on one account, one due date is missing."""
    text, moves = place.sub(r"^    echeance: .*\n", ""), place.entry.moves
    if len({move.account for move in moves}) == 1:
        return place.becomes(text)
    return place.says(text, [replace(moves[0], due=None), *moves[1:]])


@slip("invoice", "opening")
def due_forgotten(place: Place) -> Slip | None:
    """The client's terms then hold: the books say so."""
    moves = [replace(move, due=None) for move in place.entry.moves]
    if place.entry.kind == "opening":
        born = re.search(r"date-facture: (\S+)", place.text)
        assert born
        days = timedelta(place.company.delays[place.entry.account])
        moves = [replace(moves[0], due=date.fromisoformat(born[1]) + days)]
    return place.says(place.sub(r"^  echeance: .*\n", ""), moves)


@slip(*WITH_DUE)
def due_in_french(place: Place) -> Slip | None:
    return place.becomes(
        DUE.sub(lambda m: f"{m[1]}{date.fromisoformat(m[2]):%d/%m/%Y}", place.text)
    )


@slip(*WITH_DUE)
def due_in_french_between_quotes(place: Place) -> Slip | None:
    return place.becomes(
        DUE.sub(lambda m: f'{m[1]}"{date.fromisoformat(m[2]):%d/%m/%Y}"', place.text)
    )


@slip(*WITH_DUE)
def due_between_quotes(place: Place) -> Slip | None:
    return place.becomes(DUE.sub(r'\1"\2"', place.text))


@slip(*WITH_DUE)
def due_in_words(place: Place) -> Slip | None:
    return place.becomes(DUE.sub(r'\1"fin novembre"', place.text))


@slip(*WITH_DUE)
def due_in_days(place: Place) -> Slip | None:
    return place.becomes(DUE.sub(r"\g<1>30", place.text))


@slip("invoice", "opening")
def due_without_value(place: Place) -> Slip | None:
    return place.becomes(DUE.sub(r"echeance:", place.text))


@slip("invoice")
def due_under_the_line_of_income(place: Place) -> Slip | None:
    """Written at the end, it belongs to the last line, which is not the client's."""
    found = DUE.search(place.text)
    assert found
    rest = place.text.replace(f"  {found[0]}\n", "")
    return place.becomes(f"{rest}    {found[0]}\n")


@slip("invoice")
def due_not_indented(place: Place) -> Slip | None:
    return place.becomes(place.sub(r"^  echeance", "echeance"))


@slip("invoice")
def due_after_a_semicolon(place: Place) -> Slip | None:
    """In a comment at the end of the first line."""
    found = DUE.search(place.text)
    assert found
    head, _, rest = place.text.replace(f"  {found[0]}\n", "").partition("\n")
    return place.becomes(f"{head} ; {found[0]}\n{rest}")


@each(
    ("due", "due-date", "due_at", "duedate", "dueDate", "due_date"),
    *WITH_DUE,
)
def due_under_an_english_key(place: Place, key: str) -> Slip | None:
    return place.becomes(place.text.replace("echeance:", f"{key}:"))


@each(
    ("date-limite", "payable-avant", "date-echeance", "a-payer-le", "limite", "exigible-le",
     "payable", "regler-avant"),
    *WITH_DUE,
)  # fmt: skip
def due_under_another_french_key(place: Place, key: str) -> Slip | None:
    return place.becomes(place.text.replace("echeance:", f"{key}:"))


@each(("echeances", "echance", "echeence", "eheance", "echaence", "echeanse"), *WITH_DUE)
def due_key_misspelt(place: Place, key: str) -> Slip | None:
    return place.becomes(place.text.replace("echeance:", f"{key}:"))


@each(("échéance", "echéance", "Echeance", "ECHEANCE", "echeance "), *WITH_DUE)
def due_key_with_accent_or_capital(place: Place, key: str) -> Slip | None:
    return place.becomes(place.text.replace("echeance:", f"{key}:"))
