"""What firms ask on day one: who to write to, who follows whom, and what each client agreed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from places import LETTERS
from relance.letters.compose import LetterSetting, compose, compose_call_sheet
from relance.outlook.people import Follower
from relance.terminal import cli
from relance.text.frontmatter import front_matter
from relance.text.typography import ordinary
from relance.values.problem import Refusal
from story import Story, company, decide, only_letter, outcome, plan

NAME = 'client: "Durand SARL"'
EMAIL = 'courriel: "compta@durand.example"'
EARLY = "etapes: {relance-1: {penalites: true}}\n"


def invoice(link: str = "F1", account: str = "Durand", more: str = "") -> str:
    return f"""
2026-02-10 * "Facture" ^{link}
  echeance: 2026-03-10{more}
  Actifs:Clients:{account}  1000.00 EUR
  Produits:Ventes
"""


def told(root: Path, *lines: str, ledger: str = "", policy: str = "") -> Story:
    """A company whose client Durand has these lines more on its account."""
    made = company(root, ledger or invoice(), policy)
    made.replace(NAME, "\n  ".join([NAME, *lines]))
    return made


def front(made: Story, day: str = "2026-03-17") -> dict[str, object]:
    """The front matter's recipient in the first letter of a day."""
    setting = LetterSetting(made.policy.creditor, LETTERS)
    head, _ = front_matter(compose(decide(made, day).letters[0], setting))
    recipient = head["destinataire"]
    assert isinstance(recipient, dict)
    return recipient


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(
        cli.relance, [*arguments, "--au", "2026-03-17", "--dossier", str(root)]
    )


# ---------------------------------------------------------------- Who to write to


@pytest.mark.parametrize("separator", [", ", ",", ";", "; ", "\\n", " , "])
def test_several_addressees(tmp_path: Path, separator: str) -> None:
    made = company(tmp_path, invoice())
    made.replace(EMAIL, f'courriel: "a@durand.example{separator}b@durand.example"')
    assert made.books.clients[1].emails == ("a@durand.example", "b@durand.example")
    assert front(made)["courriel"] == "a@durand.example, b@durand.example"


def test_copies_go_beside_the_addressees(tmp_path: Path) -> None:
    made = told(tmp_path, 'copie: "direction@durand.example; expert@cabinet.example"')
    assert made.books.clients[1].copies == ("direction@durand.example", "expert@cabinet.example")
    assert front(made)["copie"] == "direction@durand.example, expert@cabinet.example"
    assert front(made)["courriel"] == "compta@durand.example"


def test_without_copy_the_front_matter_says_nothing_of_it(tmp_path: Path) -> None:
    assert "copie" not in front(company(tmp_path, invoice()))


def test_a_doubtful_copy_is_told_and_left_out(tmp_path: Path) -> None:
    made = told(tmp_path, 'copie: "direction, expert@cabinet.example"')
    assert made.books.clients[1].copies == ("expert@cabinet.example",)
    warnings = plan(made, "2026-03-17")["avertissements"]
    assert any("« direction » : il y manque l'arobase" in w and "« copie »" in w for w in warnings)


def test_contact_and_reference_are_in_the_letter(tmp_path: Path) -> None:
    made = told(tmp_path, 'contact: "Mme Roux"', 'reference: "BC-2026-17"')
    recipient = front(made)
    assert (recipient["contact"], recipient["reference"]) == ("Mme Roux", "BC-2026-17")


# ---------------------------------------------------------------- Whose client it is

TWO = invoice() + invoice("G1", "Mairie") + invoice("H1", "Club")


def followed(root: Path) -> Story:
    made = told(root, 'suivi-par: "Camille"', ledger=TWO)
    made.replace('client: "Club de voile"', 'client: "Club de voile"\n  suivi-par: "Noé"')
    return made


@pytest.mark.parametrize("name", ["Camille", "camille", " CAMILLE "])
def test_the_plan_of_one_person_shows_the_same_decisions(tmp_path: Path, name: str) -> None:
    made = followed(tmp_path)
    whole = decide(made, "2026-03-17")
    part = Follower(name, made.books.clients).plan(whole)
    assert part.letters == tuple(x for x in whole.letters if x.client.label == "Durand SARL")
    assert [letter.id for letter in part.letters] == ["R20260317-02"]  # the Club's is the first
    assert part.warnings == whole.warnings
    assert decide(made, "2026-03-17") == whole


