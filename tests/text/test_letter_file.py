"""A letter's file: its words between what the page shows above them and what its reader needs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from relance.text.frontmatter import (
    dump,
    front_document,
    front_matter,
    letter_file,
    lines_above,
    relaid,
)
from relance.values.problem import Refusal
from text.test_frontmatter import PLAIN, exactly

ROW = {
    "numero": "F2026-0031",
    "facture": "F2026-0031",
    "tranche": 1,
    "tranches": 1,
    "date": date(2026, 8, 31),
    "echeance": date(2026, 9, 30),
    "montant": Decimal("1320.00"),
    "recu": Decimal("0.00"),
    "solde": Decimal("1320.00"),
    "conteste": Decimal("0.00"),
    "jours": 52,
    "etape": "relance-2",
    "rang": 2,
    "demande": True,
    "penalites": Decimal("0.00"),
    "indemnite": Decimal("0.00"),
}
OTHER = ROW | {
    "numero": "FA 12",
    "facture": "FA-12",
    "tranche": 2,
    "tranches": 3,
    "recu": Decimal("320.00"),
    "solde": Decimal("1000.00"),
    "etape": None,
    "rang": 0,
    "demande": False,
}
FACTS: dict[str, object] = {
    "relance": "R20261121-01",
    "objet": "Relance n° 2",
    "langue": "fr",
    "date": date(2026, 11, 21),
    "compte": "Actifs:Clients:Épi",
    "etape": "relance-2",
    "rang": 2,
    "canal": ["courriel", "telephone"],
    "destinataire": {"nom": "L'Épi d'Or", "adresse": ["3 place du Marché", "69001 LYON"]},
    "creancier": {"nom": "A -- B", "siren": "000000091", "capital": "10 000 €"},
    "factures": [ROW, OTHER],
    "principal": Decimal("1320.00"),
    "penalites": Decimal("0.00"),
    "indemnite": Decimal("40.00"),
    "total": Decimal("1360.00"),
    "arrete-au": date(2026, 11, 21),
}
FILE = """\
---
relance: R20261121-01
objet: Relance n° 2
date: 2026-11-21
canal:
- courriel
- telephone
destinataire:
  nom: L'Épi d'Or
  adresse:
  - "3 place du Marché"
  - "69001 LYON"
---

Madame, Monsieur,

---

Merci.

