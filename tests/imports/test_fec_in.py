"""Accounting exports that come in: what is owed, what the lettering says, what changed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import bankfiles as bank
from bankfiles import Month, Paid
from fecfiles import DUPONT, MULLER, Row, fec, opening, other, padded, paid, sale
from inboxes import balance, books, company, drop, entries, imports, write, written
from relance.claims.on_day import OnDay
from relance.decision.planner import make_plan
from relance.policy.reader import read_policy

SAMPLES = Path(__file__).parents[1] / "incoming/samples"
D, M = "Actifs:Clients:Menuiserie-Dupont", "Actifs:Clients:Garage-Muller-et-Fils"
JAN, FEB, MAR = date(2026, 1, 12), date(2026, 2, 20), date(2026, 3, 10)


def day(number: int, month: int = 1) -> date:
    return date(2026, month, number)


def brought(root: Path, *entries_: tuple[Row, ...], status: int = 0, options: str = "") -> str:
    """What `relance importer` says of an export of these entries."""
    drop(root, fec_txt=fec(*entries_))
    return imports(root, *options.split(), status=status)


def owed(root: Path, until: date = date(2026, 12, 31)) -> dict[str, Decimal]:
    """What is left of each invoice."""
    on = OnDay(read_policy(root / "relance.yaml"), books(root), until)
    return {claim.invoice or "": claim.balance for claim in on.claims if claim.balance}


def waits(root: Path, until: date = date(2026, 12, 31)) -> dict[str, str]:
    """Why each claim waits."""
    on = OnDay(read_policy(root / "relance.yaml"), books(root), until)
    plan = make_plan(on)
    return {wait.claim.invoice or "": wait.code for wait in plan.waits}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return company(tmp_path, "")


def test_the_sample_by_value(root: Path) -> None:
    """Garage des Remparts 1 080.00 + 450.00 - 120.00 - 480.00 = 930.00; Lefort -40.00; Acme
    1 170.00 EUR, which is 1 000.00 GBP; Müller & Fils has paid."""
    drop(root, fec_txt=(SAMPLES / "fec-compose-tab-latin9.txt").read_bytes())
    imports(root)
    clients = "Actifs:Clients"
    assert balance(root, f"{clients}:Garage-des-Remparts") == Decimal("930.00")
    assert balance(root, f"{clients}:Mme-Sophie-Lefort") == Decimal("-40.00")
    assert balance(root, f"{clients}:Acme-Ltd", "GBP") == Decimal("1000.00")
    assert balance(root, f"{clients}:Acme-Ltd") == 0
    assert balance(root, f"{clients}:Menuiserie-Müller-Fils") == 0
    # The transfer that names nothing pays the oldest, the credit note the invoice it names.
    assert owed(root) == {
        "FA2025-018": Decimal("600.00"),
        "FA2026-002": Decimal("330.00"),
        "FA2026-003": Decimal("1000.00"),
    }
    text = entries(root, "fec")
    assert "date-facture: 2025-11-05" in text["fec:AN/AN0001/2026-01-01.1"]
    assert "echeance: 2026-02-28" in text["fec:VE/VE0002/2026-01-15.1"]
    assert "1000.00 GBP @@ 1170.00 EUR" in text["fec:VE/VE0004/2026-03-02.1"]
    assert balance(root, "Passifs:TVA-collectée") == Decimal("-175.00")  # 120 + 75 - 20


def test_the_number_of_an_entry_stands_for_a_missing_document(tmp_path: Path) -> None:
    """An opening balance of 3 000.00 without invoice, and INV/2020/00001 of 3 000.00."""
    root = company(tmp_path, "", "importer: {fec: {comptes: [121]}}\n")
    drop(root, fec_txt=padded())
    imports(root)
    assert owed(root) == {"": Decimal("3000.00"), "INV/2020/00001": Decimal("3000.00")}
    assert waits(root)[""] == "sans-numero"
    assert balance(root, "Actifs:Clients:Partner-a", "USD") == Decimal("3000.00")


# ---------------------------------------------------------------- Lettering


@pytest.mark.parametrize(
    ("rows", "left"),
    [
        pytest.param(
            (sale(1, JAN, "100"), sale(2, FEB, "60"), paid(1, MAR, "60")),
            {"FA-001": "40", "FA-002": "60"}, id="no letters: the oldest first",
        ),
        pytest.param(
            (sale(1, JAN, "100"), sale(2, FEB, "60", letters="A"), paid(1, MAR, "60", letters="A")),
            {"FA-001": "100"}, id="letters say which one",
        ),
        pytest.param(
            (sale(1, JAN, "100", letters="B"), sale(2, FEB, "60", letters="B"), sale(3, FEB, "7"),
             paid(1, MAR, "160", letters="B")),
            {"FA-003": "7"}, id="one transfer for two",
        ),
        pytest.param(
            (sale(1, JAN, "100", letters="a"), paid(1, FEB, "30", letters="a")),
            {"FA-001": "70"}, id="a part",
        ),
        pytest.param(
            (sale(1, JAN, "100", letters="A"), paid(1, FEB, "130", letters="A")),
            {}, id="more than is owed",
        ),
        pytest.param(
            (sale(1, JAN, "100", letters="A"), sale(2, JAN, "-20", letters="A"),
             paid(1, FEB, "80", letters="A")),
            {}, id="with a credit note",
        ),
        pytest.param(
            (sale(1, JAN, "100", letters="A"), paid(1, FEB, "100", letters="A"),
             paid(2, MAR, "-100", letters="A")),
            {"FA-001": "100"}, id="a payment that came back",
        ),
        pytest.param(
            (sale(1, JAN, "100", letters="A"), paid(1, FEB, "100", letters="A"),
             sale(2, JAN, "100", MULLER, letters="A"), paid(2, FEB, "100", MULLER, letters="A"),
             sale(3, JAN, "9", MULLER)),
            {"FA-003": "9"}, id="the same letters of two clients",
        ),
        pytest.param(
            (sale(1, JAN, "100", letters="A"), other(1, FEB, ("654000", "100", ("", ""), ""),
             ("411000", "-100", DUPONT, "A"))),
            {}, id="a loss",
        ),
    ],
)  # fmt: skip
def test_the_lettering_says_what_a_credit_pays(
    root: Path, rows: tuple[tuple[Row, ...], ...], left: dict[str, str]
) -> None:
    brought(root, *rows)
    assert owed(root) == {number: Decimal(amount) for number, amount in left.items()}


def test_a_payment_without_letters_that_covers_the_claims_makes_them_wait(root: Path) -> None:
    brought(root, sale(1, JAN, "100"), paid(1, FEB, "100"))
    assert balance(root, D) == 0
    assert waits(root) == {"FA-001": "credit-non-affecte"}
    (credit,) = [text for name, text in entries(root, "fec").items() if "/BQ" in name]
    assert "^" not in credit


def test_several_invoices_of_one_transfer_have_a_line_each(root: Path) -> None:
    rows = (sale(1, JAN, "100", letters="B"), sale(2, FEB, "60", letters="B"))
    brought(root, *rows, paid(1, MAR, "170", letters="B"))
    text = entries(root, "fec")["fec:BQ/BQ001/2026-03-10.2"]
    lines = [" ".join(line.split()) for line in text.split("\n")]
    start = lines.index(f"{D} -100.00 EUR")
    assert lines[start : start + 6] == [
        f"{D} -100.00 EUR", 'facture: "FA-001"', f"{D} -60.00 EUR", 'facture: "FA-002"',
        f"{D} -10.00 EUR", "Actifs:Banque 170.00 EUR",
    ]  # fmt: skip


def test_a_lettering_that_does_not_tie_is_told(root: Path) -> None:
    said = brought(root, sale(1, JAN, "100", letters="A"), paid(1, FEB, "80", letters="A"))
    assert "le lettrage A de Menuiserie Dupont ne tombe pas juste : 20,00 € dus encore" in said
    assert owed(root) == {"FA-001": Decimal(20)}


@pytest.mark.slow
def test_a_lettering_of_two_clients_is_told_and_holds(root: Path) -> None:
    rows = (sale(1, JAN, "100", letters="A"), paid(1, FEB, "100", MULLER, letters="A"))
    said = brought(root, *rows, sale(2, JAN, "50"))
    assert "le lettrage A réunit Menuiserie Dupont et Garage Muller et Fils" in said
    assert waits(root)["FA-001"] == "suspension"
    assert waits(root)["FA-002"] != "suspension"
    # Lettered rightly in the next export, nothing holds.
    fixed = (sale(1, JAN, "100"), paid(1, FEB, "100", MULLER), sale(2, JAN, "50"))
    brought(root, *fixed, options="--suivre-lettrage")
    assert waits(root)["FA-001"] != "suspension"


# ---------------------------------------------------------------- Doubtful clients, currencies


def test_a_doubtful_claim_is_still_owed(root: Path) -> None:
    """Moved to 416 in June under letters of its own, of which 30.00 is paid there."""
    june = day(5, 6)
    moved = other(1, june, ("416000", "100", DUPONT, "Z"), ("411000", "-100", DUPONT, "A"))
    rows = (sale(1, JAN, "100", letters="A"), sale(2, JAN, "70"))
    brought(root, *rows, moved)
    assert owed(root) == {"FA-001": Decimal(100), "FA-002": Decimal(70)}
    part = paid(1, day(5, 7), "30", account="416000", letters="Z")
    brought(root, *rows, moved, part)
    assert owed(root) == {"FA-001": Decimal(70), "FA-002": Decimal(70)}


def test_an_account_of_doubtful_clients_alone_is_that_of_the_name(root: Path) -> None:
    doubtful = ("D0001", "MENUISERIE DUPONT")
    moved = other(1, FEB, ("416000", "100", doubtful, ""), ("411000", "-100", DUPONT, "A"))
    brought(root, sale(1, JAN, "100", letters="A"), moved)
    assert owed(root) == {"FA-001": Decimal(100)}
    assert written(root)["clients.beancount"].count(" open ") == 1


def pounds(rows: tuple[Row, ...], amount: str) -> tuple[Row, ...]:
    return tuple(
        replace(row, foreign=amount, currency="GBP") if row.client[0] else row for row in rows
    )


def test_a_claim_lives_in_its_currency(root: Path) -> None:
    """1 000.00 GBP booked at 1 170.00, of which 400.00 GBP come in at 460.00."""
    bill = pounds(sale(1, JAN, "1170", letters="a"), "1000,00")
    brought(root, bill, pounds(paid(1, FEB, "460", letters="a"), "-400,00"))
    assert balance(root, D, "GBP") == Decimal(600)
    assert owed(root) == {"FA-001": Decimal(600)}


def test_a_difference_of_exchange_is_nothing_that_the_client_owes(root: Path) -> None:
    """1 000.00 GBP of 1 170.00 paid whole at 1 165.00; the difference of 5.00 is lettered too."""
    bill = pounds(sale(1, JAN, "1170", letters="A"), "1000,00")
    money = pounds(paid(1, FEB, "1165", letters="A"), "-1000,00")
    gap = other(1, FEB, ("666000", "5", ("", ""), ""), ("411000", "-5", DUPONT, "A"))
    brought(root, bill, money, gap)
    assert owed(root) == {}
    assert balance(root, D, "GBP") == balance(root, D) == 0


def test_a_payment_in_euros_lettered_with_pounds_settles_them(root: Path) -> None:
    bill = pounds(sale(1, JAN, "1170", letters="A"), "1000,00")
    brought(root, bill, paid(1, FEB, "500", letters="A"), paid(2, MAR, "670", letters="A"))
    assert owed(root) == {}
    assert balance(root, D, "GBP") == balance(root, D) == 0


# ---------------------------------------------------------------- Month after month


TAKEN_OVER = (
    ("FA25-9", "300", date(2025, 11, 5), DUPONT, ""),
    ("", "-40", day(1), MULLER, ""),
)
YEAR = (
    opening(1, day(1), *TAKEN_OVER),
    sale(1, day(12), "100"),
    paid(1, day(28), "300"),
    sale(2, day(3, 2), "60", MULLER),
    sale(3, day(9, 2), "80"),
    paid(2, day(20, 2), "60", MULLER),
    sale(4, day(2, 3), "45"),
)


@pytest.mark.slow
def test_the_next_export_of_the_year_adds_and_never_doubles(tmp_path: Path) -> None:
    grown, whole = company(tmp_path / "a", ""), company(tmp_path / "b", "")
    for months in (3, 6, 7):
        said = brought(grown, *YEAR[:months])
    assert re.search(r"fec.txt +FEC +1 +7", said)
    brought(whole, *YEAR)
    strip = re.compile(r'.*(?:source|empreinte): ".*\n')
    assert [strip.sub("", t) for t in entries(grown, "fec").values()] == [
        strip.sub("", t) for t in entries(whole, "fec").values()
    ]
    assert owed(grown) == owed(whole)
    before = written(grown)
    brought(grown, *YEAR)
    assert written(grown) == before


@pytest.mark.slow
def test_an_export_twice_overlapping_and_corrected(root: Path) -> None:
    """January to March, once more, its end and its beginning alone, then with other sums in the
    opening balance: told, and the books stay as they are."""
    brought(root, *YEAR)
    before = written(root)
    for entries_ in (YEAR, YEAR[3:], YEAR[:4]):
        brought(root, *entries_)
        assert written(root) == before
    corrected = tuple(
        tuple(replace(row, amount=row.amount * 2) for row in rows) if place == 0 else rows
        for place, rows in enumerate(YEAR)
    )
    told = brought(root, *corrected, status=2)
    assert "AN/AN001 du 01/01/2026 a changé : 600,00 € ici, dans les livres 300,00 €" in told
    assert written(root) == before


@pytest.mark.slow
def test_an_entry_of_an_export_taken_out_comes_back_and_one_left_out_stays(root: Path) -> None:
    """Its ids are on no list: what a person strikes out is read again from the next export."""
    export = (sale(1, JAN, "100"), sale(2, JAN, "30", MULLER))
    brought(root, *export)
    assert not (root / "ledger/importe/deja-importes.txt").exists() or "fec:" not in (
        root / "ledger/importe/deja-importes.txt"
    ).read_text(encoding="utf-8")
    path = root / "ledger/importe/fec-2026.beancount"
    text = path.read_text(encoding="utf-8")
    blocks = text.split("\n\n")
    kept = [block for block in blocks if "^FA-001" not in block]
    path.write_text(
        "\n\n".join(kept).replace(" ^FA-002\n", " ^FA-002\n  relance: FALSE\n"), encoding="utf-8"
    )
    assert owed(root) == {"FA-002": Decimal(30)}
    brought(root, *export)
    assert owed(root) == {"FA-001": Decimal(100), "FA-002": Decimal(30)}
    assert waits(root)["FA-002"] == "exclu"


def test_an_opening_without_document_waits_until_its_invoices_are_written(root: Path) -> None:
    """330.00 of two clients; Muller's 80.00 are two invoices, written into the entry."""
    start = date(2026, 1, 1)
    rows = opening(1, start, ("", "250", start, DUPONT, ""), ("", "80", start, MULLER, ""))
    named = tuple(replace(row, label="REPORT A NOUVEAU") for row in rows)
    told = brought(root, named)
    assert "2 reprises sans numéro de pièce, 330,00 €" in told
    assert "fec.txt:2" in told
    on = OnDay(read_policy(root / "relance.yaml"), books(root), date(2026, 12, 31))
    (wait,) = [x for x in make_plan(on).waits if x.claim.client.name == MULLER[1]]
    assert wait.code == "sans-numero"
    assert "une ligne par facture encore due" in wait.reason
    place = re.search(r"\((ledger/importe/fec-2026\.beancount):(\d+)\)$", wait.reason)
    assert place is not None
    path = root / place[1]
    lines = path.read_text(encoding="utf-8").split("\n")
    assert "80.00 EUR" in lines[int(place[2]) - 1]
    lines[int(place[2]) - 1] = (
        f'  {M}  50.00 EUR\n    facture: "F25-12"\n    echeance: 2025-12-31\n'
        f'  {M}  30.00 EUR\n    facture: "F25-14"\n    echeance: 2026-01-15'
    )
    path.write_text("\n".join(lines), encoding="utf-8")
    expected = {"": Decimal(250), "F25-12": Decimal(50), "F25-14": Decimal(30)}
    assert owed(root) == expected
    again = brought(root, named)
    assert owed(root) == expected
    assert "reprises sans numéro" not in again


