"""Slips in invoice numbers: links, the key `facture`, the tag of a credit note."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from slips.books import Entry
from slips.writing import INVOICES, Place, Slip, each, slip

LINKED = ("payment", "credit-note", "loss", "rejection")


def digits_swapped(place: Place, number: str) -> str:
    at = place.random.choice((6, 7, 8))
    return number[:at] + number[at + 1] + number[at] + number[at + 2 :]


def relinked(place: Place, change: Callable[[str], str]) -> str:
    """The text with its first link, and nothing else, changed."""
    return re.sub(r"\^(F\S+)", lambda m: change(m[1]), place.text, count=1)


def known(place: Place, number: str) -> list[Entry]:
    """The sales under a number."""
    return [entry for entry in place.company.of(*INVOICES) if entry.invoice == number]


def renamed(place: Place, number: str) -> Slip | None:
    """The invoice under another number: the books say so when nothing knows the right one, nor
    another sale the wrong one."""
    own = place.entry.invoice
    text = relinked(place, lambda _: f"^{number}")
    if number == own:
        return None
    if place.alone(own) and not place.company.about(number):
        return place.says(text, [replace(m, invoice=number) for m in place.entry.moves])
    return place.becomes(text)


def pointed(place: Place, number: str) -> Slip | None:
    """A credit that names another invoice: the books say so when the client has it."""
    text = relinked(place, lambda _: f"^{number}")
    own = [entry for entry in known(place, number) if entry.account == place.entry.account]
    total = sum(move.number for entry in own for move in entry.moves)
    if own and place.entry.kind == "payment" and total >= place.total:
        return place.says(text, [replace(m, invoice=number) for m in place.entry.moves])
    return place.becomes(text)


@slip(*INVOICES)
def link_of_an_invoice_digits_swapped(place: Place) -> Slip | None:
    return renamed(place, digits_swapped(place, place.entry.invoice))


@slip(*INVOICES)
def link_of_an_invoice_of_another_year(place: Place) -> Slip | None:
    number = place.entry.invoice
    year = {"2025": "2026", "2026": "2025"}[number[1:5]]
    return renamed(place, f"F{year}{number[5:]}")


@slip(*LINKED)
def link_of_a_credit_digits_swapped(place: Place) -> Slip | None:
    return pointed(place, digits_swapped(place, place.entry.invoice))


@slip(*LINKED)
def link_of_a_credit_short_of_a_digit(place: Place) -> Slip | None:
    return pointed(place, place.entry.invoice[:-1])


@slip(*INVOICES)
def link_of_an_invoice_in_small_letters(place: Place) -> Slip | None:
    return place.becomes(relinked(place, lambda name: f"^{name.lower()}"))


@slip(*LINKED)
def link_of_a_credit_in_small_letters(place: Place) -> Slip | None:
    return place.becomes(relinked(place, lambda name: f"^{name.lower()}"))


@slip(*INVOICES)
def link_of_an_invoice_forgotten(place: Place) -> Slip | None:
    return place.becomes(place.sub(r" \^F\S+", ""))


@slip("payment")
def link_of_a_payment_forgotten(place: Place) -> Slip | None:
    """Money without a reference pays the oldest due: the books say so."""
    moves = [replace(move, invoice=None) for move in place.entry.moves]
    return place.says(place.sub(r" \^F\S+", ""), moves)


@slip("released")
def link_of_a_payment_on_its_own_sub_account_forgotten(place: Place) -> Slip | None:
    """Money on a sub-account is for what is owed there."""
    return place.becomes(place.sub(r" \^F\S+", ""))


@slip("credit-note", "loss", "rejection")
def link_of_another_credit_forgotten(place: Place) -> Slip | None:
    return place.becomes(place.sub(r" \^F\S+", ""))


@slip("payment")
def link_of_another_invoice_of_the_client(place: Place) -> Slip | None:
    if not (others := place.others(*INVOICES)):
        return None
    return pointed(place, place.random.choice(others).invoice)


@slip("payment", "credit-note")
def link_of_an_invoice_of_another_client(place: Place) -> Slip | None:
    others = place.others(*INVOICES, same_client=False)
    return pointed(place, place.random.choice(others).invoice)


@slip(*INVOICES, *LINKED)
def link_with_a_hash(place: Place) -> Slip | None:
    return place.becomes(relinked(place, lambda name: "^" + name.replace("-", "#")))


@slip(*INVOICES, *LINKED)
def link_with_a_space(place: Place) -> Slip | None:
    return place.becomes(relinked(place, lambda name: "^" + name.replace("-", " ")))


@slip(*INVOICES, *LINKED)
def link_with_a_degree_sign(place: Place) -> Slip | None:
    return place.becomes(relinked(place, lambda name: "^" + name.replace("F", "F°")))


@slip(*INVOICES, *LINKED)
def link_without_its_sign(place: Place) -> Slip | None:
    return place.becomes(relinked(place, lambda name: name))


@slip(*INVOICES, *LINKED)
def link_written_as_a_tag(place: Place) -> Slip | None:
    return place.becomes(relinked(place, lambda name: f"#{name}"))


@slip(*INVOICES)
def link_of_an_invoice_without_its_letter(place: Place) -> Slip | None:
    return place.becomes(relinked(place, lambda name: f"^{name[1:]}"))


@slip(*LINKED)
def link_of_a_credit_without_its_letter(place: Place) -> Slip | None:
    return place.becomes(relinked(place, lambda name: f"^{name[1:]}"))


@slip(*INVOICES)
def link_of_an_invoice_with_another_separator(place: Place) -> Slip | None:
    number = place.entry.invoice.replace("-", "_")
    return renamed(place, number)


@slip(*LINKED)
def link_of_a_credit_with_another_separator(place: Place) -> Slip | None:
    return place.becomes(relinked(place, lambda name: "^" + name.replace("-", "_")))


@slip(*INVOICES)
def link_of_an_order_beside(place: Place) -> Slip | None:
    """A second link that begins with F, of an order form perhaps."""
    return place.becomes(relinked(place, lambda name: f"^{name} ^FICHE-12"))


@slip(*INVOICES)
def link_in_the_words_only(place: Place) -> Slip | None:
    return place.becomes(place.sub(r'" \^(F\S+)', r', \1"'))


# ---------------------------------------------------------------- A number that serves twice


@slip(*INVOICES)
def number_of_an_earlier_sale(place: Place) -> Slip | None:
    """The client's earlier sale, open or paid, has the number already."""
    earlier = [e for e in place.others(*INVOICES) if e.text[:10] < place.text[:10]]
    if not earlier:
        return None
    return renamed(place, place.random.choice(earlier).invoice)


