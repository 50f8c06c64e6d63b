"""The books are a function of what was imported: any order and grouping gives the same bytes, and
no euro appears or disappears."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

import bankfiles as bank
from bankfiles import Month, Paid
from electronic import Bill, bills, cii, facturx, ubl
from inboxes import balance, company, entries, imports, left, write, written
from relance.ledger.beancount import aligned

FIRST = date(2026, 1, 1)
BANKS = tuple(f"Actifs:Banque:{name}" for name in ("Courant", "Pro", "Livret", "Caution"))
IBANS = (
    *(bank.IBAN, "FR7630006000011234567890189"),
    *("FR7620041010050500013M02606", "FR1630003012340005012345678"),
)
NAMED = ", ".join(f"{iban}: {name}" for iban, name in zip(IBANS, BANKS, strict=True))
POLICY = f"importer:\n  lignes: {{}}\n  comptes: {{{{{NAMED}}}}}\n"
ACCOUNTS = "".join(f"2010-01-01 open {name}\n" for name in BANKS)
# What the accounts held before the first statement.
OPENING = '2026-01-01 * "Reprise"\n  Actifs:Banque:Courant  1000.00 EUR\n  Capitaux:Reprise\n'


HAND = """
{day} * "{payee}" "Virement" ^{invoice}
  Actifs:Banque:Courant   {amount} EUR
  Actifs:Clients:Durand
"""


@dataclass(frozen=True)
class Firmament:
    """A company as files: its invoices and its bank's statements, by name, and what they hold."""

    files: dict[str, bytes]
    billed: Decimal
    moves: tuple[Paid, ...]
    typed: str = ""  # what a person wrote before


def label(random: Random, bill: Bill, others: Sequence[Bill]) -> str:
    """What a payer writes, or what his bank makes of it."""
    number = bill.number
    return random.choice(
        [
            f"VIR {number}",
            f"FACT {number[-3:]} du {bill.issued:%d/%m/%Y}",
            number.replace("-", " "),
            f"{number} {random.choice(others).number}",
            "VIR SEPA RECU",
            f"REGLEMENT 06 12 34 56 78 {bill.buyer.siren}",
            f'"; {number}\\ ^{random.choice(others).number}',
        ]
    )


def payments(random: Random, listed: Sequence[Bill]) -> Iterator[Paid]:
    """What clients pay: all, part, two at once, nothing; some comes back."""
    for n, bill in enumerate(listed):
        if bill.code != "380" or bill.payable <= 0 or random.random() < 0.2:
            continue
        day = bill.issued + timedelta(random.randrange(1, 60))
        amount = bill.payable if random.random() < 0.7 else bill.payable / 2
        amount = amount.quantize(Decimal("0.01"))
        payer = random.choice([bill.buyer.name.upper(), "", "MR INCONNU"])
        line = Paid(day, amount, label(random, bill, listed), payer, "", f"E{n}", f"R{n:05}")
        yield line
        if random.random() < 0.1:
            back = day + timedelta(random.randrange(1, 9))
            yield replace(line, date=back, amount=-amount, reject="AM04", reference=f"B{n:05}")


