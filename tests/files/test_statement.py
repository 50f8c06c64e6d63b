"""The account statement as paper: its own file, the last page of a letter, the client's CSV."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from places import LETTERS
from relance.decision.client_files import ClientFiles
from relance.files.client_papers import prepare_statement
from relance.letters.compose import LetterSetting, compose
from relance.paper import pdf
from relance.policy.reader import read_policy
from relance.policy.settings import Creditor
from relance.specimens.papers import check_statement
from relance.specimens.previews import check_templates
from relance.terminal import cli
from relance.text.typography import ordinary
from relance.values.kinds import Channel
from relance.values.problem import Refusal, Status
from story import CREDITOR, EVERY_DAY, Story, company, decide

DURAND = "Actifs:Clients:Durand"
DAY = date(2026, 3, 10)
# 100 in January, 40 of them paid; 200 in pounds; 15 paid by a transfer still to be checked.
BOOKS = f"""
2026-01-05 * "Facture" ^F1
  echeance: 2026-02-04
  {DURAND}  100.00 EUR
  Produits:Ventes
2026-02-10 * "Virement" ^F1
  {DURAND}  -40.00 EUR
  Actifs:Banque
2026-02-12 * "Facture" ^F2
  echeance: 2026-04-12
  {DURAND}  200.00 GBP
  Produits:Ventes
2026-02-15 ! "À vérifier"
  {DURAND}  -15.00 EUR
  Actifs:Banque
