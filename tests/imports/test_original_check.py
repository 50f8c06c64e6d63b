"""The files from which entries came: one that is gone or changed is told, and one that says another
sum than the books stops what would rest on it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import bankfiles as bank
from bankfiles import Month, Paid
from electronic import Bill, facturx, ubl
from inboxes import books, company, drop, entries, imports, write
from relance.ledger.company import read_company
from relance.runs.original_check import OriginalFaults, check_originals
from relance.specimens.soundness import faults, sound
from relance.values.problem import Problem, Refusal

BILL = Bill("F2026-0031", date(2026, 1, 31), date(2026, 3, 2), iban=bank.IBAN)  # 1 320.00
LINES = (
    Paid(date(2026, 2, 3), Decimal("1320.00"), "VIR F2026-0031", "MENUISERIE DUPONT"),
    Paid(date(2026, 2, 9), Decimal("77.00"), "VIREMENT", "MME X"),
)
MONTH = Month(Decimal(0), LINES, date(2026, 2, 1), date(2026, 2, 28))
SHEET = (
    "numero;date;client;montant\nF2026-0101;2026-01-10;Garage Muller;480,00\n"
    "F2026-0102;2026-01-12;Garage Muller;120,00\n"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A company with an invoice, a sheet of two and a statement."""
    company(tmp_path)
    drop(tmp_path, a_xml=BILL, b_csv=SHEET.encode(), c_xml=bank.camt(MONTH))
    imports(tmp_path)
    return tmp_path


def checked(root: Path) -> OriginalFaults:
    return check_originals(read_company(root))


def statement(root: Path) -> Path:
    (path,) = (root / "ledger/releves").iterdir()
    return path


def place(root: Path, name: str, start: str) -> str:
    """File and line of the first line of a file of the ledger that says so."""
    path = root / "ledger" / name
    lines = path.read_text(encoding="utf-8").split("\n")
    number = next(n for n, line in enumerate(lines, 1) if start in line)
    return f"ledger/{name}:{number}"


def only(problems: tuple[Problem, ...]) -> Problem:
    (problem,) = problems
    assert problem.remedy
    return problem


def test_what_came_in_and_stayed_is_not_told(root: Path) -> None:
    assert checked(root) == OriginalFaults()
    document, *_ = entries(root, "piece").values()
    content = (root / "ledger/pieces/F2026-0031.xml").read_bytes()
    assert f'fichier-sha256: "{hashlib.sha256(content).hexdigest()}"' in document


def test_a_file_that_is_written_otherwise_and_says_the_same_is_told(root: Path) -> None:
    path = root / "ledger/pieces/F2026-0031.xml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    told = checked(root)
    assert told.faults == ()
    problem = only(told.warnings)
    assert str(problem.source) == place(root, "importe/factures-2026.beancount", "document ")
    assert "n'est plus le fichier importé, mais dit la même chose" in problem.what
    assert "git checkout -- ledger/pieces/F2026-0031.xml" in problem.remedy


