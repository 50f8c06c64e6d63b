"""Made-up companies whose bank writes labels as confusing as it can, the truth known: who paid
what. The same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from relance.claims.on_day import OnDay
from relance.incoming.bank_statement import BankLine, Reversal
from relance.policy.settings import Policy
from relance.reconciliation.match import StatementLine
from relance.values.amounts import Money
from relance.values.facts import Books, Client
from relance.values.issued import Citation, IssuedLetter
from relance.values.kinds import DebtorType
from relance.values.movement import Movement
from relance.values.problem import Source
from relance.values.terms import Terms

FIRST, DAYS = date(2026, 1, 5), 200
TODAY = FIRST + timedelta(DAYS + 60)
NAMES = (
    "Menuiserie Müller & Fils",
    "MULLER ET FILS SARL",
    "Durand SARL",
    "Durand & Associés",
    "Garage du Lac",
    "Commune de Valbois",
    "Boulangerie Saint-Roch",
    "Saint-Roch",
    "Mme Martin",
    "SCI des Tanneurs",
    "L’Écluse",
    "Fonderie 2026",
    "Atelier 31",
)
FORMS = (
    "FA{year}-{n:04}",
    "F{year}-{n:04}",
    "FA{year}{n:04}",
    "{year}-{n:03}",
    "{n}",
    "{year}{n:04}",
    "A{n}",
    "INV/{year}/{n}",
    "FAC{yy}-{n}",
    "{n:06} / {client:05}",
    "F{n}",
    "FV-{year}-{month:02}-{n:03}",
    "{year}{month:02}{n:02}",
    "{client}{n:04}",
)
USUAL = ("49.90", "100.00", "120.00", "1200.00")
IBANS = tuple(f"FR{20 + n}2004101005{n:012}" for n in range(20))  # no check of a key here


@dataclass
class Paying:
    """A line of the bank with its truth: the invoices that it pays, of whom."""

    item: StatementLine
    account: str
    invoices: frozenset[str]


@dataclass
class Bill:
    """An invoice while its payments are made up."""

    number: str
    client: Client
    day: date
    amount: Decimal
    left: Decimal


@dataclass
class Made:
    """A made-up company."""

    on: OnDay
    payments: list[Paying] = field(default_factory=list)


def make(random: Random, invoices: int = 10, payments: int = 8) -> Made:
    """A company with clients, invoices, some letters, and payments of them."""
    clients = [_client(random, n) for n in range(random.randint(2, 5))]
    bills = _bills(random, clients, invoices)
    movements = [
        Movement(
            b.day, b.client.account, b.amount, "EUR", Source("l.beancount", n), (b.number,), entry=n
        )
        for n, b in enumerate(bills, 1)
    ]
    letters = [_letter(random, n, b) for n, b in enumerate(bills) if random.random() < 0.15]
    books = Books(
        tuple(clients), tuple(sorted(movements, key=lambda m: m.date)), letters=tuple(letters)
    )
    made = Made(OnDay(POLICY, books, TODAY))
    for n in range(payments):
        if paying := _paying(random, n, bills, clients, letters):
            made.payments.append(paying)
    return made


POLICY = Policy.model_validate({"creancier": {"nom": "Essai", "adresse": "1 rue des Essais"}})


def _client(random: Random, n: int) -> Client:
    ibans = (IBANS[n],) if random.random() < 0.4 else ()
    return Client(
        f"Actifs:Clients:C{n}",
        random.choice(NAMES),
        Source("l.beancount"),
        debtor=DebtorType.PROFESSIONAL,
        terms=Terms.parse("30"),
        payer_ibans=ibans,
    )


def _bills(random: Random, clients: list[Client], count: int) -> list[Bill]:
    forms = random.sample(FORMS, random.choice((1, 1, 1, 2)))
    usual = random.random() < 0.4
    bills: dict[str, Bill] = {}
    for n in range(1, count + 1):
        client, day = random.choice(clients), FIRST + timedelta(random.randrange(DAYS))
        serial = (
            n if random.random() < 0.6 else random.choice((31, 32, 100, 118, 310, 1042, 2026, n))
        )
        number = random.choice(forms).format(
            year=day.year if random.random() < 0.8 else 2025,
            yy=26,
            n=serial,
            month=day.month,
            client=411 + int(client.account[-1]),
        )
        amount = (
            Decimal(random.choice(USUAL)) if usual else Decimal(random.randrange(1000, 90000)) / 100
        )
        bills.setdefault(number, Bill(number, client, day, amount, amount))
    return sorted(bills.values(), key=lambda b: (b.day, b.number))


def _letter(random: Random, n: int, bill: Bill) -> IssuedLetter:
    day = bill.day + timedelta(45)
    letter, extras = f"R{day:%Y%m%d}-{n:02}", Decimal(random.randrange(100, 2000)) / 100
    owed = Money(bill.amount, "EUR")
    cited = Citation(letter, bill.number, 1, "relance-2", 2, "standard", bill.day, owed)
    return IssuedLetter(
        letter,
        day,
        bill.client.account,
        "",
        "relance-2",
        2,
        "standard",
        ("courriel",),
        (cited,),
        total=Money(bill.amount + extras + 40, "EUR"),
        interest=Money(extras, "EUR"),
        fee=Money(Decimal(40), "EUR"),
    )


# ---------------------------------------------------------------- One payment


def _paying(
    random: Random, n: int, bills: list[Bill], clients: list[Client], letters: list[IssuedLetter]
) -> Paying | None:
    day = FIRST + timedelta(random.randrange(40, DAYS + 40))
    there = [b for b in bills if b.day <= day]
    if not there:
        return None
    bill = random.choice([b for b in there if b.left] or there)
    own = [b for b in there if b.client is bill.client]
    paid, amount = [bill], bill.left
    kind = random.random()
    if kind < 0.1:  # several invoices
        paid = random.sample(own, min(len(own), random.randint(2, 3)))
        amount = sum((b.left for b in paid), Decimal(0))
    elif kind < 0.25:  # a part
        amount = (bill.amount * random.randrange(1, 9) / 10).quantize(Decimal("0.01"))
    elif kind < 0.3:  # paid twice, or too much
        amount = bill.amount + random.choice((0, 0, 5))
    elif kind < 0.4:  # as a letter demanded
        demanded = [
            x
            for x in letters
            if x.date <= day and x.citations[0].invoice == bill.number and x.total
        ]
        amount = demanded[0].total.number if demanded and demanded[0].total else amount
    if amount <= 0:
        return None
    for each in paid:
        each.left = max(each.left - amount, Decimal(0)) if len(paid) == 1 else Decimal(0)
    alone = sum(c.name == bill.client.name for c in clients) == 1
    known = alone and random.random() < 0.6
    labels, e2e = _labels(random, paid, there, letters, known=known)
    party, iban = _party(random, bill.client) if known else ("", "")
    line = BankLine(
        day, amount, labels, Source("banque.xml", n), end_to_end=e2e, party=party, party_iban=iban
    )
    account = bill.client.account
    return Paying(
        StatementLine(f"l{n:03}", "EUR", line), account, frozenset(b.number for b in paid)
    )


def _party(random: Random, client: Client) -> tuple[str, str]:
    """What the bank says of who paid: its name as banks write them, its IBAN."""
    name = str(client.name)
    spelt = random.choice((name, name.upper(), name.replace("&", "ET").upper(), f"SARL {name}"))
    iban = client.payer_ibans[0] if client.payer_ibans and random.random() < 0.7 else ""
    return (spelt, iban) if random.random() < 0.8 or not iban else ("", iban)


def _labels(
    random: Random,
    paid: list[Bill],
    there: list[Bill],
    letters: list[IssuedLetter],
    *,
    known: bool,
) -> tuple[tuple[str, ...], str]:
    words, e2e, whole = _quoting(random, paid, there)
    # A number of another alone, of the same amount, could not be told from the truth by anybody.
    surely = known or whole
    others = [b for b in there if b.client is not paid[0].client] if surely else []
    noise = [_noise(random, there, letters, others) for _ in range(random.randint(0, 4))]
    texts = [*words, *noise]
    random.shuffle(texts)
    text = " ".join(["VIR SEPA RECU", *texts])
    if random.random() < 0.3:
        text = text.replace(" ", "", random.randint(0, 1))
    if others and not known:
        return (text,), e2e
    if random.random() < 0.2:
        text = text[: random.choice((31, 140))]
    if random.random() < 0.3:
        return tuple(text[at : at + 31] for at in range(0, len(text), 31)), e2e
    return (text,), e2e


def _quoting(random: Random, paid: list[Bill], there: list[Bill]) -> tuple[list[str], str, bool]:
    """How what is paid is told: in the label, in the end-to-end id, or not at all; and whether
    surely."""
    chance = random.random()
    if chance < 0.55:
        return [_whole(random, b.number) for b in paid], "", True
    if chance < 0.65:
        return [f"FACT {_short(b.number)}" for b in paid], "", False
    if chance < 0.7:
        return [], paid[0].number if len(paid) == 1 else "", len(paid) == 1
    if chance < 0.75:
        return (
            [_mistyped(random, b.number, {each.number for each in there}) for b in paid],
            "",
            False,
        )
    return [], "", False


def _whole(random: Random, number: str) -> str:
    spaced = number.upper().replace("-", " ").replace("/", " ")
    lead = random.choice(("", "", "FACT ", "FACTURE ", "REGLT FACTURE N ", "REF "))
    return lead + random.choice(
        (number, number.upper(), spaced, number.replace("-", "").replace("/", ""))
    )


def _short(number: str) -> str:
    return number.replace("/", "-").split("-")[-1].strip().lstrip("0") or number


def _mistyped(random: Random, number: str, others: set[str]) -> str:
    """The number with a digit wrong, that makes it no other's."""
    at = random.choice([at for at, sign in enumerate(number) if sign.isdigit()])
    wrong = f"{number[:at]}{random.randrange(10)}{number[at + 1 :]}"
    return number if wrong in others else wrong


