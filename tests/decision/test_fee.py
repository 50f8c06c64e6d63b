"""The recovery fee: 40 EUR once per invoice paid late, asked with what is still demanded of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from relance.files.account import accounts
from relance.ledger.client_names import find_client
from relance.outlook.declaration import declare
from story import Story, company, day_of, issue, only_letter, plan

DURAND = "Actifs:Clients:Durand"
# The first reminder claims interest, and every claim is at it.
POLICY = "parcours: {standard: [relance-2]}\n"
DAY = "2026-03-25"


def invoice(*instalments: str, entry: str = "") -> str:
    """F1 of 1 January, its instalments written as "100.00 EUR due 2026-01-20"."""
    lines = []
    for instalment in instalments:
        amount, rest = instalment.split(" due ")
        due, *exempt = rest.split(" ")
        lines.append(f"  {DURAND}  {amount}\n    echeance: {due}")
        lines.extend(["    penalites: FALSE"] if exempt else [])
    sold = [f"  Produits:Ventes  -{each.split(' due ')[0]}" for each in instalments]
    return f'\n2026-01-01 * "Facture" ^F1\n{entry}' + "\n".join([*lines, *sold]) + "\n"


def paid(day: str, amount: str) -> str:
    return f'\n{day} * "Virement" ^F1\n  {DURAND}  -{amount}\n  Actifs:Banque\n'


def note(tag: str, more: str = "") -> str:
    return f'\n2026-03-20 note {DURAND} "Dit" {tag}\n{more}'


def fees(story: Story, on: str = DAY) -> list[tuple[str, str]]:
    """What each letter of a day asks, by its currency."""
    return [(letter["devise"], letter["indemnite"]) for letter in plan(story, on)["lettres"]]


def filed(story: Story, on: str = DAY) -> list[tuple[str, list[int], list[int]]]:
    """The fees of the court file by currency: those sued for, those of settled claims."""
    client = find_client(story.books.clients, DURAND)
    assert client
    return [
        (each.currency, [int(x.fee) for x in each.due], [int(x.fee) for x in each.settled])
        for each in accounts(day_of(story, on), client)
    ]


def test_an_instalment_paid_late_leaves_its_fee_to_the_next_one(tmp_path: Path) -> None:
    """Due 20 January, paid 10 February: 40 are owed, and nobody paid them."""
    ledger = invoice("100.00 EUR due 2026-01-20", "200.00 EUR due 2026-03-10")
    story = company(tmp_path, ledger + paid("2026-02-10", "100.00 EUR"), POLICY)
    assert fees(story) == [("EUR", "40.00")]
    assert filed(story) == [("EUR", [40], [0])]


def test_the_fee_is_asked_even_when_what_is_left_bears_no_interest(tmp_path: Path) -> None:
    ledger = invoice("100.00 EUR due 2026-01-20", "200.00 EUR due 2026-03-10 exempt")
    story = company(tmp_path, ledger + paid("2026-02-10", "100.00 EUR"), POLICY)
    letter = only_letter(plan(story, DAY))
    assert (letter["penalites"], letter["indemnite"]) == ("0.00", "40.00")


@pytest.mark.parametrize(
    "more",
    [
        note("#litige ^F1", "  montant: 100.00 EUR\n"),  # of the first instalment, the oldest
        paid("2026-02-10", "99.50 EUR"),  # the rest is within the tolerance
    ],
)
def test_what_cannot_be_demanded_leaves_its_fee_to_the_next_one(tmp_path: Path, more: str) -> None:
    ledger = invoice("100.00 EUR due 2026-01-20", "200.00 EUR due 2026-03-10")
    story = company(tmp_path, ledger + more, POLICY)
    letter = only_letter(plan(story, DAY))
    assert [line["tranche"] for line in letter["factures"] if line["etape"]] == [2]
    assert letter["indemnite"] == "40.00"
    assert filed(story) == [("EUR", [40, 0], [])]


def test_an_exempt_instalment_does_not_hide_the_fee_of_another(tmp_path: Path) -> None:
    ledger = invoice("100.00 EUR due 2026-01-20 exempt", "200.00 EUR due 2026-03-10")
    story = company(tmp_path, ledger, POLICY)
    assert fees(story) == [("EUR", "40.00")]
    assert filed(story) == [("EUR", [40, 0], [])]


def test_only_an_exempt_instalment_was_late(tmp_path: Path) -> None:
    ledger = invoice("100.00 EUR due 2026-01-20 exempt", "200.00 EUR due 2026-04-10")
    story = company(tmp_path, ledger, POLICY)
    assert fees(story) == [("EUR", "0.00")]
    assert filed(story) == [("EUR", [0], [])]


def test_one_number_in_two_currencies_owes_one_fee(tmp_path: Path) -> None:
    """Two letters that day; the court file asks in euros, a declaration in the first currency."""
    ledger = invoice("100.00 EUR due 2026-01-20", "200.00 CHF due 2026-01-20")
    story = company(tmp_path, ledger, POLICY)
    assert fees(story) == [("CHF", "40.00"), ("EUR", "0.00")]
    assert filed(story) == [("EUR", [40], []), ("CHF", [0], [])]
    whole = '  jugement: 2026-03-19\n  mandataire: "Me Bon, 1 rue X"\n'
    story.add(note("#procedure-collective", whole))
    client = find_client(story.books.clients, DURAND)
    assert client
    declared = declare(day_of(story, DAY), client)
    assert [(d.letter.currency, int(d.letter.fee)) for d in declared] == [("CHF", 40), ("EUR", 0)]


def test_what_was_paid_late_before_the_judgment_is_declared(tmp_path: Path) -> None:
    """Paid on 10 February, the judgment of 19 March: the 40 euros are a debt born before it."""
    ledger = invoice("100.00 EUR due 2026-01-20", "200.00 EUR due 2026-04-10")
    whole = '  jugement: 2026-03-19\n  mandataire: "Me Bon, 1 rue X"\n'
    opened = note("#procedure-collective", whole)
    story = company(tmp_path, ledger + paid("2026-02-10", "100.00 EUR") + opened, POLICY)
    client = find_client(story.books.clients, DURAND)
    assert client
    (declared,) = declare(day_of(story, DAY), client)
    assert str(declared.letter.total) == "240.00 EUR"


def test_a_fee_asked_once_is_not_asked_by_a_second_letter(tmp_path: Path) -> None:
    """The first instalment was asked for with it and is still owed; once it is settled, the
    second one asks."""
    ledger = invoice("500.00 EUR due 2026-01-20", "500.00 EUR due 2026-03-10")
    story = company(tmp_path, ledger, POLICY)
    assert only_letter(issue(story, "2026-02-05"))["indemnite"] == "40.00"
    assert fees(story) == [("EUR", "0.00")]
    story.add(paid("2026-03-20", "500.00 EUR"))
    assert fees(story) == [("EUR", "40.00")]


def test_an_invoice_settled_late_is_told_and_not_asked(tmp_path: Path) -> None:
    """F1 was paid on 10 February; F2 is late. No letter asks for F1, and no suit."""
    other = invoice("300.00 EUR due 2026-03-10").replace("^F1", "^F2")
    ledger = invoice("100.00 EUR due 2026-01-20") + paid("2026-02-10", "100.00 EUR") + other
    story = company(tmp_path, ledger, POLICY)
    assert fees(story) == [("EUR", "40.00")]
    assert filed(story) == [("EUR", [40], [40])]


def test_paid_on_the_due_date_owes_nothing(tmp_path: Path) -> None:
    ledger = invoice("100.00 EUR due 2026-01-20", "200.00 EUR due 2026-03-25")
    story = company(tmp_path, ledger + paid("2026-01-20", "100.00 EUR"), POLICY)
    assert filed(story, "2026-03-25") == [("EUR", [], [])]
    assert filed(story, "2026-03-26") == [("EUR", [40], [])]
