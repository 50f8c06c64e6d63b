"""`relance rapprocher` at a real terminal, and what it shows without one."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from guide_pages import pages
from markdown_parts import blocks
from relance.terminal import cli
from relance.text.typography import ordinary
from repositories import commit, git
from story import Story, balances, company

DAY = "2026-03-30"
IBAN = "FR1420041010050500013M02606"
BOOKS = """
2010-01-01 open Actifs:Attente
2010-01-01 open Produits:Penalites
2026-02-10 * "Durand" "Facture" ^FA2026-0001
  echeance: 2026-03-10
  Actifs:Clients:Durand  100.00 EUR
  Produits:Ventes
2026-02-11 * "Durand" "Facture" ^FA2026-0002
  echeance: 2026-03-11
  Actifs:Clients:Durand  200.00 EUR
  Produits:Ventes
2026-02-12 * "Commune" "Facture" ^FA2026-0003
  echeance: 2026-03-12
  Actifs:Clients:Mairie  300.00 EUR
  Produits:Ventes
"""
PROBABLE = f"""
2026-03-20 ! "DURAND SARL" "VIR SEPA" ^FA2026-0001
  import: "banque:1/a@2026-03-20=100.00"
  rapprochement: "probable : payeur connu par son nom"
  payeur: "DURAND SARL"
  iban-payeur: "{IBAN}"
  Actifs:Banque           100.00 EUR
  Actifs:Clients:Durand  -100.00 EUR
"""
UNKNOWN = """
2026-03-21 ! "ZORRO" "VIREMENT"
  import: "banque:1/b@2026-03-21=300.00"
  rapprochement: "inconnu : ni facture citée ni payeur connu"
  Actifs:Banque    300.00 EUR
  Actifs:Attente  -300.00 EUR
"""


def asked(root: Path, keys: str, *words: str) -> tuple[int, str]:
    """What is said at a terminal of 80 columns when these keys are struck."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "relance", "rapprocher", "--dossier", str(root), "--au", DAY]
    environment = os.environ | {"COLUMNS": "80"}
    with subprocess.Popen(
        [*command, *words],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
    ) as asking:
        os.write(ours, keys.encode())
        said = asking.communicate(timeout=60)[0].decode()
    os.close(ours)
    os.close(theirs)
    return asking.returncode, said


def run(root: Path, *words: str) -> str:
    command = ["rapprocher", "--dossier", str(root), "--au", DAY, *words]
    result = CliRunner(catch_exceptions=False).invoke(cli.relance, command)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_proposal_is_taken_and_the_payer_learned(tmp_path: Path) -> None:
    company(tmp_path, BOOKS + PROBABLE)
    status, said = asked(tmp_path, "1\no\no\n")
    assert status == 0
    assert "probable : payeur connu par son nom" in said
    assert max(map(len, said.partition("Réponse")[0].splitlines())) <= 80
    assert "1 écriture réglée" in said
    after = Story(tmp_path)
    assert balances(after, DAY) == {"FA2026-0002": "200.00", "FA2026-0003": "300.00"}
    (client,) = (c for c in after.books.clients if c.account.endswith("Durand"))
    assert client.payer_ibans == (IBAN,)


def test_a_question_is_shown_as_the_guide_shows_it(tmp_path: Path) -> None:
    (shown,) = blocks(pages("rapprocher"), "text")
    reason = "probable : payeur connu par son nom, et le montant est le solde de F2026-0031"
    drafts = PROBABLE.replace("probable : payeur connu par son nom", reason) + UNKNOWN
    lines = 'option "name_assets" "Actifs"\n' + "\n" * 11 + drafts
    company(tmp_path, BOOKS + 'include "importe/banque-2026.beancount"\n')
    imported = tmp_path / "ledger/importe/banque-2026.beancount"
    imported.parent.mkdir()
    for path, text in ((imported, lines), (tmp_path / "ledger/main.beancount", None)):
        written = path.read_text("utf-8") if text is None else text
        path.write_text(written.replace("FA2026-0001", "F2026-0031"), encoding="utf-8")
    status, said = asked(tmp_path, "q\n")
    assert status == 0
    told = ordinary(said).lstrip().splitlines()
    assert told[:-1] == ordinary(shown).splitlines()
    assert said.endswith("→ rien n'est changé : 2 écritures à régler.\n")


