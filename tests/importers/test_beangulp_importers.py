"""Readers as beangulp runs them: its own test tool on documents beside what they must yield, its
commands on whole folders, and the same entries as `relance importer` writes.

`company/` owes nothing: Dupont has one invoice open, F2026-0007 of 1320 EUR. Every statement holds
the same three lines: 1320.00 « VIR F2026-0007 », 55.50 of nobody, -80.00 to a supplier.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import beangulp
import pytest
from beancount import loader
from beancount.core.amount import Amount
from beancount.core.data import Document, Note, Open, Transaction
from beancount.parser import printer
from beangulp import identify, testing
from beangulp.exceptions import Error
from click.testing import CliRunner, Result

import bankfiles as bank
from bankfiles import Month, Paid
from electronic import SELLER, Bill, Firm, facturx, pdf, ubl
from inboxes import imports, write
from lifecycle import Message, cdar, zipped
from relance.beangulp import fava_hook, importers
from relance.beangulp.file_importer import FileImporter
from relance.ledger.beancount import load
from relance.ledger.imported import imported

COMPANY = Path(__file__).with_name("company")
KINDS = [
    *("bank_csv", "camt", "cfonb", "cii", "client_sheet", "fec"),
    *("facturx", "invoice_sheet", "mt940", "ofx", "ubl"),
]
DOCUMENTS = sorted(p for p in COMPANY.glob("documents/*/*") if p.suffix != ".beancount")
TOP = "ledger/main.beancount"


def kind(importer: FileImporter) -> str:
    return importer.name.rpartition(".")[2]


def importer_of(root: Path, name: str) -> FileImporter:
    (chosen,) = (each for each in importers(root / "relance.yaml") if kind(each) == name)
    return chosen


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The company, to be written in."""
    shutil.copytree(COMPANY, tmp_path / "societe")
    shutil.rmtree(tmp_path / "societe/documents")
    return tmp_path / "societe"


def command(root: Path, *arguments: str | Path) -> Result:
    """One command of an `import.py` with all importers of the company."""
    script = beangulp.Ingest(importers(root / "relance.yaml"))
    return CliRunner().invoke(script.cli, list(map(str, arguments)))


def extracted(root: Path, *paths: Path) -> str:
    """What beangulp prints of these files, the company's ledger being the existing one."""
    result = command(root, "extract", "-e", root / TOP, *paths)
    assert result.exit_code == 0, result.output
    return result.stdout


def saved(root: Path, *paths: Path) -> None:
    """What it prints, at the end of the ledger."""
    text = extracted(root, *paths)
    with (root / TOP).open("a", encoding="utf-8") as file:
        file.write(re.sub(r"^(;;.*|\*\*\*\* .*)$", "", text, flags=re.MULTILINE))


def loaded(root: Path) -> list[Any]:
    """The ledger as Beancount reads it; originals that are not filed stop nothing."""
    entries, errors, _ = loader.load_file(str(root / TOP))
    assert [e.message for e in errors if "File does not exist" not in e.message] == []
    return list(entries)


def by_id(root: Path) -> dict[str, str]:
    """The imported entries of the ledger, whatever file they stand in, by id; their fingerprints
    are of how they are spelt."""
    printed = {}
    for entry in loaded(root):
        if "import" in entry.meta:
            text = re.sub(r'\n *empreinte: "\w+"', "", printer.format_entry(entry))
            printed[entry.meta["import"]] = text.replace(str(root), "")
    return printed


def month(*lines: Paid, first: date = date(2026, 1, 1), last: date = date(2026, 1, 31)) -> Month:
    return Month(Decimal(1000), lines, first, last)


# ---------------------------------------------------------------- beangulp's own test tool


def test_there_is_an_importer_for_each_kind_of_file() -> None:
    names = [*KINDS, "cdar", "status_archive"]  # statuses need their invoice in the books
    assert sorted(map(kind, importers(COMPANY / "relance.yaml"))) == sorted(names)
    assert {path.parent.name for path in DOCUMENTS} == {*KINDS}


@pytest.mark.parametrize("name", KINDS)
def test_documents_yield_what_stands_beside_them(name: str) -> None:
    tool = testing.wrap(importer_of(COMPANY, name))
    result = CliRunner().invoke(tool, ["test", str(COMPANY / "documents" / name)])
    assert result.exit_code == 0, result.output
    told = [line for line in result.stdout.splitlines() if line.startswith("* ")]
    assert told
    assert all(line.endswith("PASSED") for line in told)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.parent.name)
def test_a_file_is_of_one_importer(path: Path) -> None:
    assert kind(identify.identify(importers(COMPANY / "relance.yaml"), str(path))) == (
        path.parent.name
    )


# ---------------------------------------------------------------- The same entries


