"""The front matter of letters: what is written reads back, by lines or by YAML alike."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from relance.text.frontmatter import by_yaml, dump, front_document, front_matter
from relance.text.plain_block import plain_block
from relance.values.problem import Refusal


def test_a_front_matter_has_plain_values_and_an_untouched_body() -> None:
    text = (
        "---\nmontant: 1320.00\ndate: 2026-11-21\nrang: 2\nnom: Épi\nvu: true\n---\n\nCorps\n---\n"
    )
    front, body = front_matter(text)
    assert front == {
        "montant": Decimal("1320.00"),
        "date": date(2026, 11, 21),
        "rang": 2,
        "nom": "Épi",
        "vu": True,
    }
    assert str(front["montant"]) == "1320.00"
    assert body == "\nCorps\n---\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Bonjour\n", "l.md:1:1: l'en-tête manque"),
        ("---\na: 1\nBonjour\n", "l.md:1:1: l'en-tête manque"),
        ("---\na: 1\na: 2\n---\n", "l.md:3:1: clé « a » en double, déjà écrite en 2:1"),
        ("---\nle: 2026-02-30\n---\n", "l.md:2:5: valeur illisible : « 2026-02-30 »"),
        ("---\nx: .nan\n---\n", "l.md:2:4: valeur illisible : « .nan »"),
        ("---\n- a\n---\n", "l.md:2:1: l'en-tête n'est pas fait de clés"),
        ("---\na: 'b\n---\n", "l.md:2:4: guillemet jamais refermé"),
    ],
)
def test_a_front_matter_at_fault_is_told_at_its_line(text: str, message: str) -> None:
    with pytest.raises(Refusal) as refused:
        front_matter(text, "l.md")
    (problem,) = refused.value.problems
    assert f"{problem.source}: {problem.what}" == message


def test_a_letter_is_written_in_plain_blocks() -> None:
    front = {
        "relance": "R20261121-01",
        "siren": "012345678",
        "client": "Épi: « d'Or » #1",
        "reponse": "no",
        "adresse": ["3 place\nCentrale", "---"],
        "total": Decimal("40.00"),
        "entier": Decimal(40),
        "date": date(2026, 11, 21),
        "heure": "2026-11-21",
        "absent": None,
        "segments": ({"taux": Decimal("12.40"), "jours": 7},),
    }
    assert (
        dump(front)
        == """\
relance: R20261121-01
siren: "012345678"
client: "Épi: « d'Or » #1"
reponse: "no"
adresse:
- "3 place\\nCentrale"
- '---'
total: 40.00
entier: 40.
date: 2026-11-21
heure: "2026-11-21"
absent: null
segments:
- taux: 12.40
  jours: 7
