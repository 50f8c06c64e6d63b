"""The made-up companies are what the bench says they are."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from beancount import loader
from beancount.core.data import Open, Transaction

from bench.companies import TODAY, put_under_git, write_company
from bench.reconciling import statement
from relance.reconciliation.reconcile import reconcile

LEDGER = "ledger/main.beancount"


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("banc") / "a"
    write_company(folder, 400)
    return folder


def test_the_same_seed_gives_the_same_books(company: Path, tmp_path: Path) -> None:
    write_company(tmp_path / "b", 400)
    write_company(tmp_path / "c", 400, seed=2)
    books, again, other = (
        (f / LEDGER).read_text() for f in (company, tmp_path / "b", tmp_path / "c")
    )
    assert books == again
    assert books != other


@pytest.mark.slow
def test_the_books_load_clean_and_hold_the_invoices_asked_for(company: Path) -> None:
    entries, errors, _ = loader.load_file(str(company / LEDGER))
    assert errors == []
    transactions = [e for e in entries if isinstance(e, Transaction)]
    assert sum("echeance" in t.meta for t in transactions) == 400
    assert sum(isinstance(e, Open) and "client" in e.meta for e in entries) == 16
    assert max(e.date for e in entries) <= TODAY


def test_payments_come_in_all_the_ways_of_real_life(company: Path) -> None:
    entries, _, _ = loader.load_file(str(company / LEDGER))
    payments = [t for t in entries if isinstance(t, Transaction) and t.narration == "Virement reçu"]
    assert 0.90 < len(payments) / 400 < 1
    assert 0 < sum(not t.links for t in payments) < 12
    assert any("avoir" in t.tags for t in entries if isinstance(t, Transaction))


def test_everything_is_committed(company: Path) -> None:
    put_under_git(company)
    git = ["git", "-C", str(company)]
    tracked = subprocess.check_output([*git, "ls-files"], text=True).split()
    assert {"relance.yaml", LEDGER, "out/registre/0000-entete.beancount"} < set(tracked)
    assert subprocess.check_output([*git, "status", "--porcelain"]) == b""


def test_every_line_of_the_statement_is_matched_with_its_invoice() -> None:
    on, lines = statement(500)
    found = reconcile(lines, on)
    assert len(found) == len(lines) == 500
    numbers = {item.id: f"FA2025-{int(item.id[1:]):06}" for item in lines}
    certain = [match for match in found if match.grade.certain]
    assert len(certain) > 200
    assert all([p.invoice for p in m.parts] == [numbers[m.line.id]] for m in certain)
