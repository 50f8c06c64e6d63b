"""What the guide shows of an import is what the program prints and writes."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import bankfiles as bank
from bankfiles import Month, Paid
from electronic import BUYER, Bill, Firm
from guide_pages import pages
from inboxes import drop, entries, imports, left, write
from markdown_parts import blocks, codes, section
from places import ROOT
from relance.policy.importing import ImportSettings
from relance.terminal.model_folder import start
from relance.text.typography import french
from repositories import named, run

README = (ROOT / "README.md").read_text(encoding="utf-8")
PART = pages("importer", "fec", "statuts")
GARAGE = Firm("Garage des Remparts SAS", "552100554", "", "8 allée des Remparts", "71000", "MACON")
BILLS = {
    "facture-48_pdf": Bill("F2026-0048", date(2026, 10, 5), date(2026, 11, 4), iban=bank.IBAN),
    "facture-49_pdf": Bill(
        "F2026-0049", date(2026, 10, 12), date(2026, 11, 11), GARAGE, bases={"20": "320.00"},
        iban=bank.IBAN,
    ),
}  # fmt: skip
LINES = (
    Paid(date(2026, 11, 5), Decimal(1320), "VIR F2026-0048", "MENUISERIE DUPONT", reference="C1"),
    Paid(date(2026, 11, 9), Decimal(250), "VIREMENT RECU", "MME ODILE LAMBERT", reference="C2"),
)
STATEMENT = Month(Decimal(4200), LINES, date(2026, 11, 1), date(2026, 11, 15))


def received(root: Path) -> None:
    """A new company whose inbox has the invoices and the statement."""
    start(root)
    policy = (root / "relance.yaml").read_text(encoding="utf-8")
    policy = named(policy).replace("nom: Atelier Essai", "nom: Atelier Lumen")
    write(root, "relance.yaml", policy.replace("FR7630006000011234567890189", bank.IBAN))
    drop(root, **BILLS, **{"releve-novembre_ofx": bank.ofx(STATEMENT)})


def test_the_guide_shows_a_real_import(tmp_path: Path) -> None:
    received(tmp_path)
    shown, entry = blocks(PART, "text")
    printed = imports(tmp_path, columns=80)
    assert [line.rstrip() for line in printed.splitlines()] == shown.splitlines()
    written = entries(tmp_path, "facture")
    assert entry.rstrip("\n") in written.values()
    assert left(tmp_path) == []
    assert BUYER.name in entry


@pytest.mark.slow
def test_the_readme_shows_a_real_week(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    received(tmp_path)
    monkeypatch.chdir(tmp_path)
    (shown,) = blocks(section(README, "From files to letters"), "text")
    for part in re.split(r"^\$ relance ", shown, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        printed = run(tmp_path, *command.split(), columns=80).output.strip()
        assert "\n".join(map(str.rstrip, printed.splitlines())) == expected.strip()


def test_the_guide_speaks_of_every_setting_and_is_french() -> None:
    named_ = {code for code in codes(PART) if code.startswith("importer.")}
    keys = {f"importer.{key}" for key in ImportSettings.model_json_schema()["properties"]}
    assert {".".join(code.partition(":")[0].split(".")[:2]) for code in named_} == keys
    assert french(PART) == PART
