"""An entry that a person took out of the books does not come back with a file that overlaps, nor
with the same file; it is told, and comes back when it is asked for."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import bankfiles as bank
from bankfiles import Month, Paid
from electronic import Bill
from inboxes import balance, company, drop, entries, imports, left, write, written
from relance.imports.import_memory import LIST

BILL = Bill("F2026-0031", date(2026, 1, 31), date(2026, 3, 2), iban=bank.IBAN)  # 1 320.00
SECOND = replace(BILL, number="F2026-0032", bases={"20": "400.00"})  # 480.00
F31 = Paid(
    date(2026, 2, 3), Decimal("1320.00"), "VIR F2026-0031", "MENUISERIE DUPONT", reference="C31"
)
STRANGER = Paid(date(2026, 2, 9), Decimal("77.00"), "VIREMENT", "MME X", reference="C99")
LATER = Paid(date(2026, 3, 4), Decimal("480.00"), "VIR F2026-0032", "DUPONT", reference="C32")
FEBRUARY = Month(Decimal(0), (F31, STRANGER), date(2026, 2, 1), date(2026, 2, 28))
BOTH = Month(Decimal(0), (F31, STRANGER, LATER), date(2026, 2, 1), date(2026, 3, 31))


def take_out(root: Path, *names: str) -> None:
    """Delete the entries of these ids by hand, as an editor does."""
    for path in (root / "ledger").rglob("*.beancount"):
        blocks = path.read_text(encoding="utf-8").split("\n\n")
        kept = [x for x in blocks if not any(f'  import: "{name}"' in x for name in names)]
        path.write_text("\n\n".join(kept).rstrip("\n") + "\n", encoding="utf-8")


def ids(root: Path, kind: str) -> list[str]:
    return sorted(entries(root, kind))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    company(tmp_path)
    drop(tmp_path, a_xml=BILL, b_xml=SECOND, c_xml=bank.camt(FEBRUARY))
    imports(tmp_path)
    return tmp_path


LINE = "banque:banque/C99@2026-02-09=77.00"


@pytest.mark.parametrize("month", [FEBRUARY, BOTH], ids=["the same file", "an overlapping one"])
def test_a_line_taken_out_stays_out_and_is_told(root: Path, month: Month) -> None:
    take_out(root, LINE)
    assert balance(root, "Actifs:Banque") == Decimal(1320)
    drop(root, d_xml=bank.camt(month))
    said = imports(root)
    assert "supprimé à la main reste dehors : 77,00 € du 09/02/2026" in said
    assert LINE not in entries(root, "banque")
    assert balance(root, "Actifs:Banque") == 1320 + sum(x.amount for x in month.movements[2:])
    assert left(root) == []


@pytest.mark.slow
def test_it_comes_back_when_it_is_asked_for(root: Path) -> None:
    before = written(root)
    take_out(root, LINE)
    drop(root, d_xml=bank.camt(FEBRUARY))
    asked = re.search(r"relance importer (--remettre) (\S+)", imports(root))
    assert asked
    imports(root, asked[1], str(root / asked[2]))
    assert written(root) == before
    assert "supprimé à la main" not in imports(root, str(root / asked[2]))


def test_it_comes_back_when_its_key_is_struck_out_of_the_list(root: Path) -> None:
    before = written(root)
    take_out(root, LINE)
    path = root / "ledger" / LIST
    listed = path.read_text(encoding="utf-8")
    assert f"\n{LINE}\n" in listed
    path.write_text(listed.replace(f"{LINE}\n", ""), encoding="utf-8")
    drop(root, d_xml=bank.camt(FEBRUARY))
    imports(root)
    assert (written(root), path.read_text(encoding="utf-8")) == (before, listed)


INVOICE = "facture:732829320/F2026-0032"
COPY = "piece:facture:732829320/F2026-0032.xml"


@pytest.mark.parametrize("names", [(INVOICE,), (INVOICE, COPY)], ids=["entry", "and its document"])
def test_an_invoice_taken_out_stays_out(root: Path, names: tuple[str, ...]) -> None:
    take_out(root, *names)
    drop(root, d_xml=SECOND, e_pdf=SECOND)
    said = imports(root)
    assert "supprimé à la main reste dehors : F2026-0032" in said
    assert ids(root, "facture") == ["facture:732829320/F2026-0031"]
    assert balance(root, "Actifs:Clients") == 0


def test_a_document_taken_out_stays_out(root: Path) -> None:
    """The paper that a person does not want joined is not declared again."""
    take_out(root, COPY)
    drop(root, d_xml=SECOND)
    imports(root)
    assert COPY not in entries(root, "piece")
    assert INVOICE in entries(root, "facture")


def test_a_row_of_a_sheet_taken_out_stays_out_of_a_longer_one(tmp_path: Path) -> None:
    company(tmp_path)
    sheet = "numero;date;client;montant\nF1;2026-01-10;Garage;48,00\nF2;2026-01-12;Garage;12,00\n"
    drop(tmp_path, a_csv=sheet.encode())
    imports(tmp_path)
    (second,) = [name for name in ids(tmp_path, "facture") if name.endswith("/F2")]
    take_out(tmp_path, second)
    drop(tmp_path, b_csv=f"{sheet}F3;2026-01-14;Garage;7,00\n".encode())
    assert "reste dehors : F2" in imports(tmp_path)
    assert [x.rpartition("/")[2] for x in ids(tmp_path, "facture")] == ["F1", "F3"]
    assert balance(tmp_path, "Actifs:Clients") == Decimal(55)


def test_an_asserted_balance_taken_out_stays_out(tmp_path: Path) -> None:
    start = '2026-01-31 * "Reprise"\n  Actifs:Banque  0.00 EUR\n  Capitaux:Reprise\n'
    company(tmp_path, policy="importer: {lignes: toutes}\n", ledger=START + start)
    drop(tmp_path, a_xml=bank.camt(FEBRUARY))
    imports(tmp_path)
    (name,) = ids(tmp_path, "solde")
    take_out(tmp_path, name)
    march = Month(FEBRUARY.closing, (LATER,), date(2026, 3, 1), date(2026, 3, 31))
    drop(tmp_path, b_xml=bank.camt(march))
    imports(tmp_path)
    assert [x.partition("/")[2] for x in ids(tmp_path, "solde")] == ["2026-03-31=EUR"]


START = '2010-01-01 open Actifs:Clients:Dupont\n  client: "Menuiserie Dupont"\n'


@pytest.mark.slow
def test_what_the_program_took_out_itself_may_come_back(tmp_path: Path) -> None:
    """A notification gives way to the statement; when a person takes the statement out, the
    notification counts again."""
    company(tmp_path)
    notified = Month(
        Decimal(0), (replace(STRANGER, reference="N1"),), FEBRUARY.first, FEBRUARY.last
    )
    told = Month(Decimal(0), (STRANGER,), FEBRUARY.first, FEBRUARY.last)
    drop(tmp_path, a_xml=bank.camt(notified, sort="054"))
    imports(tmp_path)
    drop(tmp_path, b_xml=bank.camt(told))
    imports(tmp_path)
    assert ids(tmp_path, "banque") == [LINE]
    (record,) = (x for x in ids(tmp_path, "releve") if "camt.053" in entries(tmp_path, "releve")[x])
    take_out(tmp_path, LINE, record)
    drop(tmp_path, c_xml=bank.camt(notified, sort="054"))
    assert "supprimé à la main" not in imports(tmp_path)
    assert ids(tmp_path, "banque") == ["banque:banque/N1@2026-02-09=77.00"]


@pytest.mark.slow
def test_a_key_taken_off_an_entry_makes_no_second_one(root: Path) -> None:
    """Without its key an entry is a person's; its line does not come in a second time."""
    path = root / "ledger/importe/banque-2026.beancount"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f'  import: "{LINE}"\n', ""), encoding="utf-8")
    drop(root, d_xml=bank.camt(BOTH))
    imports(root)
    assert balance(root, "Actifs:Banque") == Decimal(1877)


@pytest.mark.slow
def test_a_trial_and_an_import_of_nothing_new_write_no_list(root: Path) -> None:
    path = root / "ledger" / LIST
    path.unlink()
    drop(root, d_xml=bank.camt(FEBRUARY))
    imports(root, "--essai")
    imports(root)
    assert not path.exists()
    write(root, "ledger/a-importer/e.xml", bank.camt(BOTH))
    imports(root)
    names = [x for x in path.read_text(encoding="utf-8").split("\n") if x[:1] not in ("", ";")]
    assert names == sorted(names)
    assert set(names) >= {LINE, INVOICE, COPY}
