"""One client on two accounts, one after the other: nothing begins again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from relance.claims.takeover import succeeded
from relance.ledger.client_names import find_client
from story import (
    ONE_INVOICE,
    Story,
    balances,
    company,
    day_of,
    issue,
    only_letter,
    outcome,
    plan,
    posted,
    refused,
)

OLD, NEW = "Actifs:Clients:Durand", "Actifs:Clients:Durand-Industrie"


def new(more: str = "", name: str = "Durand Industrie SARL", day: str = "2026-03-18") -> str:
    return f"""
{day} open {NEW}
  client: "{name}"
  adresse: "2 rue du Port\\n69002 LYON"
  courriel: "nouveau@durand.example"
  type: "professionnel"{more}
"""


SUCCEEDS = f'\n  succede: "{OLD}"'


def transfer(amount: str = "100.00", links: str = "^F1", due: str = "") -> str:
    return f"""
2026-03-20 * "Durand" "Changement de compte" {links}{due}
  {NEW}  {amount} EUR
  {OLD}
"""


WITH_DUE = "\n  echeance: 2026-03-10"
EDITED = ONE_INVOICE.replace(f"{OLD} ", f"{NEW} ")


def reminded(tmp_path: Path) -> Story:
    """F1 of Durand, 100.00 due on 10 March, reminded a first time on the 17th."""
    books = company(tmp_path, ONE_INVOICE)
    assert only_letter(issue(books, "2026-03-17"))["rang"] == 1
    return books


@pytest.mark.parametrize(
    "change",
    [
        new() + transfer(),  # recognised from the entry alone
        new() + transfer(due=WITH_DUE),
        new(SUCCEEDS) + transfer(),
        new(SUCCEEDS) + transfer(links=""),  # the balance in one entry, no invoice named
        new(SUCCEEDS),  # nothing moved: what is owed is its successor's
    ],
)
def test_what_was_reminded_on_the_old_account_goes_on(tmp_path: Path, change: str) -> None:
    books = reminded(tmp_path)
    books.add(change)
    assert outcome(books, "2026-03-24") == "apres"
    letter = only_letter(plan(books, "2026-03-25"))
    assert (letter["etape"], letter["rang"], letter["compte"]) == ("relance-2", 2, NEW)
    assert letter["factures"][0]["echeance"] == "2026-03-10"
    assert letter["total"] == "140.50"  # 100.00 × 12.15 % × 15 / 365 = 0.50, and 40.00
    issue(books, "2026-03-25")
    posted(books, "R20260317-01", "2026-03-17")
    posted(books, "R20260325-01", "2026-03-25")
    assert only_letter(plan(books, "2026-04-09"))["etape"] == "mise-en-demeure"


def test_before_its_day_nothing_is_succeeded(tmp_path: Path) -> None:
    books = reminded(tmp_path)
    books.add(new(SUCCEEDS) + transfer())
    assert day_of(books, "2026-03-17").letters_of(OLD)
    assert {c.client.account for c in day_of(books, "2026-03-17").claims} == {OLD}
    assert {c.client.account for c in day_of(books, "2026-03-20").claims} == {NEW}


def test_an_invoice_rewritten_to_the_new_account(tmp_path: Path) -> None:
    """Its letters cite the old one: held, until the account says whom it succeeds."""
    books = reminded(tmp_path)
    books.replace(ONE_INVOICE, new(day="2010-01-01") + EDITED)
    assert outcome(books, "2026-03-25") == "numero-douteux"
    (wait,) = plan(books, "2026-03-25")["attentes"]
    assert "succede" in wait["motif"]
    books.replace('client: "Durand Industrie SARL"', f'client: "Durand Industrie SARL"{SUCCEEDS}')
    letter = only_letter(plan(books, "2026-03-25"))
    assert (letter["etape"], letter["rang"]) == ("relance-2", 2)


def test_another_debtor_was_sent_nothing(tmp_path: Path) -> None:
    """A letter to one was none to the other: asked about, unless no letter was sent."""
    moved = new(name="Zéphyr SAS") + transfer()
    books = reminded(tmp_path / "a")
    books.add(moved)
    waits = plan(books, "2026-03-25")["attentes"]
    assert {x["code"] for x in waits} == {"numero-en-double"}
    assert 'écrivez succede: "…"' in waits[0]["motif"]
    books.replace('client: "Zéphyr SAS"', f'client: "Zéphyr SAS"{SUCCEEDS}')
    assert only_letter(plan(books, "2026-03-25"))["rang"] == 2
    fresh = company(tmp_path / "b", ONE_INVOICE + moved)
    letter = only_letter(plan(fresh, "2026-03-25"))
    assert (letter["rang"], letter["compte"]) == (1, NEW)


@pytest.mark.parametrize(
    ("old", "young", "code"),
    [
        ("000000018", "000000018", "relance-2"),  # the same firm under another name
        ("000000018", "00000001810001", "relance-2"),  # its SIRET has the same nine digits
        ("000000018", "000000026", "numero-en-double"),
    ],
)
def test_the_number_says_who_is_one_firm(tmp_path: Path, old: str, young: str, code: str) -> None:
    books = reminded(tmp_path)
    books.replace('client: "Durand SARL"', f'client: "Durand SARL"\n  siren: "{old}"')
    name = "Durand SARL" if code == "numero-en-double" else "Zéphyr"
    books.add(new(f'\n  siren: "{young}"', name) + transfer())
    found = {x["code"] for x in plan(books, "2026-03-25")["attentes"]}
    found |= {x["etape"] for x in plan(books, "2026-03-25")["lettres"]}
    assert found == {code}


@pytest.mark.parametrize("amount", ["60.00", "110.00"])
def test_a_transfer_of_another_sum_is_none(tmp_path: Path, amount: str) -> None:
    books = reminded(tmp_path)
    books.add(new() + transfer(amount))
    codes = {x["code"] for x in plan(books, "2026-03-25")["attentes"]}
    assert codes == {"numero-en-double"} and not plan(books, "2026-03-25")["lettres"]


def test_what_was_paid_before_is_deducted_once(tmp_path: Path) -> None:
    books = reminded(tmp_path)
    paid = f'\n2026-03-19 * "Durand" "Acompte" ^F1\n  {OLD}  -40.00 EUR\n  Actifs:Banque\n'
    books.add(paid + new() + transfer("60.00"))
    assert balances(books, "2026-03-25") == {"F1": "60.00"}
    assert only_letter(plan(books, "2026-03-25"))["factures"][0]["solde"] == "60.00"
    statement = day_of(books, "2026-03-25")
    (claim,) = statement.claims
    assert [r.amount for r in claim.receipts] == [40]


def test_money_on_either_account_pays_what_was_moved(tmp_path: Path) -> None:
    def paid(account: str, links: str = "^F1") -> str:
        entry = f'\n2026-03-23 * "Durand" "Virement" {links}\n'
        return f"{entry}  {account}  -100.00 EUR\n  Actifs:Banque\n"

    for n, (more, account, links) in enumerate(
        [("", OLD, "^F1"), ("", NEW, "^F1"), ("", NEW, ""), (SUCCEEDS, OLD, "")]
    ):
        books = reminded(tmp_path / str(n))
        books.add(new(more) + transfer() + paid(account, links))
        assert balances(books, "2026-03-25") == {}, (more, account, links)
    books = reminded(tmp_path / "left")
    books.add(new() + transfer() + paid(OLD, ""))
    assert outcome(books, "2026-03-25") == "credit-inexplique"
    assert "100.00 EUR de trop restent sur" in plan(books, "2026-03-25")["attentes"][0]["motif"]


def test_a_due_date_that_only_the_transfer_gives(tmp_path: Path) -> None:
    books = reminded(tmp_path)
    books.add(new() + transfer(due="\n  echeance: 2026-06-30"))
    assert outcome(books, "2026-03-25") == "echeance-non-lue"
    assert "la facture 10/03/2026" in plan(books, "2026-03-25")["attentes"][0]["motif"]


def test_the_due_date_is_that_of_the_first_delay(tmp_path: Path) -> None:
    """30 days by the policy on the old account, 10 by the new one's own delay."""
    undated = ONE_INVOICE.replace("\n  echeance: 2026-03-10", "")
    books = company(tmp_path, undated + new("\n  delai: 10") + transfer())
    (claim,) = day_of(books, "2026-03-25").claims
    assert claim.due == date(2026, 3, 12)