"""
    )


def exactly(value: object) -> object:
    """The value with all that equality forgets: types, exponents, the order of keys."""
    if isinstance(value, dict):
        return [(key, exactly(item)) for key, item in value.items()]
    if isinstance(value, list):
        return [exactly(item) for item in value]
    return type(value), value.as_tuple() if isinstance(value, Decimal) else value


HOSTILE = [
    "---", "a\n---\nb", "- a", "? b", "~", "null", "012", "1:30", "2026-01-01", "!!x", "&a", "*a",
    "%", "@", "#", "a #b", "a: b", "\r\n", "\r", "\x85", "\u2028", " a ", "'", '"', "\\", "|", ">",
    "<<", "=", ".inf", "1e3", "5.", "\ufeff", "\x00", "\x7f", "😀", "\U0010ffff", "{a}", "[",
]  # fmt: skip
TEXTS = st.text() | st.sampled_from(HOSTILE)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False)
PLAIN = TEXTS | DECIMALS | st.booleans() | st.none() | st.integers() | st.dates()
FRONTS = st.dictionaries(
    TEXTS,
    st.recursive(
        PLAIN,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
        max_leaves=5,
    ),
    max_size=4,
)


@settings(max_examples=300)
@given(front=FRONTS, body=st.text())
@pytest.mark.slow
def test_what_is_written_reads_back_the_same(front: dict[str, object], body: str) -> None:
    text = dump(front)
    again, rest = front_matter(f"---\n{text}---\n{body}")
    assert exactly(again) == exactly(front)
    assert rest == body
    assert dump(again) == text


# Lines as `dump` writes them and lines that are nearly so: what reads them without YAML must know
# which is which.
INDENTS = st.sampled_from(["", "", "", "  ", "- ", "  - ", "    ", "-  ", "\t"])
KEYS = st.sampled_from(
    ["a", "b-c", "factures", "y", "null", "on", "a b", "é", "A", "c_d", "-", "'a'"]
)
SEPARATORS = st.sampled_from([": ", ": ", ": ", ":", ":  ", ": \t", " : ", ""])
SCALARS = [
    "", "relance-1", "Épi d'Or", "Actifs:Clients:Dupont", "a: b", "a:", "a #b", "a ", "c, d", "{a}",
    "true", "True", "yes", "No", "null", "Null", "~", "off", "0", "-0", "07", "1_000", "0x1F", "12",
    "-3", "1e3", "5.", "0.00", "-1440.10", "00.5", ".5", "1.2.3", "2026-11-21", "2026-02-30",
    "2026-1-5", "12:30", "٣", "٣.٥", '"a"', '"a\\nb"', '""', "'a'", "'a''b'", '"a" b', "'a",
    "a@b.example", "@a", "*a", "&a", "!a", "|", ">", "a\x85b", "a\u2028b", "\ufeffa", "a\tb", "- b",
    "?", "a'", 'a"b', "1 rue Neuve", "R20261120-01", "é\u0301", "…", "a\r", "a–b", "a%b", "a[0]",
    "{a: b}", "{a: b, c-d: 1.00}", '[a, "b"]', "{a: [b, 2026-01-01]}", "{a: b,c: d}", "{a: b:c}",
    "{a: 12,5}", "[a: b]", '{a: "b, c"}', "[]", "{}", "{a: }", "[a,]", "{a: b} c", "{y: 1}", "[a",
    "[[[[[a]]]]]", "{a: b, a: c}", "{a: b #c}", "{a: 'b, c'}", "[a b, -1, null]", "{a:b}", "[ a ]",
    "{a: é:é}", "[a:]", "{a: b }", "[a?b, c-]", '["a" b]', '["a"b]', "[07, 5., 1e3]", "{null: a}",
]  # fmt: skip
LINES = st.builds("".join, st.tuples(INDENTS, KEYS, SEPARATORS, st.sampled_from(SCALARS)))
ITEMS = st.builds("".join, st.tuples(INDENTS, st.sampled_from(SCALARS)))
HEADS = st.lists(LINES | LINES | ITEMS, min_size=1, max_size=7).map("\n".join)


def outcome(read: object) -> object:
    assert callable(read)
    try:
        return exactly(read())
    except Refusal as refusal:
        return [str(problem) for problem in refusal.problems]


@pytest.mark.slow
@settings(max_examples=1500, deadline=None)
@given(head=HEADS | FRONTS.map(dump))
@example("a:\n- b-c: 1\n  y: 2")
@example("  b-c: \na: b")
@example("a:\n  b-c: 1\n  b-c: 1")
@example("a:\n- b-c: 1\n\n\nfactures: 2")
@example("a:\n" + "".join(f"{'  ' * n}a:\n" for n in range(1, 60)) + "  " * 60 + "a: 1")
def test_lines_read_as_yaml_does(head: str) -> None:
    """Most of a front matter is read without YAML, which is slow: never otherwise than by it."""
    text = f"---\n{head}\n---\n"
    whole = outcome(lambda: front_document(text, "l.md")[0].value)
    assert outcome(lambda: front_matter(text, "l.md")[0]) == whole


def test_a_letter_is_read_without_yaml(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a letter of a company without special characters holds needs no YAML at all."""
    front = {
        "relance": "R20261121-01",
        "date": date(2026, 11, 21),
        "compte": "Actifs:Clients:Dupont",
        "canal": ["courriel"],
        "destinataire": {"nom": "Épi d'Or", "adresse": ["1 rue Neuve", "69001 Lyon"]},
        "factures": [{"facture": "F1", "tranche": 1, "solde": Decimal("1200.00"), "demande": True}],
        "total": Decimal("1200.00"),
    }
    text = f"---\n{dump(front)}---\n"
    monkeypatch.setattr("relance.text.frontmatter.load", None)
    assert exactly(front_matter(text)[0]) == exactly(front)


WRITTEN = st.sampled_from(
    [
        "Durand",
        "SARL",
        "3 quai",
        "03000",
        "n°",
        "no",
        "NULL",
        "a: b",
        "#x",
        "l'eau",
        "C. & A.",
        "--",
        "1e3",
        "0x1F",
        "2026-11-20",
        "+33 1",
        "x@y.fr",
        "http://a/b",
        "~",
        "nan",
        "\xa0",
        "Ω",
        "1.",
        "1;2",
        '5"',
        "\\",
        "a-b",
        "-a",
        "é:",
        "𝒜",
        "²",
        "1²",
        "٣",
        "",
    ]
)
LEAVES = st.one_of(
    st.lists(WRITTEN, min_size=1, max_size=3).map(" ".join),
    st.text(max_size=8),
    st.none() | st.booleans() | st.integers() | st.dates(),
    st.decimals(allow_nan=False, allow_infinity=False),
)
NAMES = st.sampled_from(["nom", "ville-x", "null", "on", "y", "é", "N"])
NESTED = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)


@example("destinataire", {"nom": "Durand", "adresse": ["3 quai Nord", "03000 Valbois"]})
@example("lignes", [{"facture": "F1", "solde": Decimal("10.00"), "nul": None}, {"rang": 2}])
@given(NAMES, NESTED)
def test_plain_values_are_written_as_yaml_writes_them(key: str, value: object) -> None:
    assert plain_block(key, value) in (None, by_yaml(key, value))


def test_an_addressee_is_plain() -> None:
    """What all letters have is written without YAML."""
    value = {"nom": "Durand", "adresse": ["3 quai Nord", "03000 Valbois"], "rang": 1}
    assert plain_block("destinataire", value) == (
        'destinataire:\n  nom: Durand\n  adresse:\n  - "3 quai Nord"\n  - "03000 Valbois"\n'
        "  rang: 1\n"
    )
