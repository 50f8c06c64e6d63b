"""Two policies on the same books and register: what a change of relance.yaml would do."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from relance.claims.on_day import OnDay
from relance.decision.planner import make_plan
from relance.outlook.policy_diff import PolicyChange, Shift, compare, compare_ahead
from relance.outlook.timeline import foresee
from relance.policy.reader import read_policy
from relance.terminal import cli
from relance.values.problem import Refusal
from story import CREDITOR, ONE_INVOICE, Json, Story, company, issue

OTHER = "autre.yaml"


def changes(story: Story, day: str, other: str) -> tuple[PolicyChange, ...]:
    """What another policy, written as what it adds to the defaults, changes on a day."""
    story.write(OTHER, CREDITOR + other)
    policy = read_policy(story.root / OTHER)
    on = date.fromisoformat(day)
    return compare(
        make_plan(OnDay(story.policy, story.books, on)), make_plan(OnDay(policy, story.books, on))
    )


def run(folder: Path, *arguments: str) -> Result:
    words = ["plan", "--dossier", str(folder), "--politique", str(folder / OTHER), *arguments]
    return CliRunner().invoke(cli.relance, words)


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """F1 is due on Tuesday 2026-03-10: relance-1 on the 17th, relance-2 on the 25th."""
    return company(tmp_path, ONE_INVOICE)


def test_the_same_policy_changes_nothing(story: Story) -> None:
    assert changes(story, "2026-03-17", "") == ()


def test_a_letter_becomes_a_wait(story: Story) -> None:
    (change,) = changes(story, "2026-03-17", "etapes: {relance-1: {apres: 9}}\n")
    assert change.claim.invoice == "F1"
    assert change.what == ("decision",)
    assert change.before and change.after
    assert (change.before.step, change.before.is_letter) == ("relance-1", True)
    assert (change.after.code, change.after.step) == ("apres", "relance-1")
    assert change.after.date == date(2026, 3, 19)


def test_a_wait_becomes_a_letter(story: Story) -> None:
    (change,) = changes(story, "2026-03-13", "etapes: {relance-1: {apres: 3}}\n")
    assert change.what == ("decision",)
    assert change.before and change.before.code == "apres"
    assert change.after and change.after.is_letter


def test_another_step(story: Story) -> None:
    track = "parcours: {standard: [relance-2, mise-en-demeure]}\netapes: {relance-2: {apres: 7}}\n"
    (change,) = changes(story, "2026-03-17", track)
    # relance-2 also goes by telephone, claims 7 days of interest and 40 EUR, gives 8 days.
    assert change.what == ("etape", "canal", "montant", "delai")
    assert change.before and change.after
    assert (change.before.step, change.after.step) == ("relance-1", "relance-2")


def test_another_amount(story: Story) -> None:
    issue(story, "2026-03-17")
    (change,) = changes(story, "2026-03-25", "penalites: {taux: 10, indemnite: 0}\n")
    assert change.what == ("montant",)
    assert change.before and change.after
    # 100 × 12.15 % × 15 / 365 and 100 × 10 % × 15 / 365
    sums = [(str(x.interest), str(x.fee)) for x in (change.before, change.after)]
    assert sums == [("0.50", "40"), ("0.41", "0")]


def test_another_tone(story: Story) -> None:
    (change,) = changes(story, "2026-03-17", "etapes: {relance-1: {ton: ferme}}\n")
    assert change.what == ("ton",)
    assert change.after and change.after.tone == "ferme"


def test_another_reason_and_another_day(story: Story) -> None:
    (change,) = changes(story, "2026-03-16", "etapes: {relance-1: {apres: 9}}\n")
    assert change.what == ("motif", "date")
    (change,) = changes(story, "2026-03-16", "tolerance: 100\n")
    assert change.what == ("motif", "date")
    assert change.after and change.after.code == "tolerance"


def test_a_claim_that_the_other_policy_ignores(story: Story) -> None:
    story.add(
        '\n2010-01-01 open Actifs:Export:Smith\n  client: "Smith"\n'
        '\n2026-02-10 * "Smith" "Facture" ^F9\n'
        "  Actifs:Export:Smith  10.00 EUR\n  Produits:Ventes\n"
    )
    story.write(OTHER, CREDITOR + "grand-livre: {comptes: [Actifs:Clients, Actifs:Export]}\n")
    result = run(story.root, "--au", "2026-03-16", "--format", "json")
    (found,) = json.loads(result.stdout)["differences"]
    assert (found["facture"], found["avant"], found["changements"]) == ("F9", None, ["decision"])
    assert found["apres"]["decision"] == "attente"


def test_a_track_that_the_other_policy_lost_is_refused(story: Story) -> None:
    story.write("relance.yaml", CREDITOR + "parcours: {doux: [relance-1]}\n")
    story.replace('client: "Durand SARL"', 'client: "Durand SARL"\n  parcours: "doux"')
    story.write(OTHER, CREDITOR)
    refusal = run(story.root, "--au", "2026-03-16").exception
    assert isinstance(refusal, Refusal)
    assert "doux" in str(refusal)


def shifts(story: Story, start: date, until: date, other: str) -> tuple[Shift, ...]:
    story.write(OTHER, CREDITOR + other)
    policy = read_policy(story.root / OTHER)
    before = foresee(OnDay(story.policy, story.books, start), until)
    return compare_ahead(before, foresee(OnDay(policy, story.books, start), until))


def test_the_steps_to_come_that_move(story: Story) -> None:
    span = (date(2026, 3, 10), date(2026, 4, 20))
    found = shifts(story, *span, "etapes: {relance-1: {apres: 13}, relance-2: {ecart: 10}}\n")
    # relance-1 on Monday 23; relance-2 ten days later, Thursday 2 April, gives until the 10th;
    # the formal notice waits for Monday 13 instead of Thursday 9.
    assert [(s.step, str(s.before), str(s.after)) for s in found] == [
        ("relance-1", "2026-03-17", "2026-03-23"),
        ("relance-2", "2026-03-25", "2026-04-02"),
        ("mise-en-demeure", "2026-04-09", "2026-04-13"),
    ]


def test_a_step_that_only_one_policy_comes_to(story: Story) -> None:
    span = (date(2026, 3, 10), date(2026, 4, 1))
    found = shifts(story, *span, "parcours: {standard: [relance-2]}\n")
    assert [(s.step, s.before, s.after) for s in found] == [("relance-1", date(2026, 3, 17), None)]


# ---------------------------------------------------------------- What is shown


def test_the_table(story: Story) -> None:
    story.write(OTHER, CREDITOR + "etapes: {relance-1: {apres: 9}}\n")
    said = run(story.root, "--au", "2026-03-17", "--jusqu-au", "2026-03-24").stdout
    lines = [" ".join(line.replace("\u00a0", " ").split()) for line in said.splitlines()]
    assert [line for line in lines if line] == [
        "Au 17 mars 2026",
        "relance.yaml : 1 lettre, 0 attente",
        "autre.yaml : 0 lettre, 1 attente",
        "Durand SARL",
        "F1 avant relance-1 (neutre) par courriel : 100,00 €",
        "décision après apres 7 j de retard, relance-1 à partir de 9 j · relance-1 le 19/03/2026",
        "D'ici au 24 mars 2026, si personne ne paie",
        "Durand SARL",
        "F1 relance-1 17/03/2026 → 19/03/2026",
    ]


def test_the_json_adds_to_the_plan_s(story: Story) -> None:
    story.write(OTHER, CREDITOR + "etapes: {relance-1: {apres: 9}}\n")
    options = ("--au", "2026-03-17", "--jusqu-au", "2026-03-24", "--format", "json")
    result: Json = json.loads(run(story.root, *options).stdout)
    assert len(result["lettres"]) == 1
    (found,) = result["differences"]
    assert found["avant"] == {
        "decision": "lettre",
        "etape": "relance-1",
        "date": "2026-03-17",
        "code": None,
        "motif": None,
        "canal": ["courriel"],
        "ton": "neutre",
        "montant": "100.00",
        "penalites": "0.00",
        "indemnite": "0.00",
        "sous": None,
    }
    assert found["apres"]["code"] == "apres"
    assert result["deplacements"] == [
        {
            "compte": "Actifs:Clients:Durand",
            "client": "Durand SARL",
            "facture": "F1",
            "tranche": 1,
            "etape": "relance-1",
            "avant": "2026-03-17",
            "apres": "2026-03-19",
        }
    ]


def test_nothing_to_tell(story: Story) -> None:
    story.write(OTHER, CREDITOR)
    said = run(story.root, "--au", "2026-03-17", "--jusqu-au", "2026-03-24").stdout
    assert "Aucune créance n'est décidée autrement." in said
    assert "Aucune étape ne change de jour." in said
