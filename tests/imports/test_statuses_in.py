"""Statuses that platforms give to invoices: what each becomes, what it holds, what ends it.

One invoice of 1 200.00 EUR, due on 31 August 2026: without any status its first reminder goes on
7 September. The days of the statuses are those of their messages, whatever the order of the files.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

from electronic import Bill
from fecfiles import fec, sale
from inboxes import books, company, drop, entries, imports, left, write, written
from lifecycle import Message, cdar, zipped
from places import LETTERS
from relance.decision.client_files import ClientFiles
from relance.decision.planner import make_plan
from relance.files.casefile import gather
from relance.letters.compose import LetterSetting, compose_call_sheet
from relance.runs.summary import summarise
from relance.text.typography import ordinary
from relance.values.kinds import NoteSort
from repositories import run
from story import Story, day_of, decide, issued, outcome

CLIENT = """\
2010-01-01 open Actifs:Clients:Dupont
  client: "Menuiserie Dupont"
  siren: "404833048"
  type: "professionnel"
  adresse: "3 quai des Bois\\n38000 GRENOBLE"
  courriel: "compta@dupont.example"
  telephone: "01 99 00 00 02"
"""
INVOICE = """
2026-08-01 * "Dupont" "Facture F1" ^F1
  echeance: 2026-08-31
  Actifs:Clients:Dupont  1200.00 EUR
  Produits:Ventes
"""
PLAIN = "\ncalendrier: {jours-ouvres: false}\nenvoi: {suivi: false}\n"
LATE = "2026-10-20"


def books_of(root: Path, *messages: Message, ledger: str = INVOICE) -> Story:
    """The company of the invoice once these messages came in, each in a file of its own."""
    company(root, CLIENT + ledger, PLAIN)
    bring(root, *messages)
    return Story(root)


def bring(root: Path, *messages: Message, status: int = 0) -> str:
    """Messages into the inbox, then the import."""
    for place, message in enumerate(messages):
        write(root, f"ledger/a-importer/{place:02}.xml", cdar(message))
    return imports(root, status=status) if messages else ""


def noted(story: Story, day: str, text: str) -> Story:
    """A note that a person writes."""
    with (story.root / "ledger/main.beancount").open("a", encoding="utf-8") as file:
        file.write(f"\n{day} note Actifs:Clients:Dupont {text}\n")
    return Story(story.root)


def asked(story: Story, day: str = LATE) -> str:
    """What a letter of the day asks for the invoice, penalties apart; "" when none goes."""
    plan = decide(story, day)
    return "".join(str(line.claimed) for x in plan.letters for line in x.lines if line.step)


def said(code: str, day: str = "20260915", **more: object) -> Message:
    return replace(Message("F1", code, at=f"{day}101500"), **more)  # type: ignore[arg-type]


# ---------------------------------------------------------------- Each row of the table


def test_without_a_status_the_invoice_is_reminded_of(tmp_path: Path) -> None:
    assert outcome(books_of(tmp_path), LATE) == "relance-1"


@pytest.mark.parametrize("code", ["200", "201", "202", "203", "204", "205", "212", "214", "224"])
def test_evidence_holds_nothing(tmp_path: Path, code: str) -> None:
    story = books_of(tmp_path, said(code))
    (note,) = story.books.notes
    assert (note.sort, note.date, note.invoices) == (
        *(NoteSort.STATUS, date(2026, 9, 15), ("F1",)),
    )
    assert outcome(story, LATE) == "relance-1"


def test_a_status_is_a_note_of_the_ledger(tmp_path: Path) -> None:
    books_of(tmp_path, said("203"))
    text = re.sub("  empreinte: .*\n", "", written(tmp_path)["importe/statuts-2026.beancount"])
    assert text.endswith(
        """\
2026-09-15 note Actifs:Clients:Dupont "Facture mise à disposition (203)" ^F1 #statut
  import: "statut:F1_203_20260915101500#380_20260801"
  source: "F1-203-c75008de.xml:24"
  statut: "203"
  heure: "10:15:00"
