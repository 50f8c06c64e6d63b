"""Our booking and validation beside Beancount's own, whose answers they must give."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import beancount
import pytest
from beancount.core.data import entry_sortkey
from beancount.core.interpolate import AUTOMATIC_RESIDUAL, AUTOMATIC_TOLERANCES
from beancount.ops import validation
from beancount.parser import booking, parser
from hypothesis import given
from hypothesis import strategies as st

import story
from relance.ledger import beancount as ledger
from relance.ledger import plain_booking
from relance.values.problem import Refusal

ANOTHER = f"Beancount {beancount.__version__}: look at ledger/plain_booking.py again, then TESTED"
OPENED = """\
2025-01-01 open Actifs:Banque
2025-01-01 open Actifs:Titres "FIFO"
2025-01-01 open Actifs:Clients
"""


def parsed(text: str) -> tuple[list[Any], Any]:
    entries, _errors, options = parser.parse_string(text)
    return sorted(entries, key=entry_sortkey), options


def compare(text: str) -> None:
    """Where Beancount stumbles, ours does."""
    entries, options = parsed(text)
    copies, same = parsed(text)
    try:
        theirs, errors = booking.book(entries, options)
    except Exception as stumbled:  # noqa: BLE001 - whatever it is
        with pytest.raises(type(stumbled)):
            plain_booking.book(copies, same)
        return
    ours, more = plain_booking.book(copies, same)
    assert ours == theirs
    assert more == errors
    for mine, entry in zip(ours, theirs, strict=True):
        tolerances, its = (x.meta.get(AUTOMATIC_TOLERANCES) for x in (mine, entry))
        assert its is None or tolerances.default == its.default
    assert plain_booking.invalid(ours, same) == validation.validate(theirs, options)


def test_the_version_that_was_looked_at_is_the_one_installed() -> None:
    assert beancount.__version__ == plain_booking.TESTED, ANOTHER


ACCOUNT = st.sampled_from(["Actifs:Banque", "Actifs:Titres", "Actifs:Clients"])
NUMBER = st.sampled_from(["1.00", "-1.00", "2.00", "-2", "3", "0.00", "1.000", "-0.005", "5.0"])
UNITS = st.sampled_from(["EUR", "EUR", "EUR", "USD", "ABC"])
COST = st.sampled_from(["", "", "", " {1.00 EUR}", " {2 EUR}", " {}", " {{3.00 EUR}}"])
PRICE = st.sampled_from(["", "", "", " @ 1.20 EUR", " @@ 2.40 USD", " @"])
WHOLE = st.builds("  {} {} {}{}{}".format, ACCOUNT, NUMBER, UNITS, COST, PRICE)
PLAIN = st.builds("  {} {} EUR".format, ACCOUNT, NUMBER)
PARTLY = st.builds("  {}{}".format, ACCOUNT, st.sampled_from(["", " 1.00", " EUR", " 2 ABC"]))
ENTRY = st.builds(
    '2026-01-0{} * "vente"\n{}\n'.format,
    st.integers(1, 9),
    st.one_of(
        st.lists(PLAIN, max_size=3), st.lists(st.one_of(PLAIN, WHOLE, PARTLY), max_size=4)
    ).map("\n".join),
)
OPTION = st.sampled_from(
    [
        "",
        'option "inferred_tolerance_default" "*:0.5"\n',
        'option "inferred_tolerance_default" "EUR:2"\n',
        'option "infer_tolerance_from_cost" "TRUE"\n',
        'option "inferred_tolerance_multiplier" "10"\n',
        'option "booking_method" "NONE"\n',
    ]
)


@given(OPTION, st.lists(ENTRY, max_size=6))
def test_entries_and_errors_are_beancounts_own(option: str, entries: list[str]) -> None:
    compare(option + OPENED + "".join(entries))


BOUGHT = """\
2026-01-02 * "achat"
  Actifs:Titres   2 ABC {1.00 EUR}
  Actifs:Banque  -2.00 EUR
2026-01-03 * "prêt de titres, sans coût"
  Actifs:Titres   -1 ABC
  Actifs:Clients  1 ABC
2026-01-04 * "achat, que le prêt ferait prendre pour une vente"
  Actifs:Titres   1 ABC {1.00 EUR}
  Actifs:Banque  -1.00 EUR
2026-01-05 * "la devise que le compte a"
  Actifs:Clients  -1
  Actifs:Banque
"""


def test_what_is_booked_later_draws_on_plain_entries() -> None:
    compare(OPENED + BOUGHT)


def test_tolerances_of_figures_with_and_without_cents_are_not_taken_for_each_other() -> None:
    text = "".join(
        f'2026-01-0{n} * "vente"\n  Actifs:Banque {first} EUR\n  Actifs:Clients {second} EUR\n'
        for n, (first, second) in enumerate([("1.00", "-1"), ("1", "-1"), ("1.00", "-1.00")], 1)
    )
    compare(OPENED + text)
    booked, _ = plain_booking.book(*parsed(OPENED + text))
    tolerances = [x.meta[AUTOMATIC_TOLERANCES] for x in booked[-3:]]
    assert [str(x["EUR"]) for x in tolerances] == ["0.005", "0", "0.005"]


def test_a_posting_that_a_plugin_had_absorb_the_rest_is_not_counted() -> None:
    text = '2026-01-02 * "vente"\n  Actifs:Banque 1.00 EUR\n  Actifs:Clients -1.00 EUR\n'
    entries, options = parsed(OPENED + text)
    booked, _ = plain_booking.book(entries, options)
    booked[-1].postings[1].meta[AUTOMATIC_RESIDUAL] = True
    (error,) = plain_booking.invalid(booked, options)
    assert error.message == "Transaction does not balance: (1.00 EUR)"


def test_what_a_sum_would_round_is_left_to_beancount() -> None:
    """A cent is lost where a number of 31 digits is rounded to 28."""
    large = "10000000000000000000000000000"
    sides = f"  Actifs:Banque {large}.01 EUR\n  Actifs:Clients -{large}.00 EUR\n"
    text = f'{OPENED}2026-01-02 * "vente"\n{sides}'
    compare(text)
    entries, options = parsed(text)
    booked, _ = plain_booking.book(entries, options)
    (error,) = plain_booking.invalid(booked, options)
    assert error.message == "Transaction does not balance: (0.01 EUR)"


def test_another_version_does_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_booking, "TESTED", "0")
    monkeypatch.setattr(plain_booking, "_numbers", None)  # what nobody calls
    compare(OPENED + BOUGHT)


UNBALANCED = (
    '2026-01-01 * "Écart"\n  Actifs:Clients:Durand  10.00 EUR\n  Produits:Ventes  -9.00 EUR\n'
)


def test_books_that_do_not_balance_are_refused(tmp_path: Path) -> None:
    path = story.company(tmp_path, UNBALANCED).root / "ledger/main.beancount"
    with pytest.raises(Refusal, match="pas équilibrée : écart de 1"):
        ledger.load(path, tmp_path)
