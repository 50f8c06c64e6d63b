"""Sheets of clients and invoices kept by hand, whose columns and payments have many names."""

from __future__ import annotations

from decimal import Decimal

import pytest

from relance.incoming import client_sheet, invoice_sheet, sheets
from relance.incoming.client_sheet import ClientRow
from relance.incoming.csv_profiles import CsvProfile, column_word
from relance.incoming.invoice import DocumentKind, Invoice
from relance.incoming.recognition import recognise
from relance.values.problem import Refusal

CLIENTS = """Mes clients au 01/03/2026;;;;;;;
;;;;;;;
Raison sociale;Adresse 1;CP;Commune;E-mail;Tél.;N° SIRET;Conditions de règlement
Menuiserie Dupont;3 quai des Bois;38000;Grenoble;c@dupont.example;04 76;{SIRET};45 jours fin de mois
"Bœuf & Été; traiteur";;;;;;;à réception
""".replace("{SIRET}", "404 833 048 00022")


def clients(text: str, encoding: str = "cp1252") -> tuple[ClientRow, ...]:
    content = text.encode(encoding)
    reading = recognise(content, "clients.csv").read(content, "clients.csv")
    assert reading.faults == ()
    return tuple(reading.facts)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_clients_are_read_below_a_title_in_every_encoding(encoding: str, separator: str) -> None:
    first, second = clients(CLIENTS.replace("; traiteur", "").replace(";", separator), encoding)
    assert first.party.name == "Menuiserie Dupont"
    assert first.party.address == ("3 quai des Bois", "38000 Grenoble")
    assert (first.party.siren, first.party.siret) == ("404833048", "40483304800022")
    assert first.keys == (
        ("courriel", "c@dupont.example"),
        ("telephone", "04 76"),
        ("delai", "45 fin de mois"),
    )
    assert str(first.source) == "clients.csv:4"
    assert (second.party.name, second.keys) == ("Bœuf & Été", (("delai", "0"),))


def test_a_quoted_cell_holds_the_separator() -> None:
    assert clients(CLIENTS)[1].party.name == "Bœuf & Été; traiteur"


@pytest.mark.parametrize(
    ("column", "cell", "key", "value"),
    [
        ("type", "Entreprise", "type", "professionnel"),
        ("type", "Mairie", "type", "public"),
        ("type", "PARTICULIER", "type", "particulier"),
        ("Type de client", "copropriété", "type", "autre"),
        ("délai", "30", "delai", "30"),
        ("délai", "30j", "delai", "30"),
        ("délai de paiement", "60 jours net", "delai", "60"),
        ("délai", "Fin de mois 45 jours", "delai", "fin de mois 45"),
        ("délai", "comptant", "delai", "0"),
        ("mail", "a@x.example ; b@x.example", "courriel", "a@x.example, b@x.example"),
    ],
)
def test_words_of_people_become_our_own(column: str, cell: str, key: str, value: str) -> None:
    (row,) = clients(f"client\t{column}\nDupont\t{cell}\n")
    assert row.keys == ((key, value),)


def test_a_private_person_has_a_first_name_and_a_country_its_letters() -> None:
    (row,) = clients("Nom;Prénom;Ville;Pays;Téléphone\nMüller;Anna;Köln;Allemagne;1\n")
    assert (row.party.name, row.party.country) == ("Anna Müller", "DE")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (";a@x.example;;;", "sans nom » n'est pas pris : son nom manque"),
        ("Dupont;;12345;;", "le SIREN « 12345 » n'a pas 9 chiffres"),
        ("Dupont;;;revendeur;", "le type « revendeur » n'est pas connu"),
        ("Dupont;;;;quand il peut", "le délai « quand il peut » ne se lit pas"),
    ],
)
def test_a_bad_client_is_told_and_the_others_are_read(row: str, words: str) -> None:
    text = f"client;courriel;siren;type;délai\n{row}\nDurand;;;;\n"
    reading = client_sheet.read(text.encode(), "c.csv")
    assert [client.party.name for client in reading.facts] == ["Durand"]
    assert [str(fault).startswith("c.csv:2: ") for fault in reading.faults] == [True]
    assert words in str(reading.faults[0])


# ---------------------------------------------------------------- Invoices

HEAD = "N° facture;Date facture;Client;Montant TTC;Réglé;Reste dû;Statut;Payée le;Échéance\n"


def invoices(text: str) -> tuple[Invoice, ...]:
    content = text.encode("cp1252")
    reading = recognise(content, "f.csv").read(content, "f.csv")
    assert reading.faults == ()
    return tuple(reading.facts)


