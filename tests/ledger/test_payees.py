"""Several payees on one client's account: who is billed there?"""

from __future__ import annotations

from pathlib import Path

import pytest

from relance.text.firms import may_be_one
from story import company, outcome, plan

LATE = "2026-04-15"


def sale(number: str, payee: str, day: str = "2026-02-10", account: str = "Durand") -> str:
    return f"""
{day} * "{payee}" "Facture" ^{number}
  echeance: 2026-03-10
  Actifs:Clients:{account}  100.00 EUR
  Produits:Ventes
"""


def shared(name: str) -> str:
    """One account for everyone, under a client's name or under none."""
    named = f'\n  client: "{name}"\n  courriel: "tous@divers.example"' if name else ""
    return f"\n2010-01-01 open Actifs:Clients:Tous{named}\n"


@pytest.mark.parametrize("name", ["Clients divers", "Alphabet", ""])
def test_several_payees_on_an_account_that_is_none_of_theirs(tmp_path: Path, name: str) -> None:
    ledger = shared(name) + sale("F1", "Alpha SARL", account="Tous")
    ledger += sale("F2", "Beta SAS", "2026-03-01", account="Tous")
    books = company(tmp_path, ledger)
    waits = plan(books, LATE)["attentes"]
    assert [(x["facture"], x["code"]) for x in waits] == [
        ("F1", "plusieurs-clients"),
        ("F2", "plusieurs-clients"),
    ]
    reason = waits[0]["motif"]
    lines = (books.root / "ledger/main.beancount").read_text().splitlines()
    for payee in ("Alpha SARL", "Beta SAS"):
        (row,) = (n for n, line in enumerate(lines, 1) if payee in line)
        assert f"« {payee} » (ledger/main.beancount:{row + 2})" in reason
    assert "grand-livre.client: [beneficiaire]" in reason
    # the day before the second of them, nothing says that the account is shared
    assert outcome(books, "2026-02-28") == ("apres" if name else "client-inconnu")


def test_what_is_billed_to_another_waits_alone(tmp_path: Path) -> None:
    ledger = sale("F1", "Durand") + sale("F2", "Beta SAS", "2026-03-01")
    books = company(tmp_path, ledger)
    assert outcome(books, LATE, "F1") == "relance-1"
    assert outcome(books, LATE, "F2") == "plusieurs-clients"
    (wait,) = plan(books, LATE)["attentes"]
    assert 'autres-noms: "Beta SAS"' in wait["motif"]


def test_another_name_of_the_client_says_so(tmp_path: Path) -> None:
    books = company(tmp_path, sale("F1", "Durand") + sale("F2", "Beta SAS", "2026-03-01"))
    books.replace(
        'client: "Durand SARL"', 'client: "Durand SARL"\n  autres-noms: "Gamma; Beta SAS"'
    )
    assert outcome(books, LATE, "F2") == "relance-1"


@pytest.mark.parametrize(
    "more",
    [
        sale("F2", "DURAND"),
        sale("F2", "Sarl Durand et fils"),
        sale("F2", "Durant"),
        sale("F2", "Société Durand"),
        # whoever pays, or takes money back, is no party to the sale
        """
2026-03-12 * "Beta SAS" "Virement" ^F1
  Actifs:Clients:Durand  -10 EUR
  Actifs:Banque
2026-03-16 * "Banque du Lac" "Rejet" ^F1
  Actifs:Clients:Durand  10 EUR
  Actifs:Banque
""",
    ],
)
def test_ways_to_write_one_name(tmp_path: Path, more: str) -> None:
    assert outcome(company(tmp_path, sale("F1", "Durand SARL") + more), LATE) == "relance-1"


def test_a_trade_name_of_its_own_is_one_client(tmp_path: Path) -> None:
    ledger = sale("F1", "À la bonne heure") + sale("F2", "A LA BONNE HEURE")
    assert outcome(company(tmp_path, ledger), LATE) == "relance-1"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Menuiserie Müller & Fils SARL", "MULLER ET FILS", True),
        ("Commune de Valbois", "Trésorerie de Valbois", True),
        ("Mme Sophie Lefort", "Lefort", True),
        ("Librairie du Passage", "Librairie Passage", True),
        ("Menuiserie Müller", "Menuiserie Martin", False),
        ("Martin", "Marin", False),
        ("Alpha SARL", "Beta SARL", False),
        ("Clients divers", "Beta SARL", False),
        ("Pharmacie", "Pharmacei", True),
    ],
)
def test_names_that_may_be_one_party_s(one: str, other: str, same: bool) -> None:
    assert may_be_one(one, other) is may_be_one(other, one) is same