@pytest.mark.slow
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_beangulp_prints_what_relance_importer_writes(root: Path, path: Path) -> None:
    other = shutil.copytree(root, root.with_name("autre"))
    imports(other, str(path))
    saved(root, path)
    printed = by_id(root)
    assert printed == by_id(other)
    assert printed
    # The file itself comes in later: nothing twice, the original where the document says it is.
    before = {p: p.read_bytes() for p in (root / "ledger").rglob("*") if p.is_file()}
    imports(root, str(path))
    assert by_id(root) == printed
    changed = {p for p in (root / "ledger").rglob("*") if p.is_file()} - before.keys()
    assert all(p.read_bytes() == data for p, data in before.items())
    assert {p.parent.name for p in changed} <= {"pieces", "releves", "importe"}
    assert not [p for p in changed if p.suffix == ".beancount"]
    assert loader.load_file(str(root / TOP))[1] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_beangulp_prints_is_no_change_of_a_person(root: Path, path: Path) -> None:
    saved(root, path)
    entries = list(imported(load(root / TOP, root), root))
    assert entries
    assert all(entry.untouched for entry in entries)


def test_lines_saved_so_are_matched_again_when_the_books_know_more(root: Path) -> None:
    paid = Paid(date(2026, 1, 22), Decimal(120), "VIR F2026-0050", "DUPONT", reference="R2")
    saved(root, write(root, "releve.xml", bank.camt(month(paid))))
    (name,) = (name for name in by_id(root) if name.startswith("banque:"))
    assert by_id(root)[name].startswith('2026-01-22 ! "DUPONT" "VIR F2026-0050"\n')
    bill = Bill("F2026-0050", date(2026, 1, 12), bases={"20": "100.00"}, iban=bank.IBAN)
    imports(root, str(write(root, "facture.xml", ubl(bill))))
    assert by_id(root)[name].startswith(
        '2026-01-22 * "Menuiserie Dupont" "VIR F2026-0050" ^F2026-0050\n'
    )


# ---------------------------------------------------------------- The existing entries


PAID = Paid(date(2026, 1, 20), Decimal("1320.00"), "VIR F2026-0007", "DUPONT", reference="R1")


def test_lines_are_matched_with_the_existing_entries(root: Path) -> None:
    path = str(write(root, "r.xml", bank.camt(month(PAID))))
    importer = importer_of(root, "camt")

    def line(existing: Sequence[Any]) -> Any:
        entries = importer.extract(path, existing)
        (own,) = (e for e in entries if e.meta["import"].startswith("banque:"))
        return own

    entries = loaded(root)
    sure = "sûr : cite F2026-0007, et le montant est son solde"
    assert line([]).meta["rapprochement"] == sure  # the ledger on the disk has that invoice
    assert line(entries).meta["rapprochement"] == sure
    without = [e for e in entries if not isinstance(e, Transaction)]
    assert line(without).meta["rapprochement"].startswith("inconnu : ")
    # Paid in the entries that are handed over, by a person: the line is only noted.
    (invoice,) = (e for e in entries if isinstance(e, Transaction))
    client = invoice.postings[0]
    received = client._replace(account="Actifs:Banque")
    paid = client._replace(units=Amount(Decimal(-1320), "EUR"))
    payment = invoice._replace(date=date(2026, 1, 19), postings=[received, paid])
    assert isinstance(line([*entries, payment]), Note)


@pytest.mark.slow
def test_the_same_file_is_a_duplicate_whole(root: Path) -> None:
    for path in DOCUMENTS:
        saved(root, path)
    for path in DOCUMENTS:
        text = extracted(root, path)
        entries = [line for line in text.splitlines() if re.match(r"(; )?\d{4}-", line)]
        assert len(entries) >= (path.parent.name != "client_sheet")
        assert all(line.startswith("; ") for line in entries)


def test_a_statement_that_overlaps_another_brings_its_own_lines_alone(root: Path) -> None:
    other = replace(PAID, date=date(2026, 2, 3), amount=Decimal(10), reference="R3", label="VIR")
    saved(root, write(root, "janvier.xml", bank.camt(month(PAID))))
    both = bank.camt(month(PAID, other, last=date(2026, 2, 28)))
    importer = importer_of(root, "camt")
    existing = loaded(root)
    entries = importer.extract(path := str(write(root, "deux.xml", both)), existing)
    importer.deduplicate(entries, existing)
    lines = [e for e in entries if isinstance(e, Transaction)]
    assert [(e.date.month, "__duplicate__" in e.meta) for e in lines] == [(2, False), (1, True)]
    assert lines[1].meta["__duplicate__"] in existing
    assert all("__duplicate__" not in e.meta for e in existing)
    assert all("__duplicate__" not in e.meta for e in importer.extract(path, existing))


