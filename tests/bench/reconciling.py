"""The matching of a statement with open invoices: what a line costs, how it grows with both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from math import log
from random import Random
from time import process_time

from bench.measure import Row
from relance.claims.on_day import OnDay
from relance.incoming.bank_statement import BankLine
from relance.policy.settings import Policy
from relance.reconciliation.match import StatementLine
from relance.reconciliation.reconcile import reconcile
from relance.values.facts import Books, Client
from relance.values.movement import Movement
from relance.values.problem import Source
from relance.values.terms import Terms

SIZES = (1_000, 10_000, 100_000)  # lines, and as many invoices
PER_CLIENT = 25
TURNS = 3
FIRST, DAYS = date(2025, 1, 1), 600
POLICY = Policy.model_validate({"creancier": {"nom": "Banc", "adresse": "1 rue du Banc"}})


def matching() -> Iterator[Row]:
    """Yield what the matching costs at each size beside the imputation of the same books, and its
    growth beside that of a straight line."""
    costs = []
    for size in SIZES:
        pairs = tuple(_costs(size) for _ in range(TURNS if size < SIZES[-1] else 1))
        yield Row(f"matching, {size} lines and claims, CPU", "imputing the books", "s", pairs)
        costs.append(min(ours for ours, _ in pairs))
    exponent = log(costs[-1] / costs[0]) / log(SIZES[-1] / SIZES[0])
    yield Row(f"matching, growth from {SIZES[0]} to {SIZES[-1]}", "linear", "", ((exponent, 1.0),))


def _costs(size: int) -> tuple[float, float]:
    """CPU seconds of the matching, and of working out what is open."""
    on, lines = statement(size)
    start = process_time()
    assert on.claims
    imputed = process_time()
    assert reconcile(lines, on)
    return process_time() - imputed, imputed - start


def statement(size: int) -> tuple[OnDay, Sequence[StatementLine]]:
    """Make books with that many invoices, and the line that pays each: half of them quote it, some
    in short, some name their payer, the others say nothing."""
    random = Random(size)
    clients = [_client(n) for n in range(size // PER_CLIENT)]
    movements, lines = [], []
    for n in range(size):
        client, day = random.choice(clients), FIRST + timedelta(n * DAYS // size)
        amount, number = Decimal(random.randrange(1_000, 90_000)) / 100, f"FA2025-{n:06}"
        place = Source("livres.beancount", n + 1)
        movements.append(
            Movement(day, client.account, amount, "EUR", place, (number,), entry=n + 1)
        )
        label, party = _said(random.random(), number, n, str(client.name))
        line = BankLine(day + timedelta(35), amount, (label,), place, party=party)
        lines.append(StatementLine(f"l{n:06}", "EUR", line))
    books = Books(tuple(clients), tuple(movements))
    return OnDay(POLICY, books, FIRST + timedelta(DAYS + 60)), lines


def _client(n: int) -> Client:
    place = Source("livres.beancount", n + 1)
    terms = Terms.parse("30")
    return Client(f"Actifs:Clients:C{n}", f"Menuiserie {n} SARL", place, terms=terms)


def _said(chance: float, number: str, n: int, name: str) -> tuple[str, str]:
    """The label and the payer of a line."""
    if chance < 0.5:
        return f"VIR SEPA RECU {number} MERCI", ""
    if chance < 0.6:
        return f"VIR FACT {n}", ""
    return "VIR SEPA RECU TEL 01 99 00 12 34", name if chance < 0.9 else ""
