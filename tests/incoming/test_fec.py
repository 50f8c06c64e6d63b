"""Accounting exports (FEC): what their lines say, what is told of bad ones."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fecfiles import DUPONT, HEADER, MULLER, fec, other, padded, paid, sale
from relance.incoming import fec as reader
from relance.incoming.fec_export import Counterpart, FecExport
from relance.incoming.reading import Reading
from relance.incoming.recognition import recognise
from relance.values.problem import Refusal

SAMPLES = Path(__file__).with_name("samples")
DAY = date(2026, 1, 12)
SALE = sale(1, DAY, "720")
WHOLE = fec(SALE)
TEXT = WHOLE.decode()


def read(content: bytes | str, clients: tuple[str, ...] = reader.CLIENTS) -> Reading[FecExport]:
    data = content if isinstance(content, bytes) else content.encode()
    kind = recognise(data, "f.txt", clients=clients)
    assert kind.name == "FEC"
    return kind.read(data, "f.txt")


def amounts(content: bytes | str) -> list[int]:
    """The cents of the clients' lines."""
    (export,) = read(content).facts
    return [line.amount for entry in export.entries for line in entry.lines]


def told(content: bytes | str) -> list[str]:
    """All that is told of a file, its place first."""
    reading = read(content)
    unread = [each.problem for export in reading.facts for each in export.unread]
    return [str(each) for each in (*reading.faults, *reading.remarks, *unread)]


def test_the_sample_in_latin_9() -> None:
    """Eight lines of clients, 3 420.00 debited and 1 360.00 credited, by hand in the file."""
    (export,) = read((SAMPLES / "fec-compose-tab-latin9.txt").read_bytes()).facts
    lines = [(entry, line) for entry in export.entries for line in entry.lines]
    assert sum(line.amount for _, line in lines if line.amount > 0) == 342000
    assert sum(line.amount for _, line in lines if line.amount < 0) == -136000
    assert [line.piece for _, line in lines] == [
        "FA2025-018", "", "FA2026-001", "FA2026-002", "AV2026-001", "VIR 4471", "VIR 4502",
        "FA2026-003",
    ]  # fmt: skip
    muller = lines[2][1]
    assert (muller.auxiliary, muller.client) == ("C0007", "Menuiserie Müller & Fils")
    assert muller.letter == "AA"
    assert lines[0][0].journal_name == "À nouveaux"
    assert lines[0][1].piece_date == date(2025, 11, 5)
    assert (lines[-1][1].currency, lines[-1][1].foreign) == ("GBP", 100000)
    assert lines[2][0].answers == {Counterpart.SALES: -60000, Counterpart.VAT: -12000}


def test_sums_padded_with_zeros_and_an_account_of_another_chart() -> None:
    (export,) = read(padded(), ("121",)).facts
    first, second = (entry.lines[0] for entry in export.entries)
    assert (first.amount, first.piece, first.auxiliary, first.currency) == (300000, "", "7", "")
    assert (second.amount, second.foreign, second.currency) == (300000, 300000, "USD")
    assert [entry.place for entry in export.entries] == ["OUV/OUVERTURE/2020", "INV/INV/2020/00001"]


def test_no_account_of_clients_says_what_to_name() -> None:
    (fault,) = read(padded()).faults
    assert "importer.fec.comptes" in fault.remedy


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso8859-15", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", ["\t", "|"])
def test_encodings_and_separators(encoding: str, separator: str) -> None:
    mine = sale(1, DAY, "720", ("C1", "Œuvres & Cœur €"))
    (export,) = read(fec(mine, separator=separator, encoding=encoding)).facts
    assert export.entries[0].lines[0].client == "Œuvres & Cœur €"


def signed(debit: str, credit: str) -> str:
    """The file with Montant and Sens."""
    lines = [line.split("\t") for line in TEXT.splitlines()]
    rows = [
        [
            *row[:11],
            row[11] if row[11] != "0,00" else row[12],
            debit if row[11] != "0,00" else credit,
            *row[13:],
        ]
        for row in lines[1:]
    ]
    head = [*HEADER[:11], "Montant", "Sens", *HEADER[13:]]
    return "\n".join("\t".join(row) for row in [head, *rows])


@pytest.mark.parametrize("sides", [("D", "C"), ("+1", "-1"), ("d", "c")])
def test_amount_and_side(sides: tuple[str, str]) -> None:
    reading = read(signed(*sides))
    assert amounts(signed(*sides)) == [72000]
    assert reading.remarks == ()  # it balances


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        *(("720,00", 72000), ("720.00", 72000), ("720", 72000), ("000000720,5", 72050)),
        *(("1 720,00", 172000), ("-720,00", -72000), ("720,0000", 72000), ("", 0)),
    ],
)
def test_the_ways_to_write_a_sum(written: str, cents: int) -> None:
    assert amounts(TEXT.replace("720,00", written)) == [cents]


