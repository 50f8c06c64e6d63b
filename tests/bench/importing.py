"""`importer` against `bean-check` on the books that come of it: invoices, a statement that pays
them; the memory that more files take."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import bankfiles as bank
from bankfiles import Month, Paid
from bench.measure import Cost, Row, cost
from bench.plans import BEAN_CHECK, LEDGER, RELANCE, rows
from electronic import Bill, bills, ubl
from inboxes import company, write

INVOICES = (1_000, 10_000)  # files, one to an invoice
LINES = 20_000
TURNS = 3
FIRST, LAST = date(2026, 1, 2), date(2026, 11, 20)


def imports(folder: Path) -> Iterator[Row]:
    """Yield the rows of the invoices, of what memory more of them take, and of the statement."""
    peaks = []
    for count in INVOICES:
        start = folder / f"factures-{count}"
        write_invoices(start, made_bills(count))
        pairs = [imported(start, folder / f"import-{count}") for _ in range(TURNS)]
        yield from rows(f"import, {count} UBL invoices", pairs)
        peaks.append([(ours.memory, theirs.memory) for ours, theirs in pairs])
    yield memory(*peaks)
    start = folder / f"import-{INVOICES[-1]}"  # the books that hold the invoices
    content = bank.camt(statement(made_bills(INVOICES[-1]), LINES))
    write(start, "ledger/a-importer/releve.xml", content)
    pairs = [imported(start, folder / "releve") for _ in range(TURNS)]
    yield from rows(f"import, {LINES} lines of a statement", pairs)


def imported(start: Path, folder: Path) -> tuple[Cost, Cost]:
    """What the import of a company's inbox costs, in a copy of it, then the check of its books."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(start, folder)
    ours = cost([RELANCE, "importer", "--dossier", str(folder)])
    return ours, cost([BEAN_CHECK, str(folder / LEDGER)])


def memory(small: Sequence[tuple[float, float]], large: Sequence[tuple[float, float]]) -> Row:
    """Give the peak memory that a thousand files more take, beside what the entries that come of
    them take `bean-check`."""
    thousands = (INVOICES[1] - INVOICES[0]) / 1000
    pairs = tuple(
        ((after[0] - before[0]) / thousands, (after[1] - before[1]) / thousands)
        for before, after in zip(small, large, strict=True)
    )
    return Row("import, memory for 1000 invoices more", "bean-check", "MB", pairs)


# ---------------------------------------------------------------- What comes in


def made_bills(count: int) -> list[Bill]:
    """Make so many invoices and credit notes, to one client in twenty, nothing paid before."""
    made = bills(Random(count), count, FIRST)
    return [replace(bill, prepaid="", iban=bank.IBAN) for bill in made]


def write_invoices(folder: Path, made: Sequence[Bill]) -> None:
    """Write a company into whose inbox they have come."""
    company(folder, "")
    for bill in made:
        write(folder, f"ledger/a-importer/{bill.number}.xml", ubl(bill))


def statement(made: Sequence[Bill], lines: int) -> Month:
    """Make a statement in which every invoice is paid whole: a third of the payers quote it, half
    of the banks name the payer; suppliers are paid by the other lines."""
    random = Random(lines)
    paid = [_paid(random, n, bill) for n, bill in enumerate(made) if bill.code == "380"]
    spent = [_spent(random, n) for n in range(lines - len(paid))]
    movements = tuple(sorted([*paid, *spent], key=lambda line: line.date))
    return Month(Decimal(0), movements, FIRST, LAST)


def _paid(random: Random, n: int, bill: Bill) -> Paid:
    label = random.choice([f"VIR {bill.number}", "VIREMENT RECU", f"FACT {n}"])
    payer = random.choice([bill.buyer.name.upper(), ""])
    day = bill.issued + timedelta(random.randrange(5, 20))
    return Paid(day, bill.payable, label, payer, "", f"E{n}", f"R{n:06}")


def _spent(random: Random, n: int) -> Paid:
    day = FIRST + timedelta(random.randrange((LAST - FIRST).days))
    amount = Decimal(random.randrange(100, 500_000)) / 100
    return Paid(day, -amount, "PRLV SEPA FOURNISSEUR", "PAPETERIE MARTIN", reference=f"D{n:06}")
