"""References kept in a reftable: a company's whole cycle, what waits for the user, the way back."""

from __future__ import annotations

import datetime as dt
import subprocess
from decimal import Decimal
from pathlib import Path

import keyring
import pytest
from keyring.backends.null import Keyring as NoRing

import bankfiles as bank
from dispatching import at_nine
from mailserver import running
from relance.git.repository import Repository
from relance.terminal import clock
from repositories import DAY, LEDGER, commit, found, git, run, with_remote
from transactions import AFTER_COMMIT, BEFORE_COMMIT, CASES, case, everything

IMPORTED = 'include "importe/*.beancount"\n'
OURS = "FR7630006000011234567890189"  # the creditor of `found`


@pytest.fixture(autouse=True)
def _reftables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every repository of these tests; a git before 2.45 makes none such."""
    monkeypatch.setenv("GIT_DEFAULT_REF_FORMAT", "reftable")
    probe = tmp_path / "essai"
    git(tmp_path, "init", "-q", str(probe))
    if not (probe / ".git/reftable").is_dir():
        pytest.skip(f"{git(tmp_path, '--version')} makes no repository with a reftable")


def test_the_whole_cycle_of_a_company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda _zone: at_nine(DAY))
    monkeypatch.setattr(clock, "pause", lambda _seconds: None)
    keyring.set_keyring(NoRing())
    with running() as server:
        company = found(tmp_path / "société", IMPORTED + LEDGER, server.policy())
        with_remote(company)
        assert git(company, "rev-parse", "--show-ref-format") == "reftable"
        for words in (
            ("emettre", "--au", DAY),
            ("approuver", "--oui", "--au", DAY),
            ("envoyer",),
            ("noter", "Dupont", "--appel", "Paie lundi.", "--commit"),
        ):
            done = run(company, *words)
            assert done.exit_code == 0, (words, done.output, done.exception)
        assert [message.recipients for message in server.received] == [["compta@dupont.example"]]

    paid = bank.Paid(dt.date(2026, 10, 12), Decimal(1200), "VIR DUPONT F2026-0001", "DUPONT FRERES")
    month = bank.Month(Decimal(0), (paid,), dt.date(2026, 10, 1), dt.date(2026, 10, 31), OURS)
    inbox = company / "ledger/a-importer"
    inbox.mkdir(exist_ok=True)
    (inbox / "releve.ofx").write_bytes(bank.ofx(month))
    monkeypatch.setattr(clock, "now", lambda _zone: at_nine("2026-11-02"))
    imported = run(company, "importer", "--commit")
    assert imported.exit_code == 0, imported.output
    assert "rien" in run(company, "plan", "--au", "2026-11-02").output
    audited = run(company, "audit")
    assert (audited.exit_code, "R20261007-01" in audited.output) == (0, True)
    assert git(company, "status", "--porcelain") == ""
    assert git(company, "fsck", "--no-dangling") == ""


@pytest.mark.parametrize(
    ("command", "what"), [("cherry-pick", "un cherry-pick"), ("revert --no-commit", "un revert")]
)
def test_what_waits_for_the_user_is_seen(tmp_path: Path, command: str, what: str) -> None:
    """CHERRY_PICK_HEAD and REVERT_HEAD are references, and so no files here."""
    company = found(tmp_path / "société")
    git(company, "switch", "-qc", "autre")
    (company / "mot").write_text("autre\n")
    commit(company)
    git(company, "switch", "-q", "main")
    (company / "mot").write_text("ici\n")
    commit(company)
    stopped = ["git", *command.split(), "autre"]
    subprocess.run(stopped, cwd=company, capture_output=True, check=False)
    refused = run(company, "emettre", "--au", DAY)
    assert refused.exit_code == 3
    assert f"git: {what} est en cours" in str(refused.exception)


def test_nothing_moves_while_git_holds_the_lock_of_the_table(tmp_path: Path) -> None:
    company = found(tmp_path / "société")
    lock = company / ".git/reftable/tables.list.lock"
    lock.touch()
    refused = run(company, "emettre", "--au", DAY)
    assert refused.exit_code == 3
    lock.unlink()
    assert run(company, "emettre", "--au", DAY).exit_code == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_killed_the_next_run_goes_back_or_on(tmp_path: Path, name: str) -> None:
    def told(folder: Path) -> str:
        return str(Repository.at(folder).recover())

    for stage in (*BEFORE_COMMIT[name], *AFTER_COMMIT):
        place = tmp_path / stage.replace("/", "-")
        place.mkdir()
        asked = case(name, place)
        before = everything(asked.folder)
        asked.killed_at(stage)
        said = told(asked.folder)
        if stage in AFTER_COMMIT:
            assert "est complet" in said
        else:
            assert everything(asked.folder) == before
            asked.commit()
        asked.check_made()
