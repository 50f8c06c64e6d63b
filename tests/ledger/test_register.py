"""The register: clean for Beancount's own tools, read back as written, whatever the words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader
from beancount.ops import validation
from beancount.scripts.format import main as bean_format
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from relance.ledger.register_writer import write_run
from relance.values.amounts import Money
from relance.values.issued import Citation, Dispatch, IssuedLetter, Return
from relance.values.register import as_of
from story import (
    ONE_INVOICE,
    PRELUDE,
    REGISTER_HEADER,
    Story,
    cancelled,
    company,
    decide,
    issue,
    only_letter,
    outcome,
    plan,
    posted,
    put_into_register,
)

ROOTS = {"Actifs": "name_assets"}
DAY = date(2026, 3, 17)
DUE = date(2026, 3, 10)


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


WHOLE = IssuedLetter(
    id="R20260317-01",
    date=DAY,
    account="Actifs:Clients:Durand",
    path="out/lettres/2026-03-17/R20260317-01-durand-sarl.pdf",
    step="mise-en-demeure",
    rank=3,
    track="standard",
    channels=("recommande", "telephone"),
    citations=(
        Citation("R20260317-01", "F1", 1, "mise-en-demeure", 3, "standard", DUE, euros("1320.00")),
        Citation(
            "R20260317-01", "F2026-0031", 2, "relance-1", 1, "petit-montant", DUE, euros("0.50")
        ),
    ),
    stopped_on=DAY,
    days_given=8,
    total=euros("1374.52"),
    interest=euros("14.02"),
    fee=euros("40.00"),
    markdown_sha256="3bc6" * 16,
    pdf_sha256="e5a6" * 16,
    base="0123456789abcdef0123456789abcdef01234567",
    version="0.1.0, weasyprint 70.0",
    policy_sha256="77aa" * 16,
)

BARE = IssuedLetter(
    id="R20260317-02",
    date=DAY,
    account="Actifs:Clients:Mairie",
    path="out/lettres/2026-03-17/R20260317-02-mairie.md",
    step="rappel",
    rank=0,
    track="standard",
    channels=("courriel",),
)


def written(*letters: IssuedLetter, comment: str = "Facture citée.") -> str:
    return write_run(DAY, letters, ROOTS, lambda _citation: comment)


def with_register(root: Path, text: str, *letters: IssuedLetter, ledger: str = "") -> Story:
    """A company whose ledger includes this register, the letters' files in place."""
    story = company(root, ledger)
    for letter in letters:
        story.write(letter.path, "Lettre\n")
    story.write("out/registre/2026-03-17.beancount", text)
    return story


def faults(story: Story) -> list[object]:
    """What bean-check says of the whole ledger."""
    path = str(story.root / "ledger/main.beancount")
    checks = validation.HARDCORE_VALIDATIONS
    _, errors, _ = loader.load_file(path, extra_validations=checks)
    return list(errors)


# ---------------------------------------------------------------- Writing


def test_a_run_reads_back_as_written(tmp_path: Path) -> None:
    story = with_register(tmp_path, written(WHOLE, BARE), WHOLE, BARE)
    assert story.books.letters == (WHOLE, BARE)


def test_a_run_is_clean_for_bean_check(tmp_path: Path) -> None:
    assert faults(with_register(tmp_path, written(WHOLE, BARE), WHOLE, BARE)) == []


def test_bean_format_leaves_a_run_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "2026-03-17.beancount"
    path.write_text(written(WHOLE, BARE), encoding="utf-8")
    result = CliRunner().invoke(bean_format, [str(path)])
    assert (result.exit_code, result.output) == (0, written(WHOLE, BARE))


def test_the_two_kinds_of_line(tmp_path: Path) -> None:
    """A document for the letter, a note per claim; both carry the links and #relance."""
    text = written(WHOLE)
    heads = [row for row in text.splitlines() if row.startswith("2026-03-17 ")]
    assert [row.split()[1] for row in heads] == ["document", "note", "note"]
    assert all("#relance" in row and "^R20260317-01" in row for row in heads)
    assert "^F1" in heads[0] and "^F2026-0031" in heads[0]
    assert "^F1" in heads[1] and "^F2026-0031" not in heads[1]


