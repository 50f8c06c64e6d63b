"""A bank's CSV: the header wherever it is, labels over several lines, amounts as people write
them, and what is no line."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from relance.incoming.bank_csv import read
from relance.incoming.bank_statement import Balance, Statement
from relance.incoming.csv_profiles import CsvProfile, best_profile, known_banks
from relance.incoming.reading import Reading
from relance.ledger.bank_profiles import own_profiles
from relance.policy.importing import ImportSettings
from relance.values.problem import Refusal

# The shape of a Crédit Agricole export: eight lines about the account, labels over several lines,
# thousands by a no-break space, the newest first, then a card with its own header.
AGRICOLE = """Téléchargement du 02/02/2026;;;;

M. EXEMPLE;;;;
Compte Courant professionnel carte n° 00012345678;;;;
Solde au 02/02/2026 3\u00a0815,86 €;;;;

Liste des opérations du compte entre le 01/01/2026 et le 02/02/2026;;;;

Date;Libellé;Débit euros;Crédit euros;
30/01/2026;"VIREMENT EN VOTRE FAVEUR
MENUISERIE DUPONT
FACTURE F2026-0031
";;1\u00a0320,00;
20/01/2026;"PRELEVEMENT
PAPETERIE MARTIN FA-2026-118
";300,00;;
15/01/2026;"VIR INST COMMUNE DE VALBOIS
F2026-0024 F2026-0025";;2\u202f400,00;
12/01/2026;"REJET DE PRELEVEMENT SALLE EQUILIBRE";86,40;;

M. EXEMPLE
VISA n° 4533 07XX XXXX XX60;

