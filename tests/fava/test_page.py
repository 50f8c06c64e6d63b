"""The page « Relances », asked of a real Fava."""

from __future__ import annotations

import hashlib
import html
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from fava.application import create_app
from fava.util.date import DateRange
from flask import Flask
from werkzeug.test import TestResponse

from bench.companies import TODAY as BENCH_DAY
from bench.companies import write_company
from favabooks import DAY, EXTENSION, LETTER, TWO_CLIENTS, written_to
from places import ROOT
from relance.fava import books_reader, drawings
from relance.fava.selection import period, selected
from relance.report.printed import DRAWN
from relance.values.facts import Client
from relance.values.problem import Source
from story import (
    EVERY_DAY,
    ONE_INVOICE,
    Story,
    company,
    decide,
    demanding,
    line_of,
    past_letter,
    put_into_register,
)


@dataclass
class Page:
    """A served company: what the page answers, and its visible words."""

    app: Flask

    @property
    def base(self) -> str:
        return f"/{self.app.config['LEDGERS'].first_slug()}"

    def ask(self, path: str) -> TestResponse:
        answer = self.app.test_client().get(f"{self.base}/{path}")
        assert isinstance(answer.data, bytes)  # read to the end, so that its file can be closed
        answer.close()
        return answer

    def raw(self, query: str = DAY, endpoint: str = "") -> str:
        answer = self.ask(f"extension/Relances/{endpoint}?{query}&partial=true")
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    def words(self, query: str = DAY) -> str:
        """What one reads, blanks counted once and apostrophes straight."""
        text = re.sub(r"<(style|script).*?</\1>", "", self.raw(query), flags=re.DOTALL)
        text = html.unescape(re.sub(r"<[^>]*>", " ", text)).replace("’", "'")
        return " ".join(text.split())


def serve(story: Story, *, incognito: bool = False, ledger: str = "ledger/main.beancount") -> Page:
    files = [story.root / ledger]
    app = create_app(files, load=True, incognito=incognito, poll_watcher=True)
    app.testing = True
    return Page(app)


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return company(tmp_path, TWO_CLIENTS, EVERY_DAY)


# What Durand paid five days late.
CLOSED = """
2026-01-05 * "Durand" "Facture" ^F0
  echeance: 2026-01-20
  Actifs:Clients:Durand  300.00 EUR
  Produits:Ventes
2026-01-25 * "Durand" "Virement" ^F0
  Actifs:Banque  300.00 EUR
  Actifs:Clients:Durand
"""


# ---------------------------------------------------------------- A day


def test_fava_has_the_page_in_its_sidebar(story: Story) -> None:
    answer = serve(story).ask("journal/").get_data(as_text=True)
    assert '"report_title": "Relances"' in answer.replace('":"', '": "')


def test_a_day_says_what_goes_out_and_why(story: Story) -> None:
    said = serve(story).words()
    assert "Atelier Essai · 17 mars 2026" in said
    assert "2 lettres 180,00 €" in said  # 100 + 80
    assert "R20260317-01 Durand SARL" in said
    assert "F1 échue le 10/03/2026, 7 jours 100,00 €" in said
    assert "échéance du 10 mars 2026, relance-1 depuis le 17 mars 2026 (+7 jours)" in said


def test_a_day_says_what_waits_and_why(story: Story) -> None:
    said = serve(story).words("time=2026-03-12")  # Durand 2 days late, Martin 11
    assert "1 lettre 80,00 €" in said
    assert (
        "Durand SARL F1 10/03/2026 100,00 € 2 j de retard, relance-1 à partir de 7 j apres "
        "relance-1 le 17/03/2026"
    ) in said


def test_the_aged_balance_ties(story: Story) -> None:
    said = serve(story).words("time=2026-04-05")  # 26 days late, and 35
    assert "Client 1–30 j 31–60 j Solde" in said
    assert "Durand SARL 100,00 100,00 Mme Martin 80,00 80,00 Total 100,00 80,00 180,00" in said


@pytest.mark.slow
def test_what_was_paid_later_is_open_on_the_day(story: Story) -> None:
    story.add("""
2026-03-20 * "Durand" "Virement" ^F1
  Actifs:Banque  100.00 EUR
  Actifs:Clients:Durand
""")
    page = serve(story)
    assert "Encours 180,00 €" in page.words("time=2026-03-17")
    assert "Encours 80,00 €" in page.words("time=2026-03-20")


