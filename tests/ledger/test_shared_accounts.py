"""One account for all clients: whose each entry is, and what waits when nothing tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from relance.values.problem import Refusal
from story import (
    ACCOUNTS,
    CREDITOR,
    OPTIONS,
    Story,
    balances,
    company,
    issue,
    only_letter,
    outcome,
    plan,
)

LATE = "2026-04-15"
BY_PAYEE = "grand-livre: {client: [beneficiaire]}\n"
BY_KEY = "grand-livre: {client: [meta: customer]}\n"

# Two clients described apart; what they owe stands on one account.
CARDS = """
2010-01-01 open Actifs:Clients
2010-01-01 open Actifs:Clients:Alpha
  client: "Alpha SARL"
  autres-noms: "Alpha Industries; C0042"
  courriel: "compta@alpha.example"
  type: "professionnel"
2010-01-01 open Actifs:Clients:Beta
  client: "Beta SAS"
  courriel: "compta@beta.example"
  type: "professionnel"
"""


def sale(number: str, payee: str, amount: str = "100.00", more: str = "") -> str:
    return f"""
2026-02-10 * "{payee}" "Facture" ^{number}
  echeance: 2026-03-10{more}
  Actifs:Clients  {amount} EUR
  Produits:Ventes
"""


def paid(payee: str, amount: str, links: str = "", day: str = "2026-03-20") -> str:
    name = f'"{payee}" ' if payee else ""
    return f"""
{day} * {name}"Virement" {links}
  Actifs:Banque  {amount} EUR
  Actifs:Clients
"""


TWO = sale("F1", "Alpha SARL") + sale("F2", "Beta SAS", "200.00")


def shared(tmp_path: Path, ledger: str, policy: str = BY_PAYEE) -> Story:
    return company(tmp_path, ledger, policy, prelude=OPTIONS + ACCOUNTS + CARDS)


def codes(books: Story, day: str = LATE) -> dict[str, str | None]:
    return {name: outcome(books, day, name) for name in ("F1", "F2")}


BOTH = {"F1": "relance-1", "F2": "relance-1"}


def test_each_client_gets_a_letter_of_its_own(tmp_path: Path) -> None:
    found = plan(shared(tmp_path, TWO), LATE)
    assert [(x["compte"], x["total"]) for x in found["lettres"]] == [
        ("Actifs:Clients:Alpha", "100.00"),
        ("Actifs:Clients:Beta", "200.00"),
    ]
    assert found["attentes"] == []


def test_a_metadata_key_may_name_the_client(tmp_path: Path) -> None:
    ledger = sale("F1", "Projet Lune", more='\n  customer: "C0042"')
    ledger += sale("F2", "Projet Mars", "200.00", '\n  customer: "Beta SAS"')
    found = plan(shared(tmp_path, ledger, BY_KEY), LATE)
    assert [x["compte"] for x in found["lettres"]] == [
        "Actifs:Clients:Alpha",
        "Actifs:Clients:Beta",
    ]
    # the key first, then the payee
    both = "grand-livre: {client: [{meta: customer}, beneficiaire]}\n"
    ledger = sale("F1", "Projet Lune", more='\n  customer: "C0042"') + sale("F2", "Beta SAS")
    assert [x["compte"] for x in plan(shared(tmp_path, ledger, both), LATE)["lettres"]] == [
        "Actifs:Clients:Alpha",
        "Actifs:Clients:Beta",
    ]


@pytest.mark.parametrize(
    ("payment", "left"),
    [
        (paid("Alpha SARL", "30.00"), {"F1": "70.00", "F2": "200.00"}),
        (paid("Beta SAS", "30.00"), {"F1": "100.00", "F2": "170.00"}),
        # its number says more than a payee, which may be the bank or whoever pays for another
        (paid("VIR SEPA 8812", "30.00", "^F2"), {"F1": "100.00", "F2": "170.00"}),
        (paid("Alpha SARL", "30.00", "^F2"), {"F1": "100.00", "F2": "170.00"}),
        (paid("", "30.00", "^F1"), {"F1": "70.00", "F2": "200.00"}),
        # a name of the client's list
        (paid("Alpha Industries", "30.00"), {"F1": "70.00", "F2": "200.00"}),
        # case, accents, spaces and marks are no other name
        (paid("ALPHA  S.A.R.L.", "30.00"), {"F1": "70.00", "F2": "200.00"}),
    ],
)
def test_money_goes_to_whom_it_names(tmp_path: Path, payment: str, left: dict[str, str]) -> None:
    books = shared(tmp_path, TWO + payment)
    assert balances(books, LATE) == left
    assert codes(books) == BOTH


def test_a_payment_taken_back_by_the_bank(tmp_path: Path) -> None:
    back = paid("Banque du Lac", "-100.00", "^F1", "2026-03-25")
    books = shared(tmp_path, TWO + paid("Alpha SARL", "100.00", "^F1") + back)
    assert balances(books, LATE) == {"F1": "100.00", "F2": "200.00"}
    assert codes(books) == BOTH


@pytest.mark.parametrize("payee", ["VIR SEPA 8812", "Gamma", ""])
def test_money_of_nobody_may_have_paid_anyone(tmp_path: Path, payee: str) -> None:
    books = shared(tmp_path, TWO + paid(payee, "30.00"))
    assert codes(books) == {"F1": "tiers-inconnu", "F2": "tiers-inconnu"}
    assert codes(books, "2026-03-19") == BOTH
    reason = plan(books, LATE)["attentes"][0]["motif"]
    assert "30.00 EUR reçus" in reason and "ledger/main.beancount:" in reason
    assert (f"« {payee} »" if payee else "sans nom") in reason


def test_money_of_nobody_holds_its_own_account_and_currency(tmp_path: Path) -> None:
    other = """
