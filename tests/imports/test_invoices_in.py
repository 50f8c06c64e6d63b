"""Invoices that come in: what they become in the books, what is known, what is asked."""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bankfiles import IBAN
from electronic import BUYER, Bill, Firm, cii, facturx, ubl
from inboxes import (
    DUPONT,
    POLICY,
    balance,
    books,
    company,
    drop,
    entries,
    imports,
    left,
    write,
    written,
)
from relance.claims.on_day import OnDay
from relance.decision.planner import make_plan
from relance.incoming.sheets import template
from relance.ledger.beancount import aligned
from relance.ledger.company import read_company
from relance.letters.letter_facts import copies
from relance.policy.reader import read_policy
from relance.runs.enclosures import unreadable
from relance.terminal.model_folder import start

BILL = Bill("F2026-0031", date(2026, 8, 31), date(2026, 9, 30), iban=IBAN)
F31 = "facture:732829320/F2026-0031"


def test_an_invoice_becomes_an_entry_with_its_original(tmp_path: Path) -> None:
    root = company(tmp_path)
    drop(root, scan_pdf=replace(BILL, delivered=date(2026, 8, 28)))
    imports(root)
    text = written(root)["importe/factures-2026.beancount"]
    expected = """\
2026-08-31 * "Menuiserie Dupont" "Facture F2026-0031" ^F2026-0031
  import: "facture:732829320/F2026-0031"
  source: "F2026-0031.pdf:8"
  echeance: 2026-09-30
  prestation: 2026-08-28
  Actifs:Clients:Dupont   1320.00 EUR
  Produits:Ventes        -1100.00 EUR
  Passifs:TVA-collectée   -220.00 EUR

2026-08-31 document Actifs:Clients:Dupont "../pieces/F2026-0031.pdf" ^F2026-0031 #facture
"""
    assert expected in re.sub("  empreinte: .*\n", "", text)
    (document,) = books(root).documents
    assert (document.path, document.copy) == ("ledger/pieces/F2026-0031.pdf", True)
    assert document.invoices == ("F2026-0031",)
    assert left(root) == []


@pytest.mark.slow
def test_the_file_is_as_bean_format_leaves_it(tmp_path: Path) -> None:
    root = company(tmp_path)
    drop(root, a_xml=BILL, b_xml=replace(BILL, number="F2026-0032", bases={"20": "3.00"}))
    imports(root)
    text = written(root)["importe/factures-2026.beancount"]
    assert aligned(text) == text


@pytest.mark.slow
def test_nothing_comes_in_twice(tmp_path: Path) -> None:
    root = company(tmp_path)
    drop(root, a_xml=BILL)
    imports(root)
    before = written(root)
    drop(root, other_xml=BILL)
    assert "déjà là" in imports(root)
    assert written(root) == before
    assert left(root) == []


@pytest.mark.slow
def test_what_is_due_is_claimed_and_what_was_paid_before_is_a_payment(tmp_path: Path) -> None:
    root = company(tmp_path)
    drop(root, a_xml=replace(BILL, prepaid="120.00"))
    assert "120,00 € payés d'avance, portés sur Actifs:Attente" in imports(root)
    assert balance(root, "Actifs:Clients:Dupont") == Decimal("1200.00")
    assert balance(root, "Actifs:Attente") == Decimal("120.00")
    (paid,) = [m for m in books(root).movements if m.number < 0]
    assert (paid.date, paid.invoices) == (date(2026, 8, 31), ("F2026-0031",))


@pytest.mark.slow
def test_a_deposit_that_is_invoiced_apart_is_told(tmp_path: Path) -> None:
    root = company(tmp_path)
    deposit = replace(BILL, number="F2026-0030", code="386", bases={"20": "100.00"})
    final = replace(BILL, prepaid="120.00", refers_to="F2026-0030")
    drop(root, a_xml=deposit)
    imports(root)
    drop(root, b_xml=final)
    assert "l'acompte est facturé (F2026-0030)" in imports(root)


@pytest.mark.slow
@pytest.mark.parametrize("bill", [
    replace(BILL, number="A1", code="381", refers_to="F2026-0031", bases={"20": "100.00"}),
    replace(BILL, number="A1", refers_to="F2026-0031", bases={"20": "-100.00"}),
], ids=["381", "380 négatif"])  # fmt: skip
def test_a_credit_note_takes_off_the_invoice_that_it_names(tmp_path: Path, bill: Bill) -> None:
    root = company(tmp_path)
    drop(root, a_xml=BILL, b_cii=bill)
    imports(root)
    (note,) = [m for m in books(root).movements if m.credit_note]
    assert (note.number, note.invoices) == (Decimal("-120.00"), ("F2026-0031",))
    assert balance(root, "Actifs:Clients:Dupont") == Decimal("1200.00")