"""
    )
    assert [path.name for path in (tmp_path / "ledger/statuts").iterdir()] == [
        "F1-203-c75008de.xml"
    ]
    assert left(tmp_path) == []


@pytest.mark.parametrize("code", ["213", "221", "220", "501"])
def test_what_did_not_arrive_waits(tmp_path: Path, code: str) -> None:
    story = books_of(tmp_path, said(code, reasons={"ADR_ERR": "Adresse erronée"}))
    assert outcome(story, "2026-09-14") == "relance-1"  # nobody knew it yet
    assert outcome(story, "2026-09-15") == "facture-rejetee"
    assert outcome(story, LATE) == "facture-rejetee"


@pytest.mark.parametrize("code", ["202", "203"])
def test_a_later_arrival_releases_it(tmp_path: Path, code: str) -> None:
    story = books_of(tmp_path, said("213"), said(code, "20260925"))
    assert outcome(story, "2026-09-24") == "facture-rejetee"
    assert outcome(story, "2026-09-25") == "relance-1"


@pytest.mark.parametrize("code", ["200", "201", "204", "205", "207", "209", "211", "212"])
def test_nothing_else_that_a_platform_says_does(tmp_path: Path, code: str) -> None:
    story = books_of(tmp_path, said("213"), said(code, "20260925"))
    assert outcome(story, LATE) == "facture-rejetee"


def test_an_earlier_arrival_does_not_release_it(tmp_path: Path) -> None:
    story = books_of(tmp_path, said("203"), said("213", "20260925"))
    assert outcome(story, LATE) == "facture-rejetee"


def test_a_note_releases_it(tmp_path: Path) -> None:
    story = books_of(tmp_path, said("213"))
    result = run(
        *(tmp_path, "noter", "Actifs:Clients:Dupont", "--facture", "F1"),
        *("--reprise", "renvoyée par courriel", "--le", "2026-09-20"),
    )
    assert result.exit_code == 0, result.output
    story = Story(tmp_path)
    assert outcome(story, "2026-09-19") == "facture-rejetee"
    assert outcome(story, "2026-09-20") == "relance-1"


def test_a_note_about_the_whole_account_does_not(tmp_path: Path) -> None:
    story = noted(books_of(tmp_path, said("213")), "2026-09-20", '"on reprend" #reprise')
    assert outcome(story, LATE) == "facture-rejetee"


def test_deposited_and_not_sent_on_did_not_arrive(tmp_path: Path) -> None:
    company(tmp_path, CLIENT + INVOICE, PLAIN)
    told = bring(tmp_path, said("200", reasons={"NON_TRANSMISE": "Destinataire non connecté"}))
    assert "F1 n'a pas été transmise" in told
    assert "--reprise" in told
    assert outcome(Story(tmp_path), LATE) == "facture-rejetee"


@pytest.mark.parametrize("code", ["207", "210"])
def test_a_dispute_with_its_reason(tmp_path: Path, code: str) -> None:
    reasons = {"QUALITE_ERR": "Qualité incorrecte"}
    story = books_of(tmp_path, said(code, reasons=reasons, comment="Tout est inondé"))
    (note,) = story.books.notes
    assert note.sort is NoteSort.DISPUTE
    assert note.text.endswith(f"({code}) : Qualité incorrecte : Tout est inondé")
    assert note.status and note.status.reason == "QUALITE_ERR"
    assert outcome(story, "2026-09-14") == "relance-1"
    assert outcome(story, LATE) == "litige"


@pytest.mark.parametrize("code", ["207", "210", "206"])
def test_the_part_that_its_amount_says(tmp_path: Path, code: str) -> None:
    story = books_of(tmp_path, said(code, amounts={"MNATTC": "200.00"}))
    assert asked(story) == "1000.00"


def test_partly_approved_disputes_the_rest(tmp_path: Path) -> None:
    story = books_of(tmp_path, said("206", amounts={"MAPTTC": "950.00"}))
    assert asked(story) == "950.00"  # 1 200 less the 250 that were not approved


PAID = """
2026-09-20 * "Dupont" "Virement" ^F1
  Actifs:Clients:Dupont  -950.00 EUR
  Actifs:Banque
"""
CREDITED = """
2026-09-20 * "Dupont" "Avoir" ^F1 #avoir
  Actifs:Clients:Dupont  -250.00 EUR
  Produits:Ventes
