"""Faults by file and by kind: a sentence once for all its places, what the guide says of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from relance.terminal import fault_guide
from relance.terminal.views.console import show_problems
from relance.terminal.views.fault_groups import also, grouped
from relance.values.problem import Problem, Source
from repositories import found, run


def fault(place: str, what: str, remedy: str) -> Problem:
    path, *numbers = place.split(":")
    return Problem(Source(path, *map(int, numbers)), what, remedy)


# Three kinds in two files: dates at three places, a key named otherwise with the same remedy, and
# a fault without any.
FAULTS = [
    fault("a:1:3", "« echeance » n'est pas une date", "écrivez AAAA-MM-JJ"),
    fault("b:7", "illisible", ""),
    fault("a:5", "solde faux", "corrigez"),
    fault("b:2:3", "« echeance » n'est pas une date", "écrivez AAAA-MM-JJ"),
    fault("a:9:3", "« echeance » n'est pas une date", "écrivez AAAA-MM-JJ"),
    fault("a:9:3", "« echeance » n'est pas une date", "écrivez AAAA-MM-JJ"),
    fault("a:4:3", "« prestation » n'est pas une date", "écrivez AAAA-MM-JJ"),
    fault("b:8", "vide", ""),
]


def test_each_sentence_and_each_remedy_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    show_problems(FAULTS)
    assert capsys.readouterr().err.splitlines() == [
        "a:1:3: « echeance » n'est pas une date",
        "    de même : 9:3, b:2:3",
        "a:4:3: « prestation » n'est pas une date",
        "    → écrivez AAAA-MM-JJ",
        "a:5: solde faux",
        "    → corrigez",
        "b:7: illisible",
        "b:8: vide",
    ]


def test_no_place_is_lost() -> None:
    places = [
        source for group in grouped(FAULTS) for here in group.sentences.values() for source in here
    ]
    assert sorted(places) == sorted({problem.source for problem in FAULTS})
    assert also([Source("a", 1), Source("a", 12), Source("ab", 1)]) == "12, ab:1"


PAGES = {
    "grand-livre": """
# Les clients
| Clé | Valeur |
|---|---|
| `type` | le type du [débiteur](#ailleurs) |
""",
    "suivi": "# Le suivi",
    "autres-livres": "# D’autres livres",
    "cles": """
# La politique
| Clé | Sens |
|---|---|
| `regles[].si.type` | un type de débiteur |
| `creancier.iban` | le compte à créditer |
""",
    "politique": "# La politique",
    "mesurer": """
# Mesurer
| Clé | Sens |
|---|---|
| `tipe` | rien à voir |
""",
}


@pytest.mark.parametrize(
    ("place", "what", "remedy", "told"),
    [
        ("ledger/main.beancount", "« tipe » n'est pas une clé", "vouliez-vous « type » ?", "type"),
        ("ledger/main.beancount", "1 client sans type", 'ajoutez type: "public"', "type"),
        ("relance.yaml", "clé inconnue « type »", "retirez-la", "regles[].si.type"),
        ("relance.yaml", "« iban » n'est pas un IBAN", "corrigez", "creancier.iban"),
        ("ledger/main.beancount", "rien à virer", "ajoutez creancier.iban", "creancier.iban"),
        ("ledger/main.beancount", "« iban » de trop", "retirez-le", None),
    ],
)
def test_the_guide_is_asked_for_the_words_of_a_fault(
    place: str, what: str, remedy: str, told: str | None
) -> None:
    (group,) = grouped([fault(place, what, remedy)])
    passages = fault_guide.FaultGuide(PAGES).passages(group)
    heads = [passage.text.partition("\n")[0] for passage in passages]
    assert heads == ([f"- **`{told}`**"] if told else [])


def test_verifier_adds_what_the_guide_says_once(tmp_path: Path) -> None:
    company = found(tmp_path / "a", policy="git:\n  pdf: 3\n  pds: 4\n")
    plainly = run(company, "verifier")
    assert plainly.exit_code == 2
    explained = run(company, "verifier", "--expliquer")
    assert explained.exit_code == 2
    assert explained.output.count("Le guide, Toutes les clés :") == 1
    assert explained.output.count("- git.pdf\n") == 1
    assert "2 fautes : rien n'a été écrit." in explained.output
