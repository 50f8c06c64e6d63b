"""The import of a year's accounting export, beside `bean-check` of the books that it gives."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from bench.measure import KILO, Row, cost
from bench.plans import BEAN_CHECK, LEDGER, RELANCE
from fecfiles import Row as Line
from fecfiles import fec, other, paid, sale
from relance.policy.creditor import PLACEHOLDER
from relance.terminal.model_folder import start

LINES = 500_000 if os.environ.get("GRAND") else 50_000  # a large firm's year takes minutes
PER_INVOICE = 8  # three of the sale, two of the payment, three of a purchase
PER_CLIENT = 25
FIRST, DAYS = date(2026, 1, 1), 330


def exports(folder: Path, lines: int = LINES) -> Iterator[Row]:
    """Yield what the import costs, in time beside `bean-check` and in memory beside one kilobyte a
    line."""
    company = folder / "export"
    start(company)
    policy = company / "relance.yaml"
    text = policy.read_text(encoding="utf-8").replace(PLACEHOLDER, "Banc")
    policy.write_text(text, encoding="utf-8")
    file = folder / "fec.txt"
    file.write_bytes(export(lines))
    ours = cost([RELANCE, "importer", str(file), "--dossier", str(company)])
    theirs = cost([BEAN_CHECK, str(company / LEDGER)])
    name = f"FEC, {lines} lines: "
    yield Row(f"{name}cpu", "bean-check", "s", ((ours.cpu, theirs.cpu),))
    yield Row(f"{name}wall", "bean-check", "s", ((ours.wall, theirs.wall),))
    yield Row(f"{name}memory", "1 KB a line", "MB", ((ours.memory, lines / KILO),))


def export(lines: int) -> bytes:
    """A year of that many lines: most invoices are paid under letters, one in ten is not, one in
    twenty without letters."""
    invoices = lines // PER_INVOICE
    return fec(*(entry for n in range(invoices) for entry in _trade(n, invoices)))


def _trade(n: int, count: int) -> Iterator[tuple[Line, ...]]:
    day = FIRST + timedelta(n * DAYS // count)
    client = (f"C{n // PER_CLIENT:05}", f"Menuiserie {n // PER_CLIENT} SARL")
    letters = "" if n % 10 == 0 or n % 20 == 1 else f"L{n % PER_CLIENT}"
    amount = f"{1200 + n % 900}.60"
    yield sale(n, day, amount, client, letters=letters)
    nobody = ("", "")
    bought = (("606000", "100"), ("445660", "20"), ("401000", "-120"))
    yield other(n, day, *((account, price, nobody, "") for account, price in bought))
    if n % 10:
        yield paid(n, day + timedelta(30), amount, client, letters=letters)
