"""Disputes and promises of more than was owed: told by the plan, refused by `relance noter`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from places import LETTERS
from relance.claims.on_day import OnDay
from relance.decision.planner import make_plan
from relance.ledger.settled import pruned
from relance.terminal import cli
from relance.text.typography import ordinary
from relance.values.problem import Problem, Refusal
from story import ONE_INVOICE, Story, company, decide, line_of

DURAND = "Actifs:Clients:Durand"
# F1: 100.00 of 10 February. F2: 250.00 of the same day.
BOTH = ONE_INVOICE + ONE_INVOICE.replace("^F1", "^F2").replace("100.00", "250.00")
LATER = (
    ONE_INVOICE.replace("^F1", "^F3")
    .replace("2026-02-10", "2026-03-16")
    .replace("2026-03-10", "2026-04-15")
)


def note(sort: str, amount: str, link: str = "^F1", day: str = "2026-03-12") -> str:
    due = "  echeance: 2026-03-20\n" if sort == "promesse" else ""
    montant = f"  montant: {amount}\n" if amount else ""
    return f'\n{day} note {DURAND} "Suivi." {link} #{sort}\n{due}{montant}'


def paid(day: str, amount: str, link: str = "^F1") -> str:
    return f'\n{day} * "Virement" {link}\n  Actifs:Banque  {amount} EUR\n  {DURAND}\n'


def told(story: Story, day: str = "2026-03-17") -> list[str]:
    warnings = decide(story, day).warnings
    return [ordinary(w.what) for w in warnings if "litige" in w.what or "promesse" in w.what]


F1 = "F1 ne devait que 100,00 € le 12 mars 2026"


@pytest.mark.parametrize(
    ("ledger", "expected"),
    [
        (ONE_INVOICE + note("litige", "100.00 EUR"), []),
        (ONE_INVOICE + note("litige", "100.01 EUR"), [f"litige de 100,01 € : {F1}"]),
        (ONE_INVOICE + note("promesse", "140.00 EUR"), [f"promesse de 140,00 € : {F1}"]),
        (ONE_INVOICE + note("litige", ""), []),  # all of it, whatever it is
        # 60 came before the note, 40 were left
        (
            ONE_INVOICE + paid("2026-03-11", "60.00") + note("promesse", "41.00 EUR"),
            ["promesse de 41,00 € : F1 ne devait que 40,00 € le 12 mars 2026"],
        ),
        # what came that day or since is the promise being kept
        (ONE_INVOICE + note("promesse", "100.00 EUR") + paid("2026-03-12", "60.00"), []),
        (ONE_INVOICE + note("promesse", "100.00 EUR") + paid("2026-03-13", "60.00"), []),
        # several invoices, or the account: 100 + 250
        (BOTH + note("litige", "350.00 EUR", "^F1 ^F2"), []),
        (
            BOTH + note("litige", "350.01 EUR", "^F1 ^F2"),
            ["litige de 350,01 € : F1 et F2 ne devaient que 350,00 € le 12 mars 2026"],
        ),
        (
            BOTH + note("promesse", "351.00 EUR", ""),
            ["promesse de 351,00 € : le compte ne devait que 350,00 € le 12 mars 2026"],
        ),
        (
            BOTH + LATER + note("litige", "451.00 EUR", "^F1 ^F2 ^F3"),
            ["litige de 451,00 € : F1, F2 et F3 ne devaient que 450,00 € le 12 mars 2026"],
        ),
        # an account's dispute is not about an invoice of the 16th
        (
            ONE_INVOICE + LATER + note("litige", "150.00 EUR", ""),
            ["litige de 150,00 € : le compte ne devait que 100,00 € le 12 mars 2026"],
        ),
        # another currency
        (
            ONE_INVOICE + note("litige", "50.00 GBP"),
            ["litige de 50,00 GBP : F1 ne devait rien en GBP le 12 mars 2026"],
        ),
        # over: settled, paid, said anew
        (
            ONE_INVOICE + note("litige", "140.00 EUR") + note("litige-clos", "", day="2026-03-13"),
            [],
        ),
        (ONE_INVOICE + note("litige", "140.00 EUR") + paid("2026-03-16", "100.00"), []),
        (
            ONE_INVOICE
            + note("promesse", "140.00 EUR")
            + note("promesse", "100.00 EUR", day="2026-03-13"),
            [],
        ),
        # a note to come says nothing yet
        (ONE_INVOICE + note("litige", "140.00 EUR", day="2026-03-18"), []),
    ],
)
def test_more_than_was_owed_is_told(tmp_path: Path, ledger: str, expected: list[str]) -> None:
    assert told(company(tmp_path, ledger)) == expected


def test_it_is_told_with_its_place_and_what_to_do(tmp_path: Path) -> None:
    ledger = ONE_INVOICE + note("promesse", "140.00 EUR")
    (warning,) = decide(company(tmp_path, ledger), "2026-03-17").warnings
    line = line_of(ledger, "#promesse")
    assert str(warning.source) == f"ledger/main.beancount:{line}"
    assert warning.remedy == "écrivez au plus 100.00 EUR : pénalités et indemnité n'en sont pas"


@pytest.mark.parametrize("link", ["", "^F1 ^F2"])
def test_an_invoice_paid_since_was_owed_that_day(tmp_path: Path, link: str) -> None:
    """F1 closed for long is set aside to make a plan; 350 were owed all the same."""
    for amount, number in (("350.00 EUR", 0), ("351.00 EUR", 1)):
        ledger = BOTH + note("litige", amount, link) + paid("2026-03-13", "100.00")
        story = company(tmp_path / amount[:3], ledger)
        day = decide(story, "2026-06-17").date
        books = pruned(story.books, story.policy, day)
        warnings: tuple[Problem, ...] = make_plan(OnDay(story.policy, books, day)).warnings
        assert len([w for w in warnings if "litige" in w.what]) == number


@pytest.mark.slow
def test_the_whole_folder_is_checked_for_it(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE + note("litige", "140.00 EUR"))
    shutil.copytree(LETTERS, tmp_path / "letters", dirs_exist_ok=True)
    arguments = ["verifier", "--au", "2026-03-17", "--dossier", str(story.root)]
    result = CliRunner(env={"COLUMNS": "200"}).invoke(cli.relance, arguments)
    assert result.exit_code == 0, result.exception
    assert "litige de 140,00 €" in ordinary(result.output)


# ---------------------------------------------------------------- relance noter


def noted(story: Story, *words: str) -> str:
    """What is said of a note of 17 March that is refused, nothing when it is taken."""
    command = ["noter", "Durand", *words, "--le", "2026-03-17", "--dossier", str(story.root)]
    result = CliRunner().invoke(cli.relance, command)
    return ordinary(str(result.exception)) if isinstance(result.exception, Refusal) else ""


@pytest.mark.parametrize(
    ("amount", "refusal"),
    [
        ("40", ""),
        ("40.01", "montant: litige de 40,01 € : F1 ne devait que 40,00 € le 17 mars 2026"),
    ],
)
def test_a_part_payment_lowers_what_can_be_disputed(
    tmp_path: Path, amount: str, refusal: str
) -> None:
    story = company(tmp_path, BOTH + paid("2026-03-16", "60.00"))
    said = noted(story, "--litige", "--montant", amount, "--facture", "F1")
    assert said.splitlines()[:1] == ([refusal] if refusal else [])


def test_a_paid_invoice_owes_nothing(tmp_path: Path) -> None:
    story = company(tmp_path, BOTH + paid("2026-03-16", "100.00"))
    said = noted(story, "--promesse", "2026-03-27", "--montant", "100", "--facture", "F1")
    assert "F1 ne devait rien en EUR le 17 mars 2026" in said
    assert "vérifiez la facture" in said


def test_an_unknown_invoice_is_one_fault(tmp_path: Path) -> None:
    said = noted(company(tmp_path, BOTH), "--litige", "--montant", "9", "--facture", "F8")
    assert said.count("    → ") == 1
    assert "n'a pas de facture « F8 »" in said
