"""`relance verifier --contre`: a letter under review that the books have overtaken."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from relance.ledger.company import read_company
from relance.runs.outdated import outdated
from relance.text.typography import ordinary
from relance.values.problem import Refusal, Status
from repositories import DAY, LEDGER, PAYMENT, add, found, git, run

BRANCH = f"relance/{DAY}"


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company whose letter of the day waits on its branch; main is checked out."""
    folder = found(tmp_path_factory.mktemp("émis") / "société")
    run(folder, "emettre", "--au", DAY)
    git(folder, "switch", "-q", "main")
    return folder


@pytest.fixture
def company(issued: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    return Path(shutil.copytree(issued, tmp_path / "société"))


def check(folder: Path, day: str = DAY) -> str:
    """What is said of the branch against main, as of a day; nothing when all letters stand."""
    git(folder, "switch", "-q", BRANCH)
    found = outdated(read_company(folder), "main", date.fromisoformat(day))
    git(folder, "switch", "-q", "main")
    return ordinary("\n".join(map(str, found)))


@pytest.mark.slow
def test_a_letter_that_still_stands(company: Path) -> None:
    git(company, "switch", "-q", BRANCH)
    result = run(company, "verifier", "--contre", "main", "--au", DAY)
    assert (result.exit_code, "toujours justes sur main" in result.output) == (0, True)
    without = run(company, "verifier", "--contre", "", "--au", DAY)  # a variable that is not set
    assert (without.exit_code, "git ne connaît pas" in str(without.exception)) == (3, True)


@pytest.mark.slow
def test_a_payment_fails_the_check_with_the_name_of_the_invoice(company: Path) -> None:
    add(company, PAYMENT.format(sum="1200.00"))
    git(company, "switch", "-q", BRANCH)
    result = run(company, "verifier", "--contre", "main", "--au", DAY)
    assert (result.exit_code, "F2026-0001 ne se relance plus" in str(result.exception)) == (2, True)


def note(sort: str, more: str = "") -> str:
    return f'\n2026-10-06 note Actifs:Clients:Dupont "Appel." ^F2026-0001 #{sort}\n{more}'


# What is written on main while the letter waits, and what is said of it.
WRITTEN = {
    "paid": (PAYMENT.format(sum="1200.00"), "plus rien n'est dû : règlement de 1 200,00 € du"),
    "paid in part": (PAYMENT.format(sum="200.00"), "son solde est de 1 000,00 €, non de 1 200,00"),
    "paid without a link": (
        PAYMENT.format(sum="1200.00").replace(" ^F2026-0001", ""),
        "elle attend, credit-non-affecte",
    ),
    "a draft": (PAYMENT.format(sum="9.00").replace("*", "!"), "attend, reglement-brouillon"),
    "disputed": (note("litige"), "elle attend, litige"),
    "disputed in part": (note("litige", "  montant: 200.00 EUR\n"), "pour 1 000,00 €, non pour"),
    "held": (note("suspension"), "elle attend, suspension"),
    "promised": (note("promesse", "  echeance: 2026-10-12\n"), "elle attend, promesse"),
    "insolvent": (note("procedure-collective", "  jugement: 2026-10-02\n"), "procedure-collective"),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", WRITTEN)
def test_what_makes_it_stale_is_told_with_its_place(company: Path, case: str) -> None:
    text, reason = WRITTEN[case]
    add(company, text)
    line = len(LEDGER.splitlines()) + 2
    said = check(company)
    # A payment is a posting: the second line of its entry's postings, three below its first.
    places = [f"ledger/main.beancount:{n}: F2026-0001" for n in (line, line + 2)]
    assert any(place in said for place in places), said
    assert reason in said
    assert "R20261007-01" in said


@pytest.mark.slow
def test_a_payment_dated_after_the_letter_counts_from_its_day(company: Path) -> None:
    add(company, PAYMENT.format(sum="1200.00").replace("2026-10-06", "2026-10-08"))
    assert check(company, "2026-10-07") == ""
    assert "au 08/10/2026, plus rien n'est dû" in check(company, "2026-10-08")


@pytest.mark.slow
def test_two_payments_alike_are_two(tmp_path: Path) -> None:
    """Half was paid before the letter, and the same again while it waits."""
    half = PAYMENT.format(sum="600.00")
    folder = found(tmp_path / "société", LEDGER + half)
    run(folder, "emettre", "--au", DAY)
    git(folder, "switch", "-q", "main")
    add(folder, half)
    assert check(folder).count("règlement de 600,00 €") == 1


@pytest.mark.slow
def test_what_concerns_another_invoice_changes_nothing(company: Path) -> None:
    other = '\n2026-09-15 * "Facture" ^F2026-0002\n  echeance: 2026-10-15\n'
    other += "  Actifs:Clients:Dupont  50.00 EUR\n  Produits:Ventes\n"
    add(company, other + PAYMENT.format(sum="50.00").replace("0001", "0002"))
    assert check(company) == ""


@pytest.mark.slow
def test_another_branch_with_the_same_invoice_holds_both(company: Path) -> None:
    """Two machines made the same run on the same day, apart: nobody is reminded twice."""
    git(company, "branch", "-qm", BRANCH, "autre")
    run(company, "emettre", "--au", "2026-10-08")
    git(company, "switch", "-q", "main")
    git(company, "branch", "-qm", "autre", BRANCH)
    assert "R20261008-01 sur relance/2026-10-08" in check(company)


@pytest.mark.slow
def test_a_merged_letter_is_under_review_no_more(company: Path) -> None:
    git(company, "merge", "-q", "--squash", BRANCH)
    add(company, PAYMENT.format(sum="1200.00"))
    assert check(company) == ""


@pytest.mark.slow
def test_main_merged_into_the_branch_hides_nothing(company: Path) -> None:
    add(company, PAYMENT.format(sum="1200.00"))
    git(company, "switch", "-q", BRANCH)
    git(company, "merge", "-q", "-m", "main", "main")
    git(company, "switch", "-q", "main")
    assert "règlement de 1 200,00 € du 06/10/2026" in check(company)


def test_a_branch_that_git_does_not_know(company: Path) -> None:
    with pytest.raises(Refusal, match="git ne connaît pas « origin/main »") as refused:
        outdated(read_company(company), "origin/main", date.fromisoformat(DAY))
    assert refused.value.status is Status.REFUSED_STATE


def test_faults_of_the_other_branch_bear_its_name(company: Path) -> None:
    add(company, "delai: jamais\n", "relance.yaml")
    with pytest.raises(Refusal, match=r"^main:relance\.yaml"):
        check(company)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"professionnel"', '"particulier"', "son droit n'est plus le même"),
        ("compta@dupont", "neuf@dupont", "la lettre porte l'ancienne adresse"),
        ("1 rue Neuve", "9 rue Neuve", "la lettre porte l'ancienne adresse"),
        ('client: "Dupont Frères"', 'client: "Dupont SA"', "la lettre porte l'ancien nom"),
    ],
)
def test_whom_it_goes_to_changed(company: Path, old: str, new: str, words: str) -> None:
    ledger = company / "ledger/main.beancount"
    text = ledger.read_text("utf-8")
    assert old in text
    ledger.write_text(text.replace(old, new, 1), "utf-8")
    git(company, "commit", "-qam", "client")
    assert words in check(company)
