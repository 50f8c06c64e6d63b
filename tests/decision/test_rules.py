"""The firm's own rules: which one wins, what it changes, which can never match."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from places import LETTERS
from relance.decision.rules import idle
from relance.files.explanation import explain
from relance.letters.compose import LetterSetting, compose
from relance.policy.settings import Rule
from story import Story, company, day_of, decide, issue, only_letter, outcome, plan


def invoices(*rows: tuple[str, str, str], tags: str = "") -> str:
    """Invoices of Durand of 1 January 2026, as (number, due date, amount)."""
    return "".join(
        f"""
2026-01-01 * "Facture" ^{number} {tags}
  echeance: {due}
  Actifs:Clients:Durand  {amount}
  Produits:Ventes
"""
        for number, due, amount in rows
    )


TWO = invoices(("F1", "2026-03-10", "300.00 EUR"), ("F2", "2026-03-16", "50.00 EUR"))


def with_rules(root: Path, *rules: str, ledger: str = TWO, more: str = "") -> Story:
    written = "".join(f"  - {rule}\n" for rule in rules)
    return company(root, ledger, f"regles:\n{written}{more}")


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        # On 17 March both are late: 350.00 in all, the largest 300.00, two claims, F1 by 7 days.
        ("solde-max: 350", True),
        ("solde-max: 349.99", False),
        ("solde-min: 350", True),
        ("solde-min: 350.01", False),
        ("creance-max: 300", True),
        ("creance-max: 299", False),
        ("creance-min: 300", True),
        ("creance-min: 301", False),
        ("creances-max: 2", True),
        ("creances-max: 1", False),
        ("creances-min: 2", True),
        ("creances-min: 3", False),
        ("jours-max: 7", True),
        ("jours-max: 6", False),
        ("jours-min: 7", True),
        ("jours-min: 8", False),
        ("devise: EUR", True),
        ("devise: [USD, GBP]", False),
        ("type: professionnel", True),
        ("type: [public, particulier]", False),
        ('client: "Durand SARL"', True),
        ("client: Actifs:Clients:Durand", True),
        ("client: Martin", False),
        ("etiquette: chantier", True),
        ("etiquette: [autre]", False),
        ("solde-max: 350, type: public", False),
    ],
)
def test_conditions(tmp_path: Path, condition: str, holds: bool) -> None:
    ledger = TWO.replace("^F1 ", "^F1 #chantier")
    story = with_rules(tmp_path, f"{{si: {{{condition}}}, ton: ferme}}", ledger=ledger)
    assert only_letter(plan(story, "2026-03-17"))["ton"] == ("ferme" if holds else "neutre")


def test_the_first_match_wins_alone(tmp_path: Path) -> None:
    story = with_rules(
        tmp_path,
        "{si: {solde-max: 100}, ton: doux}",
        "{si: {solde-min: 200}, ton: ferme}",
        "{ton: doux, canal-en-plus: telephone}",
    )
    letter = only_letter(plan(story, "2026-03-17"))
    assert (letter["ton"], letter["canal"]) == ("ferme", ["courriel"])


def test_a_rule_speaks_louder_than_the_step(tmp_path: Path) -> None:
    steps = "etapes: {relance-1: {ton: doux}}\n"
    assert only_letter(plan(company(tmp_path / "a", TWO, steps), "2026-03-17"))["ton"] == "doux"
    story = with_rules(tmp_path / "b", "{ton: ferme}", more=steps)
    assert only_letter(plan(story, "2026-03-17"))["ton"] == "ferme"


def test_a_call_above_an_amount_is_added_to_the_steps_channel(tmp_path: Path) -> None:
    story = with_rules(tmp_path, "{si: {solde-min: 300}, canal-en-plus: telephone}")
    assert only_letter(plan(story, "2026-03-17"))["canal"] == ["courriel", "telephone"]


def test_a_rules_gap_stands_between_the_steps_own_and_the_general_one(tmp_path: Path) -> None:
    """relance-1 on 17 March, relance-2 from 15 days late on the 25th; 10 days lead to the 27th."""
    one = invoices(("F1", "2026-03-10", "300.00 EUR"))
    story = with_rules(tmp_path / "a", "{ecart: 10}", ledger=one)
    issue(story, "2026-03-17")
    assert [outcome(story, day) for day in ("2026-03-26", "2026-03-27")] == ["ecart", "relance-2"]
    own = "etapes: {relance-2: {ecart: 2}}\n"
    story = with_rules(tmp_path / "b", "{ecart: 10}", ledger=one, more=own)
    issue(story, "2026-03-17")
    assert outcome(story, "2026-03-25") == "relance-2"


def test_a_rule_does_not_move_a_claim_that_began_another_track(tmp_path: Path) -> None:
    one = invoices(("F1", "2026-03-10", "300.00 EUR"))
    story = company(tmp_path, one)
    issue(story, "2026-03-17")
    text = (story.root / "relance.yaml").read_text()
    story.write("relance.yaml", text + "regles: [{parcours: petit-montant}]\n")
    assert outcome(story, "2026-03-25") == "relance-2"


def test_explained_with_its_place_and_its_words(tmp_path: Path) -> None:
    story = with_rules(
        tmp_path, "{si: {devise: GBP}, ton: doux}", "{si: {solde-min: 300}, ton: ferme}"
    )
    said = explain(day_of(story, "2026-03-17"), "F1", decide(story, "2026-03-17")).decisions
    assert any("règle 2 (solde-min 300) : ton ferme" in line for line in said)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (
            [{"si": {"solde-min": "10", "solde-max": "5"}, "ton": "doux"}],
            [(1, "solde-min")],
        ),
        ([{"ton": "doux"}, {"si": {"devise": "EUR"}, "ton": "ferme"}], [(2, "la règle 1")]),
        (
            [
                {"si": {"solde-max": "100"}, "ton": "doux"},
                {"si": {"solde-max": "50", "devise": "EUR"}, "ton": "ferme"},
            ],
            [(2, "la règle 1")],
        ),
        (
            [
                {"si": {"solde-max": "50"}, "ton": "doux"},
                {"si": {"solde-max": "100"}, "ton": "ferme"},
                {"si": {"type": ["public", "autre"]}, "ton": "doux"},
                {"si": {"type": "public", "jours-min": "3"}, "ton": "ferme"},
            ],
            [(4, "la règle 3")],
        ),
    ],
)
def test_rules_that_never_match(
    rules: list[dict[str, Any]], expected: list[tuple[int, str]]
) -> None:
    found = list(idle([Rule.model_validate(rule) for rule in rules]))
    assert [place for place, _ in found] == [place for place, _ in expected]
    assert all(
        reason.startswith(start) for (_, reason), (_, start) in zip(found, expected, strict=True)
    )


@pytest.mark.parametrize(
    ("tone", "words"),
    [
        ("doux", "il s’agit sans doute d’un oubli"),
        ("neutre", "nous n’avons pas encore enregistré le règlement"),
        ("ferme", "À la date de ce courrier, nous n’avons pas enregistré"),
    ],
)
def test_each_tone_has_its_words_and_the_same_figures(
    tmp_path: Path, tone: str, words: str
) -> None:
    story = with_rules(tmp_path, f"{{ton: {tone}}}")
    (letter,) = decide(story, "2026-03-17").letters
    text = compose(letter, LetterSetting(story.policy.creditor, LETTERS))
    assert words in text
    assert "total: 300.00" in text


def test_a_tone_without_a_variant_takes_the_base_template(tmp_path: Path) -> None:
    story = with_rules(tmp_path, "{ton: doux}", more="parcours: {standard: [relance-2]}\n")
    (letter,) = decide(story, "2026-03-26").letters
    text = compose(letter, LetterSetting(story.policy.creditor, LETTERS))
    assert "Nous vous demandons de régler cette somme au plus tard le" in text
