"""Entries that cannot be taken at their word: what each holds, and what it leaves alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from relance.values.problem import Refusal
from story import balances, company, issue, outcome, plan

# F2026-0001 of 100.00, due on 10 March, and F2026-0002 of 200.00, due on 31 March.
TWO = """
2026-02-10 * "Durand" "Facture" ^F2026-0001
  echeance: 2026-03-10
  Actifs:Clients:Durand  100.00 EUR
  Produits:Ventes
2026-02-28 * "Durand" "Facture" ^F2026-0002
  echeance: 2026-03-31
  Actifs:Clients:Durand  200.00 EUR
  Produits:Ventes
"""
LATE = "2026-04-15"
BOTH = {"F2026-0001": "100.00", "F2026-0002": "200.00"}


def paid(links: str, amount: str = "-40.00", more: str = "", flag: str = "*") -> str:
    """A movement with the bank on 1 March."""
    return f"""
2026-03-01 {flag} "Durand" "Virement" {links}
  Actifs:Clients:Durand  {amount} EUR{more}
  {"Produits:Ventes" if "#avoir" in links else "Actifs:Banque"}
"""


@pytest.mark.parametrize(
    ("story", "left", "code"),
    [
        # it may have paid either: neither is reduced, neither is asked for
        (paid("^F2026-0009"), BOTH, "credit-inexplique"),
        (paid("^f2026-0002"), BOTH, "credit-inexplique"),
        (paid("^2026-0002"), BOTH, "credit-inexplique"),
        (paid("", more='\n    facture: "F2026-9"'), BOTH, "credit-inexplique"),
        # one name of two is known: it is for that one
        (paid("^F2026-0002 ^F2026-0009"), {**BOTH, "F2026-0002": "160.00"}, None),
        # a bank's own reference is no invoice's, as without any
        (paid("^VIR-12"), {**BOTH, "F2026-0001": "60.00"}, None),
        # a credit note bears a number of its own series
        (paid("^A2026-0001 #avoir"), {**BOTH, "F2026-0001": "60.00"}, None),
        # one that names an invoice, of the next year perhaps: which one does it reduce?
        (paid("^F2027-0002 #avoir"), BOTH, "credit-inexplique"),
        # a draft waits under its own name
        (paid("^F2026-0009", flag="!"), BOTH, "reglement-brouillon"),
        # an invoice with two numbers has none: what names one of them is for nobody knows which
        (
            paid("^F2026-0003")
            + TWO[:TWO.index("2026-02-28")].replace("^F2026-0001", "^F2026-0003 ^FICHE-12"),
            BOTH,
            "credit-inexplique",
        ),
    ],
)  # fmt: skip
def test_money_for_an_unknown_invoice(
    tmp_path: Path, story: str, left: dict[str, str], code: str | None
) -> None:
    books = company(tmp_path, TWO + story)
    found = balances(books, LATE)
    assert {name: found[name] for name in BOTH} == left
    for name in BOTH:
        assert (outcome(books, LATE, name) == code) == (code is not None)


def test_it_is_told_with_its_place_and_what_to_write(tmp_path: Path) -> None:
    books = company(tmp_path, TWO + paid("^F2026-0012"))
    found = plan(books, LATE)
    wait = next(each for each in found["attentes"] if each["code"] == "credit-inexplique")
    assert "40.00 EUR reçus pour F2026-0012" in wait["motif"]
    assert "ledger/main.beancount:" in wait["motif"] and "vouliez-vous" in wait["motif"]
    assert found["lettres"] == []
    assert sum("F2026-0012" in each for each in found["avertissements"]) == 1


def test_one_of_two_same_payments_given_back_is_told(tmp_path: Path) -> None:
    """100.00 twice, 100.00 back: paid, unless one payment is a copy and the other was refused."""
    back = paid("^F2026-0001", "100.00").replace("03-01", "03-09")
    books = company(tmp_path, TWO + moved("-100.00") * 2 + back)
    assert balances(books, LATE) == {"F2026-0002": "200.00"}
    assert outcome(books, LATE, "F2026-0002") == "relance-1"
    assert sum("deux fois" in each for each in plan(books, LATE)["avertissements"]) == 1


def test_an_invoice_paid_whole_twice(tmp_path: Path) -> None:
    """On 5 and on 6 March: the second 100.00 may be for F2026-0002, or nothing."""
    again = moved("-100.00").replace("03-05", "03-06")
    books = company(tmp_path, TWO + moved("-100.00") + again)
    wait = next(x for x in plan(books, LATE)["attentes"] if x["facture"] == "F2026-0002")
    assert wait["code"] == "doublon" and wait["motif"].count("main.beancount:") == 2
    back = paid("^F2026-0001", "100.00").replace("03-01", "03-09")
    books.add(back)
    assert outcome(books, LATE, "F2026-0002") == "relance-1"


def test_a_rejection_noted_twice_takes_nobody_else_s_money(tmp_path: Path) -> None:
    """F2026-0001 was paid and refused; refused once more, it would take the 60.00 that were for
    F2026-0002."""
    free = moved("-60.00", "")
    back = paid("^F2026-0001", "100.00").replace("03-01", "03-09")
    once = moved("-100.00") + free + back
    books = company(tmp_path, TWO + once)
    assert outcome(books, LATE, "F2026-0002") == "relance-1"
    books.add(back.replace("03-09", "03-10"))
    assert outcome(books, LATE, "F2026-0002") == "debit-inexplique"


@pytest.mark.parametrize("due", ["2026-01-10", "2026-03-10"])
def test_money_without_a_reference_that_went_to_a_doubtful_claim(tmp_path: Path, due: str) -> None:
    """60.00 went to F2026-0001, whose due date may be wrong: were they for F2026-0002?"""
    books = company(tmp_path, TWO.replace("2026-03-10", due) + moved("-60.00", ""))
    code = "echeance-avant-facture" if due < "2026-02-10" else "relance-1"
    assert outcome(books, LATE, "F2026-0002") == code


def test_a_doubt_about_an_instalment_holds_the_others(tmp_path: Path) -> None:
    parts = """