def test_the_openings_of_the_next_year_say_again_what_the_books_hold(root: Path) -> None:
    """FA-001 of 100.00 unpaid goes over to 2027, where it is paid under letters; 15.00 more than
    the books say are told."""
    brought(root, sale(1, JAN, "100"), sale(2, JAN, "30", MULLER))
    start = date(2027, 1, 1)
    rows = (("FA-001", "100", JAN, DUPONT, "K"), ("FA-002", "45", JAN, MULLER, ""))
    settled = paid(1, date(2027, 1, 8), "100", letters="K")
    said = brought(root, opening(1, start, *rows), settled)
    assert owed(root, date(2027, 12, 31)) == {"FA-002": Decimal(30)}
    assert balance(root, D) == 0
    assert "reprise de 45,00 € au 01/01/2027, les livres disent 30,00 €" in said


def test_what_came_before_the_opening_of_the_books_is_left(root: Path) -> None:
    brought(root, *YEAR[:1])
    drop(
        root, fec_txt=fec(tuple(replace(row, day=date(2025, 11, 5)) for row in sale(9, JAN, "300")))
    )
    said = imports(root)
    assert "1 ligne d'avant la reprise des livres" in said
    assert balance(root, D) == Decimal(300)


def test_a_changed_lettering_is_told_and_followed_when_asked(root: Path) -> None:
    before = (sale(1, JAN, "100"), sale(2, JAN, "100"), paid(1, FEB, "100"))
    after = (before[0], sale(2, JAN, "100", letters="A"), paid(1, FEB, "100", letters="A"))
    brought(root, *before)
    assert owed(root) == {"FA-002": Decimal(100)}
    books_before = written(root)
    said = brought(root, *after)
    assert "2 lignes d'un autre lettrage que dans les livres" in said
    assert "relance importer --suivre-lettrage les récrit" in said
    assert written(root) == books_before
    brought(root, *after, options="--suivre-lettrage")
    assert owed(root) == {"FA-001": Decimal(100)}
    assert len(entries(root, "fec")) == 3


