"""Reading the books: every row of the ledger convention, and what real ledgers hold in store."""

from __future__ import annotations

import os
import pickle
import unicodedata
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from relance.ledger.invoice_names import InvoiceNames
from relance.policy.creditor import InvoiceKeys
from relance.text.typography import ordinary
from relance.values.amounts import Money
from relance.values.facts import Client
from relance.values.kinds import Channel, DebtorType, NoteSort
from relance.values.movement import Movement
from relance.values.problem import Refusal
from relance.values.terms import Rate, Terms
from story import (
    CLIENTS,
    ONE_INVOICE,
    OPTIONS,
    Story,
    balances,
    claims,
    company,
    decide,
    ledger_of,
    line_of,
    only_letter,
    outcome,
    plan,
    refusal,
    refused,
    wait_of,
)


def movements(tmp_path: Path, ledger: str, policy: str = "") -> tuple[Movement, ...]:
    return company(tmp_path, ledger, policy).books.movements


def client(story: Story, account: str) -> Client:
    return next(c for c in story.books.clients if c.account == f"Actifs:Clients:{account}")


def warned(story: Story, day: str = "2026-03-17") -> str:
    """All the warnings of a plan, whoever raised them."""
    return "\n".join(plan(story, day)["avertissements"])


# ---------------------------------------------------------------- Clients


def test_everything_a_client_account_says(tmp_path: Path) -> None:
    story = company(
        tmp_path,
        """
2010-01-01 open Actifs:Clients:Épi
  client: "Boulangerie L'Épi d'Or"
  adresse: "3 place du Marché\\n01000 BOURG-EN-BRESSE"
  contact: "Mme Roux"
  courriel: "compta@epi.example, direction@epi.example"
  telephone: "01 99 00 00 02"
  siren: "000000018"
  type: "professionnel"
  delai: "45 fin de mois"
  canal: "courrier"
  parcours: "petit-montant"
  paiement: "prelevement"
  taux: "bce + 12"
  penalites: FALSE
  reference: "411EPI"
  relance: FALSE
""",
    )
    epi = client(story, "Épi")
    assert epi.name == "Boulangerie L'Épi d'Or"
    assert epi.address == ("3 place du Marché", "01000 BOURG-EN-BRESSE")
    assert epi.contact == "Mme Roux"
    assert epi.emails == ("compta@epi.example", "direction@epi.example")
    assert (epi.phone, epi.siren, epi.reference) == ("01 99 00 00 02", "000000018", "411EPI")
    assert (epi.debtor, epi.channel) == (DebtorType.PROFESSIONAL, Channel.POST)
    assert (epi.terms, epi.track) == (Terms(45, "after"), "petit-montant")
    assert epi.rate == Rate("ecb", Decimal(12))
    assert (epi.direct_debit, epi.bears_interest, epi.excluded) == (True, False, True)


@pytest.mark.parametrize("kind", list(DebtorType))
def test_debtor_types(tmp_path: Path, kind: DebtorType) -> None:
    story = company(
        tmp_path, f'\n2010-01-01 open Actifs:Clients:X\n  client: "X"\n  type: "{kind}"\n'
    )
    assert client(story, "X").debtor is kind


def test_a_type_is_never_guessed(tmp_path: Path) -> None:
    story = company(tmp_path, '\n2010-01-01 open Actifs:Clients:X\n  client: "X"\n')
    assert client(story, "X").debtor is None


def test_a_sub_account_inherits_the_nearest_client(tmp_path: Path) -> None:
    """A retention of Durand's is Durand's; a branch with a client of its own is another client."""
    story = company(
        tmp_path,
        """
2010-01-01 open Actifs:Clients:Durand:Retenues
2010-01-01 open Actifs:Clients:Durand:Lyon
  client: "Durand Lyon"
2010-01-01 open Actifs:Clients:Durand:Lyon:Retenues
"""
        + ONE_INVOICE.replace("Durand  ", "Durand:Retenues  ")
        + ONE_INVOICE.replace("Durand  ", "Durand:Lyon:Retenues  ").replace("^F1", "^F2"),
    )
    told = claims(story, "2026-03-17")
    assert told["F1", 1].client.name == "Durand SARL"
    assert told["F2", 1].client.name == "Durand Lyon"


RETENTION = """
2010-01-01 open Actifs:Clients:Durand:Retenues
2026-02-10 * "Durand" "Facture, dont 5 % retenus un an" ^F1
  Actifs:Clients:Durand            95.00 EUR
    echeance: 2026-03-10
  Actifs:Clients:Durand:Retenues    5.00 EUR
    echeance: 2027-03-10
  Produits:Ventes
"""


def test_retention_money_is_an_instalment_of_the_same_client(tmp_path: Path) -> None:
    """One number on two accounts of one client is no number of two clients."""
    story = company(tmp_path, RETENTION)
    assert balances(story, "2026-03-17") == {"F1": "95.00", "F1/2": "5.00"}
    assert only_letter(plan(story, "2026-03-17"))["total"] == "95.00"


