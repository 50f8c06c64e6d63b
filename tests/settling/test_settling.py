"""An entry of the bank settled: its text as by hand, proven before it is written."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from relance.ledger.beancount import load
from relance.reconciliation.match import InvoicePart
from relance.settling.settlement import BankAnswer
from relance.settling.settling import Accounts, settle
from relance.values.bank_drafts import BankDraft
from relance.values.facts import Client
from relance.values.problem import Refusal
from story import THREE_INVOICES, Story, balances, company, day_of

DAY = "2026-03-30"
BOOKS = f"""
2010-01-01 open Actifs:Attente
2010-01-01 open Produits:Penalites
{THREE_INVOICES}"""
IBAN = "FR1420041010050500013M02606"
DRAFT = """
2026-03-20 ! "M DURAND" "VIR SEPA · \\"^F9\\"" ^F1
  import: "banque:1/a@2026-03-20=300.00"
  rapprochement: "probable : peut-être"
  iban-payeur: "FR1420041010050500013M02606"
  empreinte: "0123456789ab"
  Actifs:Banque           300.00 EUR
  Actifs:Clients:Durand  -300.00 EUR
; à voir
"""


def client(story: Story, name: str) -> Client:
    return next(c for c in story.books.clients if c.account.endswith(name))


def only_draft(story: Story) -> BankDraft:
    (draft,) = story.books.unsettled
    return draft


def parts(*pairs: tuple[str, str]) -> tuple[InvoicePart, ...]:
    return tuple(InvoicePart(invoice, Decimal(amount)) for invoice, amount in pairs)


def done(story: Story, made: BankAnswer) -> Story:
    """The story with a settlement written."""
    loaded = load(story.root / "ledger/main.beancount", story.root)
    accounts = Accounts.of(story.facts, loaded)
    for change in settle(story.facts, day_of(story, DAY), accounts, made):
        change.write()
    return Story(story.root)


def entry(story: Story) -> str:
    """The entry as it stands now."""
    text = (story.root / "ledger/main.beancount").read_text(encoding="utf-8")
    return text[text.index("\n2026-03-20 ") :]


def test_an_entry_is_settled_over_several_invoices(tmp_path: Path) -> None:
    story = company(tmp_path, BOOKS + DRAFT)
    made = BankAnswer(
        only_draft(story), client(story, "Durand"), parts(("F1", "100.00"), ("F2", "200.00"))
    )
    after = done(story, made)
    assert balances(after, DAY) == {"F3": "300.00"}
    assert after.books.unsettled == ()
    assert [line.split() for line in entry(after).splitlines()] == [
        line.split()
        for line in """
2026-03-20 * "M DURAND" "VIR SEPA · \\"^F9\\"" ^F1 ^F2
  import: "banque:1/a@2026-03-20=300.00"
  rapprochement: "à la main : F1, F2"
  iban-payeur: "FR1420041010050500013M02606"
  empreinte: "0123456789ab"
  Actifs:Banque           300.00 EUR
  Actifs:Clients:Durand  -100.00 EUR
    facture: "F1"
  Actifs:Clients:Durand  -200.00 EUR
    facture: "F2"
; à voir
""".splitlines()
    ]


@pytest.mark.parametrize(
    ("name", "to", "left"),
    [
        ("Durand", (("F2", "200.00"),), {"F3": "300.00"}),  # the rest, to the oldest
        ("Durand", (), {"F3": "300.00"}),
        ("Mairie", (("F3", "300.00"),), {"F1": "100.00", "F2": "200.00"}),
        ("Mairie", (("F3", "120.00"),), {"F1": "100.00", "F2": "200.00"}),
        ("Durand", (("F1", "100.00"),), {"F3": "300.00"}),
    ],
)
def test_what_names_no_invoice_is_the_clients(
    tmp_path: Path, name: str, to: tuple[tuple[str, str], ...], left: dict[str, str]
) -> None:
    story = company(tmp_path, BOOKS + DRAFT)
    after = done(story, BankAnswer(only_draft(story), client(story, name), parts(*to)))
    assert balances(after, DAY) == left


def test_penalties_go_to_their_account(tmp_path: Path) -> None:
    story = company(tmp_path, BOOKS + DRAFT)
    made = BankAnswer(
        only_draft(story),
        client(story, "Durand"),
        parts(("F1", "100.00"), ("F2", "158.77")),
        Decimal("41.23"),
        "Produits:Penalites",
    )
    after = done(story, made)
    assert balances(after, DAY) == {"F2": "41.23", "F3": "300.00"}
    assert "Produits:Penalites      -41.23 EUR" in entry(after)


def test_penalties_of_a_draft_are_decided_anew(tmp_path: Path) -> None:
    lines = "  Actifs:Clients:Durand  -258.77 EUR\n  Produits:Penalites  -41.23 EUR\n"
    story = company(
        tmp_path, BOOKS + DRAFT.replace("  Actifs:Clients:Durand  -300.00 EUR\n", lines)
    )
    draft = only_draft(story)
    assert draft.amount.number == 300
    made = BankAnswer(draft, client(story, "Durand"), parts(("F1", "100.00"), ("F2", "200.00")))
    after = done(story, made)
    assert balances(after, DAY) == {"F3": "300.00"}
    assert "Penalites" not in entry(after)


def test_penalties_without_account_wait_apart(tmp_path: Path) -> None:
    lines = "  Actifs:Clients:Durand  -100.00 EUR\n  Actifs:Attente  -200.00 EUR\n"
    story = company(
        tmp_path, BOOKS + DRAFT.replace("  Actifs:Clients:Durand  -300.00 EUR\n", lines)
    )
    own, nobodys = sorted(story.books.unsettled, key=lambda draft: draft.suspense)
    assert [str(draft.amount) for draft in (own, nobodys)] == ["100.00 EUR", "200.00 EUR"]
    after = done(story, BankAnswer(own, client(story, "Durand"), parts(("F1", "100.00"))))
    assert balances(after, DAY) == {"F2": "200.00", "F3": "300.00"}
    (left,) = after.books.unsettled
    assert left.suspense
    assert done(after, BankAnswer(left, account="Produits:Penalites")).books.unsettled == ()


def test_money_that_is_no_clients(tmp_path: Path) -> None:
    suspense = DRAFT.replace("Actifs:Clients:Durand", "Actifs:Attente").replace(" ^F1\n", "\n")
    story = company(tmp_path, BOOKS + suspense)
    after = done(story, BankAnswer(only_draft(story), account="Produits:Ventes"))
    assert balances(after, DAY) == {"F1": "100.00", "F2": "200.00", "F3": "300.00"}
    assert after.books.unsettled == ()
    assert "  Produits:Ventes  -300.00 EUR" in entry(after).replace("       ", "  ")


def test_a_payment_that_came_back(tmp_path: Path) -> None:
    back = DRAFT.replace("300.00", "-100.00").replace("--", "").replace("=-", "=-")
    paid = """