def test_what_a_person_changed_is_not_rewritten(root: Path) -> None:
    brought(root, sale(1, JAN, "100"), paid(1, FEB, "100"))
    path = "ledger/importe/fec-2026.beancount"
    text = (root / path).read_text(encoding="utf-8").replace("VIREMENT", "Acompte de Paul")
    write(root, path, text)
    after = (sale(1, JAN, "100", letters="A"), paid(1, FEB, "100", letters="A"))
    said = brought(root, *after, status=2, options="--suivre-lettrage")
    assert "vous avez changé cette écriture" in said
    assert "Acompte de Paul" in entries(root, "fec")["fec:BQ/BQ001/2026-02-20.2"]


def test_an_amount_or_a_day_that_changed_is_told_not_replaced(root: Path) -> None:
    brought(root, sale(1, JAN, "100"), sale(2, JAN, "50"), paid(1, FEB, "10"))
    before = written(root)
    moved = tuple(replace(row, day=day(13)) for row in sale(2, JAN, "50"))
    said = brought(root, sale(1, JAN, "120"), moved, paid(1, FEB, "10"), status=2)
    assert "VE/VE001 du 12/01/2026 a changé : 120,00 € ici, dans les livres 100,00 €" in said
    assert "VE/VE002 est du 13/01/2026, dans les livres du 12/01/2026" in said
    assert written(root) == before


