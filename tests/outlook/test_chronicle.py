"""`relance expliquer`: everything that happened with a client, or with an invoice, in order."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from relance.files.explanation import explain
from relance.outlook.chronicle import ChronicleEntry
from relance.text.typography import ordinary
from repositories import commit, git, run
from story import Story, cancelled, company, day_of, decide, issue, posted
from whole.test_emettre import DAY, LEDGER

# A life in two currencies, written out of order: the settled invoice counts as much as the open.
LIFE = """
2026-03-30 note Actifs:Clients:Durand "Il paiera la moitié." #promesse ^F1
  echeance: 2026-04-10
  montant: 50.00 EUR
2026-03-20 note Actifs:Clients:Durand "Le bon est perdu." #appel ^F1
  raison: "validation"
2026-02-10 * "Durand" "Facture F1" ^F1
  echeance: 2026-03-10
  Actifs:Clients:Durand  100.00 EUR
  Produits:Ventes
2026-01-05 * "Durand" "Export" ^F0
  echeance: 2026-02-04
  Actifs:Clients:Durand  80.00 GBP
  Produits:Ventes
2026-02-04 * "Durand" "Virement" ^F0
  Actifs:Clients:Durand  -80.00 GBP
  Actifs:Banque
2026-04-12 * "Durand" "Geste" ^F1 #avoir
  Actifs:Clients:Durand  -10.00 EUR
  Produits:Ventes
2026-04-20 note Actifs:Clients:Durand "Facture contestée." #litige ^F1
2026-04-20 ! "Durand" "Chèque à remettre" ^F1
  Actifs:Clients:Durand  -90.00 EUR
  Actifs:Banque
"""
LETTER = "R20260317-01"


def a_life(root: Path) -> Story:
    story = company(root, LIFE)
    issue(story, "2026-03-17")
    posted(story, LETTER, "2026-03-18")
    note = f'2026-03-25 note Actifs:Clients:Durand "Adresse inconnue." #retour ^{LETTER}\n'
    story.write(
        "out/registre/2026-03-25-envois.beancount", f'option "name_assets" "Actifs"\n{note}'
    )
    cancelled(story, LETTER, "2026-04-02")
    return story


def told(story: Story, subject: str, day: str = "2026-05-04") -> tuple[ChronicleEntry, ...]:
    return explain(day_of(story, day), subject, decide(story, day)).events


def test_a_client_s_whole_life_in_order(tmp_path: Path) -> None:
    events = told(a_life(tmp_path), "Durand")
    assert [(str(e.date)[5:], e.sort, str(e.amount or "")) for e in events] == [
        ("01-05", "facture", "80.00 GBP"),
        ("02-04", "règlement", "-80.00 GBP"),
        ("02-10", "facture", "100.00 EUR"),
        ("03-17", "lettre", "100.00 EUR"),
        ("03-18", "envoi", ""),
        ("03-20", "appel", ""),
        ("03-25", "retour", ""),
        ("03-30", "promesse", "50.00 EUR"),
        ("04-02", "annulation", ""),
        ("04-12", "avoir", "-10.00 EUR"),
        ("04-20", "litige", ""),
        ("04-20", "règlement (brouillon)", "-90.00 EUR"),
    ]
    assert events == tuple(sorted(events, key=lambda e: (e.date, e.source.path, e.source.line)))
    assert all(event.source.line for event in events)


def test_an_invoice_s_own_life(tmp_path: Path) -> None:
    story = a_life(tmp_path)
    assert {e.sort for e in told(story, "F0")} == {"facture", "règlement"}
    assert len(told(story, "F0")) == 2
    assert len(told(story, "F1")) == 10


def test_what_came_later_is_not_told(tmp_path: Path) -> None:
    days = {event.date for event in told(a_life(tmp_path), "Durand", "2026-03-20")}
    assert max(days) == date(2026, 3, 20)


def test_words_say_what_the_notes_leave_unsaid(tmp_path: Path) -> None:
    said = {event.sort: ordinary(event.what) for event in told(a_life(tmp_path), "Durand")}
    assert said["lettre"] == f"{LETTER} relance-1 n° 1, courriel : F1"
    assert said["retour"] == f"{LETTER} : Adresse inconnue."
    assert said["appel"] == "Le bon est perdu. (F1) (raison : validation)"
    assert said["promesse"] == "Il paiera la moitié. (F1) (pour le 10 avril 2026 : rompue)"


def test_a_dispatch_tells_channel_number_and_receipt(tmp_path: Path) -> None:
    story = a_life(tmp_path)
    note = f"""
2026-03-19 note Actifs:Clients:Durand "{LETTER} postée." #envoi ^{LETTER}
  canal: "recommande"
  numero: "1A 1"
  recu: 2026-03-23
"""
    story.write(
        "out/registre/2026-03-19-envois.beancount", f'option "name_assets" "Actifs"\n{note}'
    )
    said = [ordinary(e.what) for e in told(story, "Durand") if str(e.date) == "2026-03-19"]
    assert said == [f"{LETTER} postée. (recommandé, n° 1A 1, reçue le 23 mars 2026)"]
    early = [ordinary(e.what) for e in told(story, "Durand", "2026-03-20")]
    assert f"{LETTER} postée. (recommandé, n° 1A 1)" in early


def test_a_rejected_debit_is_no_invoice(tmp_path: Path) -> None:
    story = company(tmp_path, LIFE)
    story.add("""
2026-02-09 * "Durand" "Rejet" ^F0
  Actifs:Clients:Durand  80.00 GBP
  Actifs:Banque
""")
    (event,) = [e for e in told(story, "F0") if str(e.date) == "2026-02-09"]
    assert event.sort == "débit"


def test_documents_are_part_of_it(tmp_path: Path) -> None:
    story = company(tmp_path, LIFE)
    story.write("ledger/pieces/devis.pdf", "Devis\n")
    story.add('2026-02-01 document Actifs:Clients:Durand "pieces/devis.pdf" #contrat ^F1\n')
    (event,) = [e for e in told(story, "F1") if e.sort == "pièce"]
    assert (event.what, event.path) == ("contrat F1", "ledger/pieces/devis.pdf")


def test_outside_git_no_commit_is_named(tmp_path: Path) -> None:
    a_life(tmp_path)
    result = run(tmp_path, "expliquer", "Durand", "--au", "2026-05-04")
    assert result.exit_code == 0
    assert LETTER in result.output
    assert "commit" not in result.output


@pytest.mark.slow
def test_the_commit_that_approved_a_letter_stands_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "société"
    company(folder, "", prelude=LEDGER)
    git(tmp_path, "init", "-qb", "main", str(folder))
    (folder / "letters").mkdir()
    commit(folder)
    story = Story(folder)
    git(folder, "switch", "-qc", "relance/x")
    issue(story, DAY)
    commit(folder, "lettres")
    git(folder, "switch", "-q", "main")
    git(folder, "merge", "-q", "--no-ff", "-m", "oui", "relance/x")
    short, author = git(folder, "log", "-1", "--abbrev=7", "--format=%h|%an").split("|")
    result = run(folder, "expliquer", "F2026-0001", "--au", "2026-10-09", "--format", "json")
    said = json.loads(result.output)
    (letter,) = [e for e in said["evenements"] if e["sorte"] == "lettre"]
    assert letter["commit"].startswith(short)
    assert letter["commit_auteur"] == author
    assert (letter["montant"], letter["devise"]) == ("1200.00", "EUR")
    shown = run(folder, "expliquer", "F2026-0001", "--au", "2026-10-09").output
    assert f"commit {short} du " in " ".join(shown.split())
