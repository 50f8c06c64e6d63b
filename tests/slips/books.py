"""A correct company as a French bookkeeper writes it, and what its entries mean.

A seed gives the company: clients of every type, invoices of every shape, payments, credit notes,
rejections, notes and documents, in several files. Every entry also says in plain values what it
moves, so that what is open can be added up here without the program.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

ROOTS = """\
option "name_assets" "Actifs"
option "name_liabilities" "Passifs"
option "name_equity" "Capitaux"
option "name_income" "Produits"
option "name_expenses" "Charges"
"""
MAIN = "ledger/main.beancount"
CLIENTS = "ledger/clients.beancount"
NOTES = "ledger/suivi.beancount"
POLICY = "relance.yaml"
START = date(2025, 9, 1)  # the first sale
END = date(2026, 11, 10)  # the last entry
DAYS = (date(2026, 10, 13), date(2026, 11, 24))  # two Tuesdays on which a plan is looked at
ISSUED = (date(2026, 9, 1), date(2026, 9, 22))  # and two on which letters went out before

POLICY_TEXT = """\
# Notre politique de relance.
creancier:
  nom: Atelier du Canal SARL
  adresse: |
    8 quai du Canal
    39000 Valbois
  courriel: compta@atelier-canal.example
  telephone: "01 99 00 00 00"
grand-livre:
  fichier: ledger/main.beancount
  comptes: [Actifs:Clients]
delai: 30
regles:
  - {si: {solde-max: 100}, parcours: petit-montant}
penalites: {taux: 12.5, indemnite: 42.50}
tolerance: 1.50
ecart: 7
ecart-client: 5
promesse: {grace: 2}
"""


@dataclass(frozen=True)
class Move:
    """What one posting on a client's account means; a debit that `rejects` undoes a payment."""

    day: date
    account: str
    number: Decimal
    invoice: str | None
    currency: str = "EUR"
    due: date | None = None
    rejects: bool = False


@dataclass(frozen=True)
class Entry:
    """One directive, or one stretch of a file, with the name of its kind."""

    kind: str
    file: str
    text: str
    account: str = ""
    moves: tuple[Move, ...] = ()
    explicit: bool = True  # every posting has its amount, so that one alone cannot be mistyped

    @property
    def invoice(self) -> str:
        return next((move.invoice for move in self.moves if move.invoice), "")


@dataclass(frozen=True)
class Company:
    """The entries in the order of their files; `delays` are days to pay by account."""

    entries: tuple[Entry, ...]
    delays: Mapping[str, int]

    def files(self) -> dict[str, str]:
        """The text of every file."""
        found: dict[str, list[str]] = {}
        for entry in self.entries:
            found.setdefault(entry.file, []).append(entry.text)
        return {file: "\n".join(texts) for file, texts in found.items()}

    def of(self, *kinds: str) -> list[Entry]:
        return [entry for entry in self.entries if entry.kind in kinds]

    def on(self, account: str, *kinds: str) -> list[Entry]:
        return [entry for entry in self.of(*kinds) if entry.account == account]

    def about(self, invoice: str) -> list[Entry]:
        """The entries of the books that name an invoice."""
        return [entry for entry in self.entries if f"{invoice}" in entry.text]

    def with_entry(self, old: Entry, *new: Entry) -> Company:
        """The company with an entry replaced by others, or by none."""
        entries = [x for entry in self.entries for x in (new if entry is old else (entry,))]
        return replace(self, entries=tuple(entries))


Open = dict[tuple[str, str, int, str], tuple[Decimal, date]]


def owner(account: str) -> str:
    """The client's account of a sub-account."""
    return ":".join(account.split(":")[:3])


# An account of a client, a currency, an invoice or "".
Key = tuple[str, str, str]


def opened(company: Company, day: date) -> Open:
    """What is open on a day: (account, invoice, instalment, currency) → (balance, due).

    Linked money pays its invoice's instalments, those of the account it stands on first, then by
    due date; what is left over, and money that names no invoice, pays the client's oldest due.
    """
    debts, money = _owed_and_paid(company, day)
    found: Open = {}
    for account, currency in sorted({key[:2] for key in (*debts, *money)}):
        own = [key for key in sorted({*debts, *money}) if key[:2] == (account, currency)]
        free = Decimal(0)
        left: list[tuple[date, str, int, Decimal]] = []
        for key in own:
            linked = money.get(key, Decimal(0))
            for place, (due, number) in enumerate(sorted(debts.get(key, {}).items()), 1):
                paid = min(linked, number)
                linked -= paid
                left.append((due, key[2], place, number - paid))
            free += linked
        for due, invoice, place, number in sorted(left):
            paid = min(free, number)
            free -= paid
            if number > paid:
                found[account, invoice, place, currency] = (number - paid, due)
    return found