@slip(*INVOICES)
def number_of_a_paid_sale(place: Place) -> Slip | None:
    paid = {e.invoice for e in place.others("payment") if e.text[:10] < place.text[:10]}
    paid.discard(place.entry.invoice)
    return renamed(place, place.random.choice(sorted(paid))) if paid else None


@slip(*INVOICES)
def number_of_another_client_s_sale(place: Place) -> Slip | None:
    return renamed(place, place.random.choice(place.others(*INVOICES, same_client=False)).invoice)


# ---------------------------------------------------------------- The key and the tag


@each(("invoice", "numero-facture", "n-facture", "num", "ref", "no-facture"), "transfer")
def number_under_another_key(place: Place, key: str) -> Slip | None:
    return place.becomes(place.text.replace("facture:", f"{key}:"))


@each(("factures", "fature", "facutre", "factur"), "transfer")
def number_key_misspelt(place: Place, key: str) -> Slip | None:
    return place.becomes(place.text.replace("facture:", f"{key}:"))


@slip("transfer")
def number_keys_forgotten(place: Place) -> Slip | None:
    return place.becomes(place.sub(r"^    facture: .*\n", "", count=0))


@slip("transfer")
def number_key_forgotten_once(place: Place) -> Slip | None:
    return place.becomes(place.sub(r"^    facture: .*\n", ""))


@slip("transfer")
def number_keys_crossed(place: Place) -> Slip | None:
    """Each line names the other invoice."""
    one, two = (move.invoice for move in place.entry.moves)
    text = re.sub(
        r'facture: "(\S+)"', lambda m: f'facture: "{two if m[1] == one else one}"', place.text
    )
    first, second = place.entry.moves
    if first.number == second.number:
        return None
    return place.becomes(text)


@slip("transfer")
def number_digits_swapped_in_a_transfer(place: Place) -> Slip | None:
    return place.becomes(
        re.sub(r'facture: "(\S+)"', lambda m: f'facture: "{digits_swapped(place, m[1])}"',
               place.text, count=1)
    )  # fmt: skip


@slip("transfer")
def number_under_the_line_of_the_bank(place: Place) -> Slip | None:
    """Above the line it speaks of, it belongs to the line before."""
    text = re.sub(r"(?m)^(  Actifs:Clients.*\n)(    facture.*\n)", r"\2\1", place.text)
    return place.becomes(text)


@slip("transfer")
def number_without_quotes(place: Place) -> Slip | None:
    return place.becomes(place.sub(r'facture: "(\S+)"', r"facture: \1"))


@slip("credit-note")
def tag_of_a_credit_note_forgotten(place: Place) -> Slip | None:
    return place.becomes(place.text.replace(" #avoir", ""))


@each(("avoirs", "Avoir", "avor", "credit", "AVOIR"), "credit-note")
def tag_of_a_credit_note_misspelt(place: Place, tag: str) -> Slip | None:
    return place.becomes(place.text.replace("#avoir", f"#{tag}"))


@slip("payment")
def tag_of_a_credit_note_on_a_payment(place: Place) -> Slip | None:
    return place.becomes(place.sub(r"$", " #avoir"))