<!-- Données de la lettre, à laisser telles quelles
langue: fr
compte: Actifs:Clients:Épi
etape: relance-2
rang: 2
creancier: {nom: "A -\\u002D B", siren: "000000091", capital: "10 000 €"}
factures:
- {numero: F2026-0031, date: 2026-08-31, echeance: 2026-09-30, montant: 1320.00, jours: 52}
- {numero: FA 12, facture: FA-12, tranche: 2, tranches: 3, date: 2026-08-31, \
echeance: 2026-09-30, montant: 1320.00, recu: 320.00, solde: 1000.00, jours: 52, etape: null, \
rang: 0, demande: false}
principal: 1320.00
indemnite: 40.00
total: 1360.00
-->
"""
WORDS = "Madame, Monsieur,\n\n---\n\nMerci."


def in_its_head(facts: dict[str, object], words: str) -> str:
    """The file as versions before 0.2 wrote it."""
    return f"---\n{dump(facts)}---\n\n{words}\n"


def test_a_file_shows_the_letter_and_keeps_the_rest_behind_it() -> None:
    assert letter_file(FACTS, WORDS) == FILE


def test_what_goes_without_saying_is_read_again() -> None:
    front, body = front_matter(FILE)
    assert front == FACTS
    assert body == f"\n{WORDS}\n"
    document, again = front_document(FILE, "l.md")
    assert (document.value, again) == (FACTS, body)
    assert FILE.splitlines()[lines_above(FILE) + 1] == "Madame, Monsieur,"


def test_an_earlier_version_s_file_says_the_same() -> None:
    earlier = in_its_head(FACTS, WORDS)
    assert front_matter(earlier) == front_matter(FILE)
    assert relaid(earlier) == FILE
    assert relaid(FILE) == FILE


@pytest.mark.parametrize(
    "pair",
    [
        ("total: 1360.00\n", "total:  1360.00\n"),  # as a hand or an editor may write it
        ("etape: relance-2\n", "etape: 'relance-2'\n"),
        ("Merci.\n", "Merci."),
    ],
)
def test_what_that_version_did_not_write_so_stays_as_it_is(pair: tuple[str, str]) -> None:
    earlier = in_its_head(FACTS, WORDS)
    assert pair[0] in earlier
    changed = earlier.replace(*pair)
    assert relaid(changed) == changed


def test_an_earlier_version_s_figures_are_only_those_it_wrote() -> None:
    """Nothing goes without saying in a file that has no data."""
    earlier = in_its_head(FACTS | {"factures": [{"numero": "F1"}]}, WORDS)
    assert front_matter(earlier)[0]["factures"] == [{"numero": "F1"}]


def test_another_paper_says_all_it_has() -> None:
    """A declaration has neither step nor rank: no figure of it is a usual one."""
    declared = {key: FACTS[key] for key in ("relance", "objet", "total", "principal")}
    declared["principal"] = declared["total"]
    declared["factures"] = [{"numero": "F1", "facture": "F1", "solde": Decimal("0.00")}]
    text = letter_file(declared, WORDS)
    assert "total: 1360.00\nprincipal: 1360.00\n" in text
    assert "- {numero: F1, facture: F1, solde: 0.00}\n" in text
    assert front_matter(text)[0] == declared


OPENING = "<!-- Données de la lettre, à laisser telles quelles\n"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("\n-->\n", "\n", "21:1: les données de la lettre ne finissent pas par une ligne « --> »"),
        ("\n-->\n", "\n-->\n\nP.-S. Appelez.\n", "35:1: ce texte suit les données de la lettre"),
        ("Merci.\n", f"{OPENING}-->\n", "22:1: les données de la lettre y sont une seconde fois"),
        ("total: 1360.00\n", "total: [1360.00\n", "33:1: virgule oubliée"),
        ("jours: 52}", "jours: 52", "29:3: virgule oubliée"),
        ("montant: 1320.00", "montant: 1320,00", "28:78: une virgule coupe ici"),
        ("rang: 2\n", "rang: 2\nrang: 3\n", "26:1: clé « rang » en double, déjà écrite en 25:1"),
        ("rang: 2\n", "date: 2026-11-22\n", "25:1: « date » est dit deux fois"),
        ("date: 2026-11-21\n", "date: 2026-11-31\n", "4:7: valeur illisible : « 2026-11-31 »"),
        ("rang: 2\n", "rang: 2\n\tx: 1\n", "26:1: tabulation interdite"),
        ("langue: fr\n", "langue: fr\n=======\n", "24:1: « : » manquant"),
    ],
)
def test_damaged_data_are_told_at_their_place(old: str, new: str, told: str) -> None:
    assert old in FILE
    with pytest.raises(Refusal) as refused:
        front_matter(FILE.replace(old, new, 1), "l.md")
    assert f"l.md:{told}" in [
        f"{p.source}: {p.what}"[: len(told) + 5] for p in refused.value.problems
    ]


def test_windows_line_ends_and_a_lost_blank_line_read_the_same() -> None:
    front, body = front_matter(FILE.replace("\n", "\r\n"))
    assert (front, body.replace("\r\n", "\n")) == (FACTS, f"\n{WORDS}\n")
    assert front_matter(FILE.replace(".\n\n<!--", ".\n<!--")) == (FACTS, f"\n{WORDS}")


def test_a_usual_letter_is_read_without_yaml(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = FACTS | {"objet": "Relance", "creancier": {"nom": "A, B", "adresse": ["1 rue", "L"]}}
    text = letter_file(facts, WORDS)
    monkeypatch.setattr("relance.text.frontmatter.load", None)
    assert front_matter(text) == (facts, f"\n{WORDS}\n")


# What a ledger may put under the keys of a letter.
HOSTILE = st.sampled_from(
    ["-->", "--", "a--b", "--!>", "<!--", ">", "->", "-", "\n-->\n", OPENING, "a\u2028-->", "]]>",
     "{a}", "a, b", "[", "a: b", "a:b", "é:é", "'", '"', "\\", "\\u002D-", "\ud800", "\U000e0001"]
)  # fmt: skip
VALUES = st.recursive(
    PLAIN | HOSTILE,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["nom", "adresse", "no-m"]), inner, max_size=3)
    ),
    max_leaves=6,
)
ROWS = st.fixed_dictionaries(
    {key: st.just(value) | st.just(OTHER[key]) | PLAIN | HOSTILE for key, value in ROW.items()}
)
KEYS = ["relance", "objet", "compte", "creancier", "destinataire", "type", "pieces", "virement"]
FRONTS = st.dictionaries(st.sampled_from(KEYS), VALUES)
FIGURES = st.fixed_dictionaries(
    {key: st.just(FACTS[key]) | VALUES for key in list(FACTS)[-5:]}
    | {"etape": st.just("relance-2") | VALUES, "rang": st.just(2), "factures": st.lists(ROWS)}
)
BODIES = st.text() | st.sampled_from([WORDS, "-->", "<!--", "---", "a\n-->\nb"])


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(facts=st.builds(lambda a, b: a | b, FRONTS, FIGURES | st.just({})), words=BODIES)
@example(facts={"compte": "a", "type": "-->"}, words=WORDS)
@example(facts=FACTS | {"etape": None, "total": None, "factures": [ROW | {"rang": None}]}, words="")
def test_any_facts_and_words_read_back(facts: dict[str, object], words: str) -> None:
    text = letter_file(facts, words)
    front, body = front_matter(text)
    assert {key: exactly(value) for key, value in front.items()} == {
        key: by_order(exactly(facts[key]), front[key]) for key in facts
    }
    assert body == f"\n{words}\n"
    assert exactly(front_document(text, "l.md")[0].value) == exactly(front)
    data = text[text.rindex("\n<!-- ") + 1 :].removesuffix("-->\n").removeprefix(OPENING)
    assert not {"--", "<", ">"} & {data[n : n + w] for w in (1, 2) for n in range(len(data))}
    assert relaid(in_its_head(facts, words)) in (text, in_its_head(facts, words))


def by_order(expected: object, read: object) -> object:
    """The expected rows with their keys in the order read: what went without saying comes first."""
    if not isinstance(read, list) or not isinstance(expected, list):
        return expected
    return [
        [(key, dict(row)[key]) for key in value] if isinstance(value, dict) else row
        for row, value in zip(expected, read, strict=True)
    ]


def test_a_file_that_would_not_say_what_it_was_given_is_not_written() -> None:
    """A reminder without penalties at all is read back as one with penalties of nothing."""
    with pytest.raises(ValueError, match="would not say what it was given"):
        letter_file({"etape": "relance-1", "factures": []}, WORDS)