def _noise(
    random: Random, there: list[Bill], letters: list[IssuedLetter], others: list[Bill]
) -> str:
    """Something that is no number of what is paid, and looks like one."""
    bill = random.choice(there)
    digits = "".join(filter(str.isdigit, bill.number))[-6:]
    phone = f"01{digits:0>8}"[:10]
    forms = [
        "2026",
        "EXERCICE 2026",
        f"{random.randrange(28):02}/0{random.randrange(1, 9)}/2026",
        "FACTURES DE 2026",
        phone,
        " ".join(phone[at : at + 2] for at in range(0, 10, 2)),
        f"TEL {phone}",
        f"FR76 3000 6000 {digits:0>4} 2026 {digits:0>4} 189",
        f"FR763000600001{digits:0>11}89",
        f"SIREN 732 829 {digits[-3:]:0>3}",
        f"SIRET 732829{digits:0>8}",
        f"COMMANDE {digits}",
        f"CONTRAT {digits}",
        f"CLIENT {digits}",
        f"N {digits}",
        f"REF {digits}",
        f"{digits} RUE DES TANNEURS",
        f"{bill.amount} EUR",
        f"X{bill.number}",
        f"{bill.number}0" if f"{bill.number}0" not in {b.number for b in there} else "",
        f"{digits[:2]}/{digits}",
        "20260131",
        "R2026",
        "MERCI",
        "ACOMPTE",
        "31",
    ]
    if others:
        other = random.choice(others)
        forms += [other.number, f"SUITE {other.number.upper()}", str(other.client.name).upper()]
        forms += [x.id for x in letters if x.account == other.client.account][:1]
    return random.choice(forms)


def returned(paying: Paying, day: date, n: int) -> StatementLine:
    """The line by which the bank takes a payment back."""
    line = paying.item.line
    reversal = Reversal("AM04", "provision insuffisante", line.end_to_end)
    back = BankLine(
        day,
        -line.amount,
        ("REJET PRLV", *line.labels),
        Source("banque.xml", 900 + n),
        party=line.party,
        party_iban=line.party_iban,
        reversal=reversal,
    )
    return StatementLine(f"r{n:03}", "EUR", back)