def test_an_entry_that_the_export_lost_is_told(root: Path) -> None:
    brought(root, sale(1, JAN, "100"), sale(2, JAN, "50"), sale(3, FEB, "1"))
    said = brought(root, sale(1, JAN, "100"), sale(3, FEB, "1"))
    assert "l'écriture VE/VE002 n'est plus dans ce FEC" in said
    assert balance(root, D) == Decimal(151)


# ---------------------------------------------------------------- Beside other sources


BY_HAND = """\
2010-01-01 open Actifs:Clients:Dupont
  client: "Menuiserie Dupont"
2026-01-12 * "Menuiserie Dupont" "Facture" ^FA-001
  echeance: 2026-03-31
  Actifs:Clients:Dupont   100.00 EUR
  Produits:Ventes
2026-02-18 * "Menuiserie Dupont" "Virement" ^FA-001
  Actifs:Banque   40.00 EUR
  Actifs:Clients:Dupont
"""


def test_what_a_person_wrote_is_known(tmp_path: Path) -> None:
    root = company(tmp_path, BY_HAND)
    said = brought(root, sale(1, JAN, "100"), paid(1, FEB, "40"), paid(2, FEB, "40"))
    assert re.search(r"fec.txt +FEC +1 +2", said)
    assert balance(root, "Actifs:Clients:Dupont") == Decimal(20)