def test_a_due_date_is_the_field_else_what_the_terms_date_else_none(tmp_path: Path) -> None:
    root = company(tmp_path)
    bill = replace(BILL, due=None)
    drop(
        root,
        a_xml=replace(bill, number="F1", terms="Paiement au 15/10/2026"),
        b_xml=replace(bill, number="F2", terms="Paiement à 30 jours"),
    )
    assert "la facture ne date pas son échéance" in imports(root)
    dues = {m.invoices[0]: m.own_due for m in books(root).movements}
    assert dues["F1"] == date(2026, 10, 15)
    assert dues["F2"] is None


@pytest.mark.slow
def test_vat_goes_to_the_accounts_of_its_rates(tmp_path: Path) -> None:
    accounts = "".join(
        f"2010-01-01 open {name}\n" for name in ("Produits:Livres", "Passifs:TVA-collectée:Réduite")
    )
    dupont = '2010-01-01 open Actifs:Clients:Dupont\n  client: "Menuiserie Dupont"\n'
    policy = (
        "importer:\n  ventes: {20: Produits:Ventes, 5.5: Produits:Livres}\n"
        "  tva: {20: Passifs:TVA-collectée, 5.5: Passifs:TVA-collectée:Réduite}\n"
    )
    root = company(tmp_path, dupont + accounts, policy)
    drop(root, a_xml=replace(BILL, bases={"20": "100.00", "5.5": "200.00"}))
    imports(root)
    # 100 at 20 %, 200 at 5,5 %: 20 and 11 of VAT.
    found = {name: balance(root, name) for name in ("Produits:Livres", "Produits:Ventes")}
    assert found == {"Produits:Livres": Decimal(-200), "Produits:Ventes": Decimal(-100)}
    assert balance(root, "Passifs:TVA-collectée:Réduite") == Decimal(-11)
    assert balance(root, "Actifs:Clients:Dupont") == Decimal(331)


def test_without_an_account_for_it_vat_stays_in_the_sales_and_it_is_told(tmp_path: Path) -> None:
    root = company(tmp_path)
    text = written(root)["main.beancount"].replace("2010-01-01 open Passifs:TVA-collectée\n", "")
    write(root, "ledger/main.beancount", text)
    drop(root, a_xml=BILL)
    assert "F2026-0031 : sa TVA reste dans Produits:Ventes" in imports(root)
    assert balance(root, "Produits:Ventes") == Decimal(-1320)


@pytest.mark.parametrize(
    ("account", "told", "remedy", "amount"),
    [
        ("Produits:Prestations", "quel compte de ventes ?", "ventes", "-1100"),
        ("Passifs:TVA-collectée-5", "quel compte de TVA collectée ?", "tva", "-220"),
    ],
)
def test_between_two_accounts_it_asks_until_the_policy_names_one(
    tmp_path: Path, account: str, told: str, remedy: str, amount: str
) -> None:
    root = company(tmp_path, f"{DUPONT}2010-01-01 open {account}\n")
    drop(root, a_xml=BILL)
    said = imports(root, status=2)
    assert told in said
    assert f"importer: {{{remedy}: " in said
    assert left(root) == ["a.xml"]
    write(root, "relance.yaml", f"{POLICY}importer: {{{remedy}: {account}}}\n")
    imports(root)
    assert balance(root, account) == Decimal(amount)


def test_a_rate_without_account_is_asked_for(tmp_path: Path) -> None:
    root = company(tmp_path, policy="importer: {ventes: {20: Produits:Ventes}}\n")
    drop(root, a_xml=replace(BILL, bases={"10": "100.00"}))
    said = imports(root, status=2)
    assert "aucun compte pour le taux de TVA 10,00 %" in said
    assert left(root) == ["a.xml"]


# ---------------------------------------------------------------- Whose they are


def test_a_received_invoice_is_left_aside(tmp_path: Path) -> None:
    root = company(tmp_path)
    before = written(root)
    drop(root, a_xml=replace(BILL, seller=BUYER, buyer=BILL.seller))
    assert "facture reçue de « Menuiserie Dupont »" in imports(root)
    assert (written(root), left(root)) == (before, ["a.xml"])


