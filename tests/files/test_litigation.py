"""The litigation file: sums a hand can check, numbered exhibits, what is missing, its folder."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from places import ROOT
from relance.claims.claim import Receipt
from relance.claims.interest import Debt, accrue
from relance.claims.on_day import OnDay
from relance.claims.rates import Rates
from relance.files import data
from relance.files.account import set_off
from relance.files.bundle import SUMS, WHOLE, Bundle, make_bundle, write_bundle
from relance.files.case_sheets import sheets
from relance.files.casefile import CaseFile, gather
from relance.ledger.client_names import find_client
from relance.ledger.company import Company, sha256
from relance.letters.compose import LetterSetting
from relance.policy.settings import Creditor
from relance.specimens.papers import check_case_files
from relance.terminal import cli
from relance.text.typography import ordinary
from relance.values.amounts import Money
from relance.values.kinds import DebtorType, Imputation
from relance.values.problem import Refusal, Status
from story import EVERY_DAY, Story, company, past_letter, posted, put_into_register

DURAND = "Actifs:Clients:Durand"
RATES = Rates.known()

# Rule 7.9, example 9: 203.13 of interest on 1 July, paid first; then 62 days on 6 203.13 at 12.40.
PART_PAID = f"""
2026-04-01 * "Durand" "Affiches" ^F1
  echeance: 2026-05-01
  {DURAND}  10000.00 EUR
  Produits:Ventes
2026-07-01 * "Durand" "Virement" ^F1
  {DURAND}  -4000.00 EUR
  Actifs:Banque
"""


def day(text: str) -> date:
    return date.fromisoformat(text)


def case_of(story: Story, on: str, client: str = "Durand SARL") -> CaseFile:
    found = find_client(story.books.clients, client)
    assert found
    return gather(OnDay(story.policy, story.books, day(on)), found)


def made(tmp_path: Path, ledger: str = PART_PAID, policy: str = "") -> Story:
    story = company(tmp_path, ledger, EVERY_DAY + policy)
    shutil.copytree(ROOT / "letters", tmp_path / "letters")
    return story


def declare(story: Story, name: str, sort: str, link: str = "", content: bytes = b"") -> None:
    """A document of Durand's account; by default a real PDF."""
    target = story.root / "ledger/pieces" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content or (ROOT / "ledger/pieces/F2026-0021.pdf").read_bytes())
    story.add(f'2026-04-01 document {DURAND} "pieces/{name}" {link} #{sort}\n')


# ---------------------------------------------------------------- How payments were set off

TEN_THOUSAND = Debt(
    DebtorType.PROFESSIONAL,
    Decimal(10000),
    day("2026-05-01"),
    (Receipt(day("2026-07-01"), Decimal(4000)),),
)


@pytest.mark.parametrize(
    ("first", "interest", "principal", "left", "owed"),
    [
        # 61 days of 2026-1 at 12.15 % less the first: 60 d = 199.73, 1 d at 12.40 % = 3.40.
        (Imputation.INTEREST, "203.13", "3796.87", "6203.13", "0.00"),
        (Imputation.PRINCIPAL, "0.00", "4000.00", "6000.00", "203.13"),
    ],
)
def test_a_payment_splits_as_the_policy_says(
    first: Imputation, interest: str, principal: str, left: str, owed: str
) -> None:
    (use,) = set_off(replace(TEN_THOUSAND, imputation=first), day("2026-09-01"), RATES)
    parts = (use.interest, use.principal, use.principal_left, use.interest_owed)
    assert [f"{part:.2f}" for part in parts] == [interest, principal, left, owed]