def test_columns_in_another_order_between_quotation_marks() -> None:
    rows = [line.split("\t") for line in TEXT.splitlines()]
    turned = "\n".join("|".join(f'"{cell}"' for cell in reversed(row)) for row in rows)
    assert amounts(turned) == [72000]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (TEXT.replace("CompAuxNum", "Tiers").replace("PieceRef", "Doc"), "CompAuxNum et PieceRef"),
        (TEXT.replace("Debit", "Mouvement"), "Debit et Credit (ou Montant et Sens)"),
        (TEXT.replace("\t", ";"), "séparées par « ; »"),
        (TEXT.replace("JournalLib\t", "JournalLib|"), "mêle la tabulation et « | »"),
        (TEXT.partition("\n")[2], "l'en-tête des colonnes manque"),
    ],
)
def test_a_header_that_cannot_be_read_by(content: str, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(content)
    assert any(words in each.what for each in refused.value.problems)
    assert all(str(each.source) == "f.txt:1" and each.remedy for each in refused.value.problems)


def test_columns_that_can_be_done_without_are_told() -> None:
    content = "\n".join("\t".join(line.split("\t")[:16]) for line in TEXT.splitlines())
    assert told(content)[0].startswith("f.txt:1: colonnes absentes : Montantdevise, Idevise")
    assert amounts(content) == [72000]


@pytest.mark.parametrize(
    ("found", "put", "words"),
    [
        (
            "720,00",
            "sept cents",
            "f.txt:2: cette ligne n'est pas prise : son montant « sept cents »",
        ),
        ("720,00", "720,001", "f.txt:2: cette ligne n'est pas prise : son montant « 720,001 »"),
        (
            "20260112\t411",
            "20261312\t411",
            "f.txt:2: cette ligne n'est pas prise : sa date « 20261312 »",
        ),
        ("Facture FA-001\t720", "Facture\tFA-001\t720", "elle a 19 colonnes, l'en-tête 18"),
    ],
)
def test_a_line_that_cannot_be_taken_is_told_and_the_rest_goes_in(
    found: str, put: str, words: str
) -> None:
    content = fec(SALE, paid(1, DAY, "100", MULLER)).decode().replace(found, put, 1)
    reading = read(content)
    (export,) = reading.facts
    assert [line.amount for entry in export.entries for line in entry.lines] == [-10000]
    (unread,) = export.unread
    assert words in str(unread.problem)
    assert (unread.auxiliary, unread.client) == DUPONT
    assert reading.remarks == ()  # its entry is not told as unbalanced too


def test_an_unknown_side_is_told() -> None:
    assert "son sens « X » n'est ni D ni C" in told(signed("X", "C"))[0]


@pytest.mark.parametrize("currency", ["840", "£", "DOL"])
def test_a_currency_that_is_none_is_told(currency: str) -> None:
    odd = (replace(SALE[0], foreign="600,00", currency=currency), *SALE[1:])
    (what,) = told(fec(odd))
    assert f"f.txt:2: cette ligne n'est pas prise : sa devise « {currency} »" in what


def test_an_entry_that_does_not_balance_is_told_and_goes_in() -> None:
    uneven = (*SALE[:2], replace(SALE[2], amount=Decimal("-119.50")))
    (what,) = told(fec(uneven))
    assert what.startswith("f.txt:2: l'écriture VE VE001 a 0,50\xa0€ de trop au débit")
    assert amounts(fec(uneven)) == [72000]


def test_a_number_of_two_entries_is_told_and_both_go_in() -> None:
    later = tuple(replace(row, day=date(2026, 2, 3)) for row in SALE)
    again = fec(SALE, paid(1, DAY, "5"), SALE)
    assert "sert déjà (ligne 2)" in told(fec(SALE, later))[0]
    assert "sert déjà (le même jour)" in told(again)[0]
    (export,) = read(again).facts
    ids = [entry.id_of(entry.lines[0]) for entry in export.entries]
    assert ids == ["VE/VE001/2026-01-12.1", "BQ/BQ001/2026-01-12.2", "VE/VE001/2026-01-12-2.1"]


def test_lines_sorted_by_account_make_the_same_entries() -> None:
    rows = sorted((*SALE, *paid(1, DAY, "720")), key=lambda row: row.account)
    (export,) = read(fec(tuple(rows))).facts
    assert [(e.place, len(e.lines)) for e in export.entries] == [("VE/VE001", 1), ("BQ/BQ001", 1)]
    assert read(fec(tuple(rows))).remarks == ()


def test_a_client_without_auxiliary_account_is_named_by_its_own() -> None:
    rows = other(1, DAY, ("411DUPONT", "10", ("", ""), ""), ("4110000", "-10", ("", ""), ""))
    (export,) = read(fec(rows)).facts
    assert [line.auxiliary for line in export.entries[0].lines] == ["DUPONT", ""]


@given(st.binary(max_size=300))
def test_no_bytes_below_a_header_break_the_reader(content: bytes) -> None:
    head = "\t".join(HEADER).encode() + b"\n"
    for data in (head + content, WHOLE + content):
        with suppress(Refusal):
            reader.read(data, "f.txt")


@pytest.mark.slow
@given(st.data())
def test_no_cell_of_any_text_breaks_the_reader(data: st.DataObject) -> None:
    rows = [line.split("\t") for line in TEXT.splitlines()]
    row = data.draw(st.integers(1, len(rows) - 1))
    rows[row][data.draw(st.integers(0, 17))] = data.draw(st.text(max_size=30))
    reader.read("\n".join("\t".join(each) for each in rows).encode("utf-8", "replace"), "f.txt")