"""


def made(tmp_path: Path, policy: str = "", books: str = BOOKS) -> Story:
    story = company(tmp_path, books, EVERY_DAY + policy)
    shutil.copytree(LETTERS, tmp_path / "letters")
    return story


def run(story: Story, *arguments: str) -> Result:
    words = ["dossier", *arguments, "--au", "2026-03-10", "--dossier", str(story.root)]
    return CliRunner().invoke(cli.relance, words)


def rows(markdown: str) -> list[str]:
    return [line for line in ordinary(markdown).splitlines() if line.startswith("|")]


# ---------------------------------------------------------------- relance dossier CLIENT --releve


@pytest.mark.slow
def test_each_currency_has_its_markdown_its_pdf_and_its_csv(tmp_path: Path) -> None:
    result = run(made(tmp_path), "Durand", "--releve")
    assert result.exit_code == 0, result.output
    folder = tmp_path / "out/dossiers/durand-sarl"
    names = {f"releve-2026-03-10{c}.{kind}" for c in ("", "-gbp") for kind in ("md", "pdf", "csv")}
    assert {path.name for path in folder.iterdir()} == names
    text = (folder / "releve-2026-03-10.md").read_text(encoding="utf-8")
    assert "| 05/01/2026 | Facture F1 | 04/02/2026 | 100,00 € |  | 100,00 € |" in rows(text)
    assert "| 10/02/2026 | Règlement F1 |  |  | 40,00 € | 60,00 € |" in rows(text)
    assert "| **Solde au 10 mars 2026** | **60,00 €** |" in rows(text)
    assert "hors de ce solde : 15,00 € le 15/02/2026." in ordinary(text)
    assert "ni pénalités de retard" in text
    pounds = (folder / "releve-2026-03-10-gbp.md").read_text(encoding="utf-8")
    assert "| À échoir | 200,00 GBP |" in rows(pounds)
    assert "€" not in pounds.split("---")[-2]


def test_the_csv_holds_plain_figures(tmp_path: Path) -> None:
    papers = prepare_statement(made(tmp_path).facts, "Durand", DAY)
    (csv,) = [c for name, c in papers.files.items() if name.endswith("10.csv")]
    assert csv.decode().splitlines() == [
        "compte,client,devise,date,sorte,factures,du,echeance,debit,credit,solde,reste",
        f"{DURAND},Durand SARL,EUR,2026-01-05,facture,F1,,2026-02-04,100.00,,100.00,60.00",
        f"{DURAND},Durand SARL,EUR,2026-02-10,reglement,F1,,,,40.00,60.00,",
    ]


@pytest.mark.slow
def test_a_client_s_name_is_no_formula(tmp_path: Path) -> None:
    story = made(tmp_path)
    story.replace('client: "Durand SARL"', 'client: "=HYPERLINK(0) | **Durand**"')
    papers = prepare_statement(story.facts, DURAND, DAY)
    texts = {
        name[-10:]: content.decode() for name, content in papers.files.items() if "pdf" not in name
    }
    assert "'=HYPERLINK(0) | **Durand**" in texts["-03-10.csv"]


@pytest.mark.slow
def test_what_came_before_the_oldest_open_invoice_is_one_sum(tmp_path: Path) -> None:
    """90 paid too much in 2025 come before; with --complet each movement is told."""
    before = f'2025-05-05 * "Acompte"\n  {DURAND}  -90.00 EUR\n  Actifs:Banque\n'
    late = BOOKS.replace("100.00 EUR", "300.00 EUR")
    story = made(tmp_path, books=before + late)
    short, whole = (
        prepare_statement(story.facts, "Durand", DAY, whole=whole) for whole in (False, True)
    )
    first = next(rows(c.decode()) for name, c in short.files.items() if name.endswith("10.md"))
    assert first[2] == "| | Solde antérieur | | | | -90,00 € |"
    full = next(rows(c.decode()) for name, c in whole.files.items() if name.endswith("10.md"))
    assert full[2] == "| 05/05/2025 | Règlement |  |  | 90,00 € | -90,00 € |"
    assert first[-1] == full[-1] == "| **Solde au 10 mars 2026** | **170,00 €** |"


def test_drafts_are_told_to_the_house_and_not_to_the_client(tmp_path: Path) -> None:
    papers = prepare_statement(made(tmp_path).facts, "Durand", DAY)
    (warning,) = papers.warnings
    assert "À vérifier : en brouillon" in warning.what
    assert not any(b"brouillon" in content for content in papers.files.values())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--releve",), "nommez le client"),
        (("Durand", "--releve", "--declaration"), "--declaration, --releve ou --perte"),
        (("Durand", "--declaration", "--complet"), "--complet va avec --releve"),
    ],
)
def test_what_is_not_understood_is_refused(
    tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    result = run(made(tmp_path), *arguments)
    assert result.exit_code == 2
    assert told in result.output
    assert not (tmp_path / "out/dossiers").exists()


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        ("Dupond", "aucun client de ce nom"),
        ("Martin", "aucune écriture sur le compte de Mme Martin au 10"),
    ],
)
def test_without_an_account_there_is_no_statement(tmp_path: Path, subject: str, told: str) -> None:
    with pytest.raises(Refusal, match=told):
        prepare_statement(made(tmp_path).facts, subject, DAY)


@pytest.mark.slow
def test_a_statement_changed_by_hand_is_not_lost(tmp_path: Path) -> None:
    story = made(tmp_path)
    assert run(story, "Durand", "--releve").exit_code == 0
    assert run(story, "Durand", "--releve").exit_code == 0
    story.write("out/dossiers/durand-sarl/releve-2026-03-10.md", "Autre chose\n")
    refused = run(story, "Durand", "--releve").exception
    assert isinstance(refused, Refusal)
    assert (refused.status, "il est différent" in str(refused)) == (Status.REFUSED_STATE, True)


# ---------------------------------------------------------------- As the last page of a letter

STEP = """\
etapes: {relance-1: {apres: 7, canal: courrier, releve: true}}
parcours: {standard: [relance-1], petit-montant: [relance-1]}
"""
LATE = BOOKS.replace('2026-02-15 ! "À vérifier"', '2026-02-15 * "Sans référence"')


@pytest.mark.slow
def test_a_step_may_end_its_letter_with_the_statement(tmp_path: Path) -> None:
    """Durand owes 100 - 40 - 15 = 45 in euros; the pounds stay out of it."""
    story = made(tmp_path, STEP, LATE)
    (letter,) = decide(story, "2026-03-10").letters
    files = ClientFiles(story.books, story.policy.terms)
    text = compose(letter, LetterSetting(story.policy.creditor, LETTERS, files=files))
    page = text[text.index("# Relevé de votre compte") :]
    assert "| **Solde au 10 mars 2026** | **45,00 €** |" in rows(page)
    assert "GBP" not in page
    path = tmp_path / "letter.pdf"
    path.write_bytes(pdf.render(text, LETTERS))
    told = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True)
    first, second = told.stdout.split("\f")[:2]
    assert "Relevé de votre compte" not in first
    assert second.startswith("Relevé de votre compte au 10 mars 2026")


def test_other_steps_have_none(tmp_path: Path) -> None:
    story = made(tmp_path, STEP.replace("true", "false"), LATE)
    (letter,) = decide(story, "2026-03-10").letters
    assert "Relevé" not in compose(letter, LetterSetting(story.policy.creditor, LETTERS))


def test_a_call_sheet_never_ends_with_one(tmp_path: Path) -> None:
    story = made(tmp_path, STEP, LATE)
    (letter,) = decide(story, "2026-03-10").letters
    files = ClientFiles(story.books, story.policy.terms)
    setting = LetterSetting(story.policy.creditor, LETTERS, files=files)
    assert "# Relevé" not in compose(replace(letter, channels=(Channel.PHONE,)), setting)


# ---------------------------------------------------------------- The template


@pytest.mark.slow
def test_the_template_is_tried_on_made_up_accounts(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(LETTERS, tmp_path / "letters"))
    setting = LetterSetting(Creditor(name="X", address=("Y",)), folder)
    assert check_statement(setting) == []
    piece = folder / "fr/_releve.md"
    wrong = piece.read_text(encoding="utf-8").replace("releve.echu", "releve.echus", 1)
    piece.write_text(wrong, encoding="utf-8")
    (problem, *_) = check_statement(setting)
    assert "letters/fr/_releve.md:" in str(problem.source)
    assert "vouliez-vous « echu »" in problem.what
    (folder / "fr/releve.md").unlink()
    assert check_statement(setting) == []  # a firm need not have one


@pytest.mark.slow
def test_a_step_with_a_statement_is_tried_with_it(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(LETTERS, tmp_path / "letters"))
    (tmp_path / "relance.yaml").write_text(CREDITOR + STEP, encoding="utf-8")
    policy = read_policy(tmp_path / "relance.yaml")
    assert check_templates(folder, policy) == []
    without = Path(shutil.copytree(folder, tmp_path / "sans/letters"))
    (without / "fr/_releve.md").unlink()
    (problem,) = check_templates(without, policy)
    assert "« _releve.md » n'existe pas" in problem.what