@pytest.mark.parametrize("more", ["", SUCCEEDS])
def test_notes_and_doubts_go_with_it(tmp_path: Path, more: str) -> None:
    for n, (note, code) in enumerate(
        [
            ('"Conteste" ^F1 #litige', "litige"),
            ('"Attendre" #suspension', "suspension"),
            ('"Jugement" #procedure-collective\n  jugement: 2026-03-19', "procedure-collective"),
        ]
    ):
        books = reminded(tmp_path / str(n))
        books.add(f"\n2026-03-19 note {OLD} {note}\n" + new(more) + transfer())
        assert outcome(books, "2026-03-25") == code
    # and one written on the new account holds it too
    books = reminded(tmp_path / "new")
    books.add(new(more) + transfer() + f'\n2026-03-21 note {NEW} "Conteste" ^F1 #litige\n')
    assert outcome(books, "2026-03-25") == "litige"


def test_another_s_notes_stay_with_it(tmp_path: Path) -> None:
    books = company(tmp_path, ONE_INVOICE + new(name="Zéphyr SAS") + transfer())
    books.add(f'\n2026-03-19 note {OLD} "Attendre" #suspension\n')
    assert outcome(books, "2026-03-25") == "relance-1"


def test_a_part_of_a_letter_goes_and_a_part_stays(tmp_path: Path) -> None:
    books = company(tmp_path, ONE_INVOICE + ONE_INVOICE.replace("^F1", "^F2"))
    issue(books, "2026-03-17")
    books.add(new() + transfer())
    letters = plan(books, "2026-03-25")["lettres"]
    assert [(x["compte"], x["rang"]) for x in letters] == [(OLD, 2), (NEW, 2)]
    on = day_of(books, "2026-03-25")
    totals = [x.total.number for x in on.letters if x.total]
    assert totals == [200]  # demanded once, whatever it was split into


