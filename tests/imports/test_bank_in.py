"""Bank statements that come in: what is written, what is there already, what is in doubt."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import bankfiles as bank
from bankfiles import Month, Paid
from inboxes import balance, books, company, drop, entries, imports, left, write, written
from relance.claims.on_day import OnDay
from relance.decision.planner import make_plan
from relance.incoming.csv_profiles import known_banks
from relance.policy.reader import read_policy

CLIENTS = """\
2010-01-01 open Actifs:Clients:Dupont
  client: "Menuiserie Dupont"
2010-01-01 open Actifs:Clients:Muller
  client: "Garage Muller et Fils"
2026-01-05 * "Menuiserie Dupont" "Facture" ^F2026-0031
  Actifs:Clients:Dupont   1320.00 EUR
  Produits:Ventes
2026-01-06 * "Garage Muller et Fils" "Facture" ^F2026-0032
  Actifs:Clients:Muller   480.00 EUR
  Produits:Ventes
"""


def paid(day: int, amount: str, label: str, party: str = "", **more: str) -> Paid:
    return Paid(date(2026, 2, day), Decimal(amount), label, party, **more)


F31 = paid(3, "1320.00", "VIR F2026-0031", "MENUISERIE DUPONT", reference="C31")
F32 = paid(5, "480.00", "VIR SEPA", "GARAGE MULLER ET FILS", reference="C32")
STRANGER = paid(9, "77.00", "VIREMENT", "MME X", reference="C99")
SUPPLIER = paid(12, "-60.00", "PRLV EDF", "EDF", reference="D1")


def month(*lines: Paid, opening: str = "1000.00", first: int = 1, last: int = 28) -> Month:
    return Month(Decimal(opening), lines, date(2026, 2, first), date(2026, 2, last))


FEBRUARY = month(F31, F32, STRANGER, SUPPLIER)


def flags(root: Path) -> dict[str, str]:
    """Flag and grade of each line written, by the bank's reference."""
    found = {}
    for name, text in entries(root, "banque").items():
        grade = text.partition('rapprochement: "')[2].partition(" :")[0]
        found[name.partition("/")[2].partition("@")[0]] = f"{text.split(' ')[1]} {grade}".strip()
    return found


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("xml", bank.camt(FEBRUARY)),
        ("cfo", bank.cfonb(FEBRUARY)),
        ("ofx", bank.ofx(FEBRUARY)),
        ("sta", bank.mt940(FEBRUARY)),
    ],
)
def test_credits_are_written_by_their_grade(tmp_path: Path, kind: str, content: bytes) -> None:
    root = company(tmp_path, CLIENTS)
    drop(root, **{f"releve_{kind}": content})
    imports(root)
    assert flags(root) == {"C31": "* sûr", "C32": "! probable", "C99": "! inconnu"}
    assert balance(root, "Actifs:Banque") == Decimal("1877.00")
    assert balance(root, "Actifs:Attente") == Decimal("-77.00")
    assert balance(root, "Actifs:Clients:Dupont") == 0
    assert left(root) == []


LETTER = """\
2026-01-30 document Actifs:Clients:Dupont "../lettres/R20260130-01.pdf" #relance ^R20260130-01
  relance: "R20260130-01"
  etape: "relance-2"
  rang: 2
  parcours: "standard"
  total: 1365.00 EUR
  penalites: 5.00 EUR
  indemnite: 40.00 EUR
2026-01-30 note Actifs:Clients:Dupont "" #relance ^F2026-0031 ^R20260130-01
  relance: "R20260130-01"
  facture: "F2026-0031"
  tranche: 1
  etape: "relance-2"
  rang: 2
  parcours: "standard"
  echeance: 2026-01-15
  solde: 1320.00 EUR
"""


@pytest.mark.parametrize("income", ["", "2010-01-01 open Produits:Penalites\n"])
def test_a_letters_total_pays_the_penalties_it_asked(tmp_path: Path, income: str) -> None:
    """45 beyond 1 320: income where the books have an account for it, else on the client's."""
    ledger = CLIENTS + income
    ledger = ledger.replace(
        '"Menuiserie Dupont"\n', '"Menuiserie Dupont"\n  type: "professionnel"\n'
    )
    ledger = ledger.replace("^F2026-0031", "^F2026-0031\n  echeance: 2026-01-15")
    root = company(tmp_path, ledger)
    write(root, "out/registre/2026-01-30.beancount", f'option "name_assets" "Actifs"\n{LETTER}')
    write(root, "out/lettres/R20260130-01.pdf", "")
    line = paid(3, "1365.00", "VIR R20260130-01", "MENUISERIE DUPONT", reference="C31")
    drop(root, releve_xml=bank.camt(month(line)))
    imports(root)
    assert flags(root) == {"C31": "* sûr"}
    assert balance(root, "Actifs:Clients:Dupont") == (0 if income else -45)
    on = OnDay(read_policy(root / "relance.yaml"), books(root), date(2026, 2, 28))
    (account,) = on.penalties.all()
    assert account.paid.total == account.demanded.total == Decimal(45)


