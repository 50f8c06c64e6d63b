"""What people read has its accents; sums say what they hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from relance.decision.channels import resolve
from relance.decision.planwords import asked
from relance.policy.settings import Step
from relance.terminal.model_folder import start
from relance.text.words import listed, told
from relance.values.facts import Client
from relance.values.kinds import Channel
from relance.values.problem import Refusal, Source
from story import company, decide


def test_channels_are_told_with_their_accents() -> None:
    assert listed([Channel.EMAIL, Channel.PHONE]) == "courriel, téléphone"
    assert [told("recommande"), told("sms"), told("relance-1")] == [
        "recommandé",
        "SMS",
        "relance-1",
    ]


def test_a_channel_that_leads_nowhere() -> None:
    step = Step.model_validate(
        {"#nom": "relance-2", "apres": 15, "canal": ["courriel", "telephone"]}
    )
    bare = Client("Actifs:Clients:X", "X", Source("main.beancount"), emails=("x@x.example",))
    assert resolve(bare, step).remarks == ("téléphone impossible : numéro de téléphone manquant",)


@pytest.mark.parametrize(
    ("currency", "words"),
    [
        # 30 days at 12.15 % of 1000.00: 9.99; the fee of 40 is in euros whatever the invoice's
        ("EUR", r"1\D049,99\D€ \(dont pénalités 9,99\D€, indemnité 40,00\D€\)"),
        ("GBP", r"1\D009,99\DGBP \(dont pénalités 9,99\DGBP, plus indemnité 40,00\D€\)"),
    ],
)
def test_the_fee_is_within_the_total_in_euros_alone(
    tmp_path: Path, currency: str, words: str
) -> None:
    invoice = (
        f'2026-01-05 * "Facture" ^F1\n  echeance: 2026-02-04\n'
        f"  Actifs:Clients:Durand  1000.00 {currency}\n  Produits:Ventes\n"
    )
    policy = (
        "penalites: {taux: '12.15'}\n"
        "etapes: {relance-1: {apres: 5, canal: courriel, penalites: true}}\n"
        "parcours: {standard: [relance-1]}\n"
    )
    (letter,) = decide(company(tmp_path, invoice, policy), "2026-03-06").letters
    assert re.fullmatch(words, asked(letter)), asked(letter)


def test_a_folder_that_is_not_empty_names_five_files(tmp_path: Path) -> None:
    start(tmp_path)
    with pytest.raises(Refusal) as refused:
        start(tmp_path)
    (problem,) = refused.value.problems
    assert "il ne manque rien" in problem.what
    (tmp_path / ".gitignore").unlink()
    with pytest.raises(Refusal) as refused:
        start(tmp_path)
    (problem,) = refused.value.problems
    assert "il manque .gitignore : relance init" in problem.remedy
    assert problem.what.count(", ") == 4
    assert problem.what.endswith("de plus")


def test_what_a_command_makes_again_is_not_committed(tmp_path: Path) -> None:
    start(tmp_path)
    ignored = (tmp_path / ".gitignore").read_text(encoding="utf-8").split()
    folders = {"/out/apercu/", "/out/bilans/", "/out/charte/", "/out/envois/"}
    assert folders <= set(ignored)