def test_old_disputes_and_claims_to_declare_come_first(story: Story) -> None:
    story.add("""
2026-02-12 note Actifs:Clients:Durand "Livraison incomplète" #litige ^F1
2026-02-20 note Actifs:Clients:Martin "Redressement" #procedure-collective
  jugement: 2026-02-18
  bodacc: 2026-02-25
  mandataire: "Me Odile Garance"
""")
    said = serve(story).words("time=2026-04-01")
    declare, settle, out = (
        said.index(title)
        for title in ("À déclarer au mandataire", "À régler avant de relancer", "À émettre Rien")
    )
    assert declare < settle < out
    # Published on 25 February: two months end on 25 April, 24 days after 1 April.
    assert "au plus tard le 25 avril 2026 (reste 24 jours)" in said
    assert "Durand SARL · F1 · 100,00 € , litige depuis 48 jours : Livraison incomplète" in said


@pytest.mark.slow
@pytest.mark.parametrize("books", ["", ONE_INVOICE.replace("2026", "2027")])
def test_empty_books_and_days_before_them(tmp_path: Path, books: str) -> None:
    said = serve(company(tmp_path, EXTENSION + books)).words()
    assert "Encours 0,00 €" in said
    assert "Rien à émettre." in said
    assert "Aucune créance n'attend." in said
    assert "Aucune créance ouverte à cette date." in said


# ---------------------------------------------------------------- Fava's filters

TODAY = date(2026, 11, 22)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("period", "day"),
    [
        (None, TODAY),
        (("2026-01-01", "2027-01-01"), TODAY),  # the year runs
        (("2026-11-22", "2026-11-23"), TODAY),
        (("2026-11-01", "2026-11-22"), date(2026, 11, 21)),  # Fava's end is the day after
        (("2025-01-01", "2026-01-01"), date(2025, 12, 31)),
        (("2027-01-01", "2027-02-01"), date(2027, 1, 31)),
    ],
)
def test_the_period_gives_the_day(story: Story, period: tuple[str, str] | None, day: date) -> None:
    ledger = serve(story).app.config["LEDGERS"].ledgers[0]
    given = DateRange(*map(date.fromisoformat, period)) if period else None
    assert selected(ledger, given, {}, TODAY).day == day


@pytest.mark.parametrize("words", ["", "2026", "2026-03", "2026-q1", "2026-02 - 2026-03", "FY2026"])
def test_the_period_is_fava_s(story: Story, words: str) -> None:
    story.add('2010-01-01 custom "fava-option" "fiscal-year-end" "06-30"\n')
    ledger = serve(story).app.config["LEDGERS"].ledgers[0]
    assert period(ledger, {"time": words}) == ledger.get_filtered(time=words).date_range


SUB_ACCOUNT = """
2010-01-01 open Actifs:Clients:Club:Retenue
2026-02-01 * "Club" "Retenue de garantie" ^F3
  echeance: 2026-03-01
  Actifs:Clients:Club:Retenue  50.00 EUR
  Produits:Ventes
"""


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, {"Durand", "Martin", "Club"}),
        ({"account": "Actifs:Clients:Durand"}, {"Durand"}),
        ({"account": "Martin|Durand"}, {"Durand", "Martin"}),
        ({"account": "Actifs:Clients"}, {"Durand", "Martin", "Mairie", "Club"}),
        ({"account": "Retenue"}, {"Club"}),  # a client owns its sub-accounts
        ({"account": "Banque"}, set()),
        ({"filter": "^F1"}, {"Durand"}),
        ({"filter": '"cours de voile"'}, {"Martin"}),
        ({"filter": "#absent"}, set()),
        ({"filter": "^F1 , ^F2"}, {"Durand", "Martin"}),
        ({"account": "Durand", "filter": "^F2"}, set()),
        ({"account": "Durand", "filter": "  "}, {"Durand"}),
    ],
)
def test_filters_leave_clients(story: Story, filters: Mapping[str, str], names: set[str]) -> None:
    story.add(SUB_ACCOUNT)
    ledger = serve(story).app.config["LEDGERS"].ledgers[0]
    choice = selected(ledger, None, filters, TODAY)
    clients = [Client(f"Actifs:Clients:{n}", n, Source("x")) for n in ("Durand", "Martin", "Club")]
    assert {c.name for c in clients if choice.keeps(c)} == names - {"Mairie"}


