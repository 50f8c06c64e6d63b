"""Addresses as envelopes show them: which lines are cut, dropped or joined, and which are told."""

from __future__ import annotations

import unicodedata
from importlib.resources import files

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from relance.text.address_panel import (
    LINES,
    LINES_ABROAD,
    SIGNS,
    SIZES,
    Addressee,
    Room,
    TooLong,
    panel,
)
from relance.text.address_panel import _ems as ems
from relance.text.glyphs import DRAWN

FOUR = ("Bâtiment C", "12 rue des Lilas", "BP 40012", "69003 LYON")
FIVE = ("Service achats", *FOUR)


NORTH = "bâtiment des Quatre-Vents du Nord"  # no two of them stand on one line
COOPERATIVE = "Société coopérative des artisans menuisiers du Dauphiné"
ON_TWO_LINES = ("Société coopérative des artisans", "menuisiers du Dauphiné")


@pytest.mark.parametrize(
    ("to", "lines"),
    [
        # As written: six lines fit, and so does a foreign address of seven.
        (Addressee("Durand", "Mme Roux", FOUR), ("Durand", "Mme Roux", *FOUR)),
        (
            Addressee("Durand", "Mme Roux", (*FOUR[:3], "1000 BRUXELLES", "Belgique")),
            ("Durand", "Mme Roux", *FOUR[:3], "1000 BRUXELLES", "BELGIQUE"),
        ),
        # Seven lines: the person joins the service.
        (Addressee("Durand", "Mme Roux", FIVE), ("Durand", "Mme Roux, Service achats", *FOUR)),
        # Without a service, the name.
        (
            Addressee("Menuiserie Durand et Fils", "Mme Roux", ("2 allée A", *FOUR)),
            ("Menuiserie Durand et Fils, Mme Roux", "2 allée A", *FOUR),
        ),
        (
            Addressee("Durand", "Frau Roth", (*FOUR[:3], "Hof 2", "10117 Berlin"), "DE"),
            ("Durand, Frau Roth", *FOUR[:3], "Hof 2", "10117 Berlin", "ALLEMAGNE"),
        ),
        # A name on two lines, a person and four lines.
        (
            Addressee(COOPERATIVE, "Mme Anne Roux", FOUR),
            (ON_TWO_LINES[0], f"{ON_TWO_LINES[1]}, Mme Anne Roux", *FOUR),
        ),
        # The building joins the street, and not the person.
        (
            Addressee(COOPERATIVE, "Mme Anne-Laure Roux", FOUR),
            (*ON_TWO_LINES, "Mme Anne-Laure Roux", "Bâtiment C 12 rue des Lilas", *FOUR[2:]),
        ),
        # Eight lines without a person: the shortest pairs first.
        (
            Addressee("Durand", None, ("Hall 3", "Escalier B", "ZA Nord", *FOUR)),
            ("Durand", "Hall 3 Escalier B", "ZA Nord Bâtiment C", *FOUR[1:]),
        ),
        # Two numbers never become one.
        (
            Addressee("Durand", None, (*[NORTH] * 1, "Nord " * 7, "Lot 3", "12 rue A", *FOUR[2:])),
            ("Durand", NORTH, "Nord " * 7, "Lot 3, 12 rue A", *FOUR[2:]),
        ),
        # What is said twice is said once.
        (
            Addressee("Durand SARL", "Mme Roux", ("DURAND, SARL", "Mme. ROUX", *FOUR)),
            ("Durand SARL", "Mme Roux", *FOUR),
        ),
    ],
)
def test_lines_are_fitted_in_order(to: Addressee, lines: tuple[str, ...]) -> None:
    assert panel(to).lines == lines


@pytest.mark.parametrize(
    ("name", "attention", "first"),
    [
        ("Durand", "à l'attention de", "Durand, à l'attention de Mme Roux"),
        ("Durand", "for the attention of", "Durand, for the attention of Mme Roux"),
        ("Menuiserie Durand et Fils", "zu Händen von", "Menuiserie Durand et Fils, Mme Roux"),
    ],
)
def test_a_person_joins_the_name_with_the_words_of_the_letter_if_they_fit(
    name: str, attention: str, first: str
) -> None:
    to = Addressee(name, "Mme Roux", ("2 allée A", *FOUR))
    assert panel(to, attention=attention).lines == (first, "2 allée A", *FOUR)