def test_a_credit_note_for_what_never_was_owed_comes_first_and_pays_no_interest() -> None:
    """10 000 less 1 000 never owed: 60 d on 9 000 at 12.15 = 179.75, 1 d at 12.40 = 3.06."""
    note = Receipt(day("2026-08-01"), Decimal(1000), credit_note=True)
    debt = replace(TEN_THOUSAND, receipts=(*TEN_THOUSAND.receipts, note))
    found = set_off(debt, day("2026-09-01"), RATES)
    told = [(u.receipt.credit_note, f"{u.interest:.2f}", f"{u.principal:.2f}") for u in found]
    assert told == [(True, "0.00", "1000.00"), (False, "182.81", "3817.19")]


@settings(max_examples=60, deadline=None)
@given(
    payments=st.lists(
        st.tuples(st.integers(1, 700), st.integers(1, 300), st.booleans()), max_size=4
    ),
    first=st.sampled_from(Imputation),
)
def test_every_set_off_ties_to_the_account(
    payments: list[tuple[int, int, bool]], first: Imputation
) -> None:
    """The parts of all receipts, and what they leave, are the whole of the debt."""
    receipts = tuple(
        Receipt(date.fromordinal(day("2024-12-01").toordinal() + n), Decimal(amount), note)
        for n, amount, note in payments
    )
    debt = Debt(
        DebtorType.PROFESSIONAL, Decimal(1200), day("2024-12-15"), receipts, imputation=first
    )
    until = day("2026-11-21")
    interest, uses = accrue(debt, until, RATES), set_off(debt, until, RATES)
    assert sum(u.principal for u in uses) + interest.principal_left == 1200
    assert sum(u.interest for u in uses) + interest.interest_owed == interest.total


# ---------------------------------------------------------------- Sums


def test_the_sums_tie_and_the_fee_is_counted_once(tmp_path: Path) -> None:
    """6 000.00 + (203.13 + 130.66) = 6 203.13 + 130.66; with the fee 6 373.79."""
    (account,) = case_of(made(tmp_path), "2026-09-01").accounts
    (line,) = account.due
    assert (line.accrued, line.principal_left) == (Decimal("333.79"), Decimal("6203.13"))
    assert (line.interest_owed, line.fee) == (Decimal("130.66"), Decimal(40))
    assert account.balance + account.total("accrued") == account.asked - 40
    assert account.asked == Decimal("6373.79")


def test_each_currency_is_an_account_and_the_fee_stays_in_euros(tmp_path: Path) -> None:
    """1 000 GBP due 2026-08-02: 30 d at 12.40 = 10.19."""
    pounds = f"""
2026-07-01 * "Durand" "Affiches" ^F2
  echeance: 2026-08-02
  {DURAND}  1000.00 GBP
  Produits:Ventes
"""
    case = case_of(made(tmp_path, PART_PAID + pounds), "2026-09-01")
    assert [(a.currency, f"{a.asked:.2f}", f"{a.total('fee')}") for a in case.accounts] == [
        ("EUR", "6373.79", "40"),
        ("GBP", "1010.19", "40"),
    ]


def test_a_private_person_owes_legal_interest_from_the_notice_and_no_fee(tmp_path: Path) -> None:
    """Rule 7.9, example 11: 1 500, 45 days in the second half of 2026 at 2.75 % = 5.09."""
    story = made(
        tmp_path,
        '2026-05-01 * "Martin" "Tirages" ^F1\n  echeance: 2026-05-31\n'
        "  Actifs:Clients:Martin  1500.00 EUR\n  Produits:Ventes\n",
    )
    account = "Actifs:Clients:Martin"
    put_into_register(
        story,
        "2026-07-01",
        [
            past_letter(
                *("R20260701-01", "mise-en-demeure", "F1"),
                rank=3,
                account=account,
                balance="1500.00",
            )
        ],
    )
    posted(story, "R20260701-01", "2026-07-02", "2026-07-05")
    case = case_of(story, "2026-08-19", "Mme Martin")
    (line,) = case.accounts[0].due
    assert (line.accrued, line.fee) == (Decimal("5.09"), Decimal(0))
    assert line.since == day("2026-07-06")
    assert line.limitation.original == day("2028-05-01")  # 2 years, C. conso. L218-2
    text = words(case, story.facts)
    assert "L441-10" not in text
    assert "40 euros" not in text
    assert "Délai de deux ans (article L218-2 du Code de la consommation)." in text