def test_the_entry_says_who_paid_and_why_it_is_matched(tmp_path: Path) -> None:
    root = company(tmp_path, CLIENTS)
    line = replace(F31, iban="FR7630004000820000123450176", end_to_end="E2E-7")
    drop(root, releve_xml=bank.camt(month(line)))
    imports(root)
    (text,) = entries(root, "banque").values()
    head, _, postings = text.partition("  empreinte:")
    assert head.split("\n")[:3] == [
        '2026-02-03 * "Menuiserie Dupont" "VIR F2026-0031" ^F2026-0031',
        '  import: "banque:banque/C31@2026-02-03=1320.00"',
        head.split("\n")[2],
    ]
    assert '  payeur: "MENUISERIE DUPONT"\n  iban-payeur: "FR7630004000820000123450176"' in head
    assert '  bout-en-bout: "E2E-7"' in head
    assert '  rapprochement: "sûr : cite F2026-0031, et le montant est son solde"' in head
    assert postings.split("\n")[1:3] == [
        "  Actifs:Banque           1320.00 EUR",
        "  Actifs:Clients:Dupont  -1320.00 EUR",
    ]
    (movement,) = [m for m in books(root).movements if m.number < 0]
    assert (movement.invoices, movement.unread) == (("F2026-0031",), ())


def test_all_lines_when_the_policy_says_so_and_their_balance(tmp_path: Path) -> None:
    reprise = '2026-01-31 * "Reprise"\n  Actifs:Banque  1000.00 EUR\n  Capitaux:Reprise\n'
    root = company(tmp_path, CLIENTS + reprise, "importer: {lignes: toutes}\n")
    drop(root, releve_xml=bank.camt(FEBRUARY))
    imports(root)
    assert balance(root, "Actifs:Banque") == FEBRUARY.closing == Decimal("2817.00")
    (asserted,) = entries(root, "solde").values()
    assert asserted.startswith("2026-03-01 balance Actifs:Banque")
    assert "2817.00 EUR" in asserted


def test_no_balance_where_the_books_lack_what_came_before(tmp_path: Path) -> None:
    root = company(tmp_path, CLIENTS, "importer: {lignes: toutes}\n")
    drop(root, releve_xml=bank.camt(FEBRUARY))
    imports(root)
    assert entries(root, "solde") == {}
    reprise = '2026-01-31 * "Reprise"\n  Actifs:Banque  1000.00 EUR\n  Capitaux:Reprise\n'
    write(root, "ledger/main.beancount", written(root)["main.beancount"] + reprise)
    march = Month(FEBRUARY.closing, (), date(2026, 3, 1), date(2026, 3, 31))
    drop(root, mars_xml=bank.camt(march))
    imports(root)
    assert [text.split(" ")[0] for text in entries(root, "solde").values()] == [
        "2026-03-01",
        "2026-04-01",
    ]


def test_a_statement_that_does_not_tie_is_told_and_asserts_nothing(tmp_path: Path) -> None:
    root = company(tmp_path, CLIENTS, "importer: {lignes: toutes}\n")
    wrong = bank.camt(FEBRUARY).replace(b">2817.00<", b">2800.00<")
    drop(root, releve_xml=wrong)
    assert "ne tombe pas juste" in imports(root)
    assert entries(root, "solde") == {}
    assert len(entries(root, "banque")) == 4


# ---------------------------------------------------------------- Nothing twice


@pytest.mark.slow
def test_an_overlapping_statement_adds_only_what_is_new(tmp_path: Path) -> None:
    root = company(tmp_path, CLIENTS)
    drop(root, a_xml=bank.camt(month(F31, F32, last=6)))
    imports(root)
    drop(root, b_xml=bank.camt(month(F32, STRANGER, opening="2320.00", first=4)))
    imports(root)
    assert set(flags(root)) == {"C31", "C32", "C99"}
    assert balance(root, "Actifs:Banque") == Decimal("1877.00")