def test_every_key_of_the_convention_is_written() -> None:
    keys = " ".join(re.findall(r"^  ([a-z0-9-]+):", written(WHOLE), re.MULTILINE))
    letter = (
        "relance etape rang parcours canal arrete-au sous total penalites indemnite"
        " markdown-sha256 pdf-sha256 base version politique-sha256"
    )
    claim = " relance facture tranche etape rang parcours echeance solde"
    assert keys == letter + 2 * claim


def test_paths_are_relative_to_the_register() -> None:
    text = written(WHOLE)
    assert '"../lettres/2026-03-17/R20260317-01-durand-sarl.pdf"' in text
    assert str(Path.cwd()) not in text


def test_a_ledger_with_english_roots_needs_no_option() -> None:
    letter = replace(BARE, account="Assets:Receivable:Smith")
    assert "option" not in write_run(DAY, [letter], {}, lambda _citation: "")


def test_each_file_repeats_the_root_it_uses() -> None:
    text = write_run(
        DAY, [WHOLE], {"Actifs": "name_assets", "Produits": "name_income"}, lambda _c: "x"
    )
    assert 'option "name_assets" "Actifs"' in text
    assert "name_income" not in text


def test_the_same_letters_give_the_same_bytes() -> None:
    assert written(WHOLE, BARE) == written(WHOLE, BARE)