def test_two_files_of_one_extraction_say_a_thing_once(root: Path) -> None:
    first = write(root, "in/a.xml", bank.camt(month(PAID)))
    second = write(root, "in/b.xml", bank.camt(month(PAID), version="08"))
    text = extracted(root, first.parent)
    assert first.read_bytes() != second.read_bytes()
    (known, new) = (text.count(f'{start}  import: "banque:banque/R1@') for start in ("; ", "\n"))
    assert (known, new) == (1, 1)


def test_an_invoice_that_changed_is_refused(root: Path) -> None:
    bill = Bill("F2026-0010", date(2026, 1, 12), date(2026, 2, 11), iban=bank.IBAN)
    saved(root, write(root, "a.xml", ubl(bill)))
    dearer = ubl(replace(bill, bases={"20": "1200.00"}))
    result = command(root, "extract", "-e", root / TOP, write(root, "b.xml", dearer))
    assert result.exit_code == 1
    assert "F2026-0010 a changé : son montant est 1 440,00 € ici, 1 320,00 € là" in plain(result)


# ---------------------------------------------------------------- Where a file goes


@pytest.mark.slow
def test_archive_files_originals_where_their_documents_say(root: Path) -> None:
    """With a folder for documents, Beancount finds the file under the name the entry bears."""
    text = (root / TOP).read_text(encoding="utf-8")
    write(root, TOP, f'option "documents" "documents"\n{text}')
    (root / "ledger/documents").mkdir()
    files = [write(root, f"in/{p.parent.name}{p.suffix}", p.read_bytes()) for p in DOCUMENTS]
    saved(root, *files)
    result = command(root, "archive", "-o", root / "ledger/documents", files[0].parent)
    assert result.exit_code == 0, result.output
    assert loader.load_file(str(root / TOP))[1] == []
    filed = sorted(p.name for p in (root / "ledger/documents/Actifs/Banque").iterdir())
    assert re.fullmatch(r"2026-01-23\.banque-2026-01-23-\w{8}\.csv", filed[0])
    assert len(filed) == 5
    assert list((root / "ledger/documents/Actifs/Clients/Dupont").glob("2026-01-12.F2026-001*.xml"))


# ---------------------------------------------------------------- What is refused


def plain(result: Result) -> str:
    return result.output.replace("\u202f", " ").replace("\xa0", " ")


SOUND = bank.camt(month(PAID))
DAMAGED = {
    "coupe.pdf": (facturx(Bill("F1", date(2026, 1, 2)))[:900], "ce PDF est endommagé"),
    "chiffre.pdf": (pdf({"factur-x.xml": b"<a/>"}, "secret"), "protégé par un mot de passe"),
    "coupe.xml": (SOUND[:-200], "XML"),
    "jour.xml": (SOUND.replace(b"2026-01-20", b"2026-02-31"), "31"),
    "ailleurs.xml": (SOUND.replace(bank.IBAN.encode(), b"FR7630006000011234567890189"), "compte"),
    "coupe.ofx": (bank.ofx(month(PAID))[:-150], ""),
    "coupe.sta": (bank.mt940(month(PAID))[:80], ""),
    "coupe.txt": (bank.cfonb(month(PAID))[:130], ""),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_an_error_of_beangulp_and_stays_where_it_is(
    root: Path, name: str
) -> None:
    content, reason = DAMAGED[name]
    path = write(root, f"in/{name}", content)
    good = write(root, "in/bon.xml", ubl(Bill("F2026-0010", date(2026, 1, 12), iban=bank.IBAN)))
    result = command(root, "extract", "-e", root / TOP, path.parent)
    assert result.exit_code == 1
    assert re.search(rf"in/{name}(:\d+)*: .*{reason}", plain(result))
    assert "→" in result.output
    assert "Traceback" not in result.output
    assert "Exception" not in result.output
    assert '"Facture F2026-0010"' in result.output  # the others come in
    result = command(root, "archive", "-o", root, path.parent)
    assert result.exit_code == 1
    assert path.exists()
    assert good.exists()


def test_a_damaged_file_hides_no_other_in_fava(root: Path) -> None:
    """Fava asks all of these of every file before it lists any: none of them may raise."""
    for name, (content, _) in DAMAGED.items():
        path = str(write(root, name, content))
        (importer,) = (x for x in importers(root / "relance.yaml") if x.identify(path))
        assert (importer.account(path), importer.date(path)) == ("", None)
        assert importer.filename(path) == f"refusé/{name}"


PURCHASE = Bill("F1", date(2026, 1, 2), seller=Firm("Papeterie Durand", "552100554"), buyer=SELLER)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(pdf({"notice.txt": b"lire"}), id="another PDF"),
        pytest.param(b"<html/>", id="web page"),
        pytest.param(b'<!DOCTYPE a [<!ENTITY x "y">]><Invoice>&x;</Invoice>', id="entities"),
        pytest.param(ubl(PURCHASE), id="a purchase"),
        pytest.param(bytes(range(256)), id="noise"),
    ],
)
def test_what_is_not_ours_is_left_to_other_importers(root: Path, content: bytes) -> None:
    path = write(root, "x", content)
    ours = importers(root / "relance.yaml")
    assert identify.identify(ours, str(path)) is None
    assert not any(each.identify(str(path.with_name("absent"))) for each in ours)