2026-02-10 * "Durand" "Facture" ^F2026-0001
  Actifs:Clients:Durand  100.00 EUR
    echeance: 2026-01-10
  Actifs:Clients:Durand  100.00 EUR
    echeance: 2026-03-10
  Produits:Ventes
"""
    codes = {each["code"] for each in plan(company(tmp_path, parts), LATE)["attentes"]}
    assert codes == {"echeance-avant-facture"}


def lost(amount: str) -> str:
    return f"""
2026-03-08 * "Durand" "Abandon" ^F2026-0001
  Actifs:Clients:Durand  {amount} EUR
  Charges:Pertes
"""


def moved(amount: str, links: str = "^F2026-0001", words: str = "Mouvement") -> str:
    """A movement with the bank on 5 March."""
    return paid(links, amount).replace("03-01", "03-05").replace("Virement", words)


@pytest.mark.parametrize(
    ("story", "codes"),
    [
        # 40 of 100, twice: was it 80?
        (moved("-40.00") * 2, ("doublon", None)),
        # once more than is owed: the rest may be nobody's
        (moved("-100.00") * 2, (None, "doublon")),
        (moved("-60.00") * 2, (None, "doublon")),
        # to the cent: nobody writes that by mistake
        (moved("-50.00") * 2, (None, None)),
        (moved("-40.00") + moved("-40.00", words="Chèque"), (None, None)),
        (moved("-40.00") + moved("-40.00", "^F2026-0002"), (None, None)),
        (moved("-40.00") + moved("-40.00").replace("03-05", "03-06"), (None, None)),
        (moved("-40.00", "") * 2, ("doublon", "doublon")),
    ],
)
def test_the_same_money_twice(
    tmp_path: Path, story: str, codes: tuple[str | None, str | None]
) -> None:
    books = company(tmp_path, TWO + story)
    found = tuple(outcome(books, LATE, name) for name in BOTH)
    assert tuple(code if code == "doublon" else None for code in found) == codes


def test_both_places_are_told(tmp_path: Path) -> None:
    books = company(tmp_path, TWO + moved("-40.00") * 2)
    (wait,) = [each for each in plan(books, LATE)["attentes"] if each["code"] == "doublon"]
    assert wait["motif"].count("ledger/main.beancount:") == 2


@pytest.mark.parametrize(
    ("story", "left", "code"),
    [
        # a loss with the wrong sign undoes no payment
        (moved("-80.00") + lost("20.00"), "20.00", "debit-inexplique"),
        # a loss taken back is owed again, the payment stays
        (moved("-80.00") + lost("-20.00") + lost("20.00").replace("03-08", "03-09"), "20.00", None),
    ],
)
def test_a_loss_undoes_no_payment(tmp_path: Path, story: str, left: str, code: str | None) -> None:
    books = company(tmp_path, TWO + story)
    assert balances(books, LATE)["F2026-0001"] == left
    assert (outcome(books, LATE, "F2026-0001") == "debit-inexplique") == (code is not None)


def sold(number: str, name: str = "Durand", account: str = "Durand") -> str:
    """An invoice of 300.00, due on 30 March."""
    return f"""