def test_another_account_to_pay_to_is_told(tmp_path: Path) -> None:
    root = company(tmp_path)
    drop(root, a_xml=replace(BILL, iban="FR7630006000011234567890189"))
    assert "qui n'est pas à vous" in imports(root)


@pytest.mark.slow
def test_another_currency_than_the_client_s_is_told(tmp_path: Path) -> None:
    root = company(tmp_path)
    drop(root, a_xml=BILL, b_xml=replace(BILL, number="F2", currency="USD"))
    assert " est en USD" not in imports(root)  # no earlier one to compare with
    drop(root, c_xml=replace(BILL, number="F3", currency="USD"))
    assert " est en USD" not in imports(root)  # one of each by now
    drop(root, d_xml=replace(BILL, number="F4", currency="GBP"))
    said = imports(root)
    assert "F4 est en GBP, les autres factures de Menuiserie Dupont en EUR, USD" in said
    assert balance(root, "Actifs:Clients:Dupont", "GBP") == Decimal("1320.00")


def test_an_invoice_to_be_paid_to_a_factor_is_not_chased(tmp_path: Path) -> None:
    root = company(tmp_path)
    drop(root, a_cii=replace(BILL, code="393"))
    imports(root)
    (invoice,) = books(root).movements
    assert invoice.excluded


@pytest.mark.parametrize(
    ("open_", "buyer"),
    [
        ('siren: "404833048"', replace(BUYER, name="Tout autre nom")),
        ('tva: "FR83404833048"', replace(BUYER, siren="", name="Tout autre nom")),
        ('courriel: "factures@dupont.example"', replace(BUYER, siren="", vat="")),
        ("", Firm("DUPÖNT Menuiserie (S.A.R.L.)".replace("Ö", "O"))),
    ],
    ids=["siren", "tva", "courriel", "nom"],
)
def test_a_client_is_found(tmp_path: Path, open_: str, buyer: Firm) -> None:
    name = "Dupont menuiserie" if not open_ else "Menuiserie Dupont"
    open_ = f"  {open_}\n" if open_ else ""
    root = company(tmp_path, f'2010-01-01 open Actifs:Clients:Ancien\n  client: "{name}"\n{open_}')
    drop(root, a_xml=replace(BILL, buyer=buyer))
    imports(root)
    assert {m.account for m in books(root).movements} == {"Actifs:Clients:Ancien"}


def test_a_new_client_gets_an_account_without_type(tmp_path: Path) -> None:
    root = company(tmp_path)
    buyer = Firm(
        "Müller Möbel GmbH",
        "",
        "DE123456789",
        "Hauptstr. 1",
        "10115",
        "BERLIN",
        "DE",
        "ap@m.example",
    )
    write(root, "letters/de/relance-1.md", "x")
    drop(root, a_xml=replace(BILL, buyer=buyer))
    imports(root)
    (client,) = [c for c in books(root).clients if c.name == "Müller Möbel GmbH"]
    assert client.account == "Actifs:Clients:Müller-Möbel-GmbH"
    assert (client.address, client.emails) == (("Hauptstr. 1", "10115 BERLIN"), ("ap@m.example",))
    assert (client.vat, client.country, client.language) == ("DE123456789", "DE", "de")
    assert client.debtor is None


def test_between_two_clients_it_asks(tmp_path: Path) -> None:
    twice = "".join(
        f'2010-01-01 open Actifs:Clients:Dupont{n}\n  client: "Menuiserie Dupont"\n' for n in (1, 2)
    )
    root = company(tmp_path, twice)
    drop(root, a_xml=replace(BILL, buyer=Firm("Menuiserie Dupont SARL")))
    said = imports(root, status=2)
    assert "peut être, par son nom, « Menuiserie Dupont » (Actifs:Clients:Dupont1)" in said
    assert left(root) == ["a.xml"]


