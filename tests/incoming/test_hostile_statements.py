"""Bank files that nobody meant well with: any bytes give facts or words, never a traceback."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bankfiles import camt, cfonb, csv_export, made_up, mt940, ofx
from relance.incoming import bank_csv
from relance.incoming import camt as camt_reader
from relance.incoming import cfonb as cfonb_reader
from relance.incoming import mt940 as mt940_reader
from relance.incoming import ofx as ofx_reader
from relance.incoming.bank_statement import MOST_LINES, Statement
from relance.incoming.csv_profiles import known_banks
from relance.incoming.reading import Reading
from relance.values.problem import Problem, Refusal

Reader = Callable[[bytes, str], Reading[Statement]]


def read_csv(content: bytes, name: str) -> Reading[Statement]:
    return bank_csv.read(content, name, known_banks())


MONTH = made_up(5, 6)
SAMPLES: dict[str, tuple[Reader, bytes]] = {
    "camt": (camt_reader.read, camt(MONTH)),
    "cfonb": (cfonb_reader.read, cfonb(MONTH)),
    "ofx": (ofx_reader.read, ofx(MONTH)),
    "ofx2": (ofx_reader.read, ofx(MONTH, sgml=False)),
    "mt940": (mt940_reader.read, mt940(MONTH)),
    "csv": (read_csv, csv_export(MONTH, known_banks()[0], "Compte n° 00012345678;;;\r\n")),
    "csv2": (read_csv, csv_export(MONTH, known_banks()[4])),
}
HIDDEN = {"Cc", "Cf", "Cs"}  # control and direction marks, halves of characters
KINDS = st.sampled_from(sorted(SAMPLES))


def check(reader: Reader, content: bytes) -> None:
    """Whatever was read is clean, and whatever was not is told in a way that helps."""
    problems: tuple[Problem, ...]
    try:
        reading = reader(content, "banque.txt")
    except Refusal as refusal:
        problems = refusal.problems
        assert problems
    else:
        problems = reading.faults + reading.remarks
        for line in (line for statement in reading.facts for line in statement.lines):
            texts = (*line.labels, line.party, line.reference, line.end_to_end, line.mandate)
            marks = [c for text in texts for c in text if unicodedata.category(c) in HIDDEN]
            assert not marks
            assert line.amount == line.amount.quantize(Decimal("0.01"))
    for problem in problems:
        assert problem.source.path == "banque.txt"
        assert problem.remedy or "autres remarques" in problem.what
        assert not {unicodedata.category(c) for c in problem.what} & HIDDEN


@given(KINDS, st.binary(max_size=400))
def test_any_bytes(kind: str, content: bytes) -> None:
    check(SAMPLES[kind][0], content)


@pytest.mark.slow
@given(KINDS, st.data())
def test_a_good_file_spoilt_anywhere(kind: str, data: st.DataObject) -> None:
    reader, content = SAMPLES[kind]
    for _ in range(data.draw(st.integers(1, 4))):
        begin = data.draw(st.integers(0, len(content)))
        end = data.draw(st.integers(begin, min(len(content), begin + 60)))
        spoilt = data.draw(st.one_of(st.binary(max_size=20), st.sampled_from(TROUBLE)))
        content = content[:begin] + spoilt + content[end:]
    check(reader, content)


TROUBLE = [
    text.encode()
    for text in ("\r", "\n", '"', ";", "<", "\x1b[2J", "\u202e", "é", "２", "-", "e", "0" * 40)
]


@given(KINDS, st.integers(0, 10**6))
def test_a_file_cut_anywhere_is_told_or_refused(kind: str, where: int) -> None:
    reader, content = SAMPLES[kind]
    begin = where % len(content.rstrip())
    check(reader, content[:begin])
    try:
        reading = reader(content[:begin], "banque.txt")
    except Refusal:
        return
    lost = len(MONTH.movements) - sum(len(each.lines) for each in reading.facts)
    # A CSV does not say where it ends; in all other formats a line that is lost is told.
    assert not lost or reading.faults or kind.startswith("csv")


@pytest.mark.slow
@given(st.text(min_size=1, max_size=60))
def test_a_label_is_never_more_than_text(label: str) -> None:
    quoted = label.replace('"', '""')
    text = f'Date;Libellé;Débit euros;Crédit euros\n02/02/2026;"{quoted}";;5,00\n'
    check(read_csv, text.encode("utf-8", "replace"))


LINES = MOST_LINES * 5
MANY = {
    "cfonb": (cfonb_reader.read, cfonb(made_up(1, 1)), b"\n04"),
    "mt940": (mt940_reader.read, mt940(made_up(1, 1)), b"\n:61:"),
    "ofx": (ofx_reader.read, ofx(made_up(1, 1)), b"\n<STMTTRN>"),
    "csv": (read_csv, csv_export(made_up(1, 1), known_banks()[0]), b"\n01/02/2026;A;5,00;"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("reader", "content", "line"), MANY.values(), ids=MANY)
def test_a_million_lines_are_refused_at_once(reader: Reader, content: bytes, line: bytes) -> None:
    with pytest.raises(Refusal, match="mouvements"):
        reader(content + line * LINES, "banque.txt")