2010-01-01 open Actifs:Clients:Durand
  client: "Durand SARL"
  courriel: "compta@durand.example"
  type: "professionnel"
""" + sale("F3", "Durand SARL").replace("Actifs:Clients ", "Actifs:Clients:Durand ")
    dollars = paid("VIR 12", "30.00").replace("EUR", "USD")
    assert outcome(shared(tmp_path, TWO + other + paid("VIR 12", "30.00")), LATE, "F3") == (
        "relance-1"
    )
    assert codes(shared(tmp_path, TWO + dollars)) == BOTH


def test_a_name_without_account_waits_and_is_told_what_to_write(tmp_path: Path) -> None:
    ledger = TWO + sale("F3", "Gamma & Cie") + paid("Gamma & Cie", "40.00")
    books = shared(tmp_path, ledger)
    assert codes(books) == BOTH
    (wait,) = plan(books, LATE)["attentes"]
    assert (wait["code"], wait["compte"]) == ("client-inconnu", "Actifs:Clients:Gamma-cie")
    assert wait["solde"] == "60.00"
    told = '2026-02-10 open Actifs:Clients:Gamma-cie, puis client: "Gamma & Cie"'
    assert told in wait["motif"] and "« Gamma & Cie »" in wait["motif"]
    books.add(
        '\n2026-02-10 open Actifs:Clients:Gamma-cie\n  client: "Gamma & Cie"\n'
        '  courriel: "gamma@cie.example"\n'
    )
    assert outcome(books, LATE, "F3") == "relance-1"


@pytest.mark.parametrize("name", ["Alpha", "SA Alpha", "Alpha Services SARL", "Alpja"])
def test_a_name_near_a_client_s_is_asked_about(tmp_path: Path, name: str) -> None:
    """It becomes neither that client nor, in silence, another one."""
    books = shared(tmp_path, TWO + sale("F3", name) + paid(name, "30.00"))
    expected = "relance-1" if name == "Alpja" else "tiers-inconnu"  # too short for a slip
    assert outcome(books, LATE, "F3") == "client-inconnu"
    assert codes(books) == {"F1": expected, "F2": "relance-1"}
    if name != "Alpja":
        reason = next(x for x in plan(books, LATE)["attentes"] if x["facture"] == "F3")["motif"]
        assert (
            f'si c\'est « Alpha SARL » (ledger/main.beancount:13), autres-noms: "{name}"' in reason
        )


def test_a_name_written_otherwise_is_read_and_told(tmp_path: Path) -> None:
    books = shared(tmp_path, TWO + sale("F3", "alpha sarl") + sale("F4", "alpha sarl"))
    assert outcome(books, LATE, "F3") == "relance-1"
    told = [x for x in plan(books, LATE)["avertissements"] if "est lu comme" in x]
    assert len(told) == 1 and "« alpha sarl » est lu comme « Alpha SARL »" in told[0]


def test_two_clients_of_one_name_are_told_apart(tmp_path: Path) -> None:
    more = '\n2010-01-01 open Actifs:Clients:Alpha-Lyon\n  client: "ALPHA S.A.R.L."\n'
    books = shared(tmp_path, TWO + more)
    assert codes(books) == {"F1": "client-inconnu", "F2": "relance-1"}
    reason = next(x for x in plan(books, LATE)["attentes"] if x["facture"] == "F1")["motif"]
    assert "« Alpha SARL »" in reason and "« ALPHA S.A.R.L. »" in reason


def test_one_number_of_two_clients_waits(tmp_path: Path) -> None:
    books = shared(tmp_path, TWO + sale("F1", "Beta SAS"))
    assert plan(books, LATE)["lettres"][0]["compte"] == "Actifs:Clients:Beta"
    waits = plan(books, LATE)["attentes"]
    assert {x["code"] for x in waits} == {"numero-en-double"} and len(waits) == 2


def test_an_account_of_its_own_stays_its_client_s(tmp_path: Path) -> None:
    """With the policy or without, `client:` on the account wins over payees."""
    ledger = sale("F3", "Beta SAS").replace("Actifs:Clients ", "Actifs:Clients:Alpha ")
    books = shared(tmp_path, TWO + ledger)
    assert outcome(books, LATE, "F3") == "autre-tiers"


def test_notes_and_documents_follow_their_invoice(tmp_path: Path) -> None:
    (tmp_path / "ledger/pieces").mkdir(parents=True)
    (tmp_path / "ledger/pieces/F2.pdf").write_bytes(b"%PDF-1.4")
    notes = """