def test_another_amount_than_the_one_written_by_hand_is_told(tmp_path: Path) -> None:
    root = company(tmp_path, BY_HAND)
    said = brought(root, sale(1, JAN, "130"), status=2)
    assert "FA-001 est de 130,00 €, et y est saisie pour 100,00 €" in said
    assert balance(root, "Actifs:Clients:Dupont") == Decimal(60)


def test_the_statement_that_comes_after_the_export_pays_nothing_twice(root: Path) -> None:
    brought(root, sale(1, JAN, "100"), paid(1, FEB, "40"))
    line = Paid(FEB, Decimal(40), "VIR FA-001", "MENUISERIE DUPONT", reference="C1")
    month = Month(Decimal(1000), (line,), date(2026, 2, 1), date(2026, 2, 28))
    drop(root, releve_ofx=bank.ofx(month))
    imports(root)
    assert balance(root, D) == Decimal(60)
    assert balance(root, "Actifs:Banque") == Decimal(40)


# ---------------------------------------------------------------- Bad lines, settings


def test_a_line_of_a_client_that_cannot_be_read_holds_him(root: Path) -> None:
    good = (sale(1, JAN, "100"), sale(2, JAN, "30", MULLER), paid(1, FEB, "90"))
    bad = fec(*good).decode().replace("0,00\t90,00", "0,00\tquatre-vingt-dix")
    drop(root, fec_txt=bad.encode())
    said = imports(root, status=2)
    assert "son montant « quatre-vingt-dix » n'est pas un nombre" in said
    assert waits(root)["FA-001"] == "suspension"
    assert waits(root)["FA-002"] != "suspension"
    brought(root, *good)
    assert waits(root)["FA-001"] != "suspension"
    assert balance(root, D) == Decimal(10)