def test_proceedings_stop_interest_and_any_action(tmp_path: Path) -> None:
    """Judgment on 2026-07-01: the 203.13 of that day, nothing later."""
    note = f'2026-07-03 note {DURAND} "Sauvegarde" #procedure-collective\n  jugement: 2026-07-01\n'
    story = made(tmp_path, PART_PAID.replace("2026-07-01 * ", "2026-06-30 * ") + note)
    case = case_of(story, "2026-09-01")
    # Paid on 30 June: 60 d at 12.15 = 199.73 settled first; 1 d on 6 199.73 at 12.40 = 2.11.
    assert case.accounts[0].total("accrued") == Decimal("201.84")
    text = words(case, story.facts)
    assert "aucune action en paiement" in text
    assert "injonction" not in text


def test_the_referral_sheet_names_what_is_open(tmp_path: Path) -> None:
    """Between traders the simplified procedure of 2026; small claims stay for the others."""
    story = made(tmp_path)
    text = words(case_of(story, "2026-09-01"), story.facts)
    assert "loi n° 2026-307 du 23 avril 2026" in text
    assert "conditions et décret à vérifier" in text
    assert "(article L125-1 du même code) n'est plus ouverte" in text
    assert "suppose une tentative amiable préalable (article 750-1" in text
    story.replace('  type: "professionnel"', '  type: "autre"')
    text = words(case_of(story, "2026-09-01"), story.facts)
    assert "2026-307" not in text
    assert "Petites créances, jusqu'à 5 000 €" in text


def test_the_limitation_sheet_says_a_shorter_period_with_its_articles(tmp_path: Path) -> None:
    """PART_PAID is one invoice: with a year written for it, five years are said of nothing."""
    story = made(tmp_path / "law")
    text = words(case_of(story, "2026-09-01"), story.facts)
    assert "Délai de cinq ans (article L110-4" in text
    assert "L133-6" not in text
    story = made(tmp_path / "short", policy="prescription: 1 an\n")
    text = words(case_of(story, "2026-09-01"), story.facts)
    assert "Délai de cinq ans" not in text
    assert "Délai plus court, inscrit par le créancier : F1, 1 an." in text
    assert "(article L133-6 du Code de commerce)" in text
    assert "(article L34-2 du Code des postes et des communications électroniques)" in text


@pytest.mark.slow
def test_nothing_announces_an_order_for_payment_against_a_public_body(tmp_path: Path) -> None:
    """Rule 7.9, example 10: 10 000 due 2026-05-31, 122 days at 10.15 throughout = 339.26."""
    story = made(
        tmp_path,
        '2026-05-01 * "Mairie" "Plan" ^F1\n  echeance: 2026-05-31\n'
        "  Actifs:Clients:Mairie  10000.00 EUR\n  Produits:Ventes\n",
    )
    case = case_of(story, "2026-09-30", "Commune de Valbois")
    assert case.accounts[0].total("accrued") == Decimal("339.26")
    bundle = make_bundle(case, story.facts)
    texts = [c.decode() for n, c in bundle.files.items() if n.startswith(("textes", "donnees"))]
    assert not [text for text in texts if "injonction" in text.lower()]
    assert "référé-provision" in words(case, story.facts)