def test_a_filtered_page_adds_up_what_it_shows(story: Story) -> None:
    said = serve(story).words(f"{DAY}&account=Martin")
    assert "Durand" not in said
    assert "Encours 80,00 €" in said
    assert "1 lettre 80,00 €" in said
    assert "R20260317-02" in said  # its number among all letters of the day, Durand's before it
    assert "Seuls les clients que laissent les filtres de Fava sont montrés." in said


def test_a_filter_that_fava_cannot_read_is_fava_s_to_say(story: Story) -> None:
    assert serve(story).ask("extension/Relances/?time=jamais").status_code == 500


# ---------------------------------------------------------------- A client


@pytest.fixture
def written(story: Story) -> Story:
    return written_to(story)


def hrefs(page: str) -> set[str]:
    return {html.unescape(href) for href in re.findall(r'href="([^"]*)"', page)}


def test_a_client_s_page_tells_its_life(written: Story) -> None:
    page = serve(written)
    said = page.words("time=2026-03-20&compte=Actifs:Clients:Durand")
    assert "Durand SARL" in said
    assert "F1 10/03/2026 100,00 € 100,00 € attente " in said
    letter, invoice = said.index("17/03/2026 lettre"), said.index("10/02/2026 facture")
    assert letter < invoice  # the latest first
    assert "Martin" not in said


def test_a_client_s_page_says_whom_to_reach_and_what_it_owes(story: Story) -> None:
    story.replace(
        '  client: "Durand SARL"\n',
        '  client: "Durand SARL"\n  contact: "Mme Roux"\n',
    )
    page = serve(story)
    said = page.words(f"{DAY}&compte=Actifs:Clients:Durand")
    assert "Contact Mme Roux Téléphone 01 99 00 00 01 Courriel" in said
    assert "Facturé 100,00 € Encours 100,00 € dont échu 100,00 €" in said
    found = hrefs(page.raw(f"{DAY}&compte=Actifs:Clients:Durand"))
    assert "tel:0199000001" in found
    assert any(href.startswith("mailto:") and "@" in href for href in found)


@pytest.mark.slow
def test_a_client_s_page_says_how_it_pays_and_draws_it(written: Story) -> None:
    """F0, due on 20 January, paid on the 25th: five days late."""
    written.add(CLOSED)
    page = serve(written)
    said = page.words("time=2026-03-20&compte=Actifs:Clients:Durand")
    assert "Règle en moyenne 5 jours après l'échéance (1 facture, jamais à temps)." in said
    assert "1 créance en retard aujourd'hui." in said
    shown = html.unescape(page.raw("time=2026-03-20&compte=Actifs:Clients:Durand"))
    drawing = "Du 05/01/2026 au 20/03/2026 : factures : 2, lettres : 1, règlements : 1."
    assert drawing in shown
    # From 5 January to 20 March there are 74 days, of which the payment comes 20 later.
    assert f'x="{3 + 94 * 20 / 74:.2f}%"' in shown


@pytest.mark.slow
def test_what_left_is_told_with_its_fate(written: Story) -> None:
    page = serve(written)
    assert f"{LETTER} relance-1 100,00 € émise, envoi non noté" in page.words("time=2026-03-20")
    assert "Parti depuis" not in page.words("time=2026-04-16")  # thirty days later


@pytest.mark.slow
def test_what_waits_stands_under_who_must_act(story: Story) -> None:
    story.add('2026-02-12 note Actifs:Clients:Durand "Livraison incomplète" #litige ^F1\n')
    said = serve(story).words("time=2026-03-02")  # Martin is one day late: nothing to do yet
    act, patient = said.index("À vous d'agir 1"), said.index("Rien ne presse 1")
    assert act < said.index("litige", act) < patient < said.index("Mme Martin F2", patient)


