"""Slips in whole entries: pasted twice, on another account, drafts, unknown keys, syntax."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from slips.books import RETENTION
from slips.writing import INVOICES, PAYMENTS, Place, Slip, each, slip

ACCOUNT = re.compile(r"Actifs:Clients:[^\s:]+(?::\S+)?")
CREDITS = ("payment", "credit-note", "loss")


def on_account(place: Place, account: str) -> str:
    return ACCOUNT.sub(account, place.text)


def another_account(place: Place) -> str:
    accounts = {e.account for e in place.company.of("client")} - {place.entry.account}
    accounts.discard("Actifs:Clients:Muller" if "GBP" in place.text else "")
    return place.random.choice(sorted(accounts))


# ---------------------------------------------------------------- Twice


@slip(*INVOICES)
def invoice_pasted_twice(place: Place) -> Slip | None:
    return place.twice(place.text)


@slip(*INVOICES)
def invoice_pasted_twice_with_another_date(place: Place) -> Slip | None:
    day = place.day + timedelta(place.random.randint(1, 20))
    return place.twice(day.isoformat() + place.text[10:])


@slip("invoice")
def invoice_pasted_twice_with_other_dates(place: Place) -> Slip | None:
    """Another date and another due date, the number not changed."""
    days = place.random.randint(5, 31)
    due = place.entry.moves[0].due
    assert due
    text = place.text.replace(str(due), str(due + timedelta(days)))
    return place.twice((place.day + timedelta(days)).isoformat() + text[10:])


@slip("payment")
def payment_pasted_twice(place: Place) -> Slip | None:
    return place.twice(place.text)


@slip("payment")
def payment_pasted_twice_with_another_date(place: Place) -> Slip | None:
    """A second part of the same sum, unless both are more than the invoice."""
    day = place.day + timedelta(place.random.randint(1, 9))
    number = place.entry.invoice
    entries = [e for e in place.company.entries if e.invoice == number]
    left = sum(move.number for e in entries for move in e.moves if move.invoice == number)
    text = day.isoformat() + place.text[10:]
    found = place.twice(text)
    if left < place.total:
        return found
    moves = tuple(replace(move, day=day) for move in place.entry.moves)
    return replace(found, new=(place.entry, replace(found.new[1], moves=moves)), says=True)


@slip("credit-note", "loss", "rejection")
def other_credit_pasted_twice(place: Place) -> Slip | None:
    return place.twice(place.text)


@slip("unlinked")
def unlinked_payment_pasted_twice(place: Place) -> Slip | None:
    return place.twice(place.text)


@slip("transfer")
def transfer_pasted_twice(place: Place) -> Slip | None:
    return place.twice(place.text)


# ---------------------------------------------------------------- On another account


@slip(*INVOICES)
def invoice_on_another_client(place: Place) -> Slip | None:
    """Its payee is not the client of the account."""
    return place.becomes(on_account(place, another_account(place)))


@slip(*CREDITS)
def credit_on_another_client(place: Place) -> Slip | None:
    return place.becomes(on_account(place, another_account(place)))


@slip("unlinked")
def unlinked_payment_on_another_client(place: Place) -> Slip | None:
    return place.becomes(on_account(place, another_account(place)))


@each(("Actifs:Banque", "Passifs:TVA", "Produits:Ventes"), *INVOICES)
def invoice_on_no_client(place: Place, account: str) -> Slip | None:
    return place.becomes(on_account(place, account))


@each(("Passifs:TVA", "Produits:Ventes", "Charges:Pertes"), *CREDITS)
def credit_on_no_client(place: Place, account: str) -> Slip | None:
    return place.becomes(on_account(place, account))


@slip(*INVOICES)
def invoice_on_the_account_above(place: Place) -> Slip | None:
    return place.becomes(on_account(place, "Actifs:Clients"))


@slip(*PAYMENTS)
def payment_on_the_account_above(place: Place) -> Slip | None:
    return place.becomes(on_account(place, "Actifs:Clients"))


@slip("payment")
def payment_on_a_sub_account(place: Place) -> Slip | None:
    """Of the same client: it pays the invoice that it names."""
    if place.entry.account not in RETENTION:
        return None
    return place.says(on_account(place, RETENTION), place.entry.moves)


@slip(*INVOICES, *PAYMENTS, "hold")
def account_misspelt(place: Place) -> Slip | None:
    return place.becomes(on_account(place, place.entry.account[:-2]))


@slip("payment")
def payment_against_sales(place: Place) -> Slip | None:
    """Income where the bank should be; the sum is the same."""
    return place.becomes(place.text.replace("Actifs:Banque", "Produits:Ventes"))


@slip("payment")
def payment_against_costs(place: Place) -> Slip | None:
    """A cost where the bank should be: as if it had been given up."""
    return place.becomes(place.text.replace("Actifs:Banque", "Charges:Banque"))


@slip("rejection")
def rejection_with_a_due_date(place: Place) -> Slip | None:
    due = place.day + timedelta(15)
    return place.becomes(place.with_line(f"echeance: {due}"))


@slip("rejection")
def rejection_before_its_payment(place: Place) -> Slip | None:
    day = place.day - timedelta(20)
    return place.becomes(day.isoformat() + place.text[10:])


# ---------------------------------------------------------------- Flags, payees, tags


@slip(*INVOICES)
def invoice_as_a_draft(place: Place) -> Slip | None:
    return place.becomes(place.sub(r" \* ", " ! "))


@slip(*PAYMENTS, "transfer", "credit-note")
def payment_as_a_draft(place: Place) -> Slip | None:
    return place.becomes(place.sub(r" \* ", " ! "))


@slip(*INVOICES)
def invoice_with_another_payee(place: Place) -> Slip | None:
    """Another client's name above this client's account."""
    other = place.random.choice(place.others("client", same_client=False))
    name = other.text.split('"')[1]
    return place.held(place.sub(r'(\* )"[^"]*"', rf'\1"{name}"'))


@slip(*PAYMENTS)
def payment_with_another_payee(place: Place) -> Slip | None:
    other = place.random.choice(place.others("client", same_client=False))
    name = other.text.split('"')[1]
    return place.becomes(place.sub(r'(\* )"[^"]*"', rf'\1"{name}"'))


@each(("litige", "suspension", "contentieux", "exclu", "annulee", "payee"), *INVOICES)
def tag_that_means_something_on_an_invoice(place: Place, tag: str) -> Slip | None:
    return place.held(place.sub(r"$", f" #{tag}"))


@slip(*INVOICES)
def tag_of_a_credit_note_on_an_invoice(place: Place) -> Slip | None:
    return place.held(place.sub(r"$", " #avoir"))


# ---------------------------------------------------------------- Keys with a meaning of their own


@each(
    ("paid: TRUE", 'status: "paid"', "paye: TRUE", 'statut: "payée"', "reglee: TRUE",
     "soldee: TRUE", "paid: 2026-10-01", "payee-le: 2026-10-01", 'etat: "réglée"'),
    *INVOICES,
)  # fmt: skip
def key_that_says_paid(place: Place, line: str) -> Slip | None:
    return place.held(place.with_line(line))


@each(
    ("litige: TRUE", "conteste: TRUE", "annulee: TRUE", "suspendue: TRUE", "bloquee: TRUE",
     "ne-pas-relancer: TRUE", "relancer: FALSE", 'relance: "non"', "exclu: TRUE",
     'statut: "annulée"', "irrecouvrable: TRUE"),
    *INVOICES,
)  # fmt: skip
def key_that_says_hold(place: Place, line: str) -> Slip | None:
    return place.held(place.with_line(line))


@each(("relanse: FALSE", "relances: FALSE", "rellance: FALSE", "relance: no"), *INVOICES)
def key_that_says_hold_misspelt(place: Place, line: str) -> Slip | None:
    return place.becomes(place.with_line(line))


@each(
    ("montant: 50.00 EUR", "acompte: 50.00 EUR", "reste: 10.00 EUR", "solde: 0.00 EUR",
     "paid-amount: 50.00 EUR", "avoir: 30.00 EUR", "escompte: 2.00 EUR"),
    *INVOICES,
)  # fmt: skip
def key_that_says_another_sum(place: Place, line: str) -> Slip | None:
    return place.held(place.with_line(line))


@each(
    ("promesse: 2026-12-15", "suspension: 2026-12-31", "jusqu-au: 2026-12-31",
     "prochaine-relance: 2026-12-20", "report: 2026-12-31", "due2: 2026-12-31"),
    *INVOICES,
)  # fmt: skip
def key_that_says_another_day(place: Place, line: str) -> Slip | None:
    return place.held(place.with_line(line))


@each(('facture: "F2026-9999"', 'invoice: "2026-9999"', 'num-facture: "F2026-9999"'), *INVOICES)
def key_that_says_another_number(place: Place, line: str) -> Slip | None:
    """Against the link: `facture` wins, and is another number than the payments'."""
    return place.held(place.with_line(line))