def test_what_was_paid_late_is_told_apart_and_claimed_nowhere(tmp_path: Path) -> None:
    """Rule 7.9, example 7: 16.15 of interest and the fee on an invoice paid since."""
    paid = f"""
2024-11-15 * "Durand" "Cartes" ^F0
  echeance: 2024-12-15
  {DURAND}  1200.00 EUR
  Produits:Ventes
2025-01-20 * "Durand" "Virement" ^F0
  {DURAND}  -1200.00 EUR
  Actifs:Banque
"""
    (account,) = case_of(made(tmp_path, paid + PART_PAID), "2026-09-01").accounts
    (settled,) = account.settled
    assert (settled.accrued, settled.fee) == (Decimal("16.15"), Decimal(40))
    assert account.asked == Decimal("6373.79")


def test_a_disputed_part_is_claimed_and_told(tmp_path: Path) -> None:
    note = f'2026-07-10 note {DURAND} "Couleurs" ^F1 #litige\n  montant: 500.00 EUR\n'
    story = made(tmp_path, PART_PAID + note)
    case = case_of(story, "2026-09-01")
    assert case.accounts[0].asked == Decimal("6373.79")
    told = "Part contestée par le débiteur, comprise dans ce total : 500,00 € en principal."
    assert told in words(case, story.facts)


# ---------------------------------------------------------------- Exhibits and gaps


def words(case: CaseFile, facts: Company) -> str:
    setting = LetterSetting(facts.policy.creditor, facts.templates)
    return ordinary("\n".join(sheet.markdown for sheet in sheets(case, setting, {})))


def test_a_bare_debt_lacks_everything(tmp_path: Path) -> None:
    story = made(tmp_path)
    story.replace('  type: "professionnel"\n', '  type: "professionnel"\n  taux: "12"\n')
    found = [(gap.code, gap.about) for gap in case_of(story, "2026-09-01").gaps]
    assert found == [
        ("facture", ("F1",)),
        ("contrat", ()),
        ("livraison", ("F1",)),
        ("clause", ()),
        ("mise-en-demeure", ("F1",)),
        ("siren", ()),
    ]


def full(tmp_path: Path) -> Story:
    """Everything is there but the receipt of the formal notice and the proof of one letter."""
    story = made(tmp_path)
    story.replace('  type: "professionnel"\n', '  type: "professionnel"\n  siren: "000000018"\n')
    for name, sort, link in (
        ("F1.pdf", "facture", "^F1"),
        ("bon.pdf", "livraison", "^F1"),
        ("devis.pdf", "contrat", ""),
        ("autre.pdf", "facture", "^F9"),
    ):
        declare(story, name, sort, link)
    letters = (
        past_letter("R20260602-01", "relance-1", "F1"),
        past_letter("R20260720-01", "mise-en-demeure", "F1", rank=2, balance="10000.00"),
        past_letter("R20260720-02", "relance-1", "F9"),
    )
    for letter in letters[:2]:
        put_into_register(story, letter.date.isoformat(), [letter])
    posted(story, "R20260720-01", "2026-07-21", "2026-07-23")
    return story


def test_a_letter_that_asks_for_nothing_is_no_reminder(tmp_path: Path) -> None:
    """It is an exhibit under its own name, without a sum; nobody asks for proof that it left, but
    its coming back tells of the address."""
    story = full(tmp_path)
    statement = past_letter("R20260801-01", "releve", "F1", rank=0)
    put_into_register(story, "2026-08-01", [replace(statement, total=Money(Decimal(0), "EUR"))])
    case = case_of(story, "2026-09-01")
    (told,) = (e for e in case.exhibits if e.letter and e.letter.informs)
    assert (told.number, told.sort) == (6, "releve-de-compte")
    assert ("relance-envoi", ("R20260602-01",)) in [(gap.code, gap.about) for gap in case.gaps]
    (moment,) = (m for m in case.moments if "R20260801-01" in m.event.what)
    assert moment.event.what.startswith("R20260801-01 relevé de compte, courriel")
    assert moment.event.amount is None
    assert "Relevé de compte R20260801-01 (courriel)" in words(case, story.facts)
    posted(story, "R20260801-01", "2026-08-02")
    story.add(f'2026-08-10 note {DURAND} "NPAI" #retour ^R20260801-01\n')
    gaps = [(gap.code, gap.about) for gap in case_of(story, "2026-09-01").gaps]
    assert ("adresse-a-verifier", ("R20260801-01",)) in gaps


