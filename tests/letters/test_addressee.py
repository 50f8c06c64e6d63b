"""Who reads a letter, and how they are addressed; names as print writes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from places import LETTERS
from relance.claims.on_day import OnDay
from relance.decision.outcomes import Letter
from relance.decision.planner import make_plan
from relance.letters.addressee import addressee
from relance.letters.compose import LetterSetting, compose
from relance.paper.page import page_html
from relance.policy.settings import STANDARD, Creditor, Policy
from relance.specimens import made_up_company, reminders
from relance.text.frontmatter import front_matter
from relance.text.typography import apostrophes, ordinary
from relance.values.facts import Client
from relance.values.kinds import Channel, Civility, DebtorType
from relance.values.problem import Source
from story import company

POLICY = Policy(creditor=Creditor(name="X", address=("69001 LYON",)))
FIRM, PERSON = DebtorType.PROFESSIONAL, DebtorType.CONSUMER


def client(
    name: str,
    contact: str | None = None,
    debtor: DebtorType | None = FIRM,
    civility: Civility | None = None,
) -> Client:
    here = Source("main.beancount")
    return Client("Actifs:Clients:X", name, here, contact=contact, debtor=debtor, civility=civility)


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (client("Mme Le Goff", debtor=PERSON), ("Mme", "Le Goff")),
        (client("M. Jean Roux", debtor=None), ("M.", "Jean Roux")),
        (client("Mademoiselle Roux", debtor=PERSON), ("Mme", "Roux")),
        (client("Transports Kérivel SAS", "Mme Le Goff"), ("Mme", "Le Goff")),
        (client("Acme Ltd", "Ms Baker"), ("Mme", "Baker")),
        (client("Müller GmbH", "Herr Weiß, Buchhaltung"), ("M.", "Weiß")),
        # nobody in particular, or two
        (client("Transports Kérivel SAS", "Service comptable"), (None, None)),
        (client("Sophie Lefort", debtor=PERSON), (None, None)),
        (client("M. et Mme Durand", debtor=PERSON), (None, None)),
        (client("Atelier", "Mme Roux et M. Blanc"), (None, None)),
        # a firm whose name begins so; a letter that is part of a word
        (client("Monsieur Bricolage SA"), (None, None)),
        (client("Monnier", debtor=PERSON), (None, None)),
        (client("M", debtor=PERSON), (None, None)),
        # what is written wins
        (client("Sophie Lefort", debtor=PERSON, civility=Civility.MADAM), ("Mme", "Sophie Lefort")),
        (client("Atelier", "Camille Roux", civility=Civility.SIR), ("M.", "Camille Roux")),
        (client("Atelier", civility=Civility.SIR), ("M.", None)),
        (client("Mme Bovary", debtor=PERSON, civility=Civility.BOTH), (None, None)),
    ],
)
def test_who_reads_it(who: Client, expected: tuple[str | None, str | None]) -> None:
    assert addressee(who) == expected


@pytest.mark.parametrize(
    ("language", "contact", "opening", "closing"),
    [
        ("fr", "Mme Le Goff", "Madame,", "Nous vous prions d'agréer, Madame, l'expression"),
        ("fr", "M. Roux", "Monsieur,", "Nous vous prions d'agréer, Monsieur, l'expression"),
        ("fr", None, "Madame, Monsieur,", "d'agréer, Madame, Monsieur, l'expression"),
        ("en", "Mme Le Goff", "Dear Ms Le Goff,", "Yours sincerely,"),
        ("en", "Mr Roux", "Dear Mr Roux,", "Yours sincerely,"),
        ("en", None, "Dear Sir or Madam,", "Yours faithfully,"),
        ("de", "Mme Le Goff", "Sehr geehrte Frau Le Goff,", "Mit freundlichen Grüßen"),
        ("de", "M. Roux", "Sehr geehrter Herr Roux,", "Mit freundlichen Grüßen"),
        ("de", None, "Sehr geehrte Damen und Herren,", "Mit freundlichen Grüßen"),
    ],
)
@pytest.mark.parametrize("step", POLICY.tracks[STANDARD][:-1])
def test_how_they_are_addressed(
    step: str, language: str, contact: str | None, opening: str, closing: str
) -> None:
    text = ordinary(front_matter(written(step, language, contact=contact))[1])
    assert opening in text.splitlines()
    assert closing in " ".join(text.split())
    assert not (contact == "M. Roux" and "Madame" in text)


def written(step: str, language: str, **facts: str | None) -> str:
    made = next(x for x, _ in reminders.specimens(POLICY.steps[step]) if x.client.debtor is FIRM)
    reader = replace(made.client, language=language, **facts)  # type: ignore[arg-type]
    creditor = replace_name(made_up_company.creditor())
    setting = LetterSetting(creditor, LETTERS, made_up_company.documents(), language)
    return compose(replace(made, client=reader), setting)


def replace_name(creditor: Creditor) -> Creditor:
    return creditor.model_copy(update={"name": "Atelier de l'Aube", "signatory": "Zoé d'Arc"})


def test_names_have_the_apostrophes_of_print(tmp_path: Path) -> None:
    """In the text and in the window; the front matter keeps what the books write."""
    text = written("mise-en-demeure", "fr", name="L'Épi d'Or", contact="Mme L'Hostis")
    front, body = front_matter(text)
    names = [person["nom"] for person in (front["destinataire"], front["creancier"])]  # type: ignore[index]
    assert names == ["L'Épi d'Or", "Atelier de l'Aube"]
    assert "L’Épi d’Or" in body and "Zoé d’Arc" in body
    assert "L'Épi" not in body and "l'Aube" not in body
    page = page_html(front, body, LETTERS)
    assert "L’Épi d’Or" in page and "Mme L’Hostis" in page and "Atelier de l’Aube" in page
    assert "'" not in page.split("<address")[1].split("</address>")[0]


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("L'Épi d'Or", "L’Épi d’Or"),
        ("Chez l’Ami", "Chez l’Ami"),
        ("Les Amis' Club", "Les Amis' Club"),
        ("5' de trop", "5' de trop"),
    ],
)
def test_apostrophes_between_letters(text: str, printed: str) -> None:
    assert apostrophes(text) == printed


REMINDED = """
2010-01-01 open Actifs:Clients:Roux
  client: "Roux SA"
  adresse: "2 rue du Port\\n69002 LYON"
  contact: "M. Blanc"
  courriel: "factures@roux.example"
  contact-relance: "Mme Verdier"
  courriel-relance: "RELANCES"
  type: "professionnel"