HOSTILE = [
    'dit "Le Phare"',
    "fin avec \\",
    "\\",
    '\\"',
    "ligne 1\nligne 2",
    '" #litige ^F9\n2026-03-17 close Actifs:Clients:Durand ; "',
    "tab\tulation",
    "\x00\x07",
    "; commentaire",
    "e\u0301te\u0301",
    "\u202egnp",
    "\ud800",
    "",
    "x" * 5000,
    "100.00 EUR",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(tmp_path: Path, words: str) -> None:
    text = written(WHOLE, BARE, comment=words)
    story = with_register(tmp_path, text, WHOLE, BARE)
    assert story.books.letters == (WHOLE, BARE)
    assert faults(story) == []


@given(st.text(max_size=40))
@settings(max_examples=60)
def test_any_words_make_one_note_of_one_line(words: str) -> None:
    text = written(WHOLE, comment=words)
    assert text.count("\n") == written(WHOLE, comment="x").count("\n")
    assert text.encode("utf-8").decode("utf-8") == text


@pytest.mark.parametrize("path", ['a"b', "a\\b", "été", "a b", "-rf", "#x ^y"])
def test_hostile_file_names_read_back(tmp_path: Path, path: str) -> None:
    letter = replace(BARE, path=f"out/lettres/2026-03-17/{path}.md")
    story = with_register(tmp_path, written(letter), letter)
    assert story.books.letters == (letter,)


@pytest.mark.parametrize("currency", ["EUR", "USD", "XPF"])
@pytest.mark.parametrize("amount", ["0.01", "1320.00", "123456789.99", "100"])
def test_amounts_read_back(tmp_path: Path, currency: str, amount: str) -> None:
    owed = Money(Decimal(amount), currency)
    citation = replace(WHOLE.citations[0], balance=owed)
    letter = replace(WHOLE, citations=(citation,), total=owed)
    story = with_register(tmp_path, written(letter), letter)
    assert story.books.letters == (letter,)


def test_an_amount_with_three_decimals_reads_back(tmp_path: Path) -> None:
    """Dinars have thousandths; the register says the ledger's balance, not another."""
    citation = replace(WHOLE.citations[0], balance=Money(Decimal("100.125"), "KWD"))
    letter = replace(WHOLE, citations=(citation,))
    assert with_register(tmp_path, written(letter), letter).books.letters == (letter,)


# A number that only metadata can spell: spaces, quotes, accents in either form, a no-break space.
NUMBERS = [
    "2026 031",
    "F°31",
    'F"31',
    "F\\31",
    "F#31",
    "F  31",
    "Fe\u030131",
    "F\u00a031",
    "R20260317-01",
]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_the_same_in_the_register(tmp_path: Path, number: str) -> None:
    """Else the claim would begin again with relance-1 at every run."""
    quoted = number.replace("\\", "\\\\").replace('"', '\\"')
    ledger = ONE_INVOICE.replace(" ^F1", "").replace(
        "  echeance", f'  facture: "{quoted}"\n  echeance'
    )
    story = company(tmp_path, ledger)
    told = only_letter(issue(story, "2026-03-17"))["factures"][0]["facture"]
    assert [c.invoice for c in story.books.letters[0].citations] == [told]
    assert outcome(story, "2026-03-18", told) == "apres"
    assert faults(story) == []


# ---------------------------------------------------------------- Reading


OLD_REGISTER = """
2026-10-07 document Actifs:Clients:Durand "../lettres/durand-1.pdf" #relance ^F1 ^R20261007-01
  relance: "R20261007-01"
  etape: "relance-1"
  rang: 1
  parcours: "standard"
  canal: "courriel"
  arrete-au: 2026-10-07
  total: 1320.00 EUR

2026-10-07 note Actifs:Clients:Durand "Facture F1 : 1 320,00 EUR échus." #relance ^F1 ^R20261007-01
  relance: "R20261007-01"
  facture: "F1"
  tranche: 1
  etape: "relance-1"
  rang: 1
  parcours: "standard"
  echeance: 2026-09-30
  solde: 1320.00 EUR

2026-10-09 note Actifs:Clients:Durand "Postée." #envoi ^R20261007-01
  relance: "R20261007-01"
  canal: "recommande"
  numero: "1A 000 000 0001 2"
  recu: 2026-10-12
"""


def test_an_older_register_is_read(tmp_path: Path) -> None:
    """What it does not say is not made up."""
    story = company(tmp_path, "", register=OLD_REGISTER)
    (letter,) = story.books.letters
    assert (letter.id, letter.date, letter.step, letter.rank) == (
        "R20261007-01", date(2026, 10, 7), "relance-1", 1
    )  # fmt: skip
    assert letter.path == "out/lettres/durand-1.pdf"
    assert (letter.days_given, letter.interest, letter.base) == (None, None, None)
    assert [(c.invoice, c.instalment, str(c.balance)) for c in letter.citations] == [
        ("F1", 1, "1320.00 EUR")
    ]
    assert letter.dispatches == (
        Dispatch(date(2026, 10, 9), "recommande", "1A 000 000 0001 2", date(2026, 10, 12)),
    )


def test_a_dispatch_note_needs_no_more_than_its_link(tmp_path: Path) -> None:
    """As one writes it by hand: the letter's link, the sort, what is known."""
    text = OLD_REGISTER.replace(
        '#envoi ^R20261007-01\n  relance: "R20261007-01"', "#envoi ^R20261007-01"
    )
    story = company(tmp_path, "", register=text)
    assert story.books.letters[0].dispatches[0].received == date(2026, 10, 12)


# ---------------------------------------------------------------- As it stood


def test_the_register_as_it_stood(tmp_path: Path) -> None:
    story = company(tmp_path, ONE_INVOICE)
    issue(story, "2026-03-17")
    posted(story, "R20260317-01", "2026-03-18", "2026-03-20")
    cancelled(story, "R20260317-01", "2026-03-23")
    letters = story.books.letters

    def seen(day: int) -> tuple[int, int, date | None, date | None]:
        stood = as_of(letters, date(2026, 3, day))
        sent = stood[0].dispatches if stood else ()
        return (
            len(stood),
            len(sent),
            sent[0].received if sent else None,
            stood[0].cancelled_on if stood else None,
        )

    assert seen(16) == (0, 0, None, None)
    assert seen(17) == (1, 0, None, None)
    assert seen(18) == (1, 1, None, None)
    assert seen(20) == (1, 1, date(2026, 3, 20), None)
    assert seen(23) == (1, 1, date(2026, 3, 20), None)  # it left: it goes on counting


EMAILED, POSTED = Dispatch(date(2026, 3, 18), "courriel"), Dispatch(date(2026, 3, 20), "recommande")
RECEIVED = replace(POSTED, received=date(2026, 3, 24))


@pytest.mark.parametrize(
    ("sent", "returned", "cancelled_from"),
    [
        ((), (), 23),  # never sent
        ((EMAILED,), (), None),
        ((EMAILED,), (18,), 23),  # came back the same day
        ((POSTED,), (19,), None),  # what came back is not what was posted afterwards
        ((EMAILED, POSTED), (25,), None),  # the e-mail did not come back
        ((EMAILED, POSTED), (19, 25), 25),
        ((RECEIVED,), (25,), None),  # it was received before it came back
    ],
)
def test_what_left_and_did_not_come_back_is_not_cancelled(
    sent: tuple[Dispatch, ...], returned: tuple[int, ...], cancelled_from: int | None
) -> None:
    """The `#annulation` note is of the 23rd."""
    back = tuple(Return(date(2026, 3, day)) for day in returned)
    cancellation = date(2026, 3, 23)
    letter = replace(WHOLE, date=date(2026, 3, 17), dispatches=sent, returns=back)
    letter = replace(letter, cancellation=cancellation)
    days = [day for day in range(17, 31) if as_of([letter], date(2026, 3, day))[0].cancelled_on]
    assert (days[0] if days else None) == cancelled_from


def test_the_cancellation_of_a_letter_that_left_sends_nothing_again(tmp_path: Path) -> None:
    """Written by hand: the letter counts, and the line is told; once returned, it does not."""
    story = company(tmp_path, ONE_INVOICE)
    issue(story, "2026-03-17")
    posted(story, "R20260317-01", "2026-03-18")
    cancelled(story, "R20260317-01", "2026-03-18")
    place = "out/registre/2026-03-18-R20260317-01-annulation.beancount:2"
    (warning,) = decide(story, "2026-03-18").warnings
    assert f"{warning.source}: {warning.what}" == (
        f"{place}: R20260317-01 est partie le 18\u00a0mars 2026 : cette annulation est sans effet, "
        "la lettre compte"
    )
    assert outcome(story, "2026-03-18") == "apres"
    note = '2026-03-19 note Actifs:Clients:Durand "Revenue." #retour ^R20260317-01\n'
    story.write("out/registre/2026-03-19-envois.beancount", REGISTER_HEADER + note)
    assert decide(story, "2026-03-19").warnings == ()
    assert outcome(story, "2026-03-19") == "relance-1"


def test_letters_come_by_id_whatever_the_files(tmp_path: Path) -> None:
    story = company(tmp_path, "")
    put_into_register(story, "2026-03-17", [BARE])
    put_into_register(story, "2026-03-17", [WHOLE])
    assert [letter.id for letter in story.books.letters] == ["R20260317-01", "R20260317-02"]


def test_a_step_the_policy_forgot_waits(tmp_path: Path) -> None:
    """The register says « ancienne »; nobody knows what comes after it."""
    story = company(tmp_path, ONE_INVOICE)
    citation = Citation("R20260317-01", "F1", 1, "ancienne", 1, "standard", DUE, euros("100.00"))
    put_into_register(story, "2026-03-17", [replace(WHOLE, step="ancienne", citations=(citation,))])
    assert outcome(story, "2026-06-01") == "etape-inconnue"


def test_a_whole_story_stays_clean(tmp_path: Path) -> None:
    """Three letters and a dispatch: bean-check has nothing to say, a second run writes nothing."""
    story = company(tmp_path, ONE_INVOICE)
    for day in ("2026-03-17", "2026-03-25", "2026-04-09"):
        issue(story, day)
        assert issue(story, day)["lettres"] == []
    posted(story, "R20260409-01", "2026-04-10", "2026-04-14")
    assert faults(story) == []
    assert len(story.books.letters) == 3
    assert plan(story, "2026-04-14")["lettres"] == []
    assert PRELUDE.count("include") == 1