def test_waits_files_and_declarations_are_filtered_too(tmp_path: Path) -> None:
    made = followed(tmp_path)
    for account in ("Durand", "Club"):
        made.add(f'2026-03-12 note Actifs:Clients:{account} "Plan" #procedure-collective\n')
    part = Follower("Noé", made.books.clients).plan(decide(made, "2026-03-17"))
    assert [wait.claim.client.label for wait in part.waits] == ["Club de voile"]
    assert [each.client.label for each in part.declarations] == ["Club de voile"]


def test_the_option_filters_what_is_shown(tmp_path: Path) -> None:
    followed(tmp_path)
    shown = json.loads(run(tmp_path, "plan", "--suivi-par", "Camille", "--format", "json").output)
    assert [(x["client"], x["suivi_par"]) for x in shown["lettres"]] == [("Durand SARL", "Camille")]
    everyone = json.loads(run(tmp_path, "plan", "--format", "json").output)
    assert [x["suivi_par"] for x in everyone["lettres"]] == ["Noé", "Camille", None]
    risks = run(tmp_path, "plan", "--risques", "--suivi-par", "noé", "--format", "json").output
    assert [x["client"] for x in json.loads(risks)["risques"]] == ["Club de voile"]


def test_an_unknown_person_is_refused(tmp_path: Path) -> None:
    folder = followed(tmp_path).root
    for name, remedy in (("Camile", "vouliez-vous « Camille »"), ("", "au choix : Camille, Noé")):
        refused = run(folder, "plan", "--suivi-par", name).exception
        assert isinstance(refused, Refusal) and refused.status == 2
        assert remedy in str(refused)


def test_the_call_sheet_and_expliquer_name_them(tmp_path: Path) -> None:
    made = followed(tmp_path)
    setting = LetterSetting(made.policy.creditor, LETTERS)
    letter = Follower("Camille", made.books.clients).plan(decide(made, "2026-03-17")).letters[0]
    assert "| Suivi par | Camille |" in ordinary(compose_call_sheet(letter, setting))
    assert "suivi par Camille" in run(tmp_path, "expliquer", "Durand").output


# ---------------------------------------------------------------- What was agreed


def test_a_direct_debit_is_not_asked_for_before_it_comes_back(tmp_path: Path) -> None:
    made = told(tmp_path, 'paiement: "prelevement"')
    assert outcome(made, "2026-03-05") == "prelevement"
    assert outcome(made, "2026-03-17") == "prelevement"
    made.add(
        '2026-03-10 * "Prélèvement" ^F1\n  Actifs:Banque  1000.00 EUR\n  Actifs:Clients:Durand\n'
        '2026-03-12 * "Rejet" ^F1\n  Actifs:Clients:Durand  1000.00 EUR\n  Actifs:Banque\n'
    )
    assert outcome(made, "2026-03-17") == "relance-1"


def test_one_invoice_left_out(tmp_path: Path) -> None:
    ledger = invoice(more="\n  relance: FALSE") + invoice("F2")
    made = company(tmp_path, ledger)
    assert outcome(made, "2026-03-17", "F1") == "exclu"
    assert outcome(made, "2026-03-17", "F2") == "relance-1"


@pytest.mark.parametrize(
    ("client", "own", "interest", "fee"),
    [
        ((), "", "2.33", "40.00"),  # 1 000 × 12.15 % × 7 / 365
        (('taux: "10"',), "", "1.92", "40.00"),
        (('taux: "10"',), '\n  taux: "5"', "0.96", "40.00"),  # the invoice's wins
        (('taux: "bce + 12"',), "", "2.71", "40.00"),  # 14.15 %
        (("penalites: FALSE",), "", "0.00", "0.00"),
        ((), "\n  penalites: FALSE", "0.00", "0.00"),
    ],
)
def test_rate_and_waiver_of_a_client_and_of_an_invoice(
    tmp_path: Path, client: tuple[str, ...], own: str, interest: str, fee: str
) -> None:
    made = told(tmp_path, *client, ledger=invoice(more=own), policy=EARLY)
    letter = only_letter(plan(made, "2026-03-17"))
    assert (letter["penalites"], letter["indemnite"]) == (interest, fee)