2026-03-12 note Actifs:Clients "Conteste le nombre" ^F1 #litige
2026-03-12 document Actifs:Clients "pieces/F2.pdf" ^F2 #facture
2026-03-13 note Actifs:Clients:Beta "Patience" #suspension
"""
    books = shared(tmp_path, TWO + notes)
    assert codes(books) == {"F1": "litige", "F2": "suspension"}
    (document,) = books.books.documents
    assert document.account == "Actifs:Clients:Beta"


def test_a_note_that_tells_nobody_is_refused(tmp_path: Path) -> None:
    books = shared(tmp_path, TWO + '\n2026-03-12 note Actifs:Clients "Patience" #suspension\n')
    with pytest.raises(Refusal, match="commun à plusieurs clients") as refusal:
        plan(books, LATE)
    assert "écrivez-la sur le compte du client" in str(refusal.value)


def test_a_note_without_sort_holds_everyone(tmp_path: Path) -> None:
    books = shared(tmp_path, TWO + '\n2026-03-12 note Actifs:Clients "Litige en cours"\n')
    assert codes(books) == {"F1": "note-incomprise", "F2": "note-incomprise"}


def test_no_client_at_all_is_told_name_by_name(tmp_path: Path) -> None:
    prelude = OPTIONS + ACCOUNTS + "\n2010-01-01 open Actifs:Clients\n"
    books = company(tmp_path, TWO, BY_PAYEE, prelude=prelude)
    waits = plan(books, LATE)["attentes"]
    assert [x["compte"] for x in waits] == ["Actifs:Clients:Alpha-sarl", "Actifs:Clients:Beta-sas"]
    assert {x["code"] for x in waits} == {"client-inconnu"}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("payee", "valeur inconnue : « payee »"),
        ("[beneficiaire, beneficiaire]", "une valeur est répétée"),
        ("{meta: Client}", "n'est pas une métadonnée"),
        ("{cle: client}", "valeur inconnue : des clés"),
        ("[]", "il n'y a rien ici"),
    ],
)
def test_what_the_policy_cannot_say(tmp_path: Path, value: str, told: str) -> None:
    with pytest.raises(Refusal, match=told):
        plan(shared(tmp_path, TWO, f"grand-livre: {{client: {value}}}\n"), LATE)


@pytest.mark.parametrize(
    "value", ["beneficiaire", "{meta: customer}", "[beneficiaire, meta: code]"]
)
def test_what_the_policy_may_say(tmp_path: Path, value: str) -> None:
    assert shared(tmp_path, TWO, f"grand-livre: {{client: {value}}}\n").policy.ledger.client


def test_letters_written_when_the_account_was_one_client_s(tmp_path: Path) -> None:
    """The books first took it for one client; described one by one, nobody begins again."""
    all_of_them = '2010-01-01 open Actifs:Clients\n  client: "Alpha"\n  courriel: "a@alpha.example"'
    before = company(tmp_path, sale("F1", "Alpha SARL"), prelude=OPTIONS + ACCOUNTS + all_of_them)
    assert only_letter(issue(before, "2026-03-17"))["rang"] == 1
    before.replace(all_of_them, CARDS)
    before.add(sale("F2", "Beta SAS", "200.00"))
    before.write("relance.yaml", CREDITOR + BY_PAYEE)
    letters = plan(before, "2026-03-25")["lettres"]
    assert [(x["compte"], x["etape"], x["rang"]) for x in letters] == [
        ("Actifs:Clients:Alpha", "relance-2", 2),
        ("Actifs:Clients:Beta", "relance-1", 1),
    ]
