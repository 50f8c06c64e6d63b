"""What is written as a bank writes it is read again: every format, each kind of movement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bankfiles import IBAN, Month, Paid, camt, cfonb, csv_export, cut, made_up, mt940, ofx
from relance.incoming import bank_csv
from relance.incoming import camt as camt_reader
from relance.incoming import cfonb as cfonb_reader
from relance.incoming import mt940 as mt940_reader
from relance.incoming import ofx as ofx_reader
from relance.incoming.bank_statement import BankAccount, Statement
from relance.incoming.csv_profiles import CsvProfile, known_banks
from relance.incoming.line_ids import line_ids
from relance.incoming.reading import Reading

Reader = Callable[[bytes, str], Reading[Statement]]

DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
CENTS = st.integers(1, 10**9).map(lambda n: Decimal(n) / 100)
WORDS = st.text("ABCDEF0123456789-/.()+ ", min_size=1, max_size=60).map(
    lambda text: " ".join(text.split()) or "X"
)
PAID = st.builds(
    Paid,
    date=DAYS,
    amount=st.one_of(CENTS, CENTS.map(lambda amount: -amount)),
    label=WORDS,
    party=st.sampled_from(["", "NADIA ETIENNE", "SCI DES TILLEULS"]),
    iban=st.sampled_from(["", "FR7630004008280001234567676"]),
    end_to_end=st.sampled_from(["", "E2E-1", "2026-0031"]),
    reference=st.sampled_from(["", "B1", "B2"]),
)
MONTHS = st.builds(
    Month,
    opening=st.one_of(CENTS, CENTS.map(lambda amount: -amount)),
    movements=st.lists(PAID, max_size=8).map(
        lambda each: tuple(sorted(each, key=lambda paid: paid.date))
    ),
    first=st.just(dt.date(2026, 1, 1)),
    last=st.just(dt.date(2026, 12, 31)),
)


def read_one(reader: Reader, content: bytes) -> Statement:
    reading = reader(content, "banque")
    assert (reading.faults, reading.remarks) == ((), ())
    (statement,) = reading.facts
    return statement


def sums(statement: Statement) -> list[tuple[dt.date, Decimal]]:
    return [(line.date, line.amount) for line in statement.lines]


def paid_sums(month: Month) -> list[tuple[dt.date, Decimal]]:
    return [(paid.date, paid.amount) for paid in month.movements]


@given(MONTHS, st.sampled_from(["02", "04", "08", "13"]))
def test_camt(month: Month, version: str) -> None:
    statement = read_one(camt_reader.read, camt(month, version=version))
    assert statement.account == BankAccount.named(IBAN)
    assert (sums(statement), statement.gap) == (paid_sums(month), Decimal(0))
    for line, paid in zip(statement.lines, month.movements, strict=True):
        assert line.labels == (paid.label,)
        assert (line.party, line.end_to_end, line.reference) == (
            paid.party,
            paid.end_to_end,
            paid.reference,
        )
        assert line.party_iban == (paid.iban if paid.party else "")


@given(MONTHS)
def test_cfonb(month: Month) -> None:
    statement = read_one(cfonb_reader.read, cfonb(month))
    assert (sums(statement), statement.gap) == (paid_sums(month), Decimal(0))
    for line, paid in zip(statement.lines, month.movements, strict=True):
        assert paid.label in line.labels
        assert (line.party, line.party_iban) == (paid.party, paid.iban)
        assert (line.end_to_end, line.reference) == (paid.end_to_end, paid.reference)


@given(MONTHS, st.booleans())
def test_ofx(month: Month, sgml: bool) -> None:
    statement = read_one(ofx_reader.read, ofx(month, sgml=sgml))
    assert sums(statement) == paid_sums(month)
    assert statement.closing
    assert statement.closing.amount == month.closing


@given(MONTHS)
def test_mt940(month: Month) -> None:
    statement = read_one(mt940_reader.read, mt940(month))
    assert (sums(statement), statement.gap) == (paid_sums(month), Decimal(0))
    for line, paid in zip(statement.lines, month.movements, strict=True):
        assert (line.party, line.party_iban) == (paid.party, paid.iban)


@pytest.mark.parametrize("profile", known_banks(), ids=lambda profile: profile.name)
def test_each_known_bank_s_csv(profile: CsvProfile) -> None:
    month = made_up(7, 40)
    reading = bank_csv.read(csv_export(month, profile), "export.csv", known_banks())
    assert (reading.faults, reading.remarks) == ((), ())
    (statement,) = reading.facts
    assert statement.form == f"CSV {profile.bank}"
    assert sums(statement) == paid_sums(month)[::-1]
    if profile.balance:
        assert statement.gap == 0
        assert statement.closing
        assert statement.closing.amount == month.closing
    assert profile.origin


def test_a_batch_is_told_payment_by_payment() -> None:
    month = made_up(3, 60)
    statement = read_one(camt_reader.read, camt(month, batch=True))
    assert sorted(sums(statement)) == sorted(paid_sums(month))
    assert statement.gap == 0


def test_several_statements_in_one_file() -> None:
    first, second = cut(made_up(1, 30), dt.date(2026, 6, 1))
    for reader, content in (
        (camt_reader.read, camt(first, second)),
        (cfonb_reader.read, cfonb(first, second)),
        (mt940_reader.read, mt940(first, second)),
    ):
        reading = reader(content, "banque")
        assert [sums(each) for each in reading.facts] == [paid_sums(first), paid_sums(second)]
        assert reading.facts[0].closing
        assert reading.facts[1].opening
        assert reading.facts[0].closing.amount == reading.facts[1].opening.amount


@given(MONTHS, DAYS)
def test_ids_are_the_same_in_overlapping_files(month: Month, day: dt.date) -> None:
    whole = line_ids(read_one(cfonb_reader.read, cfonb(month)).lines)
    first, second = (
        line_ids(read_one(cfonb_reader.read, cfonb(part)).lines) for part in cut(month, day)
    )
    assert first + second == whole
    assert len(set(whole)) == len(whole)