@pytest.mark.parametrize("other", ["Charges:Banque", "Passifs:Banque"])
def test_lines_stay_on_their_account_beside_one_of_like_name(tmp_path: Path, other: str) -> None:
    root = company(tmp_path, f"{CLIENTS}2010-01-01 open {other}\n")
    drop(root, a_xml=bank.camt(month(F31, last=6)))
    imports(root)
    drop(root, b_xml=bank.camt(month(STRANGER, opening="2320.00", first=6)))
    imports(root)
    assert (balance(root, "Actifs:Banque"), balance(root, other)) == (Decimal(1397), Decimal(0))


def test_two_equal_lines_of_a_day_are_two_payments(tmp_path: Path) -> None:
    root = company(tmp_path, CLIENTS)
    twice = [paid(9, "77.00", "VIREMENT", "MME X")] * 2
    for name in ("a", "b"):
        drop(root, **{f"{name}_xml": bank.camt(month(*twice)).replace(b"S-", name.encode())})
        imports(root)
    assert balance(root, "Actifs:Banque") == Decimal("154.00")


def test_a_line_that_changed_at_the_bank_is_told(tmp_path: Path) -> None:
    root = company(tmp_path, CLIENTS)
    drop(root, a_xml=bank.camt(month(F31, STRANGER)))
    imports(root)
    before = written(root)
    drop(root, b_xml=bank.camt(month(replace(F31, amount=Decimal("1230.00")), STRANGER)))
    said = imports(root, status=2)
    assert "la ligne C31 a changé : 1 230,00 € le 03/02/2026, et 1 320,00 €" in said
    assert (written(root), left(root)) == (before, ["b.xml"])


def test_the_same_month_in_two_formats_comes_in_once(tmp_path: Path) -> None:
    # Without references, each format has its own ids.
    lines = [replace(line, reference="") for line in (F31, F32, STRANGER)]
    for name, files in (
        ("a", [("x_xml", bank.camt), ("x_sta", bank.mt940)]),
        ("b", [("x_sta", bank.mt940), ("x_xml", bank.camt)]),
    ):
        root = company(tmp_path / name, CLIENTS)
        for file, form in files:
            drop(root, **{file: form(month(*lines))})
            imports(root)
        assert balance(root, "Actifs:Banque") == Decimal("1877.00")
    first, second = (written(tmp_path / name) for name in ("a", "b"))
    assert first == second


def test_what_may_be_the_same_in_another_format_is_told_and_held(tmp_path: Path) -> None:
    root = company(tmp_path, CLIENTS)
    drop(root, a_xml=bank.camt(month(replace(STRANGER, reference=""))))
    imports(root)
    drop(root, b_ofx=bank.ofx(month(paid(9, "77.00", "REMISE", ""))))
    imports(root)
    doubted = [text for text in entries(root, "banque").values() if "peut-être la même" in text]
    assert len(doubted) == 1
    assert doubted[0].startswith("2026-02-09 !")


@pytest.mark.slow
@pytest.mark.parametrize("sort", ["052", "054"])
def test_what_the_bank_sends_before_the_statement_is_not_booked_with_it(
    tmp_path: Path, sort: str
) -> None:
    early = [replace(line, reference=f"N{n}") for n, line in enumerate((F31, F32))]
    for name, order in (("a", (sort, "053")), ("b", ("053", sort))):
        root = company(tmp_path / name, CLIENTS)
        for each in order:
            lines = early if each == sort else (F31, F32)
            drop(root, x_xml=bank.camt(month(*lines), sort=each))
            imports(root)
        assert balance(root, "Actifs:Banque") == Decimal("1800.00")
        assert set(flags(root)) == {"C31", "C32"}


def test_a_payment_that_a_person_wrote_is_not_written_again(tmp_path: Path) -> None:
    typed = """
2026-02-04 * "Menuiserie Dupont" "Virement" ^F2026-0031
  Actifs:Banque           1320.00 EUR
  Actifs:Clients:Dupont
"""
    root = company(tmp_path, CLIENTS + typed)
    drop(root, a_xml=bank.camt(FEBRUARY))
    said = imports(root)
    assert "1 320,00 € du 03/02/2026 : déjà saisi à la main" in said
    assert balance(root, "Actifs:Clients:Dupont") == 0
    assert balance(root, "Actifs:Banque") == Decimal("1877.00")
    drop(root, b_xml=bank.camt(FEBRUARY))
    imports(root)
    assert balance(root, "Actifs:Banque") == Decimal("1877.00")