@pytest.mark.parametrize("account", ["Durand", "Durand:Retenues"])
def test_a_note_on_any_account_of_the_client_counts(tmp_path: Path, account: str) -> None:
    note = f'\n2026-03-12 note Actifs:Clients:{account} "Conteste." ^F1 #litige\n'
    assert outcome(company(tmp_path, RETENTION + note), "2026-03-17") == "litige"


def test_an_account_below_the_prefix_without_client_waits(tmp_path: Path) -> None:
    story = company(tmp_path, "2010-01-01 open Actifs:Clients:Passage\n" + invoice_on("Passage"))
    wait = wait_of(plan(story, "2026-03-17"))
    assert (wait["code"], wait["compte"]) == ("client-inconnu", "Actifs:Clients:Passage")


def invoice_on(account: str, link: str = "^F1") -> str:
    return ONE_INVOICE.replace("Clients:Durand", f"Clients:{account}").replace("^F1", link)


def test_a_doubtful_email_address_is_told_and_not_written_to(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE)
    story.replace("compta@durand.example", "pas une adresse")
    assert client(story, "Durand").emails == ()
    assert "pas une adresse" in warned(story)
    assert only_letter(plan(story, "2026-03-17"))["canal"] != ["courriel"]


def test_a_closed_account_still_owes_and_takes_notes(tmp_path: Path) -> None:
    story = company(
        tmp_path,
        ONE_INVOICE
        + """
2026-03-01 close Actifs:Clients:Durand
2026-03-12 note Actifs:Clients:Durand "Conteste." ^F1 #litige
""",
    )
    assert outcome(story, "2026-03-17") == "litige"


# ---------------------------------------------------------------- Invoices


def test_what_an_invoice_says(tmp_path: Path) -> None:
    (invoice,) = movements(
        tmp_path,
        """
2026-02-10 * "Durand" "Site vitrine" ^F2026-0031
  echeance: 2026-03-10
  numero: "2026 / 031"
  prestation: 2026-01-31
  taux: "12,5"
  penalites: FALSE
  relance: FALSE
  Actifs:Clients:Durand  100.00 EUR
  Produits:Ventes
""",
    )
    assert (invoice.invoices, invoice.label) == (("F2026-0031",), "2026 / 031")
    assert (invoice.own_due, invoice.service) == (date(2026, 3, 10), date(2026, 1, 31))
    assert (invoice.number, invoice.currency) == (Decimal("100.00"), "EUR")
    assert invoice.rate == Rate("fixed", Decimal("12.5"))
    assert (invoice.bears_interest, invoice.excluded) == (False, True)


def test_an_invoice_may_be_told_on_its_posting(tmp_path: Path) -> None:
    (invoice,) = movements(
        tmp_path,
        """
2026-02-10 * "Durand" "Site vitrine" ^F1
  Actifs:Clients:Durand  100.00 EUR
    echeance: 2026-03-10
    relance: FALSE
  Produits:Ventes
""",
    )
    assert (invoice.own_due, invoice.excluded) == (date(2026, 3, 10), True)


def test_what_letters_print_is_the_numero(tmp_path: Path) -> None:
    story = company(
        tmp_path, ONE_INVOICE.replace("  echeance", '  numero: "2026 / 031"\n  echeance')
    )
    claim = claims(story, "2026-03-17")["F1", 1]
    assert (claim.invoice, claim.label) == ("F1", "2026 / 031")


@pytest.mark.parametrize(
    ("own", "clients", "general", "due"),
    [
        ("  echeance: 2026-03-10\n", "  delai: 10\n", "delai: 60", "2026-03-10"),
        ("", "  delai: 10\n", "delai: 60", "2026-01-25"),
        ("", "", "delai: 60", "2026-03-16"),
        ("", "", "", "2026-02-14"),  # 30 days by default
        ("", "", "delai: 45 fin de mois", "2026-03-31"),  # 15 Jan + 45 = 1 March
        ("", "", "delai: fin de mois 45", "2026-03-17"),  # 31 Jan + 45
        ("", '  delai: "fin de mois 45"\n', "", "2026-03-17"),
        ("", '  delai: "30"\n', "delai: 60", "2026-02-14"),
    ],
)
def test_the_due_date(tmp_path: Path, own: str, clients: str, general: str, due: str) -> None:
    """An invoice of 15 January 2026."""
    ledger = f"""
2010-01-01 open Actifs:Clients:X
  client: "X"
{clients}2026-01-15 * "Facture" ^F1
{own}  Actifs:Clients:X  100.00 EUR
  Produits:Ventes
"""
    story = company(tmp_path, ledger, f"{general}\n")
    assert claims(story, "2026-06-01")["F1", 1].due == date.fromisoformat(due)


def test_instalments_count_by_due_date(tmp_path: Path) -> None:
    story = company(
        tmp_path,
        """
2026-02-10 * "Durand" "Facture" ^F1
  Actifs:Clients:Durand  70.00 EUR
    echeance: 2026-05-10
  Actifs:Clients:Durand  30.00 EUR
    echeance: 2026-03-10
  Produits:Ventes
""",
    )
    told = claims(story, "2026-03-17")
    assert {n: (str(c.due), str(c.amount)) for (_, n), c in told.items()} == {
        1: ("2026-03-10", "30.00"),
        2: ("2026-05-10", "70.00"),
    }


