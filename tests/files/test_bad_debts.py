"""Bad debts: the candidates, entries that load and tie, the rectified duplicate."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from places import ROOT
from relance.claims.on_day import OnDay
from relance.files.bad_debts import candidates
from relance.files.bundle import make_bundle
from relance.files.casefile import gather
from relance.files.loss_papers import Duplicate, compose_duplicate, prepare_losses
from relance.ledger.beancount import Transaction, load
from relance.letters.compose import LetterSetting, setting_of
from relance.policy.settings import Creditor
from relance.report import measure
from relance.report.habits import NEVER, precedents
from relance.specimens.papers import check_duplicate
from relance.terminal import cli
from relance.text.typography import ordinary
from relance.values.kinds import DebtorType
from relance.values.problem import Refusal
from story import EVERY_DAY, PRELUDE, Story, balances, claims, company, decide, outcomes

DURAND = "Actifs:Clients:Durand"
DAY = date(2026, 11, 21)
VAT = "2010-01-01 open Passifs:TVA\n"
# 1 000.00 + 200.00 of VAT, 300.00 paid: 900.00 left, that is 750.00 + 150.00.
SALE = f"""
2026-01-01 * "Durand" "Affiches" ^F1
  echeance: 2026-01-31
  {DURAND}  1200.00 EUR
  Produits:Ventes  -1000.00 EUR
  Passifs:TVA  -200.00 EUR
2026-03-02 * "Durand" "Virement" ^F1
  {DURAND}  -300.00 EUR
  Actifs:Banque
"""
LIQUIDATION = (
    f'2026-09-20 note {DURAND} "Liquidation judiciaire." #procedure-collective\n'
    "  jugement: 2026-09-15\n"
)


def made(tmp_path: Path, ledger: str, policy: str = "") -> Story:
    shutil.copytree(ROOT / "letters", tmp_path / "letters")
    return company(tmp_path, ledger, EVERY_DAY + policy, prelude=PRELUDE + VAT)


def entries(story: Story, day: date = DAY) -> str:
    papers = prepare_losses(story.facts, "Durand SARL", day)
    (text,) = [c.decode() for n, c in papers.files.items() if n.endswith(".beancount")]
    return text


def paste(story: Story, text: str) -> dict[str, Decimal]:
    """Append the entries, run bean-check, and give the sums of all accounts in euros."""
    story.add("\n" + text)
    top = story.root / "ledger/main.beancount"
    done = subprocess.run(
        [sys.executable, "-m", "beancount.scripts.check", top], capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    sums: dict[str, Decimal] = {}
    for entry in load(top, story.root).entries:
        if isinstance(entry, Transaction):
            for posting in entry.postings:
                assert posting.units is not None
                assert posting.units.number is not None
                total = sums.get(posting.account, Decimal(0)) + posting.units.number
                sums[posting.account] = total
    assert sum(sums.values()) == 0
    return sums


# ---------------------------------------------------------------- Candidates


def test_which_debts_are_doubtful_or_lost(tmp_path: Path) -> None:
    story = made(
        tmp_path,
        f"""
2021-11-01 * "Durand" "Ancienne" ^F1
  echeance: 2021-11-20
  {DURAND}  100.00 EUR
  Produits:Ventes
2026-05-01 * "Durand" "Six mois" ^F2
  echeance: 2026-05-21
  {DURAND}  100.00 EUR
  Produits:Ventes
2026-05-01 * "Durand" "Plus" ^F3
  echeance: 2026-05-20
  {DURAND}  100.00 EUR
  Produits:Ventes
2026-10-01 * "Durand" "Contestée" ^F4
  echeance: 2026-10-31
  {DURAND}  100.00 EUR
  Produits:Ventes
2026-10-01 * "Durand" "Récente" ^F5
  echeance: 2026-10-31
  {DURAND}  100.00 EUR
  Produits:Ventes
2026-11-02 note {DURAND} "Trop cher." ^F4 #litige
  montant: 40.00 EUR
2026-01-01 * "Durand" "Un reliquat" ^F6
  echeance: 2026-01-31
  {DURAND}  1.00 EUR
  Produits:Ventes