def test_of_two_accounts_of_a_client_the_one_of_that_day(tmp_path: Path) -> None:
    two = (
        '2010-01-01 open Actifs:Clients:Ancien\n  client: "Menuiserie Dupont"\n'
        "2026-09-01 close Actifs:Clients:Ancien\n"
        '2026-09-01 open Actifs:Clients:Nouveau\n  client: "Menuiserie Dupont"\n'
        '  succede: "Actifs:Clients:Ancien"\n'
    )
    root = company(tmp_path, two)
    drop(root, a_xml=BILL, b_xml=replace(BILL, number="F2", issued=date(2026, 9, 2)))
    imports(root)
    found = {text.split("^")[1].split("\n")[0]: text for text in entries(root, "facture").values()}
    assert "Actifs:Clients:Ancien " in found["F2026-0031"]
    assert "Actifs:Clients:Nouveau " in found["F2"]


def test_a_client_whose_only_account_is_closed_gets_no_second_one(tmp_path: Path) -> None:
    root = company(tmp_path, DUPONT + "2026-08-01 close Actifs:Clients:Dupont\n")
    drop(root, a_xml=BILL)
    said = imports(root, status=2)
    assert "Actifs:Clients:Dupont ne prend pas d'écriture au 31/08/2026" in said


def test_a_number_that_contradicts_is_another_client(tmp_path: Path) -> None:
    root = company(tmp_path)
    drop(root, a_xml=replace(BILL, buyer=Firm("Menuiserie Dupont", "552100554")))
    imports(root)
    assert {m.account for m in books(root).movements} == {"Actifs:Clients:Menuiserie-Dupont"}


# ---------------------------------------------------------------- What is there already


TYPED = """
2026-08-31 * "Menuiserie Dupont" "Facture" ^F2026-0031
  Actifs:Clients:Dupont   {} EUR
  Produits:Ventes
"""


@pytest.mark.slow
def test_an_invoice_written_by_hand_is_known(tmp_path: Path) -> None:
    root = company(tmp_path)
    write(root, "ledger/main.beancount", written(root)["main.beancount"] + TYPED.format("1320.00"))
    drop(root, a_pdf=BILL)
    assert "déjà là" in imports(root)
    assert balance(root, "Actifs:Clients:Dupont") == Decimal(1320)
    assert [d.path for d in books(root).documents] == ["ledger/pieces/F2026-0031.pdf"]


@pytest.mark.slow
def test_another_amount_than_the_one_written_by_hand_is_told(tmp_path: Path) -> None:
    root = company(tmp_path)
    write(root, "ledger/main.beancount", written(root)["main.beancount"] + TYPED.format("1200.00"))
    drop(root, a_xml=BILL, b_xml=replace(BILL, number="F2026-0032"))
    said = imports(root, status=2)
    assert "F2026-0031 est de 1 320,00 €, et y est saisie pour 1 200,00 €" in said
    assert left(root) == ["a.xml"]
    assert set(entries(root, "facture")) == {"facture:732829320/F2026-0032"}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (replace(BILL, bases={"20": "1000.00"}), "son montant est 1 200,00 € ici, 1 320,00 € là"),
        (replace(BILL, due=date(2026, 10, 15)), "son échéance est 15/10/2026 ici, 30/09/2026 là"),
        (replace(BILL, issued=date(2026, 8, 30)), "sa date est 30/08/2026 ici, 31/08/2026 là"),
        (replace(BILL, prepaid="20.00"), "payé avant est 20,00 € ici, 0,00 € là"),
    ],
)
def test_an_invoice_that_changed_is_told_not_replaced(
    tmp_path: Path, changed: Bill, told: str
) -> None:
    root = company(tmp_path)
    drop(root, a_xml=BILL)
    imports(root)
    before = written(root)
    drop(root, b_xml=changed)
    said = imports(root, status=2)
    assert told in said
    assert (written(root), left(root)) == (before, ["b.xml"])


def test_two_files_of_one_number_and_two_amounts_are_both_left(tmp_path: Path) -> None:
    root = company(tmp_path)
    before = written(root)
    drop(root, a_xml=BILL, b_pdf=replace(BILL, bases={"20": "1000.00"}))
    said = imports(root, status=2)
    assert "un numéro, une facture" in said
    assert (written(root), left(root)) == (before, ["a.xml", "b.pdf"])


@pytest.mark.slow
def test_an_entry_that_a_person_changed_is_never_rewritten(tmp_path: Path) -> None:
    root = company(tmp_path)
    drop(root, a_xml=replace(BILL, due=None, terms="à réception"))
    imports(root)
    path = root / "ledger/importe/factures-2026.beancount"
    text = path.read_text(encoding="utf-8").replace('"Facture F2026-0031"', '"Travaux" ; revu')
    path.write_text(text, encoding="utf-8")
    drop(root, a_pdf=BILL)  # says more: its due date
    imports(root)
    assert '"Travaux" ; revu' in entries(root, "facture")[F31]