@pytest.mark.slow
@pytest.mark.parametrize("number", ["C0001", "D0001"], ids=["by its number", "by its name"])
def test_a_line_that_cannot_be_read_holds_a_client_of_an_earlier_export(
    root: Path, number: str
) -> None:
    """The one line of the month about Dupont, whose invoice came in the month before."""
    brought(root, sale(1, JAN, "100"))
    month = (sale(2, FEB, "30", MULLER), paid(1, FEB, "90", (number, DUPONT[1])))
    bad = fec(*month).decode().replace("0,00\t90,00", "0,00\tquatre-vingt-dix")
    drop(root, fec_txt=bad.encode())
    imports(root, status=2)
    assert waits(root)["FA-001"] == "suspension"
    assert waits(root)["FA-002"] != "suspension"
    brought(root, *month[:1], paid(1, FEB, "90"))
    assert waits(root)["FA-001"] != "suspension"
    assert balance(root, D) == Decimal(10)


def test_lines_of_no_client_are_never_dunned(root: Path) -> None:
    brought(root, sale(1, JAN, "100", ("", "")))
    assert waits(root) == {"FA-001": "exclu"}


def test_two_clients_of_one_name_stay_two(root: Path) -> None:
    brought(root, sale(1, JAN, "100"), sale(2, JAN, "30", ("C0009", "Menuiserie Dupont")))
    assert balance(root, D) == Decimal(100)
    assert balance(root, f"{D}-2") == Decimal(30)