""",
    )
    found = {
        c.claim.label: (c.lost, c.vat, f"{c.base}")
        for c in candidates(OnDay(story.policy, story.books, DAY))
    }
    assert found == {
        "F1": (True, False, "100.00"),  # 5 years from 1 November 2021: until 1 November 2026
        "F3": (False, False, "100.00"),  # F2 is exactly six months late, not more
        "F4": (False, False, "40.00"),  # the disputed part alone
    }


def test_a_liquidation_and_a_certificate_are_losses(tmp_path: Path) -> None:
    story = made(tmp_path, SALE + LIQUIDATION)
    (found,) = candidates(OnDay(story.policy, story.books, DAY))
    assert (found.lost, found.vat) == (True, True)
    assert [ordinary(r) for r in found.reasons] == ["liquidation judiciaire du 15 septembre 2026"]
    assert not [
        c for c in candidates(OnDay(story.policy, story.books, date(2026, 9, 19))) if c.lost
    ]


def test_a_certificate_proves_a_loss(tmp_path: Path) -> None:
    story = made(tmp_path, SALE)
    story.write("ledger/pieces/certificat.pdf", "x")
    story.add(f'2026-10-01 document {DURAND} "pieces/certificat.pdf" ^F1 #irrecouvrabilite\n')
    (found,) = candidates(OnDay(story.policy, story.books, DAY))
    assert (found.lost, found.vat) == (True, True)


# ---------------------------------------------------------------- Entries


@pytest.mark.slow
def test_a_loss_takes_its_vat_back_and_ties(tmp_path: Path) -> None:
    story = made(tmp_path, SALE + LIQUIDATION)
    sums = paste(story, entries(story))
    assert sums == {
        DURAND: 0,
        "Produits:Ventes": -1000,
        "Passifs:TVA": -50,  # 200 collected, 150 back
        "Actifs:Banque": 300,
        "Charges:Pertes-sur-créances": 750,
    }
    assert balances(story, "2026-11-21") == {}
    with pytest.raises(Refusal, match="aucune créance douteuse"):
        entries(story)


@pytest.mark.slow
def test_a_loss_is_no_payment_of_the_client(tmp_path: Path) -> None:
    story = made(tmp_path, SALE + LIQUIDATION)
    paste(story, entries(story))
    (loss,) = [m for m in story.books.movements if m.number == -900]
    assert loss.waived
    # No payment that the judgment forbids; the report knows the 300.00 of March alone.
    assert not [w for w in decide(story, "2026-11-22").warnings if "jugement" in w.what]
    (own,) = measure(OnDay(story.policy, story.books, date(2026, 11, 30))).currencies
    assert {month.day.month: month.paid for month in own.evolution if month.paid} == {3: 300}
    late = own.inaction.untouched
    assert (late.count, late.settled.count, late.credited, late.open) == (1, 0, 1, 0)
    assert own.delays.count == 0
    (past,) = precedents([*claims(story, "2026-11-30").values()], story.policy, date(2026, 11, 30))
    assert past.days == NEVER


@pytest.mark.slow
def test_a_doubtful_debt_stays_the_same_debt(tmp_path: Path) -> None:
    """1 200.00 with 300.00 paid: 900.00 to 416, 750.00 of depreciation, which is without tax."""
    story = made(tmp_path, SALE)
    days = ["2026-11-22", "2026-12-15"]
    before = outcomes(story, days), balances(story, "2026-11-22")
    sums = paste(story, entries(story))
    assert sums[DURAND] == 0
    assert sums[f"{DURAND}:Douteux"] == 900
    assert sums["Charges:Dotations-dépréciations-clients"] == 750
    assert sums["Actifs:Dépréciations-clients"] == -750
    assert (outcomes(story, days), balances(story, "2026-11-22")) == before
    assert claims(story, "2026-11-22")[("F1", 1)].due == date(2026, 1, 31)
    # Nothing is moved twice; what is lost later leaves the sub-account.
    assert "2026-11-21 *" not in entries(story)
    story.add(LIQUIDATION)
    sums = paste(story, entries(story, date(2026, 12, 1)))
    assert [sums[DURAND], sums[f"{DURAND}:Douteux"]] == [Decimal(0), Decimal(0)]
    assert sums["Charges:Pertes-sur-créances"] == 750
    assert balances(story, "2026-12-01") == {}


def test_the_disputed_part_alone_is_moved(tmp_path: Path) -> None:
    """120.00 of 1 200.00 disputed: 100.00 + 20.00."""
    recent = SALE.replace("2026-01-31", "2026-10-31")
    note = f'2026-11-02 note {DURAND} "Non." ^F1 #litige\n  montant: 120.00 EUR\n'
    story = made(tmp_path, recent + note)
    sums = paste(story, entries(story))
    assert [sums[DURAND], sums[f"{DURAND}:Douteux"]] == [Decimal(780), Decimal(120)]
    assert sums["Charges:Dotations-dépréciations-clients"] == 100
    assert balances(story, "2026-11-22") == {"F1": "900.00"}


def test_two_instalments_are_moved_each(tmp_path: Path) -> None:
    parts = f"""