def test_exhibits_are_numbered_in_the_order_of_a_schedule(tmp_path: Path) -> None:
    story = full(tmp_path)
    case = case_of(story, "2026-09-01")
    assert [(e.number, e.sort, e.path.rpartition("/")[2]) for e in case.exhibits] == [
        (1, "contrat", "devis.pdf"),
        (2, "livraison", "bon.pdf"),
        (3, "facture", "F1.pdf"),
        (4, "relance", "R20260602-01.md"),
        (5, "relance", "R20260720-01.md"),
    ]
    assert [(gap.code, gap.about) for gap in case.gaps] == [
        ("mise-en-demeure-accuse", ("R20260720-01",)),
        ("relance-envoi", ("R20260602-01",)),
    ]
    declare(story, "ar.pdf", "accuse", "^R20260720-01")
    case = case_of(story, "2026-09-01")
    assert (case.exhibits[-1].sort, case.exhibits[-1].number) == ("accuse", 6)
    assert [gap.code for gap in case.gaps] == ["relance-envoi"]
    # The chronology points at them: the invoice, the letter, its receipt.
    moments = {m.event.what.split(" ")[0]: m.exhibits for m in case.moments if m.exhibits}
    assert moments["F1"] == (3,)
    assert moments["R20260720-01"] == (6,)
    assert "| 20/07/2026 | lettre | R20260720-01 mise-en-demeure n° 2" in words(case, story.facts)


def test_an_internal_transfer_is_no_payment_of_the_chronology(tmp_path: Path) -> None:
    """A doubtful debt moved to the client's own sub-account stays the same debt."""
    moved = f"""
2026-07-31 open {DURAND}:Douteux
2026-08-01 * "Durand" "Créance douteuse" ^F1
  {DURAND}  -6000.00 EUR
  {DURAND}:Douteux  6000.00 EUR
"""
    case = case_of(made(tmp_path, PART_PAID + moved), "2026-09-01")
    assert case.accounts[0].asked == Decimal("6373.79")
    assert not [m for m in case.moments if m.event.date == day("2026-08-01")]


def test_nothing_late_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="aucune créance échue"):
        case_of(made(tmp_path), "2026-04-15")


# ---------------------------------------------------------------- The folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Story, Bundle]:
    story = full(tmp_path_factory.mktemp("dossier"))
    declare(story, "plan.docx", "commande", "^F1", b"PK not laid out")
    return story, make_bundle(case_of(story, "2026-09-01"), story.facts)


@pytest.mark.slow
def test_the_pdf_has_every_section_and_exhibit_in_its_outline(
    whole: tuple[Story, Bundle], tmp_path: Path
) -> None:
    path = tmp_path / "dossier.pdf"
    path.write_bytes(whole[1].files[WHOLE])
    with pikepdf.open(path) as opened, opened.open_outline() as outline:
        titles = [ordinary(item.title) for item in outline.root]
    assert titles == [
        "Dossier contentieux : Atelier Essai contre Durand SARL",
        "Table des matières",
        "Les parties",
        "Chronologie",
        "Décompte des sommes dues, arrêté au 1er septembre 2026",
        "Dates de prescription (calcul, à faire vérifier)",
        "Données pour une requête en injonction de payer",
        "Bordereau des pièces",
        *(f"Pièce n° {n}" for n in range(1, 7)),
    ]
    shown = subprocess.run(
        ["pdftotext", "-l", "1", "-layout", path, "-"], capture_output=True, check=True
    )
    first = " ".join(ordinary(shown.stdout.decode()).split())
    assert "Avis de réception de la mise en demeure R20260720-01." in first
    assert "Pièce n° 2 : non reproduite ici, jointe en fichier." in first
    assert "Total 6 373,79 €" in first