def test_the_person_is_left_out_last() -> None:
    above = tuple(f"{n} {NORTH}" for n in range(4))
    for contact, left_out in (("Mme Anne-Laure Roux-Delorme", True), ("Mme Roux", False)):
        fitted = panel(Addressee("Durand SARL", contact, (*above, "69003 LYON")))
        assert fitted.without_contact is left_out
        assert fitted.lines[1:] == (*above, "69003 LYON")


@pytest.mark.parametrize(
    ("name", "address", "country", "reason"),
    [
        ("Durand", (*[f"{n} {NORTH}" for n in range(5)], "69003 LYON"), None, "6 lignes"),
        ("Durand", (*[f"{n} {NORTH}" for n in range(6)], "10117 Berlin"), "DE", "7 lignes"),
        ("Durand", ("1 rue A", "69003 " + "LYON" * 9), None, "« 69003 LYONLYON"),
        ("Donaudampfschifffahrtselektrizitätenhaupt", ("1 rue A", "69003 LYON"), None, "6 lignes"),
    ],
)
def test_what_no_rule_fits_is_told(
    name: str, address: tuple[str, ...], country: str | None, reason: str
) -> None:
    with pytest.raises(TooLong, match=reason):
        panel(Addressee(name, None, address, country))


@pytest.mark.parametrize(
    ("lines", "room", "size", "leading"),
    [
        (("69003 LYON",), Room(), 10.5, 4.9),
        (FOUR, Room(), 10.5, 4.9),
        (("69003 LYON",), Room(85, 9), 10.5, 4.5),
        (("69003 " + "W" * 22,), Room(), 10.5, 4.9),
        (("69003 " + "W" * 25,), Room(), 10.0, 4.9),
        (("69003 " + "W" * 28,), Room(), 9.0, 4.9),
        (FOUR, Room(85, 20), 10.0, 4.0),
    ],
)
def test_the_type_shrinks_to_nine_points_at_most(
    lines: tuple[str, ...], room: Room, size: float, leading: float
) -> None:
    fitted = panel(Addressee("Durand", None, lines), room)
    assert (fitted.size, fitted.leading) == (size, leading)


words = st.text(st.sampled_from("abéMW 1,-"), min_size=1, max_size=60)


@given(
    words,
    st.none() | words,
    st.lists(words, max_size=8),
    st.sampled_from([None, "DE", "FR"]),
    st.builds(Room, st.integers(40, 90), st.integers(15, 50)),
)
def test_what_is_fitted_stays_in_the_window(
    name: str, contact: str | None, above: list[str], country: str | None, room: Room
) -> None:
    try:
        fitted = panel(Addressee(name, contact, (*above, "69003 LYON"), country), room)
    except TooLong:
        return
    assert len(fitted.lines) <= (LINES_ABROAD if country == "DE" else LINES)
    assert all(len(line) <= SIGNS for line in fitted.lines)
    assert fitted.size in SIZES
    em = fitted.size * 25.4 / 72
    assert len(fitted.lines) * fitted.leading <= room.height
    assert em * 1.12 <= fitted.leading
    shown = [x.upper() if n >= fitted.capitals else x for n, x in enumerate(fitted.lines)]
    assert all(ems(line) * em <= room.width for line in shown)


def test_no_letter_is_wider_than_is_reckoned() -> None:
    faces = files("font_source_sans_pro") / "files"
    with TTFont(str(faces / "SourceSansPro-Regular.otf"), lazy=True) as font:
        widths, glyphs = font["hmtx"], font.getBestCmap()
        own = {chr(p): widths[glyphs[p]][0] / 1000 for p in range(0x20, 0x7F)}
        assert {sign: pytest.approx(ems(sign) / 1.06) for sign in own} == own
        known = set(DRAWN) & {*range(0xA0, 0x250), *range(0x391, 0x460)}
        letters = {chr(p) for p in known if unicodedata.category(chr(p))[0] == "L"}
        wide = {s for s in letters if widths[glyphs[ord(s)]][0] > 1000 * ems(s)}
        assert wide <= {"\u0132", "\u010f", "\u013e"}, wide