2026-03-05 * "Durand" "Prélèvement" ^F1
  Actifs:Banque  100.00 EUR
  Actifs:Clients:Durand
"""
    story = company(tmp_path, BOOKS + paid + back)
    draft = only_draft(story)
    assert draft.amount.number == -100
    assert "F1" not in balances(story, DAY)
    after = done(story, BankAnswer(draft, client(story, "Durand"), parts(("F1", "100.00"))))
    assert balances(after, DAY)["F1"] == "100.00"


def test_the_payer_is_learned(tmp_path: Path) -> None:
    story = company(tmp_path, BOOKS + DRAFT)
    made = BankAnswer(only_draft(story), client(story, "Durand"), parts(), learn=IBAN)
    after = done(story, made)
    assert client(after, "Durand").payer_ibans == (IBAN,)
    more = "FR7630006000011234567890189"
    (story.root / "ledger/main.beancount").write_text(
        (story.root / "ledger/main.beancount").read_text(encoding="utf-8") + DRAFT,
        encoding="utf-8",
    )
    again = Story(tmp_path)
    made = BankAnswer(only_draft(again), client(again, "Durand"), parts(), learn=more)
    assert client(done(again, made), "Durand").payer_ibans == (IBAN, more)


@pytest.mark.parametrize(
    ("name", "to", "told"),
    [
        ("Durand", (("F1", "300.01"),), "dépassent 300,00"),
        ("Durand", (("F3", "300.00"),), "n'a pas de facture « F3 »"),
        ("Durand", (("F8", "1.00"), ("F7", "1.00")), "« F7 »"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    tmp_path: Path, name: str, to: tuple[tuple[str, str], ...], told: str
) -> None:
    story = company(tmp_path, BOOKS + DRAFT)
    before = (tmp_path / "ledger/main.beancount").read_bytes()
    with pytest.raises(Refusal) as refused:
        done(story, BankAnswer(only_draft(story), client(story, name), parts(*to)))
    assert told in str(refused.value).replace("\u202f", " ").replace("\xa0", " ")
    assert (tmp_path / "ledger/main.beancount").read_bytes() == before


def test_an_account_that_is_not_open_is_refused(tmp_path: Path) -> None:
    story = company(tmp_path, BOOKS + DRAFT)
    with pytest.raises(Refusal, match="Produits:Vente"):
        done(story, BankAnswer(only_draft(story), account="Produits:Vente"))


def test_an_invoice_of_a_later_day_is_not_paid(tmp_path: Path) -> None:
    story = company(tmp_path, BOOKS + DRAFT.replace("2026-03-20 !", "2026-02-10 !"))
    made = BankAnswer(only_draft(story), client(story, "Durand"), parts(("F2", "200.00")))
    with pytest.raises(Refusal, match="après ce règlement"):
        done(story, made)


def test_lines_end_as_they_did(tmp_path: Path) -> None:
    company(tmp_path, BOOKS + DRAFT)
    path = tmp_path / "ledger/main.beancount"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    again = Story(tmp_path)
    done(again, BankAnswer(only_draft(again), client(again, "Durand"), learn=IBAN))
    assert path.read_bytes().count(b"\n") == path.read_bytes().count(b"\r\n")


def test_a_file_that_changed_meanwhile_is_not_written(tmp_path: Path) -> None:
    story = company(tmp_path, BOOKS + DRAFT)
    loaded = load(story.root / "ledger/main.beancount", story.root)
    made = BankAnswer(only_draft(story), client(story, "Durand"))
    (change,) = settle(story.facts, day_of(story, DAY), Accounts.of(story.facts, loaded), made)
    (tmp_path / "ledger/main.beancount").write_text("; autre\n", encoding="utf-8")
    with pytest.raises(Refusal, match="changé entre-temps"):
        change.write()