def test_two_parts_of_one_invoice_are_instalments(root: Path) -> None:
    first, *answers = sale(1, JAN, "100", label="éch. 28/02/2026")
    second = replace(first, amount=Decimal(60), label="éch. 31/03/2026")
    brought(root, (replace(first, amount=Decimal(40)), second, *answers))
    on = OnDay(read_policy(root / "relance.yaml"), books(root), date(2026, 12, 1))
    dues = sorted((claim.due, claim.balance) for claim in on.claims)
    assert dues == [(date(2026, 2, 28), Decimal(40)), (date(2026, 3, 31), Decimal(60))]


def test_what_the_policy_says_of_exports(tmp_path: Path) -> None:
    settings = (
        "{delai: 45 fin de mois, numero: ecriture, echeance: delai, journaux: {nouveaux: OD}}"
    )
    root = company(tmp_path, "", f"importer: {{fec: {settings}}}\n")
    entry = other(1, day(1), ("411000", "70", DUPONT, ""), ("110000", "-70", ("", ""), ""))
    brought(root, entry, sale(1, day(20), "100", label="éch. 28/01/2026"))
    assert 'delai: "45 fin de mois"' in written(root)["clients.beancount"]
    assert owed(root) == {"OD1": Decimal(70), "VE001": Decimal(100)}
    assert balance(root, "Capitaux:Reprise-FEC") == Decimal(-70)
    on = OnDay(read_policy(root / "relance.yaml"), books(root), date(2026, 12, 1))
    assert {claim.invoice: claim.due for claim in on.claims}["VE001"] == date(2026, 3, 31)


CHOSEN = """
importer:
  fec:
    vente: Produits:Divers
    banque: Actifs:Caisse
    attente: Passifs:AReclasser
    pertes: Charges:Irrecouvrables
    reprise: Capitaux:Ouverture
"""


def test_the_accounts_that_the_policy_names_answer_each_kind_of_line(tmp_path: Path) -> None:
    """Those named of money and sales are opened by a person, the others by the import: an opening
    balance of 70, a sale of 120 with 20 of VAT, 50 received, 9 lost, 4 of another kind."""
    ledger = "".join(f"2010-01-01 open {name}\n" for name in ("Produits:Divers", "Actifs:Caisse"))
    root = company(tmp_path, ledger, CHOSEN)
    nobody = ("", "")
    brought(
        root,
        opening(1, day(1), ("FA25-9", "70", date(2025, 11, 5), DUPONT, "")),
        sale(1, JAN, "120"),
        paid(1, FEB, "50"),
        other(1, FEB, ("654000", "9", nobody, ""), ("411000", "-9", DUPONT, "")),
        other(2, MAR, ("411000", "-4", DUPONT, ""), ("467000", "4", nobody, "")),
    )
    assert {name: balance(root, name) for name in (
        "Capitaux:Ouverture", "Produits:Divers", "Actifs:Caisse", "Charges:Irrecouvrables",
        "Passifs:AReclasser",
    )} == {
        "Capitaux:Ouverture": Decimal(-70), "Produits:Divers": Decimal(-100),
        "Actifs:Caisse": Decimal(50), "Charges:Irrecouvrables": Decimal(9),
        "Passifs:AReclasser": Decimal(4),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("journals", "account"),
    [("{ventes: [od]}", "Produits:Ventes"), ("{banque: [od]}", "Actifs:Banque")],
)
def test_a_journal_that_the_policy_names_says_what_its_entries_are(
    tmp_path: Path, journals: str, account: str
) -> None:
    """A credit answered by an account of no class that tells (467)."""
    root = company(tmp_path, "", f"importer: {{fec: {{journaux: {journals}}}}}\n")
    lines = (("411000", "-4", DUPONT, ""), ("467000", "4", ("", ""), ""))
    brought(root, other(1, MAR, *lines))
    assert (balance(root, account), balance(root, D)) == (Decimal(4), Decimal(-4))


def test_an_export_stays_where_it_is(root: Path) -> None:
    brought(root, sale(1, JAN, "100"))
    assert (root / "ledger/a-importer/fec.txt").exists()
    assert not any(path.startswith(("pieces/", "releves/")) for path in written(root))
