"""Letters approved by `relance approuver`: shown, asked, merged into the branch they came from."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from relance.git.repository import Repository
from relance.terminal import interview
from repositories import git, with_remote
from reviews import BRANCH, DAY, LEDGER, done, make_company, on_main, payment, refusal

ON = ("--au", DAY)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two letters on their branch, which is checked out."""
    company = make_company(tmp_path_factory.mktemp("atelier") / "société")
    done(company, "emettre", *ON)
    return company


@pytest.fixture
def company(first: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(first, tmp_path / "société"))


@pytest.mark.slow
def test_the_branch_checked_out_is_merged_with_what_it_brings_in_its_message(company: Path) -> None:
    main, letters = git(company, "rev-parse", "main"), git(company, "rev-parse", BRANCH)
    shown = done(company, "approuver", "--oui", *ON)
    assert "R20261007-01  Dupont Frères" in shown
    assert "2 lettres, 1\u202f500,00\xa0€." in shown
    assert git(company, "branch", "--show-current") == "main"
    assert git(company, "log", "-1", "--format=%P").split() == [main, letters]
    assert git(company, "log", "-1", "--format=%B").splitlines() == [
        "Approbation : 2 lettres du 7\xa0octobre 2026",
        "",
        "- R20261007-01 Actifs:Clients:Dupont",
        "- R20261007-02 Actifs:Clients:Durand",
        "",
        f"Branche {BRANCH}",
    ]
    assert git(company, "status", "--porcelain") == ""
    assert "main a déjà toutes les lettres" in refusal(company, "approuver", BRANCH, "--oui", *ON)


@pytest.mark.slow
@pytest.mark.parametrize("named", [(), (BRANCH,)])
def test_from_main_the_branch_that_waits_is_meant(company: Path, named: tuple[str, ...]) -> None:
    git(company, "switch", "-q", "main")
    assert "Fusionné dans main" in done(company, "approuver", *named, "--oui", *ON)
    assert "3 aucune lettre" in refusal(company, "approuver", "--oui", *ON).replace("git: ", "")


@pytest.mark.slow
def test_nothing_is_merged_unless_someone_agrees(
    company: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = git(company, "for-each-ref")
    monkeypatch.setattr(interview, "on_terminal", lambda: True)
    monkeypatch.setattr(interview, "merging", lambda _home: False)
    assert "rien n'est fusionné" in done(company, "approuver", *ON)
    assert git(company, "for-each-ref") == before
    assert git(company, "branch", "--show-current") == BRANCH


@pytest.mark.slow
def test_what_a_payment_overtook_is_refused(company: Path) -> None:
    on_main(company, payment("Durand", "F2026-0002", "300.00", DAY))
    told = refusal(company, "approuver", "--oui", *ON)
    assert told.startswith("3 ")
    assert "R20261007-02" in told
    assert "R20261007-01" not in told


@pytest.mark.slow
def test_changes_that_are_not_committed_are_refused_by_name(company: Path) -> None:
    ledger = company / "ledger/main.beancount"
    ledger.write_text(LEDGER + "\n; en chantier\n")
    assert "ledger/main.beancount" in refusal(company, "approuver", "--oui", *ON)


@pytest.mark.slow
def test_a_run_in_progress_is_waited_for_by_nobody(company: Path) -> None:
    with Repository.at(company).lock():
        assert refusal(company, "approuver", "--oui", *ON).startswith("3 ")


@pytest.mark.slow
def test_a_base_behind_its_remote_is_brought_up_to_date_first(company: Path) -> None:
    with_remote(company)
    git(company, "switch", "-q", "main")
    (company / "note.txt").write_text("x")
    git(company, "add", "note.txt")
    git(company, "commit", "-qm", "note")
    git(company, "push", "-q", "origin", "main")
    git(company, "reset", "-q", "--hard", "HEAD~1")
    assert "main est en retard sur origin/main" in refusal(
        company, "approuver", BRANCH, "--oui", *ON
    )


def test_a_conflict_is_left_to_a_person(company: Path) -> None:
    path = company / "ledger/main.beancount"
    for branch in (BRANCH, "main"):
        git(company, "switch", "-q", branch)
        path.write_text(LEDGER + f"\n; {branch}\n")
        git(company, "commit", "-qam", branch)
    assert "la fusion demande un choix" in refusal(company, "approuver", BRANCH, "--oui", *ON)


@pytest.mark.slow
def test_a_hook_that_refuses_leaves_everything_as_it_was(company: Path) -> None:
    hook = company / ".git/hooks/commit-msg"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho non >&2\nexit 1\n")
    hook.chmod(0o755)
    assert "non" in refusal(company, "approuver", "--oui", *ON)


@pytest.mark.slow
def test_what_else_the_branch_changes_is_told(company: Path) -> None:
    path = company / "ledger/main.beancount"
    path.write_text(LEDGER + "\n; relu\n")
    git(company, "commit", "-qam", "relu")
    assert "Et aussi : ledger/main.beancount." in done(company, "approuver", "--oui", *ON)