@each(('client: "Autre SARL"', 'customer: "Autre SARL"'), *INVOICES)
def key_that_says_another_client(place: Place, line: str) -> Slip | None:
    return place.held(place.with_line(line))


@each(("date-factur", "date_facture", "datefacture", "date-de-facture"), "opening")
def key_of_the_date_of_invoice_misspelt(place: Place, key: str) -> Slip | None:
    """With its due date written it changes nothing."""
    return place.becomes(place.text.replace("date-facture:", f"{key}:"))


# ---------------------------------------------------------------- Syntax


@slip(*INVOICES, *PAYMENTS)
def quotes_forgotten(place: Place) -> Slip | None:
    return place.becomes(place.sub(r'\* "([^"]*)"', r"* \1"))


@slip(*INVOICES, *PAYMENTS)
def closing_quote_forgotten(place: Place) -> Slip | None:
    return place.becomes(place.sub(r'"( \^F\S+)?( #avoir)?$', r"\1\2"))


@slip(*INVOICES, *PAYMENTS)
def quotes_of_a_word_processor(place: Place) -> Slip | None:
    return place.becomes(re.sub(r'"([^"]*)"', r"« \1 »", place.text))


@slip(*INVOICES, *PAYMENTS)
def line_of_the_client_in_a_comment(place: Place) -> Slip | None:
    return place.becomes(place.sub(r"^  (Actifs:Clients)", r"  ; \1"))


@slip(*INVOICES, *PAYMENTS)
def first_line_in_a_comment(place: Place) -> Slip | None:
    return place.becomes(f"; {place.text}")


@slip(*INVOICES, *PAYMENTS)
def blank_line_inside(place: Place) -> Slip | None:
    return place.becomes(place.sub(r"^  (Actifs:Clients)", r"\n  \1"))


@slip(*INVOICES, *PAYMENTS)
def indentation_lost(place: Place) -> Slip | None:
    return place.becomes(place.sub(r"^  (Actifs:Clients)", r"\1"))
