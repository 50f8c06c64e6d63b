"""The call sheet: exposure, everything said and sent before, commands that note the answer."""

from __future__ import annotations

import re
import shlex
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from places import LETTERS
from relance.decision.client_files import ClientFiles, Contact
from relance.letters.compose import LetterSetting, compose_call_sheet
from relance.terminal import cli
from relance.text.typography import ordinary
from story import (
    EVERY_DAY,
    Story,
    cancelled,
    company,
    decide,
    past_letter,
    posted,
    put_into_register,
)

DURAND = "Actifs:Clients:Durand"
DAY = date(2026, 3, 20)
POLICY = (
    EVERY_DAY
    + """\
etapes: {relance-1: {apres: 7, canal: telephone, ecart: 1}}
parcours: {standard: [relance-1], petit-montant: [relance-1]}
ecart-client: 0
"""
)
BOOKS = f"""
2026-01-05 * "Facture" ^F1
  echeance: 2026-02-04
  {DURAND}  100.00 EUR
  Produits:Ventes
2026-01-05 * "Facture" ^F-2
  echeance: 2026-04-04
  {DURAND}  50.00 EUR
  Produits:Ventes
2026-01-05 * "Facture" ^F3
  echeance: 2026-05-04
  {DURAND}  70.00 GBP
  Produits:Ventes
2026-02-20 note {DURAND} "Attend | un **accord**." ^F1 #appel
  raison: "validation"
2026-02-22 note {DURAND} "Virement promis." ^F1 #promesse
  echeance: 2026-03-01
  montant: 60.00 EUR
2026-03-25 note {DURAND} "Plus tard que la fiche." #reponse
"""


@pytest.fixture
def made(tmp_path: Path) -> Story:
    """F1 was reminded on 12 February, posted on the 13th, received on the 16th; a second letter
    was cancelled."""
    story = company(tmp_path, BOOKS, POLICY)
    shutil.copytree(LETTERS, tmp_path / "letters")
    letters = [past_letter("R20260212-01", "rappel", "F1", rank=1)]
    put_into_register(story, "2026-02-12", letters)
    posted(story, "R20260212-01", "2026-02-13", received="2026-02-16")
    put_into_register(story, "2026-02-25", [past_letter("R20260225-01", "rappel", "F1", rank=2)])
    cancelled(story, "R20260225-01", "2026-02-26")
    return story


def sheet(story: Story) -> str:
    """With the spaces and quotes of a keyboard."""
    return ordinary(markdown(story))


def markdown(story: Story) -> str:
    (letter,) = decide(story, str(DAY)).letters
    files = ClientFiles(story.books, story.policy.terms)
    setting = LetterSetting(story.policy.creditor, LETTERS, files=files)
    return compose_call_sheet(letter, setting)


def test_every_contact_is_told_in_order_up_to_the_day(made: Story) -> None:
    (client,) = [c for c in made.books.clients if c.account == DURAND]
    files = ClientFiles(made.books, made.policy.terms)
    told = [(str(c.date)[5:], c.sort, c.letter or c.text) for c in files.contacts(client, DAY)]
    assert told == [
        ("02-12", "relance", "R20260212-01"),
        ("02-13", "envoi", "R20260212-01"),
        ("02-20", "appel", "Attend | un **accord**."),
        ("02-22", "promesse", "Virement promis."),
        ("02-25", "relance", "R20260225-01"),
        ("02-26", "annulation", "R20260225-01"),
    ]
    earlier = [c.sort for c in files.contacts(client, date(2026, 2, 19))]
    assert earlier == ["relance", "envoi"]


def test_a_receipt_is_told_from_its_day_on(made: Story) -> None:
    (client,) = [c for c in made.books.clients if c.account == DURAND]
    files = ClientFiles(made.books, made.policy.terms)

    def received(day: date) -> list[date | None]:
        contacts: tuple[Contact, ...] = files.contacts(client, day)
        return [contact.received for contact in contacts if contact.sort == "envoi"]

    assert received(date(2026, 2, 15)) == [None]
    assert received(date(2026, 2, 16)) == [date(2026, 2, 16)]


def test_what_is_owed_is_told_by_currency(made: Story) -> None:
    """100 late and 50 to come in euros, 70 to come in pounds."""
    (client,) = [c for c in made.books.clients if c.account == DURAND]
    owed = ClientFiles(made.books, made.policy.terms).owed(client, DAY)
    assert owed == (
        ("EUR", Decimal("150.00"), Decimal("100.00")),
        ("GBP", Decimal("70.00"), Decimal(0)),
    )


def test_the_sheet_says_all_of_it(made: Story) -> None:
    text_ = sheet(made)
    assert "| Téléphone | **01 99 00 00 01** |" in text_
    assert "| Encours | **150,00 €**, dont échu 100,00 € |" in text_
    assert "| Encours | **70,00 GBP**, dont échu 0,00 GBP |" in text_
    rows = re.findall(r"^\| \d\d/\d\d/2026 \| .*$", text_, re.MULTILINE)
    history = [row for row in rows if re.search(r"Relance|Envoi|Appel|Promesse|Annul", row)]
    assert history == [
        "| 12/02/2026 | Relance n° 1 | R20260212-01, rappel, courriel, 100,00 € · F1 |",
        "| 13/02/2026 | Envoi | R20260212-01, reçue le 16/02/2026 |",
        "| 20/02/2026 | Appel | Attend &#124; un \\*\\*accord\\*\\*. (raison : validation) · F1 |",
        "| 22/02/2026 | Promesse | Virement promis., pour le 01/03/2026, 60,00 € · F1 |",
        "| 25/02/2026 | Relance n° 2 | R20260225-01, rappel, courriel, 100,00 € · F1 |",
        "| 26/02/2026 | Annulation | R20260225-01 |",
    ]
    assert "Plus tard que la fiche" not in text_


def test_a_client_never_written_to_has_no_history(tmp_path: Path) -> None:
    story = company(tmp_path, BOOKS.split("2026-02-20 note", maxsplit=1)[0], POLICY)
    assert "Ce qui s'est passé" not in sheet(story)


@pytest.mark.parametrize(
    ("marker", "more", "written"),
    [
        ("--appel", ("--raison", "tresorerie"), '#appel\n  raison: "tresorerie"'),
        ("--promesse", (), "#promesse\n  echeance: 2026-03-27\n  montant: 100.00 EUR"),
        ("--litige", (), "#litige\n  montant: 30.00 EUR"),
    ],
)
def test_each_command_of_the_sheet_can_be_run(
    made: Story, marker: str, more: tuple[str, ...], written: str
) -> None:
    """Typed as printed, the dots and the day filled in."""
    (command,) = re.findall(rf"`(relance noter [^`]*{marker}[^`]*)`", sheet(made))
    filled = command.replace("AAAA-MM-JJ", "2026-03-27")
    filled = filled.replace("… EUR", "30.00 EUR").replace("…", "Il paie.")
    _, *words = shlex.split(filled)
    result = CliRunner().invoke(
        cli.relance, [*words, *more, "--au", str(DAY), "--dossier", str(made.root)]
    )
    assert result.exit_code == 0, result.output
    ledger = "".join(p.read_text() for p in (made.root / "ledger").glob("*.beancount"))
    assert f"{DAY} note {DURAND}" in ledger
    assert written in ledger
