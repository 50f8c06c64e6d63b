"""What refuses a run, as `plan` says it beforehand and `emettre` does."""

from __future__ import annotations

from pathlib import Path

import pytest

from relance.runs.conditions import unpayable
from relance.text.typography import ordinary
from repositories import DAY, LEDGER, commit, found, git, run
from story import ONE_INVOICE, company, decide

IBAN = "  iban: FR7630006000011234567890189\n"
TYPE = '  type: "professionnel"\n'
LETTER_DAY = "2026-03-17"
WHAT = "aucun moyen de payer dans 1 lettre : Durand SARL"
REMEDY = "ajoutez creancier.iban, ou lien-paiement à la facture ou au client"


def test_a_letter_without_any_way_to_pay_is_a_fault(tmp_path: Path) -> None:
    made = company(tmp_path, ONE_INVOICE)
    (problem,) = unpayable(decide(made, LETTER_DAY).letters, made.policy.creditor)
    assert str(problem) == ordinary(f"relance.yaml: {WHAT}\n    → {REMEDY}")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (TYPE, TYPE + '  lien-paiement: "https://payer.example/durand"\n'),
        (TYPE, TYPE + '  paiement: "cheque"\n'),
        ("^F1\n", '^F1\n  lien-paiement: "https://payer.example/f1"\n'),
    ],
    ids=("link of the client", "means agreed", "link of the invoice"),
)
def test_a_link_or_an_agreed_means_is_a_way_to_pay(tmp_path: Path, old: str, new: str) -> None:
    made = company(tmp_path, ONE_INVOICE)
    made.replace(old, new)
    letters = decide(made, LETTER_DAY).letters
    assert letters
    assert unpayable(letters, made.policy.creditor) == []


def test_a_transfer_agreed_needs_an_account(tmp_path: Path) -> None:
    made = company(tmp_path, ONE_INVOICE)
    made.replace(TYPE, TYPE + '  paiement: "virement"\n')
    assert unpayable(decide(made, LETTER_DAY).letters, made.policy.creditor)


@pytest.mark.slow
def test_it_is_said_by_plan_and_refused_by_emettre(tmp_path: Path) -> None:
    folder = found(tmp_path / "société", LEDGER)
    policy = folder / "relance.yaml"
    policy.write_text(policy.read_text("utf-8").replace(IBAN, ""), encoding="utf-8")
    commit(folder)
    refused = run(folder, "emettre", "--au", DAY)
    assert refused.exit_code == 2
    what = ordinary(str(refused.exception).splitlines()[0].removeprefix("relance.yaml: "))
    assert what == "aucun moyen de payer dans 1 lettre : Dupont Frères"
    assert git(folder, "branch", "--list", "relance/*") == ""
    planned = ordinary(" ".join(run(folder, "plan", "--au", DAY).output.split()))
    assert f"relance emettre refuserait : {what} ; {REMEDY}" in planned
