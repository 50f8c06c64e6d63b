"""What is odd in the books is asked about: what each oddity holds, and what resembles one and is
none."""

from __future__ import annotations

from pathlib import Path

import pytest

from relance.ledger.unread_files import unread_files
from relance.values.problem import Refusal
from story import Story, balances, company, outcome, plan

LATE = "2026-04-15"
DURAND = "Actifs:Clients:Durand"
# F2026-0001 of 100.00, due on 10 March, F2026-0002 of 200.00, due on 31 March.
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
BOTH = {"F2026-0001", "F2026-0002"}


def held(story: Story, code: str, day: str = LATE) -> set[str]:
    """The invoices that wait with that code."""
    return {x["facture"] for x in plan(story, day)["attentes"] if x["code"] == code}


def reason(story: Story, code: str, day: str = LATE) -> str:
    """The words of the first such wait."""
    return str(next(x["motif"] for x in plan(story, day)["attentes"] if x["code"] == code))


def entry(day: str, head: str, *lines: str) -> str:
    return f"\n{day} * {head}\n" + "".join(f"  {line}\n" for line in lines)


def sale(number: int, day: str = "2026-02-10", year: int = 2026, more: str = "") -> str:
    return entry(
        day, f'"Martin" "Facture" ^F{year}-{number:04d}', *filter(None, [more]),
        "Actifs:Clients:Martin  50.00 EUR", "Produits:Ventes",
    )  # fmt: skip


# ---------------------------------------------------------------- Amounts


@pytest.mark.parametrize(
    ("links", "names"), [("^F2026-0001", BOTH), ("", BOTH), ("^F2026-0009", BOTH)]
)
def test_a_line_of_nothing(tmp_path: Path, links: str, names: set[str]) -> None:
    nothing = entry("2026-03-01", f'"Durand" "…" {links}', f"{DURAND}  0.00 EUR", "Actifs:Banque")
    story = company(tmp_path, TWO + nothing)
    assert held(story, "montant-douteux") == names
    assert any("une ligne de 0 EUR" in each for each in plan(story, LATE)["avertissements"])


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("1,032", True),  # was it 1.032?
        ("1032", False),
        ("1,032.00", False),
    ],
)
def test_a_comma_that_makes_thousands(tmp_path: Path, typed: str, *, asked: bool) -> None:
    bill = entry(
        "2026-03-01", '"Durand" "…" ^F2026-0003', f"{DURAND}  {typed} EUR", "Produits:Ventes"
    )
    story = company(tmp_path, TWO + bill, "delai: 30\n")
    names = {*BOTH, "F2026-0003"} if asked else set()
    assert held(story, "montant-douteux") == names
    if asked:
        told = reason(story, "montant-douteux")
        assert told.startswith("« 1,032 » se lit 1032.00 EUR (ledger/main.beancount:")


def test_who_writes_thousands_so_means_them(tmp_path: Path) -> None:
    bought = entry("2026-03-02", '"X" "…"', "Charges:Pertes  2,400.00 EUR", "Actifs:Banque")
    paid = entry("2026-03-01", '"Durand" "…" ^F2026-0001', f"{DURAND}  -1,320 EUR", "Actifs:Banque")
    assert held(company(tmp_path, TWO + paid + bought), "montant-douteux") == set()


@pytest.mark.parametrize(
    ("currency", "declared", "names"),
    [
        ("ERU", "", {*BOTH, "F2026-0003"}),
        ("CHF", "", set()),
        ("FRF", "", set()),  # of old, but a currency
        ("XBC", "2020-01-01 commodity XBC\n", set()),
    ],
)
def test_a_currency_that_nobody_knows(
    tmp_path: Path, currency: str, declared: str, names: set[str]
) -> None:
    bill = entry("2026-03-01", '"Durand" "…" ^F2026-0003', f"{DURAND}  5.00 {currency}",
                 "Produits:Ventes")  # fmt: skip
    assert held(company(tmp_path, TWO + declared + bill), "montant-douteux") == names


@pytest.mark.parametrize(("lines", "names"), [(20, BOTH), (5, set())])
@pytest.mark.parametrize("price", ["", " @ 1.05 EUR"])
def test_the_only_line_in_a_currency(
    tmp_path: Path, lines: int, names: set[str], price: str
) -> None:
    bill = entry("2026-03-01", '"Durand" "…" ^F2026-0003', f"{DURAND}  5.00 CHF{price}",
                 "Produits:Ventes")  # fmt: skip
    books = TWO + "".join(sale(number) for number in range(11, 11 + lines)) + bill
    asked = {*names, "F2026-0003"} if names and not price else set()
    assert held(company(tmp_path, books, "delai: 30\n"), "montant-douteux") == asked