2026-03-01 * "{name}" "Facture" ^{number}
  echeance: 2026-03-30
  Actifs:Clients:{account}  300.00 EUR
  Produits:Ventes
"""


SERIES = "".join(sold(f"F2026-{n:04d}") for n in (*range(3, 14), 15))


@pytest.mark.parametrize(
    ("story", "held"),
    [
        (sold("f2026-0002"), {"f2026-0002", "F2026-0002"}),
        (sold("F2026_0002"), {"F2026_0002", "F2026-0002"}),
        (sold("2026-0002"), {"2026-0002", "F2026-0002"}),
        # two series, each with its letters
        (sold("A2026-0002"), set()),
        (sold("FA2026-0002"), set()),
        # built as no other, and 14 is missing
        (SERIES + sold("f2026-0014"), {"f2026-0014"}),
        (SERIES + sold("2026-0014"), {"2026-0014"}),
        (SERIES + sold("F2026-0014"), set()),
        # the first of a new series
        (SERIES + sold("2026-0016"), set()),
        (SERIES + sold("2027-0001"), set()),
    ],
)
def test_numbers_that_resemble_each_other(tmp_path: Path, story: str, held: set[str]) -> None:
    books = company(tmp_path, TWO + story)
    waits = {x["facture"] for x in plan(books, LATE)["attentes"] if x["code"] == "numero-douteux"}
    assert waits == held


def test_a_number_of_the_register_that_the_books_no_longer_know(tmp_path: Path) -> None:
    """A letter cites F2026-0001; the books then say F2026-0010."""
    books = company(tmp_path, TWO)
    assert issue(books, "2026-03-20")["lettres"]
    assert outcome(books, LATE, "F2026-0001") not in (None, "numero-douteux")
    books.replace("^F2026-0001", "^F2026-0010")
    assert outcome(books, LATE, "F2026-0010") == "numero-douteux"
    assert outcome(books, LATE, "F2026-0002") != "numero-douteux"
    books.replace("^F2026-0010", "^G7")
    assert outcome(books, LATE, "G7") != "numero-douteux"
    assert any(
        "que Actifs:Clients:Durand n'a plus" in x for x in plan(books, LATE)["avertissements"]
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (sold("x").replace("^x", "#F2026-0003"), "^F2026-0003"),
        (sold("F2026#0003"), "^F2026-0003"),
    ],
)
def test_a_number_written_as_a_tag_is_refused(tmp_path: Path, written: str, meant: str) -> None:
    with pytest.raises(Refusal, match=re.escape(meant)):
        plan(company(tmp_path, TWO + written), LATE)


OTHER = """
2026-01-01 open Actifs:Clients:Petit
  client: "Petit"
  type: "professionnel"
"""


@pytest.mark.parametrize(
    ("story", "held"),
    [
        (sold("F2026-0003", "Petit"), {"F2026-0003"}),
        (sold("F2026-0003", "Inconnu"), set()),
        (sold("F2026-0003", "Petit", "Petit"), set()),
        # whose money is it?
        (
            sold("F2026-0003", "Petit", "Petit") + paid("").replace("Durand", "Petit", 1),
            {*BOTH, "F2026-0003"},
        ),
        # who pays for another, and says what
        (paid("^F2026-0001").replace("Durand", "Petit", 1), set()),
    ],
)
def test_the_payee_is_another_client(tmp_path: Path, story: str, held: set[str]) -> None:
    books = company(tmp_path, TWO + OTHER + story)
    waits = {x["facture"] for x in plan(books, LATE)["attentes"] if x["code"] == "autre-tiers"}
    assert waits == held


def elsewhere(payee: str, link: str, one: str, two: str) -> str:
    """An entry that moves no client account."""
    return f"""