def test_an_opening_balance_keeps_the_first_dates(tmp_path: Path) -> None:
    story = company(
        tmp_path,
        """
2026-01-01 * "Durand" "À-nouveau" ^F2025-0112 #a-nouveau
  date-facture: 2025-11-20
  echeance: 2025-12-20
  Actifs:Clients:Durand  360.00 EUR
  Capitaux:Reprise
""",
    )
    claim = claims(story, "2026-03-17")["F2025-0112", 1]
    assert (claim.invoiced, claim.due) == (date(2025, 11, 20), date(2025, 12, 20))


def test_an_opening_balance_without_due_date_counts_from_the_invoice(tmp_path: Path) -> None:
    """20 November + 30 days, not 1 January + 30 days."""
    story = company(
        tmp_path,
        """
2026-01-01 * "Durand" "À-nouveau" ^F2025-0112
  date-facture: 2025-11-20
  Actifs:Clients:Durand  360.00 EUR
  Capitaux:Reprise
""",
    )
    assert claims(story, "2026-03-17")["F2025-0112", 1].due == date(2025, 12, 20)


def test_a_pad_is_reported_never_dunned(tmp_path: Path) -> None:
    ledger = """
2026-01-01 pad Actifs:Clients:Durand Capitaux:Reprise
2026-01-02 balance Actifs:Clients:Durand  500.00 EUR
"""
    story = company(tmp_path, ledger)
    assert plan(story, "2026-06-01")["lettres"] == []
    lines = (line_of(ledger, "pad"), line_of(ledger, "balance"))
    assert any(f"ledger/main.beancount:{line}:" in warned(story) for line in lines)


def test_a_draft_is_no_invoice_yet(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE.replace(' * "', ' ! "'))
    result = plan(story, "2026-03-17")
    assert result["lettres"] == [] and result["attentes"] == []


def test_a_draft_payment_makes_its_claim_wait(tmp_path: Path) -> None:
    draft = """
2026-03-05 ! "Durand" "Virement" ^F1
  Actifs:Clients:Durand  -10.00 EUR
  Actifs:Banque
"""
    story = company(tmp_path, ONE_INVOICE + invoice_on("Durand", "^F2") + draft)
    assert outcome(story, "2026-03-17", "F1") == "reglement-brouillon"
    assert outcome(story, "2026-03-17", "F2") == "relance-1"
    assert balances(story, "2026-03-17")["F1"] == "100.00"


def test_an_unlinked_draft_payment_makes_its_client_wait(tmp_path: Path) -> None:
    draft = """
2026-03-05 ! "Durand" "VIR"
  Actifs:Clients:Durand  -10.00 EUR
  Actifs:Banque
"""
    story = company(
        tmp_path, ONE_INVOICE + invoice_on("Durand", "^F2") + invoice_on("Mairie", "^F3") + draft
    )
    said = [outcome(story, "2026-03-17", invoice) for invoice in ("F1", "F2", "F3")]
    assert said == ["reglement-brouillon", "reglement-brouillon", "relance-1"]


COLLECTIVE = """
2026-01-01 open Actifs:Clients
2026-03-05 {flag} "?" "VIR"{link}
  Actifs:Clients  -10.00 EUR
  Actifs:Banque
"""


@pytest.mark.parametrize(
    ("flag", "said"),
    [
        ("*", ["trop-perçu de 10,00 € : Actifs:Clients"]),
        ("!", ["règlement en brouillon (!) de 10,00 €, sans client : Actifs:Clients"]),
    ],
)
def test_money_on_the_account_above_the_clients_is_told(
    tmp_path: Path, flag: str, said: list[str]
) -> None:
    """It may be anybody's; the day before, it is not there yet."""
    story = company(tmp_path, ONE_INVOICE + COLLECTIVE.format(flag=flag, link=""))
    assert [ordinary(warning.what) for warning in decide(story, "2026-03-17").warnings] == said
    assert decide(story, "2026-03-04").warnings == ()


@pytest.mark.parametrize("flag", ["*", "!"])
def test_a_payment_on_the_account_above_makes_the_claim_it_names_wait(
    tmp_path: Path, flag: str
) -> None:
    story = company(tmp_path, ONE_INVOICE + COLLECTIVE.format(flag=flag, link=" ^F1"))
    assert outcome(story, "2026-03-17") == "numero-en-double"


def test_a_draft_written_on_one_posting_counts_too(tmp_path: Path) -> None:
    """Beancount lets one posting alone bear the flag."""
    payment = """
2026-03-05 * "Durand" "Virement" ^F1
  ! Actifs:Clients:Durand  -10.00 EUR
  Actifs:Banque
"""
    assert outcome(company(tmp_path, ONE_INVOICE + payment), "2026-03-17") == "reglement-brouillon"