@pytest.mark.parametrize(("currency", "names"), [("EURO", BOTH), ("EU", BOTH), ("HEURES", set())])
def test_nearly_a_currency(tmp_path: Path, currency: str, names: set[str]) -> None:
    paid = entry("2026-03-01", '"Durand" "…"', f"{DURAND}  -5.00 {currency}", "Actifs:Banque")
    assert held(company(tmp_path, TWO + paid), "montant-douteux") == names


# ---------------------------------------------------------------- Numbers


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("F2026-9999", {"F2026-9999"}),
        ("F2026-0003", set()),
        ("2026/0003", set()),  # the link spells it otherwise
    ],
)
def test_a_key_that_contradicts_the_link(tmp_path: Path, key: str, names: set[str]) -> None:
    bill = entry("2026-03-01", '"Durand" "…" ^F2026-0003', f'facture: "{key}"',
                 f"{DURAND}  5.00 EUR", "Produits:Ventes")  # fmt: skip
    assert held(company(tmp_path, TWO + bill), "numero-douteux") == names


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Virement F2026-0002", BOTH),
        ("Virement F2026-0002 et F2026-0001", set()),
        ("Virement F2026-0009", set()),  # an invoice of nobody, a reference of their own
        ("Virement", set()),
    ],
)
def test_words_that_contradict_the_link(tmp_path: Path, words: str, names: set[str]) -> None:
    paid = entry("2026-03-01", f'"Durand" "{words}" ^F2026-0001', f"{DURAND}  -5.00 EUR",
                 "Actifs:Banque")  # fmt: skip
    assert held(company(tmp_path, TWO + paid), "numero-douteux") == names


RECEIVED = entry("2026-03-01", '"Durand" "…" ^F2026-0001', f"{DURAND}  -5.00 EUR", "Actifs:Banque")


def given_back(link: str, amount: str, account: str = "Actifs:Banque") -> str:
    return entry("2026-03-20", f'"Durand" "…" {link}', f"{DURAND}  {amount} EUR", account)


@pytest.mark.parametrize(
    ("back", "names"),
    [
        (given_back("^F2026-0002", "150.00"), {"F2026-0002"}),
        (given_back("^F2026-0002", "250.00"), BOTH),  # more than it lacks: whose was it?
        (given_back("", "30.00"), BOTH),
        (given_back("^F2026-0009", "30.00"), {"F2026-0009"}),
        (given_back("^F2026-0009", "30.00", "Actifs:Stocks"), set()),
    ],
)
def test_money_that_went_the_other_way(tmp_path: Path, back: str, names: set[str]) -> None:
    opened = "2010-01-01 open Actifs:Stocks\n"
    story = company(tmp_path, opened + TWO + RECEIVED + back, "delai: 10\n")
    assert held(story, "debit-inexplique") == names


def transfer(one: str, other: str) -> str:
    """300.00 for both invoices, on two lines."""
    return entry(
        "2026-04-01", '"Durand" "Virement" ^F2026-0001 ^F2026-0002', "Actifs:Banque  300.00 EUR",
        f"{DURAND}  -100.00 EUR", *filter(None, [one]), f"{DURAND}  -200.00 EUR",
        *filter(None, [other]),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "names"),
    [
        ('  facture: "F2026-0001"', '  facture: "F2026-0002"', set()),
        ('  facture: "F2026-0002"', '  facture: "F2026-0001"', {"F2026-0000", "F2026-0002"}),
        # the line without number takes the link that is left
        ("", '  facture: "F2026-0002"', set()),
        ('  facture: "F2026-0001"', "", set()),
        ("", "", set()),
    ],
)
def test_the_numbers_of_a_transfer(tmp_path: Path, one: str, other: str, names: set[str]) -> None:
    older = entry("2026-01-02", '"Durand" "…" ^F2026-0000', "echeance: 2026-02-01",
                  f"{DURAND}  70.00 EUR", "Produits:Ventes")  # fmt: skip
    story = company(tmp_path, older + TWO + transfer(one, other))
    assert held(story, "numero-douteux") == names
    if not names:
        assert balances(story, LATE) == {"F2026-0000": "70.00"}


