"""Made-up companies of any size, the same for the same seed: a policy, a ledger, letters.

`python tests/bench/companies.py FOLDER INVOICES` writes one.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from random import Random

from relance.ledger.register_writer import write_run
from relance.values.amounts import Money
from relance.values.issued import Citation, IssuedLetter

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


BILLED = re.compile(
    r"^\S+ \* .* \^(F\S+)\n  echeance: (\S+)\n  (Actifs:Clients:\S+)  (\S+) EUR$", re.MULTILINE
)
STEPS = {"relance-1": 7, "relance-2": 15}  # days after the due date


def write_register(folder: Path, letters: int) -> None:
    """Write a register of about that many letters, each sent the day it was written, as if every
    invoice had been chased by as many steps as it takes."""
    books = (folder / "ledger/main.beancount").read_text(encoding="utf-8")
    bills = BILLED.findall(books)
    days: dict[date, list[IssuedLetter]] = defaultdict(list)
    for number in range(letters):
        invoice, due, account, cents = bills[number % len(bills)]
        place = number // len(bills)
        step, after = list(STEPS.items())[place % 2]
        day = date.fromisoformat(due) + timedelta(after + place)
        if day < TODAY:
            owed = Money(Decimal(cents), "EUR")
            cited = Citation("", invoice, 1, step, place + 1, "standard", day, owed)
            days[day].append(_letter(day, account, cited))
    for day, of_day in sorted(days.items()):
        named = [_numbered(letter, n) for n, letter in enumerate(of_day, 1)]
        text = write_run(day, named, {"Actifs": "name_assets"}, lambda c: f"{c.invoice} : relance.")
        text += "".join(f"\n{_sent(letter)}" for letter in named)
        (folder / f"out/registre/{day}.beancount").write_text(text, encoding="utf-8")
        place_of = folder / f"out/lettres/{day}"
        place_of.mkdir(parents=True, exist_ok=True)
        for letter in named:
            (folder / letter.path).write_text("Lettre\n", encoding="utf-8")


def _letter(day: date, account: str, cited: Citation) -> IssuedLetter:
    return IssuedLetter(
        *("", day, account, "", cited.step, cited.rank, cited.track, ("courriel",)),
        citations=(cited,),
        stopped_on=day,
        total=cited.balance,
        interest=Money(Decimal("0.00"), "EUR"),
        fee=Money(Decimal("0.00"), "EUR"),
        base="0" * 40,
        version="relance 0.2.0, weasyprint 70.0, markdown 3.11.3",
        policy_sha256=sha256(b"").hexdigest(),
        tone="neutre",
    )


def _numbered(letter: IssuedLetter, number: int) -> IssuedLetter:
    name = f"R{letter.date:%Y%m%d}-{number:02}"
    digest = sha256(name.encode()).hexdigest()
    return replace(
        letter,
        id=name,
        path=f"out/lettres/{letter.date}/{name}.md",
        citations=tuple(replace(cited, letter=name) for cited in letter.citations),
        markdown_sha256=digest,
        pdf_sha256=digest,
    )


def _sent(letter: IssuedLetter) -> str:
    return (
        f'{letter.date} note {letter.account} "{letter.id} envoyée." #envoi ^{letter.id}\n'
        f'  relance: "{letter.id}"\n  canal: "courriel"\n  adresse: "compta@client.example"\n'
        f'  message-id: "<{letter.id}@fabrique-du-banc.example>"\n'
    )


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
