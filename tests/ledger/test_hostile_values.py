"""Every key that the books may have, with every kind of value that Beancount knows: read or
refused at its line, never a crash; and what would crash or stall Beancount itself."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from relance.ledger import beancount
from relance.ledger.company import read_company
from relance.values.problem import Refusal
from story import ONE_INVOICE, OPTIONS, Story, company

KEYS = [
    *("client", "adresse", "contact", "courriel", "copie", "telephone", "siren", "type", "langue"),
    *("contact-relance", "courriel-relance"),
    *("delai", "canal", "parcours", "profil", "paiement", "taux", "penalites", "reference"),
    *("suivi-par", "relance", "pays", "civilite", "succede", "autres-noms", "prescription", "tva"),
    *("iban-payeur", "mandat", "lien-paiement", "echeance", "numero", "prestation", "depot"),
    *("tranche", "facture", "date-facture", "montant", "jusqu-au", "jugement", "bodacc"),
    *("mandataire", "raison", "motif", "etape", "rang", "arrete-au", "sous", "total", "indemnite"),
    *("markdown-sha256", "pdf-sha256", "sms-sha256", "base", "version", "politique-sha256", "ton"),
    *("versement",),
    *("recu", "message-id", "adresse-envoi", "refuse", "solde", "import-id", "source", "original"),
    *("statut", "approuve", "heure"),
]  # fmt: skip
VALUES = {
    "text": '"x"',
    "empty text": '""',
    "number": "5",
    "negative": "-0.001",
    "huge": "9" * 60,
    "amount": "5.00 EUR",
    "date": "2026-03-05",
    "last date": "9999-12-31",
    "account": "Actifs:Clients:Durand",
    "tag": "#litige",
    "link": "^F1",
    "currency": "EUR",
    "boolean": "TRUE",
    "none": "NULL",
    "nothing": "",
}
OTHERS = [
    f'2026-02-10 note Actifs:Clients:Durand "Attend." ^F1 #{sort}'
    for sort in (
        *("appel", "courriel", "reponse", "promesse", "litige", "litige-clos", "echeancier"),
        *("suspension", "reprise", "procedure-collective", "reconnaissance", "abandon-penalites"),
        *("relance", "envoi", "retour", "annulation", "inconnue"),
    )
]  # fmt: skip
PLACES = [
    *OTHERS,
    '2026-02-10 document Actifs:Clients:Durand "../out/x.pdf" ^F1 ^R20260210-01 #relance',
    "2026-02-10 open Actifs:Clients:Neuf",
    '2026-02-10 * "Durand" "Facture" ^F9\n  Actifs:Clients:Durand  10 EUR\n  Produits:Ventes',
]  # fmt: skip


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return company(tmp_path, ONE_INVOICE + 'include "plus.beancount"\n')


ROOTS = OPTIONS.replace('include "../out/registre/*.beancount"\n', "")


def read(story: Story, text: str) -> str:
    """The books with this added: read, or refused with places; what is said then."""
    story.write("ledger/plus.beancount", ROOTS + text)
    try:
        read_company(story.root)
    except Refusal as refusal:
        said = refusal
    else:
        return ""
    assert all(problem.what and problem.source.path for problem in said.problems)
    return str(said)


def with_keys(place: str, keys: list[str], value: str) -> str:
    """A directive with these keys under its first line, each with that value."""
    head, _, rest = place.partition("\n")
    return "\n".join([head, *(f"  {key}: {value}" for key in keys), *rest.splitlines(), ""])


@pytest.mark.parametrize("kind", VALUES)
def test_every_key_of_every_directive_with_a_value_of_each_kind(story: Story, kind: str) -> None:
    said = read(story, "\n".join(with_keys(place, KEYS, VALUES[kind]) for place in PLACES))
    if kind == "amount":  # the values are looked at, and not another fault alone
        assert "« jusqu-au » n'est pas une date" in said
        assert "« client » doit être un texte" in said


@pytest.mark.slow
@pytest.mark.parametrize("kind", VALUES)
def test_each_key_alone(story: Story, kind: str) -> None:
    """No fault of one key hides what another does."""
    for place in PLACES:
        for key in KEYS:
            read(story, with_keys(place, [key], VALUES[kind]))


def test_a_hold_until_an_amount(story: Story) -> None:
    hold = '2026-02-10 note Actifs:Clients:Durand "Attend." #suspension\n  jusqu-au: 5.00 EUR\n'
    assert "« jusqu-au » n'est pas une date" in read(story, hold)


DIVISIONS = ["1/0", "1/(0)", "1/(1-1)", "2*3/-0.00", "0/0", "1 / +0", "(1/0)+1", "1/(2/0)"]
WHERE = [
    '2026-02-10 * "x"\n  Actifs:Clients:Durand  {} EUR\n  Produits:Ventes',
    '2026-02-10 * "x"\n  Actifs:Clients:Durand  1 EUR @ {} USD\n  Produits:Ventes',
    "2026-02-10 price EUR {} USD",
    "2026-02-10 balance Actifs:Clients:Durand {} EUR",
    '2026-02-10 note Actifs:Clients:Durand "x"\n  montant: {} EUR',
    '2026-02-10 note Actifs:Clients:Durand "x"\n  rang: {}',
    '2026-02-10 * "x"\n  Actifs:Clients:Durand  1 EUR {{{} USD}}\n  Produits:Ventes',
    "2026-02-10 balance Actifs:Clients:Durand 1 ~ {} EUR",
    '2026-02-10 custom "x" {}',
]


@pytest.mark.parametrize("division", DIVISIONS)
@pytest.mark.parametrize("where", WHERE)
def test_a_division_by_zero_is_refused(story: Story, where: str, division: str) -> None:
    """Beancount's parser dies of it, and the program with it."""
    assert "divisée par zéro" in read(story, where.format(division) + "\n")


def test_a_division_is_read(story: Story) -> None:
    assert read(story, "2026-02-10 price EUR 3/2 USD\n") == ""


def test_a_pipe_is_not_waited_for(story: Story) -> None:
    os.mkfifo(story.root / "ledger/plus.beancount")
    with pytest.raises(Refusal, match="n'est pas un fichier ordinaire"):
        read_company(story.root)


@pytest.mark.parametrize("folder", ["/", "../.."])
def test_documents_are_not_looked_for_on_the_whole_disk(story: Story, folder: str) -> None:
    story.write("ledger/plus.beancount", ROOTS)
    story.add(f'option "documents" "{folder}"\n')
    with pytest.raises(Refusal, match="contient le dossier de l'entreprise et d'autres"):
        read_company(story.root)


def test_the_keys_are_those_that_the_books_are_read_for() -> None:
    """A key read from now on is tried from now on."""
    folder = Path(beancount.__file__).parent
    asked = re.compile(r'fields\.(?:text|day|money|flag|integer|choice|link|amount)\("([a-z-]+)"')
    read_for = {key for path in folder.glob("*.py") for key in asked.findall(path.read_text())}
    assert len(read_for) > 30
    assert read_for <= set(KEYS)