def test_a_status_is_a_note_of_its_invoice(root: Path) -> None:
    message = Message("F2026-0007", "213", at="20260113101500", seller="732829320")
    for name, content in (
        ("cdar", cdar(message)),
        ("status_archive", zipped({"a": cdar(message)})),
    ):
        path = str(write(root, f"statut-{name}", content))
        importer = importer_of(root, name)
        assert importer.identify(path)
        assert importer.date(path) == date(2026, 1, 13)
        (note,) = (x for x in importer.extract(path, loaded(root)) if isinstance(x, Note))
        assert (note.account, note.date) == ("Actifs:Clients:Dupont", date(2026, 1, 13))


@pytest.mark.slow
def test_labels_of_strangers_stay_text(root: Path) -> None:
    hostile = '"\\ ; " #tag {1} \u202e2026-01-01 * "x" \\'
    lines = [
        replace(PAID, label=f"{hostile}{more}", party=hostile, amount=Decimal(n), reference="")
        for n, more in ((5, ""), (7, " ^F2026-0007"))
    ]
    typed = '2026-01-20 * "Don"\n  Actifs:Banque  5.00 EUR\n  Produits:Ventes\n'
    write(root, TOP, (root / TOP).read_text(encoding="utf-8") + typed)
    path = write(root, "r.xml", bank.camt(month(*lines)))
    other = shutil.copytree(root, root.with_name("autre"))
    saved(root, path)
    imports(other, str(path))
    ours, theirs = by_id(root), by_id(other)
    (note,) = (e for e in loaded(root) if isinstance(e, Note))  # the line that was typed already
    assert set('"\\\u202e').isdisjoint(note.comment)
    del ours[note.meta["import"]], theirs[note.meta["import"]]
    assert ours == theirs
    assert "^F2026-0007" in next(text for name, text in ours.items() if name.startswith("banque"))
    loaded(root)


def test_a_policy_that_cannot_be_read_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(Error, match=r"relance\.yaml"):
        importers(tmp_path / "relance.yaml")
    with pytest.raises(Error, match="une politique se nomme"):
        importers(tmp_path / "politique.yaml")


def test_books_in_error_are_told(root: Path) -> None:
    importer, path = importer_of(root, "camt"), str(write(root, "r.xml", SOUND))
    assert importer.account(path) == "Actifs:Banque"
    text = (root / TOP).read_text(encoding="utf-8")
    write(root, TOP, text + '2026-01-09 * "x"\n  Actifs:Nulle-part  1 EUR\n')
    with pytest.raises(Error, match="Nulle-part"):
        importer.extract(path, [])
    assert importer.account(path) == ""
    write(root, TOP, text.replace("Actifs:Banque", "Actifs:Banque:Courant"))
    assert importer.account(path) == "Actifs:Banque:Courant"
    write(root, "relance.yaml", "inconnu: 1\n")
    assert importer.identify(path)
    with pytest.raises(Error, match="inconnu"):
        importer.extract(path, [])


def test_the_columns_of_the_firms_own_bank_are_read(root: Path) -> None:
    path = str(write(root, "r.csv", "Jour;Quoi;Combien\n20/01/2026;VIR F2026-0007;1320,00\n"))
    importer = importer_of(root, "bank_csv")
    assert not importer.identify(path)
    own = "importer:\n  csv:\n    ma-banque: {date: Jour, libelle: [Quoi], montant: Combien}\n"
    write(root, "relance.yaml", (root / "relance.yaml").read_text(encoding="utf-8") + own)
    assert importer.identify(path)
    assert importer.extract(path, [])[0].links == {"F2026-0007"}


# ---------------------------------------------------------------- Fava


def test_fava_gets_what_it_can_save(root: Path) -> None:
    path = str(COMPANY / "documents/facturx/facture.pdf")
    entries = importer_of(root, "facturx").extract(path, loaded(root))
    assert [type(e) for e in entries] == [Open, Transaction, Document]
    ((name, kept),) = fava_hook([(path, entries)], [])
    assert (name, [type(e) for e in kept]) == (path, [Transaction])
    assert kept[0].meta["echeance"] == "2026-02-11"  # as Fava writes it, and as it is read
    ((*_, account, importer),) = fava_hook([(path, entries, "A", None)], [])
    assert (account, importer) == ("A", None)