@pytest.mark.parametrize(
    ("account", "names"), [("Actifs:Banque", {"F2026-0001"}), ("Produits:Ventes", set())]
)
def test_a_credit_note_that_the_bank_received(
    tmp_path: Path, account: str, names: set[str]
) -> None:
    credit = entry(
        "2026-03-01", '"Durand" "…" ^F2026-0001 #avoir', f"{DURAND}  -40.00 EUR", account
    )
    assert held(company(tmp_path, TWO + credit), "ecriture-contradictoire") == names


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Virement F2026-0002", BOTH),  # the 40.00 went to F2026-0001
        ("Virement F2026-0001", set()),
        ("F2026-0001, F2026-0002", set()),
        ("Virement", set()),
    ],
)
def test_words_that_name_an_invoice_without_a_link(
    tmp_path: Path, words: str, names: set[str]
) -> None:
    paid = entry("2026-03-01", f'"Durand" "{words}"', f"{DURAND}  -40.00 EUR", "Actifs:Banque")
    story = company(tmp_path, TWO + paid)
    assert held(story, "credit-inexplique") == names
    if names:
        assert "ajoutez ^F2026-0002" in reason(story, "credit-inexplique")


# ---------------------------------------------------------------- Dates


SERIES = "".join(sale(number) for number in range(11, 19))


@pytest.mark.parametrize(
    ("bill", "names"),
    [
        (sale(20, "2025-03-01"), True),
        (sale(20, "2025-12-20"), False),  # numbered before the year began
        (sale(20, "2025-03-01", more='numero: "F2026-0020"'), False),  # so it is, says its author
        (sale(20, "2026-03-01", year=2025, more="date-facture: 2025-03-01"), False),
    ],
)
def test_the_year_of_a_number(tmp_path: Path, bill: str, names: bool) -> None:
    story = company(tmp_path, SERIES + bill, "delai: 30\n")
    assert bool(held(story, "date-douteuse")) == names


def test_numbers_that_bear_no_year_of_theirs_are_no_habit(tmp_path: Path) -> None:
    bills = "".join(sale(n, "2025-03-01") for n in (1, 2)) + SERIES
    assert held(company(tmp_path, bills, "delai: 30\n"), "date-douteuse") == set()


def month(number: int) -> str:
    """A movement that is nobody's doubt, one of a month."""
    return sale(100 + number, f"2026-{number:02d}-05")


YEAR = "".join(month(number) for number in range(1, 12))


@pytest.mark.parametrize(
    ("last", "code"),
    [
        (entry("2027-07-01", '"Durand" "…" ^F2026-0001', f"{DURAND}  -10.00 EUR", "Actifs:Banque"),
         "date-douteuse"),
        ('\n2027-07-01 note Actifs:Clients:Durand "…" ^F2026-0001 #suspension\n', "date-douteuse"),
        (entry("2027-03-01", '"Durand" "…" ^F2026-0001', f"{DURAND}  -10.00 EUR", "Actifs:Banque"),
         "relance-1"),  # four months later: another year begins so
        ('\n2027-07-01 note Actifs:Clients:Durand "…" ^F2026-0001\n', "relance-1"),
    ],
)  # fmt: skip
def test_what_comes_long_after_the_books(tmp_path: Path, last: str, code: str) -> None:
    """The books end in November; something of July, seven months on, was meant a year before."""
    story = company(tmp_path, TWO + YEAR + last, "delai: 30\n")
    assert outcome(story, "2026-11-24", "F2026-0001") == code
    assert outcome(story, "2027-07-02", "F2026-0001") != "date-douteuse"


def test_an_invoice_of_the_future_is_told(tmp_path: Path) -> None:
    last = entry(
        "2027-07-01", '"Durand" "…" ^F2027-0001', f"{DURAND}  10.00 EUR", "Produits:Ventes"
    )
    story = company(tmp_path, TWO + YEAR + last, "delai: 30\n")
    told = [x for x in plan(story, "2026-11-24")["avertissements"] if "juillet 2027" in x]
    assert len(told) == 1 and outcome(story, "2026-11-24", "F2026-0001") == "relance-1"