@pytest.mark.slow
def test_money_is_split_over_several_invoices(tmp_path: Path) -> None:
    company(tmp_path, BOOKS + UNKNOWN)
    keys = "f\nDurand\nFA2026-0001 40,00, FA2026-0002\no\n"
    status, said = asked(tmp_path, keys)
    assert status == 0, said
    assert balances(Story(tmp_path), DAY) == {"FA2026-0003": "300.00"}  # 60,00 to the oldest
    text = (tmp_path / "ledger/main.beancount").read_text(encoding="utf-8")
    assert 'facture: "FA2026-0002"' in text
    assert '2026-03-21 * "ZORRO"' in text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("FA2026-0001 40USD", "un montant en EUR après FA2026-0001"),
        ("FA2026-0001 40.000", "un montant en EUR après FA2026-0001"),
        ("FA2026-0009 40,00", "vouliez-vous « FA2026-000"),
        ("FA2026-0001 300,01", "300,00"),
    ],
)
def test_parts_that_cannot_be_are_asked_again(tmp_path: Path, answer: str, told: str) -> None:
    company(tmp_path, BOOKS + UNKNOWN)
    status, said = asked(tmp_path, f"f\nDurand\n{answer}\nFA2026-0001 40,00 €\no\n")
    assert status == 0, said
    assert told in said
    text = (tmp_path / "ledger/main.beancount").read_text(encoding="utf-8")
    assert 'rapprochement: "à la main : FA2026-0001"' in text
    assert "-40.00 EUR" in text


ALL = {"FA2026-0001", "FA2026-0002", "FA2026-0003"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("keys", "left"),
    [
        ("c\nValbois\nn\nq\n", ALL),  # « n »: nothing is written
        ("c\nzzz\nDurand\no\n", {"FA2026-0003"}),  # asked again
        ("x\nProduits:Vente\nProduits:Ventes\no\n", ALL),
        ("\n\np\n", ALL),  # nothing goes without saying
        ("q\n", ALL),
    ],
)
def test_other_answers(tmp_path: Path, keys: str, left: set[str]) -> None:
    company(tmp_path, BOOKS + UNKNOWN)
    before = (tmp_path / "ledger/main.beancount").read_bytes()
    status, said = asked(tmp_path, keys)
    assert status == 0, said
    assert balances(Story(tmp_path), DAY).keys() == left
    unchanged = (tmp_path / "ledger/main.beancount").read_bytes() == before
    assert unchanged == ("réglée" not in said)


@pytest.mark.slow
def test_one_question_after_another(tmp_path: Path) -> None:
    company(tmp_path, BOOKS + PROBABLE + UNKNOWN)
    status, said = asked(tmp_path, "p\n1\no\n")
    assert status == 0, said
    assert "1/2" in said
    assert "2/2" in said
    assert balances(Story(tmp_path), DAY) == {"FA2026-0001": "100.00", "FA2026-0002": "200.00"}


@pytest.mark.slow
def test_an_answer_is_committed_alone(tmp_path: Path) -> None:
    company(tmp_path, BOOKS + UNKNOWN)
    git(tmp_path.parent, "init", "-qb", "main", str(tmp_path))
    commit(tmp_path)
    (tmp_path / "autre.txt").write_text("en cours\n", encoding="utf-8")
    status, said = asked(tmp_path, "1\no\n", "--commit")
    assert status == 0, said
    assert git(tmp_path, "show", "--name-only", "--format=%s", "HEAD").split() == [
        "rapprocher:",
        "FA2026-0003",
        "ledger/main.beancount",
    ]
    assert "autre.txt" in git(tmp_path, "status", "--short")


def test_the_list_and_its_json(tmp_path: Path) -> None:
    company(tmp_path, BOOKS + PROBABLE + UNKNOWN)
    said = run(tmp_path, "--liste")
    assert "2 écritures à régler" in said
    found = json.loads(run(tmp_path, "--format", "json"))["a_rapprocher"]
    assert [each["montant"] for each in found] == ["100.00", "300.00"]
    assert found[1]["propositions"][0]["parts"] == [{"facture": "FA2026-0003", "montant": "300.00"}]


def test_a_list_has_nothing_to_commit(tmp_path: Path) -> None:
    company(tmp_path, BOOKS + UNKNOWN)
    for shown in (["--liste"], ["--format", "json"]):
        words = ["rapprocher", "--dossier", str(tmp_path), "--commit", *shown]
        result = CliRunner().invoke(cli.relance, words)
        assert result.exit_code == 2
        assert "--commit va avec les réponses" in result.output


@pytest.mark.slow
def test_what_is_no_iban_is_not_offered_to_keep(tmp_path: Path) -> None:
    company(tmp_path, BOOKS + PROBABLE.replace(IBAN, "FR14 INCONNU"))
    status, said = asked(tmp_path, "1\no\n")
    assert (status, "Retenir" in said, "1 écriture réglée" in said) == (0, False, True)


def test_nothing_to_settle(tmp_path: Path) -> None:
    company(tmp_path, BOOKS)
    assert "rien à rapprocher" in run(tmp_path, "--liste")
    assert json.loads(run(tmp_path, "--format", "json")) == {"a_rapprocher": []}


def test_without_a_keyboard_nothing_is_asked(tmp_path: Path) -> None:
    company(tmp_path, BOOKS + UNKNOWN)
    result = CliRunner().invoke(cli.relance, ["rapprocher", "--dossier", str(tmp_path)])
    assert result.exit_code == 2
    assert "--liste" in result.output