def test_a_client_s_page_tells_what_platforms_said(story: Story) -> None:
    story.add(
        '2026-02-12 note Actifs:Clients:Durand "Facture mise à disposition (203)" ^F1 #statut\n'
        '  statut: "203"\n'
    )
    said = serve(story).words("time=2026-03-17&compte=Actifs:Clients:Durand")
    assert "facture mise à disposition le 12 février 2026" in said
    assert "12/02/2026 statut Facture mise à disposition (203)" in said


@pytest.mark.slow
def test_a_client_s_page_leads_to_letters_invoices_and_lines(written: Story) -> None:
    page = serve(written)
    found = hrefs(page.raw("time=2026-03-20&compte=Actifs:Clients:Durand"))
    found = {href for href in found if not href.startswith(("tel:", "mailto:"))}
    assert f"lettre?numero={LETTER}" in found
    assert f"{page.base}/journal/?filter=^F1" in {h.replace("%5E", "^") for h in found}
    line = line_of(TWO_CLIENTS, "Actifs:Clients:Durand  100.00 EUR")
    assert any("editor/?file_path=" in h and f"line={line}" in h for h in found)
    for href in found:
        target = f"extension/Relances/{href}" if href.startswith("lettre") else href
        assert page.ask(target.removeprefix(f"{page.base}/")).status_code == 200, href


def test_a_number_that_no_link_spells_leads_to_the_account(story: Story) -> None:
    story.replace('"Cours de voile" ^F2', '"Cours de voile"')
    story.replace("  echeance: 2026-03-01\n", '  echeance: 2026-03-01\n  facture: "FA 2026/2"\n')
    page = serve(story)
    shown = page.raw()
    assert re.search(rf'href="{page.base}/account/Actifs:Clients:Martin/[^"]*">FA 2026/2<', shown)


def test_a_declared_document_is_opened_by_fava(story: Story) -> None:
    story.write("ledger/pieces/bon.pdf", "%PDF-1.4")
    story.add('2026-02-10 document Actifs:Clients:Durand "pieces/bon.pdf" ^F1 #livraison\n')
    page = serve(story)
    found = hrefs(page.raw(f"{DAY}&compte=Actifs:Clients:Durand"))
    (link,) = [href for href in found if "/document/" in href]
    assert page.ask(link.removeprefix(f"{page.base}/")).data == b"%PDF-1.4"


def test_an_unknown_client_is_said_kindly(story: Story) -> None:
    said = serve(story).words(f"{DAY}&compte=Actifs:Clients:Durant")
    assert "aucun client n'a ce compte" in said
    assert "Pas de plan" not in said
    assert "vouliez-vous « Actifs:Clients:Durand » ?" in said


def test_a_client_of_a_shared_account_has_its_page(tmp_path: Path) -> None:
    ledger = TWO_CLIENTS.replace("Actifs:Clients:Durand ", "Actifs:Clients ")
    policy = f"{EVERY_DAY}grand-livre: {{client: beneficiaire}}\n"
    books = company(tmp_path, f"2010-01-01 open Actifs:Clients\n{ledger}", policy)
    books.replace('client: "Durand SARL"', 'client: "Durand SARL"\n  autres-noms: "Durand"')
    page = serve(written_to(books))
    said = page.words("time=2026-03-20&compte=Actifs:Clients:Durand")
    assert "F1 10/03/2026 100,00 € 100,00 € attente " in said
    assert "17/03/2026 lettre" in said and "10/02/2026 facture" in said
    assert "Martin" not in said


def test_a_client_that_changed_accounts_has_its_past(written: Story) -> None:
    written.add("""
2026-03-18 open Actifs:Clients:Industrie
  client: "Durand Industrie"
  courriel: "compta@industrie.example"
  succede: "Actifs:Clients:Durand"
""")
    page = serve(written)
    said = page.words("time=2026-03-20&compte=Actifs:Clients:Industrie")
    assert "F1 10/03/2026 100,00 € 100,00 € attente " in said
    assert "17/03/2026 lettre" in said
    assert "Durand Industrie" in page.words("time=2026-03-20")


# ---------------------------------------------------------------- Letters


def test_a_letter_is_served_as_it_lies(written: Story) -> None:
    page = serve(written)
    answer = page.ask(f"extension/Relances/lettre?numero={LETTER}")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    lies = written.root / f"out/lettres/2026-03-17/{LETTER}.pdf"
    assert answer.data == lies.read_bytes()
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("inline")


