"""Money that a person wrote in the books, and the bank's file that tells it: counted once, on an
account of one client or of several."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import bankfiles as bank
from bankfiles import Month, Paid
from electronic import Bill, Firm
from inboxes import balance, books, company, drop, entries, imports
from relance.claims.on_day import OnDay
from relance.policy.reader import read_policy

CLIENTS = """\
2010-01-01 open Actifs:Clients:Dupont
  client: "Menuiserie Dupont"
2026-01-05 * "Menuiserie Dupont" "Facture" ^F2026-0031
  Actifs:Clients:Dupont   480.00 EUR
  Produits:Ventes
2026-01-06 * "Menuiserie Dupont" "Facture" ^F2026-0032
  Actifs:Clients:Dupont   480.00 EUR
  Produits:Ventes
"""
LINE = Paid(date(2026, 2, 5), Decimal("480.00"), "VIR F2026-0031", "MENUISERIE DUPONT")


def month(*lines: Paid) -> Month:
    return Month(Decimal(0), lines, date(2026, 2, 1), date(2026, 2, 28))


def typed(day: str, account: str = "Actifs:Clients:Dupont", link: str = "") -> str:
    """A payment of 480.00 as a person writes it."""
    return (
        f'2026-02-{day} * "Menuiserie Dupont" "Virement"{link and f" ^{link}"}\n'
        f"  Actifs:Banque  480.00 EUR\n  {account}\n"
    )


def left(root: Path) -> dict[str, Decimal]:
    """What is open on each invoice at the end of February."""
    on = OnDay(read_policy(root / "relance.yaml"), books(root), date(2026, 2, 28))
    return {claim.invoice or "": claim.balance for claim in on.open}


@pytest.mark.parametrize("link", ["", "F2026-0031"])
@pytest.mark.parametrize("day", ["03", "05", "09"])
def test_money_typed_near_its_day_is_the_line(tmp_path: Path, day: str, link: str) -> None:
    root = company(tmp_path, CLIENTS + typed(day, link=link))
    drop(root, a_xml=bank.camt(month(LINE)))
    imports(root)
    assert balance(root, "Actifs:Banque") == Decimal(480)
    assert left(root) == {"F2026-0032": Decimal(480)}


@pytest.mark.parametrize("link", ["", "F2026-0031"])
def test_money_typed_of_a_later_day_never_pays_twice(tmp_path: Path, link: str) -> None:
    """Fifteen days on, nobody knows whether it is the same payment: the line is a draft, which
    holds the claims until a person says, and no invoice counts as paid by both."""
    root = company(tmp_path, CLIENTS + typed("20", link=link))
    drop(root, a_xml=bank.camt(month(LINE)))
    imports(root)
    (text,) = entries(root, "banque").values()
    assert text.startswith("2026-02-05 !")
    assert left(root) == {"F2026-0032": Decimal(480)}


def test_what_is_typed_of_another_invoice_hinders_no_match(tmp_path: Path) -> None:
    root = company(tmp_path, CLIENTS + typed("20", link="F2026-0032"))
    drop(root, a_xml=bank.camt(month(LINE)))
    imports(root)
    (text,) = entries(root, "banque").values()
    assert text.startswith("2026-02-05 *")
    assert left(root) == {}


# ---------------------------------------------------------------- One account for all

SHARED = """\
2010-01-01 open Actifs:Clients
2010-01-01 open Actifs:Clients:Dupont
  client: "Menuiserie Dupont"
  siren: "404833048"
2010-01-01 open Actifs:Clients:Muller
  client: "Garage Muller et Fils"
2026-01-05 * "Menuiserie Dupont" "Facture" ^F2026-0031
  Actifs:Clients   480.00 EUR
  Produits:Ventes
2026-01-05 * "Garage Muller et Fils" "Facture" ^F2026-0041
  Actifs:Clients   480.00 EUR
  Produits:Ventes
"""
POLICY = "grand-livre: {client: [beneficiaire]}\n"
MULLER = Firm(
    "Garage Muller et Fils", "552100554", street="8 allée", postcode="71000", city="MACON"
)


def test_two_clients_of_one_account_are_paid_each_by_his_own(tmp_path: Path) -> None:
    other = Paid(date(2026, 2, 5), Decimal("480.00"), "VIR F2026-0041", "GARAGE MULLER ET FILS")
    root = company(tmp_path, SHARED, POLICY)
    drop(root, a_xml=bank.camt(month(LINE, other)))
    imports(root)
    heads = {text.split("\n")[0] for text in entries(root, "banque").values()}
    assert heads == {
        '2026-02-05 * "Menuiserie Dupont" "VIR F2026-0031" ^F2026-0031',
        '2026-02-05 * "Garage Muller et Fils" "VIR F2026-0041" ^F2026-0041',
    }
    assert left(root) == {}


@pytest.mark.slow
def test_an_invoice_typed_on_the_account_of_several_is_known(tmp_path: Path) -> None:
    root = company(tmp_path, SHARED, POLICY)
    bill = Bill(
        "F2026-0041", date(2026, 1, 5), buyer=MULLER, bases={"20": "400.00"}, iban=bank.IBAN
    )
    drop(root, a_xml=bill)
    imports(root)
    assert entries(root, "facture") == {}
    drop(root, b_xml=Bill("F2026-0042", date(2026, 1, 9), buyer=MULLER, iban=bank.IBAN))
    imports(root)
    assert left(root) == {
        "F2026-0031": Decimal(480), "F2026-0041": Decimal(480), "F2026-0042": Decimal(1320),
    }  # fmt: skip


@pytest.mark.parametrize("link", ["", "F2026-0031"])
@pytest.mark.parametrize("day", ["05", "07"])
def test_money_typed_on_the_account_of_several_is_the_line(
    tmp_path: Path, day: str, link: str
) -> None:
    """The other client owes as much: his is not taken for it."""
    root = company(tmp_path, SHARED + typed(day, "Actifs:Clients", link), POLICY)
    drop(root, a_xml=bank.camt(month(LINE)))
    imports(root)
    assert balance(root, "Actifs:Banque") == Decimal(480)
    assert left(root) == {"F2026-0041": Decimal(480)}
