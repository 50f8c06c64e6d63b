"""`relance init --depuis`: a company from its files, and what is missing before its letters."""

from __future__ import annotations

import re
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bankfiles import IBAN, Month, Paid, ofx
from electronic import SELLER, Bill, ubl
from fecfiles import MULLER, fec, paid, sale
from relance.claims.on_day import OnDay
from relance.ledger.company import read_company
from relance.outlook.lacking import lacking
from relance.policy.reader import read_policy
from relance.terminal import cli, creditor_answers
from relance.values.problem import Refusal

JAN = date(2026, 1, 12)
EXPORT = fec(sale(1, JAN, "100"), sale(2, JAN, "930.50", MULLER), paid(1, date(2026, 2, 3), "40"))


def relance(*words: str | Path) -> Result:
    return CliRunner().invoke(cli.relance, list(map(str, words)), catch_exceptions=False)


def said(result: Result) -> str:
    return result.output.replace("\u202f", " ").replace("\xa0", " ")


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "exports/732829320FEC20261231.txt"
    path.parent.mkdir()
    path.write_bytes(EXPORT)
    return path


@pytest.mark.slow
def test_an_export_makes_a_company_that_plans_at_once(tmp_path: Path, export: Path) -> None:
    folder = tmp_path / "lumen"
    result = relance("init", folder, "--depuis", export)
    assert result.exit_code == 0, said(result)
    assert read_policy(folder / "relance.yaml").creditor.siren == "732829320"
    ledger = (folder / "ledger/main.beancount").read_text(encoding="utf-8")
    assert "Exemple" not in ledger.replace("rue de l'Exemple", "")
    plan = said(relance("plan", "--dossier", folder, "--au", "2026-11-27"))
    assert "FA-001" in plan
    assert "930,50 €" in plan
    assert sorted(path.name for path in tmp_path.iterdir()) == ["exports", "lumen"]


@pytest.mark.slow
def test_what_is_missing_is_listed_by_the_money_at_stake(tmp_path: Path, export: Path) -> None:
    """Muller owes 930.50, Dupont 100.00 - 40.00 = 60.00: 990.50 in all."""
    folder = tmp_path / "lumen"
    text = said(relance("init", folder, "--depuis", export))
    start = text.index("Ce qui manque, et l'argent qui en dépend :")
    lines = [" ".join(line.split()) for line in text[start:].split("\n")]
    assert lines[1] == (
        "Avant toute lettre : nom et adresse, iban, courriel ou telephone du créancier, 990,50 €"
    )
    assert lines[2] == ("Avant toute lettre : courriel, telephone ou adresse ; 2 clients, 990,50 €")
    assert re.match(r"930,50 € Garage Muller et Fils ledger/clients.beancount:\d+", lines[3])
    assert re.match(r"60,00 € Menuiserie Dupont ledger/clients.beancount:\d+", lines[4])
    assert any(
        line.startswith("Avant les pénalités et la mise en demeure : type") for line in lines
    )


@pytest.mark.slow
def test_the_list_shrinks_with_what_is_filled(tmp_path: Path, export: Path) -> None:
    """`verifier` shows the same list, also while something is refused."""
    folder = tmp_path / "lumen"
    relance("init", folder, "--depuis", export)
    path = folder / "ledger/clients.beancount"
    text = path.read_text(encoding="utf-8")
    filled = '  fec: "C0002"\n  courriel: "compta@muller.example"\n  type: "professionnel"\n'
    path.write_text(text.replace('  fec: "C0002"\n', filled), encoding="utf-8")
    company = read_company(folder)
    groups = lacking(OnDay(company.policy, company.books, date(2026, 11, 27)))
    assert {
        group.before: [str(lack.client.name) for lack in group.lacks] for group in groups[1:]
    } == {
        "toute lettre": ["Menuiserie Dupont"],
        "les pénalités et la mise en demeure": ["Menuiserie Dupont"],
        "une lettre recommandée, un dossier": ["Garage Muller et Fils", "Menuiserie Dupont"],
        "la première relance, à confirmer": ["Garage Muller et Fils", "Menuiserie Dupont"],
    }
    assert [money.number for money in groups[1].sums] == [Decimal(60)]
    checked = CliRunner().invoke(cli.relance, ["verifier", "--dossier", str(folder)])
    assert isinstance(checked.exception, Refusal)  # the creditor is still the model's
    assert "60,00 €  Menuiserie Dupont" in said(checked)


@pytest.mark.slow
def test_invoices_and_statements_of_a_folder_make_one_too(tmp_path: Path) -> None:
    box = tmp_path / "recus"
    box.mkdir()
    bills = [Bill(f"F2026-{n}", JAN, date(2026, 2, 11), iban=IBAN) for n in (1, 2)]
    for bill in bills:
        (box / f"{bill.number}.xml").write_bytes(ubl(bill))
    line = Paid(date(2026, 2, 5), Decimal(1320), "VIR F2026-1", "MENUISERIE DUPONT", reference="C1")
    month = Month(Decimal(1000), (line,), date(2026, 2, 1), date(2026, 2, 28))
    (box / "releve.ofx").write_bytes(ofx(month))
    folder = tmp_path / "lumen"
    result = relance("init", folder, "--depuis", box)
    assert result.exit_code == 0, said(result)
    creditor = read_policy(folder / "relance.yaml").creditor
    assert (creditor.name, creditor.siren, creditor.iban) == (SELLER.name, SELLER.siren, IBAN)
    company = read_company(folder)
    on = OnDay(company.policy, company.books, date(2026, 11, 27))
    assert [claim.invoice for claim in on.open] == ["F2026-2"]
    assert sorted(path.name for path in box.iterdir()) == [
        "F2026-1.xml",
        "F2026-2.xml",
        "releve.ofx",
    ]