Date;Libellé;Débit euros;Crédit euros;
11/01/2026;"RESTAURANT";25,00;;
;Pas d'autre opération;
"""


def read_known(text: str, encoding: str = "cp1252") -> Reading[Statement]:
    return read(text.encode(encoding), "export.csv", known_banks())


def test_the_shape_of_a_credit_agricole_export() -> None:
    reading = read_known(AGRICOLE.replace("\u202f", "\u00a0").replace("\n", "\r\n"))
    assert reading.faults == reading.remarks == ()
    account, card = reading.facts
    assert account.form == "CSV Crédit Agricole"
    assert account.account.number == "00012345678"
    assert account.closing
    assert (account.closing.date, account.closing.amount) == (
        dt.date(2026, 2, 2),
        Decimal("3815.86"),
    )
    assert [(line.date.day, line.amount) for line in account.lines] == [
        (30, Decimal("1320.00")),
        (20, Decimal("-300.00")),
        (15, Decimal("2400.00")),
        (12, Decimal("-86.40")),
    ]
    assert account.lines[0].labels == (
        "VIREMENT EN VOTRE FAVEUR",
        "MENUISERIE DUPONT",
        "FACTURE F2026-0031",
    )
    assert [str(line.source) for line in account.lines] == [
        "export.csv:10",
        "export.csv:14",
        "export.csv:17",
        "export.csv:19",
    ]
    assert [line.reversal is None for line in account.lines] == [True, True, True, False]
    assert card.account.number == "453307XXXXXXXX60"
    assert [line.amount for line in card.lines] == [Decimal(-25)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_other_characters_and_a_narrow_space(encoding: str) -> None:
    assert read_known(AGRICOLE, encoding).facts[0].lines[2].amount == Decimal(2400)


def test_what_stands_above_the_header_by_cells() -> None:
    text = (
        '="0234500012345678";21/01/2026;19/02/2026;1;19/02/2026;1234,37 EUR\n\n'
        "Date de l'opération;Libellé;Détail de l'écriture;Montant de l'opération;Devise\n"
        "19/02/2026;VIR RECU 508;VIR RECU 508 DE: NADIA ETIENNE ;50,00;EUR\n"
    )
    (statement,) = read_known(text).facts
    assert statement.form == "CSV Société Générale"
    assert statement.account.number == "0234500012345678"
    assert statement.closing
    assert statement.closing.amount == Decimal("1234.37")
    assert statement.lines[0].labels == ("VIR RECU 508 DE: NADIA ETIENNE", "VIR RECU 508")


def test_what_stands_above_the_header_by_words() -> None:
    text = (
        "Numéro Compte   ;5380245H033\nType         ;CCP\nCompte tenu en  ;euros\n"
        "Date            ;08/02/2026\nSolde (EUROS)   ;887,61\nSolde (FRANCS)  ;5822,34\n\n"
        'Date;Libellé;Montant(EUROS);Montant(FRANCS)\n07/02/2026;"VIREMENT DE X";-12,5;-82\n'
    )
    (statement,) = read_known(text).facts
    assert statement.form == "CSV La Banque Postale"
    assert statement.account.number == "5380245H033"
    assert statement.closing
    assert (statement.closing.date.day, statement.closing.amount) == (8, Decimal("887.61"))
    assert statement.lines[0].amount == Decimal("-12.50")


def test_a_running_balance_that_lacks_a_line_is_told() -> None:
    header = "Date;Date de valeur;Débit;Crédit;Libellé;Solde\n"
    rows = "02/02/2026;02/02/2026;;10,00;A;110,00\n03/02/2026;03/02/2026;-5,00;;B;125,00\n"
    (statement,) = read_known(header + rows).facts
    # 110.00 - 10.00 before, 10.00 - 5.00 of lines, 125.00 after: 20.00 lack
    assert statement.gap == Decimal("20.00")
    assert read_known(header + rows).remarks


def test_two_accounts_in_one_file() -> None:
    text = (
        "dateOp;dateVal;label;category;categoryParent;amount;accountNum;accountLabel\n"
        "2026-02-02;2026-02-02;VIR A;;;80,00;001234;COURANT\n"
        "2026-02-02;2026-02-02;VIR B;;;-1 000,00;003607;LIVRET\n"
    )
    statements = read_known(text, "utf-8").facts
    assert [each.account.number for each in statements] == ["001234", "003607"]
    assert [each.lines[0].amount for each in statements] == [Decimal(80), Decimal(-1000)]


def test_operations_that_have_not_happened_are_left_and_told() -> None:
    header = (
        "Status,Settlement date (UTC),Total amount (incl. VAT),Currency,Counterparty name,"
        "Transaction ID,Reference,Note\n"
    )
    rows = (
        'settled,2026-02-02 10:00:00,"120.00",EUR,Nadia Étienne,t-1,F2026-0031,\n'
        "processing,2026-02-03 10:00:00,50.00,EUR,X,t-2,,\ndeclined,,50.00,EUR,X,t-3,,\n"
    )
    reading = read_known(header + rows, "utf-8")
    (line,) = reading.facts[0].lines
    assert (line.amount, line.party, line.reference) == (Decimal(120), "Nadia Étienne", "t-1")
    assert "refusées : 2" in reading.remarks[0].what


ROWS = {
    "31/02/2026;A;5,00;": "sa date « 31/02/2026 » n'existe pas",
    ";A;5,00;": "sa date manque",
    "01/02/2026;A;;": "son montant manque",
    "01/02/2026;A;x;": "son montant « x » n'est pas un nombre",
    "01/02/2026;A;5.00;": "son montant « 5.00 » n'est pas un nombre",
    "01/02/2026;A;5,123456789012345;": "fractions de centime",
    "01/02/2026;A;5,00;6,00": "se contredisent",
    "01/02/2026;A;;-6,00": "se contredisent",
    '01/02/2026;"A;5,00;': "n'est pas refermé",
    '01/02/2026;"A\n02/02/2026;B;5,00;\n";;6,00': "n'est pas refermé",
    "01/02/2026": "son montant manque",
}


@pytest.mark.parametrize(("row", "expected"), ROWS.items())
def test_a_line_that_cannot_be_taken_is_told(row: str, expected: str) -> None:
    reading = read_known(f"Date;Libellé;Débit euros;Crédit euros\n{row}\n")
    assert reading.facts[0].lines == ()
    (fault,) = reading.faults
    assert expected in fault.what
    assert (fault.source.line, bool(fault.remedy)) == (2, True)


def test_totals_are_no_lines_and_are_told() -> None:
    rows = "02/02/2026;SOLDE FACTURE 31;;5,00\nTotal;;0,00;5,00\nSolde créditeur;;;125,00\n"
    reading = read_known(f"Date;Libellé;Débit euros;Crédit euros\n{rows}")
    assert [line.labels for line in reading.facts[0].lines] == [("SOLDE FACTURE 31",)]
    assert [remark.source.line for remark in reading.remarks] == [3, 4]


def test_columns_that_nobody_knows_are_refused_with_the_way_out() -> None:
    with pytest.raises(Refusal, match=r"importer\.csv"):
        read_known("Jour;Texte;Somme\n01/02/2026;A;5,00\n")


def test_a_firm_names_its_own_bank_s_columns() -> None:
    own = CsvProfile("ma-banque", "JOUR", ("texte", "suite"), amount="Somme", party="Qui")
    text = "Jour;Somme;Texte;Suite;QUI\n1/2/26;+5,00;A;B;C\n01.02.2026;5,00-;A;B;C\n"
    (statement,) = read(text.encode(), "e.csv", (own, *known_banks())).facts
    assert [line.amount for line in statement.lines] == [Decimal(5), Decimal(-5)]
    assert statement.lines[0].date == dt.date(2026, 2, 1)
    assert statement.lines[0].labels == ("A", "B")
    assert statement.lines[0].party == "C"


def test_a_firm_s_own_columns_say_all_that_those_of_known_banks_do() -> None:
    """The same export, read with the keys of `importer.csv`: state, point before the cents, and
    what stands above the header, one by its word and one by its cell."""
    written = {
        "date": "Jour",
        "libelle": "Texte",
        "montant": "Somme",
        "statut": "État",
        "passe": ["passée", "Réglée"],
        "decimale": ".",
        "avant": {"compte": "2", "jour-du-solde": "Arrêté le", "solde": "En caisse"},
    }
    settings = ImportSettings.model_validate({"csv": {"ma-banque": written}})
    text = (
        "Compte;00012345678;pro\nArrêté le;28/02/2026\nEn caisse;1,320.50\n\n"
        "Jour;Texte;Somme;État\n03/02/2026;VIR F2026-0031;1,320.00;PASSÉE\n"
        "04/02/2026;VIR;480.00;en attente\n05/02/2026;VIR;0.50;reglee\n"
    )
    reading = read(text.encode(), "e.csv", (*own_profiles(settings), *known_banks()))
    (statement,) = reading.facts
    assert statement.account.number == "00012345678"
    assert statement.closing == Balance(dt.date(2026, 2, 28), Decimal("1320.50"))
    assert [line.amount for line in statement.lines] == [Decimal(1320), Decimal("0.50")]
    assert "refusées : 1" in reading.remarks[0].what


def test_the_richest_profile_is_the_bank_s() -> None:
    header = ["Date", "Date de valeur", "Débit", "Crédit", "Libellé", "Solde"]
    poorer = CsvProfile("x", "Date", ("Libellé",), debit="Débit", credit="Crédit")
    best = best_profile(header, (poorer, *known_banks()))
    assert best
    assert best.name == "credit-mutuel-cic"
    assert best_profile(header[:2], known_banks()) is None


def test_at_least_eight_banks_are_known_each_with_its_origin() -> None:
    assert len({profile.bank.split(" (")[0] for profile in known_banks()}) >= 8
    assert all(profile.origin.startswith("https://") for profile in known_banks())
    headers = [profile.columns for profile in known_banks()]
    assert len(set(headers)) == len(headers)
