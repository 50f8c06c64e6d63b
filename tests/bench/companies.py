"""Made-up companies of any size, the same for the same seed: a policy, a ledger, letters.

`python tests/bench/companies.py FOLDER INVOICES` writes one.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

CHECKOUT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 20)  # a Friday: steps trigger on working days
MONTHS = 24
INVOICES_PER_CLIENT = 25

POLICY = """\
creancier:
  nom: Fabrique du Banc SARL
  adresse: |
    1 rue de la Mesure
    39000 Valbois
  courriel: compta@fabrique-du-banc.example
  telephone: 01 99 00 00 00
  iban: FR7630006000011234567890189
  signataire: Camille Essai
grand-livre: {fichier: ledger/main.beancount, comptes: [Actifs:Clients]}
"""

ROOTS = """\
option "name_assets" "Actifs"
option "name_liabilities" "Passifs"
option "name_equity" "Capitaux"
option "name_income" "Produits"
option "name_expenses" "Charges"
"""

CHART = """\
option "title" "Fabrique du Banc SARL"
option "operating_currency" "EUR"
include "../out/registre/*.beancount"

{opened} commodity EUR
{opened} open Actifs:Banque EUR
{opened} open Passifs:TVA EUR
{opened} open Produits:Prestations EUR
"""

TRADES = ("Menuiserie", "Garage", "Boulangerie", "Librairie", "Fonderie", "Pépinière", "Clinique")
PLACES = ("des Tanneurs", "du Marché", "de l'Écluse", "d'Été", "Saint-Roch", "du Vieux-Pont")
DEBTORS = ("professionnel",) * 16 + ("public",) * 2 + ("particulier", "autre")
STREETS = ("rue Haute", "place du Marché", "quai Nord", "chemin des Vignes")


@dataclass(frozen=True)
class Client:
    """A debtor of the made-up ledger; `delay` is its days to pay."""

    account: str
    name: str
    debtor: str
    delay: int


@dataclass(frozen=True)
class Invoice:
    """A made-up invoice, its amount in cents incl. VAT."""

    number: str
    client: Client
    day: date
    cents: int

    @property
    def due(self) -> date:
        return self.day + timedelta(self.client.delay)


def write_company(folder: Path, invoices: int, *, seed: int = 1) -> None:
    """Write a company with that many invoices over the 24 months before `TODAY`, not yet in git."""
    random = Random(f"{seed}/{invoices}")
    clients = [
        make_client(random, n) for n in range(1, max(invoices // INVOICES_PER_CLIENT, 4) + 1)
    ]
    opened = TODAY - timedelta(MONTHS * 31)
    for name in ("ledger", "out/registre"):
        (folder / name).mkdir(parents=True)
    shutil.copytree(CHECKOUT / "letters", folder / "letters")
    (folder / "relance.yaml").write_text(POLICY, encoding="utf-8")
    (folder / "out/registre/0000-entete.beancount").write_text(
        'option "name_assets" "Actifs"\n', encoding="utf-8"
    )
    parts = [ROOTS + CHART.format(opened=opened), *(open_account(opened, c) for c in clients)]
    entries = sorted(make_entries(random, clients, invoices))
    ledger = "\n".join([*parts, *(text for _, text in entries)])
    (folder / "ledger/main.beancount").write_text(ledger, encoding="utf-8")


def put_under_git(folder: Path) -> None:
    """Make the company a repository with all its files committed."""
    git = ["git", "-C", str(folder), "-c", "user.name=Banc", "-c", "user.email=banc@banc.example"]
    for words in (
        ["init", "-q", "-b", "main"],
        ["add", "-A"],
        ["commit", "-q", "-m", "ledger: start"],
    ):
        subprocess.run([*git, *words], check=True)


def make_client(random: Random, number: int) -> Client:
    name = f"{random.choice(TRADES)} {random.choice(PLACES)} {number}"
    return Client(
        f"Actifs:Clients:C{number:05}", name, random.choice(DEBTORS), random.choice((30, 30, 45))
    )


def open_account(opened: date, client: Client) -> str:
    number = int(client.account[-5:])
    street = f"{number % 90 + 1} {STREETS[number % len(STREETS)]}"
    return (
        f"{opened} open {client.account} EUR\n"
        f'  client: "{client.name}"\n'
        f'  adresse: "{street}\\n{number % 95 + 1:02}000 Valbois"\n'
        f'  courriel: "compta@client-{number}.example"\n'
        f'  type: "{client.debtor}"\n'
        f"  delai: {client.delay}\n"
    )


def make_entries(
    random: Random, clients: list[Client], invoices: int
) -> Iterator[tuple[date, str]]:
    """Yield every invoice with what followed it, dated; nothing after `TODAY`."""
    for n in range(1, invoices + 1):
        client = random.choice(clients)
        day = TODAY - timedelta(random.randrange(MONTHS * 30))
        invoice = Invoice(f"F{day.year}-{n:06}", client, day, random.randrange(3_000, 600_000))
        yield day, bill(invoice)
        for then, text in follow_up(random, invoice):
            if then <= TODAY:
                yield then, text


def follow_up(random: Random, invoice: Invoice) -> Iterator[tuple[date, str]]:
    """What comes of an invoice: paid in the end, about its due date or months later, all but one
    in a hundred; a few in two parts, after a credit note, a dispute, a promise or a call."""
    fate, number, cents = random.random(), invoice.number, invoice.cents
    late = random.gauss(5, 12) if random.random() < 0.93 else random.uniform(30, 150)
    paid = max(invoice.due + timedelta(round(late)), invoice.day)
    if fate < 0.01:
        return
    if fate < 0.04:
        noted = invoice.day + timedelta(10)
        yield noted, credit_note(noted, invoice, cents // 4)
        cents -= cents // 4
    elif fate < 0.06:
        noted = max(invoice.due + timedelta(12), invoice.day)
        yield noted, note(random, noted, invoice)
        paid += timedelta(60)
    elif fate < 0.09:
        yield paid, credit(paid, invoice, cents // 3, f" ^{number}")
        cents -= cents // 3
        paid += timedelta(45)
    # One payment in a hundred names no invoice.
    yield paid, credit(paid, invoice, cents, "" if random.random() < 0.01 else f" ^{number}")


def amount(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02} EUR"


def bill(invoice: Invoice) -> str:
    vat = invoice.cents // 6
    return (
        f'{invoice.day} * "{invoice.client.name}" "Facture {invoice.number}" ^{invoice.number}\n'
        f"  echeance: {invoice.due}\n"
        f"  {invoice.client.account}  {amount(invoice.cents)}\n"
        f"  Produits:Prestations  -{amount(invoice.cents - vat)}\n"
        f"  Passifs:TVA  -{amount(vat)}\n"
    )


def credit(day: date, invoice: Invoice, cents: int, link: str) -> str:
    return (
        f'{day} * "{invoice.client.name}" "Virement reçu"{link}\n'
        f"  Actifs:Banque  {amount(cents)}\n"
        f"  {invoice.client.account}  -{amount(cents)}\n"
    )


def credit_note(day: date, invoice: Invoice, cents: int) -> str:
    return (
        f'{day} * "{invoice.client.name}" "Avoir sur {invoice.number}" ^{invoice.number} #avoir\n'
        f"  {invoice.client.account}  -{amount(cents)}\n"
        f"  Produits:Prestations  {amount(cents)}\n"
    )


def note(random: Random, day: date, invoice: Invoice) -> str:
    later = day + timedelta(random.randrange(5, 60))
    detail = random.choice(("#litige\n", f"#promesse\n  echeance: {later}\n", "#appel\n"))
    account, number = invoice.client.account, invoice.number
    return f'{day} note {account} "Appel : {number}." ^{number} {detail}'


if __name__ == "__main__":
    write_company(Path(sys.argv[1]), int(sys.argv[2]))
    put_under_git(Path(sys.argv[1]))