def test_a_letter_without_pdf_is_served_as_plain_text(story: Story) -> None:
    put_into_register(story, "2026-03-17", [past_letter(LETTER, "relance-1", "F1")])
    answer = serve(story).ask(f"extension/Relances/lettre?numero={LETTER}")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")


@pytest.mark.parametrize(
    "number",
    [
        "",
        "R20260317-99",
        "../../relance.yaml",
        "..%2f..%2frelance.yaml",
        f"out/lettres/2026-03-17/{LETTER}.pdf",
        f"{LETTER}%00",
        "/etc/passwd",
    ],
)
def test_nothing_but_a_known_number_opens_anything(written: Story, number: str) -> None:
    answer = serve(written).ask(f"extension/Relances/lettre?numero={number}")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "../../relance.yaml",
        "../../secret.pdf",
        "../lettres/../../secret.pdf",
        "../lettres/page.html",
        "../lettres/ailleurs.pdf",  # a link that leads out
    ],
)
def test_a_register_cannot_make_it_serve_another_file(written: Story, path: str) -> None:
    written.write("secret.pdf", "secret")
    written.write("out/lettres/page.html", "<script>alert(1)</script>")
    (written.root / "out/lettres/ailleurs.pdf").symlink_to(written.root / "secret.pdf")
    register = "out/registre/2026-03-17.beancount"
    text = (written.root / register).read_text("utf-8")
    declared = f"../lettres/2026-03-17/{LETTER}.pdf"
    assert declared in text
    written.write(register, text.replace(declared, path))
    page = serve(written)
    assert "Durand SARL" in page.words()  # the books themselves are read
    assert page.ask(f"extension/Relances/lettre?numero={LETTER}").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete"])
@pytest.mark.parametrize("endpoint", ["", "lettre", "dessins"])
def test_there_is_nothing_to_write_to(story: Story, method: str, endpoint: str) -> None:
    page = serve(story)
    ask = getattr(page.app.test_client(), method)
    assert ask(f"{page.base}/extension/Relances/{endpoint}").status_code in (404, 405)


@pytest.mark.slow
def test_nothing_is_written(written: Story) -> None:
    before = prints(written.root)
    page = serve(written)
    page.raw()
    page.raw(f"{DAY}&compte=Actifs:Clients:Durand")
    page.raw(endpoint="dessins")
    page.ask(f"extension/Relances/lettre?numero={LETTER}")
    assert prints(written.root) == before


def prints(root: Path) -> dict[Path, str]:
    files = (path for path in root.rglob("*") if path.is_file())
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


# ---------------------------------------------------------------- Hostile text

HOSTILE = '<script>alert(1)</script>\\"><img src=x onerror=alert(2)> {{ 7 * 7 }} & Fils'


@pytest.mark.slow
def test_foreign_text_is_only_ever_text(written: Story) -> None:
    written.replace('client: "Durand SARL"', f'client: "{HOSTILE}"')
    written.replace('"Durand" "Facture"', f'"Durand" "{HOSTILE}"')
    written.add(f'2026-03-11 note Actifs:Clients:Durand "{HOSTILE}" #litige ^F1\n')
    page = serve(written)
    for query in (DAY, "time=2026-05-01", f"{DAY}&compte=Actifs:Clients:Durand"):
        shown = page.raw(query)
        assert "alert(1)" in shown
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
        assert "{{ 7 * 7 }}" in shown  # nor is it a template


def test_what_is_asked_is_escaped_too(story: Story) -> None:
    shown = serve(story).raw(f"{DAY}&compte=<img src=x onerror=alert(1)>")
    assert "<img src=x" not in shown


# ---------------------------------------------------------------- When there is no plan


def test_books_in_error_decide_nothing(story: Story) -> None:
    story.add('2026-03-18 * "Durand" "Virement" ^F1\n  Actifs:Banque  1440,00 EUR\n')
    page = serve(story)
    said = page.words()
    assert "Pas de plan tant que ceci n'est pas corrigé" in said
    assert "« 1440,00 » n'est pas un nombre" in said
    assert "→ écrivez : Actifs:Banque 1440.00 EUR" in said
    assert "À émettre" not in said
    assert page.ask(f"extension/Relances/lettre?numero={LETTER}").status_code == 404
    assert "n&#x27;est pas un nombre" in page.raw(endpoint="dessins")