def test_a_part_payment_is_known_by_its_invoice_as_the_policy_reads_links(tmp_path: Path) -> None:
    typed = """
2026-02-03 * "Menuiserie Dupont" "Virement" ^facture-F2026-0031
  Actifs:Banque           300.00 EUR
  Actifs:Clients:Dupont
"""
    policy = 'grand-livre: {facture: {lien: "(?:facture-)?(F.*)"}}\n'
    root = company(tmp_path, CLIENTS + typed, policy)
    drop(root, a_xml=bank.camt(month(replace(F31, amount=Decimal(300)))))
    imports(root)
    assert balance(root, "Actifs:Banque") == Decimal(300)


@pytest.mark.slow
def test_one_entry_written_by_hand_is_one_line(tmp_path: Path) -> None:
    """Two clients pay the same sum on one day; a person wrote the payment of one of them."""
    ledger = (
        CLIENTS.replace("480.00", "1320.00")
        + """
2026-02-03 * "Menuiserie Dupont" "Virement" ^F2026-0031
  Actifs:Banque           1320.00 EUR
  Actifs:Clients:Dupont
"""
    )
    other = paid(3, "1320.00", "VIR F2026-0032", "GARAGE MULLER ET FILS", reference="C32")
    root = company(tmp_path, ledger)
    drop(root, a_xml=bank.camt(month(other, F31)))
    imports(root)
    assert balance(root, "Actifs:Clients") == 0
    assert balance(root, "Actifs:Banque") == Decimal("2640.00")


# ---------------------------------------------------------------- Persons


@pytest.mark.slow
def test_what_a_person_settled_stays(tmp_path: Path) -> None:
    root = company(tmp_path, CLIENTS)
    drop(root, a_xml=bank.camt(FEBRUARY))
    imports(root)
    path = root / "ledger/importe/banque-2026.beancount"
    text = path.read_text(encoding="utf-8")
    settled = text.replace('2026-02-09 ! "MME X"', '2026-02-09 * "MME X"').replace(
        "Actifs:Attente", "Produits:Ventes"
    )
    assert settled != text
    path.write_text(settled, encoding="utf-8")
    march = Month(FEBRUARY.closing, (), date(2026, 3, 1), date(2026, 3, 31))
    drop(root, b_xml=bank.camt(FEBRUARY, march))
    imports(root)
    assert flags(root)["C99"] == "* inconnu"
    assert balance(root, "Actifs:Attente") == 0


@pytest.mark.slow
@pytest.mark.parametrize("ledger", [CLIENTS, ""], ids=["clients", "no client yet"])
def test_later_facts_match_earlier_drafts(tmp_path: Path, ledger: str) -> None:
    """A payment that came in before its invoice is matched when the invoice comes in."""
    from electronic import Bill  # noqa: PLC0415

    root = company(tmp_path, ledger)
    line = paid(20, "600.00", "VIR F2026-0040", "SAS NOUVELLE", reference="C40")
    drop(root, a_xml=bank.camt(month(line)))
    imports(root)
    assert flags(root)["C40"] == "! inconnu"
    bill = Bill("F2026-0040", date(2026, 2, 10), bases={"20": "500.00"}, iban=bank.IBAN)
    drop(root, b_xml=bill)
    assert "Rapprochement refait : 1 règlement" in imports(root)
    assert flags(root)["C40"] == "* sûr"


# ---------------------------------------------------------------- Accounts and days


def test_an_account_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    root = company(tmp_path, CLIENTS)
    drop(root, a_xml=bank.camt(replace(FEBRUARY, iban="FR7630006000011234567890189")))
    said = imports(root, status=2)
    assert "FR7630006000011234567890189 n'est d'aucun compte connu" in said
    assert 'importer: {comptes: {"FR7630006000011234567890189": Actifs:Banque}}' in said
    assert left(root) == ["a.xml"]


@pytest.mark.parametrize(
    ("kind", "content"), [("cfo", bank.cfonb(FEBRUARY)), ("ofx", bank.ofx(FEBRUARY))]
)
def test_the_remedy_for_an_account_is_one(tmp_path: Path, kind: str, content: bytes) -> None:
    other = "  iban: FR7630006000011234567890189\n"
    root = company(tmp_path, CLIENTS)
    policy = (root / "relance.yaml").read_text(encoding="utf-8")
    write(root, "relance.yaml", policy.replace(f"  iban: {bank.IBAN}\n", other))
    drop(root, **{f"a_{kind}": content})
    said = imports(root, status=2)
    remedy = re.search(r"importer: \{comptes: .*\}\}", said)
    assert remedy
    policy = (root / "relance.yaml").read_text(encoding="utf-8")
    write(root, "relance.yaml", f"{policy}{remedy[0]}\n")
    imports(root)
    assert balance(root, "Actifs:Banque") == Decimal("1877.00")