def test_of_two_files_of_one_invoice_the_fuller_counts_in_any_order(tmp_path: Path) -> None:
    short = replace(BILL, due=None, terms="à réception")
    for name, first, second in (("a", BILL, short), ("b", short, BILL)):
        root = company(tmp_path / name)
        drop(root, x_xml=first)
        imports(root)
        drop(root, x_pdf=second)
        imports(root)
        assert "echeance: 2026-09-30" in entries(root, "facture")[F31]


def test_the_siren_told_later_makes_no_second_invoice(tmp_path: Path) -> None:
    root = company(tmp_path)
    policy = (root / "relance.yaml").read_text(encoding="utf-8")
    write(root, "relance.yaml", policy.replace('  siren: "732829320"\n', ""))
    drop(root, a_xml=BILL)
    imports(root)
    write(root, "relance.yaml", policy)
    drop(root, a_xml=BILL)
    imports(root)
    assert len(entries(root, "facture")) == 1


# ---------------------------------------------------------------- Bad input


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "ce fichier est vide"),
        (b"\x00\x01\x02", "n'est d'aucune sorte connue"),
        (template("factures").encode(), "vérifiez que c'est le bon"),
        (b"%PDF-1.7\nx", "ce PDF est endommagé"),
        (ubl(BILL).replace(b"1320.00", b"1320.001"), "n'est pas une somme en centimes entiers"),
        (ubl(BILL)[:-40], "ce XML est coupé ou mal formé"),
        (ubl(replace(BILL, issued=date(2062, 1, 1), due=None)), "n'est pas encore venue"),
        (cii(replace(BILL, currency="USD")), "Actifs:Clients:Dupont ne prend que EUR, pas USD"),
    ],
)
def test_the_other_files_go_in(tmp_path: Path, content: bytes, told: str) -> None:
    in_euros = '2010-01-01 open Actifs:Clients:Dupont EUR\n  client: "Menuiserie Dupont"\n'
    root = company(tmp_path, in_euros)
    drop(root, bad_xml=content, good_xml=replace(BILL, number="F2026-0032"))
    said = imports(root, status=2)
    assert "ledger/a-importer/bad.xml" in said
    assert told in said
    assert left(root) == ["bad.xml"]
    assert len(entries(root, "facture")) == 1


def test_books_that_would_not_load_are_not_written(tmp_path: Path) -> None:
    root = company(tmp_path)
    text = written(root)["main.beancount"]
    write(root, "ledger/main.beancount", text + "2026-12-01 balance Produits:Ventes 0 EUR\n")
    before = written(root)
    drop(root, a_xml=BILL)
    said = imports(root, status=2)
    assert "après cet import" in said
    assert (written(root), left(root)) == (before, ["a.xml"])


def test_hostile_texts_stay_texts(tmp_path: Path) -> None:
    root = company(tmp_path)
    hostile = '"\n2026-01-01 open Actifs:Pirate\n; \\" \x1b[31m \u202eevil ^F9 #tag {{ 7*7 }}'
    bill = replace(
        BILL,
        number='F\\2026 "31" ; ^F1',
        buyer=Firm(hostile.replace("\x1b", ""), email="a@b.example"),
    )
    drop(root, a_xml=bill)
    imports(root)
    found = books(root)
    assert [m.invoices for m in found.movements] == [('F\\2026 "31" ; ^F1',)]
    assert "Actifs:Pirate" not in {c.account for c in found.clients}
    drop(root, b_xml=bill)
    assert "déjà là" in imports(root)


def test_nothing_is_written_by_a_trial(tmp_path: Path) -> None:
    root = company(tmp_path)
    before = written(root)
    drop(root, a_xml=BILL)
    assert f'import: "{F31}"' in imports(root, "--essai")
    assert (written(root), left(root)) == (before, ["a.xml"])


def test_files_named_elsewhere_are_copied_and_stay(tmp_path: Path) -> None:
    root = company(tmp_path / "société")
    place = write(tmp_path, "téléchargements/facture.pdf", facturx(BILL))
    imports(root, str(place))
    assert place.exists()
    assert (root / "ledger/pieces/F2026-0031.pdf").read_bytes() == place.read_bytes()