def test_every_fault_is_shown_with_its_line(story: Story) -> None:
    story.add('2026-03-18 note Actifs:Clients:Durand "Promis" #promesse ^F1\n')
    story.add('2026-03-19 note Actifs:Clients:Durand "Bof" #litiges ^F1\n')
    page = serve(story)
    said = page.words()
    assert "manque à cette note #promesse" in said
    assert "sorte de note inconnue : #litiges" in said
    assert sum("editor/" in href for href in hrefs(page.raw())) == 2


def test_a_missing_document_stops_nothing(story: Story) -> None:
    story.add('2026-02-10 document Actifs:Clients:Durand "absent.pdf" ^F1 #facture\n')
    said = serve(story).words()
    assert "R20260317-01" in said
    assert "le document ledger/absent.pdf n'existe pas" in said


def test_without_a_policy(story: Story) -> None:
    (story.root / "relance.yaml").unlink()
    said = serve(story).words()
    assert "aucune politique à côté de main.beancount, ni dans un dossier au-dessus" in said
    assert "relance init" in said


def test_with_a_wrong_policy(story: Story) -> None:
    story.write("relance.yaml", "creancier: {nom: Atelier}\ntolerence: 1\n")
    said = serve(story).words()
    assert "relance.yaml:2" in said
    assert "tolerance" in said
    assert "adresse" in said


def test_another_ledger_than_the_policy_s(story: Story) -> None:
    story.write("ledger/autre.beancount", 'include "main.beancount"\n' + EXTENSION)
    story.replace(EXTENSION, "\n")
    said = serve(story, ledger="ledger/autre.beancount").words()
    assert "la politique lit ledger/main.beancount, Fava montre ledger/autre.beancount" in said


def test_a_ledger_that_does_not_read_the_register(story: Story) -> None:
    story.replace('include "../out/registre/*.beancount"\n', "")
    assert "le grand livre n'inclut pas le registre" in serve(story).words()


# ---------------------------------------------------------------- Read once, and again


def test_a_change_of_the_ledger_shows_at_once(story: Story) -> None:
    page = serve(story)
    assert "Encours 180,00 €" in page.words()
    story.replace("80.00 EUR", "85.00 EUR")
    assert "Encours 185,00 €" in page.words()


def test_a_change_of_the_policy_shows_at_once(story: Story) -> None:
    page = serve(story)
    assert "Atelier Essai" in page.words()
    text = (story.root / "relance.yaml").read_text("utf-8")
    story.write("relance.yaml", text.replace("Atelier Essai", "Atelier Neuf"))
    assert "Atelier Neuf" in page.words()