"""


@pytest.mark.slow
def test_what_is_left_of_a_partly_approved_invoice(tmp_path: Path) -> None:
    partly = said("206", amounts={"MAPTTC": "950.00"})
    paid = books_of(tmp_path / "paid", partly, ledger=INVOICE + PAID)
    assert outcome(paid, LATE) == "litige"  # the 250 that are open are those disputed
    credited = books_of(tmp_path / "credited", partly, ledger=INVOICE + CREDITED)
    assert asked(credited) == "950.00"  # the credit note settled the dispute


def test_partly_approved_without_a_sum_with_tax_waits_whole(tmp_path: Path) -> None:
    company(tmp_path, CLIENT + INVOICE, PLAIN)
    told = bring(tmp_path, said("206", amounts={"MAP": "800.00"}))
    assert "sans montant TTC : toute la facture attend" in told
    assert outcome(Story(tmp_path), LATE) == "litige"


def test_approval_ends_a_platform_s_dispute(tmp_path: Path) -> None:
    story = books_of(tmp_path, said("207"), said("205", "20260925"))
    assert outcome(story, "2026-09-24") == "litige"
    assert outcome(story, "2026-09-25") == "relance-1"


@pytest.mark.parametrize("code", ["202", "203", "204", "209", "212"])
def test_nothing_less_ends_it(tmp_path: Path, code: str) -> None:
    story = books_of(tmp_path, said("210"), said(code, "20260925"))
    assert outcome(story, LATE) == "litige"


def test_a_person_ends_it(tmp_path: Path) -> None:
    story = noted(books_of(tmp_path, said("207")), "2026-09-15", '"réglé" ^F1 #litige-clos')
    assert outcome(story, "2026-09-15") == "relance-1"  # whoever notes it that day knew it


@pytest.mark.slow
def test_a_platform_does_not_end_what_a_person_noted(tmp_path: Path) -> None:
    story = books_of(tmp_path, said("205", "20260925"), said("209", "20260925"))
    disputed = noted(story, "2026-09-10", '"malfaçon" ^F1 #litige')
    assert outcome(disputed, LATE) == "litige"
    story = books_of(tmp_path / "held", said("205", "20260925"), said("209", "20260925"))
    held = noted(story, "2026-09-10", '"en discussion" ^F1 #suspension')
    assert outcome(held, LATE) == "suspension"


@pytest.mark.slow
def test_a_platform_does_not_lessen_what_a_person_noted(tmp_path: Path) -> None:
    part = said("207", amounts={"MNATTC": "200.00"})
    before = noted(books_of(tmp_path / "a", part), "2026-09-10", '"tout" ^F1 #litige')
    assert outcome(before, LATE) == "litige"
    after = noted(books_of(tmp_path / "b", part), "2026-09-16", '"tout" ^F1 #litige')
    assert outcome(after, LATE) == "litige"
    text = '"la moitié" ^F1 #litige\n  montant: 600.00 EUR'
    less = noted(books_of(tmp_path / "c", said("207")), "2026-09-16", text)
    assert asked(less) == "600.00"  # a person's later word counts alone


def test_a_hold_until_it_is_completed(tmp_path: Path) -> None:
    story = books_of(tmp_path, said("208"), said("209", "20260925"))
    assert outcome(story, "2026-09-14") == "relance-1"
    assert outcome(story, "2026-09-24") == "suspension"
    assert outcome(story, "2026-09-25") == "relance-1"


@pytest.mark.parametrize("code", ["202", "203", "204", "212"])
def test_nothing_less_lifts_it(tmp_path: Path, code: str) -> None:
    assert outcome(books_of(tmp_path, said("208"), said(code, "20260925")), LATE) == "suspension"


def test_a_payment_sent_is_a_promise_for_its_day(tmp_path: Path) -> None:
    # Its own day and two working days of grace: 21 September 2026 is a Monday.
    sent = said("211", amounts={"MPA": "1200.00"}, paid_on="20260921")
    story = books_of(tmp_path, sent)
    (note,) = story.books.notes
    assert (note.sort, note.due) == (NoteSort.PROMISE, date(2026, 9, 21))
    assert outcome(story, "2026-09-14") == "relance-1"
    assert outcome(story, "2026-09-23") == "promesse"
    assert outcome(story, "2026-09-24") == "relance-1"


def test_a_payment_sent_without_a_day_has_five_working_days(tmp_path: Path) -> None:
    # Tuesday 15 September: 16, 17, 18, then Monday 21 and Tuesday 22.
    company(tmp_path, CLIENT + INVOICE)
    bring(tmp_path, said("211"))
    (note,) = books(tmp_path).notes
    assert (note.due, note.amount) == (date(2026, 9, 22), None)


def test_a_payment_sent_before_it_is_told_is_promised_for_that_day(tmp_path: Path) -> None:
    story = books_of(tmp_path, said("211", amounts={"MPA": "1200"}, paid_on="20260910"))
    assert story.books.notes[0].due == date(2026, 9, 15)


def test_a_payment_received_is_told_when_the_books_know_none(tmp_path: Path) -> None:
    company(tmp_path, CLIENT + INVOICE, PLAIN)
    told = bring(tmp_path, said("212", amounts={"MEN": "1200.00"}))
    assert "F1 est encaissée le 15/09/2026, pas dans les livres" in told
    (letter,) = decide(Story(tmp_path), LATE).letters
    assert letter.remarks[-1] == (
        "F1 encaissée d'après la plateforme le 15\xa0septembre 2026,"
        " les livres n'ont aucun règlement"
    )


def test_a_payment_received_that_the_books_know_is_not(tmp_path: Path) -> None:
    company(tmp_path, CLIENT + INVOICE + PAID, PLAIN)
    assert "encaissée" not in bring(tmp_path, said("212"))


@pytest.mark.parametrize("code", ["225", "226", "227"])
def test_what_is_ceded_is_not_ours_to_collect(tmp_path: Path, code: str) -> None:
    story = books_of(tmp_path, said(code), said("228", "20260925"))
    assert outcome(story, "2026-09-14") == "relance-1"
    assert outcome(story, "2026-09-24") == "cedee"
    assert outcome(story, "2026-09-25") == "relance-1"  # not ceded after all


def test_a_note_takes_it_back(tmp_path: Path) -> None:
    story = noted(books_of(tmp_path, said("225")), "2026-09-20", '"rétrocédée" ^F1 #reprise')
    assert outcome(story, LATE) == "relance-1"


def test_an_unknown_code_is_kept_and_holds_nothing(tmp_path: Path) -> None:
    company(tmp_path, CLIENT + INVOICE, PLAIN)
    told = bring(tmp_path, said("999", name="Inventée"))
    assert "F1 : statut « 999 » inconnu, gardé sans effet" in told
    (note,) = books(tmp_path).notes
    assert note.text == "Statut inconnu « Inventée » (999)"
    assert outcome(Story(tmp_path), LATE) == "relance-1"


# ---------------------------------------------------------------- Order, repetition


@pytest.mark.slow
def test_the_order_of_the_files_does_not_count(tmp_path: Path) -> None:
    """The same books and the same decisions, whichever file comes first, in one run or in three."""
    messages = [said("207"), said("205", "20260925"), said("208", "20260930")]
    results = set()
    for place, order in enumerate(permutations(messages)):
        root = tmp_path / str(place)
        company(root, CLIENT + INVOICE, PLAIN)
        for message in order:
            bring(root, message)
        text = written(root)["importe/statuts-2026.beancount"]
        days = ("2026-09-20", "2026-09-27", LATE)
        results.add((text, *(outcome(Story(root), day) for day in days)))
    assert [result[1:] for result in results] == [("litige", "relance-1", "suspension")]


@pytest.mark.slow
def test_of_one_day_the_hour_decides_and_of_one_hour_what_holds(tmp_path: Path) -> None:
    early, late = said("205"), said("207")
    approved = books_of(tmp_path / "a", late, replace(early, at="20260915110000"))
    assert outcome(approved, LATE) == "relance-1"
    assert outcome(books_of(tmp_path / "b", late, early), LATE) == "litige"


@pytest.mark.slow
def test_dates_out_of_order_are_told(tmp_path: Path) -> None:
    company(tmp_path, CLIENT + INVOICE, PLAIN)
    bring(tmp_path, said("205", "20260925"))
    told = bring(tmp_path, said("207"), said("208", "20260710"))
    assert "« en litige » du 15/09/2026 arrive après « approuvée » du 25/09/2026" in told
    assert "F1 : statut 208 daté du 10/07/2026" in told
    assert "la facture n'est que du 01/08/2026" in told
    assert len(books(tmp_path).notes) == 3


@pytest.mark.slow
def test_the_same_message_twice_is_one(tmp_path: Path) -> None:
    company(tmp_path, CLIENT + INVOICE, PLAIN)
    bring(tmp_path, said("207"))
    before = written(tmp_path)
    assert "déjà là" in bring(tmp_path, said("207"))
    write(tmp_path, "ledger/a-importer/a.zip", zipped({"1.xml": cdar(said("207"))}))
    imports(tmp_path)
    assert {path: text for path, text in written(tmp_path).items() if text} == before
    assert left(tmp_path) == []


@pytest.mark.slow
def test_a_message_that_changed_is_told_and_what_is_written_stays(tmp_path: Path) -> None:
    company(tmp_path, CLIENT + INVOICE, PLAIN)
    bring(tmp_path, said("207", id="M1"))
    told = bring(tmp_path, said("205", id="M1"))
    assert "ce message dit autre chose que dans ledger/importe/statuts-2026.beancount" in told
    assert [note.sort for note in books(tmp_path).notes] == [NoteSort.DISPUTE]


@pytest.mark.slow
def test_what_a_person_took_out_stays_out(tmp_path: Path) -> None:
    company(tmp_path, CLIENT + INVOICE, PLAIN)
    bring(tmp_path, said("207"), said("203"))
    path = tmp_path / "ledger/importe/statuts-2026.beancount"
    kept = [block for block in path.read_text().split("\n\n") if "#litige" not in block]
    path.write_text("\n\n".join(kept) + "\n")
    assert "reste dehors" in bring(tmp_path, said("207"))
    assert [note.sort for note in books(tmp_path).notes] == [NoteSort.STATUS]
    original = next((tmp_path / "ledger/statuts").glob("F1-207-*.xml"))
    imports(tmp_path, "--remettre", str(original))
    assert {note.sort for note in books(tmp_path).notes} == {NoteSort.STATUS, NoteSort.DISPUTE}


@pytest.mark.slow
def test_an_invoice_and_its_statuses_come_in_together(tmp_path: Path) -> None:
    company(tmp_path, CLIENT, PLAIN)
    bill = Bill("F2026-0031", date(2026, 8, 1), date(2026, 8, 31))
    drop(tmp_path, facture_xml=bill)
    bring(tmp_path, replace(said("207"), number="F2026-0031"))
    assert outcome(Story(tmp_path), LATE, "F2026-0031") == "litige"
    assert left(tmp_path) == []


@pytest.mark.slow
def test_an_export_and_the_statuses_of_its_invoices_come_in_together(tmp_path: Path) -> None:
    """Of FA-001 and « FA 2 », both refused by their client on 15 September."""
    company(tmp_path, CLIENT, PLAIN)
    first = sale(1, date(2026, 8, 1), "1200")
    second = tuple(
        replace(row, piece="FA 2", label="Facture FA 2") for row in sale(2, date(2026, 8, 1), "60")
    )
    drop(tmp_path, fec_txt=fec(first, second))
    bring(tmp_path, *(replace(said("207"), number=number) for number in ("FA-001", "FA 2")))
    assert left(tmp_path) == ["fec.txt"]  # an export stays, to be exported over
    assert {note.invoices for note in books(tmp_path).notes} == {("FA-001",), ("FA 2",)}
    story = Story(tmp_path)
    assert [outcome(story, LATE, number) for number in ("FA-001", "FA 2")] == ["litige", "litige"]


def test_a_number_that_no_link_can_spell(tmp_path: Path) -> None:
    ledger = INVOICE.replace("^F1", '\n  facture: "F 1 é"')
    story = books_of(tmp_path, replace(said("213"), number="F 1 é"), ledger=ledger)
    assert story.books.notes[0].invoices == ("F 1 é",)
    assert outcome(story, LATE, "F 1 é") == "facture-rejetee"


def test_the_number_that_letters_print_names_the_invoice_too(tmp_path: Path) -> None:
    ledger = INVOICE.replace("^F1", '^F1\n  numero: "F 1"')
    story = books_of(tmp_path, replace(said("213"), number="F 1"), ledger=ledger)
    assert story.books.notes[0].invoices == ("F1",)


# ---------------------------------------------------------------- What stays out


@pytest.mark.slow
def test_an_unknown_invoice_stays_until_it_is_known(tmp_path: Path) -> None:
    company(tmp_path, CLIENT, PLAIN)
    told = bring(tmp_path, said("207"), status=2)
    assert "F1 : aucune facture de ce numéro dans les livres" in told
    assert left(tmp_path) == ["00.xml"]
    with (tmp_path / "ledger/main.beancount").open("a", encoding="utf-8") as file:
        file.write(INVOICE)
    imports(tmp_path)
    assert left(tmp_path) == []
    assert outcome(Story(tmp_path), LATE) == "litige"


@pytest.mark.slow
def test_what_stays_out_of_an_archive_keeps_nothing_else_out(tmp_path: Path) -> None:
    company(tmp_path, CLIENT + INVOICE, PLAIN)
    files = {
        "1.xml": cdar(said("207")),
        "2.xml": cdar(replace(said("213"), number="F2")),
        "3.xml": b"<!DOCTYPE a><a/>",
        "4.pdf": b"%PDF-1.7",
        "5.xml": cdar(said("205", "20260925")),
    }
    write(tmp_path, "ledger/a-importer/a.zip", zipped(files))
    told = imports(tmp_path, status=2)
    assert "a.zip/2.xml:24: F2 : aucune facture" in told
    assert "a.zip/3.xml:1: un DOCTYPE" in told
    assert "a.zip/4.pdf" in told
    assert len(books(tmp_path).notes) == 2
    assert left(tmp_path) == ["a.zip"]
    imports(tmp_path, status=2)
    assert len(books(tmp_path).notes) == 2


def test_two_sellers_with_one_number(tmp_path: Path) -> None:
    company(tmp_path, CLIENT + INVOICE, PLAIN)
    theirs = replace(said("213"), seller="552100554", id="M-B")
    told = bring(tmp_path, said("203"), theirs)
    assert "1 statut d'avoirs ou de factures d'autres vendeurs : F1" in told
    assert left(tmp_path) == ["01.xml"]
    assert outcome(Story(tmp_path), LATE) == "relance-1"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seller", "ours"),
    [
        *(("732829320", True), ("73282932000074", True), ("FR44732829320", True), ("", True)),
        *(("404833048", False), ("40483304800022", False), ("FR83404833048", False)),
    ],
)
def test_the_seller_by_its_numbers(tmp_path: Path, seller: str, ours: bool) -> None:
    story = books_of(tmp_path, replace(said("213"), seller=seller))
    assert (outcome(story, LATE) == "facture-rejetee") is ours


def test_who_we_are_must_be_known(tmp_path: Path) -> None:
    company(tmp_path, CLIENT + INVOICE)
    policy = (tmp_path / "relance.yaml").read_text().replace('  siren: "732829320"\n', "")
    write(tmp_path, "relance.yaml", policy)
    assert "creancier.siren" in bring(tmp_path, said("213"), status=2)
    assert left(tmp_path) == ["00.xml"]


@pytest.mark.slow
@pytest.mark.parametrize("code", ["381", "261", "532"])
def test_the_status_of_a_credit_note_is_none_of_an_invoice(tmp_path: Path, code: str) -> None:
    story = books_of(tmp_path, replace(said("213"), type_code=code))
    assert story.books.notes == ()
    assert left(tmp_path) == ["00.xml"]


def test_a_number_under_two_clients(tmp_path: Path) -> None:
    other = INVOICE.replace("Dupont", "Durand")
    client = CLIENT.replace("Dupont", "Durand").replace("404833048", "552100554")
    company(tmp_path, CLIENT + client + INVOICE + other)
    told = bring(tmp_path, said("213"), status=2)
    assert "F1 est une facture de Actifs:Clients:Dupont et Actifs:Clients:Durand" in told


def test_a_day_that_has_not_come(tmp_path: Path) -> None:
    company(tmp_path, CLIENT + INVOICE)
    told = bring(tmp_path, said("213", "20991231"), status=2)
    assert "statut 213 daté du 31/12/2099" in told
    assert left(tmp_path) == ["00.xml"]


def test_a_status_of_before_its_client_s_account(tmp_path: Path) -> None:
    ledger = CLIENT.replace("2010-01-01", "2026-07-01") + INVOICE
    company(tmp_path, ledger)
    told = bring(tmp_path, said("213", "20260630"), status=2)
    assert "avant l'ouverture de Actifs:Clients:Dupont" in told


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    words = 'a" ^F2 #litige\n2026-01-01 open X\\ \u202e `<b>|'
    story = books_of(tmp_path, said("203", name="x", reasons={"AUTRE": words}))
    (note,) = story.books.notes
    assert note.sort is NoteSort.STATUS
    assert note.text.startswith('Facture mise à disposition (203) : a" ^F2 #litige 2026-01-01')


# ---------------------------------------------------------------- Where it shows


def test_a_trial_writes_nothing(tmp_path: Path) -> None:
    company(tmp_path, CLIENT + INVOICE)
    write(tmp_path, "ledger/a-importer/a.xml", cdar(said("207")))
    told = imports(tmp_path, "--essai")
    assert "#statut #litige" in told
    assert entries(tmp_path, "statut") == {}
    assert left(tmp_path) == ["a.xml"]


@pytest.mark.slow
def test_an_edited_note_counts_as_it_is_written(tmp_path: Path) -> None:
    story = books_of(tmp_path, said("207"))
    path = tmp_path / "ledger/importe/statuts-2026.beancount"
    path.write_text(path.read_text().replace(" #litige", ""))
    assert outcome(Story(story.root), LATE) == "relance-1"
    bring(tmp_path, said("207"))
    assert " #litige" not in path.read_text()


APPROVED = (said("203"), said("205", "20260925"))


@pytest.mark.slow
def test_the_proof_is_told_where_people_look(tmp_path: Path) -> None:
    """In `expliquer`, the summary, the call sheet, the chronology of the litigation file."""
    story = books_of(tmp_path, *APPROVED)
    told = ordinary(run(tmp_path, "expliquer", "F1", "--au", LATE).output)
    proof = "facture mise à disposition le 15 septembre 2026, approuvée le 25 septembre 2026"
    assert proof in " ".join(told.split())
    plan = decide(story, LATE)
    text = ordinary(summarise(plan, story.facts, [issued(x) for x in plan.letters]))
    cell = "F1 : facture mise à disposition le 15 septembre 2026"
    assert f"| [R20261020-01](R20261020-01.md) | Menuiserie Dupont | {cell} |" in text
    case = gather(day_of(story, LATE), story.books.clients[0])
    events = [(str(x.event.date), x.event.sort, x.event.what) for x in case.moments]
    assert ("2026-09-15", "statut", "Facture mise à disposition (203) (F1)") in events
    assert ("2026-09-25", "statut", "Facture approuvée (205) (F1)") in events


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "proof", "sort"),
    [
        ("fr", "F1 : facture mise à disposition le 15 septembre 2026.", "Statut"),
        ("en", "F1: invoice made available on 15 September 2026.", "Platform status"),
        ("de", "F1: Rechnung bereitgestellt am 15. September 2026.", "Plattformstatus"),
    ],
)
def test_the_call_sheet_tells_it(tmp_path: Path, language: str, proof: str, sort: str) -> None:
    story = books_of(tmp_path, *APPROVED)
    (letter,) = decide(story, LATE).letters
    files = ClientFiles(story.books, story.policy.terms)
    setting = LetterSetting(story.policy.creditor, LETTERS, files=files, language=language)
    sheet = ordinary(compose_call_sheet(letter, setting))
    assert proof in sheet
    assert f"| {sort} | Facture approuvée (205)" in sheet


@pytest.mark.slow
def test_before_its_day_nothing_is_proved(tmp_path: Path) -> None:
    books_of(tmp_path, *APPROVED)
    told = run(tmp_path, "expliquer", "F1", "--au", "2026-09-14").output
    assert "mise à disposition" not in told


def test_what_did_not_arrive_after_all_proves_nothing(tmp_path: Path) -> None:
    story = books_of(tmp_path, said("203"), said("213", "20260925"), said("202", "20260930"))
    (letter,) = make_plan(day_of(story, LATE)).letters
    assert [line.made_available for line in letter.lines] == [None]
    (letter,) = make_plan(day_of(story, "2026-09-20")).letters
    assert [line.made_available for line in letter.lines] == [date(2026, 9, 15)]