def test_accounts_are_found_by_iban_and_by_number(tmp_path: Path) -> None:
    ledger = CLIENTS + "2010-01-01 open Actifs:Banque:Livret\n2010-01-01 open Actifs:Banque:Pro\n"
    other = "FR7630006000011234567890189"
    named = f"{bank.IBAN}: Actifs:Banque:Pro, {other}: Actifs:Banque:Livret"
    policy = f"importer: {{comptes: {{{named}}}}}\n"
    root = company(tmp_path, ledger, policy)
    drop(root, a_cfo=bank.cfonb(month(F31)), b_xml=bank.camt(replace(month(F32), iban=other)))
    imports(root)
    assert balance(root, "Actifs:Banque:Pro") == Decimal(1320)
    assert balance(root, "Actifs:Banque:Livret") == Decimal(480)


def test_a_payment_before_the_client_s_account_is_opened_waits_for_a_person(tmp_path: Path) -> None:
    late = '2026-02-10 open Actifs:Clients:Odile\n  client: "Odile Lambert"\n'
    root = company(tmp_path, CLIENTS + late)
    line = paid(3, "50.00", "VIREMENT", "ODILE LAMBERT", reference="C1")
    drop(root, a_xml=bank.camt(month(line)))
    imports(root)
    (text,) = entries(root, "banque").values()
    assert text.startswith("2026-02-03 !")
    assert "Actifs:Clients:Odile ne prend pas d'écriture de ce jour" in text
    assert balance(root, "Actifs:Attente") == Decimal(-50)


def test_an_export_that_names_no_account_is_of_the_one_that_is_chosen(tmp_path: Path) -> None:
    two = CLIENTS + "2010-01-01 open Actifs:Banque:Livret\n"
    root = company(tmp_path, two)
    profile = next(each for each in known_banks() if not (each.account or each.above.account))
    drop(root, a_csv=bank.csv_export(month(F31), profile))
    assert "quel compte de banque ?" in imports(root, status=2)
    unknown = imports(root, "--compte", "Actifs:Rien", status=2)
    assert "a.csv: « Actifs:Rien » (--compte) n'est pas ouvert" in unknown
    imports(root, "--compte", "Actifs:Banque:Livret")
    assert balance(root, "Actifs:Banque:Livret") == Decimal(1320)


OWN_COLUMNS = f"""
importer:
  attente: Passifs:AReclasser
  comptes: {{{bank.IBAN}: Actifs:Banque, "00012345678": Actifs:Banque:Livret}}
  csv:
    la-notre:
      {{date: Jour, libelle: [Texte, Suite], {{}}, valeur: Valeur, reference: Ref, payeur: Qui,
        iban-payeur: Iban, devise: Monnaie, solde: Reste, compte: N}}
"""


@pytest.mark.parametrize("columns", ["montant: Somme", "debit: Moins, credit: Somme"])
def test_every_column_that_a_firm_names_is_read(tmp_path: Path, columns: str) -> None:
    ledger = f"{CLIENTS}2010-01-01 open Actifs:Banque:Livret\n"
    root = company(tmp_path, ledger, OWN_COLUMNS.replace("{}", columns))
    text = "Jour;Texte;Suite;Somme;Moins;Valeur;Ref;Qui;Iban;Monnaie;Reste;N\n"
    text += "09/02/2026;VIR;SEPA;77,00;;10/02/2026;C9;MME X;FR7630004000820000123450176;EUR;"
    drop(root, a_csv=f"{text}177,00;00012345678\n".encode())
    imports(root)
    ((name, entry),) = entries(root, "banque").items()
    assert name == "banque:banque-livret/C9@2026-02-09=77.00"
    assert entry.startswith('2026-02-09 ! "MME X" "VIR · SEPA"')
    assert '  payeur: "MME X"\n  iban-payeur: "FR7630004000820000123450176"' in entry
    assert "  date-valeur: 2026-02-10" in entry
    assert balance(root, "Actifs:Banque:Livret") == Decimal(77)
    assert balance(root, "Passifs:AReclasser") == Decimal(-77)
    (statement,) = entries(root, "releve").values()
    assert "  solde-initial: 100.00 EUR\n  solde-final: 177.00 EUR" in statement