@pytest.mark.parametrize(("day", "waits"), [("2026-06-25", True), ("2026-06-10", False)])
def test_money_out_of_the_order_of_its_file(tmp_path: Path, day: str, waits: bool) -> None:
    """Between May and June: written for a day well after what follows it, or nearly in order."""
    paid = entry(day, '"Durand" "…" ^F2026-0001', f"{DURAND}  -10.00 EUR", "Actifs:Banque")
    books = TWO.replace("2026-02", "2025-12") + "".join(
        month(number) + (paid if number == 5 else "") for number in range(1, 12)
    )
    story = company(tmp_path, books, "delai: 30\n")
    assert (outcome(story, "2026-06-08", "F2026-0001") == "date-douteuse") == waits
    assert outcome(story, "2026-07-10", "F2026-0001") == "relance-1"


def test_an_invoice_due_before_its_own_date_holds_its_client_until_then(tmp_path: Path) -> None:
    """Nobody would be asked for it before 2027, and its money seems to be for others."""
    story = company(tmp_path, TWO.replace("2026-02-28", "2027-02-28"))
    assert outcome(story, "2026-04-15", "F2026-0001") == "echeance-avant-facture"


@pytest.mark.parametrize(
    ("due", "below", "waits"),
    [("2027-03-01", False, True), ("2027-03-01", True, False), ("2027-02-01", False, False)],
)
def test_an_invoice_due_more_than_a_year_later(
    tmp_path: Path, due: str, *, below: bool, waits: bool
) -> None:
    head, line = f"echeance: {due}", f"{DURAND}  50.00 EUR"
    lines = (line, f"  {head}") if below else (head, line)
    story = company(tmp_path, entry("2026-02-10", '"Durand" "…" ^F3', *lines, "Produits:Ventes"))
    assert (held(story, "date-douteuse") == {"F3"}) == waits


def parts(*lines: str) -> str:
    return entry("2026-02-10", '"Durand" "…" ^F2026-0003', *lines, "Produits:Ventes")


@pytest.mark.parametrize(
    ("lines", "waits"),
    [
        ((f"{DURAND}  50.00 EUR", "  echeance: 2026-03-10", f"{DURAND}  50.00 EUR",
          "  echeance: 2026-03-10"), True),
        ((f"{DURAND}  50.00 EUR", "  echeance: 2026-03-10", f"{DURAND}  50.00 EUR"), True),
        (("echeance: 2026-03-10", f"{DURAND}  50.00 EUR", f"{DURAND}  50.00 EUR"), False),
        ((f"{DURAND}  50.00 EUR", "  echeance: 2026-03-10", f"{DURAND}  50.00 EUR",
          "  echeance: 2026-04-10"), False),
    ],
)  # fmt: skip
def test_two_instalments_of_one_due_date(
    tmp_path: Path,
    lines: tuple[str, ...],
    waits: bool,
) -> None:
    story = company(tmp_path, TWO + parts(*lines), "delai: 30\n")
    assert (held(story, "date-douteuse") == {"F2026-0003"}) == waits


# ---------------------------------------------------------------- Comments


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("^F2026-0001\n  echeance: 2026-03-10", "^F2026-0001 ; echeance: 2026-03-10", BOTH),
        ("100.00 EUR", "100.00 EUR ; relance: FALSE", BOTH),
        ("  Actifs:Clients:Durand  200.00 EUR", "  ; Actifs:Clients:Durand  200.00 EUR",
         {"F2026-0001"}),
        # taken out on purpose, said in words, said again where it counts
        ("100.00 EUR", "100.00 EUR\n    ; echeance: 2026-05-10", set()),
        ("100.00 EUR", "100.00 EUR ; échéance reportée", set()),
        ("echeance: 2026-03-10", "echeance: 2026-03-10 ; echeance: 2026-02-10", set()),
        ('"Facture" ^F2026-0001', '"Facture ; echeance: 2026" ^F2026-0001', set()),
    ],
)  # fmt: skip
def test_what_a_semicolon_hides(tmp_path: Path, old: str, new: str, names: set[str]) -> None:
    assert old in TWO
    story = company(tmp_path, TWO.replace(old, new, 1), "delai: 30\n")
    assert held(story, "en-commentaire") == names


def test_an_entry_in_comments_is_no_entry(tmp_path: Path) -> None:
    gone = TWO[: TWO.index("2026-02-28")].replace("\n", "\n; ")
    assert held(company(tmp_path, gone + TWO), "en-commentaire") == set()


# ---------------------------------------------------------------- Clients


def debtor(name: str, *lines: str) -> str:
    head = f'2010-01-01 open Actifs:Clients:{name}\n  client: "{name}"\n  type: "professionnel"\n'
    bill = f'"{name}" "Facture" ^F2026-{len(name):04d}'
    return head + "".join(f"  {line}\n" for line in lines) + entry(
        "2026-02-10", bill, f"Actifs:Clients:{name}  9.00 EUR", "Produits:Ventes"
    )  # fmt: skip