def test_the_include_line_is_added_where_it_lacks(tmp_path: Path) -> None:
    root = company(tmp_path)
    text = written(root)["main.beancount"].replace('include "importe/*.beancount"\n', "")
    write(root, "ledger/main.beancount", text)
    (root / "ledger/importe/0000-entete.beancount").unlink()
    drop(root, a_xml=BILL)
    imports(root)
    assert 'include "importe/*.beancount"\n' in written(root)["main.beancount"]
    assert len(books(root).movements) == 1


def test_a_folder_without_a_client_yet(tmp_path: Path) -> None:
    root = company(tmp_path, "")
    drop(root, a_xml=BILL, b_xml=replace(BILL, number="F2026-0032"))
    imports(root)
    assert [c.name for c in books(root).clients] == ["Menuiserie Dupont"]
    assert 'include "clients.beancount"' in written(root)["main.beancount"]


def test_sheets_of_clients_and_invoices(tmp_path: Path) -> None:
    root = company(tmp_path)
    clients = "Client;Adresse;Code postal;Ville;Courriel;SIREN;Type;Délai\r\n"
    clients += "Garage des Remparts;8 allée;71000;MACON;g@r.example;552100554;pro;45 jours\r\n"
    invoices = "Numéro;Date;Client;Montant TTC;Réglé;Échéance\r\n"
    invoices += "F9;05/10/2026;Garage des Remparts;384,00;;04/11/2026\r\n"
    invoices += "F8;01/10/2026;Menuiserie Dupont;100,00;40,00;31/10/2026\r\n"
    drop(root, clients_csv=clients.encode("cp1252"), factures_csv=invoices.encode("cp1252"))
    imports(root)
    (garage,) = [c for c in books(root).clients if c.siren == "552100554"]
    assert (str(garage.debtor), garage.terms and garage.terms.days) == ("professionnel", 45)
    assert balance(root, garage.account) == Decimal(384)
    assert balance(root, "Actifs:Clients:Dupont") == Decimal(60)


def test_the_empty_sheets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = company(tmp_path)
    monkeypatch.chdir(tmp_path)
    imports(root, "--modele", "clients.csv")
    assert (tmp_path / "clients.csv").read_bytes().startswith(b"\xef\xbb\xbfclient;")
    assert "existe déjà" in imports(root, "--modele", "clients.csv", status=2)


def test_a_creditor_who_is_still_the_model_s_is_told_with_what_the_invoices_say(
    tmp_path: Path,
) -> None:
    """What is told, written to the policy as it is, lets the files in."""
    start(tmp_path)
    drop(tmp_path, a_pdf=BILL, b_pdf=replace(BILL, number="F2026-0032"))
    before = written(tmp_path)
    said = imports(tmp_path, status=2)
    assert "relance.yaml:6:8: le créancier est encore celui du modèle" in said
    assert (written(tmp_path), left(tmp_path)) == (before, ["a.pdf", "b.pdf"])
    key = re.compile(r"^ +((?:nom|adresse|siren|tva|courriel|iban): .*)$", re.MULTILINE)
    keys = "\n".join(key.findall(said))
    assert keys.split("\n")[:3] == [
        'nom: "Atelier Lumen"', 'adresse: ["12 rue des Lanternes", "69004 LYON"]',
        'siren: "732829320"',
    ]  # fmt: skip
    write(tmp_path, "relance.yaml", "creancier:\n" + textwrap.indent(keys, "  "))
    imports(tmp_path)
    assert len(entries(tmp_path, "facture")) == 2


def test_a_letter_encloses_the_original_of_what_it_is_about(tmp_path: Path) -> None:
    """A PDF goes with it; data without a page that a person reads does not."""
    root = company(tmp_path, "")
    drop(root, a_pdf=BILL, b_xml=replace(BILL, number="F2026-0032"))
    imports(root)
    facts = books(root)
    plan = make_plan(OnDay(read_policy(root / "relance.yaml"), facts, date(2026, 10, 12)))
    (letter,) = plan.letters
    assert {line.claim.invoice for line in letter.lines} == {"F2026-0031", "F2026-0032"}
    enclosed = copies(letter, facts.documents)
    assert [document.path for document in enclosed] == ["ledger/pieces/F2026-0031.pdf"]
    assert unreadable(enclosed, read_company(root)) == {}
    assert (root / enclosed[0].path).read_bytes() == facturx(BILL)