def test_a_debit_without_number_waits(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE.replace(" ^F1", ""))
    (wait,) = plan(story, "2026-03-17")["attentes"]
    assert (wait["code"], wait["facture"], wait["solde"]) == ("sans-numero", None, "100.00")


def test_one_number_under_two_clients_waits_and_is_reported(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE + invoice_on("Mairie") + invoice_on("Mairie", "^F2"))
    result = plan(story, "2026-03-17")
    waits = [(w["compte"], w["code"]) for w in result["attentes"]]
    assert sorted(waits) == [
        ("Actifs:Clients:Durand", "numero-en-double"),
        ("Actifs:Clients:Mairie", "numero-en-double"),
    ]
    assert only_letter(result)["total"] == "100.00"  # F2 goes out all the same
    reason = wait_of({"attentes": result["attentes"][:1]})["motif"]
    assert reason.startswith(
        "F1 est porté par plusieurs clients : Actifs:Clients:Durand, Actifs:Clients:Mairie ; "
        "corrigez le numéro faux, ou, si ce client a changé de compte, écrivez succede:"
    )


def test_any_past_date_can_be_replayed(tmp_path: Path) -> None:
    """Entries after the date do not count: neither the payment, nor the note, nor the invoice."""
    story = company(
        tmp_path,
        ONE_INVOICE
        + """
2026-03-12 note Actifs:Clients:Durand "Conteste." ^F1 #litige
2026-03-20 * "Durand" "Virement" ^F1
  Actifs:Clients:Durand  -100.00 EUR
  Actifs:Banque
""",
    )
    days = ["2026-02-09", "2026-03-06", "2026-03-12", "2026-03-20"]
    assert [outcome(story, day) for day in days] == [None, "rappel", "litige", None]


# ---------------------------------------------------------------- Other credits, currencies


def test_one_transfer_for_several_invoices(tmp_path: Path) -> None:
    story = company(
        tmp_path,
        ONE_INVOICE
        + invoice_on("Durand", "^F2")
        + """
2026-03-05 * "Durand" "Virement" ^F1 ^F2
  Actifs:Banque  130.00 EUR
  Actifs:Clients:Durand  -100.00 EUR
    facture: "F2"
  Actifs:Clients:Durand  -30.00 EUR
    facture: "F1"
""",
    )
    assert balances(story, "2026-03-17") == {"F1": "70.00"}


def test_a_credit_for_an_unknown_invoice_is_told(tmp_path: Path) -> None:
    """A payment that names F9: never lost in silence, never a letter for more than is owed."""
    story = company(
        tmp_path,
        ONE_INVOICE
        + """
2026-03-05 * "Durand" "Virement" ^F9
  Actifs:Clients:Durand  -100.00 EUR
  Actifs:Banque
""",
    )
    assert outcome(story, "2026-03-17") != "relance-1"


def test_the_number_of_a_cheque_is_nobodys_fault(tmp_path: Path) -> None:
    """`numero` is read on invoices; on a payment the books may keep what they like."""
    payment = """
2026-03-05 * "Durand" "Chèque" ^F1
  numero: 4512
  Actifs:Clients:Durand  -30.00 EUR
  Actifs:Banque
"""
    assert balances(company(tmp_path, ONE_INVOICE + payment), "2026-03-17") == {"F1": "70.00"}


def test_an_unlinked_payment_is_reported_as_such(tmp_path: Path) -> None:
    story = company(
        tmp_path,
        ONE_INVOICE
        + """
2026-03-05 * "Durand" "VIR"
  Actifs:Clients:Durand  -30.00 EUR
  Actifs:Banque
""",
    )
    (receipt,) = claims(story, "2026-03-17")["F1", 1].receipts
    assert (receipt.amount, receipt.linked) == (Decimal("30.00"), False)


def test_a_foreign_claim_lives_in_its_currency(tmp_path: Path) -> None:
    """1 000 GBP invoiced at 1.17, 900 paid at another rate: 100 GBP are open."""
    story = company(
        tmp_path,
        """
2026-02-10 * "Durand" "Facture" ^F1
  echeance: 2026-03-10
  Actifs:Clients:Durand  1000.00 GBP @ 1.1700 EUR
  Produits:Ventes  -1170.00 EUR

2026-03-05 * "Durand" "Virement" ^F1
  Actifs:Banque  1032.00 EUR
  Charges:Pertes  21.00 EUR
  Actifs:Clients:Durand  -900.00 GBP @ 1.1700 EUR
""",
    )
    letter = only_letter(plan(story, "2026-03-17"))
    assert (letter["devise"], letter["total"]) == ("GBP", "100.00")


def test_a_payment_in_another_currency_makes_its_claim_wait(tmp_path: Path) -> None:
    """Never converted, so nobody knows what is left; claiming it all could be wrong."""
    story = company(
        tmp_path,
        ONE_INVOICE
        + """
2026-03-05 * "Durand" "Virement" ^F1
  Actifs:Clients:Durand  -110.00 USD @ 0.90 EUR
  Actifs:Banque
""",
    )
    assert outcome(story, "2026-03-17") == "autre-devise"