2026-01-01 * "Durand" "Affiches" ^F1
  {DURAND}  700.00 EUR
    echeance: 2026-01-31
  {DURAND}  500.00 EUR
    echeance: 2026-02-28
  Produits:Ventes  -1000.00 EUR
  Passifs:TVA  -200.00 EUR
"""
    story = made(tmp_path, parts)
    before = balances(story, "2026-11-22")
    sums = paste(story, entries(story))
    assert sums["Charges:Dotations-dépréciations-clients"] == Decimal("1000.00")
    assert balances(story, "2026-11-22") == before == {"F1": "700.00", "F1/2": "500.00"}


def test_a_time_barred_debt_gives_no_vat_back(tmp_path: Path) -> None:
    story = made(tmp_path, SALE.replace("2026-0", "2021-0"))
    text = entries(story)
    assert "TVA non récupérée" in text
    # The part paid on 2 March 2021 starts the five years anew: until 2 March 2026.
    assert "prescrite depuis le 2 mars 2026" in ordinary(text)
    sums = paste(story, text)
    found = [sums["Charges:Pertes-sur-créances"], sums["Passifs:TVA"]]
    assert found == [Decimal(900), Decimal(-200)]


OPENING = f"""
2026-01-01 * "Reprise" ^F1
  echeance: 2026-01-31
  {DURAND}  900.00 EUR
  Capitaux:Reprise
"""
TWO_INVOICES = f"""
2026-01-01 * "Deux" ^F1 ^F2
  echeance: 2026-01-31
  {DURAND}  900.00 EUR
    facture: "F1"
  {DURAND}  60.00 EUR
    facture: "F2"
  Produits:Ventes  -800.00 EUR
  Passifs:TVA  -160.00 EUR
"""
MORE_THAN_A_SALE = f"""
2026-01-01 * "Net" ^F1
  echeance: 2026-01-31
  {DURAND}  900.00 EUR
  Actifs:Banque  60.00 EUR
  Produits:Ventes  -800.00 EUR
  Passifs:TVA  -160.00 EUR
