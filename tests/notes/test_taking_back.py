"""`relance noter --annuler`: the last note goes, and nothing with it; one that counts stays."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from relance.text.typography import ordinary
from repositories import DAY, LEDGER, add, found, git, run, with_remote
from reviews import edit, refusal

TWO = LEDGER + (
    "2026-01-01 open Actifs:Clients:Roux\n"
    '  client: "Roux"\n  adresse: "3 rue Neuve\\n69001 LYON"\n  courriel: "r@roux.example"\n'
)
BOOKS = "ledger/main.beancount"


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found(tmp_path_factory.mktemp("atelier") / "société", TWO)


@pytest.fixture
def company(first: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(first, tmp_path / "société"))


def noted(folder: Path, *words: str) -> str:
    result = run(folder, "noter", *words)
    assert result.exit_code == 0, f"{result.output}{result.exception}"
    return result.output


def books(folder: Path) -> str:
    return (folder / BOOKS).read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("older", ["; fin", '2026-02-01 note Actifs:Clients:Roux "b" #appel'])
def test_a_note_that_git_does_not_have_leaves_the_file_as_it_was(company: Path, older: str) -> None:
    add(company, f"{older}\n\n; fin\n")
    before = books(company)
    noted(company, "Dupont", "--appel", "Rappeler lundi", "--le", "2026-10-01")
    said = noted(company, "--annuler")
    assert books(company) == before
    assert "Retirée : Suivi de Dupont Frères : note appel retirée" in said
    assert '-2026-10-01 note Actifs:Clients:Dupont "Rappeler lundi" #appel' in said
    assert git(company, "status", "--porcelain") == ""


@pytest.mark.slow
def test_a_committed_note_goes_in_a_commit_of_its_own(company: Path) -> None:
    before = books(company)
    noted(company, "Dupont", "--appel", "Rappeler lundi", "--le", "2026-10-01", "--commit")
    noted(company, "--annuler", "--commit")
    assert books(company) == before
    assert git(company, "log", "--format=%s") == (
        "Suivi de Dupont Frères : note appel retirée\nSuivi de Dupont Frères : appel\nlivres"
    )
    assert git(company, "log", "-1", "--format=%b") == "Rappeler lundi"
    assert "aucune note à retirer" in refusal(company, "noter", "--annuler")


@pytest.mark.slow
def test_the_last_one_goes_first_and_a_client_s_own_when_named(company: Path) -> None:
    for client, text in (("Dupont", "un"), ("Roux", "deux"), ("Dupont", "trois")):
        noted(company, client, "--appel", text, "--le", "2026-10-01", "--commit")
    noted(company, "Roux", "--annuler", "--commit")
    assert left(company) == ["un", "trois"]
    noted(company, "--annuler")
    assert left(company) == ["un"]


def left(folder: Path) -> list[str]:
    """The texts of the calls that are noted, in the order of their place."""
    return re.findall(r'"(un|deux|trois)"', books(folder))


@pytest.mark.slow
def test_a_whole_payment_plan_goes_with_its_last_instalment(company: Path) -> None:
    before = books(company)
    plan = ("Dupont", "--echeancier", "3", "--des", "2026-11-02", "--accepte", "--le", DAY)
    noted(company, *plan)
    assert books(company).count("#echeancier") == 3
    noted(company, "--annuler")
    assert books(company) == before


@pytest.mark.slow
def test_what_others_have_stays(company: Path) -> None:
    noted(company, "Dupont", "--appel", "un", "--le", "2026-10-01", "--commit")
    with_remote(company)
    noted(company, "Dupont", "--appel", "deux", "--le", "2026-10-02", "--commit")
    noted(company, "--annuler", "--commit")
    told = refusal(company, "noter", "--annuler")
    assert "3 annuler: aucune note à retirer : origin/main a toutes celles qui sont là" in told
    assert '"un"' in books(company)


@pytest.mark.slow
def test_a_note_of_the_base_stays_when_asked_from_another_branch(company: Path) -> None:
    noted(company, "Dupont", "--appel", "un", "--le", "2026-10-01", "--commit")
    git(company, "switch", "-qc", "essai")
    git(company, "config", "relance.base", "main")
    assert "main a toutes celles qui sont là" in refusal(company, "noter", "--annuler")


@pytest.mark.slow
def test_a_note_that_a_letter_was_decided_on_stays(company: Path) -> None:
    noted(company, "Dupont", "--appel", "un", "--le", "2026-10-01", "--commit")
    assert run(company, "emettre", "--au", DAY).exit_code == 0
    git(company, "switch", "-q", "main")
    told = refusal(company, "noter", "--annuler")
    assert "3 ledger/main.beancount:" in told
    assert "R20261007-01 a été décidée sur des livres qui ont cette note" in told
    noted(company, "Roux", "--appel", "deux", "--le", "2026-10-08", "--commit")
    noted(company, "--annuler", "--commit")  # no letter's books have it
    assert left(company) == ["un"]
    git(company, "branch", "-qD", "relance/2026-10-07")  # the letter never was
    noted(company, "--annuler", "--commit")
    assert left(company) == []


@pytest.mark.slow
def test_a_dispatch_goes_with_its_file_until_the_letter_came_back(company: Path) -> None:
    letter, registers = "R20261007-01", company / "out/registre"
    assert run(company, "emettre", "--au", DAY).exit_code == 0
    assert run(company, "approuver", "--oui", "--au", DAY).exit_code == 0
    before = sorted(registers.iterdir())
    sent = ("--envoi", letter, "--courrier", "--le", "2026-10-08")
    for more in ([], ["--commit"]):
        noted(company, *sent, *more)
        assert f"Retirée : Suivi de Dupont Frères : note envoi retirée ({letter})" in ordinary(
            noted(company, "--annuler", *more)
        )
        assert sorted(registers.iterdir()) == before
        assert git(company, "status", "--porcelain") == ""
    noted(company, *sent, "--commit")
    noted(company, "--retour", letter, "--raison", "inconnu", "--le", "2026-10-08", "--commit")
    noted(company, "--annuler", "--commit")  # the return, in the file of the dispatch
    assert [path.name for path in set(registers.iterdir()) - set(before)] == [
        "2026-10-08-envois.beancount"
    ]
    noted(company, "--retour", letter, "--raison", "inconnu", "--le", "2026-10-09")
    git(company, "add", "-A")
    git(company, "commit", "-qm", "retour")
    edit(company, "out/registre/2026-10-08-envois.beancount", "par courrier", "par la poste")
    assert "est revenue depuis" in refusal(company, "noter", "--annuler")


@pytest.mark.slow
def test_only_a_client_may_be_named_beside_it(company: Path) -> None:
    for words in (["--le", DAY], ["--appel", "x"], ["--facture", "F2026-0001"], ["--au", DAY]):
        assert run(company, "noter", "--annuler", *words).exit_code == 2
    told = refusal(company, "noter", "Personne", "--annuler")
    assert told.startswith("2 client: « Personne » : aucun client de ce nom")


@pytest.mark.slow
def test_an_import_s_own_notes_are_none(company: Path) -> None:
    head = '2026-10-01 note Actifs:Clients:Dupont "Déposée" ^F2026-0001 #statut'
    add(company, f'{head}\n  statut: "200"\n')
    assert "aucune note à retirer" in refusal(company, "noter", "--annuler")
