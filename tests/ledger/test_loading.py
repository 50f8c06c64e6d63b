"""What the loading of a ledger relies on in Beancount, so that another version is seen at once."""

from __future__ import annotations

import inspect
from pathlib import Path

import beancount
import pytest
from beancount import loader
from beancount.parser import grammar, parser
from beancount.scripts import format as bean_format
from hypothesis import given
from hypothesis import strategies as st

import story
from relance.ledger import beancount as ledger
from relance.ledger import loading

ANOTHER = f"Beancount {beancount.__version__}: look at ledger/loading.py again"


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


ACCOUNTS = """\
option "name_assets" "Actifs"
2026-01-01 open Actifs:Banque EUR
2026-01-01 open Actifs:Banque:
2026-01-02 note Actifs:Banque "bien"
2026-01-02 note Autres:Banque "mal nommé"
2026-01-02 note Autres:Banque "mal nommé"
option "name_assets" "Autres"
2026-01-03 note Actifs:Banque "plus une racine"
2026-01-03 note Autres:Banque "une racine"
"""


def test_names_of_accounts_are_judged_as_beancount_judges_them() -> None:
    theirs, wrong, _ = parser.parse_string(ACCOUNTS)
    with loading._own_builder():  # noqa: SLF001
        entries, errors, _ = parser.parse_string(ACCOUNTS)
    assert entries == theirs
    assert errors == wrong
    assert [error.source["lineno"] for error in errors] == [3, 5, 6, 8]


LEFT_OUT = """
2026-01-01 * "Sans montant, sans monnaie, sans nombre"
  Actifs:Clients:Durand  10.00
  Actifs:Clients:Durand  EUR
  Produits:Ventes  -4.00 EUR
2026-01-02 * "Une autre monnaie"
  note-interne: "oui"
  Actifs:Clients:Durand  1 GBP @ 1.20 EUR
  Produits:Ventes
"""


def test_one_text_of_each_currency_is_kept(tmp_path: Path) -> None:
    path = story.company(tmp_path, LEFT_OUT).root / "ledger/main.beancount"
    loaded = ledger.load(path, tmp_path)
    entries, errors, _ = loader.load_file(str(path))
    assert not errors
    assert list(loaded.entries) == entries
    transactions = [entry for entry in loaded.entries if isinstance(entry, ledger.Transaction)]
    units = [posting.units for entry in transactions for posting in entry.postings]
    currencies = [amount.currency for amount in units if amount]
    assert set(currencies) == {"EUR", "GBP"}
    assert len({id(currency) for currency in currencies}) == 2