"""


@pytest.mark.parametrize("sale", [OPENING, TWO_INVOICES, MORE_THAN_A_SALE])
def test_vat_that_the_books_do_not_tell_is_said_and_never_guessed(
    tmp_path: Path, sale: str
) -> None:
    story = made(tmp_path, sale + LIQUIDATION)
    text = entries(story)
    assert "TVA illisible" in text
    papers = prepare_losses(story.facts, "Durand SARL", DAY)
    assert not [name for name in papers.files if "duplicata" in name]
    sums = paste(story, text)
    assert sums["Charges:Pertes-sur-créances"] in (900, 960)


@pytest.mark.slow
def test_the_policy_and_the_ledger_name_the_accounts(tmp_path: Path) -> None:
    policy = "creances-douteuses: {apres: 3, perte: 'Charges:Pertes', tva: Passifs:TVA}\n"
    chart = (
        '2010-01-01 open Actifs:Provisions\n  pcg: "491100"\n'
        '2010-01-01 open Charges:Dotations\n  pcg: "681740"\n'
    )
    story = made(tmp_path, SALE.replace("2026-01-31", "2026-08-20") + chart, policy)
    sums = paste(story, entries(story))
    assert [sums["Charges:Dotations"], sums["Actifs:Provisions"]] == [Decimal(750), Decimal(-750)]
    story.add(LIQUIDATION)
    assert paste(story, entries(story, date(2026, 12, 1)))["Charges:Pertes"] == 750


def test_pounds_have_no_entry(tmp_path: Path) -> None:
    story = made(tmp_path, SALE.replace("EUR", "GBP") + LIQUIDATION)
    text = entries(story)
    assert "En devise : aucune écriture proposée" in text
    assert "2026-11-21" not in text


# ---------------------------------------------------------------- The duplicate


def test_the_duplicate_keeps_the_invoice_and_says_what_is_unpaid(tmp_path: Path) -> None:
    story = made(tmp_path, SALE + LIQUIDATION)
    shutil.copytree(ROOT / "ledger/pieces", tmp_path / "ledger/pieces")
    story.add(f'2026-01-01 document {DURAND} "pieces/F2026-0021.pdf" ^F1 #facture\n')
    papers = prepare_losses(story.facts, "Durand SARL", DAY)
    stem = "out/dossiers/durand-sarl/duplicata-2026-11-21-f1"
    text = ordinary(papers.files[f"{stem}.md"].decode())
    assert (
        "> **Facture demeurée impayée pour la somme de 750,00 € (prix net) et pour la somme de "
        "150,00 € (TVA correspondante) qui ne peut faire l'objet d'une déduction (article 272 du "
        "CGI).**" in text
    )
    assert "| **Total TTC** | **1 200,00 €** |" in text
    assert "| TVA | 200,00 € |" in text
    assert papers.warnings == ()
    path = tmp_path / "d.pdf"
    path.write_bytes(papers.files[f"{stem}.pdf"])
    shown = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True)
    pages = ordinary(shown.stdout.decode()).split("\f")
    assert "DUPLICATA de la facture F1" in pages[0]
    assert "F2026-0021" in pages[1]


def test_the_article_moves_to_another_code_in_2027(tmp_path: Path) -> None:
    story = made(tmp_path, SALE)
    claim = claims(story, "2026-11-21")[("F1", 1)]
    twin = Duplicate(claim, Decimal(1200), Decimal(200), Decimal(150))
    for debtor in (*DebtorType, None):
        client = replace(claim.client, debtor=debtor)
        own = replace(twin, claim=replace(claim, client=client))
        before = compose_duplicate(own, date(2026, 12, 31), setting_of(story.facts))
        after = compose_duplicate(own, date(2027, 1, 1), setting_of(story.facts))
        assert "(article 272 du CGI)" in ordinary(before)
        assert "recodifié au 1er janvier 2027" in ordinary(after)


def test_its_template_is_tried_by_verifier(tmp_path: Path) -> None:
    story = made(tmp_path, SALE)
    setting = LetterSetting(Creditor(name="E", address=("L",)), story.facts.templates)
    assert check_duplicate(setting) == []
    path = tmp_path / "letters/fr/dossier-duplicata.md"
    path.write_text(path.read_text(encoding="utf-8").replace("impaye_ht", "impaye_hat"))
    assert "impaye_hat" in str(check_duplicate(setting)[0])


# ---------------------------------------------------------------- The command


def test_without_a_client_the_candidates_are_listed_and_nothing_is_written(tmp_path: Path) -> None:
    story = made(tmp_path, SALE + LIQUIDATION)
    words = ["dossier", "--perte", "--au", "2026-11-21", "--dossier", str(story.root)]
    result = CliRunner().invoke(cli.relance, words)
    assert result.exit_code == 0, result.output
    shown = ordinary(result.output)
    assert "À passer en perte : 1 créance" in shown
    assert "Durand SARL  F1  900,00 € · liquidation judiciaire du 15 septembre 2026" in shown
    assert not (tmp_path / "out/dossiers").exists()
    assert CliRunner().invoke(cli.relance, ["dossier"]).exit_code == 2


@pytest.mark.slow
def test_a_hostile_name_stays_a_name(tmp_path: Path) -> None:
    story = made(tmp_path, SALE + LIQUIDATION)
    name = r"A | <b>B</b> \"C\" {{ 1 }} ../../x"
    story.replace('client: "Durand SARL"', f'client: "{name}"')
    papers = prepare_losses(story.facts, DURAND, DAY)
    assert all(path.startswith("out/dossiers/a-b-b-b-c-1-x/") for path in papers.files)
    (text,) = [c.decode() for n, c in papers.files.items() if n.endswith(".beancount")]
    paste(story, text)
    case = gather(OnDay(story.policy, story.books, date(2026, 11, 20)), papers.client)
    bundle = make_bundle(case, story.facts)
    cover = bundle.files["textes/01-couverture.md"].decode().partition("\n---\n")[2]
    assert "<b>" not in cover
    assert "**A &#124; &lt;b" in cover
