"""Fava's own import page with the importers: Chromium before a Fava that is really served."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browsing import chromium, served, shown
from electronic import Bill, facturx
from inboxes import imports, write
from places import ROOT
from relance.ledger.beancount import load
from relance.ledger.imported import imported

pytestmark = pytest.mark.slow

DOCUMENTS = ROOT / "tests/importers/company"
OPTIONS = """
option "operating_currency" "EUR"
2010-01-01 open Actifs:Attente
2010-01-01 custom "fava-option" "import-config" "../import.py"
2010-01-01 custom "fava-option" "import-dirs" "a-importer"
"""
CONFIG = """\
from pathlib import Path

from relance.beangulp import fava_hook, importers

CONFIG = importers(Path(__file__).with_name("relance.yaml"))
HOOKS = [fava_hook]
"""


def inbox(root: Path) -> Path:
    """The company of the importers with Fava's options, and files of several kinds to import."""
    shutil.copytree(DOCUMENTS / "ledger", root / "ledger")
    shutil.copy(DOCUMENTS / "relance.yaml", root)
    write(root, "import.py", CONFIG)
    ledger = root / "ledger/main.beancount"
    ledger.write_text(ledger.read_text(encoding="utf-8") + OPTIONS, encoding="utf-8")
    box = root / "ledger/a-importer"
    for path in DOCUMENTS.glob("documents/*/*"):
        if path.suffix != ".beancount" and path.parent.name in {"camt", "ubl"}:
            write(box, f"{path.parent.name}-{path.name}", path.read_bytes())
    write(box, "coupee.pdf", facturx(Bill("F2026-0099", date(2026, 1, 12)))[:900])
    write(box, "notes.txt", "penser au loyer")
    return ledger


def extract(page: Page, reader: str) -> None:
    page.get_by_title(f"Extract with importer relance.incoming.{reader}").click()


def values(page: Page, selector: str) -> list[str]:
    fields: list[str] = page.locator(selector).evaluate_all("all => all.map(each => each.value)")
    return fields


def test_files_are_listed_extracted_saved_and_known_again(tmp_path: Path) -> None:
    ledger = inbox(tmp_path)
    with chromium() as browser, served(ledger) as address, shown(browser) as (page, complaints):
        page.goto(f"{address}/import/")
        expect(page.get_by_role("button", name="Extract")).to_have_count(4)
        expect(page.get_by_text("notes.txt")).to_be_hidden()  # among « Non-importable Files »
        listed = [value for value in values(page, ".filelist form.flex-row input") if value]
        assert listed[0] == "Actifs:Banque"
        assert re.fullmatch(r"2026-01-31 banque-2026-01-31-\w{8}\.camt053\.xml", listed[1])
        assert re.fullmatch(r"\d{4}-\d\d-\d\d refusé/coupee\.pdf", listed[2])
        assert listed[3:7] == [
            *("Actifs:Clients:Dupont", "2026-01-12 A2026-0003.xml"),
            *("Actifs:Clients:Dupont", "2026-01-12 F2026-0010.xml"),
        ]

        extract(page, "camt")
        expect(page.get_by_text("2 to import")).to_be_visible()
        own = values(page, "dialog input, form.flex-column input")
        assert "VIR F2026-0007 ^F2026-0007" in own
        assert "sûr : cite F2026-0007, et le montant est son solde" in own
        assert {"Actifs:Banque", "1320.00 EUR", "Actifs:Clients:Dupont", "-1320.00 EUR"} <= {*own}
        page.get_by_role("button", name="Next").click()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("2 to import")).to_be_hidden()

        extract(page, "camt")
        expect(page.get_by_text("0 to import")).to_be_visible()  # both are there
        page.keyboard.press("Escape")
        assert complaints == []
        extract(page, "facturx")
        expect(page.get_by_text("ce PDF est endommagé")).to_be_visible()

    # What Fava saved is what it was given: the program goes on with it, and adds what Fava cannot.
    assert all(entry.untouched for entry in imported(load(ledger, tmp_path), tmp_path))
    for name in ("coupee.pdf", "notes.txt"):
        (ledger.parent / "a-importer" / name).unlink()
    imports(tmp_path)
    texts = "".join(path.read_text(encoding="utf-8") for path in ledger.parent.rglob("*.beancount"))
    assert texts.count('import: "banque:') == 2
    (statement,) = (ledger.parent / "releves").iterdir()
    assert f'document Actifs:Banque "../releves/{statement.name}" #releve' in texts