@pytest.mark.parametrize(
    ("cells", "total", "prepaid"),
    [
        ("1 320,00 €;;;;", "1320.00", "0"),
        ("1.320,00;300;;;", "1320.00", "300.00"),
        ("1320;;1 020,00;;", "1320.00", "300.00"),
        ("1320;300;1020;partiellement payée;", "1320.00", "300.00"),
        ("1320;;;payée;", "1320.00", "1320.00"),
        ("1320;;;Impayée;", "1320.00", "0"),
        ("1320;;;;12/04/2026", "1320.00", "1320.00"),
        ("1320;oui;;;", "1320.00", "1320.00"),
        ("1320;non;;;", "1320.00", "0.00"),
        ("1320;12/04/2026;;;", "1320.00", "1320.00"),
        ("1320;300;;;12/04/2026", "1320.00", "300.00"),
    ],
)
def test_what_is_paid_is_said_in_many_ways(cells: str, total: str, prepaid: str) -> None:
    (invoice,) = invoices(f"{HEAD}F1;02/03/2026;Dupont;{cells};01/04/26\n")
    assert f"{invoice.total.value}" == total
    assert invoice.prepaid
    assert invoice.prepaid.value == Decimal(prepaid)
    assert invoice.payable.value == invoice.total.value - invoice.prepaid.value
    assert (f"{invoice.issued}", f"{invoice.due}") == ("2026-03-02", "2026-04-01")
    assert str(invoice.payable.source) == "f.csv:2"
    assert invoice.buyer.name == "Dupont"


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ("F1;02/03/2026;Dupont;1320;;;en cours de traitement;;", "ne dit pas si elle est payée"),
        ("F1;02/03/2026;Dupont;1320;0,00;;payée;;", "ne disent pas la même chose"),
        ("F1;02/03/2026;Dupont;1320;300;1000;;;", "ne disent pas la même chose"),
        ("F1;02/03/2026;Dupont;1320;1400;;;;", "plus que son total"),
        ("F1;31/02/2026;Dupont;1320;;;;;", "sa date « 31/02/2026 » n'existe pas"),
        ("F1;02/03/2026;Dupont;1320;;;;;01/02/2026", "son échéance précède sa date"),
        ("F1;02/03/2026;;1320;;;;;", "son nom manque"),
        (";02/03/2026;Dupont;1320;;;;;", "son numéro manque"),
        ("F1;02/03/2026;Dupont;;;;;;", "son montant TTC manque"),
        ("F1;02/03/2026;Dupont;1,320;;;;;", "peut se lire de deux façons"),
        ("F1;02/03/2026;Dupont;12,345678;;;;;", "fractions de centime"),
        ("F1;02/03/2026;Dupont;1320;;;;bientôt;", "sa date « bientôt » n'existe pas"),
    ],
)
def test_a_bad_invoice_is_told_and_the_others_are_read(cells: str, words: str) -> None:
    text = f"{HEAD}{cells}\nF9;02/03/2026;Dupont;12,00;;;;;\n"
    reading = invoice_sheet.read(text.encode(), "f.csv")
    assert [invoice.number for invoice in reading.facts] == ["F9"]
    assert [words in str(fault) for fault in reading.faults] == [True]
    assert str(reading.faults[0].source) == "f.csv:2"
    assert reading.faults[0].remedy


def test_the_same_number_twice_is_told() -> None:
    text = f"{HEAD}F1;02/03/2026;Dupont;12;;;;;\nF1;02/03/2026;Dupont;13;;;;;\n"
    reading = invoice_sheet.read(text.encode(), "f.csv")
    assert [str(invoice.total.value) for invoice in reading.facts] == ["12.00"]
    assert "son numéro est déjà à la ligne 2" in str(reading.faults[0])


def test_credit_notes_are_negative_or_say_so_and_drafts_are_left() -> None:
    text = (
        "type,no,date,client,ttc,avoir sur\n"
        "facture,F1,2026-03-02,Dupont,120.00,\n"
        "avoir,A1,2026-03-03,Dupont,20.00,\n"
        ",A2,2026-03-03,Dupont,-20.00,\n"
        ",A3,2026-03-03,Dupont,20.00,F1\n"
        "devis,D1,2026-03-03,Dupont,900.00,\n"
    )
    found = invoices(text)
    assert [(invoice.number, invoice.kind) for invoice in found] == [
        ("F1", DocumentKind.INVOICE),
        ("A1", DocumentKind.CREDIT_NOTE),
        ("A2", DocumentKind.CREDIT_NOTE),
        ("A3", DocumentKind.CREDIT_NOTE),
    ]
    assert {str(invoice.total.value) for invoice in found[1:]} == {"20.00"}
    assert found[3].refers_to[0].number == "F1"
    remarks = invoice_sheet.read(text.encode(), "f.csv").remarks
    assert ["« D1 » est laissée" in str(remark) for remark in remarks] == [True]