2026-03-05 * "{payee}" "Mouvement" {link}
  {one}  40.00 EUR
  {two}
"""


@pytest.mark.parametrize(
    ("story", "held", "told"),
    [
        (elsewhere("Durand SARL", "^F2026-0001", "Actifs:Banque", "Produits:Ventes"), True, True),
        (elsewhere("", "^F2026-0001", "Actifs:Banque", "Capitaux:Reprise"), True, True),
        # a sale that may have been paid at once
        (elsewhere("Durand SARL", "^F2026-0009", "Actifs:Banque", "Produits:Ventes"), False, True),
        # the bank's costs of a rejection, a supplier's invoice
        (elsewhere("Banque", "^F2026-0001", "Charges:Pertes", "Actifs:Banque"), False, False),
        (elsewhere("Fournisseur", "^F77", "Charges:Pertes", "Actifs:Banque"), False, False),
        # a loss whose other line is not the client's; the tax of a receipt
        (elsewhere("Durand SARL", "^F2026-0001", "Charges:Pertes", "Capitaux:Reprise"), True, True),
        (elsewhere("", "^F2026-0001", "Charges:Pertes", "Charges:Pertes"), True, True),
        (elsewhere("", "^F2026-0001", "Capitaux:Reprise", "Capitaux:Reprise"), False, False),
    ],
)
def test_a_number_on_nobodys_account(tmp_path: Path, story: str, *, held: bool, told: bool) -> None:
    books = company(tmp_path, TWO + story)
    assert (outcome(books, LATE, "F2026-0001") == "hors-compte") == held
    assert any("aucun compte client" in x for x in plan(books, LATE)["avertissements"]) == told


def test_a_draft_invoice_is_told_from_its_day(tmp_path: Path) -> None:
    books = company(tmp_path, TWO + sold("F2026-0003").replace(" * ", " ! "))
    told = [x for x in plan(books, LATE)["avertissements"] if "brouillon" in x]
    assert len(told) == 1 and "F2026-0003" in told[0]
    assert not any("brouillon" in x for x in plan(books, "2026-02-28")["avertissements"])


def note(words: str, more: str = "", links: str = "^F2026-0001") -> str:
    return f'2026-03-05 note Actifs:Clients:Durand "{words}" {links}{more}\n'


@pytest.mark.parametrize(
    ("story", "held"),
    [
        (note("Vu.", "\n  jusqu-au: 2026-12-31"), {"F2026-0001"}),
        (note("Vu.", " #pause\n  jusqu-au: 2026-12-31"), {"F2026-0001"}),
        (note("Litige : deux portes."), {"F2026-0001"}),
        (note("Promesse", links=""), set(BOTH)),
        (note("Vu avec le client."), set()),
        (note("Plus de litige."), set()),
        (note("Vu avec le client, litige sur une porte."), {"F2026-0001"}),
        (note("Le client conteste.", links=""), set(BOTH)),
        # it knew no invoice of a later day
        (note("Le client conteste.", links="").replace("03-05", "02-15"), {"F2026-0001"}),
        (note("Vu.", " #attente"), {"F2026-0001"}),
        (note("Vu.", " #livraison"), set()),
        (note("Vu.", " #appel"), set()),
    ],
)
def test_a_note_that_should_hold(tmp_path: Path, story: str, held: set[str]) -> None:
    books = company(tmp_path, TWO + story)
    waits = {x["facture"] for x in plan(books, LATE)["attentes"] if x["code"] == "note-incomprise"}
    assert waits == held


@pytest.mark.parametrize(
    "story",
    [
        note("Vu.", " ^litige"),
        note("Vu.", " #promesse\n  echeance: 2025-12-31"),
        note("Vu.", " #suspension\n  jusqu-au: 2025-12-31"),
    ],
)
def test_a_note_that_cannot_hold_is_refused(tmp_path: Path, story: str) -> None:
    with pytest.raises(Refusal):
        plan(company(tmp_path, TWO + story), LATE)