@pytest.mark.parametrize(
    ("received", "expected"), [("", "fraction-de-centime"), ("0.005", "relance-1")]
)
def test_a_fraction_of_a_cent_waits_for_its_correction(
    tmp_path: Path, received: str, expected: str
) -> None:
    """Half-up would claim half a cent too much, and the register could not say what is due."""
    payment = f"""
2026-03-05 * "Durand" "Arrondi" ^F1
  Actifs:Clients:Durand  -{received} EUR
  Actifs:Banque
"""
    story = company(
        tmp_path, ONE_INVOICE.replace("100.00", "100.005") + (payment if received else "")
    )
    assert outcome(story, "2026-03-17") == expected


@pytest.mark.parametrize("commodity", ["XYZ.HOUR", "CHEQUE-CADEAU"])
def test_what_is_not_money_is_skipped_and_told(tmp_path: Path, commodity: str) -> None:
    hours = f"""
2026-02-10 * "Durand" "Heures" ^F2
  Actifs:Clients:Durand  10.00 {commodity}
  Produits:Ventes
"""
    story = company(tmp_path, ONE_INVOICE + hours)
    assert outcome(story, "2026-03-17", "F2") is None
    assert outcome(story, "2026-03-17", "F1") == "relance-1"
    assert commodity in warned(story)


# ---------------------------------------------------------------- Documents and follow-up


def test_documents_with_their_sorts(tmp_path: Path) -> None:
    story = company(
        tmp_path,
        """
2026-02-10 document Actifs:Clients:Durand "pieces/F1.pdf" ^F1 #facture
2026-02-10 document Actifs:Clients:Durand "../commun/cgv.pdf" #cgv
"""
        + ONE_INVOICE,
    )
    story.write("ledger/pieces/F1.pdf", "%PDF")
    story.write("commun/cgv.pdf", "%PDF")
    told = {d.path: (d.invoices, d.sorts) for d in story.books.documents}
    assert told == {
        "ledger/pieces/F1.pdf": (("F1",), frozenset({"facture"})),
        "commun/cgv.pdf": ((), frozenset({"cgv"})),
    }


def test_a_missing_document_stops_nothing_and_is_told(tmp_path: Path) -> None:
    document = '\n2026-02-10 document Actifs:Clients:Durand "pieces/F1.pdf" ^F1 #facture\n'
    story = company(tmp_path, ONE_INVOICE + document)
    assert outcome(story, "2026-03-17") == "relance-1"
    assert "F1.pdf" in warned(story)


def test_notes_with_typed_metadata(tmp_path: Path) -> None:
    story = company(
        tmp_path,
        ONE_INVOICE
        + """
2026-03-01 note Actifs:Clients:Durand "Paiera." ^F1 #promesse
  echeance: 2026-03-20
  montant: 60.00 EUR
2026-03-02 note Actifs:Clients:Durand "Trêve." #suspension
  jusqu-au: 2026-04-01
2026-03-03 note Actifs:Clients:Durand "Jugement." #procedure-collective
  jugement: 2026-02-20
  bodacc: 2026-03-01
  mandataire: "Me Petit"
2026-03-04 note Actifs:Clients:Durand "Appel." ^F1 #appel
""",
    )
    promise, hold, insolvency, call = story.books.notes
    assert (promise.sort, promise.invoices) == (NoteSort.PROMISE, ("F1",))
    assert (promise.due, promise.amount) == (date(2026, 3, 20), Money(Decimal("60.00"), "EUR"))
    assert (hold.sort, hold.invoices, hold.until) == (NoteSort.HOLD, (), date(2026, 4, 1))
    assert (insolvency.judgment, insolvency.published) == (date(2026, 2, 20), date(2026, 3, 1))
    assert insolvency.trustee == "Me Petit"
    assert (call.sort, call.text) == (NoteSort.CALL, "Appel.")


def test_a_note_without_link_concerns_the_whole_account(tmp_path: Path) -> None:
    note = '\n2026-03-12 note Actifs:Clients:Durand "Trêve." #suspension\n'
    story = company(
        tmp_path, ONE_INVOICE + invoice_on("Durand", "^F2") + invoice_on("Mairie", "^F3") + note
    )
    said = [outcome(story, "2026-03-17", invoice) for invoice in ("F1", "F2", "F3")]
    assert said == ["suspension", "suspension", "relance-1"]


# ---------------------------------------------------------------- Order


def test_the_order_is_ours_not_the_loaders(tmp_path: Path) -> None:
    """Same day: by path, then line; the loader would sort by line alone."""

    def invoice(link: str) -> str:
        return invoice_on("Durand", link).lstrip("\n")

    story = company(tmp_path, '\ninclude "b.beancount"\ninclude "a.beancount"\n' + invoice("^F5"))
    options = "".join(row + "\n" for row in OPTIONS.splitlines() if "include" not in row)
    story.write("ledger/a.beancount", options + "\n" * 50 + invoice("^F1") + invoice("^F2"))
    story.write("ledger/b.beancount", options + invoice("^F3") + invoice("^F4"))
    assert [m.invoices[0] for m in story.books.movements] == ["F1", "F2", "F3", "F4", "F5"]


