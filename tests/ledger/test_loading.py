"""What the loading of a ledger relies on in Beancount, so that another version is seen at once."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import beancount
import pytest
from beancount import loader
from beancount.parser import booking, grammar, parser
from beancount.scripts import format as bean_format
from hypothesis import given
from hypothesis import strategies as st

import story
from relance.ledger import beancount as ledger
from relance.ledger import loading
from relance.values.problem import Refusal

ANOTHER = f"Beancount {beancount.__version__}: look at ledger/loading.py again, then at TESTED"


class Counted(list[Any]):
    """Entries that know how often they were read."""

    readings = 0

    def __iter__(self) -> Iterator[Any]:
        self.readings += 1
        return super().__iter__()


def test_the_version_that_was_looked_at_is_the_one_installed() -> None:
    assert beancount.__version__ == loading.TESTED, ANOTHER


def test_booking_reads_its_entries_twice_and_keeps_none() -> None:
    entries, errors, options = parser.parse_string(story.PRELUDE + story.ONE_INVOICE)
    counted = Counted(entries)
    booked, more = booking.book(counted, options)
    assert not errors
    assert not more
    assert counted.readings == 2, ANOTHER
    assert len(booked) == len(entries)


def test_the_parser_takes_its_builder_from_its_module(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    class Noted(grammar.Builder):
        def __init__(self) -> None:
            super().__init__()  # type: ignore[no-untyped-call]
            made.append("one")

    monkeypatch.setattr(grammar, "Builder", Noted)
    parser.parse_string("")
    assert made == ["one"], ANOTHER


SUMS = """\
2026-01-02 * "Vente 3 EUR"
  clé: "12 EUR"
  montant: 12 EUR
  Actifs:Clients:Été-2   1,320.00 EUR ; 5 EUR
\tProduits:Ventes  -1320.00 EUR
2026-01-02 balance Actifs:Banque 5.00 EUR
2026-01-03 balance Actifs:Banque  (2 * 3) EUR
"""
OTHERS = """\
2026-01-02 open Actifs:Banque EUR
2026-01-02 note Actifs:Banque "3 EUR"
2026-01-02 price EUR  1.08 USD
2026-01-02 price USD  +0.93 EUR
2026-01-02 custom "budget" 2 EUR
    Actifs:A

      Actifs:B:C  - 1 EUR
      Actifs:C:D  10 EUR
  ! Actifs:D:E  7 EUR
  ;  Actifs:E:F 1 EUR"""


@pytest.mark.parametrize("text", ["", "\n\n", SUMS, OTHERS, OTHERS + SUMS])
def test_a_text_is_aligned_as_bean_format_aligns_it(text: str) -> None:
    assert ledger.aligned(text) == bean_format.align_beancount(text)


PLAIN = st.from_regex(
    r"(  |2026-01-02 balance )Actifs:(Clients:É2-b|A1) {1,9}-?[0-9]{1,5}(\.[0-9]{1,2})? "
    r"(EUR|USD)( @@ 1\.2 EUR| ; dit \"oui\"| )?",
    fullmatch=True,
)
OTHER = st.tuples(
    *map(
        st.sampled_from,
        [
            ("  ", "   ", "\t", "2026-1-2 balance "),
            ("Actifs:Clients:Durand ", "Produits:Été-2:5  ", "Actifs:Œ² ", "Actifs ", "Actifs:A"),
            ("1,320.00", "+7", "- 1", "(2 * 3)", "3.", "12", ""),
            (" EUR", "  EUR", " EURO", " US", " eur", "EUR", ""),
        ],
    )
).map("".join)


@given(st.lists(PLAIN, max_size=4), st.lists(OTHER, max_size=1))
def test_sums_are_aligned_as_bean_format_aligns_them(plain: list[str], other: list[str]) -> None:
    text = "".join(f"{line}\n" for line in plain + other)
    assert ledger.aligned(text) == bean_format.align_beancount(text)


@pytest.mark.parametrize("end", ["\r", "\x0b", "\u2028"])
def test_a_line_on_which_bean_format_stumbles_stays_as_it_is(end: str) -> None:
    odd = f"  Actifs:A:B{end}  Actifs:C:D  1 EUR\n"
    assert ledger.aligned(SUMS + odd) == bean_format.align_beancount(SUMS) + odd


def test_files_are_parsed_by_a_function_of_these_parameters() -> None:
    names = list(inspect.signature(loader._parse_recursive).parameters)  # noqa: SLF001
    assert names == ["sources", "log_timings", "encoding"], ANOTHER


def loaded(root: Path) -> list[Any]:
    path = story.company(root, story.ONE_INVOICE).root / "ledger/main.beancount"
    return list(ledger.load(path, root).entries)


def test_a_booking_that_reads_once_more_loads_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    true: Any = booking.book

    def thrice(entries: Any, options: Any) -> Any:
        list(entries)
        return true(entries, options)

    monkeypatch.setattr(booking, "book", thrice)
    with pytest.raises(Refusal, match="more than twice"):
        loaded(tmp_path)


def test_another_version_keeps_its_entries_and_loads_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[type] = []
    true: Any = booking.book

    def noted(entries: Any, options: Any) -> Any:
        read.append(type(entries))
        return true(entries, options)

    monkeypatch.setattr(booking, "book", noted)
    here = loaded(tmp_path)
    monkeypatch.setattr(loading, "TESTED", "0")
    assert loaded(tmp_path) == here
    assert read[0] is not list
    assert read[1] is list