def test_the_ledger_is_loaded_by_fava_alone(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    page = serve(story)
    monkeypatch.setattr("relance.ledger.beancount.read_entries", None)  # whoever calls it fails
    assert "R20260317-01" in page.words()


def test_no_page_waits_for_the_books(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    page = serve(story)
    monkeypatch.setattr(books_reader, "read_company", None)  # whoever calls it fails
    assert "Encours 180,00 €" in page.words()
    monkeypatch.undo()
    story.replace("80.00 EUR", "85.00 EUR")
    page.ask("api/changed")
    monkeypatch.setattr(books_reader, "read_company", None)
    assert "Encours 185,00 €" in page.words()


def test_a_bug_of_ours_stops_our_page_alone(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books_reader, "read_company", None)
    page = serve(story)
    assert page.ask("journal/").status_code == 200
    with pytest.raises(TypeError):
        page.words()


# ---------------------------------------------------------------- Closed invoices


@pytest.mark.slow
def test_a_closed_invoice_is_of_its_client_s_life_alone(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.add(CLOSED)
    page = serve(story)
    day = page.words()
    assert "Encours 180,00 €" in day and "F0" not in day
    monkeypatch.setattr(books_reader, "pruned", lambda books, *_: books)
    assert serve(story).words() == day
    said = page.words(f"{DAY}&compte=Actifs:Clients:Durand")
    assert "F0 20/01/2026 300,00 € 0,00 € soldée" in said
    assert "F1 10/03/2026 100,00 € 100,00 € relance-1, parcours standard" in said
    # On that day its payment is not known yet: 300 + 80 of Martin's, invoiced on 1 February.
    assert "Encours 300,00 €" in page.words("time=2026-01-20")


# ---------------------------------------------------------------- Drawings, incognito


@pytest.mark.slow
def test_the_drawings_are_images(story: Story) -> None:
    shown = serve(story).raw(endpoint="dessins")
    assert "Balance âgée (EUR)" in shown
    assert re.search(r'<img src="data:image/svg\+xml;base64,[A-Za-z0-9+/=]+" alt=', shown)


@pytest.mark.slow
def test_without_the_library_that_draws_the_page_says_so(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    page = serve(story)
    assert "Encours" in page.words()
    shown = page.raw(endpoint="dessins")
    assert "la bibliothèque qui dessine les bilans n&#x27;est pas installée" in shown


def test_every_drawing_has_a_title() -> None:
    assert set(drawings.TITLES) == set(DRAWN)


@pytest.mark.slow
def test_no_drawing_without_figures(story: Story) -> None:
    shown = serve(story).raw(f"{DAY}&account=Mairie", "dessins")
    assert "Pas assez de chiffres pour un dessin." in shown


@pytest.mark.slow
def test_incognito_hides_amounts(story: Story) -> None:
    page = serve(story, incognito=True)
    said = page.words()
    assert "Encours XXX,XX €" in said
    assert "100,00" not in page.raw()
    assert 'data-sort-value="100.00"' not in page.raw()
    assert "Pas de dessins en mode incognito." in page.raw(endpoint="dessins")


# ---------------------------------------------------------------- The example


def test_the_example_is_served() -> None:
    root = ROOT
    app = create_app([root / "ledger/main.beancount"], load=True, poll_watcher=True)
    page = Page(app)
    assert app.config["LEDGERS"].ledgers[0].errors == []
    assert "Menuiserie Müller & Fils SARL" in page.words("time=2026-11-21")


# ---------------------------------------------------------------- Large books


@pytest.mark.slow
def test_large_books_are_served(tmp_path: Path) -> None:
    write_company(tmp_path / "company", 10_000)
    story = Story(tmp_path / "company")
    story.add(EXTENSION.replace("2010", "2024"))
    decided = decide(story, str(BENCH_DAY))
    assert f"{len(decided.letters)} lettres" in serve(story).words(f"time={BENCH_DAY}")


def test_the_page_begins_with_what_the_bank_says(tmp_path: Path) -> None:
    books = (
        TWO_CLIENTS
        + """
2010-01-01 open Actifs:Attente
2026-03-16 ! "ZORRO <b>" "VIREMENT <script>"
  import: "banque:1/b@2026-03-16=100.00"
  rapprochement: "inconnu : ni facture citée ni payeur connu"
  payeur: "ZORRO <b>"
  Actifs:Banque  100.00 EUR
  Actifs:Attente
"""
    )
    page = serve(company(tmp_path, books, EVERY_DAY))
    said = page.words()
    assert "À rapprocher d'abord" in said
    assert "ZORRO <b> · inconnu : ni facture citée ni payeur connu" in said
    assert "le montant est le solde de" in said
    assert "relance rapprocher" in said
    assert (
        "<script>" not in page.raw().partition("relances-rapprocher")[2].partition("</section>")[0]
    )


def test_a_proposal_says_the_penalties_that_the_money_pays(tmp_path: Path) -> None:
    """100.00 of the invoice, and the 41.23 that a letter demanded with it."""
    draft = """
2010-01-01 open Actifs:Attente
2026-03-16 ! "ZORRO" "VIREMENT R20260312-01"
  import: "banque:1/b@2026-03-16=141.23"
  rapprochement: "probable : peut-être"
  Actifs:Banque  141.23 EUR
  Actifs:Attente
"""
    story = company(tmp_path, TWO_CLIENTS + draft, EVERY_DAY)
    letter = demanding(past_letter("R20260312-01", "relance-1", "F1"), "1.23", "40.00")
    put_into_register(story, "2026-03-12", [letter])
    assert "F1 100,00 €, pénalités 41,23 €" in serve(story).words()
