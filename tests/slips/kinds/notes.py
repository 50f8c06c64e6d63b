"""Slips in follow-up notes; `hold` is one that holds letters back, `note` one that does not."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from slips.kinds.dates import shifted
from slips.writing import INVOICES, Place, Slip, each, slip

NEAR = {"litige": ("litiges", "litge", "Litige"), "promesse": ("promese", "promesses", "Promesse"),
        "suspension": ("suspention", "suspendu", "Suspension")}  # fmt: skip
FAR = {"litige": ("dispute", "conteste"), "promesse": ("engagement", "paiement-promis"),
       "suspension": ("pause", "attente", "hold")}  # fmt: skip


def sort(place: Place) -> str:
    found = re.search(r"#([a-z]+)$", place.text.partition("\n")[0])
    assert found
    return found[1]


@slip("hold")
def sort_of_a_note_misspelt(place: Place) -> Slip | None:
    word = place.random.choice(NEAR[sort(place)])
    return place.becomes(place.text.replace(f"#{sort(place)}", f"#{word}"))


@slip("hold")
def sort_of_a_note_in_other_words(place: Place) -> Slip | None:
    word = place.random.choice(FAR[sort(place)])
    return place.becomes(place.text.replace(f"#{sort(place)}", f"#{word}"))


@slip("hold")
def sort_of_a_note_forgotten(place: Place) -> Slip | None:
    """Nothing else says that it holds: the books have a word for memory more."""
    return place.like(place.text.replace(f" #{sort(place)}", ""))


@slip("hold")
def sort_of_a_note_as_a_link(place: Place) -> Slip | None:
    return place.becomes(place.text.replace(f"#{sort(place)}", f"^{sort(place)}"))


@slip("hold")
def sort_of_a_note_in_its_words(place: Place) -> Slip | None:
    """Only the text says so."""
    word = sort(place)
    return place.becomes(place.text.replace(f" #{word}", "").replace('."', f', {word}."'))


@slip("hold")
def note_on_another_client(place: Place) -> Slip | None:
    """The books say so when it names no invoice; else the invoice is not that client's."""
    other = place.random.choice(place.others("client", same_client=False)).account
    text = place.text.replace(place.entry.account, other)
    if "^F" in place.text:
        return place.becomes(text)
    return place.like(text, replace(place.entry, text=text))


@slip("hold")
def note_without_its_link(place: Place) -> Slip | None:
    """It then speaks of the account: the books say so."""
    text = place.sub(r" \^F\S+", "")
    return place.like(text, replace(place.entry, text=text or ""))


@slip("hold")
def note_on_another_invoice(place: Place) -> Slip | None:
    """The books say so when it is one of the client's."""
    found = re.search(r"\^(F\S+)", place.text)
    others = [e for e in place.others(*INVOICES) if not found or e.invoice != found[1]]
    if not found or not others:
        return None
    text = place.text.replace(found[1], place.random.choice(others).invoice)
    return place.like(text, replace(place.entry, text=text))


@slip("hold", "note")
def note_on_an_invoice_that_is_none(place: Place) -> Slip | None:
    return place.becomes(place.sub(r"\^F(\d)\S+", r"^F\g<1>999-0001"))


@slip("hold")
def note_with_the_link_of_an_invoice_mistyped(place: Place) -> Slip | None:
    return place.becomes(place.sub(r"\^F(\S+)\d\b", r"^F\1"))


@slip("hold")
def note_with_its_link_in_small_letters(place: Place) -> Slip | None:
    return place.becomes(place.sub(r"\^F", "^f"))


@slip("hold")
def note_a_year_early(place: Place) -> Slip | None:
    return place.becomes(str(shifted(place.day, -12) or place.day) + place.text[10:])


@slip("hold")
def note_a_year_late(place: Place) -> Slip | None:
    return place.becomes(str(shifted(place.day, 12) or place.day) + place.text[10:])


def ends(place: Place, months: int) -> Slip | None:
    """The last day of a promise or hold moved: past, it holds no more."""
    found = re.search(r"(?:echeance|jusqu-au): (\S+)", place.text)
    day = shifted(date.fromisoformat(found[1]), months) if found else None
    if not found or day is None:
        return None
    text = place.text.replace(found[1], str(day))
    if day < place.day:
        return place.becomes(text)
    return place.like(text, replace(place.entry, text=text))


@slip("hold")
def end_of_a_note_a_year_early(place: Place) -> Slip | None:
    return ends(place, -12)


@slip("hold")
def end_of_a_note_a_month_early(place: Place) -> Slip | None:
    return ends(place, -1)


@slip("hold")
def end_of_a_note_in_french(place: Place) -> Slip | None:
    return place.becomes(
        re.sub(
            r"((?:echeance|jusqu-au): )(\S+)",
            lambda m: f"{m[1]}{date.fromisoformat(m[2]):%d/%m/%Y}",
            place.text,
        )
    )


@each(("jusqua", "jusque", "jusqu_au", "fin", "date", "until", "au"), "hold")
def end_of_a_note_under_another_key(place: Place, key: str) -> Slip | None:
    """A hold without end holds more; a promise without a day is refused."""
    return place.becomes(place.sub(r"^  (echeance|jusqu-au):", f"  {key}:"))


@each(("somme", "montants", "conteste", "montan", "amount", "part"), "hold")
def sum_of_a_note_under_another_key(place: Place, key: str) -> Slip | None:
    """A dispute without a sum holds the whole claim."""
    return place.becomes(place.sub(r"^  montant:", f"  {key}:"))


@slip("hold")
def sum_of_a_note_without_currency(place: Place) -> Slip | None:
    return place.becomes(place.sub(r"^(  montant: \S+) [A-Z]+", r"\1"))


@slip("hold")
def sum_of_a_note_with_comma(place: Place) -> Slip | None:
    return place.becomes(place.sub(r"^(  montant: \d+)\.", r"\1,"))


@slip("hold")
def sum_of_a_note_in_another_currency(place: Place) -> Slip | None:
    return place.becomes(place.sub(r"^(  montant: \S+) [A-Z]+", r"\1 CHF"))


@slip("hold")
def note_pasted_twice(place: Place) -> Slip | None:
    return place.twice(place.text)


@slip("hold")
def note_with_two_sorts(place: Place) -> Slip | None:
    return place.becomes(place.sub(r"$", " #reprise"))


@slip("hold")
def note_in_a_comment(place: Place) -> Slip | None:
    """A person took it out: the books say so."""
    return place.like("; " + place.text.replace("\n  ", "\n; "))


@slip("hold")
def note_as_a_document(place: Place) -> Slip | None:
    return place.becomes(place.text.replace(" note ", " document "))


@slip("note")
def call_with_another_sort(place: Place) -> Slip | None:
    """A call noted as a hold holds."""
    return place.becomes(place.text.replace("#appel", "#suspension"))


@slip("document")
def document_that_is_not_there(place: Place) -> Slip | None:
    return place.becomes(place.text.replace("pieces/", "piece/"))


@slip("document")
def document_on_another_client(place: Place) -> Slip | None:
    other = place.random.choice(place.others("client", same_client=False)).account
    return place.becomes(place.text.replace(place.entry.account, other))