CHANGED = {
    "amount": (replace(BILL, bases={"20": "1000.00"}), "y est de 1 200,00 €, et de 1 320,00 €"),
    "currency": (replace(BILL, currency="USD"), "y est de 1 320,00 USD, et de 1 320,00 €"),
    "day": (replace(BILL, issued=date(2026, 1, 30)), "y est du 30/01/2026, et du 31/01/2026"),
    "due": (replace(BILL, due=date(2026, 4, 2)), "y échoit le 02/04/2026, et le 02/03/2026"),
    "another": (replace(BILL, number="F2026-0032"), "F2026-0031 n'y est plus"),
    "credit note": (replace(BILL, code="381"), "F2026-0031 n'y est plus"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("bill", "expected"), CHANGED.values(), ids=CHANGED)
def test_an_invoice_that_says_otherwise_than_the_books_stops_letters(
    root: Path, bill: Bill, expected: str
) -> None:
    write(root, "ledger/pieces/F2026-0031.xml", ubl(bill))
    problem = only(checked(root).faults)
    assert expected in problem.what.replace("\u202f", " ").replace("\xa0", " ")
    assert str(problem.source) == place(root, "importe/factures-2026.beancount", "document ")
    assert problem.what in [told.what for told in faults(read_company(root))]
    with pytest.raises(Refusal, match="dit autre chose"):
        sound(read_company(root))


def test_the_books_corrected_after_the_file_are_sound(root: Path) -> None:
    changed = ubl(replace(BILL, bases={"20": "1000.00"}))
    path = write(root, "ledger/pieces/F2026-0031.xml", changed)
    remedy = only(checked(root).faults).remedy
    new = f'fichier-sha256: "{hashlib.sha256(path.read_bytes()).hexdigest()}"'
    assert new in remedy
    ledger = root / "ledger/importe/factures-2026.beancount"
    text = ledger.read_text(encoding="utf-8").replace("1320.00", "1200.00")
    text = text.replace("-1100.00", "-1000.00").replace("-220.00", "-200.00")
    old = hashlib.sha256(ubl(BILL)).hexdigest()
    ledger.write_text(text.replace(f'fichier-sha256: "{old}"', new), encoding="utf-8")
    assert checked(root) == OriginalFaults()


def test_a_file_that_cannot_be_read_any_more_is_told(root: Path) -> None:
    write(root, "ledger/pieces/F2026-0031.xml", b"<Invoice>")
    told = checked(root)
    assert told.faults == ()
    assert "et ne se lit plus" in only(told.warnings).what


def test_an_original_that_is_gone_is_told_once(root: Path) -> None:
    """Beancount tells of the documents that it lacks; a sheet, from which two invoices and their
    client's account came, is no document."""
    (root / "ledger/pieces/F2026-0031.xml").unlink()
    (sheet,) = (root / "ledger/pieces").glob("factures-*.csv")
    sheet.unlink()
    problem = only(checked(root).warnings)
    assert f"ledger/pieces/{sheet.name} a disparu : 3 écritures en viennent" in problem.what
    assert str(problem.source) == place(
        root, "importe/factures-2026.beancount", "Facture F2026-0101"
    )
    missing = [x for x in books(root).warnings if "F2026-0031.xml" in x.what]
    assert len(missing) == 1


def test_a_sheet_is_known_by_its_name_alone(root: Path) -> None:
    (sheet,) = (root / "ledger/pieces").glob("factures-*.csv")
    sheet.write_text(SHEET.replace("480,00", "840,00"), encoding="utf-8")
    problem = only(checked(root).faults)
    assert "F2026-0101 y est de 840,00 €, et de 480,00 €" in problem.what.replace("\xa0", " ")


BANK = {
    "another sum": (
        (replace(LINES[0], amount=Decimal("1302.00")), LINES[1]),
        ("1 320,00 € du 03/02/2026 n'y est plus", "1 302,00 € du 03/02/2026 n'est pas dans les"),
    ),
    "one line less": (LINES[:1], ("77,00 € du 09/02/2026 n'y est plus",)),
    "one more": (
        (*LINES, Paid(date(2026, 2, 12), Decimal("480.00"), "VIR", "GARAGE")),
        ("480,00 € du 12/02/2026 n'est pas dans les livres",),
    ),
}


@pytest.mark.parametrize(("lines", "expected"), BANK.values(), ids=BANK)
def test_a_statement_that_says_otherwise_than_the_books_stops_letters(
    root: Path, lines: tuple[Paid, ...], expected: tuple[str, ...]
) -> None:
    path = statement(root)
    path.write_bytes(bank.camt(replace(MONTH, movements=lines)))
    problem = only(checked(root).faults)
    said = problem.what.replace("\u202f", " ").replace("\xa0", " ")
    assert [words for words in expected if words not in said] == []
    assert str(problem.source) == place(root, "importe/banque-2026.beancount", "document ")


def test_a_statement_imported_before_prints_were_kept_is_known_by_its_name(root: Path) -> None:
    ledger = root / "ledger/importe/banque-2026.beancount"
    text = ledger.read_text(encoding="utf-8").split("\n")
    text = [line for line in text if "fichier-sha256" not in line]
    ledger.write_text("\n".join(text), encoding="utf-8")
    assert checked(root) == OriginalFaults()
    path = statement(root)
    path.write_bytes(bank.camt(replace(MONTH, movements=LINES[:1])))
    assert "n'y est plus" in only(checked(root).faults).what


def test_the_number_of_an_invoice_is_no_print(tmp_path: Path) -> None:
    company(tmp_path)
    drop(tmp_path, a_pdf=replace(BILL, number="FA-20260031"))
    imports(tmp_path)
    ledger = tmp_path / "ledger/importe/factures-2026.beancount"
    lines = ledger.read_text(encoding="utf-8").split("\n")
    ledger.write_text("\n".join(x for x in lines if "fichier-sha256" not in x), encoding="utf-8")
    assert (tmp_path / "ledger/pieces/FA-20260031.pdf").is_file()
    assert checked(tmp_path) == OriginalFaults()


def test_a_document_that_a_person_moved_is_read_where_it_is(root: Path) -> None:
    write(root, "ledger/archives/0031.xml", ubl(BILL))
    (root / "ledger/pieces/F2026-0031.xml").unlink()
    ledger = root / "ledger/importe/factures-2026.beancount"
    text = ledger.read_text(encoding="utf-8")
    text = text.replace("../pieces/F2026-0031.xml", "../archives/0031.xml")
    ledger.write_text(text, encoding="utf-8")
    assert checked(root) == OriginalFaults()
    write(root, "ledger/archives/0031.xml", ubl(replace(BILL, bases={"20": "1.00"})))
    assert "ledger/archives/0031.xml n'est plus" in only(checked(root).faults).what


def test_an_invoice_by_pdf_is_compared_by_what_it_holds(tmp_path: Path) -> None:
    company(tmp_path)
    drop(tmp_path, a_pdf=BILL)
    imports(tmp_path)
    write(tmp_path, "ledger/pieces/F2026-0031.pdf", facturx(replace(BILL, note="Merci")))
    assert "dit la même chose" in only(checked(tmp_path).warnings).what
    write(tmp_path, "ledger/pieces/F2026-0031.pdf", facturx(replace(BILL, bases={"20": "9.00"})))
    assert "y est de 10,80 €" in only(checked(tmp_path).faults).what.replace("\xa0", " ")


# ---------------------------------------------------------------- Statements with each other


def test_a_statement_that_does_not_tie_is_told_until_a_whole_one_comes(tmp_path: Path) -> None:
    """1 000.00 and 77.00 make 1 077.00; it says 1 557.00: 480.00 lack."""
    policy = "grand-livre: {banque: {comptes: [Actifs:Banque], fraicheur: 7}}\n"
    company(tmp_path, policy=policy)
    month = Month(Decimal(1000), LINES[1:], date(2026, 2, 1), date(2026, 2, 28))
    drop(tmp_path, a_xml=bank.camt(month).replace(b">1077.00<", b">1557.00<"))
    imports(tmp_path)
    (problem,) = (x for x in books(tmp_path).warnings if "tombe pas juste" in x.what)
    assert "de 1000.00 EUR à 1557.00 EUR, il manque 480.00 EUR" in problem.what
    assert str(problem.source) == place(tmp_path, "importe/banque-2026.beancount", "document ")
    assert books(tmp_path).bank_dates == ()
    more = Paid(date(2026, 2, 12), Decimal("480.00"), "VIR", "GARAGE")
    drop(tmp_path, b_xml=bank.camt(replace(month, movements=(*month.movements, more))))
    imports(tmp_path)
    assert [x for x in books(tmp_path).warnings if "tombe pas juste" in x.what] == []
    assert max(books(tmp_path).bank_dates) == date(2026, 2, 28)


def test_a_statement_that_a_person_compared_is_told_no_more(tmp_path: Path) -> None:
    company(tmp_path)
    drop(tmp_path, a_xml=bank.camt(MONTH).replace(b">1397.00<", b">1400.00<"))
    imports(tmp_path)
    ledger = tmp_path / "ledger/importe/banque-2026.beancount"
    text = ledger.read_text(encoding="utf-8")
    assert "  ecart: 3.00 EUR\n" in text
    ledger.write_text(text.replace("  ecart: 3.00 EUR\n", ""), encoding="utf-8")
    assert [x for x in books(tmp_path).warnings if "tombe pas juste" in x.what] == []


def test_a_hole_between_statements_is_told_where_the_second_is_declared(tmp_path: Path) -> None:
    company(tmp_path)
    drop(tmp_path, a_xml=bank.camt(MONTH))
    april = Month(Decimal(5000), (), date(2026, 4, 1), date(2026, 4, 30))
    drop(tmp_path, b_xml=bank.camt(april))
    imports(tmp_path)
    (problem,) = (x for x in books(tmp_path).warnings if "il manque un relevé" in x.what)
    assert str(problem.source) == place(
        tmp_path, "importe/banque-2026.beancount", "2026-04-30 document "
    )
    assert "importez-le" in problem.remedy


def test_a_key_that_a_person_made_say_anything_stops_nothing(root: Path) -> None:
    ledger = root / "ledger/importe/banque-2026.beancount"
    text = ledger.read_text(encoding="utf-8").replace("@2026-02-09=77.00", "@2026-99-99=7.7.7")
    ledger.write_text(text, encoding="utf-8")
    path = statement(root)
    path.write_bytes(bank.camt(MONTH) + b"\n")
    assert "7.7.7 EUR du 2026-99-99 n'y est plus" in only(checked(root).faults).what