def words_of(pdf: bytes, folder: Path) -> list[str]:
    """The words of each page."""
    path = folder / "dossier.pdf"
    path.write_bytes(pdf)
    shown = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    pages = shown.stdout.decode().split("\f")[:-1]
    return [" ".join(ordinary(page).split()) for page in pages]


@pytest.mark.slow
def test_every_page_bears_its_folio_and_its_exhibit(
    whole: tuple[Story, Bundle], tmp_path: Path
) -> None:
    pages = words_of(whole[1].files[WHOLE], tmp_path)
    assert all(f"{n} / {len(pages)}" in page for n, page in enumerate(pages, 1))
    stamped = [n for n, page in enumerate(pages, 1) if page.startswith("Pièce n° ")]
    contents = pages[1]
    first = {
        n: int(page)
        for n, page in re.findall(r"Pièce n° (\d+) : .*? (\d+)(?= Pièce|$| 2 /)", contents)
    }
    assert stamped[0] == first["1"]
    for number, page in first.items():
        assert pages[page - 1].startswith(f"Pièce n° {number}")
    assert stamped == list(range(stamped[0], len(pages) + 1))
    with pikepdf.open(io.BytesIO(whole[1].files[WHOLE])) as opened:
        assert "Durand SARL" in str(opened.docinfo["/Title"])
        assert str(opened.Root.Lang) == "fr"


@pytest.mark.slow
def test_dividers_stand_before_exhibits_only_where_asked(
    whole: tuple[Story, Bundle], tmp_path: Path
) -> None:
    """The sheet of an exhibit that cannot be laid out says so, and stands in any case."""
    story, bundle = whole
    divided = make_bundle(case_of(story, "2026-09-01"), story.facts, dividers=True)
    pages = words_of(bundle.files[WHOLE], tmp_path)
    assert len(words_of(divided.files[WHOLE], tmp_path)) == len(pages) + 6 - len(bundle.warnings)
    assert len(bundle.warnings) == 3


@pytest.mark.slow
def test_the_checksums_and_the_archive_hold_every_file(whole: tuple[Story, Bundle]) -> None:
    bundle = whole[1]
    sums = dict(line.split("  ")[::-1] for line in bundle.files[SUMS].decode().splitlines())
    assert sums == {name: sha256(c) for name, c in bundle.files.items() if name != SUMS}
    with zipfile.ZipFile(io.BytesIO(bundle.archive)) as archive:
        assert archive.namelist() == sorted(archive.namelist())
        inside = {n.partition("/")[2]: archive.read(n) for n in archive.namelist()}
        assert {info.date_time for info in archive.infolist()} == {(2026, 9, 1, 0, 0, 0)}
    assert inside == dict(bundle.files)
    assert bundle.archive_path == "out/dossiers/durand-sarl/durand-sarl-2026-09-01.zip"


@pytest.mark.slow
def test_the_same_books_give_the_same_bytes(whole: tuple[Story, Bundle]) -> None:
    story, bundle = whole
    again = make_bundle(case_of(story, "2026-09-01"), story.facts)
    assert again.archive == bundle.archive


@pytest.mark.slow
def test_the_data_of_the_claim_are_strings_and_iso_days(whole: tuple[Story, Bundle]) -> None:
    told = json.loads(whole[1].files["donnees/saisine-eur.json"])
    assert (told["principal"], told["interets"], told["indemnite"]) == (
        "6203.13",
        "130.66",
        "40.00",
    )
    assert (told["total"], told["juridiction"], told["voie"]) == ("6373.79", None, "injonction")
    (line,) = told["factures"]
    assert (line["interets_a_compter_du"], line["taux"]) == ("2026-05-02", "12.40")
    assert line["pieces"] == [4]  # contract, order, delivery, invoice
    table = whole[1].files["donnees/decompte-eur.csv"].decode().splitlines()
    assert table[-2:] == [
        "F1,reglement,2026-07-01,2026-07-01,,,,,4000.00,203.13,3796.87",
        "F1,indemnite,,,,,,40.00,,,",
    ]