def test_net_and_tax_make_the_total() -> None:
    (invoice,) = invoices("n°;date;client;ht;tva\nF1;02/03/2026;Dupont;100,00;20,00\n")
    assert str(invoice.total.value) == "120.00"
    assert [f"{line.base.value} {line.tax.value}" for line in invoice.vat] == ["100.00 20.00"]
    text = "n°;date;client;ht;tva;ttc\nF1;02/03/2026;Dupont;100,00;20,00;121,00\n"
    assert "n'est pas la somme" in str(invoice_sheet.read(text.encode(), "f.csv").faults[0])


def test_a_column_that_is_only_called_amount_is_with_tax_unless_that_is_in_doubt() -> None:
    text = "n°;date;client;montant;{}\nF1;02/03/2026;Dupont;120;20\n"
    reading = invoice_sheet.read(text.format("objet").encode(), "f.csv")
    assert str(reading.facts[0].total.value) == "120.00"
    assert "lue comme TTC" in str(reading.remarks[0])
    with pytest.raises(Refusal, match="on ne sait si la colonne « montant » est HT ou TTC"):
        invoice_sheet.read(text.format("tva").encode(), "f.csv")


def test_a_column_that_nothing_is_made_of_is_told() -> None:
    text = "n°;date;client;ttc;Encours ?\nF1;02/03/2026;Dupont;120;oui\n"
    reading = invoice_sheet.read(text.encode(), "f.csv")
    assert "« Encours ? »" in str(reading.remarks[0])


# ---------------------------------------------------------------- Both


@pytest.mark.parametrize(
    ("sheet", "kind"), [("clients", client_sheet.KIND), ("factures", invoice_sheet.KIND)]
)
def test_the_empty_sheet_is_recognised_and_holds_nothing(sheet: str, kind: object) -> None:
    content = sheets.template(sheet).encode("utf-8-sig")
    recognised = recognise(content, "x.csv")
    assert recognised is kind
    reading = recognised.read(content, "x.csv")
    assert (reading.facts, reading.faults, reading.remarks) == ((), (), ())


def test_every_name_of_a_column_means_one_thing() -> None:
    for sheet in ("clients", "factures"):
        words = [column_word(w) for known in sheets.columns_of(sheet).values() for w in known]
        assert sorted(words) == sorted(set(words))


@pytest.mark.parametrize("text", ["", "a;b\n1;2\n", "bonjour", "client;montant\n"])
def test_other_tables_are_not_taken_for_sheets(text: str) -> None:
    with pytest.raises(Refusal, match=r"aucune sorte connue|est vide"):
        recognise(text.encode(), "x.csv")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{HEAD}F1;02/03/2026;Dupont\0;1320\n", "n'est pas un texte"),
        (f'{HEAD}F1;02/03/2026;"Dupont;1320\n' * 2, "un guillemet n'est pas refermé"),
        (HEAD + "\n" * 50_001, "plus de 50000 lignes"),
    ],
)
def test_a_sheet_that_cannot_be_read_is_refused(text: str, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        invoice_sheet.read(text.encode(), "f.csv")


def test_a_sheet_of_invoices_is_no_statement_and_a_statement_no_sheet_of_clients() -> None:
    invoices = "Date;Libellé;Montant;Client;N° facture\n02/03/2026;Travaux;120,00;Dupont;F1\n"
    assert recognise(invoices.encode(), "x.csv") is invoice_sheet.KIND
    bank = "Date;Libellé;Montant;Nom;Type\n02/03/2026;VIR DUPONT;120,00;Dupont;virement\n"
    own = CsvProfile("la nôtre", "Date", ("Libellé",), "Montant")
    assert recognise(bank.encode(), "x.csv", [own]).name != client_sheet.KIND.name


def test_hostile_cells_lose_their_marks() -> None:
    text = 'client;courriel\n"x"" \x1b[31m\u202egnp\n2026-01-01 open Actifs:Vol";a@x.example\n'
    (row,) = clients(text, "utf-8")
    assert row.party.name == 'x" [31mgnp 2026-01-01 open Actifs:Vol'
