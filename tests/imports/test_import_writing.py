"""What is written is written whole: killed anywhere, in git, with others' changes beside."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import bankfiles as bank
from bankfiles import Month, Paid
from electronic import Bill, Firm
from inboxes import books, company, drop, entries, imports, left, write, written
from relance.imports import import_run, writing_out
from relance.imports.prepared import ImportRequest
from relance.values.problem import Refusal, Status
from repositories import commit, git

BILL = Bill("F2026-0031", date(2026, 1, 31), date(2026, 3, 2), iban=bank.IBAN)
LINES = (
    Paid(date(2026, 2, 3), Decimal("1320.00"), "VIR F2026-0031", "MENUISERIE DUPONT"),
    Paid(date(2026, 2, 9), Decimal("77.00"), "VIREMENT", "MME X"),
)
MONTH = Month(Decimal(0), LINES, date(2026, 2, 1), date(2026, 2, 28))
NEW = Firm("Garage des Remparts", "552100554", street="8 allée", postcode="71000", city="MACON")


def inbox(root: Path) -> None:
    drop(
        root,
        a_pdf=BILL,
        b_xml=replace(BILL, number="F2025-9", issued=date(2025, 12, 30), due=None, buyer=NEW),
        c_xml=bank.camt(MONTH),
    )


def without_include(root: Path) -> Path:
    """A company whose ledger does not read the folder of imports yet."""
    company(root)
    text = written(root)["main.beancount"].replace('include "importe/*.beancount"\n', "")
    write(root, "ledger/main.beancount", text)
    (root / "ledger/importe/0000-entete.beancount").unlink()
    return root


class Killed(BaseException):
    """As a kill: nothing that comes after is done."""


def run_until(root: Path, stop: int) -> list[str]:
    """Import, killed at the stage of that number; the stages before it."""
    stages: list[str] = []

    def stage(name: str) -> None:
        if len(stages) == stop:
            raise Killed
        stages.append(name)

    request = ImportRequest(root, (), date(2026, 11, 22))
    paths = import_run.files_of(request, "ledger/main.beancount")
    with suppress(Killed):
        writing_out.write(import_run.prepare(request, paths), stage=stage)
    return stages


@pytest.mark.slow
def test_a_run_killed_anywhere_is_finished_by_the_next(tmp_path: Path) -> None:
    whole = without_include(tmp_path / "entière")
    inbox(whole)
    stages = run_until(whole, 10_000)
    expected = written(whole)
    assert len(stages) > 12
    assert left(whole) == []
    for stop in range(len(stages)):
        root = without_include(tmp_path / f"tuée{stop}")
        inbox(root)
        assert run_until(root, stop) == stages[:stop]
        # The books can be read, and never hold an invoice without the payment that came with it.
        sides = {m.number > 0 for m in books(root).movements if "F2026-0031" in m.invoices}
        assert True not in sides or False in sides, stages[stop]
        if left(root):
            imports(root)
        assert written(root) == expected, stages[stop]
        assert (left(root), list(root.rglob("*.relance-partiel"))) == ([], [])


def test_a_full_disk_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = company(tmp_path)
    before = written(root)
    inbox(root)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "hardlink_to", full)
    monkeypatch.setattr(shutil, "copyfile", full)
    assert "écriture impossible" in imports(root, status=3)
    assert (written(root), left(root)) == (before, ["a.pdf", "b.xml", "c.xml"])
    assert list(root.rglob("*.relance-partiel")) == []


def test_a_file_that_cannot_be_read_is_told_and_the_others_go_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = company(tmp_path)
    inbox(root)
    read_bytes = Path.read_bytes

    def locked(path: Path) -> bytes:
        if path.name == "a.pdf":
            raise PermissionError(13, "Permission denied")
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", locked)
    assert "a.pdf: ce fichier ne se lit pas" in imports(root, status=2)
    assert left(root) == ["a.pdf"]


def test_a_file_that_changed_meanwhile_is_not_filed(tmp_path: Path) -> None:
    root = company(tmp_path)
    inbox(root)
    request = ImportRequest(root, (), date(2026, 11, 22))
    prepared = import_run.prepare(request, import_run.files_of(request, "ledger/main.beancount"))
    write(root, "ledger/a-importer/a.pdf", b"%PDF-1.7 other")
    with pytest.raises(Refusal) as caught:
        writing_out.write(prepared)
    assert caught.value.status is Status.REFUSED_STATE
    assert entries(root, "facture") == {}


def test_entries_are_let_go_of_before_the_books_are_loaded_again(tmp_path: Path) -> None:
    root = company(tmp_path)
    inbox(root)
    request = ImportRequest(root, (), date(2026, 11, 22))
    prepared = import_run.prepare(request, import_run.files_of(request, "ledger/main.beancount"))
    held = (len(prepared.put), len(prepared.so_far.loaded.entries))
    writing_out.write(prepared)
    assert all(held)
    assert (len(prepared.put), len(prepared.so_far.loaded.entries)) == (0, 0)
    assert entries(root, "facture")


# ---------------------------------------------------------------- Git


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = company(tmp_path / "société")
    write(root, ".gitignore", "/ledger/a-importer/\n")
    write(root, "notes.txt", "début\n")
    git(tmp_path, "init", "-qb", "main", str(root))
    commit(root)
    inbox(root)
    write(root, "notes.txt", "en cours\n")
    write(root, "autre.txt", "pas suivi\n")
    git(root, "add", "notes.txt")
    return root


@pytest.mark.slow
def test_the_commit_holds_exactly_what_came_in(repository: Path) -> None:
    imports(repository, "--commit")
    changed = git(repository, "diff-tree", "-r", "--name-only", "--no-commit-id", "HEAD").split()
    assert sorted(changed) == sorted(
        [
            "ledger/importe/banque-2026.beancount",
            "ledger/importe/comptes.beancount",
            "ledger/importe/deja-importes.txt",
            "ledger/importe/factures-2025.beancount",
            "ledger/importe/factures-2026.beancount",
            "ledger/main.beancount",
            "ledger/pieces/F2025-9.xml",
            "ledger/pieces/F2026-0031.pdf",
            *(name for name in changed if name.startswith("ledger/releves/")),
        ]
    )
    assert git(repository, "log", "-1", "--format=%s") == "Import : 4 éléments de 3 fichiers"
    # `git` strips the first line.
    assert git(repository, "status", "--porcelain").split("\n") == ["M  notes.txt", "?? autre.txt"]
    assert left(repository) == []
    before = git(repository, "rev-parse", "HEAD")
    inbox(repository)
    imports(repository, "--commit")
    assert git(repository, "rev-parse", "HEAD") == before


@pytest.mark.slow
def test_a_ledger_file_with_changes_of_its_own_is_not_committed(repository: Path) -> None:
    main = written(repository)["main.beancount"]
    write(repository, "ledger/main.beancount", main + "; en cours\n")
    before = written(repository)
    said = imports(repository, "--commit", status=3)
    assert "ledger/main.beancount" in said
    assert (written(repository), len(left(repository))) == (before, 3)


@pytest.mark.slow
def test_a_hook_that_refuses_leaves_everything_as_it_was(repository: Path) -> None:
    before = written(repository)
    hook = write(repository, ".git/hooks/pre-commit", "#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    imports(repository, "--commit", status=3)
    assert (written(repository), len(left(repository))) == (before, 3)
    assert git(repository, "status", "--porcelain").split("\n") == ["M  notes.txt", "?? autre.txt"]


@pytest.mark.slow
def test_outside_git_nothing_is_committed_and_all_else_works(tmp_path: Path) -> None:
    root = company(tmp_path)
    inbox(root)
    assert subprocess.run(
        ["git", "rev-parse"], cwd=root, capture_output=True, check=False
    ).returncode
    imports(root, "--commit", status=3)
    imports(root)
    assert len(entries(root, "facture")) == 2
