"""The aged balance: what is open by client and by days late, at any date.

Every open cent of a day stands in exactly one column, so that the columns add up to the open
claims and, less what was paid beyond them, to the balance of the client accounts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from relance.claims.claim import Claim
from relance.claims.on_day import OnDay
from relance.values.amounts import ZERO, total
from relance.values.facts import Client


class Column(StrEnum):
    """The columns of the aged balance, by the names they have in the open table."""

    NOT_DUE = "non-echu"
    TO_30 = "1-30"
    TO_60 = "31-60"
    TO_90 = "61-90"
    BEYOND = "plus-de-90"
    UNDATED = "sans-echeance"
    DISPUTED = "litige"
    PLANNED = "echeancier"
    CEDED = "cede"

    @property
    def label(self) -> str:
        """As people read it."""
        return _LABELS[self]


_LABELS = {
    Column.NOT_DUE: "non échu",
    Column.TO_30: "1–30 j",
    Column.TO_60: "31–60 j",
    Column.TO_90: "61–90 j",
    Column.BEYOND: "> 90 j",
    Column.UNDATED: "sans échéance",
    Column.DISPUTED: "litige",
    Column.PLANNED: "échéancier",
    Column.CEDED: "cédé",
}
LATE = (Column.TO_30, Column.TO_60, Column.TO_90, Column.BEYOND)
_LIMITS = ((0, Column.NOT_DUE), (30, Column.TO_30), (60, Column.TO_60), (90, Column.TO_90))


@dataclass(frozen=True, slots=True)
class AgedRow:
    """One client in one currency; `overpaid` is what it paid beyond all its claims."""

    client: Client
    columns: Mapping[Column, Decimal]
    overpaid: Decimal = ZERO

    def column(self, column: Column) -> Decimal:
        """What stands in a column."""
        return self.columns[column]

    @property
    def open(self) -> Decimal:
        """The sum of its open claims."""
        return total(self.columns.values())

    @property
    def late(self) -> Decimal:
        """What of it is late, neither disputed nor in a payment plan."""
        return total(self.columns[column] for column in LATE)

    @property
    def balance(self) -> Decimal:
        """The balance of its accounts."""
        return self.open - self.overpaid


@dataclass(frozen=True, slots=True)
class AgedBalance:
    """The aged balance in a currency, the greatest open sum first."""

    day: date
    currency: str
    rows: tuple[AgedRow, ...]

    def split(self, count: int) -> tuple[AgedBalance, AgedBalance]:
        """The clients that owe most, so many of them, and the others."""
        return replace(self, rows=self.rows[:count]), replace(self, rows=self.rows[count:])

    def column(self, column: Column) -> Decimal:
        """The total of a column."""
        return total(row.columns[column] for row in self.rows)

    @property
    def open(self) -> Decimal:
        """The sum of all open claims."""
        return total(row.open for row in self.rows)

    @property
    def late(self) -> Decimal:
        """What of it is late, neither disputed nor in a payment plan."""
        return total(row.late for row in self.rows)

    @property
    def overpaid(self) -> Decimal:
        """What clients paid beyond all their claims."""
        return total(row.overpaid for row in self.rows)

    @property
    def balance(self) -> Decimal:
        """The balance of all client accounts."""
        return total(row.balance for row in self.rows)


def column_of(due: date | None, day: date) -> Column:
    """The column of a claim by its days late on `day`: the due date itself is not late."""
    if due is None:
        return Column.UNDATED
    late = (day - due).days
    return next((column for limit, column in _LIMITS if late <= limit), Column.BEYOND)


def parts(claim: Claim, on: OnDay) -> Iterator[tuple[Column, Decimal]]:
    """Where the balance of an open claim stands: what was ceded apart, and the disputed part; the
    rest with its running payment plan or, without one, at its age."""
    if on.ceded(claim):
        yield Column.CEDED, claim.balance
        return
    disputed = on.disputed(claim)
    if disputed:
        yield Column.DISPUTED, disputed
    if rest := claim.balance - disputed:
        planned = on.running_plan(claim) is not None
        yield Column.PLANNED if planned else column_of(claim.due, on.day), rest


def aged_balance(on: OnDay, currency: str) -> AgedBalance:
    """The aged balance in a currency on a day, in that currency's units."""
    columns: dict[str, dict[Column, Decimal]] = defaultdict(lambda: dict.fromkeys(Column, ZERO))
    clients: dict[str, Client] = {}
    overpaid: dict[str, Decimal] = {}
    for claim in on.claims_in(currency):
        if claim.balance <= 0:
            continue
        account = claim.client.account
        clients[account] = claim.client
        for column, amount in parts(claim, on):
            columns[account][column] += amount
    for over in on.receivables.overpayments:
        if over.currency == currency:
            clients[over.client.account] = over.client
            overpaid[over.client.account] = over.amount
    rows = [
        AgedRow(client, columns[account], overpaid.get(account, ZERO))
        for account, client in clients.items()
    ]
    rows.sort(key=lambda row: (-row.open, row.overpaid, row.client.account))
    return AgedBalance(on.day, currency, tuple(rows))