2026-02-10 * "Roux SA" "Facture" ^R1
  echeance: 2026-03-10
  Actifs:Clients:Roux  100.00 EUR
  Produits:Ventes
"""


def letter_to_roux(folder: Path, address: str) -> tuple[Letter, dict[str, Any]]:
    story = company(folder, REMINDED.replace("RELANCES", address))
    (letter,) = make_plan(OnDay(story.policy, story.books, date(2026, 3, 17))).letters
    setting = LetterSetting(story.policy.creditor, LETTERS, ())
    return letter, front_matter(compose(letter, setting))[0]


def test_reminders_have_a_reader_and_an_address_of_their_own(tmp_path: Path) -> None:
    letter, front = letter_to_roux(tmp_path, "tresorerie@roux.example")
    assert letter.channels == (Channel.EMAIL,)
    recipient = front["destinataire"]
    assert (recipient["contact"], recipient["civilite"]) == ("Mme Verdier", "Mme")
    assert recipient["courriel"] == "tresorerie@roux.example"
    assert letter.client.mailed == ("tresorerie@roux.example",)
    assert letter.client.emails == ("factures@roux.example",)  # by which imports know the client


def test_an_address_for_reminders_that_cannot_be_used_is_not_replaced(tmp_path: Path) -> None:
    letter, front = letter_to_roux(tmp_path, "tresorerie chez roux")
    assert letter.channels == (Channel.POST,)
    assert "courriel" not in front["destinataire"]