def test_the_same_file_under_two_names_comes_in_once(tmp_path: Path) -> None:
    root = company(tmp_path, CLIENTS)
    drop(root, a_xml=bank.camt(FEBRUARY), b_xml=bank.camt(FEBRUARY))
    imports(root)
    assert balance(root, "Actifs:Banque") == Decimal("1877.00")
    assert len(entries(root, "releve")) == len(list((root / "ledger/releves").iterdir())) == 1
    assert left(root) == []


def test_days_to_come_are_refused(tmp_path: Path) -> None:
    root = company(tmp_path, CLIENTS)
    drop(root, a_xml=bank.camt(month(replace(F31, date=date(2062, 2, 3)))))
    assert "qui n'est pas encore venu" in imports(root, status=2)


def test_a_statement_that_lacks_is_told_and_the_bank_known_up_to_it(tmp_path: Path) -> None:
    policy = "grand-livre: {banque: {comptes: [Actifs:Banque], fraicheur: 7}}\n"
    root = company(tmp_path, CLIENTS, policy)
    drop(root, a_xml=bank.camt(month(F31, last=10)))
    later = Month(Decimal("5000.00"), (), date(2026, 2, 20), date(2026, 2, 28))
    drop(root, c_xml=bank.camt(later))
    said = imports(root)
    assert "il manque un relevé de Actifs:Banque entre le 10/02/2026 et le 20/02/2026" in said
    assert max(books(root).bank_dates) == date(2026, 2, 10)
    missing = Month(
        Decimal("2320.00"),
        (paid(15, "2680.00", "VIREMENT", "MME X", reference="C98"),),
        date(2026, 2, 10),
        date(2026, 2, 20),
    )
    drop(root, b_xml=bank.camt(missing))
    assert "il manque" not in imports(root)
    assert max(books(root).bank_dates) == date(2026, 2, 28)


def test_a_returned_debit_opens_its_invoice_again(tmp_path: Path) -> None:
    root = company(tmp_path, CLIENTS)
    debit = paid(3, "480.00", "PRLV F2026-0032", "GARAGE MULLER ET FILS", end_to_end="E1")
    back = paid(
        10,
        "-480.00",
        "REJET PRLV F2026-0032",
        "GARAGE MULLER ET FILS",
        end_to_end="E1",
        reject="AM04",
    )
    drop(root, a_xml=bank.camt(month(debit, back)))
    imports(root)
    assert balance(root, "Actifs:Clients:Muller") == Decimal(480)
    on = OnDay(read_policy(root / "relance.yaml"), books(root), date(2026, 3, 20))
    (claim,) = [claim for claim in on.open if claim.invoice == "F2026-0032"]
    assert claim.balance == Decimal(480)
    codes = {w.code for w in make_plan(on).waits if w.claim.invoice == "F2026-0032"}
    assert "cle-non-lue" not in codes


# ---------------------------------------------------------------- Hostile labels


def test_labels_stay_labels(tmp_path: Path) -> None:
    root = company(tmp_path, CLIENTS)
    label = '"\n2026-01-01 * "x" ^F2026-0032 #tag ; \\" {{7*7}} \u202e F9'
    drop(root, a_xml=bank.camt(month(replace(STRANGER, label=label, party='"; MME X\\'))))
    imports(root)
    (movement,) = entries(root, "banque").values()
    assert balance(root, "Actifs:Banque") == Decimal(77)
    assert "\u202e" not in movement
    drop(root, b_xml=bank.camt(month(replace(STRANGER, label=label, party='"; MME X\\'))))
    assert "déjà là" in imports(root)


def test_a_balance_that_the_lines_contradict_keeps_the_invoices_coming(tmp_path: Path) -> None:
    from electronic import Bill  # noqa: PLC0415

    wrong = "2026-03-01 balance Actifs:Banque  0.00 EUR\n"
    root = company(tmp_path, CLIENTS + wrong)
    bill = Bill("F2026-0040", date(2026, 2, 10), bases={"20": "500.00"}, iban=bank.IBAN)
    drop(root, a_xml=bank.camt(FEBRUARY), b_xml=bill)
    assert "après cet import" in imports(root, status=2)
    assert left(root) == ["a.xml"]
    assert len(entries(root, "facture")) == 1
