"""The example company's imported entries are what its files give."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from example import received
from inboxes import imports, left, written
from places import ROOT
from relance.ledger.company import read_company

LEDGER = ROOT / "ledger"
INVOICE = LEDGER / "pieces" / f"{received.NUMBER}.pdf"


@pytest.mark.slow
def test_the_files_give_the_entries_again(tmp_path: Path) -> None:
    for name in ("ledger", "letters", "out/registre"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "relance.yaml", tmp_path)
    expected = written(tmp_path)
    box = tmp_path / "ledger/a-importer"
    box.mkdir(exist_ok=True)
    for path in [*(tmp_path / "ledger/releves").iterdir(), tmp_path / INVOICE.relative_to(ROOT)]:
        path.rename(box / path.name)
    for path in (tmp_path / "ledger/importe").glob("*-2026.beancount"):
        path.unlink()
    # What a person asserts of the bank holds once they are in again.
    year = tmp_path / "ledger/2026.beancount"
    text = year.read_text(encoding="utf-8")
    year.write_text(re.sub(r"(?m)^(.* balance Actifs:Banque)", r";\1", text), encoding="utf-8")
    imports(tmp_path)
    year.write_text(text, encoding="utf-8")
    assert (written(tmp_path), left(tmp_path)) == (expected, [])


def test_the_statements_are_those_that_the_generator_writes() -> None:
    iban = (read_company(ROOT).policy.creditor.iban or "").replace(" ", "")
    kept = {path.read_bytes() for path in (LEDGER / "releves").iterdir()}
    assert kept == set(received.months(iban).values())