def _owed_and_paid(
    company: Company, day: date
) -> tuple[dict[Key, dict[date, Decimal]], dict[Key, Decimal]]:
    """The instalments of each invoice by due date, and the money for it, once what stands on an
    account below the client's own has met there."""
    debts: dict[Key, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    money: dict[Key, Decimal] = defaultdict(Decimal)
    apart: dict[tuple[Key, str], Decimal] = defaultdict(Decimal)
    places: dict[tuple[Key, str], date] = {}
    for move in (move for entry in company.entries for move in entry.moves if move.day <= day):
        key = (owner(move.account), move.currency, move.invoice or "")
        if move.number > 0 and not move.rejects:
            due = move.due or move.day + timedelta(company.delays[key[0]])
            debts[key][due] += move.number
            places[key, move.account] = due
        elif move.account == key[0]:
            money[key] -= move.number
        else:
            apart[key, move.account] -= move.number
    for (key, account), kept in apart.items():
        due = places.get((key, account), date.max)
        paid = min(kept, debts[key].get(due, Decimal(0)))
        if paid:
            debts[key][due] -= paid
        money[key] += kept - paid
    return debts, money


# ---------------------------------------------------------------- Writing it


@dataclass(frozen=True)
class Debtor:
    """A client as the generator knows it."""

    account: str
    name: str
    type: str
    more: str = ""
    days: int = 30
    currency: str = "EUR"
    constrained: bool = False

    def opening(self) -> str:
        currency = f" {self.currency}" if self.constrained else ""
        short = self.account.rpartition(":")[2].lower()
        return (
            f"2025-01-01 open {self.account}{currency}\n"
            f'  client: "{self.name}"\n'
            f'  adresse: "{len(self.name)} rue des {short.title()}s\\n39000 VALBOIS"\n'
            f'  courriel: "compta@{short}.example"\n'
            f'  type: "{self.type}"\n{self.more}'
        )


DEBTORS = (
    Debtor(
        "Actifs:Clients:Muller", "Menuiserie Muller SARL", "professionnel", "  delai: 30\n",
        constrained=True,
    ),
    Debtor("Actifs:Clients:Garage", "Garage des Remparts SAS", "professionnel"),
    Debtor(
        "Actifs:Clients:Imprimerie", "Imprimerie Caron", "professionnel",
        '  telephone: "01 99 00 20 10"\n  siren: "000000018"\n  delai: 45\n', days=45,
    ),
    Debtor("Actifs:Clients:Valbois", "Commune de Valbois", "public", '  reference: "E 118"\n'),
    Debtor("Actifs:Clients:Lefort", "Mme Sophie Lefort", "particulier"),
    Debtor("Actifs:Clients:Club", "Club de voile", "autre"),
    Debtor("Actifs:Clients:Acme", "Acme Ltd", "professionnel", currency="GBP"),
    Debtor(
        "Actifs:Clients:Lumen", "Lumen Editions", "professionnel", "  relance: FALSE\n"
    ),
)  # fmt: skip
RETENTION = "Actifs:Clients:Imprimerie:Retenue"


@dataclass
class Writer:
    """Writes the entries of one seed."""

    random: Random
    entries: list[tuple[date, int, Entry]]

    def put(self, day: date, entry: Entry) -> None:
        if day <= END:
            self.entries.append((day, len(self.entries), entry))

    def some_days(self, least: int, most: int) -> timedelta:
        return timedelta(self.random.randint(least, most))


@dataclass(frozen=True)
class Sale:
    """An invoice that was written: its parts by due date."""

    debtor: Debtor
    number: str
    day: date
    parts: tuple[tuple[date, Decimal], ...]
    taken_over: bool = False

    @property
    def total(self) -> Decimal:
        return sum((amount for _, amount in self.parts), Decimal(0))

    @property
    def rate(self) -> str:
        return " @ 1.1600 EUR" if self.debtor.currency == "GBP" else ""


def book_of(day: date) -> str:
    return f"ledger/{day.year}.beancount"


def posting(account: str, number: Decimal, currency: str = "EUR", more: str = "") -> str:
    return f"  {account:<38}{number:>12.2f} {currency}{more}\n"


def make_company(seed: int) -> Company:
    """The company of a seed."""
    random = Random(f"livres/{seed}")
    writer = Writer(random, [])
    numbers = sorted(
        (day_of_sale(random), debtor.account)
        for debtor in DEBTORS
        for _ in range(random.randint(4, 6))
    )
    by_account = {debtor.account: debtor for debtor in DEBTORS}
    sales: dict[str, list[Sale]] = {}
    for place, (day, account) in enumerate(numbers, 1):
        debtor = by_account[account]
        sale = write_sale(writer, debtor, f"F{day.year}-{place + 110:04d}", day)
        sales.setdefault(account, []).append(sale)
    for own in sales.values():
        write_payments(writer, own)
    for debtor in DEBTORS:
        write_notes(writer, debtor, [s for s in sales[debtor.account] if s.day < DAYS[0]])
    return Company(
        tuple(frame(writer.entries)), {debtor.account: debtor.days for debtor in DEBTORS}
    )


def day_of_sale(random: Random) -> date:
    """Most sales are of the months before the plans, a fifth of the year before."""
    if random.random() < 0.2:
        return START + timedelta(random.randint(0, 150))
    return date(2026, 5, 20) + timedelta(random.randint(0, 165))


def frame(entries: Iterable[tuple[date, int, Entry]]) -> Iterator[Entry]:
    """All entries, with the files' heads before them."""
    yield Entry("policy", POLICY, POLICY_TEXT)
    yield Entry("options", MAIN, f'option "title" "Atelier du Canal"\n{ROOTS}')
    for name in ("clients", "2025", "2026", "suivi"):
        yield Entry("include", MAIN, f'include "{name}.beancount"')
    yield Entry("include-register", MAIN, 'include "../out/registre/*.beancount"\n')
    for name in (
        "Actifs:Banque", "Actifs:Banque:Frais", "Passifs:TVA", "Produits:Prestations",
        "Produits:Ventes", "Charges:Pertes", "Charges:Banque", "Capitaux:Reprise",
    ):  # fmt: skip
        yield Entry("account", MAIN, f"2025-01-01 open {name}")
    yield Entry("account", MAIN, "2025-01-01 open Actifs:Clients")
    yield Entry("options", CLIENTS, ROOTS)
    for debtor in DEBTORS:
        kind = "excluded-client" if "FALSE" in debtor.more else "client"
        yield Entry(kind, CLIENTS, debtor.opening(), debtor.account)
    yield Entry("account", CLIENTS, f"2025-01-01 open {RETENTION} EUR")
    for file in ("ledger/2025.beancount", "ledger/2026.beancount"):
        yield Entry("options", file, f"{ROOTS}\n;; Ventes et banque, {file[7:11]}\n")
    yield Entry("options", NOTES, f"{ROOTS}\n;; Ce que disent les clients\n")
    for _, _, entry in sorted(entries, key=lambda found: found[:2]):
        yield entry


def write_sale(writer: Writer, debtor: Debtor, number: str, day: date) -> Sale:
    """An invoice of one of the shapes that books have."""
    random = writer.random
    total = Decimal(random.choice((6000, 8400, 12000, 48000, 96000, 132000, 250000))) / 100
    total += Decimal(random.randint(0, 40)) + Decimal(random.randint(0, 9)) / 10
    total -= total % Decimal("0.60")  # so that its VAT is in whole cents
    shape = random.choice(("due", "due", "terms", "instalments", "opening"))
    if debtor.account in RETENTION:
        shape = random.choice(("due", "retention", "retention"))
    if debtor.currency != "EUR" and shape not in ("due", "terms"):
        shape = "due"
    if shape == "opening" and day > date(2025, 12, 1):
        shape = "due"
    days = random.choice((15, 30, 45))
    late = day + timedelta(days if shape != "terms" else debtor.days)
    half = (total / 2).quantize(Decimal("0.01"))
    parts: tuple[tuple[date, Decimal], ...] = ((late, total),)
    if shape == "instalments":
        parts = ((late, half), (late + timedelta(random.choice((15, 31))), total - half))
    if shape == "retention":
        parts = ((late, total - half), (late + timedelta(60), half))
    sale = Sale(debtor, number, day, parts, taken_over=shape == "opening")
    writer.put(day, sale_entry(sale, shape, explicit=random.random() < 0.5))
    if random.random() < 0.2:
        copy = f'{day} document {debtor.account} "../pieces/{number}.pdf" ^{number} #facture\n'
        writer.put(day, Entry("document", book_of(day), copy, debtor.account))
    return sale


def sale_entry(sale: Sale, shape: str, *, explicit: bool) -> Entry:
    debtor, number, day = sale.debtor, sale.number, sale.day
    accounts = [debtor.account, RETENTION if shape == "retention" else debtor.account]
    moves = [
        Move(day, account, amount, number, debtor.currency, None if shape == "terms" else due)
        for account, (due, amount) in zip(accounts, sale.parts, strict=False)
    ]
    if shape == "opening":
        head = f'2026-01-01 * "{debtor.name}" "A nouveau, facture {number}" ^{number}\n'
        head += f'  numero: "{number.replace("-", " ")}"\n  date-facture: {day}\n'
        lines = f"  echeance: {sale.parts[0][0]}\n"
        lines += posting(debtor.account, sale.total)
        other = posting("Capitaux:Reprise", -sale.total) if explicit else "  Capitaux:Reprise\n"
        moves = [replace(moves[0], day=date(2026, 1, 1))]
        return Entry("opening", "ledger/2026.beancount", head + lines + other, debtor.account,
                     tuple(moves), explicit)  # fmt: skip
    head = f'{day} * "{debtor.name}" "Facture {number}" ^{number}\n'
    lines = ""
    if shape == "due":
        lines += f"  echeance: {sale.parts[0][0]}\n"
    if shape in {"due", "terms"}:
        lines += posting(debtor.account, sale.total, debtor.currency, sale.rate)
    else:
        for account, (due, amount) in zip(accounts, sale.parts, strict=True):
            lines += posting(account, amount) + f"    echeance: {due}\n"
    if not explicit:
        lines += "  Produits:Prestations\n"
    elif debtor.currency != "EUR":
        net = (sale.total * Decimal("1.16")).quantize(Decimal("0.0001"))
        lines += f"  Produits:Prestations  {-net} EUR\n"
    else:
        vat = (sale.total / 6).quantize(Decimal("0.01"))
        lines += posting("Produits:Prestations", vat - sale.total) + posting("Passifs:TVA", -vat)
    kind = {"due": "invoice", "terms": "invoice-by-terms"}.get(shape, "instalments")
    return Entry(kind, book_of(day), head + lines, debtor.account, tuple(moves), explicit)


def write_payments(writer: Writer, sales: list[Sale]) -> None:
    """What a client paid: most of what it owes, in every way that people pay."""
    random = writer.random
    todo = list(sales)
    random.shuffle(todo)
    if len(todo) > 3 and todo[0].debtor.currency == "EUR" and random.random() < 0.5:
        two = sorted((todo.pop(), todo.pop()), key=lambda sale: sale.number)
        write_transfer(writer, two)
    for sale in todo:
        day = sale.parts[0][0] + writer.some_days(-5, 30)
        if sale.taken_over:
            day = max(day, date(2026, 1, 2))  # what was paid before is not taken over
        if sale.debtor.account in RETENTION and len(sale.parts) > 1:
            write_released(writer, sale, day)
        else:
            write_life(writer, sale, day, random.choice(LIVES))


LIVES = ("open", "open", "open", "paid", "part", "unlinked", "credit-note", "rejected", "loss")


def write_life(writer: Writer, sale: Sale, day: date, life: str) -> None:
    """What became of a sale, from a day on."""
    parts = {"part": 3, "credit-note": 6}
    amount = (sale.total / parts.get(life, 1)).quantize(Decimal("0.01"))
    if life in {"paid", "part", "rejected"}:
        write_credit(writer, sale, day, amount)
    elif life == "unlinked" and sale.debtor.currency == "EUR":
        write_credit(writer, sale, day, amount, linked=False)
    elif life == "credit-note":
        write_credit(writer, sale, sale.day + timedelta(12), amount, kind="credit-note")
    elif life == "loss":
        write_credit(writer, sale, day, amount - 20)
        write_credit(writer, sale, day + timedelta(20), Decimal(20), kind="loss")
    if life == "rejected" and day <= END:
        write_rejection(writer, sale, day + timedelta(8))


WORDS = {"payment": "Virement", "credit-note": "Avoir sur", "loss": "Abandon du reliquat"}
OTHER = {"payment": "Actifs:Banque", "credit-note": "Produits:Prestations",
         "loss": "Charges:Pertes"}  # fmt: skip


def write_credit(
    writer: Writer, sale: Sale, day: date, amount: Decimal, *, kind: str = "payment",
    linked: bool = True,
) -> None:  # fmt: skip
    debtor = sale.debtor
    words = f"{WORDS[kind]} {sale.number}" if linked else "Virement recu"
    head = f'{day} * "{debtor.name}" "{words}"' + (f" ^{sale.number}" if linked else "")
    head += " #avoir\n" if kind == "credit-note" else "\n"
    other = posting(OTHER[kind], amount, debtor.currency, sale.rate)
    lines = posting(debtor.account, -amount, debtor.currency, sale.rate)
    explicit = writer.random.random() < 0.5
    if not explicit:
        other = f"  {OTHER[kind]}\n"
    move = Move(day, debtor.account, -amount, sale.number if linked else None, debtor.currency)
    kind = kind if linked else "unlinked"
    writer.put(day, Entry(kind, book_of(day), head + lines + other, debtor.account, (move,),
                          explicit))  # fmt: skip


def write_released(writer: Writer, sale: Sale, day: date) -> None:
    """The retention paid before the rest, on the account where it stands."""
    amount = sale.parts[1][1]
    head = f'{day} * "{sale.debtor.name}" "Retenue {sale.number}" ^{sale.number}\n'
    text = posting("Actifs:Banque", amount) + posting(RETENTION, -amount)
    move = Move(day, RETENTION, -amount, sale.number)
    writer.put(day, Entry("released", book_of(day), head + text, sale.debtor.account, (move,)))


def write_rejection(writer: Writer, sale: Sale, day: date) -> None:
    head = f'{day} * "{sale.debtor.name}" "Rejet {sale.number}" ^{sale.number}\n'
    text = posting(sale.debtor.account, sale.total, sale.debtor.currency, sale.rate)
    move = Move(day, sale.debtor.account, sale.total, sale.number, sale.debtor.currency,
                rejects=True)  # fmt: skip
    writer.put(day, Entry("rejection", book_of(day), f"{head}{text}  Actifs:Banque\n",
                          sale.debtor.account, (move,), explicit=False))  # fmt: skip


def write_transfer(writer: Writer, two: list[Sale]) -> None:
    """One transfer for two invoices."""
    day = max(sale.parts[-1][0] for sale in two) + writer.some_days(0, 20)
    debtor = two[0].debtor
    links = " ".join(f"^{sale.number}" for sale in two)
    text = f'{day} * "{debtor.name}" "Virement, deux factures" {links}\n'
    text += posting("Actifs:Banque", sum((sale.total for sale in two), Decimal(0)))
    for sale in two:
        text += posting(debtor.account, -sale.total) + f'    facture: "{sale.number}"\n'
    moves = tuple(Move(day, debtor.account, -sale.total, sale.number) for sale in two)
    writer.put(day, Entry("transfer", book_of(day), text, debtor.account, moves))


def write_notes(writer: Writer, debtor: Debtor, sales: list[Sale]) -> None:
    """What was said: a dispute, a promise, a hold, a call, about one invoice or the account."""
    random = writer.random
    if not sales or random.random() < 0.25:
        return
    sale = random.choice(sales)
    sort = random.choice(("appel", "litige", "promesse", "suspension", "suspension"))
    day = max(sale.day, ISSUED[1]) + writer.some_days(1, 9)
    link = f" ^{sale.number}" if sort != "suspension" or random.random() < 0.5 else ""
    text = f'{day} note {debtor.account} "Vu avec le client."{link} #{sort}\n'
    until = DAYS[1] + writer.some_days(-30, 30)
    if sort == "promesse":
        text += f"  echeance: {until}\n"
    elif sort == "suspension" and random.random() < 0.6:
        text += f"  jusqu-au: {until}\n"
    elif sort == "litige" and random.random() < 0.5:
        text += f"  montant: {(sale.total / 6).quantize(Decimal('0.01'))} {debtor.currency}\n"
    kind = "note" if sort == "appel" else "hold"
    writer.put(day, Entry(kind, NOTES, text, debtor.account))