def months(lines: Sequence[Paid], opening: Decimal, iban: str) -> Iterator[Month]:
    """The statements of a year, one for each month, each beginning with what the last ended."""
    for number in range(1, 13):
        first = date(2026, number, 1)
        last = date(2026 + number // 12, number % 12 + 1, 1) - timedelta(1)
        own = tuple(sorted((x for x in lines if first <= x.date <= last), key=lambda x: x.date))
        if last < date(2026, 11, 1):
            statement = Month(opening, own, first, last, iban)
            opening = statement.closing
            yield statement


def in_cfonb(month: Month) -> bytes:
    """A month in CFONB, whose rejects bear two figures."""
    told = tuple(replace(x, reject="10" if x.reject else "") for x in month.movements)
    return bank.cfonb(replace(month, movements=told))


# What each of the banks sends, and how its files end.
WRITERS: tuple[tuple[Callable[[Month], bytes], str], ...] = (
    (bank.camt, "xml"),
    (in_cfonb, "txt"),
    (bank.mt940, "sta"),
    (bank.ofx, "ofx"),
)


def firmament(seed: int, count: int) -> Firmament:
    random = Random(seed)
    listed = [replace(b, iban=bank.IBAN, bases=dict(b.bases)) for b in bills(random, count, FIRST)]
    files = {
        f"{n}-{bill.number}.{'pdf' if n % 3 == 2 else 'xml'}": (ubl, cii, facturx)[n % 3](bill)
        for n, bill in enumerate(listed)
    }
    lines = [x for x in payments(random, listed) if x.date < date(2026, 11, 1)]
    for place, (write_month, ending) in enumerate(WRITERS):
        opening = Decimal(1000 if place == 0 else 0)
        for month in months(lines[place::4], opening, IBANS[place]):
            files[f"{place}-{month.first:%m}.{ending}"] = write_month(month)
    signs = {"380": 1, "381": -1}
    billed = sum((signs[b.code] * b.total for b in listed), Decimal(0))
    return Firmament(files, billed, tuple(lines))


def with_repeats(made: Firmament, seed: int) -> Firmament:
    """The same company, some of whose statements come in other formats too, some lines of which
    the bank announced before, some of which a person had written."""
    random = Random(seed)
    own = tuple(made.moves[0::4])
    files, typed = dict(made.files), ""
    for month in months(own, Decimal(1000), bank.IBAN):
        if random.random() < 0.4:
            files[f"ofx-{month.first:%m}.ofx"] = bank.ofx(month)
        if random.random() < 0.3:
            renamed = [replace(x, reference=f"N{n}") for n, x in enumerate(month.movements)]
            early = replace(month, movements=tuple(renamed))
            files[f"avis-{month.first:%m}.xml"] = bank.camt(early, sort="054")
        for line in month.movements:
            if line.amount > 0 and random.random() < 0.2:
                day = line.date + timedelta(random.choice([0, 0, 1, -2]))
                invoice = f"F2026-{random.randrange(1, 31):05}"
                typed += HAND.format(day=day, payee=line.party, invoice=invoice, amount=line.amount)
    opened = '2010-01-01 open Actifs:Clients:Durand\n  client: "Durand"\n'
    return replace(made, files=files, typed=opened + typed)


def imported(root: Path, made: Firmament, random: Random | None, lines: str) -> dict[str, str]:
    """The books after its files came in, all at once or in random order and groups."""
    company(root, ACCOUNTS + OPENING + made.typed, POLICY.format(lines))
    names = sorted(made.files)
    groups = [names]
    if random:
        random.shuffle(names)
        cuts = sorted(random.sample(range(1, len(names)), 4))
        groups = [names[a:b] for a, b in itertools.pairwise([0, *cuts, len(names)])]
    for group in groups:
        for name in group:
            write(root, f"ledger/a-importer/{name}", made.files[name])
        imports(root)
    assert left(root) == []
    return written(root)


@pytest.mark.parametrize("seed", [1, *(pytest.param(n, marks=pytest.mark.slow) for n in (2, 3))])
@pytest.mark.parametrize("lines", ["clients", "toutes"])
def test_any_order_and_grouping_gives_the_same_books(tmp_path: Path, seed: int, lines: str) -> None:
    made = firmament(seed, 30)
    first = imported(tmp_path / "une", made, None, lines)
    for n in range(2):
        other = imported(tmp_path / f"autre{n}", made, Random(seed * 10 + n), lines)
        assert other.keys() == first.keys()
        for name, text in first.items():
            assert other[name] == text, name
    for name, text in first.items():
        if name.startswith("importe/"):
            assert aligned(text) == text


@pytest.mark.parametrize("seed", [4, *(pytest.param(n, marks=pytest.mark.slow) for n in (5, 6, 7))])
@pytest.mark.parametrize("lines", ["clients", "toutes"])
def test_repeats_and_what_a_person_wrote_come_out_alike_in_any_order(
    tmp_path: Path, seed: int, lines: str
) -> None:
    made = with_repeats(firmament(seed, 30), seed)
    first = imported(tmp_path / "une", made, None, lines)
    for n in range(2):
        other = imported(tmp_path / f"autre{n}", made, Random(seed * 10 + n), lines)
        assert other.keys() == first.keys()
        for name, text in first.items():
            assert other[name] == text, name


@pytest.mark.slow
def test_what_comes_in_several_formats_is_held_once(tmp_path: Path) -> None:
    """Beside each line once, only what is told to be perhaps the same, as a draft."""
    made = replace(with_repeats(firmament(8, 60), 8), typed="")
    imported(tmp_path, made, Random(8), "toutes")
    own = sum((line.amount for line in made.moves[0::4]), Decimal(1000))
    lines = entries(tmp_path, "banque").values()
    doubted = [text for text in lines if "peut-être la même" in text]
    amounts = (re.search(r"Banque:Courant +(-?[0-9.]+) EUR", text) for text in doubted)
    more = sum((Decimal(match[1]) for match in amounts if match), Decimal(0))
    assert balance(tmp_path, "Actifs:Banque:Courant") == own + more
    assert all(text[11] == "!" for text in doubted)
    assert len(doubted) < len(lines) / 5


@pytest.mark.slow
def test_no_euro_appears_or_disappears(tmp_path: Path) -> None:
    made = firmament(7, 60)
    root = tmp_path
    imported(root, made, Random(1), "toutes")
    banked = sum((line.amount for line in made.moves), Decimal(0))
    assert balance(root, "Actifs:Banque") == 1000 + banked
    income = balance(root, "Produits") + balance(root, "Passifs")
    assert -income == made.billed
    assert balance(root, "Actifs") + balance(root, "Capitaux") + income == 0
    # Every statement ties, and the books hold its closing balance.
    assert written(root)["importe/banque-courant-2026.beancount"].count(" balance ") == 10