def test_files_of_which_nothing_can_be_taken_make_nothing(tmp_path: Path) -> None:
    (tmp_path / "vide.txt").write_text("rien\n")
    with pytest.raises(Refusal, match="n'est d'aucune sorte connue"):
        relance("init", tmp_path / "x", "--depuis", tmp_path / "vide.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["vide.txt"]


CREDITOR = (
    *("--nom", "Atelier Lumen", "--adresse", "1 rue Neuve, 69001 LYON"),
    *("--iban", "FR7630006000011234567890189", "--courriel", "a@lumen.example"),
)


@pytest.mark.slow
def test_options_say_what_an_export_does_not(tmp_path: Path, export: Path) -> None:
    """The SIREN is the export's; then nothing of the creditor is missing, and `emettre` works."""
    folder = tmp_path / "lumen"
    result = relance("init", folder, "--depuis", export, *CREDITOR)
    assert result.exit_code == 0, said(result)
    assert "du créancier" not in said(result)
    creditor = read_policy(folder / "relance.yaml").creditor
    assert (creditor.name, creditor.siren) == ("Atelier Lumen", "732829320")
    assert relance("emettre", "--dossier", folder, "--au", "2026-02-12").exit_code == 0


@pytest.mark.slow
def test_an_option_wins_over_the_files(tmp_path: Path) -> None:
    (tmp_path / "F1.xml").write_bytes(ubl(Bill("F2026-1", JAN, date(2026, 2, 11), iban=IBAN)))
    folder = tmp_path / "lumen"
    relance("init", folder, *CREDITOR, "--depuis", tmp_path / "F1.xml")
    creditor = read_policy(folder / "relance.yaml").creditor
    assert (creditor.name, creditor.iban) == ("Atelier Lumen", "FR7630006000011234567890189")
    assert creditor.siren == SELLER.siren


@pytest.mark.slow
def test_what_the_files_say_is_proposed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Return takes it; what they do not say is asked for."""
    monkeypatch.setattr(creditor_answers, "someone_answers", lambda: True)
    (tmp_path / "F1.xml").write_bytes(ubl(Bill("F2026-1", JAN, date(2026, 2, 11), iban=IBAN)))
    folder = tmp_path / "lumen"
    command = [
        "init",
        str(folder),
        "--depuis",
        str(tmp_path / "F1.xml"),
        "--courriel",
        "a@b.example",
    ]
    result = CliRunner().invoke(cli.relance, command, input="\n\n\n\n04 72 00 00 00\n")
    assert result.exit_code == 0, result.output
    assert f"[{SELLER.name}]" in result.output
    creditor = read_policy(folder / "relance.yaml").creditor
    assert (creditor.name, creditor.siren) == (SELLER.name, SELLER.siren)
    assert (creditor.address, creditor.iban) == (
        (SELLER.street, f"{SELLER.postcode} {SELLER.city}"),
        IBAN,
    )
    assert (creditor.email, creditor.phone) == ("a@b.example", "04 72 00 00 00")


def test_a_folder_that_is_not_empty_is_left(tmp_path: Path, export: Path) -> None:
    (tmp_path / "lumen").mkdir()
    (tmp_path / "lumen/notes.txt").write_text("mien")
    with pytest.raises(Refusal, match="ce dossier n'est pas vide"):
        relance("init", tmp_path / "lumen", "--depuis", export)
    assert [path.name for path in (tmp_path / "lumen").iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(
    "words",
    [
        ("--depuis", "a", "--completer"),
        ("--depuis", "a", "--dossiers", "b"),
        ("a.txt",),
        ("--dossiers", "b", "--nom", "Lumen"),
    ],
)
def test_options_that_do_not_go_together(tmp_path: Path, words: tuple[str, ...]) -> None:
    with pytest.raises(Refusal):
        relance("init", tmp_path / "x", *words)
    assert not (tmp_path / "x").exists()


@pytest.mark.slow
def test_an_office_makes_all_its_companies_at_once(
    tmp_path: Path, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three exports, one of which cannot be read; a second run leaves what is made."""
    shutil.copy(export, export.with_name("Boulangerie Bise.txt"))
    bad = export.with_name("couture.txt")
    bad.write_text(EXPORT.decode().replace("CompAuxNum", "Tiers"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = relance("init", "clients", "--dossiers", "exports/*")
    assert result.exit_code == 2
    lines = [" ".join(line.split()) for line in said(result).split("\n")]
    assert "732829320fec20261231 3 990,50 € 2 clients faite" in lines
    assert "boulangerie-bise 3 990,50 € 2 clients faite" in lines
    assert "couture refusée" in lines
    assert "3 entreprises ; faite : 2, refusée : 1." in lines
    assert "colonnes qui manquent dans l'en-tête : CompAuxNum" in said(result)
    made = sorted(path.name for path in (tmp_path / "clients").iterdir())
    assert made == ["732829320fec20261231", "boulangerie-bise"]
    bad.write_bytes(EXPORT)
    again = relance("init", "clients", "--dossiers", "exports/*")
    assert again.exit_code == 0
    assert "3 entreprises ; déjà là : 2, faite : 1." in said(again)


def test_a_motive_that_nothing_answers(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="rien ne répond à ce motif"):
        relance("init", tmp_path / "x", "--dossiers", "rien/*")