def test_files_are_told_as_they_are_really_read(tmp_path: Path) -> None:
    story = company(tmp_path, '\ninclude "d\'été à -x.beancount"\n' + ONE_INVOICE)
    story.write("ledger/d'été à -x.beancount", ";; vide\n")
    assert story.books.files == (
        "ledger/d'été à -x.beancount",
        "ledger/main.beancount",
        "out/registre/0000-entete.beancount",
    )


# ---------------------------------------------------------------- Other people's books


TEXTS = """
2026-02-10 * "Durand" "Facture FAC-2026-014, chantier 2026-7" ^acme-site
  echeance: 2026-03-10
  Actifs:Clients:Durand  100.00 EUR
  Produits:Ventes

2026-03-12 * "Durand" "Virement FAC-2026-014."
  Actifs:Clients:Durand  -40.00 EUR
  Actifs:Banque
"""


def test_a_number_only_in_the_narration(tmp_path: Path) -> None:
    """It names the invoice and its payment, before a link that is none."""
    policy = 'grand-livre: {facture: {texte: "FAC-[0-9-]+"}}\n'
    bill, payment = company(tmp_path, TEXTS, policy).books.movements
    assert bill.invoices == payment.invoices == ("FAC-2026-014",)


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("FAC-([0-9]{4})-[0-9]+", ("2026",)),  # a group is the number
        ("[0-9]{4}-[0-9]+", ("2026-7",)),  # a whole word: not the end of FAC-2026-014
        ("(?:FAC-2026|2026)-[0-9]+", ("FAC-2026-014", "2026-7")),  # two: nobody can tell
        ("AVO-[0-9]+", ("acme-site",)),  # none: the links count
    ],
)
def test_what_a_pattern_finds_in_a_narration(
    tmp_path: Path, pattern: str, names: tuple[str, ...]
) -> None:
    policy = f'grand-livre: {{facture: {{texte: "{pattern}"}}}}\n'
    assert company(tmp_path, TEXTS, policy).books.movements[0].invoices == names


@pytest.mark.parametrize(
    ("more", "link", "name"),
    [
        ("", "F12", "F12"),  # surely an invoice's
        (", lien: 'INV-[0-9]+'", "INV-12", "INV-12"),
        (", lien: 'INV-[0-9]+'", "acme-site", "FAC-2026-014"),
    ],
)
def test_a_link_that_is_surely_a_number_comes_before_the_narration(
    tmp_path: Path, more: str, link: str, name: str
) -> None:
    policy = f'grand-livre: {{facture: {{texte: "FAC-[0-9-]+"{more}}}}}\n'
    bill = company(tmp_path, TEXTS.replace("acme-site", link), policy).books.movements[0]
    assert bill.invoices == (name,)


@pytest.mark.parametrize(
    ("links", "words"),
    [
        ("^acme-site ^2026-014", "ou grand-livre.facture.lien: '[0-9]+-[0-9]+'"),
        ("^2026-014 ^2026-015", 'précisez facture: "…"'),
        ("^acme-site ^acme-chantier", 'précisez facture: "…"'),
    ],
)
def test_two_links_name_the_pattern_that_tells_them_apart(
    tmp_path: Path, links: str, words: str
) -> None:
    story = company(tmp_path, ONE_INVOICE.replace("^F1", links))
    (wait,) = decide(story, "2026-03-17").waits
    assert wait.code == "sans-numero"
    assert wait.reason.partition(" (ledger/")[0].endswith(words) or wait.reason.endswith(words)


def test_a_link_that_the_narration_may_overrule_is_not_sure() -> None:
    """Whoever writes an entry names such an invoice by metadata, which wins over both."""
    names = InvoiceNames(InvoiceKeys.model_validate({"texte": "FAC-[0-9-]+"}))
    assert names.sure(frozenset({"F12"})) == ("F12",)
    assert names.sure(frozenset({"2026-014"})) == ()
    assert InvoiceNames(InvoiceKeys()).sure(frozenset({"2026-014"})) == ("2026-014",)


def test_a_number_that_only_the_narration_has_names_the_pattern(tmp_path: Path) -> None:
    story = company(tmp_path, TEXTS.replace(" ^acme-site", "").partition("2026-03-12")[0])
    (wait,) = decide(story, "2026-03-17").waits
    assert "s'il est FAC-2026-014, grand-livre.facture.texte: 'FAC-[0-9-]+' (" in wait.reason


def test_numbers_without_quotation_marks_are_told_once_for_each_key(tmp_path: Path) -> None:
    bills = "".join(
        ONE_INVOICE.replace("  echeance", f"  invoice_id: {n:03}\n  echeance").replace(" ^F1", "")
        for n in range(1, 41)
    )
    policy = "grand-livre: {facture: {meta: [invoice_id]}}\n"
    said = refused(company(tmp_path, bills, policy))
    assert said.count("invoice_id") == 2  # what is wrong, and the remedy
    assert "« invoice_id » est un nombre, et doit être un texte (ici et à 39 autres)" in said
    assert said.endswith('invoice_id: "001"')