@pytest.mark.parametrize("line", ["exclu: TRUE", "rappel: FALSE", 'statut: "en litige"'])
@pytest.mark.parametrize("others", ["", "grand-livre: {autres-cles: [exclu, rappel, statut]}\n"])
def test_a_client_that_should_not_be_reminded(tmp_path: Path, line: str, others: str) -> None:
    story = company(
        tmp_path, debtor("Lumen", 'courriel: "a@b.example"', line), f"delai: 30\n{others}"
    )
    assert held(story, "cle-non-lue") == (set() if others else {"F2026-0005"})


PLACE = ('adresse: "1 rue A\\n39000 VALBOIS"', 'courriel: "a@b.example"')


@pytest.mark.parametrize(
    ("one", "other", "third", "waits"),
    [
        ((), (), "", True),
        (('contact: "Cabinet Martin"',), (), "", False),
        (('siren: "732829320"',), ('siren: "552100554"',), "", False),
        (('siren: "732829320"',), (), "", True),
        ((), (), debtor("Troisieme", *PLACE), False),  # a manager of many
    ],
)
def test_two_clients_with_one_address(
    tmp_path: Path,
    one: tuple[str, ...],
    other: tuple[str, ...],
    third: str,
    waits: bool,
) -> None:
    books = debtor("Lumen", *PLACE, *one) + debtor("Mercure", *PLACE, *other) + third
    story = company(tmp_path, books, "delai: 30\n")
    assert held(story, "adresse-partagee") == ({"F2026-0005", "F2026-0007"} if waits else set())


def test_a_name_that_another_account_has_too(tmp_path: Path) -> None:
    """The opening was copied, and its name not changed: the invoices still name the client."""
    copied = debtor("Lumen").replace('client: "Lumen"', 'client: "Durand SARL"')
    story = company(tmp_path, TWO + copied, "delai: 30\n")
    assert held(story, "autre-tiers") == {"F2026-0005"}


# ---------------------------------------------------------------- Files and policy


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('2026-03-01 note Actifs:Clients:Durand "…" #suspension\n', True),
        (entry("2026-03-01", '"Durand" "…"', f"{DURAND}  -9.00 EUR", "Actifs:Banque"), True),
        ('2025-03-01 note Actifs:Clients:Durand "…" #suspension\n', False),  # put away
        (entry("2026-03-01", '"Poste" "…"', "Charges:Pertes  9.00 EUR", "Actifs:Banque"), False),
        ("2026-03-01 price EUR 1.1 USD\n", False),
    ],
)
def test_a_file_that_no_include_reads(tmp_path: Path, text: str, told: bool) -> None:
    story = company(tmp_path, TWO)
    story.write("ledger/suivi.beancount", text)
    problems = list(unread_files(story.root, story.books))
    assert [problem.source.path for problem in problems] == ["ledger/suivi.beancount"] * told


@pytest.mark.parametrize("rate", ["0.125", "1250", "0.5"])
def test_a_rate_whose_point_is_not_where_it_should_be(tmp_path: Path, rate: str) -> None:
    with pytest.raises(Refusal, match="n'est pas un taux"):
        plan(company(tmp_path, TWO, f"penalites: {{taux: {rate}}}\n"), LATE)
    client = f'    taux: "{rate}"\n'
    with pytest.raises(Refusal, match="n'est pas un taux"):
        plan(company(tmp_path, TWO.replace("100.00 EUR\n", f"100.00 EUR\n{client}")), LATE)


@pytest.mark.parametrize(
    ("written", "refused"),
    [
        ('document Actifs:Clients:Durand "Vu avec le client." #suspension', True),
        ('document Actifs:Clients:Durand "vu le 12.11" ^F2026-0001 #litige', True),
        ('document Actifs:Clients:Durand "litige.pdf" ^F2026-0001 #litige', False),
        ('document Actifs:Clients:Durand "litige" ^F2026-0001 #facture', False),
    ],
)
def test_a_note_written_as_a_document(tmp_path: Path, written: str, refused: bool) -> None:
    story = company(tmp_path, f"{TWO}2026-03-01 {written}\n")
    if refused:
        with pytest.raises(Refusal, match="écrivez note au lieu de document"):
            plan(story, LATE)
    else:
        assert plan(story, LATE)["lettres"]