def test_a_name_is_no_formula_of_a_spreadsheet(tmp_path: Path) -> None:
    story = made(tmp_path, PART_PAID.replace('"Affiches"', '"=1+1"').replace('"Durand" "=', '"='))
    text = data.chronology_csv(case_of(story, "2026-09-01"))
    assert not [row for row in text.splitlines() if ",=" in row]


@pytest.mark.slow
def test_a_folder_is_written_again_unless_a_hand_changed_it(
    whole: tuple[Story, Bundle], tmp_path: Path
) -> None:
    bundle = whole[1]
    write_bundle(bundle, tmp_path)
    folder = tmp_path / bundle.folder
    fewer = {k: v for k, v in bundle.files.items() if not k.startswith("pieces/")}
    write_bundle(replace(bundle, files=bundle.files), tmp_path)
    kept = folder / "mes-notes.txt"
    kept.write_text("à moi")
    write_bundle(replace(bundle, files=fewer), tmp_path)
    assert not list(folder.glob("pieces/*"))
    assert kept.is_file()
    cover = folder / "textes/01-couverture.md"
    cover.write_text("retouché")
    with pytest.raises(Refusal) as told:
        write_bundle(bundle, tmp_path)
    assert told.value.status is Status.REFUSED_STATE
    assert cover.read_text() == "retouché"


@pytest.mark.slow
def test_an_altered_letter_is_told(tmp_path: Path) -> None:
    story = made(tmp_path)
    letter = replace(
        past_letter("R20260602-01", "relance-1", "F1"), markdown_sha256=sha256(b"Lettre\n")
    )
    put_into_register(story, "2026-06-02", [letter])
    assert not [w for w in warnings(story) if "n'est plus" in w]
    story.write(letter.path, "Autre\n")
    assert "pièce n° 1 : n'est plus la lettre du registre" in "".join(warnings(story))


def warnings(story: Story) -> list[str]:
    return [str(w) for w in make_bundle(case_of(story, "2026-09-01"), story.facts).warnings]


# ---------------------------------------------------------------- The command, the templates


def run(story: Story, *arguments: str) -> Result:
    words = ["dossier", *arguments, "--dossier", str(story.root)]
    return CliRunner().invoke(cli.relance, words)


@pytest.mark.slow
def test_the_command_writes_the_folder_and_says_what_lacks(tmp_path: Path) -> None:
    story = full(tmp_path)
    result = run(story, "Durand SARL", "--au", "2026-09-01")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "out/dossiers/durand-sarl/2026-09-01/dossier.pdf").is_file()
    assert (tmp_path / "out/dossiers/durand-sarl/durand-sarl-2026-09-01.zip").is_file()
    assert "dites en première page" in ordinary(result.output)


@pytest.mark.parametrize(
    ("subject", "said"),
    [("Durant", "aucun client de ce nom"), ("Club de voile", "aucune créance échue")],
)
def test_no_client_or_no_debt_is_refused(tmp_path: Path, subject: str, said: str) -> None:
    result = run(made(tmp_path), subject, "--au", "2026-09-01")
    assert isinstance(result.exception, Refusal)
    assert said in str(result.exception)


@pytest.mark.slow
def test_the_templates_are_tried_by_verifier(tmp_path: Path) -> None:
    story = made(tmp_path)
    setting = LetterSetting(Creditor(name="E", address=("L",)), story.facts.templates)
    assert check_case_files(setting) == []
    path = tmp_path / "letters/fr/dossier-decompte.md"
    path.write_text(path.read_text(encoding="utf-8").replace("c.principal", "c.principl"))
    assert "principl" in str(check_case_files(setting)[0])