def test_keys_of_other_books(tmp_path: Path) -> None:
    """English accounts, two prefixes, invoice and due date in metadata, the date as a string."""
    prelude = """\
2010-01-01 open Assets:Bank
2010-01-01 open Income:Sales
2010-01-01 open Assets:Receivable:Smith
  client: "Smith"
2010-01-01 open Assets:Retainers:Jones
  client: "Jones"
2010-01-01 open Assets:Receivables:Other
  client: "Other"
"""
    ledger = """
2026-02-10 * "Smith" "Work"
  invoice: "INV 12/7"
  due: "2026-03-10"
  Assets:Receivable:Smith  100.00 USD
  Income:Sales

2026-02-10 * "Jones" "Work" ^INV-8 ^projet-x
  due: 2026-03-10
  Assets:Retainers:Jones  50.00 USD
  Income:Sales

2026-02-10 * "Other" "Work" ^INV-9
  Assets:Receivables:Other  70.00 USD
  Income:Sales

2026-03-01 * "Smith" "Payment"
  Assets:Bank  40.00 USD
  Assets:Receivable:Smith  -40.00 USD
    invoice: "INV 12/7"
"""
    policy = """
grand-livre:
  comptes: [Assets:Receivable, Assets:Retainers]
  facture: {lien: "INV-(.+)", meta: [facture, invoice]}
  echeance: [echeance, due]
"""
    story = company(tmp_path, ledger, policy, prelude=prelude)
    assert balances(story, "2026-03-17") == {"INV 12/7": "60.00", "8": "50.00"}
    assert {c.due for c in claims(story, "2026-03-17").values()} == {date(2026, 3, 10)}


def test_a_prefix_is_whole_components(tmp_path: Path) -> None:
    ledger = "\n2010-01-01 open Actifs:ClientsDouteux:Durand\n" + ONE_INVOICE.replace(
        "Actifs:Clients:Durand", "Actifs:ClientsDouteux:Durand"
    )
    story = company(tmp_path, ledger)
    assert story.books.movements == ()
    assert "Actifs:ClientsDouteux:Durand" not in {c.account for c in story.books.clients}


# ---------------------------------------------------------------- Dates and numbers as typed


def test_a_quoted_date_is_taken_with_a_warning(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE.replace("2026-03-10", '"2026-03-10"'))
    assert claims(story, "2026-03-17")["F1", 1].due == date(2026, 3, 10)
    assert "echeance" in warned(story)


def test_all_the_faults_at_once(tmp_path: Path) -> None:
    ledger = ONE_INVOICE.replace("2026-03-10", "01/03/2026") + invoice_on("Durand", "^F2").replace(
        "  echeance", '  relance: "non"\n  prestation: 31-01-2026\n  echeance'
    )
    said = refusal(tmp_path, ledger)
    assert all(key in said for key in ("echeance", "relance", "prestation"))


def test_an_impossible_date_among_the_documents_stops_the_run(tmp_path: Path) -> None:
    """Beancount tells it by the same class of error as a missing document, which is harmless."""
    story = company(tmp_path, '\noption "documents" "pieces"\n' + ONE_INVOICE)
    story.write("ledger/pieces/Actifs/Banque/2026-13-45.releve.pdf", "%PDF")
    assert "2026-13-45" in refused(story)


def test_a_link_with_a_hash_is_told(tmp_path: Path) -> None:
    """Beancount reads ^FA#31 as the link FA and the tag 31: every such invoice would be FA."""
    ledger = invoice_on("Durand", "^FA#31")
    assert f"ledger/main.beancount:{line_of(ledger, '^FA')}" in warned(company(tmp_path, ledger))


# ---------------------------------------------------------------- Hostile and broken files


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("filename", '"/etc/passwd"'),
        ("filename", "2026-01-01"),
        ("filename", "12 EUR"),
        ("filename", "TRUE"),
        ("lineno", '"douze"'),
        ("lineno", "12.5"),
        ("lineno", "-3"),
        ("lineno", "2026-01-01"),
        ("lineno", "FALSE"),
    ],
)
@pytest.mark.parametrize("anchor", ["^F1", "#appel", "Actifs:Clients:Zoé", "#cgv"])
def test_a_users_filename_and_lineno_break_nothing(
    tmp_path: Path, key: str, value: str, anchor: str
) -> None:
    """On a transaction, a note, an open, a document: read, or refused by name; never a crash."""
    ledger = f"""
2010-01-01 open Actifs:Clients:Zoé
2026-03-01 note Actifs:Clients:Durand "x" #appel
2026-03-01 document Actifs:Clients:Durand "x" #cgv
{ONE_INVOICE}""".replace(anchor, f"{anchor}\n  {key}: {value}")
    story = company(tmp_path, ledger)
    story.write("ledger/x", "x")
    try:
        assert outcome(story, "2026-03-17") == "relance-1"
    except Refusal as told:
        assert key in str(told)  # noqa: PT017
        return
    assert all(isinstance(m.source.line, int) for m in story.books.movements)