def test_on_and_back(tmp_path: Path) -> None:
    books = reminded(tmp_path)
    back = transfer().replace("2026-03-20", "2026-03-22").replace("100.00", "-100.00")
    books.add(new() + transfer() + back)
    letter = only_letter(plan(books, "2026-03-25"))
    assert (letter["compte"], letter["rang"]) == (OLD, 2)


def test_a_chain_of_accounts(tmp_path: Path) -> None:
    last = "Actifs:Clients:Dernier"
    books = reminded(tmp_path)
    more = new(f'\n  succede: "{NEW}"', day="2026-03-19").replace(f"open {NEW}", f"open {last}")
    books.add(new(SUCCEEDS) + more)
    letter = only_letter(plan(books, "2026-03-25"))
    assert (letter["compte"], letter["rang"]) == (last, 2)


def test_twice_is_once(tmp_path: Path) -> None:
    books = reminded(tmp_path)
    books.add(new() + transfer())
    day = date(2026, 3, 25)
    once = succeeded(books.books, books.policy.terms, day)
    assert succeeded(once, books.policy.terms, day) == once


def test_the_old_account_designates_its_successor(tmp_path: Path) -> None:
    books = reminded(tmp_path)
    books.add(new(SUCCEEDS))
    for subject in (OLD, NEW, "Durand", "durand industrie"):
        client = find_client(books.books.clients, subject)
        assert client and client.account == NEW


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (f'\n  succede: "{NEW}"', "n'est pas le compte d'un autre client"),
        ('\n  succede: "Actifs:Clients:Durant"', "vouliez-vous « Actifs:Clients:Durand » ?"),
        (
            SUCCEEDS + f'\n2026-03-18 open Actifs:Clients:Autre\n  client: "Autre"{SUCCEEDS}',
            "a déjà un successeur",
        ),
    ],
)
def test_what_cannot_be_succeeded(tmp_path: Path, more: str, told: str) -> None:
    assert told in refused(company(tmp_path, ONE_INVOICE + new(more)))


def test_a_circle_of_successors(tmp_path: Path) -> None:
    books = company(tmp_path, ONE_INVOICE + new(SUCCEEDS))
    books.replace('client: "Durand SARL"', f'client: "Durand SARL"\n  succede: "{NEW}"')
    assert "et l'inverse" in refused(books)