HOSTILE = ["{{ 7*7 }} {% x %}", "<script>", "a | b ** c", "../../etc", "-rf", "É" * 90, "\u202egnp"]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_only_text(tmp_path: Path, name: str) -> None:
    story = company(tmp_path, ONE_INVOICE.replace("Facture", name))
    story.replace("Durand SARL", name)
    assert client(story, "Durand").name == name
    assert only_letter(plan(story, "2026-03-17"))["client"] == name


@pytest.mark.parametrize("ledgers", ["NFC", "NFD"])
@pytest.mark.parametrize("policys", ["NFC", "NFD"])
def test_prefixes_are_compared_normalised(tmp_path: Path, ledgers: str, policys: str) -> None:
    account = "Actifs:Débiteurs:Épi"
    ledger = (
        f'\n2010-01-01 open {account}\n  client: "Épi"\n  courriel: "a@epi.example"\n'
        + ONE_INVOICE.replace("Actifs:Clients:Durand", account)
    )
    policy = "grand-livre: {comptes: [Actifs:Débiteurs]}\n"
    story = company(
        tmp_path,
        unicodedata.normalize(ledgers, ledger),  # type: ignore[arg-type]
        unicodedata.normalize(policys, policy),  # type: ignore[arg-type]
    )
    assert outcome(story, "2026-03-17") == "relance-1"


def test_a_missing_ledger_is_refused(tmp_path: Path) -> None:
    story = company(tmp_path, "")
    (story.root / "ledger/main.beancount").unlink()
    assert "ledger/main.beancount" in refused(story)


def test_a_company_s_folder_that_beancount_reads_as_a_pattern_is_refused(tmp_path: Path) -> None:
    """Beside « b », « [b] » would read the register of the other company."""
    story = company(tmp_path / "[b] {y} é", ONE_INVOICE)
    said = refused(story)
    assert "ledger/main.beancount: le nom du dossier « [b] {y} é » est un motif" in said
    assert said.endswith("renommez ce dossier sans [ ] * ni ?")


def test_an_include_through_a_link_and_back_is_refused_with_its_line(tmp_path: Path) -> None:
    """Found while the empty folder `autre/vide` is there, which no commit holds."""
    story = company(tmp_path, 'include "lien/../b.beancount"\n' + ONE_INVOICE)
    (story.root / "autre/vide").mkdir(parents=True)
    (story.root / "ledger/lien").symlink_to("../autre/vide")
    for folder in ("autre", "ledger"):
        story.write(f"{folder}/b.beancount", "")
    lines = (story.root / "ledger/main.beancount").read_text(encoding="utf-8").splitlines()
    line = next(n for n, text in enumerate(lines, 1) if "lien/.." in text)
    said = refused(story)
    assert f"ledger/main.beancount:{line}:1: « include lien/../b.beancount » passe" in said
    assert "écrivez ce chemin sans passer par le lien" in said


def test_an_include_through_a_link_is_read(tmp_path: Path) -> None:
    story = company(tmp_path, 'include "lien/b.beancount"\n')
    story.write("autre/b.beancount", "\n".join(OPTIONS.splitlines()[:5]) + "\n" + ONE_INVOICE)
    (story.root / "ledger/lien").symlink_to("../autre")
    assert len(story.facts.books.movements) == 1


def test_a_folder_in_place_of_the_ledger_is_refused(tmp_path: Path) -> None:
    story = company(tmp_path, "")
    (story.root / "ledger/main.beancount").unlink()
    (story.root / "ledger/main.beancount").mkdir()
    assert "ledger/main.beancount" in refused(story)


def test_an_unreadable_ledger_is_refused(tmp_path: Path) -> None:
    """A link that leads to itself: not even root can read it."""
    story = company(tmp_path, "")
    path = story.root / "ledger/main.beancount"
    path.unlink()
    path.symlink_to(path)
    assert "ledger/main.beancount" in refused(story)


class _Trap:
    """What a hostile cache file would run."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str, ...]]:
        return os.mkdir, (str(self.mark),)


def test_the_loaders_cache_is_never_unpickled(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE)
    mark = tmp_path / "pris"
    trap = pickle.dumps(_Trap(mark))
    (story.root / "ledger/.main.beancount.picklecache").write_bytes(trap)
    assert outcome(story, "2026-03-17") == "relance-1"
    assert not mark.exists()


def test_the_client_list_is_whole(tmp_path: Path) -> None:
    story = company(tmp_path, "")
    assert [c.name for c in story.books.clients] == [
        "Club de voile",
        "Durand SARL",
        "Commune de Valbois",
        "Mme Martin",
    ]
    assert CLIENTS.count("client:") == 4
    assert decide(story, "2026-03-17").letters == ()
    assert ledger_of(story, "2026-03-17").claims == ()
